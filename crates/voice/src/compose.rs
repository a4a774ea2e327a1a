//! Clips and chime as one buffer.

use crate::chime::{notice_chime, short_chime};
use crate::phrase::{Call, Region, Speech, en, vi};
use crate::{Pack, RATE, chime};

/// Silence between the chime and the sentence.
const AFTER_CHIME_MS: u32 = 150;
/// The packs are levelled clip by clip; this brings a whole announcement to −18 LUFS (EBU R 128).
pub const LEVEL_DB: i32 = 3;
/// The loudest sample, −0.3 dBFS.
const PEAK_MAX: f32 = 0.97;
/// Silence between two sentences.
const BETWEEN_MS: u32 = 800;

/// The packs a hall speaks with.
#[derive(Clone, Debug, Default)]
pub struct Voices {
    /// The voice.
    pub main: Option<Pack>,
    /// Speaks a sentence the voice lacks a clip for.
    pub fallback: Option<Pack>,
    /// Says each call in English too.
    pub english: Option<Pack>,
    /// The words of the region.
    pub region: Region,
}

/// What will be heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Announcement {
    /// Mono at [`RATE`].
    pub samples: Vec<f32>,
    /// How many samples the chime takes, at the beginning.
    pub chime: usize,
    /// Each clip's key and where it begins, in samples, in order.
    pub clips: Vec<(String, usize)>,
    /// Clips no pack had; the sentence they belong to was left out whole and only the chime calls.
    pub missing: Vec<String>,
    /// The pack that spoke the Vietnamese sentence; nothing when none could.
    pub spoken_by: Option<String>,
}

impl Announcement {
    /// How long it lasts, milliseconds.
    #[must_use]
    pub fn millis(&self) -> u64 {
        self.samples.len() as u64 * 1_000 / u64::from(RATE)
    }

    pub(crate) fn ring(samples: Vec<f32>) -> Self {
        let chime = samples.len();
        Self { samples, chime, clips: Vec::new(), missing: Vec::new(), spoken_by: None }
    }

    /// Takes the short chime, so that a crowded hall waits less.
    pub fn shorten(&mut self) {
        let short = short_chime();
        if short.len() >= self.chime {
            return;
        }
        let (less, chime) = (self.chime - short.len(), short.len());
        self.samples.splice(..self.chime, short);
        self.chime = chime;
        for (_, at) in &mut self.clips {
            *at -= less;
        }
    }

    /// Louder or softer, and never so loud that a device would cut the peaks off.
    pub fn louder(&mut self, db: i32) {
        let peak = self.samples.iter().fold(f32::EPSILON, |peak, sample| peak.max(sample.abs()));
        #[expect(clippy::cast_precision_loss, reason = "a few dB")]
        let gain = 10_f32.powf(db as f32 / 20.0).min(PEAK_MAX / peak);
        for sample in &mut self.samples {
            *sample *= gain;
        }
    }

    fn silence(&mut self, ms: u32) {
        let samples = u64::from(ms) * u64::from(RATE) / 1_000;
        let length = self.samples.len() + usize::try_from(samples).unwrap_or_default();
        self.samples.resize(length, 0.0);
    }

    fn say(&mut self, clips: &[Speech], pack: &Pack) {
        for speech in clips {
            self.silence(speech.gap_ms);
            if let Some(samples) = pack.clip(&speech.key) {
                self.clips.push((speech.key.clone(), self.samples.len()));
                self.samples.extend_from_slice(samples);
            }
        }
    }
}

/// Chime, then the sentence `times` times, then English where it is wanted. A sentence is spoken
/// whole by one pack or not at all: a hole in it would call the wrong number.
#[must_use]
pub fn compose(call: &Call, voices: &Voices, times: u32) -> Announcement {
    let mut out = Announcement::ring(chime(call.kind));
    let packs = [voices.main.as_ref(), voices.fallback.as_ref()];
    let mut gap_ms = AFTER_CHIME_MS;
    for pack in packs.into_iter().flatten() {
        let clips = vi::clips(call, voices.region, |key| pack.has(key));
        let missing = pack.missing(clips.iter().map(|clip| clip.key.as_str()));
        if missing.is_empty() {
            for _ in 0..times.max(1) {
                out.silence(gap_ms);
                out.say(&clips, pack);
                gap_ms = BETWEEN_MS;
            }
            out.spoken_by = Some(pack.name.clone());
            break;
        }
        out.missing.extend(missing);
    }
    if let Some(pack) = &voices.english {
        let clips = en::clips(call);
        let missing = pack.missing(clips.iter().map(|clip| clip.key.as_str()));
        if missing.is_empty() {
            out.silence(gap_ms);
            out.say(&clips, pack);
        } else {
            out.missing.extend(missing);
        }
    }
    out
}

/// Rising bells, then the sentence with this key by the first pack that has it; the bells alone where
/// none has.
#[must_use]
pub fn notice(key: &str, voices: &Voices) -> Announcement {
    let mut out = Announcement::ring(notice_chime());
    let packs = [voices.main.as_ref(), voices.fallback.as_ref()];
    match packs.into_iter().flatten().find(|pack| pack.has(key)) {
        Some(pack) => {
            out.say(&[Speech { key: key.to_owned(), gap_ms: AFTER_CHIME_MS }], pack);
            out.spoken_by = Some(pack.name.clone());
        }
        None => out.missing.push(key.to_owned()),
    }
    out
}
