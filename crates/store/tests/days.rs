//! Days and clocks: what ends with a day, and what a wrong clock may not do (P12).

use queue::{Action, CounterStep, Shift, Timestamp, What};
use uuid::Uuid;

use crate::support::{DAY, HOUR, SECOND, START, World, at, call_next, issue, site};

fn kinds(world: &mut World, after: i64) -> Vec<&'static str> {
    let events = world.store.feed(after, usize::MAX).unwrap();
    events.iter().map(|event| event.what.kind()).collect()
}

#[test]
fn a_site_applied_first_thing_in_the_morning_closes_yesterday() {
    let mut world = World::new();
    world.issue("normal");
    world.issue("normal");
    world.call_next();
    let before = world.store.last_seq().unwrap();
    world.now = START.plus_ms(DAY);
    world.store.apply_site(&site(), world.now).unwrap();
    assert_eq!(kinds(&mut world, before), ["day_closed", "site_applied"]);
    assert!(world.store.board(world.now).unwrap().tickets.is_empty(), "yesterday's are gone");
    assert_eq!(world.issue("normal").number.to_string(), "H001");
    world.in_order();
}

#[test]
fn a_site_is_not_applied_by_a_clock_in_doubt() {
    let mut world = World::new();
    let before = world.store.last_seq().unwrap();
    assert!(world.store.apply_site(&site(), START.plus_ms(15 * DAY)).is_err());
    assert_eq!(world.store.last_seq().unwrap(), before);
}

#[test]
fn a_site_applied_after_a_request_is_no_part_of_its_answer() {
    let mut world = World::new();
    let request = Uuid::now_v7();
    let first = world.store.act(request, &issue("stnmt", "normal"), world.now).unwrap();
    world.store.apply_site(&site(), world.now).unwrap();
    let again = world.store.act(request, &issue("stnmt", "normal"), world.now).unwrap();
    assert_eq!(again.events, first.events);
}

#[test]
fn a_parked_ticket_that_comes_back_is_no_part_of_a_shifts_answer() {
    let mut world = World::new();
    world.issue("normal");
    world.call_next();
    world.step(CounterStep::Park { until: Some(world.now.plus_min(5)) });
    world.now = world.now.plus_min(6);
    let (request, open) = (
        Uuid::now_v7(),
        Action::Shift { counter: "9".into(), change: Shift::Open { officer: None } },
    );
    let first = world.store.act(request, &open, world.now).unwrap();
    let again = world.store.act(request, &open, world.now).unwrap();
    assert_eq!(first.events.len(), 2);
    assert_eq!((&again.ticket, again.events), (&first.ticket, first.events));
    assert_eq!(first.ticket, None);
}
