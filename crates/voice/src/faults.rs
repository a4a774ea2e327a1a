//! What is wrong with a clip or a pack, in words for whoever recorded it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::phrase::Scope;
use crate::shape::{FRAME_MS, LEVEL_DBFS, active_dbfs, decibel, frames};
use crate::{Grammar, Manifest, PackError, Sound, loudness};

/// How far a clip's level may be from [`LEVEL_DBFS`], dB; a short syllable with a high peak cannot be
/// brought nearer.
const LEVEL_DB: f32 = 2.0;
/// A clip shorter than this is cut off; a syllable is at least as long. Milliseconds.
const SHORT_MS: u64 = 150;
/// The longest a clip may last beyond a second for each of its words, milliseconds.
const LONG_MS: u64 = 700;
/// Silence at the ends beyond this makes gaps between words, milliseconds.
const SILENCE_MS: u32 = 120;
/// The background may be this near to the speech, dB.
const NOISE_DB: f32 = 30.0;

/// What is wrong with one clip.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// The pack has no such clip.
    Missing,
    /// The file cannot be read.
    Unreadable(String),
    /// Samples a second are other than the manifest says.
    Rate(u32),
    /// Softer or louder than the others, dB from what is wanted.
    Level(f32),
    /// The waves are cut off.
    Clipped,
    /// Nothing is on it.
    Silent,
    /// Shorter than a syllable, milliseconds.
    Short(u64),
    /// Longer than its words, milliseconds.
    Long(u64),
    /// Silence at the beginning or the end, milliseconds.
    Edge(u32),
    /// The room is loud: background this many dB below the speech.
    Noise(f32),
    /// No sentence asks for it.
    Unknown,
}

impl Fault {
    /// Whether a pack with it cannot be used for what it is; the others only sound worse.
    #[must_use]
    pub fn grave(&self) -> bool {
        match self {
            Self::Missing | Self::Unreadable(_) | Self::Clipped | Self::Silent => true,
            Self::Short(_) | Self::Long(_) | Self::Level(_) | Self::Rate(_) => true,
            Self::Edge(_) | Self::Noise(_) | Self::Unknown => false,
        }
    }

    /// A stable word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unreadable(_) => "unreadable",
            Self::Rate(_) => "rate",
            Self::Level(_) => "level",
            Self::Clipped => "clipped",
            Self::Silent => "silent",
            Self::Short(_) => "short",
            Self::Long(_) => "long",
            Self::Edge(_) => "edge",
            Self::Noise(_) => "noise",
            Self::Unknown => "unknown",
        }
    }

    /// What it is and what to do, in Vietnamese.
    #[must_use]
    pub fn vi(&self) -> String {
        match self {
            Self::Missing => "thiếu: cần thu âm".into(),
            Self::Unreadable(why) => format!("không đọc được tệp: {why}"),
            Self::Rate(rate) => {
                format!("tần số mẫu {rate} Hz khác pack.toml: nhập lại bằng luot voice import")
            }
            Self::Level(db) if *db < 0.0 => {
                format!("nhỏ hơn các từ khác {:.0} dB: thu lại, nói gần micro hơn", -db)
            }
            Self::Level(db) => {
                format!("to hơn các từ khác {db:.0} dB: nhập lại bằng luot voice import")
            }
            Self::Clipped => "bị vỡ tiếng: thu lại, nói xa micro hơn hoặc giảm âm lượng thu".into(),
            Self::Silent => "không có tiếng: kiểm tra micro rồi thu lại".into(),
            Self::Short(ms) => format!("quá ngắn ({ms} ms), có thể bị cắt: thu lại"),
            Self::Long(ms) => format!("quá dài ({ms} ms) so với số từ: thu lại, không ngắt quãng"),
            Self::Edge(ms) => {
                format!("có {ms} ms im lặng ở đầu hoặc cuối: nhập lại bằng luot voice import")
            }
            Self::Noise(db) => {
                format!("phòng ồn (tiếng nền chỉ thấp hơn giọng {db:.0} dB): thu ở phòng yên tĩnh")
            }
            Self::Unknown => "không câu nào dùng đến: có thể xóa".into(),
        }
    }

    /// The same in English.
    #[must_use]
    pub fn en(&self) -> String {
        match self {
            Self::Missing => "missing: record it".into(),
            Self::Unreadable(why) => format!("the file cannot be read: {why}"),
            Self::Rate(rate) => format!("{rate} samples a second, not what pack.toml says: import it again"),
            Self::Level(db) if *db < 0.0 => format!("{:.0} dB softer than the others: record it nearer to the microphone", -db),
            Self::Level(db) => format!("{db:.0} dB louder than the others: import it again"),
            Self::Clipped => "the waves are cut off: record it further from the microphone, or turn the input down".into(),
            Self::Silent => "nothing is on it: look at the microphone and record it again".into(),
            Self::Short(ms) => format!("too short ({ms} ms), perhaps cut off: record it again"),
            Self::Long(ms) => format!("too long ({ms} ms) for its words: record it in one breath"),
            Self::Edge(ms) => format!("{ms} ms of silence at an end: import it again"),
            Self::Noise(db) => format!("a loud room (background only {db:.0} dB below the voice): record in a quiet one"),
            Self::Unknown => "no sentence asks for it: it may go".into(),
        }
    }
}

/// What is wrong with a clip that says these words; the level is judged for clips that are levelled.
#[must_use]
pub fn of_clip(sound: &Sound, words: usize, levelled: bool) -> Vec<Fault> {
    let mut faults = Vec::new();
    let peak = sound.samples.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
    if decibel(peak) < -45.0 {
        return vec![Fault::Silent];
    }
    if clipped(&sound.samples, peak) {
        faults.push(Fault::Clipped);
    }
    let frames = frames(sound);
    let loudest = frames.iter().copied().fold(0.0, f32::max);
    if levelled {
        let ms = sound.millis();
        if ms < SHORT_MS {
            faults.push(Fault::Short(ms));
        }
        if ms > 1_000 + LONG_MS * words as u64 {
            faults.push(Fault::Long(ms));
        }
        let off = active_dbfs(sound) - LEVEL_DBFS;
        let held = off < 0.0 && decibel(peak) > loudness::PEAK_DBFS - 0.5;
        if off.abs() > LEVEL_DB && !held {
            faults.push(Fault::Level(off));
        }
        let soft = |rms: &&f32| decibel(**rms / loudest) < -45.0;
        let (before, behind) =
            (frames.iter().take_while(soft).count(), frames.iter().rev().take_while(soft).count());
        let edge = u32::try_from(before.max(behind)).unwrap_or_default() * FRAME_MS;
        if edge > SILENCE_MS {
            faults.push(Fault::Edge(edge));
        }
    } else if let Some(background) = background(&frames) {
        let below = decibel(loudest / background);
        if below < NOISE_DB {
            faults.push(Fault::Noise(below));
        }
    }
    faults
}

/// Several samples on end at the greatest value: the waves were greater than what could be held.
fn clipped(samples: &[f32], peak: f32) -> bool {
    const RUN: usize = 4;
    decibel(peak) > -6.0
        && samples.windows(RUN).any(|run| run.iter().all(|s| s.abs() > peak * 0.999))
}

/// The room behind the speech: the softest tenth of a raw recording, which has some before and behind.
fn background(frames: &[f32]) -> Option<f32> {
    let mut sorted = frames.to_vec();
    sorted.sort_by(f32::total_cmp);
    (sorted.len() >= 20).then(|| sorted[sorted.len() / 10].max(1e-9))
}

/// What was found in a pack.
#[derive(Clone, Debug)]
pub struct Findings {
    /// What the pack says it is.
    pub manifest: Manifest,
    /// How many clips it has, and how long they last together.
    pub clips: usize,
    /// Milliseconds of all its clips.
    pub millis: u64,
    /// What is wrong, by key.
    pub faults: Vec<(String, Fault)>,
    /// Pairs of letters in scope that sound alike.
    pub alike: Vec<(String, String)>,
}

impl Findings {
    /// Whether the pack can say everything in scope, and every clip is fit to be heard.
    #[must_use]
    pub fn usable(&self) -> bool {
        !self.faults.iter().any(|(_, fault)| fault.grave())
    }
}

/// Looks through a pack: is everything in scope there, is every clip fit to be heard?
///
/// # Errors
/// When the manifest or the phrases do not read.
pub fn of_pack(folder: &Path, scope: &Scope) -> Result<Findings, PackError> {
    let manifest = Manifest::read(folder)?;
    let grammar = manifest.grammar(folder)?;
    let mut faults = Vec::new();
    let wanted = grammar.wanted(scope, |key| manifest.clips.contains_key(key));
    for key in wanted.into_iter().filter(|key| !manifest.clips.contains_key(key)) {
        faults.push((key, Fault::Missing));
    }
    let mut read = BTreeMap::new();
    for (key, file) in &manifest.clips {
        match Sound::read(&folder.join(file)) {
            Ok(sound) => {
                let told = clip_of_pack(&sound, key, &grammar, &manifest, scope);
                faults.extend(told.into_iter().map(|fault| (key.clone(), fault)));
                read.insert(key, sound.millis());
            }
            Err(why) => faults.push((key.clone(), Fault::Unreadable(why))),
        }
    }
    let letters: Vec<_> = scope.letters.iter().map(char::to_string).collect();
    let letters: Vec<_> = letters.iter().map(String::as_str).collect();
    let alike = grammar.alike(&letters).into_iter();
    let alike = alike.map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
    let (clips, millis) = (read.len(), read.values().sum());
    Ok(Findings { manifest, clips, millis, faults, alike })
}

fn clip_of_pack(
    sound: &Sound,
    key: &str,
    grammar: &Grammar,
    manifest: &Manifest,
    scope: &Scope,
) -> Vec<Fault> {
    let text = grammar.text(key, scope.region);
    let words = text.as_deref().map_or(1, |text| text.split_whitespace().count());
    let mut faults = of_clip(sound, words, true);
    if text.is_none() {
        faults.push(Fault::Unknown);
    }
    if manifest.sample_rate != 0 && sound.rate != manifest.sample_rate {
        faults.push(Fault::Rate(sound.rate));
    }
    faults
}
