//! The face of `ui/counter.slint`: the officer's window.
//!
//! Nothing is decided here. A press becomes a touch of `station::counter`, a view of it becomes
//! the window's properties.

pub mod bus;
mod keys;
mod place;
mod show;
pub mod sign;

use std::path::Path;
use std::sync::{Arc, OnceLock};

use bus::Lines;
use slint::{ComponentHandle, SharedString, Weak};
use station::args::Args;
use station::config::CounterConfig;
use station::counter::{Counter as CounterFlow, Deed, Order, Page, Touch, View};
use station::face::{self, FaceError};
use station::flow::{self, Inputs, Stage};
use station::watchdog;
use ui::{Counter, CounterWindow, Design, Frame, SignWindow};
use voice::{Bell, OutputUrl};

pub use show::show;

/// Runs the counter until its window is closed.
///
/// # Errors
/// When the config, the store's address or the display cannot be used.
pub fn run(args: Args) -> Result<(), FaceError> {
    let (mut config, url) = face::config(&args, |config: &CounterConfig| &config.store)?;
    if let Some(counter) = args.counter {
        config.counter = counter;
    }
    let picture = args.snapshot.is_some();
    let hand = |error: ui::FrameError| FaceError::Hand(error.to_string());
    let frame = Frame::open(Design::Desk, args.windowed, args.snapshot).map_err(hand)?;
    let frame = frame.at(args.place).minimised(args.minimised);
    let sound: OutputUrl = config
        .sound
        .parse()
        .map_err(|error: voice::NotAnOutput| FaceError::Hand(format!("sound: {error}")))?;
    let bell = Bell::start(sound)?;
    let pressed = Arc::new(OnceLock::<Inputs<CounterFlow>>::new());
    let to = Arc::clone(&pressed);
    let lines = Lines::start(if picture { Path::new("") } else { &config.bus }, move |touch| {
        if let Some(inputs) = to.get() {
            inputs.touch(touch);
        }
    })?;
    let window = CounterWindow::new().map_err(|error| FaceError::Hand(error.to_string()))?;
    let facing = if picture { None } else { sign::open(&mut config.sign, &frame)? };
    let faces = Faces {
        lines,
        officer: window.as_weak(),
        visitor: facing.as_ref().map(ComponentHandle::as_weak),
        frame: frame.clone(),
    };
    let running = flow::run(
        CounterFlow::new(&config),
        Stage {
            url,
            clock: station::Clock::system(),
            show: Box::new(move |view| faces.show(view)),
            order: Box::new(move |order| match order {
                Order::Chime => bell.ring(),
            }),
        },
    )?;
    drop(pressed.set(running.inputs()));
    let inputs = running.inputs();
    wire(&window, move |touch| inputs.touch(touch));
    if let Some(facing) = &facing {
        let (keys, inputs) = (running.inputs(), running.inputs());
        sign::wire(facing, move |touch| keys.touch(touch), move |touch| inputs.device(touch));
    }
    let inputs = running.inputs();
    let _watched = ui::every(watchdog::period(), move || inputs.pulse(watchdog::feed));
    frame.follow(&window);
    frame.at_close(&window, place::keep);
    frame.run(&window).map_err(hand)
}

/// All that shows what the flow says.
struct Faces {
    lines: Lines,
    officer: Weak<CounterWindow>,
    visitor: Option<Weak<SignWindow>>,
    frame: Frame,
}

impl Faces {
    fn show(&self, view: View) {
        self.lines.show(&view.sign.number);
        let (visitor, frame) = (self.visitor.clone(), self.frame.clone());
        let told = self.officer.upgrade_in_event_loop(move |window| {
            // Whoever comes sees it first.
            if let Some(facing) = visitor.and_then(|weak| weak.upgrade()) {
                sign::show(&facing, &view.sign);
            }
            show(&window, &view);
            let strip = view.page == Page::Work && view.strip;
            if let Some(left) = frame.strip(&window, strip, place::kept) {
                place::keep(left);
            }
            let whole = !view.centre.is_empty() || !view.link.is_empty();
            if let Err(error) = if whole { frame.complete(&window) } else { Ok(()) } {
                tracing::error!(%error, "no picture");
            }
        });
        if told.is_err() {
            tracing::debug!("the window is closed");
        }
    }
}

/// Has every press in the window become a touch.
pub fn wire(window: &CounterWindow, touched: impl Fn(Touch) + Clone + 'static) {
    let counter = window.global::<Counter>();
    let touch = |touch: Touch| {
        let touched = touched.clone();
        move || touched(touch.clone())
    };
    counter.on_open(touch(Touch::Open));
    let to = touched.clone();
    counter.on_field(move |pin| to(Touch::Field(pin)));
    counter.on_commit(touch(Touch::Commit));
    counter.on_commit_next(touch(Touch::CommitNext));
    counter.on_close(touch(Touch::Close));
    counter.on_switch_language(touch(Touch::Language));
    let text = |touch: fn(String) -> Touch| {
        let touched = touched.clone();
        move |text: SharedString| touched(touch(text.into()))
    };
    counter.on_choose(text(Touch::Choose));
    counter.on_typed(text(Touch::Typed));
    counter.on_words(text(Touch::Words));
    counter.on_set_account(text(Touch::Account));
    counter.on_back(text(Touch::Back));
    counter.on_pick(text(Touch::Pick));
    let place = |touch: fn(usize) -> Touch| {
        let touched = touched.clone();
        move |place: i32| touched(touch(usize::try_from(place).unwrap_or(usize::MAX)))
    };
    counter.on_show_tab(place(Touch::Tab));
    let to = touched.clone();
    counter.on_scroll(move |list, by| {
        to(Touch::Scroll(usize::try_from(list).unwrap_or(usize::MAX), by));
    });
    let to = touched.clone();
    counter.on_count(move |by| to(Touch::Count(by)));
    let to = touched.clone();
    counter.on_do(move |word| {
        if let Some(deed) = Deed::from_word(&word) {
            to(Touch::Do(deed));
        }
    });
    let weak = window.as_weak();
    counter.on_stroke(move |text, ctrl, alt, repeat| {
        let writing = weak.upgrade().is_some_and(|window| window.global::<Counter>().get_writing());
        match keys::stroke(&text, ctrl, alt, repeat, writing) {
            Some(stroke) => {
                touched(Touch::Stroke(stroke));
                true
            }
            None => false,
        }
    });
}
