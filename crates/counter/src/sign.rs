//! The face of `ui/sign.slint`: the screen at the counter that faces the visitor.

use queue::Text;
use slint::{CloseRequestResponse, ComponentHandle, SharedString};
use station::config::{SignPlace, SignSection};
use station::counter::{Sign, SignPage, Touch};
use station::face::FaceError;
use ui::{Design, Frame, SignText, SignWindow};

use crate::keys;

/// Opens the sign where the config puts it. Nothing where it has no place: the officer works on
/// without it, and the log says why.
///
/// # Errors
/// When the display does not open a window.
pub fn open(config: &SignSection, frame: &Frame) -> Result<Option<SignWindow>, FaceError> {
    let hand = |error: &dyn std::fmt::Display| FaceError::Hand(format!("sign: {error}"));
    let frame = match config.place {
        SignPlace::Off => return Ok(None),
        SignPlace::Window { size, place } => frame.beside(Design::Sign, size, place),
        SignPlace::Screen(n) => match frame.on_screen(Design::Sign, n) {
            Ok(frame) => frame,
            Err(error) => {
                tracing::error!(%error, "the counter's sign is not shown");
                return Ok(None);
            }
        },
    };
    let window = SignWindow::new().map_err(|error| hand(&error))?;
    // It goes with the officer's window and not before.
    window.window().on_close_requested(|| CloseRequestResponse::KeepWindowShown);
    frame.follow(&window);
    frame.open_window(&window).map_err(|error| hand(&error))?;
    Ok(Some(window))
}

/// Has the officer's keys work although a touch of the visitor gave this window the keyboard.
pub fn wire(window: &SignWindow, touched: impl Fn(Touch) + 'static) {
    let sign = window.global::<ui::Sign>();
    sign.on_stroke(move |text, ctrl, alt, repeat| {
        let stroke = keys::stroke(&text, ctrl, alt, repeat, false);
        stroke.map(|stroke| touched(Touch::Stroke(stroke))).is_some()
    });
}

/// Copies what stands on the sign into the window's properties.
pub fn show(window: &SignWindow, view: &Sign) {
    let sign = window.global::<ui::Sign>();
    sign.set_page(match view.page {
        SignPage::Closed => ui::SignPage::Closed,
        SignPage::Paused => ui::SignPage::Paused,
        SignPage::Free => ui::SignPage::Free,
        SignPage::Called => ui::SignPage::Called,
        SignPage::Serving => ui::SignPage::Serving,
    });
    sign.set_centre(SharedString::from(&view.centre.vi));
    sign.set_clock(SharedString::from(&view.clock));
    sign.set_place(text(&view.place));
    sign.set_counter(SharedString::from(&view.counter));
    sign.set_number(SharedString::from(&view.number));
    sign.set_title(text(&view.title));
    sign.set_note(text(&view.note));
}

fn text(text: &Text) -> SignText {
    SignText { vi: SharedString::from(&text.vi), en: SharedString::from(&text.en) }
}
