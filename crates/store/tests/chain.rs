//! Every act is on record, and a changed record is found (P21).

use queue::BusinessDay;
use rusqlite::{Connection, params};

use crate::support::{DAY, START, World};

const MONDAY: BusinessDay = BusinessDay(20_261_123);

fn world() -> World {
    let mut world = World::new();
    for _ in 0..3 {
        world.issue("normal");
    }
    world.call_next();
    world
}

/// Somebody with the file in hand and the will to change it.
fn tamper(world: &World, sql: &str) {
    let db = Connection::open(world.folder.path().join("queue.db")).unwrap();
    db.execute_batch("DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete;").unwrap();
    db.execute(sql, params![]).unwrap();
}

fn findings(world: &mut World) -> Vec<String> {
    world.store.check().unwrap().into_iter().map(|finding| finding.en).collect()
}

#[test]
fn the_head_of_a_day_stays_what_it_was() {
    let mut world = world();
    let head = world.store.chain_head(MONDAY).unwrap().unwrap();
    assert_eq!((head.seq, head.events, head.hash.len()), (6, 6, 64));
    assert_eq!(world.store.chain_head(MONDAY).unwrap().unwrap(), head);
    world.issue("normal");
    assert_ne!(world.store.chain_head(MONDAY).unwrap().unwrap().hash, head.hash);
    assert_eq!(world.store.chain_head(queue::next_day(MONDAY)).unwrap(), None);
    world.now = START.plus_ms(DAY);
    world.issue("normal");
    let closed = world.store.chain_head(MONDAY).unwrap().unwrap();
    world.issue("normal");
    assert_eq!(world.store.chain_head(MONDAY).unwrap().unwrap(), closed, "a closed day is closed");
    let tuesday = world.store.chain_head(queue::next_day(MONDAY)).unwrap().unwrap();
    assert_eq!((closed.events, tuesday.events), (8, 2));
}

#[test]
fn a_changed_event_is_named() {
    for change in [
        "data = replace(data, 'normal', 'priority')",
        "at = at - 1",
        "counter = '9'",
        "officer = 'x'",
        "number = 'H009'",
        "service = 'cat'",
        "kind = 'cancelled'",
    ] {
        let mut world = world();
        tamper(&world, &format!("UPDATE event SET {change} WHERE seq = 3"));
        let wanted = "event 3 was changed after it was written";
        assert!(findings(&mut world).contains(&wanted.to_owned()), "{change}");
    }
}

#[test]
fn a_missing_event_is_named() {
    let mut world = world();
    tamper(&world, "DELETE FROM event WHERE seq = 3");
    assert!(world.store.feed(0, 10).is_err(), "a feed with a gap is no feed");
    assert_eq!(findings(&mut world), ["event 3 is missing"]);
}

#[test]
fn the_ledger_refuses_to_be_changed() {
    let world = world();
    let db = Connection::open(world.folder.path().join("queue.db")).unwrap();
    for sql in ["UPDATE event SET at = 0 WHERE seq = 1", "DELETE FROM event WHERE seq = 1"] {
        let error = db.execute(sql, []).unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
}

#[test]
fn a_state_that_the_log_does_not_tell_is_named() {
    let mut world = world();
    tamper(&world, "UPDATE leg SET rank = rank - 1 WHERE ticket_id = 2");
    let wanted = "H002 of 2026-11-23: the stored state is not what the log says";
    assert_eq!(findings(&mut world), [wanted]);
    tamper_number(&world);
    assert!(findings(&mut world).iter().any(|words| words.contains("series H")));
}

fn tamper_number(world: &World) {
    let db = Connection::open(world.folder.path().join("queue.db")).unwrap();
    db.execute("UPDATE day_number SET last = 7 WHERE prefix = 'H'", []).unwrap();
}

/// A counter and a booking have their place in the log as well.
#[test]
fn a_counter_or_a_booking_that_the_log_does_not_tell_is_named() {
    let mut world = world();
    tamper(&world, "UPDATE counter_state SET officer = 'x'");
    assert_eq!(findings(&mut world), ["counter 10: the stored state is not what the log says"]);
    let mut world = self::world();
    let booking = "INSERT INTO booking(code, service_id, slot_at, state)
                   VALUES('123456', 1, 0, 'booked')";
    tamper(&world, booking);
    assert_eq!(findings(&mut world), ["booking 123456: the stored state is not what the log says"]);
}
