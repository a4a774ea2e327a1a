-- Least privilege: five roles, each reads its own centres and writes through the doors.
DO $$
DECLARE
  r text;
  t text;
BEGIN
  FOREACH r IN ARRAY ARRAY['luot_kiosk','luot_counter','luot_hall','luot_web','luot_owner'] LOOP
    -- Roles are the whole server's: another database may have made them, also at this moment.
    IF NOT EXISTS(SELECT 1 FROM pg_roles WHERE rolname = r) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', r);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
      END;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA luot TO %I', r);
    EXECUTE format('GRANT SELECT ON luot.about TO %I', r);
  END LOOP;
  REVOKE ALL ON ALL FUNCTIONS IN SCHEMA luot FROM PUBLIC;
  FOREACH t IN ARRAY ARRAY['meta','site','service','class','counter','day_number','ticket','leg',
      'counter_state','intake','officer','officer_pin','rated','booking','person','event','beat'] LOOP
    EXECUTE format('ALTER TABLE luot.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own_centre ON luot.%I FOR SELECT
      USING (centre = ANY(ARRAY(SELECT luot.my_centres())))', t);
    FOREACH r IN ARRAY ARRAY['luot_kiosk','luot_counter','luot_hall','luot_web','luot_owner'] LOOP
      -- Whom one number each was given to concerns those who give numbers; PINs, those who ask
      -- for them.
      IF (t <> 'person' OR r IN ('luot_kiosk','luot_counter','luot_owner'))
          AND (t <> 'officer_pin' OR r IN ('luot_counter','luot_owner')) THEN
        EXECUTE format('GRANT SELECT ON luot.%I TO %I', t, r);
      END IF;
    END LOOP;
  END LOOP;
  ALTER TABLE luot.centre ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own_centre ON luot.centre FOR SELECT
    USING (id = ANY(ARRAY(SELECT luot.my_centres())));
  FOREACH r IN ARRAY ARRAY['luot_kiosk','luot_counter','luot_hall','luot_web','luot_owner'] LOOP
    EXECUTE format('GRANT SELECT ON luot.centre TO %I', r);
    EXECUTE format('GRANT EXECUTE ON FUNCTION luot.role_at(int), luot.my_centres(),
      luot.since(int, text, bigint, bytea), luot.stands(int, text, bigint, bytea) TO %I', r);
  END LOOP;
  FOREACH r IN ARRAY ARRAY['luot_kiosk','luot_counter','luot_hall','luot_owner'] LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION luot.hold(int, text, bigint, bytea), luot.fence(int),
      luot.commit_action(int, text, bigint, bigint, bytea, jsonb) TO %I', r);
  END LOOP;
  GRANT EXECUTE ON FUNCTION luot.go_on(int, jsonb) TO luot_owner;
  GRANT EXECUTE ON FUNCTION luot.key_of_day(int, bigint) TO luot_kiosk, luot_counter, luot_owner;
  GRANT EXECUTE ON FUNCTION luot.claim(int, text, bigint), luot.release(int, text)
    TO luot_counter, luot_owner;
END $$;
