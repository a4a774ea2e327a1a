use std::sync::mpsc::Receiver;

use queue::{Lang, Shift, What, Wish};

use super::*;
use crate::testing::{START, site};

/// Longer than anything here can take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct World {
    folder: tempfile::TempDir,
    clock: Clock,
}

impl World {
    fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap(), clock: Clock::by_hand(START) };
        Store::create(&world.url(), &site(), START).unwrap();
        world
    }

    fn url(&self) -> StoreUrl {
        format!("sqlite:{}", self.folder.path().join("queue.db").display()).parse().unwrap()
    }

    fn desk(&self) -> (Desk, Receiver<News>) {
        let (tell, told) = mpsc::channel();
        let say = move |news| drop(tell.send(news));
        (Desk::start(self.url(), self.clock.clone(), say).unwrap(), told)
    }
}

/// The first news that `wanted` makes something of.
fn wait<T>(told: &Receiver<News>, mut wanted: impl FnMut(News) -> Option<T>) -> T {
    loop {
        if let Some(found) = wanted(told.recv_timeout(PATIENCE).unwrap()) {
            return found;
        }
    }
}

fn answer(news: News) -> Option<Answer> {
    if let News::Answer { answer, .. } = news { Some(answer) } else { None }
}

#[test]
fn an_action_is_answered_after_its_news_and_another_desk_hears_of_it() {
    let world = World::new();
    let ((one, told), (_two, heard)) = (world.desk(), world.desk());
    // One that opens its store later finds the number on its first board.
    wait(&heard, |news| matches!(news, News::Board { .. }).then_some(()));
    let issue = Action::Issue { service: "stnmt".into(), wish: Wish::default() };
    assert!(one.act(Uuid::now_v7(), issue));
    let mut seen = false;
    let done = wait(&told, |news| {
        seen |= matches!(&news, News::Events(events) if events[0].what.kind() == "issued");
        answer(news)
    });
    assert!(seen && matches!(done, Answer::Done(_)), "{done:?}");
    wait(&heard, |news| {
        matches!(&news, News::Events(events) if events[0].what.kind() == "issued").then_some(())
    });
}

/// P12: whether or not the new date is believed.
#[test]
fn a_wall_clock_that_jumps_is_put_on_record_once() {
    for jump_ms in [3 * 60_000, 20 * 24 * 3_600_000, -20 * 24 * 3_600_000] {
        let world = World::new();
        let (_desk, told) = world.desk();
        wait(&told, |news| matches!(news, News::Board { .. }).then_some(()));
        world.clock.jump_ms(jump_ms);
        let by_ms = wait(&told, |news| {
            let News::Events(events) = news else { return None };
            events.iter().find_map(|event| {
                if let What::ClockStepped { by_ms } = event.what { Some(by_ms) } else { None }
            })
        });
        assert_eq!(by_ms, jump_ms);
    }
}

#[test]
fn a_counter_whose_program_is_gone_is_quiet_after_half_a_minute() {
    let world = World::new();
    let (watching, told) = world.desk();
    let (dying, said) = world.desk();
    assert!(dying.claim(Uuid::now_v7(), "10".into()));
    assert!(matches!(wait(&said, answer), Answer::Claimed(_)));
    let issue = Action::Issue { service: "stnmt".into(), wish: Wish::default() };
    assert!(dying.act(Uuid::now_v7(), issue));
    assert!(dying.act(Uuid::now_v7(), Action::CallNext { counter: "10".into() }));
    wait(&said, answer);
    wait(&said, answer);
    drop(dying);
    // Too early: it may only be starting anew.
    let take = Action::TakeOver { counter: "9".into(), from: "10".into() };
    assert!(watching.act(Uuid::now_v7(), take.clone()));
    assert!(matches!(wait(&told, answer), Answer::Refused(Refusal::CounterAlive { .. })));
    world.clock.advance_ms(31_000);
    let quiet = wait(&told, |news| if let News::Quiet(quiet) = news { Some(quiet) } else { None });
    assert_eq!(quiet, ["10".into()]);
    assert!(watching.act(Uuid::now_v7(), take));
    assert!(matches!(wait(&told, answer), Answer::Done(_)));
    let close = Action::Shift { counter: "10".into(), change: Shift::Close };
    assert!(watching.act(Uuid::now_v7(), close));
    assert!(matches!(wait(&told, answer), Answer::Done(_)));
}

/// P5: of two programs at a counter the one that had it is told, in order: what happened, then that
/// the counter is its own no more; what it still asks is refused.
#[test]
fn a_desk_whose_counter_is_taken_hears_so_and_does_nothing_there() {
    let world = World::new();
    let ((first, told), (second, heard)) = (world.desk(), world.desk());
    let ten = || CounterId::from("10");
    assert!(first.claim(Uuid::now_v7(), ten()));
    assert!(matches!(wait(&told, answer), Answer::Claimed(_)));
    assert!(second.claim(Uuid::now_v7(), ten()));
    assert!(matches!(wait(&heard, answer), Answer::Refused(Refusal::CounterInUse { .. })));
    assert!(second.take(Uuid::now_v7(), ten(), None));
    assert!(matches!(wait(&heard, answer), Answer::Claimed(_)));
    let mut taken = false;
    let lost = wait(&told, |news| {
        taken |= matches!(&news, News::Events(events)
            if events.iter().any(|event| event.what.kind() == "counter_taken"));
        if let News::ClaimLost(counter) = news { Some(counter) } else { None }
    });
    assert!(taken && lost == ten());
    // The one that took it works there; the other may ask for it, and take it back.
    let open = Action::Shift { counter: ten(), change: Shift::Open { officer: None } };
    assert!(second.act(Uuid::now_v7(), open));
    assert!(matches!(wait(&heard, answer), Answer::Done(_)));
    assert!(first.claim(Uuid::now_v7(), ten()));
    assert!(matches!(wait(&told, answer), Answer::Refused(Refusal::CounterInUse { .. })));
    assert!(first.take(Uuid::now_v7(), ten(), None));
    assert!(matches!(wait(&told, answer), Answer::Claimed(_)));
    let lost =
        wait(&heard, |news| if let News::ClaimLost(lost) = news { Some(lost) } else { None });
    assert_eq!(lost, ten());
}

#[test]
fn a_store_that_is_not_there_is_said_and_nothing_is_kept_back() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("none.db").display()).parse().unwrap();
    let (tell, told) = mpsc::channel();
    let say = move |news| drop(tell.send(news));
    let desk = Desk::start(url, Clock::by_hand(START), say).unwrap();
    let trouble = wait(&told, |news| if let News::Away(why) = news { Some(why) } else { None });
    assert!(trouble.words(Lang::Vi).contains("luot init"), "{trouble:?}");
    assert!(desk.act(Uuid::now_v7(), Action::CallNext { counter: "10".into() }));
    assert!(matches!(wait(&told, answer), Answer::Failed(_)));
}

/// P15: the desk that finds the file damaged has it restored as soon as the other lets go of it, and
/// both go on by themselves.
#[test]
fn a_damaged_file_is_restored_and_every_desk_goes_on() {
    let world = World::new();
    let copies = Store::backup_folder(&world.url());
    Store::open(&world.url()).unwrap().backup(&copies, START).unwrap();
    let (one, told) = world.desk();
    wait(&told, |news| matches!(news, News::Board { .. }).then_some(()));
    let path = world.folder.path().join("queue.db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4_096..].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let (_two, heard) = world.desk();
    let restored = |news| {
        let News::Board { board, .. } = news else { return None };
        board.restored
    };
    // It is said before anything is done.
    let trouble = wait(&heard, |news| if let News::Away(why) = news { Some(why) } else { None });
    assert!(trouble.en.contains("restored"), "{trouble:?}");
    world.clock.advance_ms(6_000);
    assert_eq!(wait(&heard, restored), START.plus_ms(6_000));
    wait(&told, restored);
    let issue = Action::Issue { service: "stnmt".into(), wish: Wish::default() };
    assert!(one.act(Uuid::now_v7(), issue));
    let Answer::Done(done) = wait(&told, answer) else { panic!("not done") };
    assert_eq!(done.ticket.unwrap().number.to_string(), "H101");
}

/// Every try is on record, and the fifth wrong one closes the door also for the right one.
#[test]
fn an_officer_signs_in_with_the_own_pin_and_a_guesser_is_locked_out() {
    let world = World::new();
    let who = queue::Officer { id: "lan".into(), name: "Bà Lan".into(), ..Default::default() };
    let pin = Pin::new("271828").hash();
    let enlist = Action::Staff { change: queue::Staffing::Enlist { who, pin } };
    Store::open(&world.url()).unwrap().act(Uuid::now_v7(), &enlist, START).unwrap();
    let (desk, told) = world.desk();
    let sign_in = |who: &str, pin: &str| {
        assert!(desk.sign_in(Uuid::now_v7(), who.into(), "10".into(), Pin::new(pin)));
        wait(&told, answer)
    };
    assert!(matches!(sign_in("lan", "271828"), Answer::Done(_)));
    assert!(matches!(sign_in("hoa", "271828"), Answer::Refused(Refusal::UnknownOfficer { .. })));
    for left in [4, 3, 2, 1] {
        let said = sign_in("lan", "271829");
        let Answer::Refused(Refusal::WrongPin { left: said }) = said else { panic!("{said:?}") };
        assert_eq!(said, left);
    }
    let until = START.plus_min(1);
    for pin in ["271829", "271828"] {
        let said = sign_in("lan", pin);
        let Answer::Refused(Refusal::PinLocked { until: at }) = said else { panic!("{said:?}") };
        assert_eq!(at, until);
    }
    world.clock.advance_ms(60_000);
    assert!(matches!(sign_in("lan", "271828"), Answer::Done(_)));
}

#[test]
fn a_store_that_stays_away_is_tried_less_and_less_often() {
    let waits: Vec<u128> = (0..8).map(|tried| before_retry(tried).as_millis()).collect();
    assert_eq!(waits, [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
}
