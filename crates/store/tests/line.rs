//! The line to a server: how often an action goes there and back, and what happens when it falls
//! silent.

use std::time::Duration;

use queue::{Refusal, Timestamp};
use store::{ActError, Store, StoreUrl};
use uuid::Uuid;
use xtask::cluster::Cluster;
use xtask::line::Line;

use crate::support::{SECOND, START, call_next, issue, site};

fn centre(cluster: &Cluster) -> (Line, StoreUrl) {
    let direct = cluster.create("luot").unwrap();
    Store::create(&direct.parse().unwrap(), &site(), START).unwrap();
    let line = Line::to(cluster.port()).unwrap();
    let url = line.over(&direct, cluster.port());
    (line, url.parse().unwrap())
}

/// Two seconds without an answer are long on a line of this machine, and not to the test.
fn impatient(cluster: &Cluster) -> (Line, StoreUrl) {
    let (line, url) = centre(cluster);
    (line, format!("{}?answer_timeout=2", url.secret()).parse().unwrap())
}

fn at(seconds: i64) -> Timestamp {
    START.plus_ms(seconds * SECOND)
}

#[test]
fn an_action_goes_there_and_back_once() {
    let cluster = Cluster::in_memory().unwrap();
    let (line, url) = centre(&cluster);
    let mut store = Store::open(&url).unwrap();
    for (step, action) in [issue("stnmt", "normal"), call_next("10")].iter().enumerate() {
        let before = line.trips();
        store.act(Uuid::now_v7(), action, at(step as i64)).unwrap();
        assert_eq!(line.trips() - before, 1, "{action:?}");
    }
    // Others were first: once for nothing, once with what has happened since.
    let mut other = Store::open(&url).unwrap();
    other.act(Uuid::now_v7(), &issue("stnmt", "normal"), at(3)).unwrap();
    let before = line.trips();
    store.act(Uuid::now_v7(), &issue("stnmt", "normal"), at(4)).unwrap();
    assert_eq!(line.trips() - before, 2);
}

#[test]
fn an_answer_that_is_lost_on_the_way_is_settled_by_its_request() {
    let cluster = Cluster::in_memory().unwrap();
    let (line, url) = centre(&cluster);
    let mut store = Store::open(&url).unwrap();
    let (request, action) = (Uuid::now_v7(), issue("stnmt", "normal"));
    line.deaf(true);
    let lost = store.act(request, &action, at(1)).unwrap_err();
    assert!(matches!(&lost, ActError::Store(error) if error.outcome_unknown()), "{lost}");
    line.deaf(false);
    // The program opens it anew and asks what became of it: it was done, and is not done again.
    let mut store = Store::open(&url).unwrap();
    let done = store.settled(request, &action).unwrap().unwrap();
    let again = store.act(request, &action, at(2)).unwrap();
    assert!(again.repeated);
    assert_eq!(again.ticket, done.ticket);
    // What was never sent never was.
    assert_eq!(store.settled(Uuid::now_v7(), &action).unwrap(), None);
    assert_eq!(store.board(at(3)).unwrap().tickets.len(), 1);
}

/// Programs in a commune, the server in the province's town.
#[test]
fn a_slow_line_costs_an_action_its_length_once() {
    let cluster = Cluster::in_memory().unwrap();
    let (line, url) = centre(&cluster);
    line.delay(Duration::from_millis(25));
    let (mut kiosk, mut counter) = (Store::open(&url).unwrap(), Store::open(&url).unwrap());
    for visit in 0..4 {
        // Both are up to date: each look is a trip of its own and none of the action's.
        kiosk.board(at(10 * visit)).unwrap();
        let before = line.trips();
        let given = kiosk.act(Uuid::now_v7(), &issue("stnmt", "normal"), at(10 * visit + 1));
        assert_eq!(line.trips() - before, 1);
        counter.board(at(10 * visit + 1)).unwrap();
        let before = line.trips();
        let called = counter.act(Uuid::now_v7(), &call_next("10"), at(10 * visit + 2));
        assert_eq!(line.trips() - before, 1);
        assert_eq!(called.unwrap().ticket.unwrap().id, given.unwrap().ticket.unwrap().id);
    }
    // Two at once who are always behind each other: one holds the centre in the end.
    std::thread::scope(|scope| {
        for store in [kiosk, counter] {
            let mut store = store;
            scope.spawn(move || {
                for count in 0..8 {
                    let now = at(100 + count);
                    store.act(Uuid::now_v7(), &issue("stnmt", "normal"), now).unwrap();
                }
            });
        }
    });
    line.delay(Duration::ZERO);
    let mut store = Store::open(&url).unwrap();
    let events = store.feed(0, usize::MAX).unwrap();
    let issued = events.iter().filter(|event| event.what.kind() == "issued");
    assert_eq!(issued.count(), 4 + 16);
    assert_eq!(store.check().unwrap(), []);
}

/// Half-open: what is said is swallowed and no end is told, as by a switch that has lost its power.
#[test]
fn a_line_that_falls_silent_is_noticed_and_what_was_asked_is_settled() {
    let cluster = Cluster::in_memory().unwrap();
    let (line, url) = impatient(&cluster);
    let mut store = Store::open(&url).unwrap();
    let action = issue("stnmt", "normal");
    // Heard by the server, whose answer is swallowed; and swallowed on the way there.
    for (heard, silence) in [(true, Line::mute as fn(&Line)), (false, Line::hole)] {
        let tickets = store.board(at(1)).unwrap().tickets.len();
        let request = Uuid::now_v7();
        silence(&line);
        let lost = store.act(request, &action, at(2)).unwrap_err();
        assert!(matches!(&lost, ActError::Store(error) if error.outcome_unknown()), "{lost}");
        assert!(lost.to_string().contains("no answer within 2 s"), "{lost}");
        // Nothing more is asked of it.
        assert!(store.board(at(2)).is_err());
        store = Store::open(&url).unwrap();
        assert_eq!(store.settled(request, &action).unwrap().is_some(), heard);
        let again = store.act(request, &action, at(3)).unwrap();
        assert_eq!(again.repeated, heard);
        assert_eq!(store.board(at(3)).unwrap().tickets.len(), tickets + 1);
    }
    // Whoever only watches notices as well.
    line.hole();
    let seq = store.last_seq();
    assert!(seq.as_ref().is_err_and(store::Error::store_is_lost), "{seq:?}");
    assert_eq!(Store::open(&url).unwrap().check().unwrap(), []);
}

/// The server still holds the counter for a connection that has become a hole: the program that had
/// it gets it back, and another does not.
#[test]
fn a_counter_is_its_programs_again_on_a_new_line() {
    let cluster = Cluster::in_memory().unwrap();
    let (line, url) = impatient(&cluster);
    let mut store = Store::open(&url).unwrap();
    let lost = store.claim(&"10".into(), at(1)).unwrap();
    line.hole();
    assert!(lost.beat(at(2)).is_err());
    let mut store = Store::open(&url).unwrap();
    let in_use = |claim: Result<store::Claim, ActError>| {
        matches!(claim, Err(ActError::Refused(Refusal::CounterInUse { .. })))
    };
    assert!(in_use(store.claim(&"10".into(), at(3))), "the server was told of the cut");
    let claim = store.claim_again(&lost, at(4)).unwrap();
    drop(lost);
    claim.beat(at(5)).unwrap();
    let mut other = Store::open(&url).unwrap();
    assert!(in_use(other.claim(&"10".into(), at(6))));
    // Whoever was faster has it, whatever was before.
    let lost = claim;
    line.hole();
    assert!(lost.beat(at(7)).is_err());
    drop(store);
    cluster
        .sql(
            "luot",
            "SELECT pg_terminate_backend(l.pid) FROM pg_locks l
        WHERE locktype = 'advisory'",
        )
        .unwrap();
    let mut other = Store::open(&url).unwrap();
    let _theirs = other.claim(&"10".into(), at(8)).unwrap();
    assert!(in_use(Store::open(&url).unwrap().claim_again(&lost, at(9))));
}
