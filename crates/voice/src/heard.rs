//! Was it heard? Finds an expected sequence of clips in a recording.
//!
//! A matched filter: each clip is searched by normalised cross-correlation where it should begin.
//! The right clip scores near 1, a wrong digit about 0.4. It proves words, order and that nothing
//! overlaps, for any voice, without a listener.

use crate::RATE;

/// A clip counts as heard from this score on.
pub const SCORE_MIN: f32 = 0.85;
/// A clip begins within this time after the one before it ends, milliseconds; the longest gap of
/// a sentence is 300.
pub const WITHIN_MS: u32 = 350;

/// Where a clip was found and how well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The first sample in the recording.
    pub at: usize,
    /// Normalised cross-correlation, 1 = the same.
    pub score: f32,
}

/// Finds each clip after the one before it: the first anywhere in the recording, the others within
/// [`WITHIN_MS`].
#[must_use]
pub fn find(recording: &[f32], clips: &[&[f32]]) -> Vec<Found> {
    let within = WITHIN_MS as usize * RATE as usize / 1_000;
    let mut from = 0;
    let mut found = Vec::new();
    for (i, clip) in clips.iter().enumerate() {
        let to = if i == 0 { recording.len() } else { from + within };
        let best = best(recording, clip, from, to);
        from = best.at + clip.len();
        found.push(best);
    }
    found
}

/// Whether all clips were heard.
#[must_use]
pub fn all_heard(found: &[Found]) -> bool {
    !found.is_empty() && found.iter().all(|found| found.score > SCORE_MIN)
}

fn best(recording: &[f32], clip: &[f32], from: usize, to: usize) -> Found {
    // Coarsely every eighth sample on every eighth sample, then exactly around the best place.
    let last = recording.len().saturating_sub(clip.len());
    let end = to.min(last);
    let coarse = (from..=end.max(from))
        .step_by(8)
        .map(|at| Found { at, score: score(recording, clip, at, 8) })
        .fold(Found { at: from, score: -1.0 }, better);
    (coarse.at.saturating_sub(8)..=coarse.at + 8)
        .map(|at| Found { at, score: score(recording, clip, at, 1) })
        .fold(Found { at: from, score: -1.0 }, better)
}

fn better(a: Found, b: Found) -> Found {
    if b.score > a.score { b } else { a }
}

fn score(recording: &[f32], clip: &[f32], at: usize, step: usize) -> f32 {
    let Some(part) = recording.get(at..at + clip.len()) else { return 0.0 };
    let (mut product, mut ours, mut theirs) = (0.0_f32, 0.0_f32, 0.0_f32);
    for (a, b) in part.iter().zip(clip).step_by(step) {
        product += a * b;
        ours += a * a;
        theirs += b * b;
    }
    let norm = (ours * theirs).sqrt();
    if norm > f32::EPSILON { product / norm } else { 0.0 }
}
