-- What staff decide for the day.

-- the services that give no numbers today
CREATE TABLE intake(
  service_id INTEGER PRIMARY KEY REFERENCES service(id),
  reason TEXT NOT NULL
) STRICT;

-- the event by which another program took a counter last: who had it before acts there no more
ALTER TABLE counter_state ADD COLUMN taken INTEGER NOT NULL DEFAULT 0;

-- who signs in at counters
CREATE TABLE officer(
  code TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK(role IN ('officer','supervisor','admin')),
  agencies TEXT NOT NULL                   -- codes, JSON; none: works at all
) STRICT, WITHOUT ROWID;

-- with which PIN, argon2id, and how many were wrong
CREATE TABLE officer_pin(
  code TEXT PRIMARY KEY REFERENCES officer(code),
  pin TEXT NOT NULL,
  wrong INTEGER NOT NULL DEFAULT 0,
  pauses INTEGER NOT NULL DEFAULT 0,
  until INTEGER NOT NULL DEFAULT 0         -- nobody may try before
) STRICT, WITHOUT ROWID;

ALTER TABLE ticket ADD COLUMN dossiers INTEGER NOT NULL DEFAULT 0;    -- as said at the kiosk; 0: not asked

-- today's visits that were rated; how, is in the ledger and names no visit
CREATE TABLE rated(
  ticket_id INTEGER PRIMARY KEY REFERENCES ticket(id)
) STRICT;
CREATE INDEX event_rated ON event(day, seq) WHERE kind = 'rated';

-- what displays said of a call
CREATE INDEX event_announced ON event(json_extract(data, '$.call')) WHERE kind = 'announced';

-- what every hall is told before everything else: the last of today stands
CREATE INDEX event_emergency ON event(day, seq)
  WHERE kind IN ('emergency_raised','emergency_ended');

ALTER TABLE ticket ADD COLUMN lang TEXT NOT NULL DEFAULT '';          -- chosen by the visitor
