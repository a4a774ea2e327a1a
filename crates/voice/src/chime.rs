//! The chime: three falling bell notes, made by code.

use std::f32::consts::TAU;

use crate::RATE;
use crate::phrase::Kind;

/// Partials of each note: ratio, gain, decay. Not pure sines, which are hard to locate.
const PARTIALS: [(f32, f32, f32); 4] =
    [(1.0, 1.0, 1.0), (2.0, 0.35, 1.6), (3.0, 0.12, 2.4), (4.2, 0.05, 3.5)];
/// Peak, −6 dBFS.
const PEAK: f32 = 0.5;
/// Below 1.2 kHz, for older ears: G5, E5, C5.
const CALL: [(f32, f32); 3] = [(783.99, 0.0), (659.26, 0.38), (523.25, 0.76)];
/// Two notes for a number that is called again.
const RECALL: [(f32, f32); 2] = [(659.26, 0.0), (523.25, 0.38)];

/// Four rising notes before a notice: C5, E5, G5, C6.
const NOTICE: [(f32, f32); 4] = [(523.25, 0.0), (659.26, 0.25), (783.99, 0.5), (1_046.5, 0.75)];

/// The samples of the chime, mono at [`RATE`]: 2.1 s before a call, 1.2 s before a recall.
#[must_use]
pub fn chime(kind: Kind) -> Vec<f32> {
    match kind {
        Kind::Call | Kind::Transfer => bells(&CALL, 2.1),
        Kind::Recall | Kind::LastCall => bells(&RECALL, 1.2),
    }
}

/// One note of 0.8 s, for the calls of a crowded hall.
pub(crate) fn short_chime() -> Vec<f32> {
    bells(&[(523.25, 0.0)], 0.8)
}

/// The chime before a notice: four rising notes, 2.1 s, so that nobody takes it for a call.
#[must_use]
pub fn notice_chime() -> Vec<f32> {
    bells(&NOTICE, 2.1)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "about a hundred thousand samples"
)]
pub(crate) fn bells(notes: &[(f32, f32)], seconds: f32) -> Vec<f32> {
    let rate = RATE as f32;
    let length = (seconds * rate) as usize;
    let mut samples = vec![0.0_f32; length];
    for (pitch, onset) in notes {
        let start = (onset * rate) as usize;
        for (i, sample) in samples.iter_mut().enumerate().skip(start) {
            let t = (i - start) as f32 / rate;
            let attack = (t / 0.006).min(1.0);
            *sample += PARTIALS
                .iter()
                .map(|(ratio, gain, decay)| {
                    gain * (-3.2 * decay * t).exp() * (TAU * pitch * ratio * t).sin()
                })
                .sum::<f32>()
                * attack;
        }
    }
    let peak = samples.iter().fold(f32::EPSILON, |peak, sample| peak.max(sample.abs()));
    let fade = (0.08 * rate) as usize;
    for (i, sample) in samples.iter_mut().enumerate() {
        let left = ((length - 1 - i) as f32 / fade as f32).min(1.0);
        *sample *= PEAK / peak * left;
    }
    samples
}
