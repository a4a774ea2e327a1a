//! An officer who presses a keypad and never touches the window: a pseudo terminal for the line, the
//! real flow, a real store; the counter's own sign on the same line.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod line;
#[path = "../../devices/tests/pty/mod.rs"]
mod pty;

use std::io::Write;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use counter::bus::Lines;
use line::expect;
use pty::pty;
use queue::{Action, Timestamp, Wish};
use station::Clock;
use station::config::CounterConfig;
use station::counter::{Counter, Doing, Page, View};
use station::flow::{self, Inputs, Stage};
use store::Store;
use uuid::Uuid;

/// Monday 23 November 2026, 08:00 in Yên Bái.
const START: Timestamp = Timestamp(1_795_395_600_000);
/// Longer than anything here takes; only a failure waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// The first view that is as wanted.
fn until(views: &Receiver<View>, mut wanted: impl FnMut(&View) -> bool) -> View {
    loop {
        let view = views.recv_timeout(PATIENCE).unwrap();
        if wanted(&view) {
            return view;
        }
    }
}

#[test]
fn a_keypad_calls_starts_and_is_answered_by_the_sign() {
    let (mut line, _held, name) = pty(true);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bus.toml");
    let bus = format!(
        "[[bus]]\nline = \"serial://{name}?baud=9600\"\n\
         [[bus.led]]\naddress = 3\nwidth = 4\nframe = \"<{{text}}>\"\n\
         [[bus.keypad]]\naddress = 7\nreply = \"K{{key}}!\"\nkeys = {{ 1 = \"main\", 2 = \"recall\" }}\n"
    );
    std::fs::write(&file, bus).unwrap();
    let url = format!("sqlite:{}", folder.path().join("queue.db").display()).parse().unwrap();
    let site = toml::from_str(include_str!("../../../config/yenbai/site.toml")).unwrap();
    let mut store = Store::create(&url, &site, START).unwrap();
    let issue = Action::Issue { service: "stnmt".into(), wish: Wish::default() };
    store.act(Uuid::now_v7(), &issue, START).unwrap();

    let pressed = Arc::new(OnceLock::<Inputs<Counter>>::new());
    let to = Arc::clone(&pressed);
    let lines = Lines::start(&file, move |touch| to.get().unwrap().touch(touch)).unwrap();
    let (tell, views) = channel();
    let config = CounterConfig { counter: "10".into(), ..CounterConfig::default() };
    let stage = Stage {
        url,
        clock: Clock::by_hand(START),
        show: Box::new(move |view: View| {
            lines.show(&view.sign.number);
            // The test may have what it wanted.
            drop(tell.send(view));
        }),
        order: Box::new(|_| {}),
    };
    let running = flow::run(Counter::new(&config), stage).unwrap();
    assert!(pressed.set(running.inputs()).is_ok());
    until(&views, |view| view.page == Page::Work && view.caps.ready);
    line.write_all(b"\x00\xffK?K9!K1!").unwrap();
    let view = until(&views, |view| view.doing == Doing::Called);
    assert_eq!(view.sign.number, "H001");
    expect(&mut line, b"<H001>");
    line.write_all(b"K2!").unwrap();
    let mut calls = || {
        let board = store.board(START).unwrap();
        board.tickets.values().map(|ticket| ticket.calls).sum::<u32>()
    };
    // The view changes with it: the officer sees how often a number was called.
    until(&views, |_| calls() == 2);
    drop(running);
    expect(&mut line, b"<    >");
}

#[test]
fn a_key_that_means_nothing_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bus.toml");
    let bus = "[[bus]]\nline = \"serial:///dev/luot-bus?baud=9600\"\n[[bus.keypad]]\naddress = 7\n\
               reply = \"{key}\"\nkeys = { 1 = \"dance\" }\n";
    std::fs::write(&file, bus).unwrap();
    let refused = Lines::start(&file, |_| {}).unwrap_err().to_string();
    assert!(refused.contains("\"dance\" is no step; one of main"), "{refused}");
}
