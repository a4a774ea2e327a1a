use queue::{Text, What};

use super::*;
use crate::config::HallConfig;
use crate::flow::{Flow, Input};
use crate::hall::Record;
use crate::testing::{Feed, at, site};

fn raised(feed: &mut Feed, ms: i64, danger: Danger, vi: &str) -> i64 {
    let usual = danger.usual();
    let text = if vi.is_empty() { usual } else { Text::new(vi, "") };
    feed.add(ms, 1, "", What::EmergencyRaised { danger, text }).seq
}

fn started(config: HallConfig, feed: &Feed, ms: i64) -> (Hall, Vec<Order>) {
    let mut hall = Hall::new(config);
    let (board, tail) = (Box::new(feed.board.clone()), feed.events.clone());
    let input = Input::Board { site: site(), board, tail, experience: Box::default() };
    let orders = orders(hall.step(input, at(ms)));
    (hall, orders)
}

fn orders(effects: Vec<EffectOf<Hall>>) -> Vec<Order> {
    let order = |effect| if let Effect::Order(order) = effect { Some(order) } else { None };
    effects.into_iter().filter_map(order).collect()
}

fn records(effects: Vec<EffectOf<Hall>>) -> Vec<Record> {
    let record = |effect| if let Effect::Act { tag, .. } = effect { Some(tag) } else { None };
    effects.into_iter().filter_map(record).collect()
}

fn said(id: i64, danger: Danger, text: Option<&str>) -> Order {
    Order::Emergency { id, danger, text: text.map(str::to_owned), every_s: 20, gain_db: 0 }
}

#[test]
fn a_message_is_told_at_once_replaced_and_ended() {
    let mut feed = Feed::default();
    feed.issue(0, 1);
    let (mut hall, at_start) = started(HallConfig::default(), &feed, 0);
    assert_eq!(at_start, []);
    let first = raised(&mut feed, 1_000, Danger::Evacuation, "");
    let news = |hall: &mut Hall, feed: &Feed, ms| {
        orders(hall.step(Input::Events(feed.events.clone()), at(ms)))
    };
    assert_eq!(news(&mut hall, &feed, 1_000), [said(first, Danger::Evacuation, None)]);
    let usual = Danger::Evacuation.usual();
    let message = Message { seq: first, text: usual.vi, below: usual.en };
    let view = hall.view(at(1_000));
    assert_eq!(view.emergency, Some(message));
    assert_eq!((view.band, view.slide), Default::default(), "nothing beside it");
    assert_eq!(orders(hall.step(Input::Tick, at(60_000))), [], "the voice repeats it by itself");
    let second = raised(&mut feed, 70_000, Danger::Other, "Mất nước");
    assert_eq!(news(&mut hall, &feed, 70_000), [said(second, Danger::Other, Some("Mất nước"))]);
    feed.add(80_000, 1, "", What::EmergencyEnded);
    assert_eq!(news(&mut hall, &feed, 80_000), [Order::AllClear]);
    assert_eq!(hall.view(at(80_000)).emergency, None);
    // A new board without it, as on the next day, ends it too.
    raised(&mut feed, 90_000, Danger::Failure, "");
    news(&mut hall, &feed, 90_000);
    feed.board.emergency = None;
    let (board, tail) = (Box::new(feed.board.clone()), Vec::new());
    let input = Input::Board { site: site(), board, tail, experience: Box::default() };
    assert_eq!(orders(hall.step(input, at(99_000))), [Order::AllClear]);
}

#[test]
fn a_display_that_starts_in_the_middle_tells_it_and_the_centres_own_words_are_read() {
    let mut feed = Feed::default();
    feed.issue(0, 1);
    let seq = raised(&mut feed, 1_000, Danger::Evacuation, "Ra sân trước");
    let config = HallConfig { lang: Lang::En, ..HallConfig::default() };
    let (hall, orders) = started(config, &feed, 3_600_000);
    assert_eq!(orders, [said(seq, Danger::Evacuation, Some("Ra sân trước"))]);
    // Without English words the Vietnamese stand alone.
    let message = Message { seq, text: "Ra sân trước".into(), below: String::new() };
    assert_eq!(hall.view(at(3_600_000)).emergency, Some(message));
}

/// The ledger keeps that a display showed and spoke it, and does not grow with each repetition.
#[test]
fn what_became_of_a_message_is_on_record_once() {
    let mut feed = Feed::default();
    feed.issue(0, 1);
    let seq = raised(&mut feed, 1_000, Danger::PowerCut, "");
    let (mut hall, _) = started(HallConfig::default(), &feed, 1_000);
    let mut words = Vec::new();
    for round in 1..=3 {
        let ms = 1_000 + round * 1_000;
        for report in [
            Voice::Shown { calls: vec![seq] },
            Voice::Begun { call: seq },
            Voice::Spoken { call: seq, attempt: 1 },
        ] {
            for record in records(hall.step(Input::Device(report), at(ms))) {
                words.push(record.heard.clone());
                let (display, heard) = ("hall".into(), record.heard);
                let event = feed.add(ms, 1, "", What::Announced { call: seq, display, heard });
                hall.step(Input::Events(vec![event]), at(ms));
            }
        }
        assert!(hall.view(at(ms)).calls.iter().all(|call| !call.speaking));
    }
    assert_eq!(words, [Heard::Shown, Heard::Spoken { attempt: 1 }]);
    let silent = Voice::Skipped { call: seq, why: "no_sound".into() };
    assert_eq!(records(hall.step(Input::Device(silent), at(9_000))).len(), 1, "this is news");
}
