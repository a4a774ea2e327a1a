-- The whole life: journeys, lanes, counters at work, bookings, and a site that remembers itself.

-- facts about the file itself, e.g. its epoch: another after each restore
CREATE TABLE meta(
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- every site that was ever applied, so that an old call can be explained by the rules of its time
CREATE TABLE site_applied(
  version INTEGER PRIMARY KEY,             -- grows with every apply
  seq INTEGER NOT NULL,                    -- the event that applied it
  data TEXT NOT NULL                       -- the site, JSON
) STRICT;
INSERT INTO site_applied(version, seq, data)
  SELECT version, (SELECT max(seq) FROM event WHERE kind = 'site_applied'), data FROM site;
DROP TABLE site;
ALTER TABLE site_applied RENAME TO site;

ALTER TABLE day_number ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0; -- left out after a restore

ALTER TABLE ticket ADD COLUMN journey TEXT NOT NULL DEFAULT '[]';     -- services still to come, JSON
ALTER TABLE ticket ADD COLUMN told_from INTEGER;                      -- minutes told at the start
ALTER TABLE ticket ADD COLUMN told_to INTEGER;
ALTER TABLE ticket ADD COLUMN told_work INTEGER;                      -- and the work they stood for
ALTER TABLE ticket ADD COLUMN first_seq INTEGER NOT NULL DEFAULT 0;   -- the event that gave it

CREATE TABLE leg_new(
  id INTEGER PRIMARY KEY,
  ticket_id INTEGER NOT NULL REFERENCES ticket(id),
  leg_no INTEGER NOT NULL CHECK(leg_no > 0),
  service_id INTEGER NOT NULL REFERENCES service(id),
  lane INTEGER NOT NULL DEFAULT 0 CHECK(lane IN (0,1)), -- 1: a class with a head start
  rank INTEGER NOT NULL,                   -- arrival less the class's head start; fixed while waiting
  state TEXT NOT NULL CHECK(state IN ('waiting','called','serving','parked','served','no_show',
    'cancelled','void','transferred')),
  counter_id INTEGER REFERENCES counter(id),
  only_counter INTEGER REFERENCES counter(id), -- nobody else calls it
  called_at INTEGER,
  started_at INTEGER,
  ended_at INTEGER,
  return_at INTEGER,                       -- a parked ticket comes back by itself then
  calls INTEGER NOT NULL DEFAULT 0,
  outcome TEXT,
  dossiers INTEGER NOT NULL DEFAULT 0,
  UNIQUE(ticket_id, leg_no),
  CHECK(state NOT IN ('called','serving') OR counter_id IS NOT NULL)
) STRICT;
INSERT INTO leg_new(id, ticket_id, leg_no, service_id, rank, state, counter_id, called_at,
                    started_at, ended_at, calls)
  SELECT id, ticket_id, leg_no, service_id, rank, state, counter_id, called_at, started_at,
         ended_at, calls FROM leg;
DROP TABLE leg;
ALTER TABLE leg_new RENAME TO leg;
-- the head of a queue is one seek; a lost index must be an error, never a slow day
-- (the last column only makes the index cover the query)
CREATE INDEX leg_waiting ON leg(service_id, lane, rank, ticket_id, only_counter)
  WHERE state = 'waiting' AND only_counter IS NULL;
CREATE INDEX leg_sent ON leg(only_counter, rank, ticket_id)
  WHERE state = 'waiting' AND only_counter IS NOT NULL;
CREATE INDEX leg_due ON leg(return_at) WHERE state = 'parked' AND return_at IS NOT NULL;
-- a ticket is in one place
CREATE UNIQUE INDEX leg_live ON leg(ticket_id)
  WHERE state IN ('waiting','called','serving','parked','no_show');
-- a counter has one visitor
CREATE UNIQUE INDEX leg_counter ON leg(counter_id) WHERE state IN ('called','serving');

CREATE TABLE counter_state(
  counter_id INTEGER PRIMARY KEY REFERENCES counter(id),
  duty TEXT NOT NULL CHECK(duty IN ('open','paused','closed')),
  reason TEXT NOT NULL DEFAULT '',
  officer TEXT,
  since INTEGER NOT NULL,
  streak INTEGER NOT NULL DEFAULT 0,       -- priority calls in a row
  undo_seq INTEGER                         -- the first event of the last action that can be undone
) STRICT;

CREATE TABLE booking(
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL,
  service_id INTEGER NOT NULL REFERENCES service(id),
  slot_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('booked','used','cancelled','lapsed')),
  ticket_id INTEGER REFERENCES ticket(id)
) STRICT;
CREATE UNIQUE INDEX booking_code ON booking(code) WHERE state = 'booked';
CREATE INDEX booking_slot ON booking(service_id, slot_at) WHERE state = 'booked';

-- one live number for a person and service; keyed digests, gone with the day
CREATE TABLE person(
  service_id INTEGER NOT NULL REFERENCES service(id),
  key TEXT NOT NULL,
  ticket_id INTEGER NOT NULL REFERENCES ticket(id),
  PRIMARY KEY(service_id, key)
) STRICT, WITHOUT ROWID;

ALTER TABLE event ADD COLUMN officer TEXT;
UPDATE ticket SET first_seq = coalesce(
  (SELECT min(seq) FROM event WHERE ticket_id = ticket.id AND kind = 'issued'), 0)
  WHERE id IN (SELECT ticket_id FROM leg
    WHERE state IN ('waiting','called','serving','parked','no_show'));
CREATE INDEX event_undone ON event(json_extract(data, '$.of')) WHERE kind = 'undone';
CREATE INDEX event_clock ON event(day, seq) WHERE kind IN ('clock_held','clock_stepped');
