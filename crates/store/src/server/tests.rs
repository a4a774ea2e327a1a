use queue::{Action, Refusal, What, Wish};
use rusqlite::params;
use uuid::Uuid;
use xtask::cluster::Cluster;
use xtask::line::Line;

use super::*;
use crate::act::{About, Ledger};
use crate::open::{Home, nobodys_request};
use crate::{ActError, Store, StoreUrl};

/// Monday 23 November 2026, 08:00 in Yên Bái.
const START: Timestamp = Timestamp(1_795_395_600_000);
const DAY_MS: i64 = 24 * 3_600_000;

fn site(id: &str) -> queue::Site {
    let mut site: queue::Site =
        toml::from_str(include_str!("../../../../config/yenbai/site.toml")).unwrap();
    site.id = id.to_owned();
    site
}

fn centre(cluster: &Cluster) -> StoreUrl {
    let url = cluster.create("luot").unwrap().parse().unwrap();
    Store::create(&url, &site("yenbai"), START).unwrap();
    url
}

fn issue(store: &mut Store, days: i64) -> Result<crate::Done, ActError> {
    let issue = Action::Issue { service: "stnmt".into(), wish: Wish::default() };
    store.act(Uuid::now_v7(), &issue, START.plus_ms(days * DAY_MS))
}

/// The days of the numbers that a mirror has.
fn days(store: &mut Store) -> i64 {
    let sql = "SELECT count(DISTINCT day) FROM event WHERE kind = 'issued'";
    let days = store.read(|db, _| Ok(db.query_row(sql, [], |row| row.get(0))?));
    days.unwrap()
}

fn reach(store: &Store) -> Reach {
    match &store.home {
        Home::Server(server) => server.reach,
        Home::File(_) => Reach::WHOLE,
    }
}

/// A hall is never closed: each new day its mirror begins anew with the last two, also after it was
/// made to read far back.
#[test]
fn a_mirror_forgets_what_is_past_when_the_day_changes() {
    let cluster = Cluster::in_memory().unwrap();
    let url = centre(&cluster);
    let (mut hall, mut kiosk) = (Store::open(&url).unwrap(), Store::open(&url).unwrap());
    for day in 0..5 {
        issue(&mut kiosk, day).unwrap();
        // It has heard of it, whether or not the notice has come.
        days(&mut hall);
        hall.look().unwrap();
        assert!(days(&mut hall) <= 2, "day {day}");
    }
    let narrow = reach(&hall);
    assert!(narrow.seq > 1);
    // A report of long ago.
    assert_eq!(hall.feed(0, usize::MAX).unwrap().len(), 5 * 2);
    assert_eq!((days(&mut hall), reach(&hall)), (5, Reach::WHOLE));
    // The rest of the day it keeps what it has.
    issue(&mut kiosk, 4).unwrap();
    assert_eq!((days(&mut hall), reach(&hall)), (5, Reach::WHOLE));
    issue(&mut kiosk, 5).unwrap();
    // A new day that begins in the middle of a reading takes nothing from it.
    assert_eq!((days(&mut hall), reach(&hall)), (6, Reach::WHOLE));
    hall.look().unwrap();
    assert_eq!(days(&mut hall), 2);
    assert!(reach(&hall).seq > narrow.seq);
    // And finds all of it again when it is asked.
    assert_eq!(hall.feed(0, usize::MAX).unwrap().len(), 6 * 2 + 1);
    assert_eq!(hall.check().unwrap(), []);
}

/// An action that was behind twice is decided with the centre held; one that then comes to nothing
/// must not leave it held.
#[test]
fn a_centre_is_let_go_of_when_the_action_that_held_it_fails() {
    let cluster = Cluster::in_memory().unwrap();
    let url = centre(&cluster);
    let limit = |seconds: u32| -> StoreUrl {
        format!("{}?answer_timeout={seconds}", url.secret()).parse().unwrap()
    };
    // The holder would hold for a minute; the other gives up after two seconds.
    let (mut holder, mut other) =
        (Store::open(&limit(60)).unwrap(), Store::open(&limit(2)).unwrap());
    let mut decided = 0;
    let outcome = holder.write(|db, applied| -> Result<(), ActError> {
        decided += 1;
        if decided > TRIES_BEFORE_HOLD {
            let held = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'";
            assert_eq!(cluster.sql("luot", held).unwrap(), "1", "the centre is held");
            return Err(Refusal::ReasonMissing.into());
        }
        // Others are always first.
        issue(&mut other, 0)?;
        let mut ledger = Ledger::begin(db, applied, START)?;
        ledger.request = Some(nobodys_request());
        ledger.emit(What::ClockStepped { by_ms: 1 }, About::nothing())?;
        Ok(())
    });
    assert!(matches!(outcome, Err(ActError::Refused(Refusal::ReasonMissing))), "{outcome:?}");
    assert_eq!(decided, TRIES_BEFORE_HOLD + 1);
    issue(&mut other, 0).unwrap();
    issue(&mut holder, 0).unwrap();
}

/// Whoever holds a centre stops nobody at another one.
#[test]
fn a_held_centre_leaves_the_others_free() {
    let cluster = Cluster::in_memory().unwrap();
    let url = centre(&cluster);
    Store::create(&url, &site("tranyen"), START).unwrap();
    let at = |code: &str, limit: u32| -> StoreUrl {
        format!("{}?answer_timeout={limit}&site={code}", url.secret()).parse().unwrap()
    };
    let (mut holder, mut same) =
        (Store::open(&at("yenbai", 60)).unwrap(), Store::open(&at("yenbai", 2)).unwrap());
    let mut other = Store::open(&at("tranyen", 30)).unwrap();
    let Home::Server(server) = &mut holder.home else { panic!("a file") };
    server.hold(holder.db.as_mut().unwrap()).unwrap();
    issue(&mut other, 0).unwrap();
    // It is held in truth.
    assert!(issue(&mut same, 0).is_err());
    server.give_up().unwrap();
    issue(&mut Store::open(&at("yenbai", 30)).unwrap(), 0).unwrap();
}

/// A program that held its centre and has dropped out of the network holds it for as long as an answer
/// may take, and no longer; what it held it for has not happened.
#[test]
fn a_holder_whose_line_becomes_a_hole_loses_the_centre() {
    let cluster = Cluster::in_memory().unwrap();
    let url = centre(&cluster);
    let line = Line::to(cluster.port()).unwrap();
    let far = format!("{}?answer_timeout=2", line.over(&url.secret(), cluster.port()));
    let mut holder = Store::open(&far.parse().unwrap()).unwrap();
    let patient = format!("{}?answer_timeout=60", url.secret());
    let mut other = Store::open(&patient.parse().unwrap()).unwrap();
    let Home::Server(server) = &mut holder.home else { panic!("a file") };
    server.hold(holder.db.as_mut().unwrap()).unwrap();
    line.hole();
    let held = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'";
    assert_eq!(cluster.sql("luot", held).unwrap(), "1", "the server was told of the cut");
    issue(&mut other, 0).unwrap();
    assert_eq!(cluster.sql("luot", held).unwrap(), "0");
    assert!(server.give_up().is_err());
    assert!(holder.lost || issue(&mut holder, 0).is_err());
    assert_eq!(other.check().unwrap(), []);
}

/// A centre's first program of the day must not read years to start.
#[test]
fn opening_reads_what_a_day_needs_whatever_lies_before_it() {
    let cluster = Cluster::in_memory().unwrap();
    let url = centre(&cluster);
    let mut store = Store::open(&url).unwrap();
    issue(&mut store, 0).unwrap();
    cluster.sql("luot", YEARS).unwrap();
    let Home::Server(server) = &store.home else { panic!("a file") };
    let mut large = vec!["ticket", "leg", "event", "booking"];
    for (table, sql) in server.tables.iter().zip(server.asked(false)) {
        // The last hundred tickets, and the last two days.
        let sql = sql.unwrap().replace("$1", "1").replace("$2", "59901").replace("$3", "20261119");
        let plan = cluster.sql("luot", &format!("EXPLAIN {sql}")).unwrap();
        if large.contains(&table.name) {
            assert!(!plan.contains("Seq Scan"), "{}: {plan}", table.name);
            large.retain(|name| *name != table.name);
        }
    }
    assert!(large.is_empty());
}

/// 60,000 visits on 600 days before the first of the sample centre, as far as a planner can see; some
/// had booked.
const YEARS: &str = "
    CREATE TEMP TABLE visit AS SELECT n,
      to_char(date '2026-11-20' - (60000 - n) / 100, 'YYYYMMDD')::bigint
      AS day FROM generate_series(1001, 60000) n;
    INSERT INTO luot.ticket(centre, id, day, prefix, number, class_id, issued_at, print, seq)
      SELECT 1, n, day, 'Q', n, 1, 0, 'none', 0 FROM visit;
    INSERT INTO luot.leg(centre, id, ticket_id, leg_no, service_id, rank, state)
      SELECT 1, n, n, 1, 1, n, 'served' FROM visit;
    INSERT INTO luot.booking(centre, id, code, service_id, slot_at, state, ticket_id)
      SELECT 1, n, n, 1, 0, 'used', n FROM visit WHERE n % 3 = 0;
    INSERT INTO luot.event(centre, seq, at, day, kind, ticket_id, data, hash)
      SELECT 1, 4 * n + step, 0, day, kind, n, '', '' FROM visit,
        unnest('{issued,called,started,served}'::text[]) WITH ORDINALITY made(kind, step);
    ANALYZE luot.ticket, luot.leg, luot.booking, luot.event;";

/// As many as [`Store::write_to_server`] decides without the centre held.
const TRIES_BEFORE_HOLD: u32 = 2;

/// Logins are the whole server's: two centres never share one.
#[test]
fn each_centre_has_logins_of_its_own_whatever_its_code_is() {
    let cluster = Cluster::in_memory().unwrap();
    let url: StoreUrl = cluster.create("luot").unwrap().parse().unwrap();
    let long = "xa-".repeat(30);
    let codes = ["xa-1", "xa_1", "xa1", "xa_2d1", "xã-1", &format!("{long}1"), &format!("{long}2")];
    let mut names = std::collections::BTreeSet::new();
    for code in codes {
        Store::create(&url, &site(code), START).unwrap();
        let logins = Store::enrol(&url, code).unwrap();
        assert_eq!(logins.len(), 5);
        for login in logins {
            let name = login.address.split_once("://").unwrap().1.split_once(':').unwrap().0;
            assert!(name.len() <= 63 && names.insert(name.to_owned()), "{name} twice");
            let mut store = Store::open(&login.address.parse().unwrap()).unwrap();
            assert_eq!(store.site().unwrap().id, code);
            let own = store.read(|db, _| {
                let sql = "SELECT count(*) FROM event WHERE seq = ?1";
                Ok(db.query_row(sql, params![1], |row| row.get::<_, i64>(0))?)
            });
            assert_eq!(own.unwrap(), 1);
        }
    }
    assert_eq!(names.len(), 5 * codes.len());
    let roles = cluster.sql("luot", "SELECT count(DISTINCT login) FROM luot.member").unwrap();
    assert_eq!(roles, names.len().to_string());
}
