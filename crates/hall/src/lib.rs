//! The face of `ui/hall.slint`, and the voice's hand.
//!
//! Nothing is decided here. A view of `station::hall` becomes the window's properties, an order to
//! say a call goes to the announcer's thread, and what was heard comes back.

mod speaker;

use queue::Lang;
use slint::{ComponentHandle, SharedString};
use station::args::Args;
use station::config::HallConfig;
use station::face::{self, FaceError};
use station::flow::{self, Stage};
use station::hall::{Call, Hall as HallFlow, Order, View};
use station::watchdog;
use ui::{Design, Frame, Hall, HallCall, HallWait, HallWindow, Theme, ThemeName};

/// Runs the hall until its window is closed.
///
/// # Errors
/// When the config, the store's address, the voice packs or the display cannot be used.
pub fn run(args: Args) -> Result<(), FaceError> {
    let (config, url) = face::config(&args, |config: &HallConfig| &config.store)?;
    let hand = |error: ui::FrameError| FaceError::Hand(error.to_string());
    let picture = args.snapshot.is_some();
    let frame = Frame::open(Design::Turned, args.windowed, args.snapshot).map_err(hand)?;
    let frame = frame.at(args.place);
    let window = HallWindow::new().map_err(|error| FaceError::Hand(error.to_string()))?;
    let (orders, calls) = speaker::channel();
    let (weak, shown) = (window.as_weak(), frame.clone());
    let running = flow::run(
        HallFlow::new(config.clone()),
        Stage {
            url,
            clock: station::Clock::system(),
            show: Box::new(move |view: View| {
                let shown = shown.clone();
                let told = weak.upgrade_in_event_loop(move |window| {
                    show(&window, &view);
                    let whole = !view.centre.is_empty() || !view.trouble.is_empty();
                    if let Err(error) = if whole { shown.complete(&window) } else { Ok(()) } {
                        tracing::error!(%error, "no picture");
                    }
                });
                if told.is_err() {
                    tracing::debug!("the window is closed");
                }
            }),
            order: Box::new(move |order: Order| speaker::order(&orders, order)),
        },
    )?;
    // A picture of the hall says nothing.
    let _speaker =
        if picture { None } else { Some(speaker::start(&config, calls, running.inputs())?) };
    let inputs = running.inputs();
    let _watched = ui::every(watchdog::period(), move || inputs.pulse(watchdog::feed));
    frame.follow(&window);
    frame.run(&window).map_err(hand)
}

/// Copies a view into the window's properties.
pub fn show(window: &HallWindow, view: &View) {
    ui::speak(view.lang == Lang::En);
    let theme = if view.evening { ThemeName::Evening } else { ThemeName::Light };
    window.global::<Theme>().set_name(theme);
    let hall = window.global::<Hall>();
    let text = |text: &String| SharedString::from(text);
    hall.set_centre(text(&view.centre));
    hall.set_clock(text(&view.clock));
    hall.set_date(text(&view.date));
    hall.set_calls(ui::model(view.calls.iter().map(call)));
    hall.set_recent(ui::model(view.recent.iter().map(call)));
    hall.set_waits(ui::model(view.waits.iter().map(|wait| HallWait {
        name: text(&wait.name),
        people: text(&wait.people),
        minutes: text(&wait.minutes),
    })));
    hall.set_calm(view.calm);
    hall.set_notice(text(&view.notice));
    hall.set_trouble(text(&view.trouble));
    hall.set_sound_note(text(&view.sound_note));
    hall.set_english_below(view.english_below);
}

fn call(call: &Call) -> HallCall {
    HallCall {
        number: call.number.as_str().into(),
        counter: call.counter.as_str().into(),
        fresh: call.fresh,
        speaking: call.speaking,
    }
}
