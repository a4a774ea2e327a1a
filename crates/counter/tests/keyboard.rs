//! An officer's morning by the keyboard alone, then by accessible names alone: a real window, the
//! real flow, a real store; only the threads between them are left out.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../../ui/tests/window/mod.rs"]
mod window;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use i_slint_backend_testing::{ElementQuery, mock_elapsed_time};
use queue::{Action, Event, Number, State, Timestamp, What, Wish};
use slint::platform::{Key, WindowEvent};
use slint::{ComponentHandle, SharedString};
use station::Now;
use station::config::{CounterConfig, SignPlace, SignSection};
use station::counter::{Counter as Desk, SignPage, Tag, Touch};
use station::desk::Answer;
use station::flow::{Effect, Flow, Input};
use store::{Claim, Store};
use ui::CounterWindow;
use uuid::Uuid;

/// Monday 23 November 2026, 08:00 in Yên Bái.
const START: Timestamp = Timestamp(1_795_395_600_000);

fn url(folder: &tempfile::TempDir) -> store::StoreUrl {
    format!("sqlite:{}", folder.path().join("queue.db").display()).parse().unwrap()
}

/// A counter with its window, its flow and its store.
struct Counter {
    folder: Rc<tempfile::TempDir>,
    store: Store,
    claim: Option<Claim>,
    desk: Desk,
    window: CounterWindow,
    touched: Rc<RefCell<VecDeque<Touch>>>,
    ms: i64,
    seq: i64,
}

impl Counter {
    fn new(people: usize) -> Self {
        window::platform();
        let folder = Rc::new(tempfile::tempdir().unwrap());
        let url = url(&folder);
        let site = toml::from_str(include_str!("../../../config/yenbai/site.toml")).unwrap();
        let mut store = Store::create(&url, &site, START).unwrap();
        for n in 0..people {
            let issue = Action::Issue { service: "stnmt".into(), wish: Wish::default() };
            let at = START.plus_ms(i64::try_from(n).unwrap() * 60_000);
            store.act(Uuid::now_v7(), &issue, at).unwrap();
        }
        Self::of(folder, store)
    }

    /// Another program of the same counter.
    fn beside(other: &Self) -> Self {
        let store = Store::open(&url(&other.folder)).unwrap();
        Self::of(Rc::clone(&other.folder), store)
    }

    fn of(folder: Rc<tempfile::TempDir>, store: Store) -> Self {
        let window = CounterWindow::new().unwrap();
        window.show().unwrap();
        let touched = Rc::new(RefCell::new(VecDeque::new()));
        let pressed = Rc::clone(&touched);
        counter::wire(&window, move |touch| pressed.borrow_mut().push_back(touch));
        let place = SignPlace::Window { size: (1024, 600), place: (0, 0) };
        let sign = SignSection { place, touch_in: 10.1 };
        let config = CounterConfig { counter: "10".into(), sign, ..CounterConfig::default() };
        let (desk, ms) = (Desk::new(&config), 30 * 60_000);
        let mut counter = Self { folder, store, claim: None, desk, window, touched, ms, seq: 0 };
        counter.start();
        counter
    }

    /// As the desk does at the start of a program.
    fn start(&mut self) {
        let board = Box::new(self.store.board(self.now().wall).unwrap());
        self.seq = board.seq;
        let site = Box::new(self.store.site().unwrap());
        let (tail, experience) = (Vec::new(), Box::default());
        self.input(Input::Board { site, board, tail, experience });
    }

    fn now(&self) -> Now {
        Now { wall: START.plus_ms(self.ms), up_ms: self.ms }
    }

    /// One input, and everything that follows from it.
    fn input(&mut self, input: Input<Touch, station::counter::SignTouch, Tag>) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for effect in self.desk.step(input, self.now()) {
                let now = self.now().wall;
                match effect {
                    Effect::Act { tag, action } => {
                        let (claim, request) = (self.claim.as_ref(), Uuid::now_v7());
                        let answer = match self.store.act_under(claim, request, &action, now) {
                            Ok(done) => Answer::Done(Box::new(done)),
                            Err(store::ActError::Refused(refusal)) => Answer::Refused(refusal),
                            Err(error) => panic!("{error}"),
                        };
                        inputs.push_back(Input::Events(self.news()));
                        inputs.push_back(Input::Answer { tag, answer });
                    }
                    Effect::Claim { tag, counter } => {
                        let answer = match self.store.claim(&counter, now) {
                            Ok(claim) => {
                                self.claim = Some(claim);
                                Answer::Claimed(counter)
                            }
                            Err(store::ActError::Refused(refusal)) => Answer::Refused(refusal),
                            Err(error) => panic!("{error}"),
                        };
                        inputs.push_back(Input::Answer { tag, answer });
                    }
                    Effect::Take { tag, counter, officer } => {
                        let taken = self.store.take(Uuid::now_v7(), &counter, officer, now);
                        self.claim = Some(taken.unwrap().0);
                        inputs.push_back(Input::Events(self.news()));
                        inputs.push_back(Input::Answer { tag, answer: Answer::Claimed(counter) });
                    }
                    Effect::Day { tag, day } => {
                        let answer = Answer::Day(self.store.day(day).unwrap());
                        inputs.push_back(Input::Answer { tag, answer });
                    }
                    Effect::Release => self.claim = None,
                    Effect::SignIn { tag, who, counter, .. } => {
                        let change = queue::Staffing::TryPin { who, counter, right: true };
                        let action = Action::Staff { change };
                        let done = self.store.act(Uuid::now_v7(), &action, now).unwrap();
                        inputs.push_back(Input::Events(self.news()));
                        inputs
                            .push_back(Input::Answer { tag, answer: Answer::Done(Box::new(done)) });
                    }
                    Effect::Order(_) | Effect::Know { .. } => {}
                }
            }
        }
        counter::show(&self.window, &self.desk.view(self.now()));
        mock_elapsed_time(Duration::from_millis(20));
    }

    fn news(&mut self) -> Vec<Event> {
        let events = self.store.feed(self.seq, 1_000).unwrap();
        self.seq = events.last().map_or(self.seq, |event| event.seq);
        events
    }

    /// What the window said of a press goes to the flow.
    fn follow(&mut self) {
        loop {
            let touch = self.touched.borrow_mut().pop_front();
            match touch {
                Some(touch) => self.input(Input::Touch(touch)),
                None => break,
            }
        }
    }

    fn strike(&mut self, text: impl Into<SharedString>) {
        self.ms += 1_000;
        let text = text.into();
        let window = self.window.window();
        window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
        window.dispatch_event(WindowEvent::KeyReleased { text });
        self.follow();
    }

    fn write(&mut self, text: &str) {
        for letter in text.chars() {
            self.strike(letter.to_string());
        }
    }

    /// The default action of the control whose accessible name begins so, as a screen reader does it.
    fn invoke(&mut self, name: &str) {
        self.ms += 1_000;
        let wanted = name.to_owned();
        let found = ElementQuery::from_root(&self.window)
            .match_inherits("Press")
            .match_predicate(move |element| {
                element.accessible_label().is_some_and(|label| label.starts_with(&wanted))
            })
            .find_all();
        let enabled = || found.iter().filter(|element| element.accessible_enabled() == Some(true));
        // "Gọi số" is another one than "Gọi số tiếp theo".
        let exact = enabled().find(|element| element.accessible_label().as_deref() == Some(name));
        exact
            .or_else(|| enabled().next())
            .unwrap_or_else(|| panic!("no {name:?}"))
            .invoke_accessible_default_action();
        self.follow();
    }

    fn state(&mut self, number: u32) -> State {
        let day = self.store.board(self.now().wall).unwrap().day;
        self.store.ticket(day, &Number::new("H", number)).unwrap().unwrap().state
    }

    /// The kinds of the events since the counter opened.
    fn told(&mut self) -> Vec<&'static str> {
        let events = self.store.feed(0, 1_000).unwrap();
        let kinds = events.iter().map(|event| event.what.kind());
        kinds.skip_while(|kind| *kind != "counter_opened").skip(1).collect()
    }

    fn last(&mut self) -> What {
        self.store.feed(0, 1_000).unwrap().pop().unwrap().what
    }
}

#[test]
fn a_morning_by_the_keyboard_alone() {
    let mut officer = Counter::new(6);
    // Called, called again, nobody comes; back into the queue by its list.
    officer.strike(" ");
    officer.strike("r");
    officer.strike(Key::Delete);
    assert_eq!(officer.state(1), State::NoShow);
    officer.strike("B");
    officer.strike(Key::Return);
    assert_eq!(officer.state(1), State::Waiting);
    // The next one is served; what came of it, a code by the scanner, the next one called.
    officer.strike(" ");
    officer.strike(" ");
    officer.strike(Key::Return);
    officer.strike("1");
    officer.write("000.00.15.H63-261123-0042");
    officer.strike(Key::Return);
    officer.strike(" ");
    assert_eq!((officer.state(2), officer.state(3)), (State::Served, State::Called));
    // Set aside, brought back, sent to another service.
    officer.strike("g");
    officer.strike("2");
    assert_eq!(officer.state(3), State::Parked);
    officer.strike("b");
    officer.write("3");
    officer.strike(Key::Return);
    assert_eq!(officer.state(3), State::Called);
    officer.strike("t");
    officer.write("tu phap");
    officer.strike(Key::Return);
    assert_eq!(officer.state(3), State::Waiting);
    // A given number with a reason; it never should have been.
    officer.strike("n");
    officer.write("5");
    officer.strike(Key::Return);
    officer.strike("1");
    assert_eq!(officer.state(5), State::Called);
    officer.strike("x");
    officer.strike("3");
    assert_eq!(officer.state(5), State::Void);
    // Called and put back; somebody without a number; a pause and on.
    officer.strike(" ");
    officer.strike("q");
    officer.strike("d");
    officer.strike(Key::Return);
    officer.strike(Key::Return);
    officer.strike("p");
    officer.strike("1");
    officer.strike(" ");
    officer.strike(Key::F10);
    assert_eq!(officer.last().kind(), "counter_closed");
    let told = [
        "called",
        "recalled",
        "no_show",
        "requeued",
        "called",
        "started",
        "finished",
        "called",
        "parked",
        "resumed",
        "transferred",
        "called",
        "voided",
        "called",
        "requeued",
        "direct",
        "finished",
        "counter_paused",
        "counter_opened",
        "counter_closed",
    ];
    assert_eq!(officer.told(), told);
}

#[test]
fn what_came_of_a_visit_is_in_the_ledger_as_it_was_typed() {
    let mut officer = Counter::new(1);
    officer.strike(" ");
    officer.strike(" ");
    officer.strike(Key::Return);
    officer.strike("2");
    officer.write("H63-7");
    officer.strike(Key::Return);
    officer.strike("+");
    officer.strike(Key::Return);
    let What::Finished { noted, .. } = officer.last() else { panic!("not finished") };
    assert_eq!(noted.outcome, Some(queue::Outcome::Supplement));
    assert_eq!((noted.dossiers, noted.codes), (2, vec!["H63-7".to_owned()]));
}

#[test]
fn every_step_has_an_accessible_name() {
    let mut officer = Counter::new(4);
    officer.invoke("Gọi số tiếp theo");
    officer.invoke("Gọi lại");
    officer.invoke("Vắng mặt");
    officer.invoke("Lỡ lượt");
    officer.invoke("Khôi phục H001");
    assert_eq!(officer.state(1), State::Waiting);
    officer.invoke("Gọi số tiếp theo");
    officer.invoke("Bắt đầu phục vụ");
    officer.invoke("Tạm giữ");
    officer.invoke("30 phút");
    assert_eq!(officer.state(2), State::Parked);
    officer.invoke("Khôi phục số");
    officer.invoke("H002");
    assert_eq!(officer.state(2), State::Called);
    officer.invoke("Chuyển quầy");
    officer.invoke("A · ");
    assert_eq!(officer.state(2), State::Waiting);
    officer.invoke("Gọi số");
    officer.invoke("H004");
    officer.invoke("Có lịch hẹn");
    assert_eq!(officer.state(4), State::Called);
    officer.invoke("Về hàng chờ");
    officer.invoke("Không số");
    officer.invoke("Kết thúc");
    officer.invoke("Hướng dẫn");
    officer.invoke("Thêm hồ sơ");
    officer.invoke("Kết thúc và gọi tiếp");
    officer.invoke("Hủy số");
    officer.invoke("Công dân không chờ nữa");
    officer.invoke("Hoàn tác");
    officer.invoke("Về hàng chờ");
    officer.invoke("Tạm dừng");
    officer.invoke("Họp");
    officer.invoke("Tiếp tục phục vụ");
    officer.invoke("Thu thành thanh nhỏ");
    officer.invoke("Gọi số tiếp theo");
    officer.invoke("Mở rộng");
    officer.invoke("English");
    officer.invoke("Park");
    officer.invoke("Back");
    officer.invoke("Requeue");
    officer.invoke("Leave");
    let told = officer.told();
    assert_eq!(told[told.len() - 2..], ["requeued", "counter_closed"]);
}

/// A supervisor's hour: the whole hall, a number of others moved, one voided, a service stopped, an
/// officer lent, all by the names of the controls; the same by an officer is refused by the queue.
#[test]
fn a_supervisor_works_by_accessible_names_and_an_officer_does_not() {
    let mut desk = Counter::new(4);
    for (id, role) in [("lan", queue::Role::Officer), ("son", queue::Role::Supervisor)] {
        let agencies =
            if role == queue::Role::Officer { vec!["stnmt".to_owned()] } else { Vec::new() };
        let who = queue::Officer { id: id.into(), name: format!("Bà {id}"), role, agencies };
        let pin = Some(queue::PinHash("kept".into()));
        let change = queue::Staffing::Enlist { who, pin };
        let action = Action::Staff { change };
        desk.store.act(Uuid::now_v7(), &action, desk.now().wall).unwrap();
    }
    desk.invoke("Đổi quầy");
    let news = desk.news();
    desk.input(Input::Events(news));
    desk.write("son");
    desk.strike(Key::Return);
    desk.write("271828");
    desk.strike(Key::RightArrow);
    desk.invoke("Quầy 10");
    desk.strike(Key::Return);
    desk.invoke("Toàn cảnh hội trường");
    desk.invoke("Chuyển số");
    desk.invoke("H002");
    desk.write("tu phap");
    desk.invoke("R · ");
    assert_eq!(desk.last().kind(), "transferred");
    desk.invoke("Loại bỏ số");
    desk.invoke("H003");
    desk.invoke("Số in thử");
    assert_eq!(desk.state(3), State::Void);
    desk.invoke("Phát số theo lĩnh vực");
    desk.write("tai nguyen");
    desk.invoke("H · ");
    assert_eq!(desk.last().kind(), "service_paused");
    desk.invoke("Cán bộ");
    desk.invoke("Bà lan");
    desk.invoke("Sở Tài chính");
    let What::OfficerEnlisted { who } = desk.last() else { panic!("not enlisted") };
    assert_eq!(who.agencies, ["stnmt", "stc"]);
    desk.invoke("Các quầy");
    desk.invoke("Về quầy");
    desk.invoke("Đổi quầy");
    // The officer at the same counter: nothing of it is there, and the queue says no by itself.
    desk.write("lan");
    desk.strike(Key::Return);
    desk.write("314159");
    desk.invoke("Quầy 10");
    desk.strike(Key::Return);
    let before = desk.store.last_seq().unwrap();
    desk.strike(Key::F5);
    desk.strike(Key::F4);
    desk.strike(Key::F6);
    let (number, reason) = (Number::new("H", 1), "thử".to_owned());
    let void = Action::Void { number, reason, by: Some("10".into()) };
    let tried = desk.store.act(Uuid::now_v7(), &void, desk.now().wall);
    assert!(
        matches!(tried, Err(store::ActError::Refused(queue::Refusal::NotSupervisor { .. }))),
        "{tried:?}"
    );
    assert_eq!(desk.store.last_seq().unwrap(), before);
}

#[test]
fn a_visit_that_goes_on_online_is_noted_so() {
    let mut officer = Counter::new(1);
    officer.strike(" ");
    officer.strike(" ");
    officer.strike(Key::Return);
    officer.strike("7");
    officer.strike(Key::Return);
    let What::Finished { noted, .. } = officer.last() else { panic!("not finished") };
    assert_eq!(noted.outcome, Some(queue::Outcome::Online));
}

/// A second program at the same counter: asked, taken, told.
#[test]
fn a_counter_is_taken_by_keys_and_the_one_that_had_it_reads_so() {
    let mut first = Counter::new(3);
    first.strike(" ");
    assert_eq!(first.state(1), State::Called);
    let mut second = Counter::beside(&first);
    let alert = |counter: &Counter| counter.window.global::<ui::Counter>().get_alert().to_string();
    assert_eq!(alert(&second), "Quầy 10 đang mở ở máy khác");
    // Not now; then again, and yes.
    second.strike(Key::Escape);
    assert_eq!(alert(&second), "");
    second.strike(Key::Return);
    second.invoke("Nhận quầy 10");
    second.strike(" ");
    second.strike(Key::Return);
    second.strike(Key::Return);
    assert_eq!(second.state(1), State::Served);
    let news = first.news();
    first.input(Input::Events(news));
    first.input(Input::ClaimLost("10".into()));
    assert!(
        alert(&first).starts_with("Quầy 10 đã được nhận ở máy khác lúc 08:30"),
        "{}",
        alert(&first)
    );
    let calls = ["called", "counter_taken", "started", "finished"];
    assert_eq!(second.told(), calls);
    first.strike(" ");
    assert_eq!(second.told(), calls, "it calls nobody any more");
}

/// The keys work in the real window whatever has the focus, and one that is held down presses once.
#[test]
fn a_key_held_down_presses_once_wherever_the_focus_is() {
    let mut officer = Counter::new(3);
    for _ in 0..4 {
        officer.strike(Key::Tab);
    }
    officer.ms += 1_000;
    let text = SharedString::from(" ");
    officer.window.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
    for _ in 0..5 {
        officer
            .window
            .window()
            .dispatch_event(WindowEvent::KeyPressRepeated { text: text.clone() });
    }
    officer.window.window().dispatch_event(WindowEvent::KeyReleased { text });
    officer.follow();
    assert_eq!(officer.told(), ["called"]);
    // Caps Lock changes no key.
    officer.strike("R");
    assert_eq!(officer.told(), ["called", "recalled"]);
}

/// F9 and its button have the sign ask how the visit was, which is over by then.
#[test]
fn the_rating_has_a_key_and_a_name() {
    let mut officer = Counter::new(2);
    let asked = |officer: &Counter| officer.desk.view(officer.now()).sign.page == SignPage::Rate;
    officer.strike(" ");
    officer.strike(" ");
    officer.strike(Key::F9);
    assert!(!asked(&officer), "the visitor is here still");
    officer.strike(Key::Return);
    officer.strike(Key::Return);
    assert!(!asked(&officer), "the site does not say so");
    officer.strike(Key::F9);
    assert!(asked(&officer));
    officer.ms += 30_000;
    officer.input(Input::Tick);
    assert!(!asked(&officer));
    officer.invoke("Mời đánh giá");
    assert!(asked(&officer));
    officer.strike(" ");
    assert!(!asked(&officer));
    assert_eq!(officer.told(), ["called", "started", "finished", "called"]);
}
