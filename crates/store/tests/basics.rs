//! The first promises: numbers, calls, refusals, requests, files.

use queue::{Action, Asker, Board, CounterStep, PrintState, Refusal, State, Target, Wish};
use store::{ActError, Error, Store, StoreUrl};
use uuid::Uuid;

use crate::support::{DAY, START, World, issue, site, url};

#[test]
fn the_next_one_is_the_one_with_the_head_start() {
    let mut world = World::new();
    let (first, _second, third) =
        (world.issue("normal"), world.issue("normal"), world.issue("priority"));
    assert_eq!(third.number.to_string(), "H003");
    assert_eq!(world.call_next().id, third.id);
    let next = world.call_next();
    assert_eq!((next.id, next.state), (first.id, State::Called));
    let events = world.store.feed(0, 100).unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.what.kind()).collect();
    let wanted = [
        "site_applied",
        "issued",
        "issued",
        "issued",
        "counter_opened",
        "called",
        "finished",
        "called",
    ];
    assert_eq!(kinds, wanted, "the visit before is finished by the next call");
}

#[test]
fn the_life_at_a_counter() {
    let mut world = World::new();
    world.issue("normal");
    world.call_next();
    assert_eq!(world.step(CounterStep::Recall).calls, 2);
    assert_eq!(world.step(CounterStep::Start).state, State::Serving);
    let number = world.step(CounterStep::park()).number;
    let resume = Action::Resume { counter: "9".into(), number: number.clone() };
    assert_eq!(world.act(&resume).unwrap().ticket.unwrap().counter, Some("9".into()));
    let transfer =
        Action::Transfer { number: number.clone(), to: Target::Service("cat".into()), by: None };
    let moved = world.act(&transfer).unwrap().ticket.unwrap();
    assert_eq!((moved.service.as_str(), moved.state), ("cat", State::Waiting));
    let called = world.act(&Action::CallNext { counter: "19".into() }).unwrap().ticket.unwrap();
    assert_eq!(called.number, number, "the number is the ticket's for life");
    let absent = Action::AtCounter { counter: "19".into(), step: CounterStep::NoShow };
    assert_eq!(world.act(&absent).unwrap().ticket.unwrap().state, State::NoShow);
    assert_eq!(
        world
            .act(&Action::Requeue { number: number.clone(), by: None })
            .unwrap()
            .ticket
            .unwrap()
            .state,
        State::Waiting
    );
    assert_eq!(
        world.act(&Action::Cancel { number, by: None }).unwrap().ticket.unwrap().state,
        State::Cancelled
    );
    assert_eq!(world.store.check().unwrap(), []);
}

#[test]
fn what_the_rules_refuse_changes_nothing() {
    let mut world = World::new();
    let next = |counter: &str| Action::CallNext { counter: counter.into() };
    let step = |step| Action::AtCounter { counter: "10".into(), step };
    assert_eq!(world.refused(&issue("nope", "normal")).code(), "unknown_service");
    assert_eq!(world.refused(&issue("stnmt", "nope")).code(), "unknown_class");
    assert_eq!(world.refused(&next("99")).code(), "unknown_counter");
    assert_eq!(world.refused(&next("10")).code(), "nobody_waiting");
    assert_eq!(world.refused(&step(CounterStep::finish())).code(), "nothing_held");
    let number = world.issue("normal").number;
    assert_eq!(
        world.refused(&Action::Requeue { number: number.clone(), by: None }).code(),
        "state"
    );
    world.call_next();
    let call = Action::Call { counter: "9".into(), number, reason: "asked".into() };
    assert_eq!(world.refused(&call).code(), "taken_by_other");
    let unknown = Action::Cancel { number: "H999".parse().unwrap(), by: None };
    assert_eq!(world.refused(&unknown).code(), "unknown_number");
}

#[test]
fn closed_hours_bind_visitors_and_paused_services_bind_all() {
    let mut world = World::new();
    let wish = Wish {
        procedure: Some(0),
        asker: Asker::Visitor,
        print: PrintState::Pending,
        ..Wish::default()
    };
    let visitor = Action::Issue { service: "stnmt".into(), wish };
    assert!(world.act(&visitor).is_ok());
    world.now = START.plus_min(4 * 60);
    assert_eq!(world.refused(&visitor).code(), "closed");
    assert!(world.act(&issue("stnmt", "normal")).is_ok());
    let mut site = site();
    site.services[6].paused = true;
    world.store.apply_site(&site, world.now).unwrap();
    assert_eq!(world.refused(&issue("stnmt", "normal")).code(), "paused");
}

#[test]
fn the_same_request_gives_the_same_answer_once() {
    let mut world = World::new();
    let request = Uuid::now_v7();
    let first = world.store.act(request, &issue("stnmt", "normal"), world.now).unwrap();
    let again = world.store.act(request, &issue("stnmt", "normal"), world.now.plus_min(1)).unwrap();
    assert!(again.repeated && !first.repeated);
    assert_eq!((again.ticket, again.events), (first.ticket, first.events));
    match world.store.act(request, &issue("cat", "normal"), world.now) {
        Err(ActError::Refused(refusal)) => assert_eq!(refusal, Refusal::RequestReused),
        other => panic!("{other:?}"),
    }
    assert_eq!(world.issue("normal").number.to_string(), "H002");
}

#[test]
fn a_new_day_closes_the_old_one_and_counts_from_one() {
    let mut world = World::new();
    world.issue("normal");
    world.call_next();
    world.now = START.plus_ms(DAY);
    assert!(world.store.board(world.now).unwrap().tickets.is_empty());
    assert_eq!(world.issue("normal").number.to_string(), "H001");
    assert_eq!(world.store.board(world.now).unwrap().tickets.len(), 1);
    assert_eq!(world.store.check().unwrap(), []);
}

#[test]
fn time_never_runs_backwards_and_a_lost_date_is_refused() {
    let mut world = World::new();
    world.issue("normal");
    world.now = START.plus_min(-60);
    let late = world.act(&issue("stnmt", "normal")).unwrap();
    assert_eq!(late.events[0].what.kind(), "clock_held");
    assert!(late.events[1].at >= START);
    world.now = START.plus_ms(-2 * DAY);
    assert_eq!(world.refused(&issue("stnmt", "normal")), Refusal::ClockInDoubt);
}

/// A board folded from the feed is the very board the store gives, after every step of a random
/// day.
#[test]
fn the_folded_board_is_the_stored_one() {
    let mut world = World::new();
    let mut folded = Board::default();
    let mut dice = 12_345_u64;
    for _ in 0..400 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let counter = ["9", "10", "19"][usize::try_from(dice >> 60).unwrap() % 3];
        let at = |step| Action::AtCounter { counter: counter.into(), step };
        let number = || format!("H{:03}", 1 + (dice >> 50) % 40).parse().unwrap();
        let action = match (dice >> 33) % 12 {
            0..=2 => issue(
                if dice & 64 == 0 { "stnmt" } else { "cat" },
                if dice & 128 == 0 { "normal" } else { "priority" },
            ),
            3 | 4 => Action::CallNext { counter: counter.into() },
            5 => at(CounterStep::Start),
            6 => at(CounterStep::finish()),
            7 => at(CounterStep::NoShow),
            8 => at(CounterStep::park()),
            9 => Action::Resume { counter: counter.into(), number: number() },
            10 => Action::Requeue { number: number(), by: None },
            _ => Action::Transfer { number: number(), to: Target::Service("cat".into()), by: None },
        };
        match world.act(&action) {
            Ok(_) | Err(ActError::Refused(_)) => {}
            Err(ActError::Store(error)) => panic!("{error}"),
        }
        for event in world.store.feed(folded.seq, 100).unwrap() {
            folded.apply(&event).unwrap();
        }
        assert_eq!(folded, world.store.board(world.now).unwrap());
    }
    assert_eq!(world.store.check().unwrap(), []);
    let url = url(&world.folder);
    drop(world.store);
    assert_eq!(Store::open(&url).unwrap().board(world.now).unwrap(), folded);
}

#[test]
fn files_that_are_not_ours_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let url = url(&folder);
    assert!(matches!(Store::open(&url), Err(Error::Missing { .. })));
    std::fs::write(
        url.path().unwrap(),
        "a letter to the editor, long enough to have a header of its own",
    )
    .unwrap();
    assert!(matches!(Store::open(&url), Err(Error::Foreign { .. })));
    assert!(matches!(Store::create(&url, &site(), START), Err(Error::Exists { .. })));
    assert!("queue.db".parse::<StoreUrl>().is_err());
}

#[test]
fn one_counter_is_one_programs() {
    let mut world = World::new();
    let mut other = Store::open(&url(&world.folder)).unwrap();
    let claim = world.store.claim(&"10".into(), START).unwrap();
    assert!(matches!(
        other.claim(&"10".into(), START),
        Err(ActError::Refused(Refusal::CounterInUse { .. }))
    ));
    drop(claim);
    assert!(other.claim(&"10".into(), START).is_ok());
}

#[test]
fn a_file_moved_away_under_a_running_program_acknowledges_nothing() {
    for lost in ["queue.db", "queue.db-wal", "queue.db-shm"] {
        let mut world = World::new();
        world.issue("normal");
        let path = world.folder.path().join(lost);
        std::fs::rename(&path, world.folder.path().join("away")).unwrap();
        let answer = world.act(&issue("stnmt", "normal"));
        assert!(matches!(answer, Err(ActError::Store(Error::Replaced))), "{lost}: {answer:?}");
    }
}

#[test]
fn a_commit_nudges_the_others() {
    let mut world = World::new();
    let other = Store::open(&url(&world.folder)).unwrap();
    let mut news = other.news();
    assert_eq!(news.wait(std::time::Duration::ZERO), store::Woken::Timeout);
    world.issue("normal");
    assert_eq!(news.wait(std::time::Duration::from_secs(30)), store::Woken::Nudge);
}

#[test]
fn of_two_makers_one_makes_it() {
    for _ in 0..20 {
        let folder = crate::support::folder();
        let makers: Vec<_> = (0..2)
            .map(|_| {
                let address = url(&folder);
                std::thread::spawn(move || Store::create(&address, &site(), START))
            })
            .collect();
        let made: Vec<_> = makers.into_iter().map(|maker| maker.join().unwrap()).collect();
        assert!(made.iter().filter(|made| made.is_ok()).count() <= 1, "{made:?}");
        for made in made.iter().filter_map(|made| made.as_ref().err()) {
            assert!(matches!(made, Error::Exists { .. } | Error::InUse), "{made:?}");
        }
        assert_eq!(Store::open(&url(&folder)).unwrap().check().unwrap(), []);
    }
}
