//! Taking a counter's last action back: whole, once, in time, and only what is still its own.

use queue::{Action, CounterStep, Number, PrintState, Rules, Shift, State, Target, Ticket};

use crate::support::{SECOND, World, at, call_next, direct, issue, journey, service, undo};

/// The ticket without what an undo does not take back.
fn bare(ticket: Ticket) -> Ticket {
    Ticket { seq: 0, ..ticket }
}

/// A world in which counter 10 holds somebody who has been called, or is served.
fn holding(serving: bool) -> (World, Number) {
    let mut world = World::new();
    let number = world.issue("normal").number;
    world.call_next();
    if serving {
        world.step(CounterStep::Start);
    }
    (world, number)
}

/// Every step that a counter may take back gives the ticket as it stood.
#[test]
fn each_step_is_taken_back() {
    type Case = (bool, fn(Number) -> Action, State);
    let cases: [Case; 10] = [
        (false, |_| at("10", CounterStep::Start), State::Serving),
        (false, |_| at("10", CounterStep::finish()), State::Served),
        (true, |_| at("10", CounterStep::finish()), State::Served),
        (false, |_| at("10", CounterStep::NoShow), State::NoShow),
        (true, |_| at("10", CounterStep::park()), State::Parked),
        (
            true,
            |number| Action::Transfer {
                number,
                to: Target::Service("cat".into()),
                by: Some("10".into()),
            },
            State::Waiting,
        ),
        (
            false,
            |number| Action::Transfer {
                number,
                to: Target::Counter("9".into()),
                by: Some("10".into()),
            },
            State::Waiting,
        ),
        (false, |number| Action::Requeue { number, by: Some("10".into()) }, State::Waiting),
        (false, |number| Action::Cancel { number, by: Some("10".into()) }, State::Cancelled),
        (
            true,
            |number| Action::Void { number, reason: "test".into(), by: Some("10".into()) },
            State::Void,
        ),
    ];
    for (serving, action, after) in cases {
        let (mut world, number) = holding(serving);
        let before = bare(world.now_of(&number));
        let action = action(number.clone());
        assert_eq!(world.ticket(&action).state, after, "{action:?}");
        assert_eq!(bare(world.ticket(&undo("10"))), before, "{action:?}");
        assert_eq!(world.no(&undo("10")), "nothing_to_undo", "never twice: {action:?}");
        world.in_order();
    }
}

#[test]
fn a_call_and_a_resumed_call_are_taken_back() {
    let (mut world, number) = holding(false);
    assert_eq!(world.ticket(&undo("10")).state, State::Waiting);
    let shown = world.store.board(world.now).unwrap().recent;
    assert!(shown[0].undone, "nobody is to go anywhere");
    let call =
        Action::Call { counter: "10".into(), number: number.clone(), reason: "asked".into() };
    world.ticket(&call);
    assert_eq!(world.ticket(&undo("10")).state, State::Waiting);
    world.call_next();
    world.step(CounterStep::park());
    world.ticket(&Action::Resume { counter: "10".into(), number });
    assert_eq!(world.ticket(&undo("10")).state, State::Parked);
    world.in_order();
}

#[test]
fn finish_and_call_next_is_taken_back_as_a_whole() {
    let (mut world, first) = holding(true);
    let second = world.issue("normal").number;
    assert_eq!(world.call_next().number, second);
    assert_eq!(world.store.board(world.now).unwrap().served, 1);
    let done = world.act(&undo("10")).unwrap();
    assert_eq!(done.events.len(), 2);
    assert_eq!(done.ticket.unwrap().number, first);
    assert_eq!(world.now_of(&first).state, State::Serving);
    assert_eq!(world.now_of(&second).state, State::Waiting);
    let board = world.store.board(world.now).unwrap();
    assert_eq!((board.served, board.held_by(&"10".into()).unwrap().number.clone()), (0, first));
    world.in_order();
}

/// A journey that goes on at the same counter: the rule may call the very visitor who was finished.
#[test]
fn a_journey_that_comes_back_to_its_counter_is_taken_back_as_a_whole() {
    let mut world = World::new();
    let number = world.ticket(&journey("stttt", &["skhcn"])).number;
    world.act(&issue("stttt", "normal")).unwrap();
    world.ticket(&call_next("11"));
    world.ticket(&at("11", CounterStep::Start));
    let before = bare(world.now_of(&number));
    let next = world.ticket(&call_next("11"));
    assert_eq!((&next.number, next.leg), (&number, 2), "first come, first called");
    assert_eq!(bare(world.ticket(&undo("11"))), before);
    world.in_order();
}

#[test]
fn the_time_for_it_is_short_and_a_centre_may_switch_it_off() {
    let (mut world, _) = holding(true);
    world.now = world.now.plus_ms(60 * SECOND);
    assert_eq!(world.no(&undo("10")), "nothing_to_undo");
    let off = Rules { undo_s: 0, ..Rules::default() };
    let mut world = World::with(|site| site.rules = off);
    world.issue("normal");
    world.call_next();
    assert_eq!(world.no(&undo("10")), "nothing_to_undo");
}

#[test]
fn a_visitor_touched_by_somebody_else_is_not_taken_back() {
    let (mut world, number) = holding(true);
    let to = Target::Service("cat".into());
    world.ticket(&Action::Transfer { number, to, by: Some("10".into()) });
    world.ticket(&call_next("19"));
    assert_eq!(world.no(&undo("10")), "nothing_to_undo");
}

#[test]
fn only_the_last_action_counts() {
    let mut world = World::new();
    for act in [
        direct("10", "stnmt"),
        Action::Shift { counter: "10".into(), change: Shift::Close },
        Action::TakeOver { counter: "10".into(), from: "9".into() },
    ] {
        world.issue("normal");
        world.issue("normal");
        world.call_next();
        world.ticket(&call_next("9"));
        world.step(CounterStep::finish());
        world.act(&act).unwrap();
        assert_eq!(world.no(&undo("10")), "nothing_to_undo", "{act:?}");
        world.act(&at("10", CounterStep::finish())).ok();
        world.act(&at("9", CounterStep::finish())).ok();
    }
    world.in_order();
}

#[test]
fn a_counter_that_has_somebody_else_by_now_gets_nobody_back() {
    let (mut world, first) = holding(false);
    world.issue("normal");
    world
        .act(&Action::Shift { counter: "9".into(), change: Shift::Open { officer: None } })
        .unwrap();
    world.ticket(&Action::Requeue { number: first, by: Some("9".into()) });
    let second = world.issue("normal").number;
    let call = Action::Call { counter: "10".into(), number: second, reason: "asked".into() };
    world.ticket(&call);
    assert_eq!(world.no(&undo("9")), "nothing_to_undo");
}

#[test]
fn what_a_help_desk_did_is_not_the_counters_to_take_back() {
    let (mut world, number) = holding(false);
    world.step(CounterStep::NoShow);
    world.ticket(&Action::Cancel { number, by: None });
    assert_eq!(world.no(&undo("10")), "nothing_to_undo");
}

#[test]
fn a_voided_number_comes_back_into_the_quota() {
    let mut world = World::with(|site| service(site, "stnmt").quota = 1);
    let number = world.issue("normal").number;
    world.call_next();
    world.ticket(&Action::Void { number, reason: "test".into(), by: Some("10".into()) });
    world.ticket(&undo("10"));
    assert_eq!(world.no(&issue("stnmt", "normal")), "quota_reached");
}

/// A slip that came out after its number was cancelled by mistake.
#[test]
fn paper_is_not_taken_back() {
    let (mut world, number) = holding(false);
    let id = world.now_of(&number).id;
    let mut folded = queue::Board::default();
    world.ticket(&Action::Cancel { number: number.clone(), by: Some("10".into()) });
    world.ticket(&Action::Print { ticket: id, print: PrintState::Printed, copy: false });
    assert_eq!(world.ticket(&undo("10")).print, PrintState::Printed);
    for event in world.store.feed(0, usize::MAX).unwrap() {
        folded.apply(&event).unwrap();
    }
    assert_eq!(folded, world.store.board(world.now).unwrap());
    world.in_order();
}

/// `61000` is the thousandth of series `6`; read as text it is no number, and `61001` is `001` of `61`.
#[test]
fn a_long_number_of_a_digit_series_is_taken_back() {
    let mut world = World::with(|site| service(site, "stnmt").prefix = "6".into());
    world.issue("normal");
    let path = world.folder.path().join("queue.db");
    for last in [999, 1_000] {
        let db = rusqlite::Connection::open(&path).unwrap();
        let skip = "UPDATE day_number SET last = ?1, skipped = ?1 -
                      (SELECT count(*) FROM ticket) WHERE prefix = '6'";
        db.execute(skip, [last]).unwrap();
        drop(db);
        let issued = world.issue("normal");
        assert_eq!(issued.number, Number::new("6", last + 1));
        let call = Action::Call {
            counter: "10".into(),
            number: issued.number.clone(),
            reason: "asked".into(),
        };
        world.ticket(&call);
        let back = world.ticket(&undo("10"));
        assert_eq!(bare(back), bare(issued.clone()));
        let event = world.store.feed(0, usize::MAX).unwrap().pop().unwrap();
        let queue::What::Undone { before, .. } = event.what else { panic!("{event:?}") };
        assert_eq!(before.number, issued.number);
    }
    world.in_order();
}
