//! Every page of the counter as a picture, in both languages and two sizes, and every key.
//! `LUOT_PICTURES=DIR` keeps what was drawn.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each face uses its part")]
#[path = "../../station/src/testing.rs"]
mod testing;
#[path = "../../ui/tests/window/mod.rs"]
mod window;

use std::cell::RefCell;
use std::rc::Rc;

use queue::{Lang, Number, Refusal, What};
use slint::platform::{Key, WindowEvent};
use slint::{ComponentHandle, SharedString};
use station::Now;
use station::config::CounterConfig;
use station::counter::{Counter as Desk, Page, Tag, Touch, View};
use station::desk::{Answer, Trouble};
use station::flow::{Flow, Input};
use testing::{Feed, at, site};
use ui::{Counter, CounterPage, CounterWindow, Design};
use window::{Size, draw, platform, vietnamese};

const MINUTE: i64 = 60_000;

/// A counter with a queue before it: the land office's, or the one with the longest names.
fn opened(id: &str, lang: Lang, feed: &Feed) -> Desk {
    let config = CounterConfig { lang, counter: id.into(), ..CounterConfig::default() };
    let mut counter = Desk::new(&config);
    let board = Box::new(feed.board.clone());
    counter.step(
        Input::Board { site: site(), board, tail: Vec::new(), experience: Box::default() },
        at(0),
    );
    let answer = Answer::Claimed(id.into());
    counter.step(Input::Answer { tag: Tag::Claim, answer }, at(0));
    // The counter opens; its answer brings no ticket.
    let nothing = store::Done { ticket: None, events: Vec::new(), repeated: false, code: None };
    let answer = Answer::Done(Box::new(nothing));
    counter.step(Input::Answer { tag: Tag::Step, answer }, at(0));
    counter
}

fn waiting(people: u32) -> Feed {
    let mut feed = Feed::default();
    for n in 1..=people {
        feed.issue(i64::from(n) * 3 * MINUTE, n);
    }
    for n in 1..people {
        let class = if n % 2 == 0 { "priority" } else { "normal" };
        let ms = i64::from(people + n) * 2 * MINUTE;
        feed.take(ms, "stnmt", Number::new("H", people + n), class);
        feed.take(ms, "sldtbxh", Number::new("Q", n), "normal");
    }
    feed
}

/// Every state of the counter with its name.
fn pages(lang: Lang) -> Vec<(&'static str, View)> {
    let now = at(62 * MINUTE + 7_000);
    let choice = || {
        let board = Box::new(waiting(4).board);
        let mut counter = Desk::new(&CounterConfig { lang, ..CounterConfig::default() });
        counter.step(
            Input::Board { site: site(), board, tail: Vec::new(), experience: Box::default() },
            at(0),
        );
        counter
    };
    let mut chosen = choice();
    chosen.step(Input::Touch(Touch::Choose("10".into())), at(0));
    let mut taken = chosen.view(now);
    taken.refusal = Refusal::CounterInUse { counter: "10".into() }.words(lang);
    let mut lost = opened("10", lang, &waiting(4));
    lost.step(Input::ClaimLost("10".into()), at(0));
    let mut feed = waiting(5);
    let few = waiting(2);
    let idle = opened("10", lang, &few);
    let nobody = opened("3", lang, &few);
    let longest = opened("15", lang, &waiting(16));
    feed.call(61 * MINUTE, 1, "10");
    let mut called = opened("10", lang, &feed);
    feed.add(61 * MINUTE + 30_000, 1, "10", What::Started);
    let serving = opened("10", lang, &feed);
    let called_view = called.view(now);
    let answer = Answer::Refused(Refusal::StillHeld {
        counter: "10".into(),
        number: "H001".parse().unwrap(),
    });
    called.step(Input::Answer { tag: Tag::Step, answer }, at(0));
    let refused = called.view(now);
    // The longest that is said of a store that is away.
    let away = store::Error::OutcomeUnknown { detail: String::new() };
    called.step(Input::Away(Trouble::from(&away)), at(0));
    let mut restored = waiting(5);
    restored.board.restored = Some(at(60 * MINUTE).wall);
    let restored = opened("10", lang, &restored);
    let mut other = waiting(5);
    other.call(61 * MINUTE, 1, "9");
    let mut behind = opened("10", lang, &other);
    behind.step(Input::Quiet(vec!["9".into()]), at(0));
    vec![
        ("left-behind", behind.view(now)),
        ("restored", restored.view(now)),
        ("choose", choice().view(now)),
        ("choose-chosen", chosen.view(now)),
        ("choose-refused", taken),
        ("choose-lost", lost.view(now)),
        ("idle", idle.view(now)),
        ("nobody", nobody.view(now)),
        ("longest", longest.view(now)),
        ("called", called_view),
        ("serving", serving.view(now)),
        ("refused", refused),
        ("lost", called.view(now)),
    ]
}

fn drawn(size: Size) {
    platform();
    let window = CounterWindow::new().unwrap();
    let mut complaints = Vec::new();
    for (lang, tongue) in [(Lang::Vi, "vi"), (Lang::En, "en")] {
        for (name, view) in pages(lang) {
            counter::show(&window, &view);
            let picture = draw(&window, Design::Desk, size, &format!("counter-{name}-{tongue}"));
            complaints.extend(picture.complaints());
            if lang == Lang::En {
                let left = vietnamese(&picture.texts);
                let say = |text: &String| format!("{}: not English: {text}", picture.name);
                complaints.extend(left.iter().map(say));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn at_its_own_size_every_page_is_whole() {
    drawn((1366, 768));
}

#[test]
fn on_a_large_screen_every_page_is_whole() {
    drawn((1920, 1080));
}

#[test]
fn a_refusal_moves_no_button() {
    platform();
    let window = CounterWindow::new().unwrap();
    let pages = pages(Lang::Vi);
    let places = ["called", "refused"].map(|name| {
        let (_, view) = pages.iter().find(|(known, _)| *known == name).unwrap();
        counter::show(&window, view);
        let picture = draw(&window, Design::Desk, (1366, 768), &format!("counter-still-{name}"));
        let said = picture.texts.iter().any(|text| text.name.contains("H001."));
        assert_eq!(said, !view.refusal.is_empty());
        picture.controls
    });
    assert_eq!(places[0], places[1]);
}

#[test]
fn the_four_steps_stand_in_two_equal_columns() {
    platform();
    let window = CounterWindow::new().unwrap();
    let (_, view) = pages(Lang::En).into_iter().find(|(name, _)| *name == "serving").unwrap();
    counter::show(&window, &view);
    let picture = draw(&window, Design::Desk, (1366, 768), "counter-grid");
    let step = |name: &str| picture.controls.iter().find(|step| step.name == name).unwrap();
    let grid = [["Start", "Finish"], ["Recall", "No-show"]].map(|row| row.map(step));
    for row in grid {
        assert!((row[0].width() - row[1].width()).abs() < 0.5, "{row:?}");
    }
    for column in [0, 1] {
        assert!((grid[0][column].left - grid[1][column].left).abs() < 0.5, "{grid:?}");
    }
}

/// A window whose callbacks write down that they were called.
fn keyed(page: Page) -> (CounterWindow, Rc<RefCell<Vec<&'static str>>>) {
    platform();
    let window = CounterWindow::new().unwrap();
    window.show().unwrap();
    let pressed = Rc::new(RefCell::new(Vec::new()));
    let note = |name: &'static str| {
        let pressed = Rc::clone(&pressed);
        move || pressed.borrow_mut().push(name)
    };
    let counter = window.global::<Counter>();
    counter.on_open(note("open"));
    counter.on_main(note("main"));
    counter.on_finish(note("finish"));
    counter.on_recall(note("recall"));
    counter.on_start(note("start"));
    counter.on_no_show(note("no-show"));
    counter.on_leave(note("leave"));
    counter.set_page(if page == Page::Work { CounterPage::Work } else { CounterPage::Choose });
    (window, pressed)
}

fn enable(window: &CounterWindow, may: bool) {
    let counter = window.global::<Counter>();
    counter.set_main_enabled(may);
    counter.set_can_finish(may);
    counter.set_can_recall(may);
    counter.set_can_start(may);
    counter.set_can_no_show(may);
}

/// Pressed, held down for a while, let go.
fn hold(window: &CounterWindow, text: &SharedString) {
    let window = window.window();
    window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
    for _ in 0..3 {
        window.dispatch_event(WindowEvent::KeyPressRepeated { text: text.clone() });
    }
    window.dispatch_event(WindowEvent::KeyReleased { text: text.clone() });
}

#[test]
fn each_key_presses_its_button_once_however_long_it_is_held() {
    let (window, pressed) = keyed(Page::Work);
    let keys: [(SharedString, &str); 8] = [
        (" ".into(), "main"),
        (Key::Return.into(), "finish"),
        ("s".into(), "start"),
        ("S".into(), "start"),
        ("r".into(), "recall"),
        ("R".into(), "recall"),
        (Key::Delete.into(), "no-show"),
        (Key::F10.into(), "leave"),
    ];
    enable(&window, true);
    for (key, name) in &keys {
        hold(&window, key);
        assert_eq!(pressed.take(), [*name]);
    }
    enable(&window, false);
    for (key, _) in &keys[..7] {
        hold(&window, key);
    }
    assert_eq!(pressed.take(), [""; 0], "what cannot be pressed has no key either");
}

#[test]
fn enter_opens_the_chosen_counter_and_then_finishes_nobody() {
    let (window, pressed) = keyed(Page::Choose);
    hold(&window, &Key::Return.into());
    assert_eq!(pressed.take(), ["open"]);
    // The counter opened while the key was still down.
    enable(&window, true);
    window.global::<Counter>().set_page(CounterPage::Work);
    let text = SharedString::from(Key::Return);
    window.window().dispatch_event(WindowEvent::KeyPressRepeated { text });
    assert_eq!(pressed.take(), [""; 0]);
}

#[test]
fn space_is_the_next_step_even_where_another_button_has_the_focus() {
    let (window, pressed) = keyed(Page::Work);
    enable(&window, true);
    for _ in 0..4 {
        hold(&window, &Key::Tab.into());
        hold(&window, &" ".into());
        assert_eq!(pressed.take(), ["main"]);
    }
}
