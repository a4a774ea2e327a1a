//! Every step of an officer on a keypad that speaks over a pseudo terminal, with the real flow and a real
//! store: a step without a code here does not compile, one that is never shown to work fails. And a
//! keypad that is pulled out and put back, on a line that crackles.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod line;
#[path = "../../devices/tests/pty/mod.rs"]
mod pty;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use counter::bus::Lines;
use line::expect;
use pty::pty;
use queue::{Action, Officer, Role, Staffing, Timestamp, Wish};
use station::Clock;
use station::config::{CounterConfig, SignPlace, SignSection};
use station::counter::{Asked, Counter, Deed, Page, SignPage, Stroke, Touch, View};
use station::flow::{self, Inputs, Running, Stage};
use station::pin::Pin;
use store::{Store, StoreUrl};
use uuid::Uuid;

/// Monday 23 November 2026, 08:00 in Yên Bái.
const START: Timestamp = Timestamp(1_795_395_600_000);
/// Longer than anything here takes; only a failure waits so long.
const PATIENCE: Duration = Duration::from_secs(60);
/// What a key may be while something is asked.
const ANSWERS: &str = "1 = \"1\"\n4 = \"4\"\n6 = \"6\"\nd = \"down\"\ne = \"enter\"\nx = \"esc\"\n";

/// The code of each step on this keypad.
fn code(deed: Deed) -> char {
    match deed {
        Deed::Main => 'A',
        Deed::Start => 'B',
        Deed::Finish => 'C',
        Deed::Recall => 'D',
        Deed::NoShow => 'E',
        Deed::Transfer => 'F',
        Deed::Park => 'G',
        Deed::Number => 'H',
        Deed::Direct => 'I',
        Deed::Returns => 'J',
        Deed::Requeue => 'K',
        Deed::End => 'L',
        Deed::Pause => 'M',
        Deed::Undo => 'N',
        Deed::Strip => 'O',
        Deed::Help => 'P',
        Deed::Services => 'Q',
        Deed::TakeOver => 'R',
        Deed::Rate => 'S',
        Deed::Leave => 'T',
        Deed::Watch => 'U',
        Deed::Officers => 'V',
        Deed::Papers => 'W',
    }
}

/// A counter that is worked by its keypad alone.
struct Desk {
    line: File,
    folder: tempfile::TempDir,
    url: StoreUrl,
    store: Store,
    clock: Clock,
    views: Receiver<View>,
    view: View,
    running: Running<Counter>,
    shown: BTreeSet<Deed>,
}

fn centre() -> (tempfile::TempDir, StoreUrl, Store) {
    let folder = tempfile::tempdir().unwrap();
    let url: StoreUrl =
        format!("sqlite:{}", folder.path().join("queue.db").display()).parse().unwrap();
    let site = toml::from_str(include_str!("../../../config/yenbai/site.toml")).unwrap();
    let store = Store::create(&url, &site, START).unwrap();
    (folder, url, store)
}

impl Desk {
    fn open((folder, url, store): (tempfile::TempDir, StoreUrl, Store)) -> Self {
        let (line, held, name) = pty(true);
        // The line keeps its settings while somebody has it open.
        std::mem::forget(held);
        let port = folder.path().join("luot-bus");
        symlink(&name, &port).unwrap();
        let file = folder.path().join("bus.toml");
        let keys: String =
            Deed::ALL.map(|deed| format!("{} = \"{}\"\n", code(deed), deed.word())).concat();
        let bus = format!(
            "[[bus]]\nline = \"serial://{}?baud=9600\"\n\
             [[bus.led]]\naddress = 3\nwidth = 4\ncharset = \"ascii\"\nframe = \"<{{text}}>\"\n\
             [[bus.keypad]]\naddress = 7\nreply = \"!{{key}}{{xor8}}\"\n[bus.keypad.keys]\n{keys}{ANSWERS}",
            port.display()
        );
        std::fs::write(&file, bus).unwrap();
        let clock = Clock::by_hand(START.plus_ms(60_000));
        let pressed = Arc::new(OnceLock::<Inputs<Counter>>::new());
        let to = Arc::clone(&pressed);
        let touched = move |touch| {
            if let Some(inputs) = to.get() {
                inputs.touch(touch);
            }
        };
        let lines = Lines::start(&file, touched).unwrap();
        let (tell, views) = channel();
        let window = SignPlace::Window { size: (1024, 600), place: (0, 0) };
        let sign = SignSection { place: window, touch_in: 10.1 };
        let config = CounterConfig { counter: "10".into(), sign, ..CounterConfig::default() };
        let show = Box::new(move |view: View| {
            lines.show(&view.sign.number);
            // The test may have what it wanted.
            drop(tell.send(view));
        });
        let stage = Stage { url: url.clone(), clock: clock.clone(), show, order: Box::new(|_| {}) };
        let running = flow::run(Counter::new(&config), stage).unwrap();
        assert!(pressed.set(running.inputs()).is_ok());
        let (view, shown) = (View::default(), BTreeSet::new());
        Self { line, folder, url, store, clock, views, view, running, shown }
    }

    /// Waits until what is seen and what is on record is as wanted.
    fn until(&mut self, what: &str, wanted: impl Fn(&View, &[&str]) -> bool) {
        let start = Instant::now();
        loop {
            let events = self.store.feed(0, 10_000).unwrap();
            let kinds: Vec<&str> = events.iter().map(|event| event.what.kind()).collect();
            let at_work = matches!(self.view.page, Page::Work | Page::Watch);
            if wanted(&self.view, &kinds) && self.view.caps.ready == at_work {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{what}: {kinds:?} {:?}", self.view);
            if let Ok(view) = self.views.recv_timeout(Duration::from_millis(20)) {
                self.view = view;
            }
        }
    }

    /// The key of this code goes down, with its check.
    fn press(&mut self, code: char) {
        // Nobody is nervous here, and no contact bounces: another key was down between.
        self.clock.advance_ms(1_000);
        for key in ['~', code] {
            let key = u8::try_from(key).unwrap();
            self.line.write_all(&[b'!', key, b'!' ^ key]).unwrap();
        }
    }

    /// A step whose event must come, after a dialog that takes these answers.
    fn step(&mut self, deed: Deed, answers: &[(Asked, char)], kind: &str) {
        let count = |kinds: &[&str]| kinds.iter().filter(|known| **known == kind).count();
        let before = {
            let events = self.store.feed(0, 10_000).unwrap();
            events.iter().filter(|event| event.what.kind() == kind).count()
        };
        self.press(code(deed));
        for (asked, answer) in answers {
            self.until(&format!("{deed:?} asks {asked:?}"), |view, _| view.ask.asked == *asked);
            self.press(*answer);
        }
        self.until(&format!("{deed:?}: {kind}"), |view, kinds| {
            count(kinds) > before && view.ask.asked == Asked::Nothing
        });
        self.shown.insert(deed);
    }

    fn issue(&mut self, service: &str) {
        let wish = Wish { procedure: Some(0), ..Wish::default() };
        let issue = Action::Issue { service: service.into(), wish };
        self.store.act(Uuid::now_v7(), &issue, self.clock.now().wall).unwrap();
    }

    /// Somebody called at another counter, whose program does not answer any more.
    fn strand(&mut self, counter: &str) {
        self.issue("stnmt");
        let mut other = Store::open(&self.url).unwrap();
        let now = self.clock.now().wall;
        let claim = other.claim(&counter.into(), now).unwrap();
        let call = Action::CallNext { counter: counter.into() };
        other.act(Uuid::now_v7(), &call, now).unwrap();
        std::mem::forget(claim);
        self.clock.advance_ms(60_000);
    }
}

/// The visit that is here ends without a further word.
const ENDS: &[(Asked, char)] = &[(Asked::Finish, '6'), (Asked::Finish, 'e')];
const FIRST: char = '1';

#[test]
fn every_step_can_be_taken_on_a_keypad() {
    let mut desk = Desk::open(centre());
    for _ in 0..4 {
        desk.issue("stnmt");
    }
    desk.until("work", |view, _| view.page == Page::Work && view.waiting_count == 4);
    // Called, called again, put back; nobody comes, and comes back.
    desk.step(Deed::Main, &[], "called");
    desk.step(Deed::Recall, &[], "recalled");
    desk.press(code(Deed::Papers));
    desk.until("the documents", |view, _| view.ask.asked == Asked::Papers);
    desk.press('x');
    desk.until("read", |view, _| view.ask.asked == Asked::Nothing);
    desk.shown.insert(Deed::Papers);
    desk.step(Deed::Requeue, &[], "requeued");
    desk.step(Deed::Main, &[], "called");
    desk.step(Deed::NoShow, &[], "no_show");
    desk.step(Deed::Returns, &[(Asked::Returns, 'e')], "requeued");
    // Served, and asked how it was.
    desk.step(Deed::Main, &[], "called");
    desk.step(Deed::Start, &[], "started");
    desk.step(Deed::Finish, ENDS, "finished");
    desk.press(code(Deed::Rate));
    desk.until("the question", |view, _| view.sign.page == SignPage::Rate);
    desk.shown.insert(Deed::Rate);
    // A given number, set aside and brought back.
    let number = [(Asked::Number, '4'), (Asked::Number, 'e'), (Asked::Reason, FIRST)];
    desk.step(Deed::Number, &number, "called");
    desk.step(Deed::Park, &[(Asked::Park, FIRST)], "parked");
    desk.step(Deed::Returns, &[(Asked::Returns, 'e')], "resumed");
    // Given up, taken back, sent on.
    desk.step(Deed::End, &[(Asked::End, FIRST)], "cancelled");
    desk.step(Deed::Undo, &[], "undone");
    desk.step(Deed::Transfer, &[(Asked::Transfer, 'd'), (Asked::Transfer, 'e')], "transferred");
    desk.step(Deed::Direct, &[], "direct");
    desk.step(Deed::Finish, ENDS, "finished");
    desk.step(Deed::Pause, &[(Asked::Pause, FIRST)], "counter_paused");
    desk.step(Deed::Main, &[], "counter_opened");
    // A dialog that is left does nothing.
    desk.press(code(Deed::Pause));
    desk.until("asked", |view, _| view.ask.asked == Asked::Pause);
    desk.press('x');
    desk.until("left", |view, _| view.ask.asked == Asked::Nothing);
    desk.press(code(Deed::Strip));
    desk.until("the strip", |view, _| view.strip);
    desk.press(code(Deed::Strip));
    desk.until("the window", |view, _| !view.strip);
    desk.shown.insert(Deed::Strip);
    // The rest of the queue goes; another one waits too long.
    for _ in 0..2 {
        desk.step(Deed::Main, &[], "called");
        desk.step(Deed::End, &[(Asked::End, FIRST)], "cancelled");
    }
    desk.issue("stp");
    desk.clock.advance_ms(16 * 60_000);
    desk.issue("stp");
    desk.until("help", |view, _| view.caps.help);
    desk.step(Deed::Help, &[], "called");
    desk.step(Deed::End, &[(Asked::End, FIRST)], "cancelled");
    desk.strand("9");
    desk.until("somebody left behind", |view, _| view.caps.take_over);
    desk.step(Deed::TakeOver, &[], "taken_over");
    desk.step(Deed::End, &[(Asked::End, FIRST)], "cancelled");
    desk.press(code(Deed::Leave));
    desk.until("left", |view, kinds| {
        view.page == Page::Choose && kinds.ends_with(&["counter_closed"])
    });
    desk.shown.insert(Deed::Leave);

    let mut all = desk.shown.clone();
    all.extend(supervisor());
    let lacking: Vec<_> = Deed::ALL.into_iter().filter(|deed| !all.contains(deed)).collect();
    assert!(lacking.is_empty(), "never shown to work on a keypad: {lacking:?}");
}

/// What only a supervisor may: signed in at the keyboard, since an account has letters.
fn supervisor() -> BTreeSet<Deed> {
    let (folder, url, mut store) = centre();
    let who = Officer {
        id: "truc-01".into(),
        name: "Trực".into(),
        role: Role::Supervisor,
        agencies: Vec::new(),
    };
    let pin = Pin::new("27182").hash();
    let enlist = Action::Staff { change: Staffing::Enlist { who, pin } };
    store.act(Uuid::now_v7(), &enlist, START).unwrap();
    let lan = Officer {
        id: "tnmt-02".into(),
        name: "Lan".into(),
        role: Role::Officer,
        agencies: vec!["stnmt".into()],
    };
    let enlist = Staffing::Enlist { who: lan, pin: Pin::new("31415").hash() };
    store.act(Uuid::now_v7(), &Action::Staff { change: enlist }, START).unwrap();
    let mut desk = Desk::open((folder, url, store));
    desk.until("the door", |view, _| view.sign_in);
    let inputs = desk.running.inputs();
    for name in ["t", "r", "u", "c", "-", "0", "1", "Enter", "2", "7", "1", "8", "2", "Enter"] {
        inputs.touch(Touch::Stroke(Stroke { name: name.into(), ctrl: false, repeat: false }));
    }
    desk.until("work", |view, _| view.page == Page::Work && view.caps.supervise);
    desk.step(Deed::Services, &[(Asked::Services, 'e')], "service_paused");
    let lent = [(Asked::Officers, 'e'), (Asked::Agencies, 'e')];
    desk.step(Deed::Officers, &lent, "officer_enlisted");
    desk.press(code(Deed::Watch));
    desk.until("the whole hall", |view, _| view.page == Page::Watch);
    desk.press(code(Deed::Watch));
    desk.until("the counter", |view, _| view.page == Page::Work);
    desk.shown.insert(Deed::Watch);
    desk.shown.clone()
}

/// Pulled out with a visitor at the counter, put back as another device, and in between nothing but
/// noise: what is no whole frame is no press.
#[test]
fn a_keypad_pulled_out_and_put_back_goes_on_and_noise_presses_nothing() {
    let mut desk = Desk::open(centre());
    for _ in 0..2 {
        desk.issue("stnmt");
    }
    desk.until("work", |view, _| view.page == Page::Work && view.waiting_count == 2);
    desk.step(Deed::Main, &[], "called");
    expect(&mut desk.line, b"<H001>");
    let (mut line, held, name) = pty(true);
    std::mem::forget(held);
    plug(&name, desk.folder.path());
    let old = std::mem::replace(&mut desk.line, line.try_clone().unwrap());
    drop(old);
    // It is found again, and the sign is told anew what it has forgotten.
    expect(&mut line, b"<H001>");
    let mut noise: Vec<u8> = (0..=255).collect();
    // A start with a wrong check, half a frame, a start in a start.
    noise.extend([b'!', b'C', 0, b'!', b'!', b'L']);
    desk.line.write_all(&noise).unwrap();
    desk.step(Deed::Start, &[], "started");
    let events = desk.store.feed(0, 10_000).unwrap();
    let after: Vec<&str> = events.iter().map(|event| event.what.kind()).collect();
    assert!(after.ends_with(&["called", "started"]), "{after:?}");
}

/// The port's name leads to another device now.
fn plug(name: &str, folder: &Path) {
    let port = folder.join("luot-bus");
    std::fs::remove_file(&port).unwrap();
    symlink(name, &port).unwrap();
}
