//! `cargo bench -p counter --bench press`: from an officer's key to the counter's screen and to the hall's.
//!
//! The real windows in memory (1366×768 and 1920×1080), the real flows with a desk each, one real store
//! file between them: what is measured is the key in the counter's window, the flow's step, the durable
//! transaction, the answer, and the whole next frame drawn by the software renderer, until the number
//! or state that was asked for stands on it; and for calls the same until the hall, which hears of it
//! by the feed alone, has drawn the number. A display adds its own way to the glass. Each frame is
//! drawn anew as a whole, where a window draws only what has changed; and since ten seconds pass
//! between two presses by the clock of both programs, each press brings a heartbeat and each sixth one
//! a board that is read anew, which a day brings far more rarely.

#![expect(clippy::unwrap_used, reason = "a measurement that fails ends")]
#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

#[path = "../../ui/tests/bar/mod.rs"]
mod bar;

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use i_slint_backend_testing::{TestingBackend, TestingBackendOptions};
use queue::{Action, Timestamp, Wish};
use slint::platform::{WindowEvent, update_timers_and_animations};
use slint::{ComponentHandle, PhysicalSize, SharedString};
use station::Clock;
use station::config::{CounterConfig, HallConfig};
use station::counter::{Counter, Doing, Page, View};
use station::flow::{self, Running, Stage};
use station::hall::{Hall, View as HallView, Voice};
use store::{Store, StoreUrl};
use ui::{CounterWindow, Design, HallWindow};
use uuid::Uuid;

/// Monday 23 November 2026, 08:00 in Yên Bái.
const START: Timestamp = Timestamp(1_795_395_600_000);
/// Visitors that are called and served; the first few warm the fonts.
const ROUNDS: usize = 200;
const WARM: usize = 5;
/// Between two presses, by the programs' clock: a call has left the hall's large area.
const BETWEEN_MS: i64 = 10_000;
/// A guard against a run without an end.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() {
    // `cargo test` runs benches once, to see that they run.
    let rounds = if std::env::args().any(|word| word == "--bench") { ROUNDS } else { 1 };
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let url: StoreUrl =
        format!("sqlite:{}", folder.path().join("queue.db").display()).parse().unwrap();
    let site = toml::from_str(include_str!("../../../config/yenbai/site.toml")).unwrap();
    let mut store = Store::create(&url, &site, START).unwrap();
    for _ in 0..rounds + WARM {
        let issue = Action::Issue { service: "stnmt".into(), wish: Wish::default() };
        store.act(Uuid::now_v7(), &issue, START).unwrap();
    }
    let clock = Clock::by_hand(START);
    let (tell, hall) = channel();
    let there = (url.clone(), clock.clone());
    let _hall = std::thread::spawn(move || look(there, &tell));
    let mut officer = Officer::open(url, clock, hall);
    let (mut acknowledged, mut called) = (Vec::new(), Vec::new());
    for round in 0..rounds + WARM {
        // Called: the first time by itself, then with the end of the visit before.
        let (pressed, took) = officer.press(" ".into(), Doing::Called);
        let in_hall = officer.called().duration_since(pressed);
        let (_, start) = officer.press("s".into(), Doing::Serving);
        if round >= WARM {
            acknowledged.extend([took, start]);
            called.push(in_hall);
        }
    }
    bar::tell("press → acknowledged on the counter's screen", acknowledged);
    bar::tell("press → number drawn in the hall", called);
}

/// The officer at the window, and what the hall says that it has drawn.
struct Officer {
    window: CounterWindow,
    clock: Clock,
    views: Receiver<View>,
    view: View,
    hall: Receiver<(String, Instant)>,
    _running: Running<Counter>,
}

impl Officer {
    fn open(url: StoreUrl, clock: Clock, hall: Receiver<(String, Instant)>) -> Self {
        platform();
        let window = CounterWindow::new().unwrap();
        let size = PhysicalSize::new(1366, 768);
        window.window().set_size(size);
        Design::Desk.fit(window.window(), size);
        window.show().unwrap();
        let (tell, views) = channel();
        let config = CounterConfig { counter: "10".into(), ..CounterConfig::default() };
        let show = Box::new(move |view| drop(tell.send(view)));
        let stage = Stage { url, clock: clock.clone(), show, order: Box::new(|_| {}) };
        let running = flow::run(Counter::new(&config), stage).unwrap();
        let inputs = running.inputs();
        counter::wire(&window, move |touch| inputs.touch(touch));
        let view = View::default();
        let mut officer = Self { window, clock, views, view, hall, _running: running };
        officer.until(|view| view.page == Page::Work && view.caps.main);
        // The hall is there before anybody is called.
        let (number, _) = officer.hall.recv_timeout(PATIENCE).unwrap();
        assert_eq!(number, "");
        officer
    }

    /// Draws view after view until one is as wanted.
    fn until(&mut self, wanted: impl Fn(&View) -> bool) {
        loop {
            // As in a window: what has come meanwhile is taken, then one frame is drawn.
            let mut next = Some(self.views.recv_timeout(PATIENCE).unwrap());
            while let Some(view) = next {
                self.view = view;
                counter::show(&self.window, &self.view);
                next = self.views.try_recv().ok();
            }
            update_timers_and_animations();
            drop(self.window.window().take_snapshot().unwrap());
            if wanted(&self.view) {
                return;
            }
        }
    }

    /// When the key went down, and how long until the screen said what became of it.
    fn press(&mut self, text: SharedString, wanted: Doing) -> (Instant, Duration) {
        self.settle();
        self.clock.advance_ms(BETWEEN_MS);
        let before = self.view.number.clone();
        let start = Instant::now();
        self.window.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
        let called = wanted == Doing::Called;
        self.until(|view| view.doing == wanted && (view.number != before || !called));
        let took = start.elapsed();
        self.window.window().dispatch_event(WindowEvent::KeyReleased { text });
        (start, took)
    }

    /// What the answer before still brings is drawn before the next press.
    fn settle(&mut self) {
        if !self.view.caps.ready {
            self.until(|view| view.caps.ready);
        }
    }

    /// When the hall had drawn the number that stands on this screen.
    fn called(&self) -> Instant {
        loop {
            let (number, at) = self.hall.recv_timeout(PATIENCE).unwrap();
            if number == self.view.number {
                return at;
            }
        }
    }
}

/// The hall's program: its flow, its desk, its window; says what stands large, once it is drawn.
fn look((url, clock): (StoreUrl, Clock), drawn: &Sender<(String, Instant)>) {
    platform();
    let window = HallWindow::new().unwrap();
    let size = PhysicalSize::new(1920, 1080);
    window.window().set_size(size);
    Design::Turned.fit(window.window(), size);
    window.show().unwrap();
    let (tell, views) = channel();
    let show = Box::new(move |view| drop(tell.send(view)));
    let stage = Stage { url, clock, show, order: Box::new(|_| {}) };
    let running = flow::run(Hall::new(HallConfig::default()), stage).unwrap();
    let mut started = false;
    while let Ok(first) = views.recv() {
        let view: HallView = views.try_iter().last().unwrap_or(first);
        hall::show(&window, &view);
        update_timers_and_animations();
        drop(window.window().take_snapshot().unwrap());
        let at = Instant::now();
        if view.centre.is_empty() {
            continue;
        }
        // It is on record that it was shown, as always.
        let calls = view.calls.iter().map(|call| call.seq).collect();
        running.inputs().device(Voice::Shown { calls });
        let numbers = view.calls.iter().map(|call| call.number.clone());
        let first = (!started).then(String::new);
        started = true;
        for number in first.into_iter().chain(numbers) {
            if drawn.send((number, at)).is_err() {
                return;
            }
        }
    }
}

fn platform() {
    let options = TestingBackendOptions {
        mock_time: false,
        threading: false,
        renderer_name: Some("software".into()),
    };
    slint::platform::set_platform(Box::new(TestingBackend::new(options))).unwrap();
}
