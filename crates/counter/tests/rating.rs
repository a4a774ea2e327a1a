//! The question after a visit as a visitor meets it: a real window over the real flow. Each page at the
//! sizes such glass has, by the finger, by Tab and Return, by accessible names. `LUOT_PICTURES=DIR`
//! keeps what was drawn.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each face uses its part")]
#[path = "../../station/src/testing.rs"]
mod testing;
#[path = "../../ui/tests/window/mod.rs"]
mod window;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use i_slint_backend_testing::{ElementQuery, mock_elapsed_time};
use queue::{Action, Complaint, Level, What};
use slint::platform::{Key, WindowEvent};
use slint::{ComponentHandle, SharedString};
use station::Now;
use station::config::{CounterConfig, SignPlace, SignSection};
use station::counter::{Counter as Desk, SignPage, SignTouch, Tag};
use station::desk::Answer;
use station::flow::{Effect, Flow, Input};
use testing::{Feed, at, site};
use ui::{Design, SignWindow};
use window::{Picture, Size, draw, platform};

/// Pixels and inches of glass in use: small tablets, an office monitor, a large one.
const GLASS: [(Size, f32); 5] = [
    ((1024, 600), 7.0),
    ((1280, 800), 10.1),
    ((1366, 768), 15.6),
    ((1920, 1080), 21.5),
    ((1920, 1200), 10.1),
];
/// A finger, and the gap between two targets, millimetres.
const FINGER_MM: f32 = 20.0;
const GAP_MM: f32 = 3.0;

/// The flow after a visit that is to be asked about, its window, and what it wanted of the store.
struct Visitor {
    desk: Desk,
    window: SignWindow,
    touched: Rc<RefCell<VecDeque<SignTouch>>>,
    wanted: Vec<Action>,
}

impl Visitor {
    fn new() -> Self {
        let mut feed = Feed::default();
        feed.issue(0, 42);
        feed.add(0, 42, "10", What::CounterOpened);
        feed.call(1_000, 42, "10");
        feed.add(2_000, 42, "10", What::Started);
        let place = SignPlace::Window { size: (1280, 800), place: (0, 0) };
        let sign = SignSection { place, touch_in: 10.1 };
        let config = CounterConfig { counter: "10".into(), sign, ..CounterConfig::default() };
        let mut desk = Desk::new(&config);
        let mut site = site();
        site.rules.ask_rating = true;
        let board = Box::new(feed.board.clone());
        let (tail, experience) = (Vec::new(), Box::default());
        desk.step(Input::Board { site, board, tail, experience }, at(2_000));
        let claimed = Answer::Claimed("10".into());
        desk.step(Input::Answer { tag: Tag::Claim, answer: claimed }, at(2_000));
        desk.step(Input::Answer { tag: Tag::Step, answer: done() }, at(2_000));
        let ended = feed.add(3_000, 42, "10", What::finished());
        desk.step(Input::Events(vec![ended]), at(3_000));
        let window = SignWindow::new().unwrap();
        window.show().unwrap();
        let touched = Rc::new(RefCell::new(VecDeque::new()));
        let answered = Rc::clone(&touched);
        counter::sign::wire(
            &window,
            |touch| panic!("an officer's {touch:?}"),
            move |touch| answered.borrow_mut().push_back(touch),
        );
        let visitor = Self { desk, window, touched, wanted: Vec::new() };
        visitor.show();
        visitor
    }

    fn now(&self) -> Now {
        at(4_000)
    }

    fn show(&self) {
        counter::sign::show(&self.window, &self.desk.view(self.now()).sign);
        mock_elapsed_time(Duration::from_millis(20));
    }

    fn page(&self) -> SignPage {
        self.desk.view(self.now()).sign.page
    }

    /// What was touched goes to the flow; a rating goes into the ledger.
    fn follow(&mut self) {
        loop {
            let touch = self.touched.borrow_mut().pop_front();
            let Some(touch) = touch else { break };
            for effect in self.desk.step(Input::Device(touch), self.now()) {
                let Effect::Act { tag, action } = effect else { panic!("{effect:?}") };
                self.wanted.push(action);
                let now = self.now();
                self.desk.step(Input::Answer { tag, answer: done() }, now);
            }
        }
        self.show();
    }

    fn strike(&mut self, key: Key) {
        let text = SharedString::from(key);
        let window = self.window.window();
        window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
        window.dispatch_event(WindowEvent::KeyReleased { text });
        self.follow();
    }

    /// Presses the control whose accessible name begins so.
    fn invoke(&mut self, name: &str) {
        let wanted = name.to_owned();
        let found = ElementQuery::from_root(&self.window)
            .match_inherits("Press")
            .match_predicate(move |element| {
                element.accessible_label().is_some_and(|label| label.starts_with(&wanted))
            })
            .find_first();
        found.unwrap_or_else(|| panic!("no {name:?}")).invoke_accessible_default_action();
        self.follow();
    }

    /// The chosen reasons, as a screen reader says them.
    fn checked(&self) -> Vec<String> {
        let all = ElementQuery::from_root(&self.window).match_inherits("Press").find_all();
        let chosen = all.iter().filter(|e| e.accessible_checked() == Some(true));
        let mut names: Vec<String> =
            chosen.filter_map(|e| e.accessible_label()).map(String::from).collect();
        names.sort();
        names.dedup();
        names
    }
}

fn done() -> Answer {
    let nothing = store::Done { ticket: None, events: Vec::new(), repeated: false, code: None };
    Answer::Done(Box::new(nothing))
}

fn rating(level: Level, why: &[Complaint]) -> Action {
    Action::Rate { ticket: queue::TicketId(42), level, why: why.to_vec() }
}

/// What is too small or too close for a finger on this glass.
fn cramped(picture: &Picture, inches: f32) -> Vec<String> {
    #[expect(clippy::cast_precision_loss, reason = "a screen has few pixels")]
    let (width, height) = (picture.size.0 as f32, picture.size.1 as f32);
    let per_mm = width.hypot(height) / (inches * 25.4);
    let (finger, gap) = (FINGER_MM * per_mm - 0.5, GAP_MM * per_mm - 1.0);
    let mut found = Vec::new();
    for (i, one) in picture.controls.iter().enumerate() {
        if one.width() < finger || one.height() < finger {
            found.push(format!("{}: “{}” is too small: {one:?}, {finger}", picture.name, one.name));
        }
        for other in &picture.controls[i + 1..] {
            let across = (other.left - one.right).max(one.left - other.right);
            let down = (other.top - one.bottom).max(one.top - other.bottom);
            if across.max(down) < gap {
                found
                    .push(format!("{}: “{}” is close to “{}”", picture.name, one.name, other.name));
            }
        }
    }
    found
}

/// No answer is larger than another.
fn uneven(picture: &Picture) -> Option<String> {
    let names = ["Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng"];
    let named = |name: &&str| picture.controls.iter().find(|one| one.name.starts_with(*name));
    let faces: Vec<_> = names.iter().filter_map(named).collect();
    let first = faces.first()?;
    let same = faces.iter().all(|face| {
        (face.width() - first.width()).abs() < 1.5 && (face.height() - first.height()).abs() < 1.5
    });
    (!same).then(|| format!("{}: the faces differ in size", picture.name))
}

#[test]
fn every_page_is_whole_and_fits_a_finger_on_every_glass() {
    platform();
    let mut visitor = Visitor::new();
    let mut complaints = Vec::new();
    let mut look = |visitor: &Visitor, name: &str, controls: usize| {
        for (size, inches) in GLASS {
            let finger = counter::sign::finger(size, inches);
            visitor.window.global::<ui::Sign>().set_finger(finger);
            let name = format!("sign-{name}-{inches}in");
            let picture = draw(&visitor.window, Design::Sign, size, &name);
            assert_eq!(picture.controls.len(), controls, "{}", picture.name);
            complaints.extend(picture.complaints());
            complaints.extend(cramped(&picture, inches));
            complaints.extend(uneven(&picture));
        }
    };
    look(&visitor, "rate", 5);
    visitor.invoke("Không hài lòng");
    visitor.invoke("Thái độ phục vụ");
    visitor.invoke("Thông tin niêm yết");
    look(&visitor, "why", 11);
    visitor.invoke("Gửi");
    look(&visitor, "thanks", 0);
    let mut failed = visitor.desk.view(visitor.now()).sign;
    failed.page = SignPage::Failed;
    failed.title.vi = "Xin lỗi, chưa ghi được đánh giá.".into();
    failed.title.en = "Sorry, it could not be recorded.".into();
    counter::sign::show(&visitor.window, &failed);
    look(&visitor, "failed", 0);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Five inches of many pixels are too few for nine reasons.
#[test]
fn a_glass_too_small_for_a_finger_is_told() {
    for (size, inches) in GLASS {
        assert!(counter::sign::finger(size, inches) <= 190.0, "{size:?} {inches}");
    }
    assert!(counter::sign::finger((800, 480), 5.0) > 190.0);
}

#[test]
fn a_visitor_rates_by_touch_and_says_what_was_wrong() {
    platform();
    let mut visitor = Visitor::new();
    visitor.invoke("Rất hài lòng. Very satisfied");
    assert_eq!(visitor.wanted, [rating(Level::VerySatisfied, &[])]);
    assert_eq!(visitor.page(), SignPage::Thanks);
    let mut visitor = Visitor::new();
    visitor.invoke("Bình thường");
    visitor.invoke("Chờ quá lâu");
    visitor.invoke("Khác");
    assert_eq!(visitor.checked(), ["Chờ quá lâu. Too long a wait", "Khác. Something else"]);
    visitor.invoke("Khác");
    visitor.invoke("Gửi");
    assert_eq!(visitor.wanted, [rating(Level::Neutral, &[Complaint::Wait])]);
    let mut visitor = Visitor::new();
    visitor.invoke("Không đánh giá");
    assert_eq!((visitor.wanted.len(), visitor.page()), (0, SignPage::Free));
}

#[test]
fn a_visitor_rates_by_tab_and_return_alone() {
    platform();
    let mut visitor = Visitor::new();
    for _ in 0..4 {
        visitor.strike(Key::Tab);
    }
    visitor.strike(Key::Return);
    assert_eq!(visitor.page(), SignPage::Why);
    visitor.strike(Key::Tab);
    visitor.strike(Key::Return);
    assert_eq!(visitor.checked(), ["Chờ quá lâu. Too long a wait"]);
    // The focus stays where it was: the row was changed, not made anew.
    for _ in 0..9 {
        visitor.strike(Key::Tab);
    }
    visitor.strike(Key::Return);
    assert_eq!(visitor.wanted, [rating(Level::Dissatisfied, &[Complaint::Wait])]);
}
