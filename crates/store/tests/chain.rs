//! Every act is on record, and a changed record is found (P21).

use queue::{Action, BusinessDay, CounterStep, PrintState};
use rusqlite::{Connection, params};

use crate::support::{DAY, START, World, at, journey};

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

/// P21: whatever column of an event is changed, its place and day are named.
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
        let wanted = "event 3 of 2026-11-23 was changed after it was written";
        assert!(findings(&mut world).contains(&wanted.to_owned()), "{change}");
    }
}

/// P21: an event taken out of the middle leaves a hole that is named.
#[test]
fn a_missing_event_is_named() {
    let mut world = world();
    tamper(&world, "DELETE FROM event WHERE seq = 3");
    assert!(world.store.feed(0, 10).is_err(), "a feed with a gap is no feed");
    assert_eq!(findings(&mut world), ["event 3 is missing"]);
}

/// P21: the database itself lets nobody change or remove an event.
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

/// P21: the chain of what is left is whole; the file knows how many there were.
#[test]
fn a_tail_that_was_cut_off_is_found() {
    let mut world = world();
    tamper(&world, "DELETE FROM event WHERE seq >= 5");
    let wanted = "the log ends at event 4, but 6 were written".to_owned();
    assert!(findings(&mut world).contains(&wanted));
}

/// Whoever has left is on no board; what is stored of the visit is checked all the same, today and
/// when the day is long over.
#[test]
fn a_changed_end_is_found() {
    let changes = [
        "UPDATE leg SET ended_at = ended_at - 1 WHERE ticket_id = 1 AND leg_no = 1",
        "UPDATE leg SET called_at = called_at - 1 WHERE ticket_id = 1 AND leg_no = 2",
        "UPDATE leg SET dossiers = 2 WHERE ticket_id = 1 AND leg_no = 2",
        "UPDATE leg SET counter_id = 1 WHERE ticket_id = 1 AND leg_no = 1",
        "UPDATE leg SET state = 'cancelled' WHERE ticket_id = 1 AND leg_no = 2",
        "UPDATE ticket SET dossiers = 2 WHERE id = 1",
        "UPDATE ticket SET issued_at = issued_at - 1 WHERE id = 1",
        "UPDATE ticket SET told_to = 5, told_from = 0, told_work = 1 WHERE id = 1",
    ];
    for (change, later) in changes.into_iter().flat_map(|change| [(change, false), (change, true)])
    {
        let mut world = World::new();
        let number = world.ticket(&journey("stnmt", &["cat"])).number;
        world.call_next();
        world.step(CounterStep::finish());
        let call = Action::Call { counter: "9".into(), number, reason: "asked".into() };
        world.ticket(&call);
        world.ticket(&at("9", CounterStep::finish()));
        if later {
            for day in 1..4 {
                world.now = START.plus_ms(day * DAY);
                world.issue("normal");
            }
        }
        world.in_order();
        tamper(&world, change);
        let wanted = "H001 of 2026-11-23: the stored state is not what the log says";
        assert_eq!(findings(&mut world), [wanted], "{change}");
    }
}

/// A slip that comes out after midnight still belongs to its number.
#[test]
fn a_slip_confirmed_on_another_day_is_in_order() {
    let mut world = World::new();
    let ticket = world.issue("normal").id;
    world.now = START.plus_ms(DAY);
    world.issue("normal");
    world.ticket(&Action::Print { ticket, print: PrintState::Printed, copy: false });
    world.now = START.plus_ms(2 * DAY);
    world.issue("normal");
    world.in_order();
}

fn tamper_number(world: &World) {
    let db = Connection::open(world.folder.path().join("queue.db")).unwrap();
    db.execute("UPDATE day_number SET last = 7 WHERE prefix = 'H'", []).unwrap();
}

/// A counter and a booking have their place in the log as well.
#[test]
fn a_counter_or_a_booking_that_the_log_does_not_tell_is_named() {
    let mut world = world();
    tamper(&world, "INSERT INTO intake SELECT id, 'x' FROM service WHERE code = 'stnmt'");
    let said = "service stnmt: the stored state is not what the log says";
    assert_eq!(findings(&mut world), [said]);
    let mut world = self::world();
    tamper(&world, "UPDATE counter_state SET officer = 'x'");
    assert_eq!(findings(&mut world), ["counter 10: the stored state is not what the log says"]);
    let mut world = self::world();
    let booking = "INSERT INTO booking(code, service_id, slot_at, state)
                   VALUES('123456', 1, 0, 'booked')";
    tamper(&world, booking);
    assert_eq!(findings(&mut world), ["booking 123456: the stored state is not what the log says"]);
}
