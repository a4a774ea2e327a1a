//! Playing one clip to whoever recorded it.

use std::time::{Duration, Instant};

use crate::output::{Output, OutputUrl};

/// How often a playing device is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// Plays samples at [`crate::RATE`] and comes back when they were heard; `off` plays nothing.
///
/// # Errors
/// In words, when the output is not there or goes away.
pub fn listen(to: &OutputUrl, samples: &[f32]) -> Result<(), String> {
    let output = Output::open(to)?;
    let Some(playing) = output.play(samples, Vec::new())? else { return Ok(()) };
    let millis = samples.len() as u64 * 1_500 / u64::from(crate::RATE) + 3_000;
    let until = Instant::now() + Duration::from_millis(millis);
    while !playing.over() {
        if playing.lost() || Instant::now() > until {
            return Err("the sound device went away".to_owned());
        }
        std::thread::park_timeout(LOOK);
    }
    // What was handed over last is heard a device's buffer later.
    std::thread::park_timeout(Duration::from_millis(150));
    Ok(())
}
