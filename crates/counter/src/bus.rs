//! The hands beside the window: keypads press, the counter's own sign shows its number.

use std::path::Path;

use devices::{Bus, BusEvent, BusPlan};
use station::counter::{PadKey, Touch};
use station::face::FaceError;

/// The lines that hang on this machine.
#[derive(Debug, Default)]
pub struct Lines(Vec<Bus>);

impl Lines {
    /// Starts each line that a file describes; no file: none. What a key means is said by the words
    /// of `[keys]` and those of [`PadKey`].
    ///
    /// # Errors
    /// A file that cannot be used, a key with a meaning that is none, no thread.
    pub fn start(
        file: &Path,
        touched: impl Fn(Touch) + Clone + Send + 'static,
    ) -> Result<Self, FaceError> {
        if file.as_os_str().is_empty() {
            return Ok(Self::default());
        }
        let mut lines = Vec::new();
        for plan in BusPlan::load(file).map_err(|bad| FaceError::Hand(bad.to_string()))? {
            for word in plan.keypad.iter().flat_map(|keypad| keypad.keys.values()) {
                if let Err(what) = PadKey::read(word) {
                    return Err(FaceError::Hand(format!("{}: {what}", file.display())));
                }
            }
            let touched = touched.clone();
            lines.push(Bus::start(plan, move |event| heard(event, &touched))?);
        }
        Ok(Self(lines))
    }

    /// What stands on the counter's own sign.
    pub fn show(&self, sign: &str) {
        for line in &self.0 {
            line.show("", sign);
        }
    }
}

fn heard(event: BusEvent, touched: &impl Fn(Touch)) {
    match event {
        BusEvent::Pressed(word) => {
            // What cannot be read was refused at the start.
            if let Ok(key) = PadKey::read(&word) {
                touched(Touch::Pad(key));
            }
        }
        BusEvent::Ready => tracing::info!("the line of signs and keypads is open"),
        BusEvent::Silent(address) => tracing::warn!(address, "an LED module does not answer"),
        BusEvent::Lost(trouble) => {
            tracing::warn!(%trouble, "the line of signs and keypads is gone");
        }
    }
}
