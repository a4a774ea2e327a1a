//! A raw recording as a clip: trimmed, levelled, faded. Whoever reads aloud needs no sound editor.

use crate::{Sound, loudness};

/// Samples a second of a clip.
pub const CLIP_RATE: u32 = 24_000;
/// What the loud parts of every clip are brought to, dBFS.
pub const LEVEL_DBFS: f32 = -20.0;
/// A part this much softer than the loudest is no speech.
const EDGE_DB: f32 = -40.0;
/// A part within this of the loudest counts for the level.
const ACTIVE_DB: f32 = -25.0;
/// What is kept before the first and behind the last sound, milliseconds.
const KEPT_MS: u32 = 20;
/// The fade at both ends, milliseconds.
const FADE_MS: u32 = 6;
/// The window in which loudness is looked at, milliseconds.
pub(crate) const FRAME_MS: u32 = 20;

pub(crate) fn decibel(ratio: f32) -> f32 {
    20.0 * ratio.max(1e-9).log10()
}

fn from_decibel(db: f32) -> f32 {
    10_f32.powf(db / 20.0)
}

fn samples_of(ms: u32, rate: u32) -> usize {
    usize::try_from(u64::from(ms) * u64::from(rate) / 1_000).unwrap_or_default().max(1)
}

/// The energy of each frame, as its root mean square.
pub(crate) fn frames(sound: &Sound) -> Vec<f32> {
    let length = samples_of(FRAME_MS, sound.rate);
    let rms = |frame: &[f32]| {
        #[expect(clippy::cast_precision_loss, reason = "a frame is a few hundred samples")]
        let count = frame.len() as f32;
        (frame.iter().map(|s| s * s).sum::<f32>() / count).sqrt()
    };
    sound.samples.chunks(length).map(rms).collect()
}

/// How loud the loud parts are, dBFS.
#[must_use]
pub fn active_dbfs(sound: &Sound) -> f32 {
    let frames = frames(sound);
    let loudest = frames.iter().copied().fold(0.0, f32::max);
    let active: Vec<f32> =
        frames.into_iter().filter(|rms| *rms > loudest * from_decibel(ACTIVE_DB)).collect();
    #[expect(clippy::cast_precision_loss, reason = "a clip has a few hundred frames")]
    let count = active.len().max(1) as f32;
    decibel((active.iter().map(|rms| rms * rms).sum::<f32>() / count).sqrt())
}

/// A raw recording as a clip at [`CLIP_RATE`]; nothing when there is no sound in it.
#[must_use]
pub fn shape(raw: &Sound) -> Option<Sound> {
    let mut sound = without_offset(&raw.at(CLIP_RATE));
    trim(&mut sound)?;
    let gain = from_decibel(LEVEL_DBFS - active_dbfs(&sound));
    let peak = sound.samples.iter().fold(0.0_f32, |peak, s| peak.max(s.abs())) * gain;
    let gain = gain * (from_decibel(loudness::PEAK_DBFS) / peak.max(1e-9)).min(1.0);
    let fade = samples_of(FADE_MS, sound.rate);
    let last = sound.samples.len() - 1;
    #[expect(clippy::cast_precision_loss, reason = "a fade is a hundred samples")]
    let ramp = |i: usize| (i.min(last - i) as f32 / fade as f32).min(1.0);
    for (i, sample) in sound.samples.iter_mut().enumerate() {
        *sample *= gain * ramp(i);
    }
    Some(sound)
}

/// Cheap inputs have a constant offset, which would tick at every join.
fn without_offset(sound: &Sound) -> Sound {
    #[expect(clippy::cast_precision_loss, reason = "a recording is a few million samples")]
    let mean = sound.samples.iter().sum::<f32>() / sound.samples.len().max(1) as f32;
    Sound { samples: sound.samples.iter().map(|s| s - mean).collect(), rate: sound.rate }
}

/// Cuts what is before the first and behind the last sound. A short click far from the speech, a key
/// or a chair, is no sound.
fn trim(sound: &mut Sound) -> Option<()> {
    let frames = frames(sound);
    let loudest = frames.iter().copied().fold(0.0, f32::max);
    if decibel(loudest) < -60.0 {
        return None;
    }
    let loud: Vec<bool> = frames.iter().map(|rms| *rms > loudest * from_decibel(EDGE_DB)).collect();
    let (first, last) = speech(&loud, &frames)?;
    let (length, kept) = (samples_of(FRAME_MS, sound.rate), samples_of(KEPT_MS, sound.rate));
    let end = ((last + 1) * length + kept).min(sound.samples.len());
    sound.samples.truncate(end);
    sound.samples.drain(..(first * length).saturating_sub(kept));
    Some(())
}

/// The first and last loud frame of what was spoken: runs of loud frames with pauses of at most 400 ms
/// between them belong together, and the group with the most energy is the speech.
fn speech(loud: &[bool], frames: &[f32]) -> Option<(usize, usize)> {
    const PAUSE: usize = 20;
    let mut groups: Vec<(usize, usize, f32)> = Vec::new();
    for (i, rms) in frames.iter().enumerate().filter(|(i, _)| loud[*i]) {
        match groups.last_mut() {
            Some((_, last, energy)) if i - *last <= PAUSE => {
                *last = i;
                *energy += rms * rms;
            }
            _ => groups.push((i, i, rms * rms)),
        }
    }
    let best = groups.into_iter().max_by(|a, b| a.2.total_cmp(&b.2))?;
    Some((best.0, best.1))
}

#[cfg(test)]
mod tests;
