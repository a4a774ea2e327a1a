-- Many centres in one database. The tables are those of the SQLite file, each keyed by its centre;
-- what is new is the row `centre`, whose lock puts the actions of one centre in one order and never
-- touches another's, and `change`, from which programs bring their mirrors up to date.
CREATE SCHEMA luot;

CREATE TABLE luot.about(schema bigint NOT NULL);
INSERT INTO luot.about VALUES(2);

CREATE TABLE luot.centre(
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL,
  epoch text NOT NULL,                       -- another after each restore
  fence bigint NOT NULL DEFAULT 0,           -- grows when somebody must know what did not happen
  last_seq bigint NOT NULL DEFAULT 0,        -- the end of the feed, given here and nowhere else
  last_hash bytea NOT NULL DEFAULT '',
  carried boolean NOT NULL DEFAULT false,    -- elsewhere by now: nothing is added here any more
  place text NOT NULL,                       -- where it stands: a copy that is read in stands elsewhere
  set_back boolean NOT NULL DEFAULT false    -- a program knows more of this line than the server
);
-- one that was carried elsewhere and back again is here several times, alive once
CREATE UNIQUE INDEX centre_code ON luot.centre(code) WHERE NOT carried;
-- which login works for which centre, as what
CREATE TABLE luot.member(
  login name NOT NULL,
  centre int NOT NULL REFERENCES luot.centre(id),
  role text NOT NULL CHECK(role IN ('kiosk','counter','hall','web','owner')),
  PRIMARY KEY(login, centre)
);

CREATE TABLE luot.meta(
  centre int NOT NULL REFERENCES luot.centre(id),
  key text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY(centre, key)
);
CREATE TABLE luot.site(
  centre int NOT NULL REFERENCES luot.centre(id),
  version bigint NOT NULL,
  seq bigint NOT NULL,
  data text NOT NULL,
  PRIMARY KEY(centre, version)
);
CREATE TABLE luot.service(
  centre int NOT NULL REFERENCES luot.centre(id),
  id bigint NOT NULL,
  code text NOT NULL,
  active bigint NOT NULL DEFAULT 1 CHECK(active IN (0,1)),
  PRIMARY KEY(centre, id),
  UNIQUE(centre, code)
);
CREATE TABLE luot.class(
  centre int NOT NULL REFERENCES luot.centre(id),
  id bigint NOT NULL,
  code text NOT NULL,
  PRIMARY KEY(centre, id),
  UNIQUE(centre, code)
);
CREATE TABLE luot.counter(
  centre int NOT NULL REFERENCES luot.centre(id),
  id bigint NOT NULL,
  code text NOT NULL,
  active bigint NOT NULL DEFAULT 1 CHECK(active IN (0,1)),
  PRIMARY KEY(centre, id),
  UNIQUE(centre, code)
);
CREATE TABLE luot.day_number(
  centre int NOT NULL REFERENCES luot.centre(id),
  day bigint NOT NULL,
  prefix text NOT NULL,
  last bigint NOT NULL CHECK(last > 0),
  skipped bigint NOT NULL DEFAULT 0,
  PRIMARY KEY(centre, day, prefix)
);
CREATE TABLE luot.ticket(
  centre int NOT NULL REFERENCES luot.centre(id),
  id bigint NOT NULL,
  day bigint NOT NULL,
  prefix text NOT NULL,
  number bigint NOT NULL CHECK(number > 0),
  class_id bigint NOT NULL,
  procedure bigint,
  issued_at bigint NOT NULL,
  print text NOT NULL CHECK(print IN ('pending','printing','printed','unconfirmed','none')),
  seq bigint NOT NULL,
  journey text NOT NULL DEFAULT '[]',
  told_from bigint,
  told_to bigint,
  told_work bigint,
  first_seq bigint NOT NULL DEFAULT 0,
  dossiers bigint NOT NULL DEFAULT 0,
  lang text NOT NULL DEFAULT '',
  PRIMARY KEY(centre, id),
  UNIQUE(centre, day, prefix, number),
  FOREIGN KEY(centre, class_id) REFERENCES luot.class(centre, id)
);
CREATE TABLE luot.leg(
  centre int NOT NULL REFERENCES luot.centre(id),
  id bigint NOT NULL,
  ticket_id bigint NOT NULL,
  leg_no bigint NOT NULL CHECK(leg_no > 0),
  service_id bigint NOT NULL,
  lane bigint NOT NULL DEFAULT 0 CHECK(lane IN (0,1)),
  rank bigint NOT NULL,
  state text NOT NULL CHECK(state IN ('waiting','called','serving','parked','served','no_show',
    'cancelled','void','transferred')),
  counter_id bigint,
  only_counter bigint,
  called_at bigint,
  started_at bigint,
  ended_at bigint,
  return_at bigint,
  calls bigint NOT NULL DEFAULT 0,
  outcome text,
  dossiers bigint NOT NULL DEFAULT 0,
  PRIMARY KEY(centre, id),
  UNIQUE(centre, ticket_id, leg_no),
  FOREIGN KEY(centre, ticket_id) REFERENCES luot.ticket(centre, id),
  FOREIGN KEY(centre, service_id) REFERENCES luot.service(centre, id),
  FOREIGN KEY(centre, counter_id) REFERENCES luot.counter(centre, id),
  FOREIGN KEY(centre, only_counter) REFERENCES luot.counter(centre, id),
  CHECK(state NOT IN ('called','serving') OR counter_id IS NOT NULL)
);
-- a ticket is in one place
CREATE UNIQUE INDEX leg_live ON luot.leg(centre, ticket_id)
  WHERE state IN ('waiting','called','serving','parked','no_show');
-- a counter has one visitor
CREATE UNIQUE INDEX leg_counter ON luot.leg(centre, counter_id)
  WHERE state IN ('called','serving');
CREATE TABLE luot.counter_state(
  centre int NOT NULL REFERENCES luot.centre(id),
  counter_id bigint NOT NULL,
  duty text NOT NULL CHECK(duty IN ('open','paused','closed')),
  reason text NOT NULL DEFAULT '',
  officer text,
  since bigint NOT NULL,
  streak bigint NOT NULL DEFAULT 0,
  undo_seq bigint,
  taken bigint NOT NULL DEFAULT 0,
  PRIMARY KEY(centre, counter_id),
  FOREIGN KEY(centre, counter_id) REFERENCES luot.counter(centre, id)
);
CREATE TABLE luot.intake(
  centre int NOT NULL REFERENCES luot.centre(id),
  service_id bigint NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY(centre, service_id),
  FOREIGN KEY(centre, service_id) REFERENCES luot.service(centre, id)
);
CREATE TABLE luot.officer(
  centre int NOT NULL REFERENCES luot.centre(id),
  code text NOT NULL,
  name text NOT NULL,
  role text NOT NULL CHECK(role IN ('officer','supervisor','admin')),
  agencies text NOT NULL,
  PRIMARY KEY(centre, code)
);
CREATE TABLE luot.officer_pin(
  centre int NOT NULL REFERENCES luot.centre(id),
  code text NOT NULL,
  pin text NOT NULL,
  wrong bigint NOT NULL DEFAULT 0,
  pauses bigint NOT NULL DEFAULT 0,
  until bigint NOT NULL DEFAULT 0,
  PRIMARY KEY(centre, code),
  FOREIGN KEY(centre, code) REFERENCES luot.officer(centre, code)
);
CREATE TABLE luot.rated(
  centre int NOT NULL REFERENCES luot.centre(id),
  ticket_id bigint NOT NULL,
  PRIMARY KEY(centre, ticket_id),
  FOREIGN KEY(centre, ticket_id) REFERENCES luot.ticket(centre, id)
);
CREATE TABLE luot.booking(
  centre int NOT NULL REFERENCES luot.centre(id),
  id bigint NOT NULL,
  code text NOT NULL,
  service_id bigint NOT NULL,
  slot_at bigint NOT NULL,
  state text NOT NULL CHECK(state IN ('booked','used','cancelled','lapsed')),
  ticket_id bigint,
  PRIMARY KEY(centre, id),
  FOREIGN KEY(centre, service_id) REFERENCES luot.service(centre, id),
  FOREIGN KEY(centre, ticket_id) REFERENCES luot.ticket(centre, id)
);
CREATE UNIQUE INDEX booking_code ON luot.booking(centre, code) WHERE state = 'booked';
CREATE TABLE luot.person(
  centre int NOT NULL REFERENCES luot.centre(id),
  service_id bigint NOT NULL,
  key text NOT NULL,
  ticket_id bigint NOT NULL,
  PRIMARY KEY(centre, service_id, key),
  FOREIGN KEY(centre, service_id) REFERENCES luot.service(centre, id),
  FOREIGN KEY(centre, ticket_id) REFERENCES luot.ticket(centre, id)
);
CREATE TABLE luot.event(
  centre int NOT NULL REFERENCES luot.centre(id),
  seq bigint NOT NULL,
  at bigint NOT NULL,
  day bigint NOT NULL,
  kind text NOT NULL,
  ticket_id bigint,
  number text,
  service text,
  counter text,
  data text NOT NULL,
  req bytea,
  digest bytea,
  hash bytea NOT NULL,
  officer text,
  PRIMARY KEY(centre, seq)
);
CREATE UNIQUE INDEX event_req ON luot.event(centre, req) WHERE req IS NOT NULL;
CREATE INDEX event_day ON luot.event(centre, day);
-- what a mirror reads of the days before
CREATE INDEX event_call ON luot.event(centre, ticket_id)
  WHERE kind IN ('called','recalled','resumed','undone');
CREATE INDEX booking_ahead ON luot.booking(centre, slot_at) WHERE state = 'booked';
CREATE INDEX booking_ticket ON luot.booking(centre, ticket_id) WHERE ticket_id IS NOT NULL;

CREATE FUNCTION luot.append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'event is append-only';
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON luot.event
  FOR EACH STATEMENT EXECUTE FUNCTION luot.append_only();

-- What each action changed, row by row: enough of the end for programs that were away a moment.
CREATE TABLE luot.change(
  centre int NOT NULL REFERENCES luot.centre(id),
  seq bigint NOT NULL,                       -- the last event of the action
  base bigint NOT NULL,                      -- the last event before it
  rows jsonb NOT NULL,
  PRIMARY KEY(centre, seq)
);
-- the key of the day's persons; gone with the day
CREATE TABLE luot.day_key(
  centre int NOT NULL REFERENCES luot.centre(id) PRIMARY KEY,
  day bigint NOT NULL,
  key bytea NOT NULL
);
-- when each counter's program last said that it answers
CREATE UNLOGGED TABLE luot.beat(
  centre int NOT NULL,
  counter text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY(centre, counter)
);
