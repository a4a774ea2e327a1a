//! The LED modules above the counters, where they hang on the hall's machine.

use std::path::Path;

use devices::{Bus, BusEvent, BusPlan};
use queue::CounterId;
use station::face::FaceError;

/// The lines that hang on this machine.
#[derive(Debug, Default)]
pub struct Signs(Vec<Bus>);

impl Signs {
    /// Starts each line that a file describes; no file: none.
    ///
    /// # Errors
    /// A file that cannot be used, no thread.
    pub fn start(file: &Path) -> Result<Self, FaceError> {
        if file.as_os_str().is_empty() {
            return Ok(Self::default());
        }
        let mut lines = Vec::new();
        for plan in BusPlan::load(file).map_err(|bad| FaceError::Hand(bad.to_string()))? {
            lines.push(Bus::start(plan, heard)?);
        }
        Ok(Self(lines))
    }

    /// What stands above each counter.
    pub fn show(&self, signs: &[(CounterId, String)]) {
        for line in &self.0 {
            for (counter, number) in signs {
                line.show(counter.as_str(), number);
            }
        }
    }
}

fn heard(event: BusEvent) {
    match event {
        BusEvent::Ready => tracing::info!("the line of LED modules is open"),
        BusEvent::Silent(address) => tracing::warn!(address, "an LED module does not answer"),
        BusEvent::Lost(trouble) => tracing::warn!(%trouble, "the line of LED modules is gone"),
        // A keypad belongs to a counter's machine.
        BusEvent::Pressed(key) => tracing::info!(key, "a key was pressed at the hall"),
    }
}
