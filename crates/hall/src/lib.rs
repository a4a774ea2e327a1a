//! The face of `ui/hall.slint`, and the voice's hand.
//!
//! Nothing is decided here. A view of `station::hall` becomes the window's properties, an order to
//! say a call goes to the announcer's thread, and what was heard comes back.

pub mod signs;
mod slides;
mod speaker;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};

use queue::Lang;
use signs::Signs;
use slint::{ComponentHandle, SharedString};
use station::args::Args;
use station::config::{Arrow, HallConfig};
use station::face::{self, FaceError};
use station::flow::{self, Stage};
use station::hall::{Call, Hall as HallFlow, Layout, Order, Slide, View, Voice};
use station::watchdog;
use ui::{
    Design, Frame, Hall, HallCall, HallItem, HallLayout, HallWait, HallWindow, Theme, ThemeName,
};

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
    let drawing = Arc::new(Mutex::new(Drawing::default()));
    let drawn = Arc::clone(&drawing);
    let pictures = Arc::new(Mutex::new(None::<mpsc::Sender<PathBuf>>));
    let loader = Arc::clone(&pictures);
    let signs = Signs::start(if picture { Path::new("") } else { &config.bus })?;
    let running = flow::run(
        HallFlow::new(config.clone()),
        Stage {
            url,
            clock: station::Clock::system(),
            show: Box::new(move |view: View| {
                signs.show(&view.signs);
                let (shown, drawing) = (shown.clone(), Arc::clone(&drawing));
                if let Slide::Picture(path) = &view.slide {
                    load(&loader, path);
                }
                let told = weak.upgrade_in_event_loop(move |window| {
                    show(&window, &view);
                    let picture = lock(&drawing).next(&view);
                    window.global::<Hall>().set_picture(picture);
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
    let wanted = slides::start(config.slides.folder.clone(), window.as_weak(), running.inputs())?;
    *lock(&pictures) = Some(wanted);
    // A picture of the hall says nothing.
    let _speaker =
        if picture { None } else { Some(speaker::start(&config, calls, running.inputs())?) };
    let inputs = running.inputs();
    window.global::<Hall>().on_drawn(move |picture| {
        let calls = lock(&drawn).calls(picture);
        if !calls.is_empty() {
            inputs.device(Voice::Shown { calls });
        }
        slint::Color::default()
    });
    let inputs = running.inputs();
    inputs.device(Voice::Turned { lying: frame.landscape() });
    window.global::<Hall>().on_turned(move |lying| inputs.device(Voice::Turned { lying }));
    let inputs = running.inputs();
    let _watched = ui::every(watchdog::period(), move || inputs.pulse(watchdog::feed));
    frame.follow(&window);
    frame.run(&window).map_err(hand)
}

/// What the picture that is next to be drawn shows.
#[derive(Debug, Default)]
struct Drawing {
    picture: i32,
    calls: Vec<i64>,
}

impl Drawing {
    fn next(&mut self, view: &View) -> i32 {
        self.picture = self.picture.wrapping_add(1);
        // A lost feed greys the big card: no number on it calls anybody.
        let (calls, recent) = (&view.calls[..], &view.recent[..]);
        // A message covers what was called.
        if let Some(message) = &view.emergency {
            self.calls = vec![message.seq];
            return self.picture;
        }
        let (calls, recent) = match (view.slide == Slide::None, view.trouble.is_empty()) {
            (true, true) => (calls, recent),
            (true, false) => (&[][..], recent),
            (false, _) => (&[][..], &[][..]),
        };
        // Beside calls that share the screen there is no room for those before.
        let recent = if view.calls.len() > 1 { &[] } else { recent };
        self.calls = calls.iter().chain(recent).map(|call| call.seq).collect();
        self.picture
    }

    fn calls(&self, picture: i32) -> Vec<i64> {
        if picture == self.picture { self.calls.clone() } else { Vec::new() }
    }
}

/// Asks for the picture of a slide, as soon as anybody loads pictures.
fn load(loader: &Mutex<Option<mpsc::Sender<PathBuf>>>, path: &Path) {
    if let Some(wanted) = lock(loader).as_ref()
        && wanted.send(path.to_owned()).is_err()
    {
        tracing::debug!("nobody loads pictures any more");
    }
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
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
    hall.set_layout(layout(&view.layout));
    let (right, down) = view.shift;
    hall.set_shift_x(pixels(right));
    hall.set_shift_y(pixels(down));
    let message = view.emergency.clone().unwrap_or_default();
    hall.set_emergency(text(&message.text));
    hall.set_emergency_below(text(&message.below));
    hall.set_calls(ui::model(view.calls.iter().map(call)));
    hall.set_recent(ui::model(view.recent.iter().map(call)));
    hall.set_waits(ui::model(view.waits.iter().map(|wait| HallWait {
        name: text(&wait.name),
        people: text(&wait.people),
        range: text(&wait.range),
    })));
    hall.set_ranges(view.waits.iter().any(|wait| !wait.range.is_empty()));
    hall.set_kept(text(&view.kept.percent));
    hall.set_kept_turns(text(&view.kept.turns));
    let (kind, sentence) = match &view.slide {
        Slide::None => ("", ""),
        Slide::Waits => ("waits", ""),
        Slide::Text(sentence) => ("text", sentence.as_str()),
        Slide::Picture(_) => ("picture", ""),
    };
    hall.set_slide(kind.into());
    hall.set_slide_text(sentence.into());
    hall.set_band_title(text(&view.band.title));
    hall.set_band_items(ui::model(
        view.band
            .items
            .iter()
            .map(|item| HallItem { name: text(&item.name), figure: text(&item.figure) }),
    ));
    hall.set_notice(text(&view.band.notice));
    hall.set_trouble(text(&view.trouble));
    hall.set_sound_note(text(&view.sound_note));
    hall.set_sound_fine(view.sound_fine);
    hall.set_english_below(view.english_below);
}

fn layout(layout: &Layout) -> HallLayout {
    let length = |high: u32| pixels(i32::try_from(high).unwrap_or_default());
    HallLayout {
        called: length(layout.called),
        many: length(layout.many),
        recent: length(layout.recent),
        rows: i32::try_from(layout.rows).unwrap_or_default(),
        stacked: layout.stacked,
    }
}

fn pixels(pixels: i32) -> f32 {
    // A screen has fewer pixels than an i16 counts.
    f32::from(i16::try_from(pixels).unwrap_or_default())
}

fn arrow(arrow: Arrow) -> &'static str {
    match arrow {
        Arrow::Left => "arrow-left",
        Arrow::Right => "arrow-right",
        Arrow::Up => "arrow-up",
        Arrow::Down => "arrow-down",
    }
}

fn call(call: &Call) -> HallCall {
    HallCall {
        number: call.number.as_str().into(),
        counter: call.counter.as_str().into(),
        zone: call.zone.as_str().into(),
        arrow: call.arrow.map(arrow).unwrap_or_default().into(),
        fresh: call.fresh,
        speaking: call.speaking,
    }
}
