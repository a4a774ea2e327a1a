//! Ways through the house: journeys, transfers, parking, missed turns, void numbers.

use queue::{
    Action, CounterStep, Finish, Lang, Number, Outcome, ReturnPlace, Rules, Shift, State, Target,
};

use crate::support::{START, World, at, call_next, issue, journey};

fn transfer(number: &Number, to: Target) -> Action {
    Action::Transfer { number: number.clone(), to, by: None }
}

fn requeue(number: &Number) -> Action {
    Action::Requeue { number: number.clone(), by: None }
}

fn rules(change: impl FnOnce(&mut Rules)) -> World {
    World::with(|site| change(&mut site.rules))
}

#[test]
fn a_journey_goes_on_with_its_number_and_its_arrival() {
    let mut world = World::new();
    let issued = world.ticket(&journey("stnmt", &["cat", "stttt"]));
    world.now = world.now.plus_min(30);
    let later = world.ticket(&issue("cat", "normal")).number;
    world.call_next();
    let second = world.step(CounterStep::finish());
    assert_eq!((second.service.as_str(), second.state, second.leg), ("cat", State::Waiting, 2));
    assert_eq!((&second.number, second.rank), (&issued.number, issued.rank));
    assert_eq!(world.store.board(world.now).unwrap().served, 0, "the visit is not over");
    assert_eq!(world.ticket(&call_next("19")).number, issued.number, "it came before the other");
    let third = world.ticket(&call_next("19"));
    assert_eq!(third.number, later, "finished by the next call");
    let third = world.now_of(&issued.number);
    assert_eq!((third.service.as_str(), third.leg), ("stttt", 3));
    world.ticket(&call_next("11"));
    world.ticket(&at("11", CounterStep::Start));
    let noted = Finish {
        outcome: Some(Outcome::Received),
        dossiers: 2,
        codes: vec!["000.00.15.H63".into()],
    };
    let ended = world.ticket(&at("11", CounterStep::Finish(noted)));
    assert_eq!((ended.state, ended.leg), (State::Served, 3));
    assert_eq!(world.store.board(world.now).unwrap().served, 1);
    world.in_order();
}

#[test]
fn a_journey_to_nowhere_is_refused() {
    let mut world = World::new();
    assert_eq!(world.no(&journey("stnmt", &["cat", "nope"])), "unknown_service");
}

#[test]
fn a_transfer_keeps_the_arrival() {
    let mut world = World::new();
    let number = world.issue("normal").number;
    world.now = world.now.plus_min(5);
    world.ticket(&issue("cat", "normal"));
    world.now = world.now.plus_min(5);
    world.ticket(&transfer(&number, Target::Service("cat".into())));
    assert_eq!(world.ticket(&call_next("19")).number, number);
    world.in_order();
}

/// "As one that comes now" keeps the head start of a class: that is the person's, not the place's.
#[test]
fn a_transfer_may_begin_again_by_the_centres_rule() {
    let mut world = rules(|rules| rules.transfer_keeps_arrival = false);
    let (first, elder) = (world.issue("normal").number, world.issue("priority").number);
    let other = world.ticket(&issue("cat", "normal")).number;
    for number in [&first, &elder] {
        world.ticket(&transfer(number, Target::Service("cat".into())));
    }
    let order: Vec<_> = (0..3).map(|_| world.ticket(&call_next("19")).number).collect();
    assert_eq!(order, [elder, other, first]);
}

#[test]
fn whoever_is_sent_to_a_counter_is_called_there_only_and_by_rank() {
    let mut world = World::new();
    let sent = world.issue("normal").number;
    let others: Vec<_> = (0..2).map(|_| world.issue("normal").number).collect();
    world.ticket(&transfer(&sent, Target::Counter("9".into())));
    let ticket = world.now_of(&sent);
    assert_eq!((ticket.only, ticket.service.as_str()), (Some("9".into()), "stnmt"));
    assert_eq!(world.call_next().number, others[0]);
    assert_eq!(world.ticket(&call_next("9")).number, sent, "it came first");
    assert_eq!(world.call_next().number, others[1]);
    assert_eq!(world.no(&call_next("10")), "nobody_waiting");
    // Also to a counter that does not serve its field, and away again to all.
    let far = world.issue("normal").number;
    world.ticket(&transfer(&far, Target::Counter("19".into())));
    assert_eq!(world.no(&call_next("10")), "nobody_waiting");
    world.ticket(&transfer(&far, Target::Service("stnmt".into())));
    assert_eq!(world.call_next().number, far);
    assert_eq!(world.no(&transfer(&far, Target::Counter("99".into()))), "unknown_counter");
    world.in_order();
}

#[test]
fn a_parked_ticket_comes_back_by_itself_at_its_time() {
    let mut world = World::new();
    let parked = world.issue("normal").number;
    world.call_next();
    let until = START.plus_min(10);
    let ticket = world.step(CounterStep::Park { until: Some(until) });
    assert_eq!((ticket.state, ticket.return_at), (State::Parked, Some(until)));
    let later = world.issue("normal").number;
    world.now = START.plus_min(9);
    world.issue("normal");
    assert_eq!(world.now_of(&parked).state, State::Parked);
    world.now = START.plus_min(10);
    assert_eq!(world.call_next().number, parked, "back in its old place, before {later}");
    let ticket = world.now_of(&parked);
    assert_eq!((ticket.return_at, ticket.calls), (None, 2));
    world.in_order();
}

#[test]
fn a_parked_ticket_without_a_time_waits_for_an_officer() {
    let mut world = World::new();
    let parked = world.issue("normal").number;
    world.call_next();
    world.step(CounterStep::park());
    world.now = START.plus_min(300);
    assert_eq!(world.no(&call_next("10")), "nobody_waiting");
    assert_eq!(world.ticket(&requeue(&parked)).state, State::Waiting);
    assert_eq!(world.call_next().number, parked);
}

#[test]
fn a_missed_turn_comes_back_behind_all_within_its_time() {
    let mut world = rules(|rules| {
        rules.missed_return_min = 15;
        rules.missed_place = ReturnPlace::End;
    });
    let (missed, second) = (world.issue("priority").number, world.issue("normal").number);
    world.call_next();
    world.step(CounterStep::NoShow);
    world.now = world.now.plus_min(14);
    let back = world.ticket(&requeue(&missed));
    assert_eq!(back.rank, world.now.0, "no head start a second time");
    assert_eq!(world.call_next().number, second);
    assert_eq!(world.call_next().number, missed);
    world.step(CounterStep::NoShow);
    world.now = world.now.plus_min(16);
    assert_eq!(world.no(&requeue(&missed)), "too_late");
    world.in_order();
}

#[test]
fn a_missed_turn_may_keep_its_place_until_the_day_ends() {
    let mut world = rules(|rules| rules.missed_place = ReturnPlace::Kept);
    let (missed, _second) = (world.issue("normal").number, world.issue("normal").number);
    world.call_next();
    world.step(CounterStep::NoShow);
    world.now = world.now.plus_min(240);
    world.ticket(&requeue(&missed));
    assert_eq!(world.call_next().number, missed);
}

#[test]
fn a_void_number_is_gone_from_every_figure() {
    let mut world = World::new();
    let number = world.issue("normal").number;
    let void = Action::Void { number: number.clone(), reason: "thử máy".into(), by: None };
    assert_eq!(world.ticket(&void).state, State::Void);
    let board = world.store.board(world.now).unwrap();
    assert_eq!((board.tickets.len(), board.served), (0, 0));
    assert_eq!(world.no(&void), "state");
    assert_eq!(world.no(&requeue(&number)), "state");
    assert_eq!(world.issue("normal").number.to_string(), "H002", "no number is given twice (P2)");
    world.in_order();
}

#[test]
fn a_call_by_name_is_kept_with_its_reason() {
    let mut world = World::new();
    world.issue("normal");
    let second = world.issue("normal").number;
    let call = Action::Call { counter: "10".into(), number: second.clone(), reason: "ốm".into() };
    assert_eq!(world.ticket(&call).number, second);
    assert_eq!(world.no(&call), "still_held");
    let again = Action::Call { counter: "9".into(), number: second, reason: "ốm".into() };
    assert_eq!(world.no(&again), "taken_by_other");
}

/// The ledger keeps why, so there must be a why.
#[test]
fn no_reason_is_refused() {
    let mut world = World::new();
    let number = world.issue("normal").number;
    for reason in ["", "  ", "\t\n"] {
        let reason = reason.to_owned();
        let call =
            Action::Call { counter: "10".into(), number: number.clone(), reason: reason.clone() };
        let void = Action::Void { number: number.clone(), reason: reason.clone(), by: None };
        let pause = Action::Shift { counter: "10".into(), change: Shift::Pause { reason } };
        for action in [call, void, pause] {
            let refusal = world.refused(&action);
            assert_eq!(refusal.code(), "reason_missing");
            assert_ne!(refusal.words(Lang::Vi), refusal.words(Lang::En));
        }
    }
}
