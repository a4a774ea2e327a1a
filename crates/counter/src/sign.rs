//! The face of `ui/sign.slint`: the screen at the counter that faces the visitor.

use queue::{Complaint, Level, Text};
use slint::{CloseRequestResponse, ComponentHandle, Model, ModelRc, SharedString};
use station::config::{SignPlace, SignSection};
use station::counter::{Sign, SignPage, SignTouch, Touch};
use station::face::FaceError;
use ui::{Design, Frame, SignLevel, SignText, SignWhy, SignWindow};

use crate::keys;

/// What a finger needs, millimetres (ISO 9241-9).
const FINGER_MM: f32 = 20.0;
/// The smallest control of the question has so much room, in the drawing's pixels.
const ROOM: f32 = 190.0;

/// How large a finger is in the drawing's pixels on a glass of so many pixels and inches.
#[must_use]
pub fn finger((width, height): (u32, u32), inches: f32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a screen has few pixels")]
    let (width, height) = (width as f32, height as f32);
    let per_mm = width.hypot(height) / (inches * 25.4);
    FINGER_MM * per_mm / (width / 1_280.0).min(height / 800.0)
}

/// Opens the sign where the config puts it. Nothing where it has no place: the officer works on
/// without it, and the log says why. The config is told what the glass does not allow: a question
/// whose answers are too small for a finger is not asked.
///
/// # Errors
/// When the display does not open a window.
pub fn open(config: &mut SignSection, frame: &Frame) -> Result<Option<SignWindow>, FaceError> {
    let hand = |error: &dyn std::fmt::Display| FaceError::Hand(format!("sign: {error}"));
    let frame = match config.place {
        SignPlace::Off => return Ok(None),
        SignPlace::Window { size, place } => frame.beside(Design::Sign, size, place),
        SignPlace::Screen(n) => match frame.on_screen(Design::Sign, n) {
            Ok(frame) => frame,
            Err(error) => {
                tracing::error!(%error, "the counter's sign is not shown");
                config.place = SignPlace::Off;
                return Ok(None);
            }
        },
    };
    let window = SignWindow::new().map_err(|error| hand(&error))?;
    if let (true, Some(pixels)) = (config.asks(), frame.pixels()) {
        let finger = finger(pixels, config.touch_in);
        if finger > ROOM {
            tracing::error!(
                inches = config.touch_in,
                "the glass of the sign is too small to be touched; it asks nobody"
            );
            config.touch_in = 0.0;
        }
        window.global::<ui::Sign>().set_finger(finger);
    }
    // It goes with the officer's window and not before.
    window.window().on_close_requested(|| CloseRequestResponse::KeepWindowShown);
    frame.follow(&window);
    frame.open_window(&window).map_err(|error| hand(&error))?;
    Ok(Some(window))
}

/// Has every touch of the visitor become one of the flow's, and the officer's keys work although that
/// touch gave this window the keyboard.
pub fn wire(
    window: &SignWindow,
    touched: impl Fn(Touch) + 'static,
    answered: impl Fn(SignTouch) + Clone + 'static,
) {
    let sign = window.global::<ui::Sign>();
    let to = answered.clone();
    sign.on_level(move |word| {
        if let Some(level) = Level::from_word(&word) {
            to(SignTouch::Level(level));
        }
    });
    let to = answered.clone();
    sign.on_why(move |word| {
        if let Some(complaint) = Complaint::from_word(&word) {
            to(SignTouch::Why(complaint));
        }
    });
    let to = answered.clone();
    sign.on_sent(move || to(SignTouch::Send));
    sign.on_backed(move || answered(SignTouch::Back));
    sign.on_stroke(move |text, ctrl, alt, repeat| {
        let stroke = keys::stroke(&text, ctrl, alt, repeat, false);
        stroke.map(|stroke| touched(Touch::Stroke(stroke))).is_some()
    });
}

/// Copies what stands on the sign into the window's properties.
pub fn show(window: &SignWindow, view: &Sign) {
    let sign = window.global::<ui::Sign>();
    let page = match view.page {
        SignPage::Closed => ui::SignPage::Closed,
        SignPage::Paused => ui::SignPage::Paused,
        SignPage::Free => ui::SignPage::Free,
        SignPage::Called => ui::SignPage::Called,
        SignPage::Serving => ui::SignPage::Serving,
        SignPage::Rate => ui::SignPage::Rate,
        SignPage::Why => ui::SignPage::Why,
        SignPage::Thanks => ui::SignPage::Thanks,
        SignPage::Failed => ui::SignPage::Failed,
    };
    let moved = sign.get_page() != page;
    sign.set_page(page);
    sign.set_centre(SharedString::from(&view.centre.vi));
    sign.set_clock(SharedString::from(&view.clock));
    sign.set_place(text(&view.place));
    sign.set_counter(SharedString::from(&view.counter));
    sign.set_number(SharedString::from(&view.number));
    sign.set_title(text(&view.title));
    sign.set_note(text(&view.note));
    let level = |(word, name): &(&str, Text)| SignLevel { word: (*word).into(), name: text(name) };
    sync(&sign.get_levels(), view.levels.iter().map(level).collect(), |rows| sign.set_levels(rows));
    let why = |why: &station::counter::SignWhy| SignWhy {
        word: why.word.into(),
        name: text(&why.name),
        chosen: why.chosen,
    };
    sync(&sign.get_whys(), view.whys.iter().map(why).collect(), |rows| sign.set_whys(rows));
    sign.set_send(text(&view.send));
    sign.set_back(text(&view.back));
    if moved {
        window.invoke_take_keys();
    }
}

/// Changes the rows that differ: a control that is made anew would lose the focus.
fn sync<T: Clone + PartialEq + 'static>(
    known: &ModelRc<T>,
    rows: Vec<T>,
    renew: impl FnOnce(ModelRc<T>),
) {
    if known.row_count() != rows.len() {
        return renew(ui::model(rows.into_iter()));
    }
    for (at, row) in rows.into_iter().enumerate() {
        if known.row_data(at).as_ref() != Some(&row) {
            known.set_row_data(at, row);
        }
    }
}

fn text(text: &Text) -> SignText {
    SignText { vi: SharedString::from(&text.vi), en: SharedString::from(&text.en) }
}
