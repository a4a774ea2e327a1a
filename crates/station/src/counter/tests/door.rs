//! Signing in, the lock, and what a supervisor may do.

use queue::{Intake, Officer, OfficerId, Role};

use super::*;

fn staffed(mut feed: Feed) -> Feed {
    for (id, role, agencies) in [
        ("tnmt-02", Role::Officer, vec!["stnmt".to_owned()]),
        ("tnmt-03", Role::Officer, vec!["stnmt".to_owned()]),
        ("truc-01", Role::Supervisor, Vec::new()),
    ] {
        let officer = Officer { id: id.into(), name: format!("Bà {id}"), role, agencies };
        feed.board.officers.insert(officer.id.clone(), officer);
    }
    feed
}

fn key(counter: &mut Counter, name: &str, ms: i64) -> Effects {
    let stroke = Stroke { name: name.into(), ctrl: false, repeat: false };
    counter.step(Input::Touch(Touch::Stroke(stroke)), at(ms))
}

fn type_in(counter: &mut Counter, who: &str, pin: &str, ms: i64) -> Effects {
    for letter in who.chars() {
        assert_eq!(key(counter, &letter.to_string(), ms), []);
    }
    assert_eq!(key(counter, "Enter", ms), []);
    for figure in pin.chars() {
        assert_eq!(key(counter, &figure.to_string(), ms), []);
    }
    key(counter, "Enter", ms)
}

fn asks(who: &str, pin: &str) -> Effects {
    let (who, pin) = (OfficerId::from(who), crate::pin::Pin::new(pin));
    vec![Effect::SignIn { tag: Tag::Door, who, counter: "10".into(), pin }]
}

/// Counter 10 with `who` signed in.
fn signed(feed: &Feed, who: &str) -> Counter {
    let config = CounterConfig { counter: "10".into(), ..CounterConfig::default() };
    let mut counter = Counter::new(&config);
    assert_eq!(counter.step(board(feed), at(0)), [], "the config's counter waits for a PIN, too");
    assert_eq!(type_in(&mut counter, who, "271828", 0), asks(who, "271828"));
    let nothing = store::Done { ticket: None, events: Vec::new(), repeated: false, code: None };
    let claims = answer(&mut counter, Tag::Door, Answer::Done(Box::new(nothing)));
    assert_eq!(claims, [Effect::Claim { tag: Tag::Claim, counter: "10".into() }]);
    let opens = answer(&mut counter, Tag::Claim, Answer::Claimed("10".into()));
    let change = Shift::Open { officer: Some(who.into()) };
    let action = Action::Shift { counter: "10".into(), change };
    assert_eq!(opens[0], Effect::Act { tag: Tag::Step, action });
    done(&mut counter);
    counter.board.counters.entry("10".into()).or_default().officer = Some(who.into());
    counter
}

#[test]
fn nobody_works_without_a_pin_where_officers_are_enlisted() {
    let feed = staffed(two_waiting());
    let counter = signed(&feed, "tnmt-02");
    let view = counter.view(at(0));
    assert_eq!((view.page, view.officer.as_str()), (Page::Work, "Bà tnmt-02"));
    assert!(!view.caps.supervise);
    // A centre without officers works as before.
    assert_eq!(opened(&two_waiting()).view(at(0)).officer, "");
}

#[test]
fn a_wrong_pin_is_said_and_gone_from_the_field() {
    let feed = staffed(two_waiting());
    let mut counter =
        Counter::new(&CounterConfig { counter: "10".into(), ..CounterConfig::default() });
    counter.step(board(&feed), at(0));
    assert_eq!(type_in(&mut counter, "tnmt-02", "1234x", 0), asks("tnmt-02", "1234"));
    assert_eq!(key(&mut counter, "Enter", 0), [], "one try at a time");
    answer(&mut counter, Tag::Door, Answer::Refused(Refusal::WrongPin { left: 4 }));
    let view = counter.view(at(0));
    assert_eq!(
        (view.page, view.pin, view.refusal.as_str()),
        (Page::Choose, 0, "Mã PIN không đúng. Còn 4 lần thử.")
    );
    assert!(!format!("{counter:?}").contains("1234"), "no PIN in a debug text");
}

#[test]
fn only_counters_of_the_own_agency_are_offered() {
    let feed = staffed(two_waiting());
    let mut counter = Counter::new(&CounterConfig::default());
    counter.step(board(&feed), at(0));
    for letter in "tnmt-02".chars() {
        key(&mut counter, &letter.to_string(), 0);
    }
    let view = counter.view(at(0));
    let mine: Vec<_> =
        view.counters.iter().filter(|choice| choice.mine).map(|c| c.code.clone()).collect();
    assert!(mine.contains(&"10".to_owned()) && !mine.contains(&"1".to_owned()), "{mine:?}");
    key(&mut counter, "Right", 0);
    assert_eq!(counter.view(at(0)).chosen, mine[0]);
    key(&mut counter, "Right", 0);
    assert_eq!(counter.view(at(0)).chosen, mine[1]);
}

#[test]
fn after_a_counter_that_is_taken_only_another_of_the_own_agency_opens() {
    let feed = staffed(two_waiting());
    let mut counter =
        Counter::new(&CounterConfig { counter: "10".into(), ..CounterConfig::default() });
    counter.step(board(&feed), at(0));
    type_in(&mut counter, "tnmt-02", "271828", 0);
    let nothing = store::Done { ticket: None, events: Vec::new(), repeated: false, code: None };
    answer(&mut counter, Tag::Door, Answer::Done(Box::new(nothing)));
    let taken = Refusal::CounterInUse { counter: "10".into() };
    answer(&mut counter, Tag::Claim, Answer::Refused(taken));
    press(&mut counter, Touch::Choose("1".into()));
    assert_eq!(press(&mut counter, Touch::Open), []);
    let refused = counter.view(at(0)).refusal;
    assert_eq!(refused, "Quầy 1 không thuộc cơ quan của cán bộ này.");
    press(&mut counter, Touch::Choose("9".into()));
    let claims = [Effect::Claim { tag: Tag::Claim, counter: "9".into() }];
    assert_eq!(press(&mut counter, Touch::Open), claims);
}

#[test]
fn the_lock_falls_by_itself_and_keeps_the_visitor() {
    let mut feed = staffed(two_waiting());
    feed.call(1_000, 1, "10");
    let mut counter = signed(&feed, "tnmt-02");
    let minute = 60_000;
    key(&mut counter, "Left", 14 * minute);
    counter.step(Input::Tick, at(28 * minute));
    assert_eq!(counter.view(at(28 * minute)).page, Page::Work, "a press begins the time anew");
    assert!(counter.deadline(at(28 * minute)).unwrap() <= 29 * minute);
    counter.step(Input::Tick, at(29 * minute));
    let view = counter.view(at(29 * minute));
    assert_eq!((view.page, view.chosen_text.as_str()), (Page::Locked, "Số H001 vẫn ở quầy này."));
    for touch in [Touch::Do(Deed::Main), Touch::Do(Deed::NoShow), Touch::Do(Deed::Leave)] {
        assert_eq!(
            counter.step(Input::Touch(touch), at(30 * minute)),
            [],
            "nothing behind the lock"
        );
    }
    assert!(counter.door.at_pin);
    for figure in "271828".chars() {
        key(&mut counter, &figure.to_string(), 30 * minute);
    }
    assert_eq!(key(&mut counter, "Enter", 30 * minute), asks("tnmt-02", "271828"));
    let nothing = store::Done { ticket: None, events: Vec::new(), repeated: false, code: None };
    assert_eq!(answer(&mut counter, Tag::Door, Answer::Done(Box::new(nothing))), []);
    let view = counter.view(at(30 * minute));
    assert_eq!((view.page, view.number.as_str()), (Page::Work, "H001"));
    assert!(view.caps.called);
}

#[test]
fn another_officer_goes_on_behind_the_lock_and_the_ledger_says_who() {
    let mut feed = staffed(two_waiting());
    feed.call(1_000, 1, "10");
    let mut counter = signed(&feed, "tnmt-02");
    counter.step(Input::Tick, at(15 * 60_000));
    counter.step(Input::Touch(Touch::Account("tnmt-03".into())), at(16 * 60_000));
    for figure in "314159".chars() {
        key(&mut counter, &figure.to_string(), 16 * 60_000);
    }
    assert_eq!(key(&mut counter, "Enter", 16 * 60_000), asks("tnmt-03", "314159"));
    let nothing = store::Done { ticket: None, events: Vec::new(), repeated: false, code: None };
    let opens = answer(&mut counter, Tag::Door, Answer::Done(Box::new(nothing)));
    let change = Shift::Open { officer: Some("tnmt-03".into()) };
    let action = Action::Shift { counter: "10".into(), change };
    assert_eq!(opens, [Effect::Act { tag: Tag::Step, action }]);
}

#[test]
fn a_supervisor_stops_a_service_and_starts_it_again() {
    let feed = staffed(two_waiting());
    let mut officer = signed(&feed, "tnmt-02");
    key(&mut officer, "F6", 1_000);
    assert_eq!(officer.view(at(1_000)).ask.asked, Asked::Nothing, "not an officer's business");
    let mut counter = signed(&feed, "truc-01");
    key(&mut counter, "F6", 1_000);
    for letter in "tai nguyen".chars() {
        let name = if letter == ' ' { "Space".to_owned() } else { letter.to_string() };
        key(&mut counter, &name, 2_000);
    }
    let reason = "Phụ trách tạm ngừng phát số".to_owned();
    let intake = |change| {
        vec![Effect::Act {
            tag: Tag::Step,
            action: Action::Intake { service: "stnmt".into(), change, by: Some("10".into()) },
        }]
    };
    assert_eq!(key(&mut counter, "Enter", 3_000), intake(Intake::Pause { reason: reason.clone() }));
    done(&mut counter);
    counter.board.paused.insert("stnmt".into(), reason);
    key(&mut counter, "F6", 4_000);
    key(&mut counter, "H", 5_000);
    assert_eq!(key(&mut counter, "Enter", 6_000), intake(Intake::Resume));
}
