use queue::{CounterStep, Number, Refusal, Shift, What};

use super::*;

mod asked;
mod door;
mod pad;
mod rating;
mod sign;
mod taken;
mod watch;
use crate::testing::{Feed, at, site};

type Effects = Vec<EffectOf<Counter>>;

fn board(feed: &Feed) -> InputOf<Counter> {
    Input::Board {
        site: site(),
        board: Box::new(feed.board.clone()),
        tail: Vec::new(),
        experience: Box::default(),
    }
}

thread_local! {
    /// The presses of one test come a second apart: nobody is nervous unless the test says so.
    static PRESSED_MS: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
}

fn press(counter: &mut Counter, touch: Touch) -> Effects {
    let ms = PRESSED_MS.get() + 1_000;
    PRESSED_MS.set(ms);
    let now = Now { up_ms: ms, ..at(0) };
    counter.step(Input::Touch(touch), now)
}

fn done(counter: &mut Counter) -> Effects {
    let nothing = store::Done { ticket: None, events: Vec::new(), repeated: false, code: None };
    answer(counter, Tag::Step, Answer::Done(Box::new(nothing)))
}

fn answer(counter: &mut Counter, tag: Tag, answer: Answer) -> Effects {
    counter.step(Input::Answer { tag, answer }, at(0))
}

/// Counter 10, claimed, with this day behind it.
fn opened(feed: &Feed) -> Counter {
    let config = CounterConfig { counter: "10".into(), ..CounterConfig::default() };
    let mut counter = Counter::new(&config);
    let wanted = counter.step(board(feed), at(0));
    assert_eq!(wanted, [Effect::Claim { tag: Tag::Claim, counter: "10".into() }]);
    let opens = answer(&mut counter, Tag::Claim, Answer::Claimed("10".into()));
    let change = Shift::Open { officer: None };
    let action = Action::Shift { counter: "10".into(), change };
    let day = Effect::Day { tag: Tag::Day, day: feed.board.day };
    assert_eq!(opens, [Effect::Act { tag: Tag::Step, action }, day]);
    done(&mut counter);
    counter
}

fn two_waiting() -> Feed {
    let mut feed = Feed::default();
    feed.issue(0, 1);
    feed.issue(1_000, 2);
    feed
}

/// P4: of two presses of one officer the second does nothing.
#[test]
fn a_nervous_double_press_calls_one() {
    let mut counter = opened(&two_waiting());
    let call = Action::CallNext { counter: "10".into() };
    assert_eq!(
        press(&mut counter, Touch::Do(Deed::Main)),
        [Effect::Act { tag: Tag::Step, action: call }]
    );
    assert!(!counter.view(at(0)).caps.main);
    for touch in [
        Touch::Do(Deed::Main),
        Touch::Do(Deed::Main),
        Touch::Do(Deed::Recall),
        Touch::Do(Deed::Finish),
    ] {
        assert_eq!(press(&mut counter, touch), []);
    }
}

#[test]
fn the_big_button_does_the_next_sensible_thing_and_says_it_before() {
    let mut feed = two_waiting();
    let mut counter = opened(&feed);
    let label = |counter: &Counter| counter.view(at(0)).main_label;
    assert_eq!(label(&counter), "Gọi số tiếp theo");
    counter.step(Input::Events(vec![feed.call(2_000, 1, "10")]), at(2_000));
    assert_eq!(label(&counter), "Bắt đầu phục vụ");
    let start = Action::AtCounter { counter: "10".into(), step: CounterStep::Start };
    assert_eq!(
        press(&mut counter, Touch::Do(Deed::Main)),
        [Effect::Act { tag: Tag::Step, action: start }]
    );
    answer(&mut counter, Tag::Step, Answer::Refused(Refusal::RequestReused));
    counter.step(Input::Events(vec![feed.add(3_000, 1, "10", What::Started)]), at(3_000));
    assert_eq!(label(&counter), "Kết thúc và gọi tiếp");
    // Somebody else took the last one: then the button only finishes.
    counter.step(Input::Events(vec![feed.call(4_000, 2, "9")]), at(4_000));
    assert_eq!(label(&counter), "Kết thúc");
    let finish = Action::AtCounter { counter: "10".into(), step: CounterStep::finish() };
    assert_eq!(
        press(&mut counter, Touch::Do(Deed::Main)),
        [Effect::Act { tag: Tag::Step, action: finish }]
    );
}

#[test]
fn a_refusal_is_said_in_the_language_of_the_moment_and_goes_with_the_next_press() {
    let mut counter = opened(&two_waiting());
    press(&mut counter, Touch::Do(Deed::Main));
    answer(
        &mut counter,
        Tag::Step,
        Answer::Refused(Refusal::NobodyWaiting { counter: "10".into() }),
    );
    assert_eq!(counter.view(at(0)).refusal, "Không có người chờ.");
    press(&mut counter, Touch::Language);
    assert_eq!(counter.view(at(0)).refusal, "Nobody is waiting.");
    press(&mut counter, Touch::Do(Deed::Main));
    assert_eq!(counter.view(at(0)).refusal, "");
}

#[test]
fn a_store_that_went_away_is_said_and_the_counter_claimed_again() {
    let feed = two_waiting();
    let mut counter = opened(&feed);
    press(&mut counter, Touch::Do(Deed::Main));
    let gone = Trouble { vi: "Mất kết nối.".into(), en: "Away.".into() };
    counter.step(Input::Away(gone), at(0));
    let view = counter.view(at(0));
    assert_eq!((view.page, view.link.as_str()), (Page::Work, "Mất kết nối."));
    assert!(!view.caps.main);
    assert_eq!(
        press(&mut counter, Touch::Do(Deed::Main)),
        [],
        "nothing is kept back to be done later"
    );
    let wanted = counter.step(board(&feed), at(0));
    assert_eq!(wanted, [Effect::Claim { tag: Tag::Claim, counter: "10".into() }]);
    assert_eq!(counter.view(at(0)).link, "");
}

#[test]
fn a_counter_that_another_machine_took_is_said_and_not_taken_back() {
    let feed = two_waiting();
    let mut counter = opened(&feed);
    let gone = Trouble { vi: "Mất kết nối.".into(), en: "Away.".into() };
    counter.step(Input::Away(gone), at(0));
    // Before the new board, as the desk finds out: nobody presses for it.
    assert_eq!(counter.step(Input::ClaimLost("10".into()), at(0)), []);
    assert_eq!(counter.step(board(&feed), at(0)), []);
    let view = counter.view(at(0));
    assert_eq!((view.page, view.link.as_str()), (Page::Choose, ""));
    assert_eq!(view.alert, "Quầy 10 đã được mở ở máy khác khi máy này mất liên lạc");
    press(&mut counter, Touch::Language);
    assert!(counter.view(at(0)).alert.starts_with("Counter 10 was opened at another machine"));
    assert_eq!(press(&mut counter, Touch::Do(Deed::Main)), [], "it calls nobody to that counter");

    // Also while the connection stands, and not for a counter that is another's anyway.
    let mut counter = opened(&feed);
    counter.step(Input::ClaimLost("9".into()), at(0));
    assert_eq!(counter.view(at(0)).page, Page::Work);
    counter.step(Input::ClaimLost("10".into()), at(0));
    assert_eq!(counter.view(at(0)).page, Page::Choose);
}

#[test]
fn a_counter_that_does_not_exist_or_is_taken_is_refused_in_words() {
    let config = CounterConfig { counter: "99".into(), ..CounterConfig::default() };
    let mut counter = Counter::new(&config);
    assert_eq!(counter.step(board(&Feed::default()), at(0)), []);
    assert_eq!(counter.view(at(0)).refusal, "Không có quầy “99”.");
    press(&mut counter, Touch::Choose("10".into()));
    assert_eq!(press(&mut counter, Touch::Open).len(), 1);
    answer(
        &mut counter,
        Tag::Claim,
        Answer::Refused(Refusal::CounterInUse { counter: "10".into() }),
    );
    let view = counter.view(at(0));
    assert_eq!((view.page, view.take), (Page::Choose, true));
    assert_eq!(view.alert, "Quầy 10 đang mở ở máy khác");
}

#[test]
fn a_counter_with_a_visitor_is_not_left() {
    let mut feed = two_waiting();
    feed.call(2_000, 1, "10");
    let mut counter = opened(&feed);
    assert_eq!(press(&mut counter, Touch::Do(Deed::Leave)), []);
    assert!(counter.view(at(0)).refusal.contains("H001"));
    counter.step(Input::Events(vec![feed.add(3_000, 1, "10", What::finished())]), at(3_000));
    let close = Action::Shift { counter: "10".into(), change: Shift::Close };
    let leaves = [Effect::Act { tag: Tag::Step, action: close }, Effect::Release];
    assert_eq!(press(&mut counter, Touch::Do(Deed::Leave)), leaves);
    assert_eq!(counter.view(at(0)).page, Page::Choose);
}

#[test]
fn the_list_shows_the_order_of_the_rule_with_ages() {
    let counter = opened(&two_waiting());
    let view = counter.view(at(16 * 60_000));
    let rows: Vec<_> = view.waiting.iter().map(|r| (r.number.as_str(), r.age.as_str())).collect();
    assert_eq!(rows, [("H001", "16 phút"), ("H002", "15 phút")]);
    assert!(view.waiting[0].late, "longer than the quarter of an hour of the national target");
    assert_eq!(view.longest, "16 phút");
}

/// P10: another officer sees who was left behind, and goes on with them.
#[test]
fn a_visitor_left_behind_is_shown_and_taken_over_by_a_free_counter() {
    let mut feed = two_waiting();
    feed.call(2_000, 1, "9");
    let mut counter = opened(&feed);
    counter.step(Input::Quiet(vec!["9".into()]), at(40_000));
    let view = counter.view(at(40_000));
    assert_eq!(view.notice, "Quầy 9 không trả lời, đang giữ số H001.");
    assert!(view.caps.take_over);
    let action = Action::TakeOver { counter: "10".into(), from: "9".into() };
    assert_eq!(
        press(&mut counter, Touch::Do(Deed::TakeOver)),
        [Effect::Act { tag: Tag::Step, action }]
    );
    let mut busy = opened(&feed);
    busy.step(Input::Quiet(vec!["9".into()]), at(40_000));
    busy.step(Input::Events(vec![feed.call(41_000, 2, "10")]), at(41_000));
    assert!(!busy.view(at(41_000)).caps.take_over, "first the visitor who is here");
}

#[test]
fn a_counter_is_not_left_while_a_call_is_under_way() {
    let mut counter = opened(&two_waiting());
    assert_eq!(press(&mut counter, Touch::Do(Deed::Main)).len(), 1);
    assert_eq!(press(&mut counter, Touch::Do(Deed::Leave)), [], "the answer may bring a visitor");
    assert_eq!(counter.view(at(0)).page, Page::Work);
}

#[test]
fn a_parked_visitor_whose_time_has_come_can_be_called_though_nobody_else_waits() {
    let mut feed = Feed::default();
    feed.issue(0, 1);
    feed.call(1_000, 1, "10");
    let until = Some(at(600_000).wall);
    feed.add(2_000, 1, "10", What::Parked { until });
    let mut counter = opened(&feed);
    assert!(!counter.view(at(599_000)).caps.main);
    assert!(counter.view(at(600_000)).caps.main);
    let call = Action::CallNext { counter: "10".into() };
    let pressed = counter.step(Input::Touch(Touch::Do(Deed::Main)), at(600_000));
    assert_eq!(pressed, [Effect::Act { tag: Tag::Step, action: call }]);
}

#[test]
fn an_open_counter_is_marked_where_one_is_chosen() {
    let mut feed = Feed::default();
    feed.add(0, 1, "9", What::CounterOpened);
    let mut counter = Counter::new(&CounterConfig::default());
    counter.step(board(&feed), at(0));
    let marked: Vec<_> = counter
        .view(at(0))
        .counters
        .into_iter()
        .filter(|choice| !choice.state.is_empty())
        .collect();
    assert_eq!((marked.len(), marked[0].code.as_str()), (1, "9"));
}

/// P15: after a restore the officer knows why a visitor's number is not there.
#[test]
fn a_restore_is_said_at_every_counter_for_an_hour() {
    let mut feed = two_waiting();
    let what = What::Restored { from: 2, skipped: 100 };
    feed.add(2_000, 1, "", what);
    let mut counter = opened(&feed);
    let notice = counter.view(at(60_000)).notice;
    assert!(notice.contains("Lúc 08:00 dữ liệu được khôi phục"), "{notice}");
    press(&mut counter, Touch::Language);
    assert!(counter.view(at(60_000)).notice.contains("At 08:00 the data was restored"));
    assert_eq!(counter.view(at(2_000 + 60 * 60_000)).notice, "");
}
