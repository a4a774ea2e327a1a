//! A counter that another program takes while the one that has it is alive (P5, P10).

use std::sync::Mutex;

use queue::{
    Action, CounterStep, Officer, OfficerId, PinHash, Refusal, Role, Shift, Staffing, State,
};
use store::{ActError, Claim, Done, Error, Store};
use uuid::Uuid;

use crate::support::{SECOND, World, at, call_next, url};

/// Two programs at one centre; the first has counter 10 and somebody there.
struct Two {
    world: World,
    first: Claim,
    second: Store,
}

impl Two {
    fn new() -> Self {
        let mut world = World::new();
        let first = world.store.claim(&"10".into(), world.now).unwrap();
        let second = Store::open(&url(&world.folder)).unwrap();
        let mut two = Self { world, first, second };
        two.world.issue("normal");
        two.world.issue("normal");
        two.press(&call_next("10")).unwrap();
        two
    }

    /// What the first program asks.
    fn press(&mut self, action: &Action) -> Result<Done, ActError> {
        let world = &mut self.world;
        world.now = world.now.plus_ms(SECOND);
        let answer = world.store.act_under(Some(&self.first), Uuid::now_v7(), action, world.now);
        let lost = matches!(&answer, Err(ActError::Store(error)) if error.store_is_lost());
        if !lost {
            return answer;
        }
        // Whoever takes a counter on a server ends the connection that had it.
        world.store = Store::open(&url(&world.folder)).unwrap();
        world.store.act_under(Some(&self.first), Uuid::now_v7(), action, world.now)
    }

    /// The first program looks whether the counter is still its own.
    fn beat(&mut self) -> bool {
        match self.first.beat(self.world.now) {
            Ok(()) => true,
            Err(Error::ClaimLost) => false,
            Err(error) if error.store_is_lost() => {
                let again = self.world.store.claim_again(&self.first, self.world.now);
                assert_eq!(no(again), "counter_in_use");
                false
            }
            Err(error) => panic!("{error}"),
        }
    }

    fn take(&mut self, officer: Option<&str>) -> Result<(Claim, Done), ActError> {
        let now = self.world.now.plus_ms(SECOND);
        self.second.take(Uuid::now_v7(), &"10".into(), officer.map(OfficerId::from), now)
    }
}

fn no<T: std::fmt::Debug>(answer: Result<T, ActError>) -> &'static str {
    match answer {
        Err(ActError::Refused(refusal)) => refusal.code(),
        other => panic!("{other:?}"),
    }
}

/// P5: of two programs at one counter one acts.
#[test]
fn a_counter_that_is_taken_goes_on_with_its_visitor_and_the_program_before_it_stops() {
    let mut two = Two::new();
    let board = two.world.store.board(two.world.now).unwrap();
    let (number, calls) = (board.held_by(&"10".into()).unwrap().number.clone(), 1);
    let (claim, done) = two.take(None).unwrap();
    assert_eq!(done.events.last().unwrap().what.kind(), "counter_taken");
    // Whatever the first one presses now is refused, and changes nothing.
    for action in [
        at("10", CounterStep::Start),
        at("10", CounterStep::finish()),
        call_next("10"),
        Action::Shift { counter: "10".into(), change: Shift::Close },
        Action::Undo { counter: "10".into() },
    ] {
        assert_eq!(no(two.press(&action)), "counter_taken");
    }
    assert!(!two.beat());
    let held = two.world.now_of(&number);
    assert_eq!((held.state, held.calls), (State::Called, calls), "nobody is called again");
    let now = two.world.now.plus_ms(2 * SECOND);
    claim.beat(now).unwrap();
    for action in [at("10", CounterStep::Start), at("10", CounterStep::finish()), call_next("10")] {
        two.second.act_under(Some(&claim), Uuid::now_v7(), &action, now).unwrap();
    }
    assert_eq!(two.world.now_of(&number).state, State::Served);
    // What it does elsewhere is its own business.
    two.press(&call_next("9")).unwrap_err();
    assert_eq!(no(two.world.store.claim(&"10".into(), now)), "counter_in_use");
    drop(claim);
    // Free again: a claim of today is younger than the event.
    let again = two.world.store.claim(&"10".into(), now).unwrap();
    let finish = at("10", CounterStep::finish());
    two.world.store.act_under(Some(&again), Uuid::now_v7(), &finish, now).unwrap();
    two.world.in_order();
}

#[test]
fn whoever_may_not_work_there_does_not_take_it() {
    let mut two = Two::new();
    for (id, role, agencies) in [
        ("lan", Role::Officer, vec!["stnmt".to_owned()]),
        ("nam", Role::Officer, vec!["cat".to_owned()]),
        ("hoa", Role::Officer, Vec::new()),
        ("mai", Role::Supervisor, vec!["cat".to_owned()]),
    ] {
        let who = Officer { id: id.into(), name: id.into(), role, agencies };
        let change = Staffing::Enlist { who, pin: Some(PinHash("kept".into())) };
        two.world.act(&Action::Staff { change }).unwrap();
    }
    let open = Shift::Open { officer: Some("lan".into()) };
    two.press(&Action::Shift { counter: "10".into(), change: open }).unwrap();
    for (who, why) in
        [(None, "not_signed_in"), (Some("nam"), "other_agency"), (Some("x"), "unknown_officer")]
    {
        assert_eq!(no(two.take(who)), why);
        assert!(two.beat());
    }
    two.press(&at("10", CounterStep::Start)).unwrap();
    // A stand-in, then a supervisor, each from the one before.
    let mut from = "lan".to_owned();
    let mut kept = Vec::new();
    for who in ["hoa", "mai", "lan"] {
        let (claim, done) = two.take(Some(who)).unwrap();
        let taken = done.events.last().unwrap();
        let what = queue::What::CounterTaken { from: Some(from.as_str().into()) };
        assert_eq!((&taken.what, taken.officer.as_ref()), (&what, Some(&who.into())));
        from = who.to_owned();
        kept.push(claim);
    }
    let board = two.second.board(two.world.now).unwrap();
    assert_eq!(board.officer_at(&"10".into()), Some(&"lan".into()));
    assert_eq!(no(two.press(&call_next("10"))), "counter_taken");
    for lost in &kept[..2] {
        let now = two.world.now.plus_ms(SECOND);
        let press = two.second.act_under(Some(lost), Uuid::now_v7(), &call_next("10"), now);
        assert_eq!(no(press), "counter_taken");
    }
    two.world.in_order();
}

/// P5: of many who take it at once the last on record has it, and the others know.
#[test]
fn of_many_who_take_it_at_once_one_has_it() {
    let two = Two::new();
    let (url, now) = (url(&two.world.folder), two.world.now);
    let taken = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut store = Store::open(&url).unwrap();
                for _ in 0..5 {
                    match store.take(Uuid::now_v7(), &"10".into(), None, now) {
                        Ok((claim, done)) => {
                            let seq = done.events.last().unwrap().seq;
                            taken.lock().unwrap().push((seq, claim));
                        }
                        Err(ActError::Refused(Refusal::CounterInUse { .. })) => {}
                        // Its own connection was ended by another who took the counter.
                        Err(ActError::Store(error)) if error.store_is_lost() => {
                            store = Store::open(&url).unwrap();
                        }
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
    });
    let mut taken = taken.into_inner().unwrap();
    taken.sort_by_key(|(seq, _)| *seq);
    let mut store = Store::open(&url).unwrap();
    let last = taken.len() - 1;
    for (at, (_, claim)) in taken.iter().enumerate() {
        let pause = Shift::Open { officer: None };
        let action = Action::Shift { counter: "10".into(), change: pause };
        let press = store.act_under(Some(claim), Uuid::now_v7(), &action, now);
        assert_eq!(press.is_ok(), at == last, "{at} of {last}");
    }
    assert_eq!(store.check().unwrap(), []);
}
