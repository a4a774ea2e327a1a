-- Above the centres: their ledgers side by side, to be read and never written back.
CREATE SCHEMA province;

-- Each line of a centre's history: another after each restore. The one begun last counts.
CREATE TABLE province.line(
  site text NOT NULL,
  epoch text NOT NULL,
  name text NOT NULL,
  begun bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY(site, epoch)
);
CREATE TABLE province.event(
  site text NOT NULL,
  epoch text NOT NULL,
  seq bigint NOT NULL,
  at bigint NOT NULL,                        -- Unix milliseconds UTC
  day bigint NOT NULL,                       -- the centre's local yyyymmdd
  kind text NOT NULL,
  ticket_id bigint,
  number text,
  service text,
  counter text,
  data jsonb NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY(site, epoch, seq),
  FOREIGN KEY(site, epoch) REFERENCES province.line(site, epoch)
);
CREATE INDEX event_kind ON province.event(site, epoch, day, kind, ticket_id);
-- The days of each line, by which figures are found without a look at every event.
CREATE TABLE province.day(
  site text NOT NULL,
  epoch text NOT NULL,
  day bigint NOT NULL,
  PRIMARY KEY(site, epoch, day),
  FOREIGN KEY(site, epoch) REFERENCES province.line(site, epoch)
);

CREATE VIEW province.newest AS
  SELECT DISTINCT ON (site) site, epoch FROM province.line ORDER BY site, begun DESC;

CREATE VIEW province.live AS
  SELECT e.* FROM province.event e JOIN province.newest USING (site, epoch);

-- Who waits now, by what happened last to each ticket of a centre's last day.
CREATE VIEW province.waiting AS
  SELECT l.site, l.day, t.service, count(*) AS waiting
  FROM province.newest n
  CROSS JOIN LATERAL (
    SELECT d.site, d.epoch, d.day FROM province.day d
    WHERE d.site = n.site AND d.epoch = n.epoch ORDER BY d.day DESC LIMIT 1
  ) l
  CROSS JOIN LATERAL (
    SELECT CASE last.kind
        WHEN 'finished' THEN last.data #>> '{next,service}'
        WHEN 'undone' THEN CASE WHEN last.data #>> '{before,state}' = 'waiting'
                                THEN last.data #>> '{before,service}' END
        WHEN 'issued' THEN last.service
        WHEN 'requeued' THEN last.service
        WHEN 'transferred' THEN last.service END AS service
    FROM (
      SELECT DISTINCT ON (e.ticket_id) e.kind, e.data, e.service FROM province.event e
      WHERE e.site = l.site AND e.epoch = l.epoch AND e.day = l.day
        AND e.ticket_id IS NOT NULL AND e.kind NOT IN ('print', 'announced', 'recalled')
      ORDER BY e.ticket_id, e.seq DESC
    ) last
  ) t
  WHERE t.service IS NOT NULL AND NOT EXISTS(SELECT 1 FROM province.event c
    WHERE c.site = l.site AND c.epoch = l.epoch AND c.day = l.day AND c.kind = 'day_closed')
  GROUP BY l.site, l.day, t.service;

-- How long numbers waited for their first call that was not taken back. A ticket lives for one day,
-- so each day of a centre is reckoned from its own events.
CREATE VIEW province.waits AS
  SELECT d.site, d.day, w.service, w.called, w.median_min, w.p90_min, w.within_15
  FROM province.day d JOIN province.newest n ON n.site = d.site AND n.epoch = d.epoch
  CROSS JOIN LATERAL (
    SELECT i.service, count(*) AS called,
      (percentile_cont(0.5) WITHIN GROUP (ORDER BY c.at - i.at) / 60000)::float8 AS median_min,
      (percentile_cont(0.9) WITHIN GROUP (ORDER BY c.at - i.at) / 60000)::float8 AS p90_min,
      avg((c.at - i.at <= 900000)::int)::float8 AS within_15
    FROM province.event i
    JOIN (
      SELECT e.ticket_id, min(e.at) AS at FROM province.event e
      WHERE e.site = d.site AND e.epoch = d.epoch AND e.day = d.day AND e.kind = 'called'
        AND e.seq NOT IN (SELECT (u.data ->> 'of')::bigint FROM province.event u
          WHERE u.site = d.site AND u.epoch = d.epoch AND u.day = d.day AND u.kind = 'undone'
            AND u.data ->> 'of' IS NOT NULL)
      GROUP BY e.ticket_id
    ) c ON c.ticket_id = i.ticket_id
    WHERE i.site = d.site AND i.epoch = d.epoch AND i.day = d.day AND i.kind = 'issued'
    GROUP BY i.service
  ) w;

-- The last day of each centre, of each service: who waits and what was waited.
CREATE VIEW province.board AS
  SELECT site, day, service, coalesce(waiting, 0) AS waiting, coalesce(called, 0) AS called,
    median_min, p90_min, within_15
  FROM province.waiting FULL JOIN (
    SELECT w.* FROM (
      SELECT n.site, (SELECT max(d.day) FROM province.day d
        WHERE d.site = n.site AND d.epoch = n.epoch) AS day FROM province.newest n
    ) last JOIN province.waits w ON w.site = last.site AND w.day = last.day
  ) w USING (site, day, service);

-- Who may what: a centre's login adds to its own site and sees no other, a reader reads all.
CREATE TABLE province.member(login name PRIMARY KEY, site text NOT NULL);

CREATE FUNCTION province.my_site() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = province, pg_temp AS $$
  SELECT site FROM member WHERE login = session_user
$$;

DO $$
DECLARE
  r text;
  t text;
BEGIN
  FOREACH r IN ARRAY ARRAY['luot_shipper', 'luot_province'] LOOP
    -- Roles are the whole server's: another database may have made them, also at this moment.
    IF NOT EXISTS(SELECT 1 FROM pg_roles WHERE rolname = r) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', r);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
      END;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA province TO %I', r);
  END LOOP;
  REVOKE ALL ON FUNCTION province.my_site() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION province.my_site() TO luot_shipper;
  FOREACH t IN ARRAY ARRAY['line', 'event', 'day'] LOOP
    EXECUTE format('ALTER TABLE province.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own_site ON province.%I TO luot_shipper
      USING (site = (SELECT province.my_site())) WITH CHECK (site = (SELECT province.my_site()))', t);
    EXECUTE format('CREATE POLICY all_sites ON province.%I FOR SELECT TO luot_province
      USING (true)', t);
    EXECUTE format('GRANT SELECT, INSERT ON province.%I TO luot_shipper', t);
    EXECUTE format('GRANT SELECT ON province.%I TO luot_province', t);
  END LOOP;
  GRANT UPDATE(name) ON province.line TO luot_shipper;
  GRANT SELECT ON province.newest, province.live, province.waiting, province.waits,
      province.board
    TO luot_province;
END $$;
