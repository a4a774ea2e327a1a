//! A hall in which far more is called than can be said.

use std::collections::BTreeSet;

use super::*;
use crate::testing::{Feed, at, site};

/// The calls on the glass.
fn seen(hall: &Hall, ms: i64) -> BTreeSet<i64> {
    let view = hall.view(at(ms));
    assert!(view.calls.len() <= 3 && view.recent.len() <= 4, "{view:?}");
    // Beside calls that share the screen there is no room for those before.
    let below = if view.calls.len() > 1 { &[] } else { &view.recent[..] };
    view.calls.iter().chain(below).map(|call| call.seq).collect()
}

fn started(feed: &Feed) -> Hall {
    let mut hall = Hall::new(HallConfig::default());
    let (board, tail) = (Box::new(feed.board.clone()), feed.events.clone());
    hall.step(Input::Board { site: site(), board, tail, experience: Box::default() }, at(0));
    hall
}

/// Runs the hall's own ticks up to a time; what stood on the glass meanwhile.
fn until(hall: &mut Hall, mut ms: i64, end: i64) -> BTreeSet<i64> {
    let mut glass = seen(hall, ms);
    while let Some(next) = hall.deadline(at(ms)).filter(|next| *next <= end) {
        assert!(next > ms, "a hall that ticks in place");
        ms = next;
        hall.step(Input::Tick, at(ms));
        glass.extend(seen(hall, ms));
    }
    glass
}

/// Ten counters press within a tenth of a second: each number stands large for its time.
#[test]
fn ten_counters_in_a_tenth_of_a_second_are_all_seen_large() {
    let mut feed = Feed::default();
    for number in 1..=10 {
        feed.issue(0, number);
    }
    let mut hall = started(&feed);
    let mut calls = BTreeSet::new();
    for number in 1..=10_u32 {
        let ms = 1_000 + i64::from(number) * 10;
        let call = feed.call(ms, number, &number.to_string());
        calls.insert(call.seq);
        hall.step(Input::Events(vec![call.clone()]), at(ms));
        hall.step(Input::Device(Voice::Skipped { call: call.seq, why: "no_sound".into() }), at(ms));
    }
    let mut large = BTreeSet::new();
    let mut ms = 1_100;
    while large.len() < 10 {
        large.extend(hall.view(at(ms)).calls.iter().map(|call| call.seq));
        ms = hall.deadline(at(ms)).unwrap();
        assert!(ms < 30_000, "{large:?}");
        hall.step(Input::Tick, at(ms));
    }
    assert_eq!(large, calls);
}

/// Two hundred calls in a minute, most of which nobody can say: each is seen, soon, and what the hall
/// keeps stays small.
#[test]
fn two_hundred_calls_in_a_minute_leave_nothing_behind() {
    let mut feed = Feed::default();
    for number in 1..=200 {
        feed.issue(0, number);
    }
    let mut hall = started(&feed);
    let (mut glass, mut last) = (BTreeSet::new(), 0);
    for number in 1..=200_u32 {
        let ms = 1_000 + i64::from(number) * 300;
        let call = feed.call(ms, number, &(number % 10 + 1).to_string());
        last = call.seq;
        hall.step(Input::Events(vec![call.clone()]), at(ms));
        let skipped = Voice::Skipped { call: call.seq, why: "crowded".into() };
        hall.step(Input::Device(skipped), at(ms));
        glass.extend(until(&mut hall, ms, ms + 299));
    }
    glass.extend(until(&mut hall, 61_300, 119_000));
    assert_eq!(glass.len(), 200);
    let view = hall.view(at(119_000));
    assert_eq!(view.calls.iter().map(|call| call.seq).collect::<Vec<_>>(), [last]);
    assert!(hall.unsaid.is_empty() && hall.came_ms.len() <= 92, "{}", hall.came_ms.len());
    assert!(hall.on_stage.len() <= 60 && hall.recorded.len() <= 60);
}

/// A working day of a full hall: what is kept at its end is what was kept after an hour.
#[test]
fn eight_hours_of_calls_leave_no_more_behind_than_one() {
    let mut feed = Feed::default();
    let mut hall = started(&feed);
    let mut kept = Vec::new();
    for visit in 1..=1_680_u32 {
        // Three and a half calls a minute, eight hours long; ten counters in turn.
        let (ms, counter) = (i64::from(visit) * 17_143, (visit % 10 + 1).to_string());
        let first = feed.events.len();
        feed.issue(ms - 1_000, visit);
        let call = feed.call(ms, visit, &counter).seq;
        feed.add(ms + 9_000, visit, &counter, What::Started);
        feed.add(ms + 10_000, visit, &counter, What::finished());
        let events = feed.events[first..].to_vec();
        hall.step(Input::Events(events[..2].to_vec()), at(ms));
        let shown: Vec<i64> = seen(&hall, ms).into_iter().collect();
        hall.step(Input::Device(Voice::Shown { calls: shown }), at(ms));
        for report in [Voice::Begun { call }, Voice::Spoken { call, attempt: 1 }] {
            hall.step(Input::Device(report), at(ms + 8_000));
        }
        hall.step(Input::Events(events[2..].to_vec()), at(ms + 10_000));
        until(&mut hall, ms + 10_000, ms + 16_000);
        if visit % 210 == 0 {
            let Hall { unsaid, came_ms, on_stage, recorded, .. } = &hall;
            kept.push([unsaid.len(), came_ms.len(), on_stage.len(), recorded.len()]);
        }
    }
    assert_eq!(kept.len(), 8);
    let most = kept[0].map(|n| n + FORGET_EVERY);
    assert!(
        kept.iter().all(|now| now.iter().zip(most).all(|(now, most)| *now <= most)),
        "{kept:?}"
    );
}
