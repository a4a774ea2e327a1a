//! The order at one counter, and why a number was called (P11, P21).

use queue::{Action, Decided, Number, Serves, Target, Why};

use crate::support::{World, at, call_next, issue, journey, site, site_with};

fn why(world: &mut World) -> Why {
    let call = world.last_call();
    world.store.why(call).unwrap().unwrap()
}

fn order(world: &mut World, counter: &str, count: usize) -> Vec<u32> {
    (0..count).map(|_| world.ticket(&call_next(counter)).number.count()).collect()
}

/// The two counters of the sample's land office, 9 and 10, with other habits.
fn counters(change: impl Fn(&mut queue::Counter)) -> World {
    World::with(|site| {
        let ten = site.counters.iter_mut().find(|counter| counter.id.as_str() == "10");
        change(ten.unwrap());
    })
}

#[test]
fn after_so_many_priority_numbers_an_ordinary_one_is_called() {
    let mut world = counters(|counter| counter.ratio = 2);
    for class in ["normal", "priority", "priority", "priority", "priority", "normal"] {
        world.issue(class);
    }
    assert_eq!(order(&mut world, "10", 6), [2, 3, 1, 4, 5, 6]);
    world.in_order();
}

#[test]
fn a_counter_for_one_kind_calls_no_other_but_whom_it_was_sent() {
    let mut world = counters(|counter| counter.serves = Serves::Priority);
    let ordinary = world.issue("normal").number;
    world.issue("priority");
    assert_eq!(order(&mut world, "10", 1), [2]);
    assert_eq!(world.no(&call_next("10")), "nobody_waiting");
    let to = Target::Counter("10".into());
    world.ticket(&Action::Transfer { number: ordinary, to, by: None });
    assert_eq!(order(&mut world, "10", 1), [1]);
    assert_eq!(why(&mut world).decided, Decided::Sent);
}

/// P21: why a number was called can be said of every call.
#[test]
fn the_rule_explains_itself() {
    let mut world = World::new();
    world.issue("normal");
    world.issue("priority");
    world.call_next();
    let said = why(&mut world);
    assert_eq!((said.decided, said.class_credit_min), (Decided::Rule, 60));
    assert_eq!(said.passed, [Number::new("H", 1)]);
    assert_eq!((said.number, said.waited_ms), (Number::new("H", 2), 1_000));
    world.call_next();
    let said = why(&mut world);
    assert_eq!((said.decided, said.passed), (Decided::Rule, Vec::new()));
}

#[test]
fn the_ratio_and_an_officer_explain_themselves() {
    let mut world = counters(|counter| counter.ratio = 1);
    for class in ["priority", "priority", "normal", "normal"] {
        world.issue(class);
    }
    order(&mut world, "10", 2);
    assert_eq!(why(&mut world).decided, Decided::Ratio);
    world.ticket(&at("10", queue::CounterStep::finish()));
    let (number, reason) = (Number::new("H", 4), "mang thai".to_owned());
    let call = Action::Call { counter: "10".into(), number, reason: reason.clone() };
    world.ticket(&call);
    let said = why(&mut world);
    assert_eq!(said.decided, Decided::Officer { reason });
    assert_eq!(said.passed, [Number::new("H", 2)]);
}

/// An old call is explained by the centre as it was, not as it is.
#[test]
fn a_call_is_explained_by_the_site_of_its_time() {
    let mut world = World::new();
    world.issue("normal");
    world.issue("priority");
    world.call_next();
    let (call, before) = (world.last_call(), why(&mut world));
    let equal = site_with(|site| site.classes[1].credit_min = 0);
    world.store.apply_site(&equal, world.now).unwrap();
    world.store.apply_site(&site(), world.now).unwrap();
    assert_eq!(world.store.why(call).unwrap().unwrap(), before);
    world.now = world.now.plus_ms(crate::support::DAY);
    world.issue("normal");
    assert_eq!(world.store.why(call).unwrap().unwrap(), before, "a day later as well");
    assert_eq!(world.store.why(1).unwrap(), None, "no call, no why");
    assert_eq!(world.store.why(9_999).unwrap(), None);
}

/// A call that the rule would not have made is said to be one.
#[test]
fn a_call_against_the_rule_is_unexplained() {
    let mut world = World::new();
    world.issue("normal");
    world.issue("normal");
    world.call_next();
    let call = world.last_call();
    let mut board = queue::Board::default();
    for event in world.store.feed(0, 3).unwrap() {
        board.apply(&event).unwrap();
    }
    let mut event = world.store.feed(call - 1, 1).unwrap().remove(0);
    event.ticket = board.tickets.keys().next_back().copied();
    let said = queue::why(&board, &site(), &event).unwrap();
    assert_eq!(said.decided, Decided::Unexplained { instead: Some(Number::new("H", 1)) });
}

/// The visit that call next finishes may go on in a queue of the same counter.
#[test]
fn a_journey_at_one_counter_is_explained() {
    let mut world = World::new();
    world.ticket(&journey("stttt", &["skhcn"]));
    world.ticket(&issue("skhcn", "normal"));
    world.ticket(&call_next("11"));
    assert_eq!(world.ticket(&call_next("11")).leg, 2);
    assert_eq!(why(&mut world).decided, Decided::Rule);
}

/// Whoever was called by mistake has not had the turn: the ratio stands as before.
#[test]
fn a_call_taken_back_does_not_count_for_the_ratio() {
    let mut world = counters(|counter| counter.ratio = 2);
    for class in ["normal", "priority", "priority", "priority", "normal"] {
        world.issue(class);
    }
    assert_eq!(order(&mut world, "10", 1), [2]);
    world.ticket(&crate::support::undo("10"));
    assert_eq!(order(&mut world, "10", 3), [2, 3, 1]);
    world.ticket(&crate::support::undo("10"));
    assert_eq!(world.call_next().number.count(), 1, "still an ordinary number's turn");
    assert_eq!(why(&mut world).decided, Decided::Ratio);
    let board = world.store.board(world.now).unwrap();
    assert_eq!(board.counters[&"10".into()].streak, 0);
    world.in_order();
}

#[test]
fn those_sent_to_a_counter_are_called_by_rank() {
    let mut world = World::new();
    for class in ["normal", "priority"] {
        let number = world.issue(class).number;
        let to = Target::Counter("9".into());
        world.ticket(&Action::Transfer { number, to, by: None });
    }
    assert_eq!(order(&mut world, "9", 2), [2, 1]);
}
