-- The first day: a ticket's paper, its places in queues, and the append-only ledger.
CREATE TABLE site(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  version INTEGER NOT NULL,                -- grows with every apply
  data TEXT NOT NULL                       -- the applied site, JSON
) STRICT;
CREATE TABLE service(
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  active INTEGER NOT NULL DEFAULT 1 CHECK(active IN (0,1))
) STRICT;
CREATE TABLE class(
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE counter(
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  active INTEGER NOT NULL DEFAULT 1 CHECK(active IN (0,1))
) STRICT;
CREATE TABLE day_number(
  day INTEGER NOT NULL,
  prefix TEXT NOT NULL,
  last INTEGER NOT NULL CHECK(last > 0),
  PRIMARY KEY(day, prefix)
) STRICT, WITHOUT ROWID;
CREATE TABLE ticket(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  day INTEGER NOT NULL,
  prefix TEXT NOT NULL,
  number INTEGER NOT NULL CHECK(number > 0),
  class_id INTEGER NOT NULL REFERENCES class(id),
  procedure INTEGER,
  issued_at INTEGER NOT NULL,
  print TEXT NOT NULL CHECK(print IN ('pending','printing','printed','unconfirmed','none')),
  seq INTEGER NOT NULL,                    -- the last event that changed it
  UNIQUE(day, prefix, number)
) STRICT;
CREATE TABLE leg(
  id INTEGER PRIMARY KEY,
  ticket_id INTEGER NOT NULL REFERENCES ticket(id),
  leg_no INTEGER NOT NULL CHECK(leg_no > 0),
  service_id INTEGER NOT NULL REFERENCES service(id),
  rank INTEGER NOT NULL,                   -- arrival less the class's head start; fixed while waiting
  state TEXT NOT NULL CHECK(state IN
    ('waiting','called','serving','parked','served','no_show','cancelled','transferred')),
  counter_id INTEGER REFERENCES counter(id),
  called_at INTEGER,
  started_at INTEGER,
  ended_at INTEGER,
  calls INTEGER NOT NULL DEFAULT 0,
  UNIQUE(ticket_id, leg_no),
  CHECK(state NOT IN ('called','serving') OR counter_id IS NOT NULL)
) STRICT;
-- the head of a queue is one seek; a lost index must be an error, never a slow day
CREATE INDEX leg_waiting ON leg(service_id, rank, ticket_id) WHERE state = 'waiting';
-- a ticket is in one place
CREATE UNIQUE INDEX leg_live ON leg(ticket_id)
  WHERE state IN ('waiting','called','serving','parked','no_show');
-- a counter has one visitor
CREATE UNIQUE INDEX leg_counter ON leg(counter_id) WHERE state IN ('called','serving');
CREATE INDEX ticket_day ON ticket(day, id);
CREATE TABLE event(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  day INTEGER NOT NULL,
  kind TEXT NOT NULL,
  ticket_id INTEGER,
  number TEXT,
  service TEXT,
  counter TEXT,
  data TEXT NOT NULL,                      -- the kind's own facts, JSON
  req BLOB,                                -- the request, on its first event
  digest BLOB,                             -- what was requested
  hash BLOB NOT NULL                       -- chained within the day
) STRICT;
CREATE UNIQUE INDEX event_req ON event(req) WHERE req IS NOT NULL;
CREATE INDEX event_call ON event(day, seq) WHERE kind IN ('called','recalled','resumed');
CREATE TRIGGER event_no_update BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
