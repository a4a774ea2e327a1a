//! Ratings: once a visit, and nobody can tell whose.

use queue::{Action, Complaint, CounterStep, Level, Ratings, TicketId, What};

use crate::support::{DAY, World};

fn rate(ticket: TicketId, level: Level, why: &[Complaint]) -> Action {
    Action::Rate { ticket, level, why: why.to_vec() }
}

/// P25: the ledger names the service alone.
#[test]
fn a_visit_is_rated_once_and_its_event_does_not_tell_which() {
    let mut world = World::new();
    let ticket = world.issue("normal").id;
    assert_eq!(world.no(&rate(ticket, Level::Satisfied, &[])), "not_served");
    world.call_next();
    world.step(CounterStep::Start);
    assert_eq!(world.no(&rate(ticket, Level::Satisfied, &[])), "not_served");
    world.step(CounterStep::finish());
    let why = [Complaint::Cost, Complaint::Wait, Complaint::Cost];
    let events = world.act(&rate(ticket, Level::Dissatisfied, &why)).unwrap().events;
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((event.ticket, &event.number, &event.counter), (None, &None, &None));
    assert_eq!(event.service, Some("stnmt".into()));
    let why = vec![Complaint::Wait, Complaint::Cost];
    assert_eq!(event.what, What::Rated { level: Level::Dissatisfied, why });
    assert_eq!(world.no(&rate(ticket, Level::VerySatisfied, &[])), "rated_before");
    assert_eq!(world.no(&rate(TicketId(99), Level::Satisfied, &[])), "unknown_ticket");
    let board = world.store.board(world.now).unwrap();
    assert_eq!(board.ratings, Ratings { rated: 1, satisfied: 0 });
    world.in_order();
    // Until the end of the day.
    world.now = world.now.plus_ms(DAY);
    world.issue("normal");
    assert_eq!(world.no(&rate(ticket, Level::Satisfied, &[])), "not_served");
    assert_eq!(world.store.board(world.now).unwrap().ratings, Ratings::default());
    world.in_order();
}
