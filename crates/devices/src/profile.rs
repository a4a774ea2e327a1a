//! What a kind of printer can say and do, as data.
//!
//! The common models are in `assets/printers/printers.toml`; a centre adds its own file of the same
//! form. What a profile claims and the printer cannot keep costs a visitor the confirmation, so a
//! file is refused for anything that does not fit together.

use std::path::Path;

use serde::Deserialize;

use crate::Width;
use crate::data::{BadFile, parse, read};

/// The profiles that come with the program.
pub(crate) const BUILT_IN: &str = include_str!("../../../assets/printers/printers.toml");
/// What a printer that does not say its name is taken for, if it answers at all.
const UNNAMED: &str = "esc-pos";
/// Where nothing can be asked.
const SILENT: &str = "virtual";
const HELP: &str = "compare with assets/printers/printers.toml, which explains every key";

/// How the end of a job is known, from the strongest rung of the ladder to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confirm {
    /// `GS ( H`: the process id comes back when the printing is completed (Epson TM and many
    /// clones), and `GS r 1` behind it as a second chance.
    ProcessId,
    /// `GS r 1`: answered when everything before it was processed.
    Barrier,
    /// `DLE EOT` once the paper must be out: the printer is well and in the line.
    Drain,
    /// It cannot.
    None,
}

/// How the paper is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cutter {
    /// One point is left, so that the slip does not fall.
    Partial,
    /// Through.
    Full,
    /// Torn off by hand.
    None,
}

/// Flow control of a serial line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlowControl {
    /// RTS/CTS; a printer's DTR is wired to CTS.
    Hardware,
    /// XON/XOFF.
    Software,
    /// None.
    None,
}

/// The commands of a mouth that holds the slip until it is taken.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presenter {
    /// Cuts, before the slip is presented.
    pub cut: Hex,
    /// Moves the slip out and holds it.
    pub present: Hex,
    /// Lets it go.
    pub eject: Hex,
    /// Takes it in again.
    pub retract: Hex,
}

/// Bytes, written in hex.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Hex(pub Vec<u8>);

impl TryFrom<String> for Hex {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let bytes: Result<Vec<u8>, _> = text
            .split_whitespace()
            .map(|word| match word.len() {
                2 => u8::from_str_radix(word, 16).map_err(|_| ()),
                _ => Err(()),
            })
            .collect();
        match bytes {
            Ok(bytes) if !bytes.is_empty() && bytes.len() <= 64 => Ok(Self(bytes)),
            _ => Err(format!("{text:?} is not 1 to 64 bytes in hex, such as \"1D 65 05\"")),
        }
    }
}

/// A kind of printer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What a config says.
    pub id: String,
    /// What people read.
    pub name: String,
    /// Parts of what the printer calls itself.
    #[serde(default)]
    pub answers: Vec<String>,
    /// Dots an inch.
    pub dpi: u32,
    /// Dots across on 80 mm paper.
    pub dots_80: usize,
    /// Dots across on 58 mm paper.
    pub dots_58: usize,
    /// How the end of a job is known.
    pub confirm: Confirm,
    /// The `DLE EOT` questions it answers; 20 is Custom's full status.
    pub status: Vec<u8>,
    /// Whether it has a sensor for the roll's near end.
    pub near_end: bool,
    /// Whether `DLE ENQ 2` ends an error whose cause is gone.
    pub recover: bool,
    /// Whether `DLE DC4 8` empties its buffer.
    pub clear: bool,
    /// How the paper is cut.
    pub cutter: Cutter,
    /// Lines before the cut.
    pub feed_lines: u8,
    /// Millimetres of each slip beside its picture.
    pub margin_mm: u32,
    /// Millimetres a second.
    pub speed_mm_s: u32,
    /// Flow control of a serial line.
    pub flow: FlowControl,
    /// The commands of its mouth, where it has one.
    #[serde(default)]
    pub presenter: Option<Presenter>,
}

impl Profile {
    /// Dots across on this paper.
    #[must_use]
    pub fn dots(&self, width: Width) -> usize {
        match width {
            Width::Mm80 => self.dots_80,
            Width::Mm58 => self.dots_58,
        }
    }

    /// The paper of a slip whose picture is so many rows high, millimetres.
    #[must_use]
    pub fn slip_mm(&self, rows: usize) -> u32 {
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        // 25.4 mm an inch, rounded up: a roll is never longer than counted.
        let picture = rows.saturating_mul(254).div_ceil(self.dpi.saturating_mul(10).max(1));
        picture.saturating_add(self.margin_mm)
    }

    /// The first thing that does not fit together.
    fn broken(&self) -> Option<String> {
        let of = |what: String| Some(format!("profile {:?}: {what}", self.id));
        if self.id.is_empty() || !self.id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return of("an id has letters, figures and hyphens".into());
        }
        if !(100..=600).contains(&self.dpi) {
            return of(format!("dpi = {} is outside 100..=600", self.dpi));
        }
        for (key, dots, most) in
            [("dots_80", self.dots_80, 2_048), ("dots_58", self.dots_58, 1_536)]
        {
            if !(256..=most).contains(&dots) {
                return of(format!("{key} = {dots} is outside 256..={most}"));
            }
        }
        if let Some(odd) = self.status.iter().find(|n| !matches!(n, 1..=4 | 20)) {
            return of(format!("status holds {odd}; 1, 2, 3, 4 and 20 are known"));
        }
        if self.confirm == Confirm::Drain && self.status.is_empty() {
            return of("confirm = \"drain\" needs a status question".into());
        }
        if self.presenter.is_some() && !self.status.contains(&20) {
            return of("a presenter is watched by status 20, which is missing".into());
        }
        if self.margin_mm > 200 {
            return of(format!("margin_mm = {} is outside 0..=200", self.margin_mm));
        }
        (!(10..=1_000).contains(&self.speed_mm_s))
            .then(|| format!("profile {:?}: speed_mm_s = {}", self.id, self.speed_mm_s))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    #[serde(default)]
    profile: Vec<Profile>,
}

/// All profiles: a centre's own first, then those that come with the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profiles(Vec<Profile>);

impl Profiles {
    /// Those that come with the program.
    ///
    /// # Errors
    /// Never in a released program: a test reads them.
    pub fn built_in() -> Result<Self, BadFile> {
        list(Path::new("assets/printers/printers.toml"), BUILT_IN).map(Self)
    }

    /// The same with a centre's own before them.
    ///
    /// # Errors
    /// The file cannot be read or a profile of it does not fit together.
    pub fn with(file: &Path) -> Result<Self, BadFile> {
        let mut own = list(file, &read(file)?)?;
        own.extend(Self::built_in()?.0);
        Ok(Self(own))
    }

    /// The profile of this id; `epson` is the old name of `esc-pos`.
    #[must_use]
    pub fn named(&self, id: &str) -> Option<&Profile> {
        let id = if id == "epson" { UNNAMED } else { id };
        self.0.iter().find(|profile| profile.id == id)
    }

    /// The profile a config names; nothing for `auto`, which is found out.
    ///
    /// # Errors
    /// There is none of this name; the help lists those there are.
    pub fn choose(&self, id: &str) -> Result<Option<Profile>, BadFile> {
        if id == "auto" {
            return Ok(None);
        }
        let none = || BadFile {
            file: "kiosk.toml".into(),
            line: None,
            what: format!("printer.profile = {id:?} is not known"),
            help: format!("auto, {}, or one of your own", self.ids().join(", ")),
        };
        self.named(id).cloned().map(Some).ok_or_else(none)
    }

    /// The ids, for help.
    #[must_use]
    pub fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = Vec::new();
        for profile in &self.0 {
            if !ids.contains(&profile.id.as_str()) {
                ids.push(&profile.id);
            }
        }
        ids
    }

    /// The profile whose printer calls itself so. The longest part that is found decides, so that
    /// "TM-T88" is not taken for a "TM".
    #[must_use]
    pub fn answering(&self, said: &str) -> Option<&Profile> {
        let said = said.to_uppercase();
        let found = self.0.iter().flat_map(|profile| {
            profile.answers.iter().map(move |part| (part.to_uppercase(), profile))
        });
        let found = found.filter(|(part, _)| !part.is_empty() && said.contains(part.as_str()));
        // Of equals the first, which is the centre's own.
        found
            .fold(None, |best: Option<(String, &Profile)>, (part, profile)| match best {
                Some((known, kept)) if known.len() >= part.len() => Some((known, kept)),
                _ => Some((part, profile)),
            })
            .map(|(_, profile)| profile)
    }

    /// What answers and does not say its name.
    #[must_use]
    pub fn unnamed(&self) -> Option<&Profile> {
        self.named(UNNAMED)
    }

    /// What cannot be asked.
    #[must_use]
    pub fn silent(&self) -> Option<&Profile> {
        self.named(SILENT)
    }
}

pub(crate) fn list(file: &Path, text: &str) -> Result<Vec<Profile>, BadFile> {
    let listed: Listed = parse(file, text, HELP)?;
    let bad = |line: Option<usize>, what: String| {
        Err(BadFile { file: file.into(), line, what, help: HELP.into() })
    };
    if listed.profile.is_empty() {
        return bad(None, "no [[profile]] in it".into());
    }
    for (index, profile) in listed.profile.iter().enumerate() {
        let line = place_of(text, &profile.id);
        if let Some(what) = profile.broken() {
            return bad(line, what);
        }
        if listed.profile[..index].iter().any(|other| other.id == profile.id) {
            return bad(line, format!("profile {:?} stands in it twice", profile.id));
        }
    }
    Ok(listed.profile)
}

/// The line that names a profile; of two the last.
fn place_of(text: &str, id: &str) -> Option<usize> {
    let quoted = format!("\"{id}\"");
    let named = |line: &str| line.trim_start().starts_with("id") && line.contains(&quoted);
    text.lines().enumerate().filter(|(_, line)| named(line)).last().map(|(index, _)| index + 1)
}

#[cfg(test)]
mod tests;
