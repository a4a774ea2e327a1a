//! The figures of a day, reckoned a second time from the feed alone.

use std::collections::BTreeMap;

use queue::wait::{Experience, Range, SEEN_ENOUGH};
use queue::{Action, CounterStep, TicketId, Timestamp, Told, What, Wish};

use crate::support::{DAY, World, call_next};

/// A day of visits of some minutes each; every third visitor is called twice, every fifth missed,
/// and each was told a wait.
fn a_day(world: &mut World, visits: i64) {
    let told = Told { range: Range { from_min: 5, to_min: 15 }, work_ms: 8 * 60_000 };
    for visit in 0..visits {
        let wish = Wish { told: Some(told), ..Wish::default() };
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

/// The pace of a service is that of its finished visits, today's apart from earlier days'; what was
/// told yesterday is what tomorrow's ranges learn from.
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
    world.now = world.now.plus_ms(DAY);
    for _ in 0..4 {
        a_day(&mut world, 40);
        world.now = Timestamp(world.now.0 + DAY);
    }
    let later = world.store.experience(world.now).unwrap();
    assert_ne!(later.calibrations[&"stnmt".into()], of_default, "160 pairs are enough to learn");
    assert!(!later.paces.contains_key(&"cat".into()), "nothing is known of what nobody asked for");
    world.in_order();
}
