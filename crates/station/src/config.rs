//! What a machine is (`kiosk.toml`, `counter.toml`, `hall.toml`, `web.toml`) and what a centre is
//! (`site.toml`), read so that a mistake is found at once: file, line, help.

mod aloud;
mod further;
mod hall;
mod printer;
mod sign;

use std::fmt;
use std::path::{Path, PathBuf};

use queue::{Lang, Site, Text};
use serde::{Deserialize, Serialize};

pub use crate::counter::keys::Keys;
pub use aloud::{ReadAloud, found};
pub use further::Further;
pub use hall::{
    Arrow, HallConfig, Louder, NOTICE_MAX, ScreenSection, SlidesSection, SoundSection, Span,
    Spoken, SpokenNotice, Theme, Way,
};
pub(crate) use printer::beside;
pub use printer::{NotTaken, PrinterSection, StandIn};
pub use sign::{SignPlace, SignSection};

/// A file that cannot rule this machine: where the mistake is and what to do.
#[derive(Debug, thiserror::Error)]
pub struct ConfigError {
    /// The file.
    pub file: PathBuf,
    /// The line from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub help: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}\n  help: {}", self.what, self.help)
    }
}

/// Where the kiosk's printer lets the slip out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PaperSlot {
    /// Below the screen.
    #[default]
    Below,
    /// Left of the screen.
    Left,
    /// Right of the screen.
    Right,
}

/// `kiosk.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KioskConfig {
    /// The queue's address: `sqlite:PATH` or `postgres://…`.
    pub store: String,
    /// The language a new visitor meets.
    pub lang: Lang,
    /// Further languages of the screen after Vietnamese and English, in the order of the button.
    pub further: Vec<Further>,
    /// Where the slip comes out.
    pub paper_slot: PaperSlot,
    /// Seconds without a touch until the screen goes back to the start, 10..=600; the last ten
    /// ask "still there?".
    pub idle_s: u32,
    /// Start in the high-contrast theme.
    pub contrast: bool,
    /// Ask "have you got these papers?" before a number, where a procedure names any.
    pub ask_papers: bool,
    /// The scanner of codes.
    pub scanner: ScannerSection,
    /// What visitors are to do meanwhile when no number can be taken because the queue cannot be
    /// reached, at most [`AWAY_MAX`] characters each, e.g. where paper numbers are given by hand.
    pub away: Text,
    /// The printer.
    pub printer: PrinterSection,
    /// The page of staff.
    pub staff: StaffSection,
    /// The screen read aloud.
    pub read_aloud: ReadAloud,
}

/// `[staff]` of `kiosk.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StaffSection {
    /// What `luot pin` made of the PIN; empty: there is no page of staff.
    pub pin: String,
}

/// The banner has two lines of it.
pub const AWAY_MAX: usize = 90;

/// `[scanner]` of `kiosk.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScannerSection {
    /// `serial:///dev/luot-scanner?baud=9600`, a scanner in its serial mode (USB CDC); empty: none.
    pub line: String,
}

impl Default for KioskConfig {
    fn default() -> Self {
        Self {
            store: DEFAULT_STORE.into(),
            lang: Lang::Vi,
            further: Vec::new(),
            paper_slot: PaperSlot::Below,
            idle_s: 30,
            contrast: false,
            ask_papers: true,
            scanner: ScannerSection::default(),
            away: Text::default(),
            printer: PrinterSection::default(),
            staff: StaffSection::default(),
            read_aloud: ReadAloud::default(),
        }
    }
}

/// `counter.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CounterConfig {
    /// The queue's address.
    pub store: String,
    /// The officer's language.
    pub lang: Lang,
    /// The counter to open; empty lets the officer choose.
    pub counter: String,
    /// Minutes without a press until a counter with a signed-in officer locks itself, 0..=240; 0:
    /// never. Whoever is at the counter stays there.
    pub lock_min: u32,
    /// Where the soft sound goes when somebody comes to an idle counter: `default`, `alsa:NAME`,
    /// `wav:///PATH` or `off`.
    pub sound: String,
    /// The file of the counter's LED modules and keypads; empty: none.
    pub bus: PathBuf,
    /// The screen that faces the visitor.
    pub sign: SignSection,
    /// The keys.
    pub keys: Keys,
}

impl Default for CounterConfig {
    fn default() -> Self {
        Self {
            store: DEFAULT_STORE.into(),
            lang: Lang::Vi,
            counter: String::new(),
            lock_min: 15,
            sound: "default".into(),
            bus: PathBuf::new(),
            sign: SignSection::default(),
            keys: Keys::default(),
        }
    }
}

/// `web.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebConfig {
    /// The queue's address.
    pub store: String,
    /// The address the pages are served on.
    pub listen: String,
    /// The copies that are made while the pages are served.
    pub backup: BackupSection,
}

/// `[backup]` of `web.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BackupSection {
    /// Minutes between two copies in opening hours, 5..=240; 0 makes none.
    pub every_min: u32,
    /// Where the copies go; empty: `backup` beside the queue, where a damaged queue looks for them.
    pub folder: PathBuf,
}

impl Default for BackupSection {
    fn default() -> Self {
        Self { every_min: 15, folder: PathBuf::new() }
    }
}

impl Default for WebConfig {
    fn default() -> Self {
        Self {
            store: DEFAULT_STORE.into(),
            listen: "127.0.0.1:8080".into(),
            backup: BackupSection::default(),
        }
    }
}

/// Where an installed centre keeps its queue.
pub const DEFAULT_STORE: &str = "sqlite:/var/lib/luot/queue.db";

/// A config whose numbers have limits.
pub trait Limits {
    /// The first limit that is broken, in words, with its key.
    fn broken(&self) -> Option<String>;
}

impl Limits for KioskConfig {
    fn broken(&self) -> Option<String> {
        if !(10..=600).contains(&self.idle_s) {
            return Some(format!("idle_s = {} is outside 10..=600", self.idle_s));
        }
        let long = |text: &str| text.chars().count() > AWAY_MAX;
        if long(&self.away.vi) || long(&self.away.en) {
            return Some(format!("away is longer than {AWAY_MAX} characters"));
        }
        if !self.staff.pin.is_empty() && !crate::pin::is_hash(&self.staff.pin) {
            return Some("staff.pin is nothing that `luot pin` has written".into());
        }
        let further = self.further.iter().find_map(Further::broken);
        further.or_else(|| self.read_aloud.broken()).or_else(|| self.printer.broken())
    }
}

impl Limits for CounterConfig {
    fn broken(&self) -> Option<String> {
        if self.lock_min > 240 {
            return Some(format!("lock_min = {} is outside 0..=240", self.lock_min));
        }
        self.sign.broken().or_else(|| self.keys.broken())
    }
}

impl Limits for WebConfig {
    fn broken(&self) -> Option<String> {
        let every_min = self.backup.every_min;
        (every_min != 0 && !(5..=240).contains(&every_min))
            .then(|| format!("backup.every_min = {every_min} is neither 0 nor in 5..=240"))
    }
}

/// Reads a machine's config.
///
/// # Errors
/// The file cannot be read, a key is unknown or of a wrong type, a number breaks its limit.
pub fn load<T: for<'de> Deserialize<'de> + Limits>(file: &Path) -> Result<T, ConfigError> {
    of_text(file, &read(file)?)
}

/// The same of what stands in the file.
pub(crate) fn of_text<T: for<'de> Deserialize<'de> + Limits>(
    file: &Path,
    text: &str,
) -> Result<T, ConfigError> {
    let config: T = parse(file, text)?;
    match config.broken() {
        Some(what) => {
            let key = what.split(' ').next().unwrap_or_default();
            let key = key.rsplit('.').next().unwrap_or_default();
            let help = "correct the value; the sample file beside it names the limits".into();
            Err(ConfigError { file: file.into(), line: line_of_key(text, key), what, help })
        }
        None => Ok(config),
    }
}

/// Reads and checks a centre's `site.toml`.
///
/// # Errors
/// As [`load`], and whatever [`Site::check`] finds.
pub fn load_site(file: &Path) -> Result<Site, ConfigError> {
    of_site(file, &read(file)?)
}

/// The same of what stands in the file.
pub(crate) fn of_site(file: &Path, text: &str) -> Result<Site, ConfigError> {
    let site: Site = parse(file, text)?;
    site.check().map_err(|fault| {
        let named = fault.what.split('"').nth(1).unwrap_or_default();
        let line = text
            .lines()
            .position(|line| !named.is_empty() && line.contains(&format!("\"{named}\"")));
        ConfigError {
            file: file.into(),
            line: line.map(|n| n + 1),
            what: fault.what,
            help: fault.help,
        }
    })?;
    Ok(site)
}

fn read(file: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(file).map_err(|error| ConfigError {
        file: file.into(),
        line: None,
        what: error.to_string(),
        help: "copy the sample from config/ and name it with --config".into(),
    })
}

fn parse<T: for<'de> Deserialize<'de>>(file: &Path, text: &str) -> Result<T, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let line =
            error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        let what = error.message().to_owned();
        let help = if what.contains("unknown field") {
            "remove the key or correct its spelling; the sample file shows every key"
        } else {
            "compare the line with the sample file in config/"
        };
        ConfigError { file: file.into(), line, what, help: help.into() }
    })
}

fn line_of_key(text: &str, key: &str) -> Option<usize> {
    text.lines().position(|line| line.trim_start().starts_with(key)).map(|n| n + 1)
}
