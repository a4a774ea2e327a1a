//! The figures of a day, reckoned a second time from the feed alone.

use std::collections::BTreeMap;

use queue::wait::{Experience, Range, SEEN_ENOUGH};
use queue::{Action, CounterStep, TicketId, Timestamp, Told, What, Wish};

use crate::support::{DAY, START, World, call_next, undo};

fn told() -> Told {
    Told { range: Range { from_min: 5, to_min: 15 }, work_ms: 8 * 60_000 }
}

/// A day of visits of some minutes each; every third visitor is called twice, every fifth missed,
/// and each was told a wait.
fn a_day(world: &mut World, visits: i64) {
    for visit in 0..visits {
        let wish = Wish { told: Some(told()), ..Wish::default() };
        world.act(&Action::Issue { service: "stnmt".into(), wish }).unwrap();
        world.now = world.now.plus_min(3 + visit % 14);
        world.ticket(&call_next("10"));
        if visit % 3 == 0 {
            world.now = world.now.plus_min(1);
            world.step(CounterStep::Recall);
        }
        world.now = world.now.plus_min(2 + visit % 5);
        let missed = visit % 5 == 4;
        world.step(if missed { CounterStep::NoShow } else { CounterStep::finish() });
    }
}

/// P22: what a report says is what the events say, to the unit.
#[test]
fn the_figures_of_a_day_are_those_of_its_events() {
    let mut world = World::new();
    a_day(&mut world, 20);
    let day = world.store.board(world.now).unwrap().day;
    let events = world.store.day(day).unwrap();
    let (mut issued, mut waits): (BTreeMap<TicketId, Timestamp>, Vec<i64>) = Default::default();
    for event in &events {
        let ticket = event.ticket.unwrap_or_default();
        if matches!(event.what, What::Issued { .. }) {
            issued.insert(ticket, event.at);
        } else if matches!(event.what, What::Called { .. }) {
            waits.push(event.at.since(issued[&ticket]));
        }
    }
    assert_eq!(waits.len(), 20);
    assert_eq!(world.store.waits(day).unwrap(), waits);
    let compared = world.store.compared(day).unwrap();
    assert_eq!(compared.iter().map(|lived| lived.waited_ms).collect::<Vec<_>>(), waits);
    let inside = compared.iter().filter(|lived| lived.range.contains(lived.waited_ms)).count();
    let by_hand = waits.iter().filter(|ms| (5 * 60_000..=15 * 60_000).contains(*ms)).count();
    assert_eq!(inside, by_hand);
    assert_eq!(world.store.day(queue::next_day(day)).unwrap(), []);
    assert_eq!(world.store.waits(queue::next_day(day)).unwrap(), [0_i64; 0]);
}

/// P24: the pace of a service is that of its finished visits, today's apart from earlier days'; what
/// was told yesterday is what tomorrow's ranges learn from.
#[test]
fn experience_comes_with_the_days() {
    let mut world = World::new();
    let seen = |experience: &Experience| {
        experience.paces.get(&"stnmt".into()).map_or(0, queue::wait::Pace::seen)
    };
    let experience = world.store.experience(world.now).unwrap();
    assert_eq!(seen(&experience), 0);
    let of_default = experience.calibrations[&"stnmt".into()];
    a_day(&mut world, 20);
    let today = world.store.experience(world.now).unwrap();
    assert!(seen(&today) >= SEEN_ENOUGH);
    assert_eq!(today.calibrations[&"stnmt".into()], of_default, "today is not over");
    for day in 1..=4 {
        world.now = START.plus_ms(day * DAY);
        a_day(&mut world, 40);
    }
    world.now = START.plus_ms(5 * DAY);
    let later = world.store.experience(world.now).unwrap();
    assert_ne!(later.calibrations[&"stnmt".into()], of_default, "160 pairs are enough to learn");
    assert!(!later.paces.contains_key(&"cat".into()), "nothing is known of what nobody asked for");
    world.in_order();
}

/// A number of a class, told a wait, called after so many minutes.
fn told_and_called(world: &mut World, class: &str, minutes: i64) {
    let wish = Wish { told: Some(told()), class: Some(class.into()), ..Wish::default() };
    world.ticket(&Action::Issue { service: "stnmt".into(), wish });
    world.now = world.now.plus_min(minutes);
    world.call_next();
}

/// Whoever has a head start neither spoils the report nor teaches the ordinary wait.
#[test]
fn a_head_start_is_no_measure_of_what_others_were_told() {
    let mut world = World::new();
    for _ in 0..60 {
        told_and_called(&mut world, "priority", 1);
        world.step(CounterStep::finish());
    }
    let day = world.store.board(world.now).unwrap().day;
    assert_eq!(world.store.compared(day).unwrap(), []);
    assert_eq!(world.store.waits(day).unwrap().len(), 60, "they waited all the same");
    world.now = START.plus_ms(DAY);
    let learned = world.store.experience(world.now).unwrap().calibrations[&"stnmt".into()];
    let untaught = World::new().store.experience(world.now).unwrap();
    assert_eq!(learned, untaught.calibrations[&"stnmt".into()]);
}

/// A slip of the finger that was taken back at once is not when the visitor's turn came.
#[test]
fn a_call_that_was_taken_back_is_not_the_first() {
    let mut world = World::new();
    told_and_called(&mut world, "normal", 1);
    world.ticket(&undo("10"));
    world.now = world.now.plus_min(9);
    world.call_next();
    let day = world.store.board(world.now).unwrap().day;
    let compared = world.store.compared(day).unwrap();
    let waited = world.store.waits(day).unwrap();
    assert_eq!(compared.iter().map(|lived| lived.waited_ms).collect::<Vec<_>>(), waited);
    assert!(waited.len() == 1 && waited[0] > 10 * 60_000, "{waited:?}");
}
