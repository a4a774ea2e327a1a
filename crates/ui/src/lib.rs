//! The windows of `ui/`, compiled once into one set of types, and the frame they stand in.
//!
//! Every window is designed at one size and scaled as a whole by one factor, so a hall of 1366×768
//! shows the very picture that was drawn for 1920×1080. [`Frame`] does that, for a window on a
//! display, and for a picture of it without one.

mod frame;
mod headless;
mod screen;

pub use frame::{Design, Frame, FrameError};
pub use generated::*;
pub use slint;

use std::rc::Rc;
use std::time::Duration;

use slint::{ModelRc, Timer, TimerMode, VecModel};

/// Rows for a repeated element.
#[must_use]
pub fn model<T: Clone + 'static>(rows: impl Iterator<Item = T>) -> ModelRc<T> {
    ModelRc::from(Rc::new(VecModel::from(rows.collect::<Vec<_>>())))
}

/// Does something on the window's thread as soon as that runs, and then again and again for as long
/// as what is given back is kept; nothing without a period.
#[must_use]
pub fn every(period: Option<Duration>, deed: impl Fn() + Clone + 'static) -> Option<Timer> {
    let period = period?;
    Timer::single_shot(Duration::ZERO, deed.clone());
    let timer = Timer::default();
    timer.start(TimerMode::Repeated, period, deed);
    Some(timer)
}

/// Chooses the language of the fixed texts. They are written in Vietnamese; English is a bundled
/// translation. Works once the first window exists.
pub fn speak(english: bool) {
    if let Err(error) = slint::select_bundled_translation(if english { "en" } else { "" }) {
        tracing::warn!(%error, "the texts stay in Vietnamese");
    }
}

#[allow(
    missing_docs,
    unreachable_pub,
    unsafe_code,
    clippy::all,
    clippy::pedantic,
    clippy::todo,
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_lossless,
    clippy::wildcard_enum_match_arm,
    clippy::allow_attributes_without_reason,
    clippy::semicolon_if_nothing_returned,
    clippy::use_self,
    clippy::doc_markdown,
    let_underscore_drop,
    unused_qualifications,
    reason = "written by the compiler of ui/"
)]
mod generated {
    slint::include_modules!();
}
