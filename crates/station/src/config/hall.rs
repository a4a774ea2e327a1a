//! `hall.toml`: where a display stands, what it shows, how it sounds.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use queue::{CounterId, Lang, Text};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{DEFAULT_STORE, Limits};

/// A notice has one line of the band.
pub const NOTICE_MAX: usize = 60;
/// A text slide has six lines.
const SLIDE_MAX: usize = 160;

/// The light or the dark look of the hall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Dark text on light ground.
    #[default]
    Light,
    /// For dark halls.
    Evening,
}

/// A part of each day, `HH:MM-HH:MM`; one that ends before it begins goes over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Minutes after midnight.
    pub from_min: u16,
    /// Minutes after midnight, excluded.
    pub until_min: u16,
}

impl Span {
    /// Whether a minute of the day lies in it.
    #[must_use]
    pub fn holds(self, minute: u16) -> bool {
        if self.from_min <= self.until_min {
            (self.from_min..self.until_min).contains(&minute)
        } else {
            minute >= self.from_min || minute < self.until_min
        }
    }
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('-');
        let span = parts.and_then(|(from, until)| {
            Some(Self { from_min: minute(from)?, until_min: minute(until)? })
        });
        span.filter(|span| span.from_min != span.until_min)
            .ok_or_else(|| format!("{text:?} is no part of a day; write \"17:30-06:30\""))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, until) = (self.from_min, self.until_min);
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, until / 60, until % 60)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// `hall.toml`: one display. A machine with several screens runs one program and one file for each,
/// so that each has its own name in the ledger and none goes dark with another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HallConfig {
    /// The queue's address.
    pub store: String,
    /// The display's name in the ledger; each display of a centre has its own.
    pub name: String,
    /// The screen's language.
    pub lang: Lang,
    /// The look by day.
    pub theme: Theme,
    /// When the evening look is shown whatever `theme` says.
    pub evening: Vec<Span>,
    /// A small English line under the labels.
    pub english_below: bool,
    /// The counters this hall calls for; empty means all.
    pub counters: Vec<CounterId>,
    /// The zones this hall calls for, beside `counters`.
    pub zones: Vec<String>,
    /// Numbers that were called in vain stand in the band.
    pub missed: bool,
    /// Sentences that stand in the band by turns, at most [`NOTICE_MAX`] characters each.
    pub notices: Vec<Text>,
    /// Seconds without a call until the slides are shown, 30..=3600.
    pub calm_after_s: u32,
    /// The glass and who looks at it.
    pub screen: ScreenSection,
    /// Where zones lie, seen from this screen.
    pub way: Vec<Way>,
    /// What is shown when nobody is called.
    pub slides: SlidesSection,
    /// The file of the LED modules that hang on this machine; empty: none.
    pub bus: PathBuf,
    /// The loudspeaker.
    pub sound: SoundSection,
}

impl Default for HallConfig {
    fn default() -> Self {
        Self {
            store: DEFAULT_STORE.into(),
            name: "hall".into(),
            lang: Lang::Vi,
            theme: Theme::Light,
            evening: Vec::new(),
            english_below: false,
            counters: Vec::new(),
            zones: Vec::new(),
            missed: true,
            notices: Vec::new(),
            calm_after_s: 120,
            screen: ScreenSection::default(),
            way: Vec::new(),
            slides: SlidesSection::default(),
            bus: PathBuf::new(),
            sound: SoundSection::default(),
        }
    }
}

/// `[screen]`: what the size of figures is worked out from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScreenSection {
    /// The diagonal of the glass in inches, 10..=200.
    pub diagonal_in: f32,
    /// How far the last row sits, in metres, 1..=60.
    pub distance_m: f32,
    /// How far the picture wanders against burn-in, in pixels of the design, 0..=12.
    pub shift_px: u8,
}

impl Default for ScreenSection {
    fn default() -> Self {
        Self { diagonal_in: 55.0, distance_m: 15.0, shift_px: 4 }
    }
}

/// A direction seen from a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Arrow {
    /// To the left of the screen.
    Left,
    /// To the right of it.
    Right,
    /// Straight on, or upstairs.
    Up,
    /// Below, or downstairs.
    Down,
}

/// `[[way]]`: where a zone lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// The zone's code.
    pub zone: String,
    /// Where to go.
    pub arrow: Arrow,
}

/// `[slides]`: what a hall shows when nobody is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SlidesSection {
    /// A folder of PNG pictures, shown by name; empty for none.
    pub folder: PathBuf,
    /// Sentences, e.g. what the centre promises, at most 160 characters each.
    pub texts: Vec<Text>,
    /// How long each stands, 5..=600.
    pub seconds: u32,
}

impl Default for SlidesSection {
    fn default() -> Self {
        Self { folder: PathBuf::new(), texts: Vec::new(), seconds: 15 }
    }
}

/// `[sound]` of `hall.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SoundSection {
    /// `default`, `alsa:NAME`, `wav:///PATH` or `off`.
    pub output: String,
    /// The folder that holds the voice packs.
    pub packs: PathBuf,
    /// The pack that speaks.
    pub pack: String,
    /// The pack that speaks a sentence the first one lacks a clip for; empty for none.
    pub fallback_pack: String,
    /// Say each call in English too.
    pub english: bool,
    /// Say the zone a counter stands in, where the centre has more than one.
    pub zones: bool,
    /// Packs that say a call once more in the language its visitor chose at the kiosk, and every
    /// notice.
    pub visitor_packs: Vec<String>,
    /// `north` or `south`: linh or lẻ, nghìn or ngàn.
    pub region: String,
    /// Louder or softer than the packs are recorded, -40..=6.
    pub volume_db: f32,
    /// When another volume holds, the first that fits.
    pub louder: Vec<Louder>,
    /// When nothing is said; the screen goes on in the same rhythm.
    pub quiet: Vec<Span>,
    /// Sentences said at a time of the day while the centre works.
    pub notice: Vec<SpokenNotice>,
    /// The program that reads free text aloud and its arguments; `{text}` becomes the text, else it is
    /// the last argument. It writes a WAV file to its standard output. Empty: free text is only shown.
    pub reader: Vec<String>,
    /// How long it may take, seconds, 1..=20.
    pub reader_limit_s: u32,
    /// Silence between two times an emergency is said, seconds, 5..=600.
    pub emergency_every_s: u32,
    /// When the loudspeaker is tried each day, `HH:MM`; empty for never.
    pub self_test: String,
}

/// `[[sound.louder]]`: a volume for a part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Louder {
    /// When.
    pub span: Span,
    /// In place of `volume_db`, -40..=6.
    pub volume_db: f32,
}

/// What a notice says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Spoken {
    /// The hour of closing has come.
    Closing,
    /// The counters pause.
    Pause,
}

/// `[[sound.notice]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpokenNotice {
    /// `HH:MM`.
    pub at: String,
    /// The sentence of the voice, where one is meant; said too where the text cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub say: Option<Spoken>,
    /// What the reader reads, at most 160 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

impl SpokenNotice {
    /// The minute of the day.
    #[must_use]
    pub fn minute(&self) -> Option<u16> {
        minute(&self.at)
    }

    fn says(&self) -> bool {
        let letters = self.text.trim().chars().count();
        letters <= SLIDE_MAX && (letters > 0 || self.say.is_some())
    }
}

impl SoundSection {
    /// The volume at a minute of the day, whole dB; nothing in quiet hours.
    #[must_use]
    pub fn volume_at(&self, at: u16) -> Option<i32> {
        if self.quiet.iter().any(|span| span.holds(at)) {
            return None;
        }
        let other = self.louder.iter().find(|louder| louder.span.holds(at));
        #[expect(clippy::cast_possible_truncation, reason = "-40 to 6")]
        let whole = other.map_or(self.volume_db, |louder| louder.volume_db).round() as i32;
        Some(whole)
    }

    /// The minute of the day at which the loudspeaker is tried.
    #[must_use]
    pub fn self_test_minute(&self) -> Option<u16> {
        minute(&self.self_test)
    }

    fn broken(&self) -> Option<String> {
        if !["north", "south"].contains(&self.region.as_str()) {
            return Some(format!("sound.region = {:?} is neither north nor south", self.region));
        }
        let volumes = self.louder.iter().map(|louder| louder.volume_db);
        if let Some(db) = volumes.chain([self.volume_db]).find(|db| !(-40.0..=6.0).contains(db)) {
            return Some(format!("sound.volume_db = {db} is outside -40..=6"));
        }
        if let Some(notice) = self.notice.iter().find(|notice| notice.minute().is_none()) {
            return Some(format!("at = {:?} is no time of the day, e.g. \"11:30\"", notice.at));
        }
        if let Some(notice) = self.notice.iter().find(|notice| !notice.says()) {
            let at = &notice.at;
            return Some(format!(
                "the notice at {at:?} has neither say nor text of 1..=160 letters"
            ));
        }
        // One that a reader should read, and none is there.
        if let Some(notice) = self.notice.iter().find(|n| n.say.is_none() && self.reader.is_empty())
        {
            return Some(format!("sound.reader is needed by the notice at {:?}", notice.at));
        }
        if self.reader.first().is_some_and(String::is_empty) {
            return Some("sound.reader names no program".into());
        }
        if !(1..=20).contains(&self.reader_limit_s) {
            let limit = self.reader_limit_s;
            return Some(format!("sound.reader_limit_s = {limit} is outside 1..=20"));
        }
        if !(5..=600).contains(&self.emergency_every_s) {
            let every = self.emergency_every_s;
            return Some(format!("sound.emergency_every_s = {every} is outside 5..=600"));
        }
        let odd = !self.self_test.is_empty() && self.self_test_minute().is_none();
        odd.then(|| {
            format!("sound.self_test = {:?} is no time of the day, e.g. \"06:50\"", self.self_test)
        })
    }
}

impl Default for SoundSection {
    fn default() -> Self {
        Self {
            output: "default".into(),
            packs: PathBuf::from("/usr/share/luot/voice"),
            pack: "vi-kokoro".into(),
            fallback_pack: "vi-espeak".into(),
            english: false,
            zones: false,
            visitor_packs: vec!["en-kokoro".into()],
            region: "north".into(),
            volume_db: 0.0,
            louder: Vec::new(),
            quiet: Vec::new(),
            notice: Vec::new(),
            reader: Vec::new(),
            reader_limit_s: 3,
            emergency_every_s: 20,
            self_test: "06:50".into(),
        }
    }
}

impl Limits for HallConfig {
    fn broken(&self) -> Option<String> {
        if self.name.trim().is_empty() || self.name.chars().count() > 40 {
            return Some(format!("name = {:?} is not 1 to 40 characters", self.name));
        }
        if !(30..=3600).contains(&self.calm_after_s) {
            return Some(format!("calm_after_s = {} is outside 30..=3600", self.calm_after_s));
        }
        let long =
            |text: &Text, most| [&text.vi, &text.en].iter().any(|t| t.chars().count() > most);
        if self.notices.iter().any(|text| long(text, NOTICE_MAX)) {
            return Some(format!("notices holds one of more than {NOTICE_MAX} characters"));
        }
        if self.slides.texts.iter().any(|text| long(text, SLIDE_MAX)) {
            return Some(format!("texts holds one of more than {SLIDE_MAX} characters"));
        }
        if !(5..=600).contains(&self.slides.seconds) {
            return Some(format!("slides.seconds = {} is outside 5..=600", self.slides.seconds));
        }
        let ScreenSection { diagonal_in, distance_m, shift_px } = self.screen;
        if !(10.0..=200.0).contains(&diagonal_in) {
            return Some(format!("screen.diagonal_in = {diagonal_in} is outside 10..=200"));
        }
        if !(1.0..=60.0).contains(&distance_m) {
            return Some(format!("screen.distance_m = {distance_m} is outside 1..=60"));
        }
        if shift_px > 12 {
            return Some(format!("screen.shift_px = {shift_px} is outside 0..=12"));
        }
        self.sound.broken()
    }
}

#[cfg(test)]
mod tests;
