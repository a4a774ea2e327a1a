//! A counter as a place of work: shifts, officers, claims, and what a dead one leaves behind (P10).

use queue::{Action, CounterStep, Duty, OfficerId, Shift, State};
use uuid::Uuid;

use crate::support::{HOUR, SECOND, World, at, call_next, direct, issue, site_with};

fn shift(counter: &str, change: Shift) -> Action {
    Action::Shift { counter: counter.into(), change }
}

fn open(officer: Option<&str>) -> Shift {
    Shift::Open { officer: officer.map(OfficerId::from) }
}

fn take_over() -> Action {
    Action::TakeOver { counter: "9".into(), from: "10".into() }
}

/// P10: what a dead counter holds is shown and can be taken over, and is not called again by itself.
#[test]
fn a_living_counter_keeps_its_visitor_and_a_dead_one_does_not() {
    let mut world = World::new();
    let number = world.issue("normal").number;
    world.call_next();
    let claim = world.store.claim(&"10".into(), world.now).unwrap();
    world.now = world.now.plus_ms(28 * SECOND);
    assert_eq!(world.no(&take_over()), "counter_alive");
    assert_eq!(world.store.quiet_counters(world.now).unwrap(), []);
    claim.beat(world.now).unwrap();
    world.now = world.now.plus_ms(28 * SECOND);
    assert_eq!(world.no(&take_over()), "counter_alive");
    world.now = world.now.plus_ms(SECOND);
    assert_eq!(world.store.quiet_counters(world.now.plus_ms(SECOND)).unwrap(), ["10".into()]);
    let calls = world.now_of(&number).calls;
    let taken = world.ticket(&take_over());
    assert_eq!((taken.counter, taken.state), (Some("9".into()), State::Called));
    assert_eq!(taken.calls, calls, "nobody is called again by itself");
    assert_eq!(world.no(&take_over()), "still_held");
    world.ticket(&at("9", CounterStep::finish()));
    assert_eq!(world.no(&take_over()), "nothing_held");
    world.in_order();
}

/// P10: a take-over is one action, however often it is asked for.
#[test]
fn a_take_over_asked_twice_answers_the_same_although_the_counter_lives_again() {
    let mut world = World::new();
    world.issue("normal");
    world.call_next();
    let request = Uuid::now_v7();
    let first = world.store.act(request, &take_over(), world.now).unwrap();
    let _claim = world.store.claim(&"10".into(), world.now).unwrap();
    let again = world.store.act(request, &take_over(), world.now).unwrap();
    assert_eq!((again.repeated, again.events), (true, first.events));
}

/// P10: a beat from the future is no sign of life.
#[test]
fn a_clock_set_back_does_not_keep_a_dead_counter_alive() {
    let mut world = World::new();
    world.issue("normal");
    world.call_next();
    drop(world.store.claim(&"10".into(), world.now.plus_ms(HOUR)).unwrap());
    assert_eq!(world.ticket(&take_over()).counter, Some("9".into()));
}

#[test]
fn a_counter_with_a_visitor_neither_pauses_nor_closes() {
    let mut world = World::new();
    world.issue("normal");
    world.call_next();
    let pause = Shift::Pause { reason: "họp".into() };
    assert_eq!(world.no(&shift("10", pause.clone())), "still_held");
    assert_eq!(world.no(&shift("10", Shift::Close)), "still_held");
    world.step(CounterStep::finish());
    world.act(&shift("10", pause)).unwrap();
    let duty = world.store.board(world.now).unwrap().counters[&"10".into()].duty.clone();
    assert_eq!(duty, Duty::Paused { reason: "họp".into() });
    world.act(&shift("10", Shift::Close)).unwrap();
    assert!(!world.store.board(world.now).unwrap().is_open(&"10".into()));
    assert_eq!(world.no(&shift("99", Shift::Close)), "unknown_counter");
}

#[test]
fn whoever_calls_has_opened() {
    let mut world = World::new();
    world.issue("normal");
    let done = world.act(&call_next("10")).unwrap();
    let kinds: Vec<_> = done.events.iter().map(|event| event.what.kind()).collect();
    assert_eq!(kinds, ["counter_opened", "called"]);
    assert!(world.store.board(world.now).unwrap().is_open(&"10".into()));
    let done = world.act(&direct("9", "stnmt")).unwrap();
    assert_eq!(done.events[0].what.kind(), "counter_opened");
}

#[test]
fn events_bear_the_officer_of_their_counter() {
    let mut world = World::new();
    world.act(&shift("10", open(Some("tnmt-02")))).unwrap();
    world.issue("normal");
    let officer = |world: &mut World, action: &Action| {
        world.act(action).unwrap().events.pop().unwrap().officer.map(|officer| officer.to_string())
    };
    assert_eq!(officer(&mut world, &call_next("10")).as_deref(), Some("tnmt-02"));
    assert_eq!(officer(&mut world, &at("10", CounterStep::finish())).as_deref(), Some("tnmt-02"));
    assert_eq!(officer(&mut world, &issue("stnmt", "normal")), None, "a kiosk has no officer");
    assert_eq!(officer(&mut world, &shift("10", Shift::Close)).as_deref(), Some("tnmt-02"));
    let board = world.store.board(world.now).unwrap();
    assert_eq!(board.officer_at(&"10".into()), None, "a closed counter is nobody's");
    assert_eq!(officer(&mut world, &call_next("10")), None);
}

#[test]
fn a_direct_visit_is_served_at_once_without_a_number_of_the_series() {
    let mut world = World::new();
    let visit = world.ticket(&direct("10", "stnmt"));
    assert_eq!((visit.state, visit.number.prefix()), (State::Serving, queue::DIRECT));
    assert_eq!(visit.started_at, visit.called_at);
    assert_eq!(world.no(&direct("10", "stnmt")), "still_held");
    assert_eq!(world.issue("normal").number.to_string(), "H001");
    assert_eq!(world.step(CounterStep::finish()).state, State::Served);
    assert_eq!(world.store.board(world.now).unwrap().served, 1);
    assert_eq!(world.no(&direct("10", "nope")), "unknown_service");
    world.in_order();
}

#[test]
fn a_visit_without_a_number_is_neither_set_aside_nor_sent_on() {
    let mut world = World::new();
    let number = world.ticket(&direct("10", "stnmt")).number;
    assert_eq!(world.no(&at("10", CounterStep::park())), "no_number");
    let to = queue::Target::Service("cat".into());
    assert_eq!(world.no(&Action::Transfer { number, to, by: None }), "no_number");
    assert_eq!(world.step(CounterStep::finish()).state, State::Served);
    let events = world.store.feed(0, usize::MAX).unwrap();
    assert!(!events.iter().any(queue::Event::is_call), "nothing was said aloud");
    world.in_order();
}

#[test]
fn a_slip_of_an_unknown_ticket_is_refused() {
    let mut world = World::new();
    let ticket = queue::TicketId(world.issue("normal").id.0 + 1);
    let print = Action::Print { ticket, print: queue::PrintState::Printed, copy: false };
    assert_eq!(world.no(&print), "unknown_ticket");
}

/// P10: the site is changed while somebody stands at a counter that it no longer has.
#[test]
fn a_visitor_at_a_counter_that_is_gone_is_not_stranded() {
    let mut world = World::new();
    let number = world.issue("normal").number;
    world.call_next();
    let without = site_with(|site| site.counters.retain(|counter| counter.id.as_str() != "10"));
    world.store.apply_site(&without, world.now).unwrap();
    assert_eq!(world.no(&at("10", CounterStep::finish())), "unknown_counter");
    let board = world.store.board(world.now).unwrap();
    assert_eq!(board.held_by(&"10".into()).unwrap().number, number);
    assert_eq!(world.ticket(&take_over()).counter, Some("9".into()));
    assert_eq!(world.ticket(&at("9", CounterStep::finish())).state, State::Served);
    let unknown = Action::TakeOver { counter: "9".into(), from: "99".into() };
    assert_eq!(world.no(&unknown), "unknown_counter");
    world.in_order();
}
