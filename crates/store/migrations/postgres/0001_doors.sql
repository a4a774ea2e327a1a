-- The doors: programs read the tables of their own centre and write through these functions only.

-- What the one who is logged in may be at a centre: an owner of the schema may be everything.
CREATE FUNCTION luot.role_at(p_centre int) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = luot, pg_temp AS $$
  SELECT coalesce(
    (SELECT role FROM member WHERE login = session_user AND centre = p_centre),
    CASE WHEN pg_has_role(session_user, (SELECT nspowner FROM pg_namespace WHERE nspname = 'luot'),
                          'USAGE') THEN 'owner' END)
$$;

CREATE FUNCTION luot.my_centres() RETURNS SETOF int
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = luot, pg_temp AS $$
  SELECT centre FROM member WHERE login = session_user
$$;

CREATE FUNCTION luot.must_belong(p_centre int) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = luot, pg_temp AS $$
BEGIN
  IF role_at(p_centre) IS NULL THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a program of this centre';
  END IF;
END $$;

-- What has changed after event p_seq, whose hash the asker knows, as far as it is for this login. `rows` is null when that cannot be
-- told: the asker reads all anew.
CREATE FUNCTION luot.since(p_centre int, p_epoch text, p_seq bigint, p_hash bytea) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = luot, pg_temp AS $$
DECLARE
  c centre;
  news jsonb;
  reaches boolean := false;
  hidden text[] := hidden_at(p_centre);
BEGIN
  PERFORM must_belong(p_centre);
  SELECT * INTO STRICT c FROM centre WHERE id = p_centre;
  IF c.epoch = p_epoch THEN
    IF c.last_seq = p_seq THEN
      reaches := c.last_hash = p_hash;
      news := '[]';
    ELSE
      -- The same place with another content is another line of history.
      PERFORM 1 FROM event WHERE centre = p_centre AND seq = p_seq AND hash = p_hash;
      reaches := FOUND;
      SELECT jsonb_agg(ch.rows || jsonb_build_object('put', (ch.rows->'put') - hidden,
          'cut', (ch.rows->'cut') - hidden) ORDER BY ch.seq), reaches AND min(ch.base) = p_seq
        INTO news, reaches FROM change ch WHERE ch.centre = p_centre AND ch.seq > p_seq;
    END IF;
  END IF;
  RETURN jsonb_build_object('epoch', c.epoch, 'fence', c.fence, 'seq', c.last_seq,
    'hash', encode(c.last_hash, 'hex'),
    'now', (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
    'rows', CASE WHEN reaches THEN news END);
END $$;

-- The same, with the centre held until the transaction ends: nobody else acts there meanwhile.
CREATE FUNCTION luot.hold(p_centre int, p_epoch text, p_seq bigint, p_hash bytea) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = luot, pg_temp AS $$
BEGIN
  PERFORM must_belong(p_centre);
  PERFORM 1 FROM centre WHERE id = p_centre FOR UPDATE;
  RETURN since(p_centre, p_epoch, p_seq, p_hash);
END $$;

-- Whatever was sent before this and has not happened yet never will.
CREATE FUNCTION luot.fence(p_centre int) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = luot, pg_temp AS $$
BEGIN
  PERFORM must_belong(p_centre);
  UPDATE centre SET fence = fence + 1 WHERE id = p_centre;
END $$;

-- Where the centres of this database stand: the cluster, its timeline (another after a recovery from
-- an archive and after a standby has taken over), and the table (another when a dump was read in).
-- Null on a standby that only follows: it stands nowhere of its own.
CREATE FUNCTION luot.place() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = luot, pg_temp AS $$
  SELECT CASE WHEN NOT pg_is_in_recovery() THEN
    system_identifier || '.' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) || '.'
    || 'luot.event'::regclass::oid END FROM pg_control_system()
$$;

-- Whether a centre stands where it was left and has the event that the asker has seen. Who has seen
-- more of the same line says so for all: nothing is written until the centre was told to go on.
CREATE FUNCTION luot.stands(p_centre int, p_epoch text, p_seq bigint, p_hash bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = luot, pg_temp AS $$
DECLARE
  c centre;
BEGIN
  PERFORM must_belong(p_centre);
  SELECT * INTO STRICT c FROM centre WHERE id = p_centre;
  IF c.epoch = p_epoch AND NOT c.set_back AND NOT EXISTS(
      SELECT 1 FROM event WHERE centre = p_centre AND seq = p_seq AND hash = p_hash) THEN
    IF role_at(p_centre) = 'web' THEN
      -- It only reads, and stops nobody.
      RETURN false;
    END IF;
    UPDATE centre SET set_back = true WHERE id = p_centre AND epoch = p_epoch;
    RETURN false;
  END IF;
  RETURN NOT c.set_back AND coalesce(c.place = place(), true);
END $$;

-- Who may write what. What is due anyway may be written by everybody whose action finds it due.
CREATE FUNCTION luot.check_rights(p_centre int, p_rows jsonb) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = luot, pg_temp AS $$
DECLARE
  r text := role_at(p_centre);
  wrong text;
BEGIN
  IF r = 'owner' THEN
    RETURN;
  END IF;
  IF r IS NULL OR r = 'web' THEN
    RAISE insufficient_privilege USING MESSAGE = 'this login only reads';
  END IF;
  -- Each writes the tables that its own deeds touch, and what is due to whoever comes first: the
  -- day's end, the return of who was set aside.
  SELECT t INTO wrong FROM (SELECT jsonb_object_keys(p_rows->'put') UNION ALL
      SELECT jsonb_object_keys(p_rows->'cut')) touched(t)
    WHERE t <> ALL(CASE r
      WHEN 'kiosk' THEN '{ticket,leg,event,booking,person,day_number,counter_state,intake,rated}'::text[]
      WHEN 'hall' THEN '{ticket,leg,event,booking,person,counter_state,intake,rated}'
      ELSE '{ticket,leg,event,booking,person,day_number,counter_state,intake,rated,officer,officer_pin}'
    END) LIMIT 1;
  IF wrong IS NOT NULL THEN
    RAISE insufficient_privilege USING MESSAGE = format('a %s does not change %s', r, wrong);
  END IF;
  SELECT e->>'kind' INTO wrong FROM jsonb_array_elements(p_rows->'put'->'event') e
    WHERE NOT CASE
      WHEN e->>'kind' IN ('day_closed','requeued','clock_held','clock_stepped') THEN true
      WHEN e->>'kind' = 'site_applied' THEN false
      WHEN r = 'kiosk' THEN e->>'kind' IN ('issued','print','cancelled','rated','service_paused','service_resumed')
      WHEN r = 'hall' THEN e->>'kind' = 'announced'
      ELSE true
    END LIMIT 1;
  IF wrong IS NOT NULL THEN
    RAISE insufficient_privilege USING MESSAGE = format('a %s does not write %s', r, wrong);
  END IF;
END $$;

-- Writes the rows of one action. `p_rows` = {"cut": {table: [key, …]}, "put": {table: [row, …]}}.
CREATE FUNCTION luot.write_rows(p_centre int, p_rows jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = luot, pg_temp AS $$
DECLARE
  put jsonb := p_rows->'put';
  cut jsonb := p_rows->'cut';
  own jsonb := jsonb_build_object('centre', p_centre);
BEGIN
  -- A row that names its centre would name another.
  IF jsonb_path_exists(p_rows, '$.put.*[*].centre') THEN
    RAISE insufficient_privilege USING MESSAGE = 'rows of another centre';
  END IF;
  IF cut ? 'person' THEN
    DELETE FROM person p USING jsonb_to_recordset(cut->'person') k(service_id bigint, key text)
      WHERE p.centre = p_centre AND p.service_id = k.service_id AND p.key = k.key;
  END IF;
  IF cut ? 'counter_state' THEN
    DELETE FROM counter_state s USING jsonb_to_recordset(cut->'counter_state') k(counter_id bigint)
      WHERE s.centre = p_centre AND s.counter_id = k.counter_id;
  END IF;
  IF cut ? 'officer_pin' THEN
    DELETE FROM officer_pin o USING jsonb_to_recordset(cut->'officer_pin') k(code text)
      WHERE o.centre = p_centre AND o.code = k.code;
  END IF;
  IF cut ? 'officer' THEN
    DELETE FROM officer o USING jsonb_to_recordset(cut->'officer') k(code text)
      WHERE o.centre = p_centre AND o.code = k.code;
  END IF;
  IF cut ? 'rated' THEN
    DELETE FROM rated r USING jsonb_to_recordset(cut->'rated') k(ticket_id bigint)
      WHERE r.centre = p_centre AND r.ticket_id = k.ticket_id;
  END IF;
  IF cut ? 'intake' THEN
    DELETE FROM intake i USING jsonb_to_recordset(cut->'intake') k(service_id bigint)
      WHERE i.centre = p_centre AND i.service_id = k.service_id;
  END IF;
  -- A leg gives its place up before another takes it.
  IF cut ? 'leg' OR put ? 'leg' THEN
    DELETE FROM leg l
      USING jsonb_to_recordset(coalesce(cut->'leg', '[]') || coalesce(put->'leg', '[]')) k(id bigint)
      WHERE l.centre = p_centre AND l.id = k.id;
  END IF;
  IF put ? 'meta' THEN
    INSERT INTO meta SELECT * FROM jsonb_populate_recordset(
        jsonb_populate_record(NULL::meta, own), put->'meta')
      ON CONFLICT(centre, key) DO UPDATE SET value = excluded.value;
  END IF;
  IF put ? 'site' THEN
    INSERT INTO site SELECT * FROM jsonb_populate_recordset(
        jsonb_populate_record(NULL::site, own), put->'site')
      ON CONFLICT(centre, version) DO UPDATE SET seq = excluded.seq, data = excluded.data;
  END IF;
  IF put ? 'service' THEN
    INSERT INTO service SELECT * FROM jsonb_populate_recordset(
        jsonb_populate_record(NULL::service, own), put->'service')
      ON CONFLICT(centre, id) DO UPDATE SET code = excluded.code, active = excluded.active;
  END IF;
  IF put ? 'class' THEN
    INSERT INTO class SELECT * FROM jsonb_populate_recordset(
        jsonb_populate_record(NULL::class, own), put->'class')
      ON CONFLICT(centre, id) DO UPDATE SET code = excluded.code;
  END IF;
  IF put ? 'counter' THEN
    INSERT INTO counter SELECT * FROM jsonb_populate_recordset(
        jsonb_populate_record(NULL::counter, own), put->'counter')
      ON CONFLICT(centre, id) DO UPDATE SET code = excluded.code, active = excluded.active;
  END IF;
  IF put ? 'day_number' THEN
    INSERT INTO day_number SELECT * FROM jsonb_populate_recordset(
        jsonb_populate_record(NULL::day_number, own), put->'day_number')
      ON CONFLICT(centre, day, prefix)
      DO UPDATE SET last = excluded.last, skipped = excluded.skipped;
  END IF;
  IF put ? 'ticket' THEN
    INSERT INTO ticket SELECT * FROM jsonb_populate_recordset(
        jsonb_populate_record(NULL::ticket, own), put->'ticket')
      ON CONFLICT(centre, id) DO UPDATE SET print = excluded.print, seq = excluded.seq,
        journey = excluded.journey, first_seq = excluded.first_seq;
  END IF;
  IF put ? 'leg' THEN
    INSERT INTO leg SELECT * FROM jsonb_populate_recordset(
        jsonb_populate_record(NULL::leg, own), put->'leg');
  END IF;
  IF put ? 'counter_state' THEN
    INSERT INTO counter_state SELECT * FROM jsonb_populate_recordset(
        jsonb_populate_record(NULL::counter_state, own), put->'counter_state')
      ON CONFLICT(centre, counter_id) DO UPDATE SET duty = excluded.duty,
        reason = excluded.reason, officer = excluded.officer, since = excluded.since,
        streak = excluded.streak, undo_seq = excluded.undo_seq, taken = excluded.taken;
  END IF;
  IF put ? 'intake' THEN
    INSERT INTO intake SELECT * FROM jsonb_populate_recordset(
        jsonb_populate_record(NULL::intake, own), put->'intake')
      ON CONFLICT(centre, service_id) DO UPDATE SET reason = excluded.reason;
  END IF;
  IF put ? 'officer' THEN
    INSERT INTO officer SELECT * FROM jsonb_populate_recordset(
        jsonb_populate_record(NULL::officer, own), put->'officer')
      ON CONFLICT(centre, code) DO UPDATE SET name = excluded.name, role = excluded.role,
        agencies = excluded.agencies;
  END IF;
  IF put ? 'officer_pin' THEN
    INSERT INTO officer_pin SELECT * FROM jsonb_populate_recordset(
        jsonb_populate_record(NULL::officer_pin, own), put->'officer_pin')
      ON CONFLICT(centre, code) DO UPDATE SET pin = excluded.pin, wrong = excluded.wrong,
        pauses = excluded.pauses, until = excluded.until;
  END IF;
  IF put ? 'rated' THEN
    INSERT INTO rated SELECT * FROM jsonb_populate_recordset(
        jsonb_populate_record(NULL::rated, own), put->'rated')
      ON CONFLICT DO NOTHING;
  END IF;
  IF put ? 'booking' THEN
    INSERT INTO booking SELECT * FROM jsonb_populate_recordset(
        jsonb_populate_record(NULL::booking, own), put->'booking')
      ON CONFLICT(centre, id) DO UPDATE SET slot_at = excluded.slot_at, state = excluded.state,
        ticket_id = excluded.ticket_id;
  END IF;
  IF put ? 'person' THEN
    INSERT INTO person SELECT * FROM jsonb_populate_recordset(
        jsonb_populate_record(NULL::person, own), put->'person')
      ON CONFLICT(centre, service_id, key) DO UPDATE SET ticket_id = excluded.ticket_id;
  END IF;
  IF put ? 'event' THEN
    INSERT INTO event SELECT * FROM jsonb_populate_recordset(
        jsonb_populate_record(NULL::event, own), put->'event');
  END IF;
END $$;

-- One action, decided by its program on the state after event p_seq: written if that is still the
-- state, and else answered with what has happened since.
CREATE FUNCTION luot.commit_action(p_centre int, p_epoch text, p_fence bigint, p_seq bigint,
                                   p_hash bytea, p_rows jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = luot, pg_temp AS $$
DECLARE
  c centre;
  n bigint;
  first_seq bigint;
  final_seq bigint;
  closes boolean := p_rows->'put'->'event' @> '[{"kind": "day_closed"}]';
  new_hash bytea;
BEGIN
  PERFORM check_rights(p_centre, p_rows);
  SELECT * INTO STRICT c FROM centre WHERE id = p_centre FOR UPDATE;
  IF c.carried THEN
    RAISE invalid_schema_name USING MESSAGE = 'this centre was carried elsewhere';
  END IF;
  IF c.set_back OR c.place <> place() THEN
    RAISE SQLSTATE 'LT001' USING MESSAGE = 'the server was put back to an older copy';
  END IF;
  IF c.epoch <> p_epoch OR c.fence <> p_fence OR c.last_seq <> p_seq OR c.last_hash <> p_hash THEN
    RETURN jsonb_build_object('since', since(p_centre, p_epoch, p_seq, p_hash));
  END IF;
  SELECT count(*), min((e->>'seq')::bigint), max((e->>'seq')::bigint) INTO n, first_seq, final_seq
    FROM jsonb_array_elements(p_rows->'put'->'event') e;
  IF n IS NULL OR n = 0 OR first_seq <> p_seq + 1 OR final_seq <> p_seq + n THEN
    RAISE EXCEPTION 'the events of an action follow the last one without a gap';
  END IF;
  IF closes THEN
    -- Also when a hall closes the day, which does not see whom it forgets.
    DELETE FROM person WHERE centre = p_centre;
  END IF;
  PERFORM write_rows(p_centre, p_rows);
  SELECT hash INTO STRICT new_hash FROM event WHERE centre = p_centre AND seq = p_seq + n;
  UPDATE centre SET last_seq = p_seq + n, last_hash = new_hash WHERE id = p_centre;
  IF closes THEN
    -- Nothing by which persons of yesterday could be told stays behind.
    DELETE FROM change WHERE centre = p_centre;
    DELETE FROM day_key WHERE centre = p_centre;
  ELSE
    DELETE FROM change WHERE centre = p_centre AND seq <= p_seq - 2000;
  END IF;
  INSERT INTO change VALUES(p_centre, p_seq + n, p_seq, p_rows);
  PERFORM pg_notify('luot_' || p_centre, (p_seq + n)::text);
  RETURN '{}';
END $$;

-- An owner lets a centre go on from a copy, with rows that begin another line of its history.
CREATE FUNCTION luot.go_on(p_centre int, p_rows jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = luot, pg_temp AS $$
BEGIN
  IF role_at(p_centre) IS DISTINCT FROM 'owner' THEN
    RAISE insufficient_privilege USING MESSAGE = 'only an owner lets a centre go on';
  END IF;
  PERFORM 1 FROM centre WHERE id = p_centre FOR UPDATE;
  PERFORM write_rows(p_centre, p_rows);
  DELETE FROM change WHERE centre = p_centre;
  IF p_rows->'put'->'event' @> '[{"kind": "day_closed"}]' THEN
    DELETE FROM day_key WHERE centre = p_centre;
  END IF;
  UPDATE centre SET set_back = false, place = place(), fence = fence + 1,
    epoch = (SELECT value FROM meta WHERE centre = p_centre AND key = 'epoch'),
    (last_seq, last_hash) = (SELECT seq, hash FROM event WHERE centre = p_centre
      ORDER BY seq DESC LIMIT 1)
    WHERE id = p_centre;
  PERFORM pg_notify('luot_' || p_centre, 'gone on');
END $$;

-- The key of today's persons: made by whoever asks first, the same for all who ask after.
CREATE FUNCTION luot.key_of_day(p_centre int, p_day bigint) RETURNS bytea
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = luot, pg_temp AS $$
DECLARE
  found bytea;
BEGIN
  IF coalesce(role_at(p_centre), '') NOT IN ('kiosk', 'counter', 'owner') THEN
    RAISE insufficient_privilege USING MESSAGE = 'this login asks for no persons';
  END IF;
  PERFORM 1 FROM centre WHERE id = p_centre FOR UPDATE;
  SELECT key INTO found FROM day_key WHERE centre = p_centre AND day = p_day;
  IF found IS NULL THEN
    found := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    INSERT INTO day_key VALUES(p_centre, p_day, found)
      ON CONFLICT(centre) DO UPDATE SET day = excluded.day, key = excluded.key;
  END IF;
  RETURN found;
END $$;

-- A counter for this connection alone, until it ends; and its program answers.
CREATE FUNCTION luot.claim(p_centre int, p_counter text, p_at bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = luot, pg_temp AS $$
DECLARE
  k int := hashtext(p_counter);
BEGIN
  IF coalesce(role_at(p_centre), '') NOT IN ('counter', 'owner') THEN
    RAISE insufficient_privilege USING MESSAGE = 'this login has no counters';
  END IF;
  PERFORM 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
    AND classid = p_centre::oid AND objid = (k::bigint & 4294967295)::oid AND granted;
  IF NOT FOUND AND NOT pg_try_advisory_lock(p_centre, k) THEN
    RETURN false;
  END IF;
  INSERT INTO beat VALUES(p_centre, p_counter, p_at)
    ON CONFLICT(centre, counter) DO UPDATE SET at = excluded.at;
  RETURN true;
END $$;

CREATE FUNCTION luot.release(p_centre int, p_counter text) RETURNS void
LANGUAGE sql VOLATILE SET search_path = luot, pg_temp AS $$
  SELECT pg_advisory_unlock(p_centre, hashtext(p_counter))
$$;

-- An owner gives up a centre that was carried elsewhere, if it still ends there; nothing of it is
-- removed, and its code is free again. Asked once more it answers the same.
CREATE FUNCTION luot.retire(p_code text, p_epoch text, p_seq bigint, p_hash bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = luot, pg_temp AS $$
DECLARE
  c centre;
BEGIN
  -- The one that is alive, else the last that was; the same line of history may have been here before.
  SELECT * INTO c FROM centre WHERE code = p_code AND epoch = p_epoch
    ORDER BY carried, id DESC LIMIT 1 FOR UPDATE;
  IF NOT FOUND OR role_at(c.id) IS DISTINCT FROM 'owner' THEN
    RAISE insufficient_privilege USING MESSAGE = 'only an owner gives a centre up';
  END IF;
  IF c.last_seq <> p_seq OR c.last_hash <> p_hash THEN
    RETURN false;
  END IF;
  UPDATE centre SET carried = true WHERE id = c.id;
  RETURN true;
END $$;

-- Which tables are not for a login at a centre: whom one number each was given to concerns those who
-- give numbers, PINs those who ask for them.
CREATE FUNCTION luot.hidden_at(p_centre int) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = luot, pg_temp AS $$
  SELECT CASE role_at(p_centre) WHEN 'counter' THEN '{}'::text[] WHEN 'owner' THEN '{}'
    WHEN 'kiosk' THEN '{officer_pin}' ELSE '{person,officer_pin}' END
$$;
