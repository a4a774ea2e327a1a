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

/// The part of a clip that is searched for first: a tenth of a second, half a second where the search
/// is wide and other clips begin alike.
const BEGINNING: usize = RATE as usize / 10;
/// Two places nearer than this are one.
const NEAR: usize = RATE as usize / 100;
/// At how many places the whole clip is tried.
const PLACES: usize = 12;

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
    let Some((first, others)) = clips.split_first() else { return Vec::new() };
    let first = best(recording, first, 0, recording.len());
    let mut found = vec![first];
    found.extend(find_from(recording, others, first.at + clips[0].len()));
    found
}

/// Finds each clip after the one before it, the first within [`WITHIN_MS`] after this sample.
#[must_use]
pub fn find_from(recording: &[f32], clips: &[&[f32]], mut from: usize) -> Vec<Found> {
    let within = WITHIN_MS as usize * RATE as usize / 1_000;
    let mut found = Vec::new();
    for clip in clips {
        let best = best(recording, clip, from, from + within);
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
    // Coarsely: its beginning, every eighth sample on every eighth sample. Then the whole clip at the
    // few places that are most like it, and exactly around the best of those.
    let long = if to - from > RATE as usize { BEGINNING * 5 } else { BEGINNING };
    let beginning = &clip[..clip.len().min(long)];
    let end = to.min(recording.len().saturating_sub(clip.len())).max(from);
    let mut places: Vec<Found> = Vec::new();
    for at in (from..end).step_by(8).chain([end]) {
        let found = Found { at, score: score(recording, beginning, at, 8) };
        match places.last_mut() {
            Some(last) if at - last.at < NEAR => *last = better(*last, found),
            _ => places.push(found),
        }
    }
    places.sort_by(|a, b| b.score.total_cmp(&a.score));
    let worst = Found { at: from, score: -1.0 };
    let whole = places.into_iter().take(PLACES).map(|place| place.at);
    let coarse = whole
        .fold(worst, |best, at| better(best, Found { at, score: score(recording, clip, at, 8) }));
    (coarse.at.saturating_sub(8)..=coarse.at + 8)
        .map(|at| Found { at, score: score(recording, clip, at, 1) })
        .fold(worst, better)
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
