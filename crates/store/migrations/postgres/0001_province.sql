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

CREATE VIEW province.live AS
  SELECT e.* FROM province.event e
  JOIN (SELECT DISTINCT ON (site) site, epoch FROM province.line ORDER BY site, begun DESC) newest
    USING (site, epoch);

-- Who waits now, by what happened last to each ticket of a centre's last day.
CREATE VIEW province.waiting AS
  WITH last_day AS (
    SELECT site, max(day) AS day FROM province.live GROUP BY site
  ), ticket AS (
    SELECT DISTINCT ON (e.site, e.ticket_id) e.site, e.day, e.kind, e.data, e.service
    FROM province.live e JOIN last_day USING (site, day)
    WHERE e.ticket_id IS NOT NULL AND e.kind NOT IN ('print', 'announced', 'recalled')
    ORDER BY e.site, e.ticket_id, e.seq DESC
  ), standing AS (
    SELECT site, day, CASE kind
        WHEN 'finished' THEN data #>> '{next,service}'
        WHEN 'undone' THEN CASE WHEN data #>> '{before,state}' = 'waiting'
                                THEN data #>> '{before,service}' END
        WHEN 'issued' THEN service
        WHEN 'requeued' THEN service
        WHEN 'transferred' THEN service END AS service
    FROM ticket
  )
  SELECT site, day, service, count(*) AS waiting FROM standing s
  WHERE service IS NOT NULL AND NOT EXISTS(SELECT 1 FROM province.live c
    WHERE c.site = s.site AND c.day = s.day AND c.kind = 'day_closed')
  GROUP BY site, day, service;

-- How long numbers waited for their first call that was not taken back.
CREATE VIEW province.waits AS
  WITH undone AS (
    SELECT site, (data ->> 'of')::bigint AS seq FROM province.live WHERE kind = 'undone'
  ), called AS (
    SELECT c.site, c.ticket_id, min(c.at) AS at FROM province.live c
    WHERE c.kind = 'called'
      AND NOT EXISTS(SELECT 1 FROM undone u WHERE u.site = c.site AND u.seq = c.seq)
    GROUP BY c.site, c.ticket_id
  )
  SELECT i.site, i.day, i.service, count(*) AS called,
    (percentile_cont(0.5) WITHIN GROUP (ORDER BY called.at - i.at) / 60000)::float8 AS median_min,
    (percentile_cont(0.9) WITHIN GROUP (ORDER BY called.at - i.at) / 60000)::float8 AS p90_min,
    avg((called.at - i.at <= 900000)::int)::float8 AS within_15
  FROM province.live i JOIN called ON called.site = i.site AND called.ticket_id = i.ticket_id
  WHERE i.kind = 'issued'
  GROUP BY i.site, i.day, i.service;
