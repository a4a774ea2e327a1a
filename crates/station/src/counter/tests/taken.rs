//! A counter that another program has: the question, the yes, and the notice.

use queue::{Officer, OfficerId, Role};

use super::*;

/// Counter 10 with somebody there and an officer signed in.
fn held_by(who: &str) -> Feed {
    let mut feed = two_waiting();
    feed.call(1_000, 1, "10");
    feed.add(2_000, 1, "10", What::CounterOpened);
    for id in ["tnmt-02", "tnmt-03"] {
        let agencies = vec!["stnmt".to_owned()];
        let name = format!("Bà {id}");
        let officer = Officer { id: id.into(), name, role: Role::Officer, agencies };
        feed.board.officers.insert(officer.id.clone(), officer);
    }
    feed.board.counters.get_mut(&"10".into()).unwrap().officer = Some(who.into());
    feed
}

/// The program of another officer who has signed in and found the counter in use, at 60 s.
fn asking(feed: &Feed) -> Counter {
    let config = CounterConfig { counter: "10".into(), ..CounterConfig::default() };
    let mut counter = Counter::new(&config);
    counter.step(board(feed), at(0));
    counter.door.signed = Some("tnmt-03".into());
    assert_eq!(counter.step(Input::Touch(Touch::Open), at(59_000)).len(), 1);
    let in_use = Answer::Refused(Refusal::CounterInUse { counter: "10".into() });
    counter.step(Input::Answer { tag: Tag::Claim, answer: in_use }, at(60_000));
    counter
}

fn takes() -> Effects {
    let officer = Some(OfficerId::from("tnmt-03"));
    vec![Effect::Take { tag: Tag::Take, counter: "10".into(), officer }]
}

#[test]
fn whoever_finds_a_counter_in_use_is_asked_and_goes_on_with_its_visitor() {
    let mut feed = held_by("tnmt-02");
    let mut counter = asking(&feed);
    let view = counter.view(at(60_000));
    assert!(view.take);
    assert_eq!(view.alert, "Quầy 10 đang do Bà tnmt-02 giữ ở máy khác");
    assert!(view.alert_text.contains("khách H001 ở lại quầy"), "{}", view.alert_text);
    // The second half of a nervous press says nothing yet.
    assert_eq!(counter.step(Input::Touch(Touch::Open), at(60_399)), []);
    assert_eq!(counter.step(Input::Touch(Touch::Open), at(60_400)), takes());
    assert_eq!(counter.step(Input::Touch(Touch::Open), at(62_000)), [], "one at a time");
    let what = What::CounterTaken { from: Some("tnmt-02".into()) };
    counter.step(Input::Events(vec![feed.add(63_000, 1, "10", what)]), at(63_000));
    let claimed = Answer::Claimed("10".into());
    let wanted = counter.step(Input::Answer { tag: Tag::Take, answer: claimed }, at(63_000));
    assert_eq!(wanted, [Effect::Day { tag: Tag::Day, day: feed.board.day }], "it is open already");
    let view = counter.view(at(63_000));
    assert_eq!((view.page, view.number.as_str()), (Page::Work, "H001"));
    assert!(view.caps.called && view.alert.is_empty());
}

#[test]
fn a_no_and_another_counter_end_the_question() {
    for touch in [Touch::Close, Touch::Choose("9".into())] {
        let mut counter = asking(&held_by("tnmt-02"));
        counter.step(Input::Touch(touch), at(70_000));
        let view = counter.view(at(70_000));
        assert!(!view.take && view.alert.is_empty());
        let claims = counter.step(Input::Touch(Touch::Open), at(71_000));
        assert!(matches!(claims[..], [Effect::Claim { .. }]), "{claims:?}");
    }
}

#[test]
fn a_failure_says_so_and_asks_on() {
    let mut counter = asking(&held_by("tnmt-02"));
    assert_eq!(counter.step(Input::Touch(Touch::Open), at(61_000)), takes());
    let away = Trouble { vi: "Mất kết nối.".into(), en: "Away.".into() };
    counter.step(Input::Answer { tag: Tag::Take, answer: Answer::Failed(away) }, at(61_000));
    let view = counter.view(at(61_000));
    assert_eq!((view.take, view.refusal.as_str()), (true, "Mất kết nối."));
    assert_eq!(counter.step(Input::Touch(Touch::Open), at(62_000)), takes());
}

/// P5: the program that had the counter stops at once, and says who has it and the visitor.
#[test]
fn who_took_the_counter_is_said_where_it_was_and_nothing_is_done_there_any_more() {
    let mut feed = held_by("tnmt-02");
    let config = CounterConfig { counter: "10".into(), ..CounterConfig::default() };
    let mut counter = Counter::new(&config);
    counter.step(board(&feed), at(0));
    counter.door.signed = Some("tnmt-02".into());
    counter.step(Input::Touch(Touch::Open), at(1_000));
    answer(&mut counter, Tag::Claim, Answer::Claimed("10".into()));
    done(&mut counter);
    // A press is under way when the news comes; its dialog goes with it.
    counter.step(Input::Touch(Touch::Do(Deed::Strip)), at(61_000));
    assert_eq!(counter.step(Input::Touch(Touch::Do(Deed::Main)), at(62_000)).len(), 1);
    let mut taken = feed.add(63_000, 1, "10", What::CounterTaken { from: Some("tnmt-02".into()) });
    taken.officer = Some("tnmt-03".into());
    counter.step(Input::Events(vec![taken]), at(63_000));
    counter.step(Input::ClaimLost("10".into()), at(63_000));
    answer(
        &mut counter,
        Tag::Step,
        Answer::Refused(Refusal::CounterTaken { counter: "10".into() }),
    );
    let view = counter.view(at(63_000));
    assert_eq!((view.page, view.strip, view.sign_in), (Page::Choose, false, true));
    assert_eq!(view.alert, "Bà tnmt-03 đã nhận quầy 10 ở máy khác lúc 08:01");
    assert!(view.alert_text.starts_with("Khách H001 do máy đó phục vụ tiếp."));
    assert_eq!((view.refusal.as_str(), view.account.as_str()), ("", "tnmt-02"));
    for deed in Deed::ALL {
        assert_eq!(counter.step(Input::Touch(Touch::Do(deed)), at(64_000)), [], "{deed:?}");
    }
    // The counters to choose from are nobody's until somebody has signed in.
    assert_eq!(counter.step(Input::Touch(Touch::Open), at(65_000)), []);
    let mut english = counter;
    english.step(Input::Touch(Touch::Language), at(66_000));
    let alert = english.view(at(66_000)).alert;
    assert_eq!(alert, "Bà tnmt-03 took counter 10 over at another machine at 08:01");
}
