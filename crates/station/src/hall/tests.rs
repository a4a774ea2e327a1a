use queue::{Heard, What};

use super::*;
use crate::config::{Arrow, Spoken, SpokenNotice, Way};
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

fn announce(call: i64, heard: Heard) -> Action {
    Action::Announce { call, display: "hall".into(), heard }
}

fn announced(call: i64, display: &str, heard: Heard) -> What {
    What::Announced { call, display: display.into(), heard }
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
        zone: String::new(),
        recall: false,
        lang: String::new(),
        age_ms: 0,
        gain_db: Some(0),
    };
    assert_eq!(effects, [Effect::Order(say)]);
    assert!(hall.view(at(1_000)).calls[0].fresh);
    assert!(!hall.view(at(6_001)).calls[0].fresh, "gold for five seconds");
}

#[test]
fn a_call_knows_the_language_its_visitor_chose() {
    let mut feed = Feed::default();
    let mut issued = feed.issue(0, 1);
    let What::Issued { lang, .. } = &mut issued.what else { panic!("{issued:?}") };
    "en".clone_into(lang);
    let mut feed = Feed { board: Board::default(), events: Vec::new() };
    feed.add(0, 1, "", issued.what);
    let (mut hall, _) = hall(HallConfig::default(), &feed, at(0));
    let call = feed.call(1_000, 1, "10");
    let effects = hall.step(Input::Events(vec![call]), at(1_000));
    assert!(
        matches!(&effects[..], [Effect::Order(Order::Say { lang, .. })] if lang == "en"),
        "{effects:?}"
    );
}

#[test]
fn a_zone_is_said_where_the_hall_wants_it_and_the_centre_has_more_than_one() {
    let zone_of = |zones: bool, many: bool| {
        let mut feed = waiting(1);
        let mut config = HallConfig::default();
        config.sound.zones = zones;
        let mut hall = Hall::new(config);
        let mut site = site();
        if !many {
            site.zones.truncate(1);
        }
        let (board, tail) = (Box::new(feed.board.clone()), Vec::new());
        hall.step(Input::Board { site, board, tail, experience: Box::default() }, at(0));
        let call = feed.call(1_000, 1, "17");
        match &hall.step(Input::Events(vec![call]), at(1_000))[..] {
            [Effect::Order(Order::Say { zone, .. })] => zone.clone(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(zone_of(true, true), "D");
    assert_eq!((zone_of(false, true), zone_of(true, false)), Default::default());
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
    feed.add(22_000, 2, "10", announced(begun.seq, "hall", Heard::Begun));
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
    assert_eq!(numbers(&view), ["H001", "H002", "H003"], "in the order in which they are said");
    assert_eq!(view.recent[0].number, "H004", "the fourth waits for a place, and is seen");
    assert_eq!(hall.deadline(at(500)), Some(5_100));
    hall.step(Input::Tick, at(5_100));
    assert_eq!(numbers(&hall.view(at(5_100))), ["H002", "H003", "H004"]);
    for call in 5..=8 {
        hall.step(Input::Device(Voice::Begun { call }), at(5_600));
        let record = hall.step(Input::Device(Voice::Spoken { call, attempt: 1 }), at(5_700));
        let heard = Heard::Spoken { attempt: 1 };
        let tag = Record { call, heard: heard.clone() };
        let action = announce(call, heard);
        assert_eq!(record, [Effect::Act { tag, action }], "what was heard is on record");
    }
    hall.step(Input::Tick, at(12_000));
    assert_eq!(numbers(&hall.view(at(12_000))), ["H004"]);
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
    assert_ne!(hall.view(at(121_200)).slide, Slide::None);
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
    assert_eq!(hall.view(at(119_000)).slide, Slide::None);
    let view = hall.view(at(120_000));
    assert_eq!(view.slide, Slide::Waits);
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

/// P6: each call is on record as shown, once, by this display's name, whoever else reports.
#[test]
fn a_call_that_was_drawn_is_on_record_once() {
    let mut feed = waiting(2);
    let (mut hall, _) = hall(HallConfig::default(), &feed, at(0));
    let call = feed.call(1_000, 1, "10");
    hall.step(Input::Events(vec![call.clone()]), at(1_000));
    let drawn = |hall: &mut Hall, ms| {
        hall.step(Input::Device(Voice::Shown { calls: vec![call.seq] }), at(ms))
    };
    let tag = Record { call: call.seq, heard: Heard::Shown };
    let record = Effect::Act { tag: tag.clone(), action: announce(call.seq, Heard::Shown) };
    assert_eq!(drawn(&mut hall, 1_050), [record]);
    assert_eq!(drawn(&mut hall, 1_100), [], "each picture says so, the ledger hears it once");
    let failed = Answer::Failed(Trouble { vi: "Mất.".into(), en: "Away.".into() });
    hall.step(Input::Answer { tag, answer: failed }, at(1_200));
    assert_eq!(drawn(&mut hall, 1_300).len(), 1, "what was not recorded is tried again");
    // A display that starts anew knows what it has shown, and not what others have.
    feed.add(1_400, 1, "10", announced(call.seq, "other", Heard::Shown));
    let (mut anew, _) = self::hall(HallConfig::default(), &feed, at(2_000));
    assert_eq!(drawn(&mut anew, 2_000).len(), 1);
    feed.add(2_500, 1, "10", announced(call.seq, "hall", Heard::Shown));
    let (mut anew, _) = self::hall(HallConfig::default(), &feed, at(3_000));
    assert_eq!(drawn(&mut anew, 3_000), []);
}

/// P6: the voice speaks when its word is on record, so that a hall that dies then says nothing twice.
#[test]
fn the_voice_waits_for_its_record() {
    let mut feed = waiting(1);
    let (mut hall, _) = hall(HallConfig::default(), &feed, at(0));
    let call = feed.call(1_000, 1, "10").seq;
    hall.step(Input::Events(feed.events[1..].to_vec()), at(1_000));
    let effects = hall.step(Input::Device(Voice::Begun { call }), at(1_001));
    let tag = Record { call, heard: Heard::Begun };
    assert_eq!(effects, [Effect::Act { tag: tag.clone(), action: announce(call, Heard::Begun) }]);
    let gone = Answer::Failed(Trouble { vi: "Mất.".into(), en: "Away.".into() });
    let effects = hall.step(Input::Answer { tag, answer: gone }, at(1_010));
    assert_eq!(
        effects,
        [Effect::Order(Order::Go { call })],
        "a queue that is away silences nobody"
    );
    // What another display's voice has begun is not this one's.
    feed.add(1_020, 1, "10", announced(call, "other", Heard::Begun));
    let (_, effects) = self::hall(HallConfig::default(), &feed, at(2_000));
    assert_eq!(said(&effects), [call]);
}

/// P6: what happened while the display was away is shown when it is back, each in its turn.
#[test]
fn a_display_that_comes_back_shows_what_it_has_not_shown() {
    let mut feed = waiting(3);
    let seen = feed.call(0, 1, "9");
    feed.add(100, 1, "9", announced(seen.seq, "hall", Heard::Shown));
    feed.call(10_000, 2, "10");
    feed.call(11_000, 3, "16");
    let (hall, _) = hall(HallConfig::default(), &feed, at(20_000));
    let numbers: Vec<_> = hall.view(at(20_000)).calls.iter().map(|c| c.number.clone()).collect();
    assert_eq!(numbers, ["H002", "H003"]);
}

#[test]
fn a_display_of_a_zone_calls_for_its_counters_and_says_where_the_others_lie() {
    let mut feed = waiting(2);
    let site = site();
    let zone = |id: &str| site.counter(&id.into()).unwrap().zone.clone();
    let (west, east) = ("1", "10");
    assert_ne!(zone(west), zone(east), "the sample has zones");
    let way = vec![Way { zone: zone(east), arrow: Arrow::Right }];
    let config = HallConfig { zones: vec![zone(east)], way, ..HallConfig::default() };
    let (mut hall, _) = hall(config, &feed, at(0));
    let (other, ours) = (feed.call(1_000, 1, west), feed.call(1_100, 2, east));
    let effects = hall.step(Input::Events(vec![other, ours.clone()]), at(1_100));
    assert_eq!(said(&effects), [ours.seq]);
    let call = hall.view(at(1_100)).calls[0].clone();
    assert_eq!((call.zone, call.arrow), (format!("Khu {}", zone(east)), Some(Arrow::Right)));
}

/// Each page stands for ten seconds, and the window is asked for no repaint in between.
#[test]
fn the_band_says_one_thing_at_a_time() {
    let mut feed = waiting(3);
    feed.call(0, 1, "10");
    feed.add(500, 1, "10", What::NoShow);
    let notices = vec![queue::Text::new("Chiều thứ Sáu nghỉ.", "Closed.")];
    let config = HallConfig { notices, ..HallConfig::default() };
    let (hall, _) = hall(config, &feed, at(1_000));
    let band = |ms| hall.view(at(ms)).band;
    let first = band(1_000);
    assert_eq!((first.title.as_str(), first.items[0].figure.as_str()), ("Đang chờ", "2"));
    assert_eq!(hall.deadline(at(6_000)), Some(10_000));
    let second = band(10_000);
    assert_eq!((second.title.as_str(), second.items[0].figure.as_str()), ("Lỡ lượt", "H001"));
    assert_eq!(
        (band(20_000).notice.as_str(), band(20_000).items.len()),
        ("Chiều thứ Sáu nghỉ.", 0)
    );
    assert_eq!(band(30_000), first);
}

#[test]
fn a_calm_hall_shows_its_slides_in_turn_until_somebody_is_called() {
    let mut feed = waiting(2);
    feed.call(0, 1, "10");
    let mut config = HallConfig::default();
    config.slides.texts = vec![queue::Text::new("Đúng hẹn.", "")];
    let (mut hall, _) = hall(config, &feed, at(0));
    hall.step(Input::Device(Voice::Pictures(vec!["/p/a.png".into()])), at(0));
    let slide = |hall: &Hall, ms| hall.view(at(ms)).slide;
    assert_eq!(slide(&hall, 119_999), Slide::None);
    assert_eq!(slide(&hall, 120_000), Slide::Picture("/p/a.png".into()));
    assert_eq!(slide(&hall, 135_000), Slide::Waits);
    assert_eq!(slide(&hall, 150_000), Slide::Text("Đúng hẹn.".into()));
    let call = feed.call(151_000, 2, "10");
    hall.step(Input::Events(vec![call]), at(151_000));
    assert_eq!(slide(&hall, 151_000), Slide::None, "a call replaces any slide at once");
}

#[test]
fn the_share_of_waits_kept_is_shown_from_twenty_turns_on() {
    let feed = waiting(1);
    let (mut hall, _) = hall(HallConfig::default(), &feed, at(0));
    for (turns, within, shown) in [(19, 19, ""), (120, 104, "86%")] {
        let today = queue::wait::Today { turns, within };
        let experience = Experience { today, ..Experience::default() };
        let (board, experience) = (Box::new(feed.board.clone()), Box::new(experience));
        let input = Input::Board { site: site(), board, tail: Vec::new(), experience };
        hall.step(input, at(200_000));
        assert_eq!(hall.view(at(200_000)).kept.percent, shown);
    }
    assert_eq!(hall.view(at(200_000)).kept.turns, "104 trên 120 lượt");
}

#[test]
fn the_look_follows_the_clock_and_the_picture_wanders() {
    let evening = vec!["08:30-09:00".parse().unwrap()];
    let config = HallConfig { evening, ..HallConfig::default() };
    let (hall, _) = hall(config, &waiting(1), at(0));
    let evening = |min: i64| hall.view(at(min * 60_000)).evening;
    assert_eq!([evening(29), evening(30), evening(59), evening(60)], [false, true, true, false]);
    let shifts: BTreeSet<_> = (0..8).map(|turn| hall.view(at(turn * 600_000)).shift).collect();
    assert_eq!(shifts.len(), 8);
    assert!(shifts.iter().all(|(x, y)| x.abs() <= 4 && y.abs() <= 4));
}

#[test]
fn the_clock_rings_notices_and_the_morning_test_once_each() {
    let mut feed = waiting(1);
    let notice = |at: &str, say, text: &str| SpokenNotice {
        at: at.into(),
        say: Some(say),
        text: text.into(),
    };
    let mut config = HallConfig::default();
    config.sound.self_test = "08:01".into();
    config.sound.notice = vec![
        notice("08:02", Spoken::Pause, ""),
        notice("08:30", Spoken::Closing, " Hẹn gặp lại. "),
    ];
    config.sound.quiet = vec!["08:29-08:40".parse().unwrap()];
    let (mut hall, _) = hall(config.clone(), &feed, at(0));
    let tick = |hall: &mut Hall, min: i64| hall.step(Input::Tick, at(min * 60_000));
    assert_eq!(tick(&mut hall, 1), [Effect::Order(Order::Test)]);
    assert_eq!(tick(&mut hall, 2), [], "nobody works yet");
    let opened = feed.add(130_000, 0, "10", What::CounterOpened);
    hall.step(Input::Events(vec![opened]), at(130_000));
    let closing = |gain_db| {
        let (say, text) = (Some(Spoken::Closing), "Hẹn gặp lại.".into());
        Effect::Order(Order::Notice { id: -2, say, text, gain_db })
    };
    assert_eq!(tick(&mut hall, 30), [closing(None)], "in quiet hours, on the screen's time only");
    assert_eq!(tick(&mut hall, 31), []);
    // What was slept through is left out; so is all that was due before the start.
    let (mut late, _) = self::hall(config, &feed, at(180_000));
    assert_eq!(tick(&mut late, 40), []);
}

#[test]
fn what_the_test_found_is_on_the_screen_and_on_record() {
    let (mut hall, _) = hall(HallConfig::default(), &waiting(1), at(0));
    let mut tested = |fault: Option<&str>, ms| {
        let fault = fault.map(str::to_owned);
        let effects = hall.step(Input::Device(Voice::Tested(fault.clone())), at(ms));
        let heard = Heard::Tested { fault };
        let action = announce(0, heard.clone());
        assert_eq!(effects, [Effect::Act { tag: Record { call: 0, heard }, action }]);
        let view = hall.view(at(ms + 1_000));
        (view.sound_note, view.sound_fine, hall.view(at(ms + 1_800_000)).sound_note)
    };
    let (note, fine, later) = tested(None, 0);
    assert_eq!((note.as_str(), fine, later.as_str()), ("Loa: đã thử tốt lúc 08:00", true, ""));
    let (note, fine, later) = tested(Some("gone"), 60_000);
    assert!(!fine && note == later, "a fault stands until the next test");
    assert_eq!(note, "Loa: thử không đạt lúc 08:01");
}

#[test]
fn ratings_are_told_with_how_many_gave_one_and_not_while_they_are_few() {
    let mut feed = waiting(0);
    let mut slide = |rated, satisfied| {
        feed.board.ratings = queue::Ratings { rated, satisfied };
        feed.board.served = 120;
        hall(HallConfig::default(), &feed, at(200_000)).0.view(at(200_000)).slide
    };
    assert_eq!(slide(19, 19), Slide::None);
    let told = "Hôm nay 42 trên 45 lượt đánh giá là hài lòng, trong 120 lượt đã phục vụ.";
    assert_eq!(slide(45, 42), Slide::Text(told.into()));
}

/// The LED modules above the counters: who is called or served there, and nothing at the day's end.
#[test]
fn a_counters_sign_shows_whom_it_has() {
    let mut feed = Feed::default();
    feed.issue(0, 1);
    let counters = vec!["9".into(), "10".into()];
    let (mut hall, _) = hall(HallConfig { counters, ..HallConfig::default() }, &feed, at(0));
    let signs = |hall: &Hall| hall.view(at(0)).signs;
    assert_eq!(signs(&hall), [("9".into(), String::new()), ("10".into(), String::new())]);
    let call = feed.call(0, 1, "10");
    hall.step(Input::Events(vec![call]), at(0));
    assert_eq!(signs(&hall)[1], ("10".into(), "H001".to_owned()));
    let finished = feed.add(0, 1, "10", What::finished());
    hall.step(Input::Events(vec![finished]), at(0));
    assert_eq!(signs(&hall)[1], ("10".into(), String::new()));
}
