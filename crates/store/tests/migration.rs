//! An older file is brought to this program's schema without losing anybody who waits (P17).

use std::path::{Path, PathBuf};

use queue::{Board, Site, State};
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};
use store::{Error, Store};

use crate::support::{DAY, START, World, call_next, folder, issue, site, undo, url};

mod kill;

/// The schema of this program.
const NOW: i64 = 3;

/// A store of the first schema with the rows that its program wrote.
struct Old {
    db: Connection,
    path: PathBuf,
    day: i32,
    at: i64,
    seq: i64,
    hash: Vec<u8>,
}

/// What an event of the old program was about: a ticket with its number, a service, a counter.
type About<'a> = (Option<i64>, Option<&'a str>, Option<&'a str>, Option<&'a str>);

impl Old {
    fn new(folder: &Path) -> Self {
        let path = folder.join("queue.db");
        let db = Connection::open(&path).unwrap();
        db.pragma_update(None, "application_id", 0x4c75_6f74).unwrap();
        db.pragma_update(None, "journal_mode", "wal").unwrap();
        db.execute_batch(include_str!("../migrations/0001_first_day.sql")).unwrap();
        db.pragma_update(None, "user_version", 1).unwrap();
        let site = site();
        db.execute("INSERT INTO site VALUES(1, 1, ?1)", [old_json(&site)]).unwrap();
        for service in &site.services {
            db.execute("INSERT INTO service(code) VALUES(?1)", [service.id.as_str()]).unwrap();
        }
        for counter in &site.counters {
            db.execute("INSERT INTO counter(code) VALUES(?1)", [counter.id.as_str()]).unwrap();
        }
        for class in &site.classes {
            db.execute("INSERT INTO class(code) VALUES(?1)", [class.id.as_str()]).unwrap();
        }
        let (day, at) = (20_261_122, START.0 - DAY);
        let mut old = Self { db, path, day, at, seq: 0, hash: Vec::new() };
        old.event("site_applied", (None, None, None, None), r#"{"site":"00"}"#);
        old
    }

    /// The old program's chain: no officer in it, and none in the table.
    fn event(&mut self, kind: &str, about: About<'_>, data: &str) {
        let (ticket, number, service, counter) = about;
        let mut text = format!("{}\u{1f}{}\u{1f}{kind}\u{1f}", self.at, self.day);
        text.push_str(&ticket.unwrap_or_default().to_string());
        for field in [number, service, counter, Some(data)] {
            text.push('\u{1f}');
            text.push_str(field.unwrap_or_default());
        }
        self.hash = Sha256::new().chain_update(&self.hash).chain_update(&text).finalize().to_vec();
        self.seq += 1;
        let request = self.seq.to_be_bytes();
        self.db
            .execute(
                "INSERT INTO event(at, day, kind, ticket_id, number, service, counter, data, req,
                                   digest, hash)
                 VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10)",
                params![
                    self.at, self.day, kind, ticket, number, service, counter, data, request,
                    self.hash
                ],
            )
            .unwrap();
    }

    fn today(&mut self, open: i64) {
        self.at = START.0;
        self.event("day_closed", (None, None, None, None), &format!(r#"{{"open":{open}}}"#));
        let end = "UPDATE leg SET state = 'cancelled', ended_at = ?1
                   WHERE state IN ('waiting','called','serving','parked','no_show')";
        self.db.execute(end, [self.at]).unwrap();
        (self.day, self.hash) = (20_261_123, Vec::new());
    }

    /// A number of the land office and what happened to it afterwards.
    fn ticket(&mut self, id: i64, count: i64, class: &str, then: &[(&str, &str)]) {
        self.at += 1_000;
        let number = format!("H{count:03}");
        let credit = if class == "normal" { 0 } else { 3_600_000 };
        let (issued, rank) = (self.at, self.at - credit);
        let data =
            format!(r#"{{"class":"{class}","rank":{rank},"procedure":null,"print":"none"}}"#);
        self.event("issued", (Some(id), Some(&number), Some("stnmt"), None), &data);
        let mut leg = Leg { state: "waiting", rank, ..Leg::default() };
        for (kind, counter) in then {
            self.at += 1_000;
            let at = Some(self.at);
            let data = leg.step(kind, counter, at);
            let service = if *kind == "transferred" { "cat" } else { "stnmt" };
            let counter = (!counter.is_empty()).then_some(*counter);
            self.event(kind, (Some(id), Some(&number), Some(service), counter), &data);
        }
        self.write(id, count, class, issued, &leg);
    }

    fn write(&self, id: i64, count: i64, class: &str, issued: i64, leg: &Leg) {
        let class = if class == "normal" { 1 } else { 2 };
        let last = "INSERT INTO day_number VALUES(?1, 'H', ?2)
                    ON CONFLICT DO UPDATE SET last = excluded.last";
        self.db.execute(last, params![self.day, count]).unwrap();
        self.db
            .execute(
                "INSERT INTO ticket VALUES(?1, ?2, 'H', ?3, ?4, NULL, ?5, 'none', ?6)",
                params![id, self.day, count, class, issued, self.seq],
            )
            .unwrap();
        let insert = "INSERT INTO leg(ticket_id, leg_no, service_id, rank, state, counter_id,
                        called_at, started_at, ended_at, calls)
                      VALUES(?1, ?2, (SELECT id FROM service WHERE code = ?3), ?4, ?5,
                        (SELECT id FROM counter WHERE code = ?6), ?7, ?8, ?9, ?10)";
        let (mut number, mut service) = (1, "stnmt");
        if leg.moved {
            let ended = params![
                id,
                1,
                service,
                leg.rank,
                "transferred",
                leg.counter,
                leg.left,
                None::<i64>,
                self.at,
                leg.calls
            ];
            self.db.execute(insert, ended).unwrap();
            (number, service) = (2, "cat");
        }
        let counter = (!leg.moved).then_some(leg.counter.as_str());
        let stands = params![
            id,
            number,
            service,
            leg.rank,
            leg.state,
            counter,
            leg.called,
            leg.started,
            leg.ended,
            leg.calls
        ];
        self.db.execute(insert, stands).unwrap();
    }
}

#[derive(Default)]
struct Leg {
    state: &'static str,
    rank: i64,
    counter: String,
    called: Option<i64>,
    started: Option<i64>,
    ended: Option<i64>,
    calls: i64,
    moved: bool,
    /// When the leg before was called.
    left: Option<i64>,
}

impl Leg {
    fn step(&mut self, kind: &str, counter: &str, at: Option<i64>) -> String {
        match kind {
            "called" => {
                self.calls += 1;
                (self.state, self.called, self.counter) = ("called", at, counter.to_owned());
                return format!(r#"{{"calls":{},"reason":null}}"#, self.calls);
            }
            "started" => (self.state, self.started) = ("serving", at),
            "parked" => self.state = "parked",
            "transferred" => {
                self.left = self.called.take();
                (self.state, self.moved) = ("waiting", true);
                return format!(r#"{{"from":"stnmt","rank":{}}}"#, self.rank);
            }
            "finished" => (self.state, self.ended) = ("served", at),
            "no_show" => (self.state, self.ended) = ("no_show", at),
            "cancelled" => (self.state, self.ended) = ("cancelled", at),
            other => panic!("{other}"),
        }
        "{}".to_owned()
    }
}

/// The site as the first program wrote it: without what it did not know.
fn old_json(site: &Site) -> String {
    let mut json = serde_json::to_value(site).unwrap();
    let object = json.as_object_mut().unwrap();
    for new in ["rules", "exception", "stop_before_close_min"] {
        object.remove(new);
    }
    for counter in object["counter"].as_array_mut().unwrap() {
        counter.as_object_mut().unwrap().remove("serves");
    }
    json.to_string()
}

/// Yesterday with two numbers, today with one in every state.
fn old(folder: &Path) -> Old {
    let mut old = Old::new(folder);
    old.ticket(1, 1, "normal", &[("called", "9"), ("finished", "9")]);
    old.ticket(2, 2, "normal", &[]);
    old.today(1);
    old.ticket(3, 1, "normal", &[]);
    old.ticket(4, 2, "priority", &[]);
    old.ticket(5, 3, "normal", &[("called", "10")]);
    old.ticket(6, 4, "normal", &[("called", "9"), ("started", "9")]);
    old.ticket(7, 5, "normal", &[("called", "8"), ("parked", "8")]);
    old.ticket(8, 6, "normal", &[("called", "7"), ("started", "7"), ("finished", "7")]);
    old.ticket(9, 7, "normal", &[("called", "6"), ("no_show", "6")]);
    old.ticket(10, 8, "normal", &[("cancelled", "")]);
    old.ticket(11, 9, "normal", &[("called", "5"), ("transferred", "")]);
    old
}

fn rows(path: &Path, table: &str) -> i64 {
    let db = Connection::open(path).unwrap();
    db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

fn version(path: &Path) -> i64 {
    let db = Connection::open(path).unwrap();
    db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// P17: whoever waits, is called or is served goes on after the upgrade as before it.
#[test]
fn a_live_queue_of_the_first_schema_goes_on() {
    let folder = folder();
    let Old { db, path, at, seq, .. } = old(folder.path());
    drop(db);
    let now = queue::Timestamp(at + 1_000);
    let mut store = Store::open(&url(&folder)).unwrap();
    assert_eq!(store.check().unwrap(), []);
    let mut folded = Board::default();
    for event in store.feed(0, usize::MAX).unwrap() {
        folded.apply(&event).unwrap();
    }
    let board = store.board(now).unwrap();
    assert_eq!(board, folded);
    assert_eq!((board.seq, board.served), (seq, 1));
    let states: Vec<_> = board.tickets.values().map(|ticket| ticket.state).collect();
    let wanted = [
        State::Waiting,
        State::Waiting,
        State::Called,
        State::Serving,
        State::Parked,
        State::NoShow,
        State::Waiting,
    ];
    assert_eq!(states, wanted);
    let copy = folder.path().join("queue.schema-1.db");
    assert_eq!((version(&copy), rows(&copy, "event"), version(&path)), (1, seq, NOW));
    let mut world = World { folder, store, now };
    assert_eq!(world.issue("normal").number.to_string(), "H010", "numbering goes on");
    assert_eq!(world.call_next().number.to_string(), "H002", "the head start is kept");
    assert_eq!(world.ticket(&call_next("19")).number.to_string(), "H009");
    assert_eq!(world.ticket(&undo("10")).number.to_string(), "H003");
    assert_eq!(world.step(queue::CounterStep::Start).state, State::Serving);
    world.in_order();
    world.now = START.plus_ms(DAY);
    assert_eq!(world.ticket(&issue("stnmt", "normal")).number.to_string(), "H001");
    world.in_order();
}

/// P17: an upgrade happens whole or not at all, after a copy was put aside.
#[test]
fn an_upgrade_that_fails_half_way_leaves_the_old_file_usable() {
    let folder = folder();
    let old = old(folder.path());
    let (events, legs) = (rows(&old.path, "event"), rows(&old.path, "leg"));
    old.db.execute_batch("CREATE TABLE booking(x)").unwrap();
    assert!(Store::open(&url(&folder)).is_err());
    assert_eq!((version(&old.path), rows(&old.path, "event")), (1, events));
    assert_eq!((rows(&old.path, "leg"), rows(&old.path, "site")), (legs, 1));
    // The old program goes on for a while; the copy for the way back must have that, too.
    let mut old = old;
    old.ticket(12, 10, "normal", &[]);
    old.db.execute_batch("DROP TABLE booking").unwrap();
    drop(old.db);
    assert_eq!(Store::open(&url(&folder)).unwrap().check().unwrap(), []);
    assert_eq!(rows(&folder.path().join("queue.schema-1.db"), "event"), events + 1);
}

/// P17: nobody's file is rebuilt under a program that runs.
#[test]
fn no_upgrade_while_another_program_has_it_open() {
    let folder = folder();
    drop(old(folder.path()).db);
    let presence = std::fs::File::create(folder.path().join("queue.presence")).unwrap();
    presence.lock_shared().unwrap();
    assert!(matches!(Store::open(&url(&folder)), Err(Error::InUse)));
    assert_eq!(version(&folder.path().join("queue.db")), 1);
    drop(presence);
    assert!(Store::open(&url(&folder)).is_ok());
}

/// P17: an older program leaves a newer file as it is.
#[test]
fn a_file_of_a_newer_program_is_refused() {
    let world = World::new();
    drop(world.store);
    let path = world.folder.path().join("queue.db");
    let db = Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let refused = Store::open(&url(&world.folder));
    assert!(matches!(refused, Err(Error::Newer { found: 99, known: NOW, .. })));
    assert_eq!(version(&path), 99);
}
