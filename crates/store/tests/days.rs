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

/// Ten days ahead by mistake, then set right: the doubt is confirmed once, not for every number.
#[test]
fn a_confirmed_date_holds_until_the_clock_has_caught_up() {
    let mut world = World::new();
    world.now = START.plus_ms(10 * DAY);
    world.issue("normal");
    world.now = START.plus_ms(HOUR);
    assert_eq!(world.no(&issue("stnmt", "normal")), "clock_in_doubt");
    world.act(&Action::ConfirmDate).unwrap();
    for count in 2..5 {
        assert_eq!(world.issue("normal").number.count(), count);
    }
    let board = world.store.board(world.now).unwrap();
    assert_eq!(board.tickets.len(), 4, "one day, whatever the clock says");
    world.in_order();
}

#[test]
fn a_confirmation_is_for_the_date_that_was_seen() {
    let mut world = World::new();
    world.now = START.plus_ms(15 * DAY);
    assert_eq!(world.no(&issue("stnmt", "normal")), "clock_in_doubt");
    assert_eq!(world.no(&call_next("10")), "clock_in_doubt");
    world.act(&Action::ConfirmDate).unwrap();
    assert_eq!(world.issue("normal").number.count(), 1);
    world.act(&Action::ConfirmDate).unwrap();
    world.now = world.now.plus_ms(15 * DAY);
    assert_eq!(world.no(&issue("stnmt", "normal")), "clock_in_doubt");
    world.now = START.plus_ms(-DAY);
    assert_eq!(world.no(&issue("stnmt", "normal")), "clock_in_doubt");
}

/// P12: a jump beyond belief is on record, at the time of the last event, and moves nothing else.
#[test]
fn a_jump_beyond_belief_is_on_record_and_not_believed() {
    for by_ms in [20 * DAY, -20 * DAY] {
        let mut world = World::new();
        world.issue("normal");
        let before = world.store.board(world.now).unwrap();
        let (right, wrong) = (world.now, world.now.plus_ms(by_ms));
        let (request, stepped) = (Uuid::now_v7(), Action::ClockStepped { by_ms });
        let done = world.store.act(request, &stepped, wrong).unwrap();
        let again = world.store.act(request, &stepped, wrong).unwrap();
        assert!(again.repeated && again.events == done.events);
        let [event] = &done.events[..] else { panic!("{done:?}") };
        assert_eq!((&event.what, event.at), (&What::ClockStepped { by_ms }, right));
        // Nothing is any surer by it: neither presses nor a new site.
        world.now = wrong;
        assert_eq!(world.no(&issue("stnmt", "normal")), "clock_in_doubt");
        assert!(world.store.apply_site(&site(), wrong).is_err());
        // Set right, the day goes on where it stood.
        world.now = right;
        let board = world.store.board(right).unwrap();
        assert_eq!((board.day, board.tickets), (before.day, before.tickets));
        assert_eq!(world.issue("normal").number.to_string(), "H002");
        world.in_order();
        // And a date that staff confirm is believed as before.
        let mut world = World::new();
        world.now = START.plus_ms(by_ms);
        world.store.act(Uuid::now_v7(), &stepped, world.now).unwrap();
        assert_eq!(world.no(&call_next("10")), "clock_in_doubt");
        world.act(&Action::ConfirmDate).unwrap();
        world.issue("normal");
        world.in_order();
    }
}

#[test]
fn small_steps_back_are_held_and_put_on_record_once() {
    let mut world = World::new();
    world.issue("normal");
    let before = world.store.last_seq().unwrap();
    world.now = world.now.plus_min(-30);
    for _ in 0..3 {
        world.issue("normal");
    }
    assert_eq!(kinds(&mut world, before), ["clock_held", "issued", "issued", "issued"]);
    let events = world.store.feed(0, usize::MAX).unwrap();
    assert!(events.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert!(world.store.board(world.now).unwrap().clock.is_some());
    // A hair's breadth is no news.
    world.now = events[events.len() - 1].at.plus_ms(HOUR);
    world.issue("normal");
    let before = world.store.last_seq().unwrap();
    world.now = world.now.plus_ms(-4 * SECOND);
    world.issue("normal");
    assert_eq!(kinds(&mut world, before), ["issued"]);
}

#[test]
fn the_business_day_never_goes_backwards() {
    let mut world = World::new();
    world.now = START.plus_ms(DAY);
    world.issue("normal");
    let day = world.store.board(world.now).unwrap().day;
    world.now = START.plus_ms(12 * HOUR);
    let late = world.act(&issue("stnmt", "normal")).unwrap();
    assert!(late.events.iter().all(|event| event.day == day));
    assert_eq!(late.ticket.unwrap().number.to_string(), "H002");
    assert_eq!(world.store.board(world.now).unwrap().day, day);
    world.in_order();
}

#[test]
fn a_new_day_ends_everything_of_the_old_one() {
    let mut world = World::new();
    for _ in 0..5 {
        world.issue("normal");
    }
    world.call_next();
    world.step(CounterStep::NoShow);
    world.call_next();
    world.step(CounterStep::park());
    world.ticket(&call_next("9"));
    world.call_next();
    world.step(CounterStep::Start);
    let yesterday = world.store.board(world.now).unwrap().day;
    world.now = START.plus_ms(DAY);
    let done = world.act(&issue("stnmt", "normal")).unwrap();
    assert_eq!(done.events[0].what, What::DayClosed { open: 5, lapsed: Vec::new() });
    assert_eq!(done.events[0].day, yesterday);
    let board = world.store.board(world.now).unwrap();
    assert_eq!((board.tickets.len(), board.counters.len(), board.recent.len()), (1, 0, 0));
    assert_eq!(world.no(&at("9", CounterStep::finish())), "nothing_held");
    assert_eq!(world.store.board(Timestamp(world.now.0)).unwrap().day, queue::next_day(yesterday));
    world.in_order();
}

/// Quiet days of holidays are jumped over; days only ever grow.
#[test]
fn a_week_of_holidays_is_one_step() {
    let mut world = World::new();
    world.issue("normal");
    world.now = START.plus_ms(9 * DAY);
    assert_eq!(world.issue("normal").number.to_string(), "H001");
    let events = world.store.feed(0, usize::MAX).unwrap();
    assert!(events.windows(2).all(|pair| pair[0].day <= pair[1].day));
    assert_eq!(events.iter().filter(|e| e.what.kind() == "day_closed").count(), 1);
}

/// A quiet zone's call stays on the board while others call, also on one that is read anew.
#[test]
fn a_call_stays_until_its_own_counter_has_called_others() {
    let mut world = World::new();
    let quiet = world.ticket(&issue("cat", "normal")).number;
    world.ticket(&Action::Call { counter: "9".into(), number: quiet.clone(), reason: "x".into() });
    for _ in 0..20 {
        world.issue("normal");
        world.call_next();
    }
    let board = world.store.board(world.now).unwrap();
    assert_eq!(board.recent.len(), queue::RECENT_EACH + 1);
    assert_eq!(board.recent.last().unwrap().number, quiet);
    let mut folded = queue::Board::default();
    for event in world.store.feed(0, usize::MAX).unwrap() {
        folded.apply(&event).unwrap();
    }
    assert_eq!(board, folded);
}
