//! How loud a whole announcement is, and making each as loud as the others.
//!
//! A clip is levelled by the energy of its loud parts, because the standard's measure (ITU-R BS.1770)
//! looks at blocks of 400 ms and a syllable is shorter. A whole announcement is long enough for it.

use ebur128::{EbuR128, Mode};

use crate::RATE;

/// What every announcement is brought to, LUFS.
pub const TARGET_LUFS: f64 = -18.0;
/// No sample is greater, dBFS.
pub const PEAK_DBFS: f32 = -1.5;
/// The limiter turns down this long before a peak, and up again this slowly, samples.
const AHEAD: usize = RATE as usize / 200;
const RELEASE: f32 = 0.000_4;

/// The loudness of mono samples at [`RATE`], LUFS; nothing for silence or what is too short to tell.
#[must_use]
pub fn lufs(samples: &[f32]) -> Option<f64> {
    let mut meter = EbuR128::new(1, RATE, Mode::I).ok()?;
    meter.add_frames_f32(samples).ok()?;
    meter.loudness_global().ok().filter(|loudness| loudness.is_finite())
}

/// Brings samples to [`TARGET_LUFS`], no peak above [`PEAK_DBFS`].
pub(crate) fn level(samples: &mut [f32]) {
    let Some(before) = lufs(samples) else { return };
    #[expect(clippy::cast_possible_truncation, reason = "a gain of a few dB")]
    let gain = 10_f64.powf((TARGET_LUFS - before) / 20.0) as f32;
    for sample in samples.iter_mut() {
        *sample *= gain;
    }
    limit(samples, 10_f32.powf(PEAK_DBFS / 20.0));
}

/// Louder or softer by a centre's wish, no peak above [`PEAK_DBFS`].
pub(crate) fn louder(samples: &mut [f32], db: i32) {
    if db == 0 {
        return;
    }
    #[expect(clippy::cast_precision_loss, reason = "a few dB")]
    let gain = 10_f32.powf(db as f32 / 20.0);
    for sample in samples.iter_mut() {
        *sample *= gain;
    }
    limit(samples, 10_f32.powf(PEAK_DBFS / 20.0));
}

/// Turns down before a peak and slowly up behind it, so that no wave is cut.
fn limit(samples: &mut [f32], peak: f32) {
    let wanted: Vec<f32> = samples.iter().map(|s| (peak / s.abs().max(peak)).min(1.0)).collect();
    let mut gain = 1.0_f32;
    // From the end: the way up to a peak is a ramp that starts before it.
    let mut ramp = vec![1.0_f32; wanted.len()];
    #[expect(clippy::cast_precision_loss, reason = "a few hundred samples")]
    let step = 1.0 / AHEAD as f32;
    for (i, wanted) in wanted.iter().enumerate().rev() {
        gain = wanted.min(gain + step).min(1.0);
        ramp[i] = gain;
    }
    let mut gain = 1.0_f32;
    for (sample, ramp) in samples.iter_mut().zip(ramp) {
        gain = ramp.min(gain + RELEASE);
        *sample *= gain;
    }
}
