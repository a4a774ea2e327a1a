//! What a visitor thinks of a visit, and that the officer's window does not tell.

use queue::{Complaint, Level, TicketId};

use super::sign::{tell, working};
use super::*;

const SECOND: i64 = 1_000;

/// A counter whose sign can be touched, just after the visit of `H001`; `asks`: the site asks by itself.
fn after_a_visit(asks: bool) -> (Counter, Feed) {
    let (mut counter, mut feed) = working();
    counter.rating.possible = true;
    if let Some((site, _)) = &mut counter.site {
        site.rules.ask_rating = asks;
    }
    tell(&mut counter, feed.call(3_000, 1, "10"));
    tell(&mut counter, feed.add(3_000, 1, "10", What::Started));
    tell(&mut counter, feed.add(3_000, 1, "10", What::finished()));
    (counter, feed)
}

fn touch(counter: &mut Counter, touch: SignTouch, ms: i64) -> Effects {
    counter.step(Input::Device(touch), at(ms))
}

fn page(counter: &Counter, ms: i64) -> SignPage {
    counter.view(at(ms)).sign.page
}

fn rates(level: Level, why: &[Complaint]) -> Effects {
    let action = Action::Rate { ticket: TicketId(1), level, why: why.to_vec() };
    vec![Effect::Act { tag: Tag::Rate, action }]
}

fn recorded(counter: &mut Counter, answer: Answer, ms: i64) {
    assert_eq!(counter.step(Input::Answer { tag: Tag::Rate, answer }, at(ms)), []);
}

fn thanked() -> Answer {
    let nothing = store::Done { ticket: None, events: Vec::new(), repeated: false, code: None };
    Answer::Done(Box::new(nothing))
}

fn f9(counter: &mut Counter, ms: i64) {
    let stroke = Stroke { name: "F9".into(), ctrl: false, repeat: false };
    assert_eq!(counter.step(Input::Touch(Touch::Stroke(stroke)), at(ms)), []);
}

/// Everything that the officer sees, which is all but the sign.
fn officers(counter: &Counter, ms: i64) -> View {
    View { sign: Sign::default(), ..counter.view(at(ms)) }
}

#[test]
fn a_finished_visit_is_asked_about_for_half_a_minute_where_the_site_says_so() {
    let (mut counter, _) = after_a_visit(true);
    assert_eq!(page(&counter, 3_000), SignPage::Rate);
    let sign = counter.view(at(3_000)).sign;
    let words: Vec<&str> = sign.levels.iter().map(|(word, _)| *word).collect();
    assert_eq!(words, Level::ALL.map(Level::word));
    assert_eq!(counter.deadline(at(3_000)), Some(33_000));
    counter.step(Input::Tick, at(32_999));
    assert_eq!(page(&counter, 32_999), SignPage::Rate);
    assert_eq!(counter.step(Input::Tick, at(33_000)), []);
    assert_eq!(page(&counter, 33_000), SignPage::Free);
    // Elsewhere only by the key, and again by the key.
    let (mut counter, _) = after_a_visit(false);
    assert_eq!(page(&counter, 3_000), SignPage::Free);
    for ms in [4_000, 60_000] {
        f9(&mut counter, ms);
        assert_eq!(page(&counter, ms), SignPage::Rate);
        counter.step(Input::Tick, at(ms + 30 * SECOND));
        assert_eq!(page(&counter, ms + 30 * SECOND), SignPage::Free);
    }
}

#[test]
fn a_good_rating_is_one_touch_and_is_thanked_for_when_it_is_in_the_ledger() {
    let (mut counter, _) = after_a_visit(true);
    let level = SignTouch::Level(Level::VerySatisfied);
    assert_eq!(touch(&mut counter, level, 5_000), rates(Level::VerySatisfied, &[]));
    assert_eq!(touch(&mut counter, level, 5_010), [], "once");
    assert_eq!(page(&counter, 5_020), SignPage::Rate, "nobody is thanked before it is kept");
    recorded(&mut counter, thanked(), 5_030);
    assert_eq!(page(&counter, 5_030), SignPage::Thanks);
    counter.step(Input::Tick, at(10_030));
    assert_eq!(page(&counter, 10_030), SignPage::Free);
}

#[test]
fn the_two_lower_levels_ask_what_was_wrong() {
    let (mut counter, _) = after_a_visit(true);
    assert_eq!(touch(&mut counter, SignTouch::Level(Level::Neutral), 5_000), []);
    assert_eq!(page(&counter, 5_000), SignPage::Why);
    assert_eq!(touch(&mut counter, SignTouch::Back, 6_000), []);
    assert_eq!(page(&counter, 6_000), SignPage::Rate);
    assert_eq!(touch(&mut counter, SignTouch::Level(Level::Dissatisfied), 7_000), []);
    for why in [Complaint::Wait, Complaint::Cost, Complaint::Cost, Complaint::Attitude] {
        assert_eq!(touch(&mut counter, SignTouch::Why(why), 8_000), []);
    }
    let chosen: Vec<&str> =
        counter.view(at(8_000)).sign.whys.iter().filter(|w| w.chosen).map(|w| w.word).collect();
    assert_eq!(chosen, ["wait", "attitude"]);
    // Each touch begins the half minute anew.
    counter.step(Input::Tick, at(37_000));
    assert_eq!(page(&counter, 37_000), SignPage::Why);
    let why = [Complaint::Wait, Complaint::Attitude];
    assert_eq!(touch(&mut counter, SignTouch::Send, 37_500), rates(Level::Dissatisfied, &why));
    // Whoever walks away has said how it was.
    let (mut counter, _) = after_a_visit(true);
    touch(&mut counter, SignTouch::Level(Level::Neutral), 5_000);
    touch(&mut counter, SignTouch::Why(Complaint::Other), 6_000);
    let late = counter.step(Input::Tick, at(36_000));
    assert_eq!(late, rates(Level::Neutral, &[Complaint::Other]));
    assert_eq!(page(&counter, 36_000), SignPage::Free);
}

#[test]
fn nobody_has_to_rate() {
    let (mut counter, _) = after_a_visit(true);
    assert_eq!(touch(&mut counter, SignTouch::Back, 5_000), []);
    assert_eq!(page(&counter, 5_000), SignPage::Free);
    assert_eq!(touch(&mut counter, SignTouch::Level(Level::Satisfied), 5_500), [], "too late");
}

/// The question keeps no press waiting, and a new call takes it away; a level that was touched counts.
#[test]
fn a_new_call_goes_before_the_question() {
    let (mut counter, mut feed) = after_a_visit(true);
    touch(&mut counter, SignTouch::Level(Level::Dissatisfied), 5_000);
    let call = Action::CallNext { counter: "10".into() };
    let wanted = press(&mut counter, Touch::Do(Deed::Main));
    assert_eq!(wanted, [Effect::Act { tag: Tag::Step, action: call }]);
    done(&mut counter);
    let called = feed.call(6_000, 2, "10");
    let wanted = counter.step(Input::Events(vec![called]), at(6_000));
    assert_eq!(wanted, rates(Level::Dissatisfied, &[]));
    let sign = counter.view(at(6_000)).sign;
    assert_eq!((sign.page, sign.number.as_str()), (SignPage::Called, "H002"));
    recorded(&mut counter, thanked(), 6_050);
    assert_eq!(page(&counter, 6_050), SignPage::Called, "and thanks nobody now");
    f9(&mut counter, 7_000);
    assert_eq!(page(&counter, 7_000), SignPage::Called);
    assert!(!counter.view(at(7_000)).refusal.is_empty());
}

/// Finished and the next called in one step: nobody is asked.
#[test]
fn a_visit_that_ends_with_the_next_call_is_not_asked_about() {
    let (mut counter, mut feed) = after_a_visit(true);
    tell(&mut counter, feed.call(4_000, 2, "10"));
    let ended = feed.add(5_000, 2, "10", What::finished());
    feed.issue(5_000, 3);
    let next = feed.call(5_000, 3, "10");
    let issued = feed.events[feed.events.len() - 2].clone();
    counter.step(Input::Events(vec![ended, issued, next]), at(5_000));
    assert_eq!(page(&counter, 5_000), SignPage::Called);
}

/// P25: one by one, whatever the visitor does, the officer's window is the same.
#[test]
fn the_officers_window_does_not_tell_whether_there_was_a_rating() {
    fn walks_away(_: &mut Counter, _: &mut Feed) {}
    fn satisfied(counter: &mut Counter, feed: &mut Feed) {
        touch(counter, SignTouch::Level(Level::Satisfied), 5_000);
        given(counter, feed, Level::Satisfied);
    }
    fn complains(counter: &mut Counter, feed: &mut Feed) {
        touch(counter, SignTouch::Level(Level::Dissatisfied), 5_000);
        touch(counter, SignTouch::Why(Complaint::Attitude), 5_100);
        touch(counter, SignTouch::Send, 5_200);
        given(counter, feed, Level::Dissatisfied);
    }
    fn refuses(counter: &mut Counter, _: &mut Feed) {
        touch(counter, SignTouch::Back, 5_000);
    }
    fn hangs(counter: &mut Counter, _: &mut Feed) {
        // The store has not answered.
        touch(counter, SignTouch::Level(Level::Satisfied), 5_000);
    }
    fn rated_before(counter: &mut Counter, _: &mut Feed) {
        touch(counter, SignTouch::Level(Level::Satisfied), 5_000);
        recorded(counter, Answer::Refused(Refusal::RatedBefore), 5_300);
    }
    fn fails(counter: &mut Counter, _: &mut Feed) {
        touch(counter, SignTouch::Level(Level::Satisfied), 5_000);
        let trouble = Trouble { vi: "bận".into(), en: "busy".into() };
        recorded(counter, Answer::Failed(trouble), 5_300);
    }
    fn given(counter: &mut Counter, feed: &mut Feed, level: Level) {
        let mut rated = feed.add(5_300, 1, "", What::Rated { level, why: Vec::new() });
        (rated.ticket, rated.number) = (None, None);
        counter.step(Input::Events(vec![rated]), at(5_300));
        recorded(counter, thanked(), 5_300);
    }
    let lives: [fn(&mut Counter, &mut Feed); 7] =
        [walks_away, satisfied, complains, refuses, hangs, rated_before, fails];
    let seen = lives.map(|life| {
        let (mut counter, mut feed) = after_a_visit(true);
        life(&mut counter, &mut feed);
        let mut views: Vec<View> =
            [5_000, 5_200, 5_300, 9_000, 20_000].map(|ms| officers(&counter, ms)).to_vec();
        counter.step(Input::Tick, at(40_000));
        views.push(officers(&counter, 40_000));
        // The officer asks once more.
        f9(&mut counter, 41_000);
        views.push(officers(&counter, 41_000));
        assert_eq!(page(&counter, 41_000), SignPage::Rate);
        views
    });
    for (life, views) in seen.iter().enumerate() {
        assert_eq!(*views, seen[0], "life {life}");
    }
    assert!(seen[0].iter().all(|view| view.caps.rate && view.caps.main));
}

#[test]
fn a_second_rating_is_thanked_for_alike_and_one_that_is_not_kept_is_said() {
    let (mut counter, _) = after_a_visit(true);
    touch(&mut counter, SignTouch::Level(Level::Satisfied), 5_000);
    recorded(&mut counter, Answer::Refused(Refusal::RatedBefore), 5_100);
    assert_eq!(page(&counter, 5_100), SignPage::Thanks);
    f9(&mut counter, 6_000);
    touch(&mut counter, SignTouch::Level(Level::Satisfied), 7_000);
    let trouble = Trouble { vi: "bận".into(), en: "busy".into() };
    recorded(&mut counter, Answer::Failed(trouble), 7_100);
    assert_eq!(page(&counter, 7_100), SignPage::Failed);
    assert_eq!(counter.view(at(7_100)).refusal, "");
}

#[test]
fn a_sign_that_cannot_be_touched_or_is_cut_off_asks_nobody() {
    let (mut counter, _) = after_a_visit(false);
    counter.rating.possible = false;
    f9(&mut counter, 4_000);
    let view = counter.view(at(4_000));
    assert_eq!((view.sign.page, view.rates, view.caps.rate), (SignPage::Free, false, false));
    let (mut counter, feed) = after_a_visit(true);
    counter.step(Input::Away(Trouble { vi: "mất".into(), en: "lost".into() }), at(4_000));
    assert_eq!(page(&counter, 4_000), SignPage::Free);
    assert_eq!(touch(&mut counter, SignTouch::Level(Level::Satisfied), 4_500), []);
    // Another day knows nothing of the visit.
    let (mut counter, _) = after_a_visit(false);
    let mut tomorrow = feed.board.clone();
    tomorrow.day = queue::BusinessDay(20_261_124);
    let (site, tail) = (site(), Vec::new());
    let board = Box::new(tomorrow);
    counter.step(Input::Board { site, board, tail, experience: Box::default() }, at(5_000));
    f9(&mut counter, 6_000);
    assert_eq!(page(&counter, 6_000), SignPage::Free);
}

/// What is told again is no visit that just ended.
#[test]
fn an_event_that_comes_twice_asks_once() {
    let (mut counter, feed) = after_a_visit(true);
    touch(&mut counter, SignTouch::Back, 5_000);
    counter.step(Input::Events(feed.events.clone()), at(6_000));
    assert_eq!(page(&counter, 6_000), SignPage::Free);
}

/// A visitor who touches the sign is no officer at the counter.
#[test]
fn touches_on_the_sign_do_not_keep_the_counter_from_locking() {
    let (mut counter, _) = after_a_visit(true);
    counter.door.signed = Some("tnmt-02".into());
    let due = counter.lock_at_ms();
    touch(&mut counter, SignTouch::Level(Level::Neutral), 60_000);
    assert!(due.is_some());
    assert_eq!(counter.lock_at_ms(), due);
}

#[test]
fn every_text_of_the_question_is_there_in_both_languages() {
    let (mut counter, _) = after_a_visit(true);
    let mut texts = Vec::new();
    let mut collect = |sign: Sign| {
        texts.extend([sign.title, sign.back]);
        texts.extend(sign.levels.into_iter().map(|(_, name)| name));
        texts.extend(sign.whys.into_iter().map(|why| why.name));
    };
    collect(counter.view(at(4_000)).sign);
    touch(&mut counter, SignTouch::Level(Level::Neutral), 5_000);
    collect(counter.view(at(5_000)).sign);
    touch(&mut counter, SignTouch::Send, 6_000);
    recorded(&mut counter, thanked(), 6_000);
    let thanks = counter.view(at(6_000)).sign;
    texts.push(thanks.title);
    assert_eq!(texts.len(), 2 + 4 + 2 + 9 + 1);
    for text in texts {
        assert!(!text.vi.is_empty() && !text.en.is_empty() && text.vi != text.en, "{text:?}");
    }
}
