use queue::{Heard, What};

use super::*;
use crate::testing::{Feed, at, site};

fn board(feed: &Feed) -> InputOf<Hall> {
    let (board, tail) = (Box::new(feed.board.clone()), feed.events.clone());
    Input::Board { site: site(), board, tail, experience: Box::default() }
}

fn hall(config: HallConfig, feed: &Feed, now: Now) -> (Hall, Vec<EffectOf<Hall>>) {
    let mut hall = Hall::new(config);
    let effects = hall.step(board(feed), now);
    (hall, effects)
}

fn said(effects: &[EffectOf<Hall>]) -> Vec<i64> {
    let say = |effect: &EffectOf<Hall>| {
        if let Effect::Order(Order::Say { call, .. }) = effect { Some(*call) } else { None }
    };
    effects.iter().filter_map(say).collect()
}

fn waiting(people: u32) -> Feed {
    let mut feed = Feed::default();
    for number in 1..=people {
        feed.issue(0, number);
    }
    feed
}

/// P6: in the moment in which the hall learns of it.
#[test]
fn a_call_is_shown_and_said_at_once_and_the_place_is_its_label() {
    let mut feed = waiting(1);
    let (mut hall, _) = hall(HallConfig::default(), &feed, at(0));
    let call = feed.call(1_000, 1, "10");
    let effects = hall.step(Input::Events(vec![call.clone()]), at(1_000));
    let say = Order::Say {
        call: call.seq,
        number: "H001".parse().unwrap(),
        counter: "10".into(),
        recall: false,
        age_ms: 0,
    };
    assert_eq!(effects, [Effect::Order(say)]);
    assert!(hall.view(at(1_000)).calls[0].fresh);
    assert!(!hall.view(at(6_001)).calls[0].fresh, "gold for five seconds");
}

#[test]
fn who_stands_at_the_counter_is_called_no_more() {
    let mut feed = waiting(1);
    let (mut hall, _) = hall(HallConfig::default(), &feed, at(0));
    let call = feed.call(1_000, 1, "10");
    hall.step(Input::Events(vec![call.clone()]), at(1_000));
    let started = feed.add(2_000, 1, "10", What::Started);
    let effects = hall.step(Input::Events(vec![started]), at(2_000));
    assert_eq!(effects, [Effect::Order(Order::Hush { call: call.seq })]);
}

/// P6: nothing is said twice or late because a program died.
#[test]
fn after_a_restart_only_what_is_fresh_and_was_never_begun_is_said() {
    let mut feed = waiting(3);
    feed.call(0, 1, "9");
    let begun = feed.call(20_000, 2, "10");
    let never = feed.call(21_000, 3, "16");
    feed.add(22_000, 2, "10", What::Announced { call: begun.seq, heard: Heard::Begun });
    let (_, effects) = hall(HallConfig::default(), &feed, at(40_000));
    assert_eq!(said(&effects), [never.seq]);
    let (restarted, effects) = hall(HallConfig::default(), &feed, at(52_000));
    assert_eq!(said(&effects), [0_i64; 0]);
    assert_eq!(restarted.view(at(52_000)).calls[0].number, "H003", "the screen is right at once");
}

#[test]
fn calls_that_come_together_share_the_screen_and_the_newest_stands_alone_again() {
    let mut feed = waiting(4);
    let (mut hall, _) = hall(HallConfig::default(), &feed, at(0));
    for (number, counter) in [(1, "9"), (2, "10"), (3, "16"), (4, "17")] {
        let call = feed.call(i64::from(number) * 100, number, counter);
        hall.step(Input::Events(vec![call]), at(i64::from(number) * 100));
    }
    let numbers = |view: &View| view.calls.iter().map(|c| c.number.clone()).collect::<Vec<_>>();
    let view = hall.view(at(500));
    assert_eq!(numbers(&view), ["H002", "H003", "H004"], "in the order in which they are said");
    assert_eq!(view.recent[0].number, "H001");
    for call in 5..=8 {
        hall.step(Input::Device(Voice::Begun { call }), at(600));
        let record = hall.step(Input::Device(Voice::Spoken { call, attempt: 1 }), at(700));
        let heard = Heard::Spoken { attempt: 1 };
        let action = Action::Announce { call, heard };
        assert_eq!(record, [Effect::Act { tag: Record, action }], "what was heard is on record");
    }
    assert_eq!(numbers(&hall.view(at(9_000))), ["H004"]);
}

#[test]
fn a_feed_that_is_lost_is_admitted_after_ten_seconds() {
    let feed = waiting(1);
    let (mut hall, _) = hall(HallConfig::default(), &feed, at(0));
    let gone = || Trouble { vi: "Mất kết nối.".into(), en: "Away.".into() };
    hall.step(Input::Away(gone()), at(1_000));
    hall.step(Input::Away(gone()), at(3_000));
    assert_eq!(hall.view(at(10_900)).trouble, "");
    assert_eq!(hall.view(at(11_000)).trouble, "Mời theo hướng dẫn của cán bộ");
    hall.step(board(&feed), at(12_000));
    assert_eq!(hall.view(at(12_000)).trouble, "");
}

#[test]
fn a_hall_calls_for_its_own_counters_only() {
    let mut feed = waiting(2);
    let config = HallConfig { counters: vec!["10".into()], ..HallConfig::default() };
    let (mut hall, _) = hall(config, &feed, at(0));
    let (other, ours) = (feed.call(1_000, 1, "9"), feed.call(1_100, 2, "10"));
    let effects = hall.step(Input::Events(vec![other, ours.clone()]), at(1_100));
    assert_eq!(said(&effects), [ours.seq]);
    let view = hall.view(at(1_100));
    assert_eq!((view.calls.len(), view.calls[0].number.as_str()), (1, "H002"));
    // Calls of other zones do not keep this one from resting.
    feed.issue(2_000, 3);
    feed.issue(2_500, 4);
    let other = feed.call(100_000, 3, "9");
    let events = vec![feed.events[4].clone(), feed.events[5].clone(), other];
    hall.step(Input::Events(events), at(100_000));
    assert!(hall.view(at(121_200)).calm);
}

/// P6: a voice that fails does not fail in secret.
#[test]
fn silence_is_said_on_the_screen() {
    let (mut hall, _) = hall(HallConfig::default(), &waiting(1), at(0));
    let dead =
        Trouble { vi: "Loa: không có thiết bị".into(), en: "Loudspeaker: no device".into() };
    hall.step(Input::Device(Voice::Sound(Some(dead))), at(0));
    assert_eq!(hall.view(at(0)).sound_note, "Loa: không có thiết bị");
    hall.step(Input::Device(Voice::Sound(None)), at(0));
    assert_eq!(hall.view(at(0)).sound_note, "");
}

#[test]
fn a_quiet_hall_shows_the_waits() {
    let mut feed = waiting(2);
    feed.call(0, 1, "10");
    let (hall, _) = hall(HallConfig::default(), &feed, at(0));
    assert!(!hall.view(at(119_000)).calm);
    let view = hall.view(at(120_000));
    assert!(view.calm);
    assert_eq!((view.waits[0].name.as_str(), view.waits[0].people.as_str()), ("Đất đai", "1"));
}

/// P15: after a restore the feed runs on from an earlier place; a call made since is said all the same,
/// and one that is on the board from before is not.
#[test]
fn a_call_after_a_restore_is_said_though_its_place_in_the_feed_was_another_before() {
    let mut before = waiting(3);
    before.call(1_000, 1, "10");
    for number in 2..=3 {
        before.call(2_000, number, "9");
        before.add(3_000, number, "9", What::Started);
        before.add(4_000, number, "9", What::Finished { noted: Default::default(), next: None });
    }
    let (mut hall, _) = hall(HallConfig::default(), &before, at(5_000));
    let mut after = waiting(2);
    after.call(1_000, 1, "10");
    let call = after.call(60_000, 2, "9");
    assert!(call.seq < before.board.seq);
    assert_eq!(said(&hall.step(board(&after), at(61_000))), [call.seq]);
    let next = after.call(62_000, 1, "8");
    assert_eq!(said(&hall.step(Input::Events(vec![next.clone()]), at(62_000))), [next.seq]);
}
