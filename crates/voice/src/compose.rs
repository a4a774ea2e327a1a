//! Clips and chime as one buffer.

use crate::chime::{chime, notice_chime, short_chime};
use crate::phrase::{Call, Notice, Region, Speech, Utterance};
use crate::{Pack, RATE, Sound, loudness};

/// Silence between the chime and the sentence.
const AFTER_CHIME_MS: u32 = 150;
/// Silence between two sentences.
const BETWEEN_MS: u32 = 800;
/// The key under which what a command read stands among the clips.
const READ: &str = "read";

/// The packs a hall speaks with.
#[derive(Clone, Debug, Default)]
pub struct Voices {
    /// The voice.
    pub main: Option<Pack>,
    /// Speaks a sentence the voice lacks a clip for.
    pub fallback: Option<Pack>,
    /// Says each call in English too.
    pub english: Option<Pack>,
    /// Each says a call in its language too when that is the visitor's.
    pub others: Vec<Pack>,
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
        loudness::level(&mut self.samples);
    }

    /// Louder or softer, and no peak cut off.
    pub fn louder(&mut self, db: i32) {
        loudness::louder(&mut self.samples, db);
    }

    /// Where it may be broken off within a part of it: before the chime and before each clip; counted
    /// from the beginning of the part.
    pub(crate) fn seams(&self, part: std::ops::Range<usize>) -> Vec<usize> {
        let starts = std::iter::once(0).chain(self.clips.iter().map(|(_, at)| *at));
        starts.filter(|at| part.contains(at)).map(|at| at - part.start).collect()
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
    compose_for(call, voices, times, None)
}

/// As [`compose`], and once more in the language that the visitor chose, where a pack speaks it. The
/// second time of the Vietnamese sentence makes room for it, so that nobody behind waits longer.
#[must_use]
pub fn compose_for(
    call: &Call,
    voices: &Voices,
    times: u32,
    visitor: Option<&str>,
) -> Announcement {
    let said = |pack: &&Pack| {
        [&voices.main, &voices.english]
            .iter()
            .any(|known| known.as_ref().is_some_and(|known| known.lang == pack.lang))
    };
    let mut others = voices
        .others
        .iter()
        .filter(|pack| Some(pack.lang.as_str()) == visitor && !said(pack))
        .peekable();
    let times = if others.peek().is_some() { 1 } else { times };
    announce(chime(call.kind), &call.into(), voices, times, others)
}

/// The chime of notices, then what a command read, or the notice; then the notice in every other
/// language there is a voice for. With neither, the chime alone.
#[must_use]
pub fn compose_message(
    notice: Option<Notice>,
    read: Option<&Sound>,
    voices: &Voices,
) -> Announcement {
    let notice = notice.map(Utterance::from);
    let Some(read) = read else {
        return match notice {
            Some(notice) => announce(notice_chime(), &notice, voices, 1, voices.others.iter()),
            None => Announcement::ring(notice_chime()),
        };
    };
    let mut out = Announcement::ring(notice_chime());
    out.silence(AFTER_CHIME_MS);
    out.clips.push((READ.to_owned(), out.samples.len()));
    out.samples.extend(read.at(RATE).samples);
    if let Some(notice) = notice {
        let others = voices.english.iter().chain(&voices.others);
        say_in(others, &notice, voices.region, BETWEEN_MS, &mut out);
    }
    loudness::level(&mut out.samples);
    out
}

fn announce<'a>(
    chime: Vec<f32>,
    utterance: &Utterance,
    voices: &'a Voices,
    times: u32,
    others: impl Iterator<Item = &'a Pack>,
) -> Announcement {
    let mut out = Announcement::ring(chime);
    let mut gap_ms = AFTER_CHIME_MS;
    for pack in [voices.main.as_ref(), voices.fallback.as_ref()].into_iter().flatten() {
        if let Some(clips) = sentence(utterance, pack, voices.region, &mut out.missing) {
            // Where to go is said whole once; who listens a second time wants the counter.
            let shorter = utterance.again();
            let shorter =
                shorter.and_then(|again| sentence(&again, pack, voices.region, &mut Vec::new()));
            for n in 0..times.max(1) {
                out.silence(gap_ms);
                out.say(if n == 0 { &clips } else { shorter.as_ref().unwrap_or(&clips) }, pack);
                gap_ms = BETWEEN_MS;
            }
            out.spoken_by = Some(pack.name.clone());
            break;
        }
    }
    say_in(voices.english.iter().chain(others), utterance, voices.region, gap_ms, &mut out);
    loudness::level(&mut out.samples);
    out
}

/// The same once more in each language.
fn say_in<'a>(
    packs: impl Iterator<Item = &'a Pack>,
    utterance: &Utterance,
    region: Region,
    mut gap_ms: u32,
    out: &mut Announcement,
) {
    let mut said = Vec::new();
    for pack in packs {
        // A language is heard once, also where it is spoken to everybody and is the visitor's.
        if said.contains(&pack.lang.as_str()) {
            continue;
        }
        if let Some(clips) = sentence(utterance, pack, region, &mut out.missing) {
            out.silence(gap_ms);
            out.say(&clips, pack);
            gap_ms = BETWEEN_MS;
            said.push(pack.lang.as_str());
        }
    }
}

/// The clips of the sentence, or of a plainer one that the pack can say whole.
fn sentence(
    utterance: &Utterance,
    pack: &Pack,
    region: Region,
    missing: &mut Vec<String>,
) -> Option<Vec<Speech>> {
    let mut utterance = Some(utterance.clone());
    while let Some(wanted) = utterance {
        let clips = pack.speech(&wanted, region);
        let lacking = pack.missing(clips.iter().map(|clip| clip.key.as_str()));
        if !clips.is_empty() && lacking.is_empty() {
            return Some(clips);
        }
        missing.extend(lacking);
        utterance = wanted.plainer();
    }
    None
}
