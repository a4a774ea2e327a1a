//! The roll of paper: what it has, what each slip took, what is left.
//!
//! Most printers cannot say how much paper there is, and those that have a sensor only know the
//! near end. So every slip is counted by the height of its picture, in a small file that survives a
//! restart; the sensor overrides the count downwards, never upwards.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A slip is taken for this long until some were printed, millimetres.
const SLIP_MM: u32 = 190;
/// The mean length of a slip follows the last ones: an eighth of each new one.
const MEAN_SHIFT: u32 = 8;

/// How the paper is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollPlan {
    /// Where the count is kept; nothing: in memory only.
    pub file: Option<PathBuf>,
    /// A new roll's paper, millimetres; 0: unknown, nothing is told.
    pub roll_mm: u32,
    /// What is left when the printer's sensor says "near end", millimetres.
    pub near_end_mm: u32,
}

impl Default for RollPlan {
    fn default() -> Self {
        Self { file: None, roll_mm: 0, near_end_mm: 5_000 }
    }
}

/// What is left on a roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaperLeft {
    /// Millimetres.
    pub mm: u32,
    /// Slips, about.
    pub tickets: u32,
}

/// What the file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Count {
    /// The paper of this roll when it was new.
    roll_mm: u32,
    used_mm: u32,
    /// Slips of this roll.
    slips: u32,
    /// A slip's length, the mean of the last ones.
    slip_mm: u32,
}

/// The roll in a printer.
#[derive(Debug)]
pub struct Roll {
    plan: RollPlan,
    count: Count,
    near_end: bool,
}

impl Roll {
    /// The roll as its file remembers it; a file that cannot be read is a new roll, because a
    /// kiosk must not stop for a count.
    #[must_use]
    pub fn open(plan: RollPlan) -> Self {
        let fresh = Count { roll_mm: plan.roll_mm, used_mm: 0, slips: 0, slip_mm: SLIP_MM };
        let count = match plan.file.as_deref().map(remembered) {
            Some(Ok(Some(count))) => count,
            Some(Err(error)) => {
                tracing::warn!(%error, "the count of the paper cannot be read; it begins anew");
                fresh
            }
            Some(Ok(None)) | None => fresh,
        };
        Self { plan, count, near_end: false }
    }

    /// A slip has taken so much paper; durable when this returns.
    pub fn took(&mut self, mm: u32) {
        self.count.used_mm = self.count.used_mm.saturating_add(mm);
        self.count.slips = self.count.slips.saturating_add(1);
        let mean = u64::from(self.count.slip_mm) * u64::from(MEAN_SHIFT - 1) + u64::from(mm);
        let mean = mean.div_ceil(u64::from(MEAN_SHIFT));
        self.count.slip_mm = u32::try_from(mean).unwrap_or(u32::MAX).max(1);
        self.keep();
    }

    /// What the sensor says. "Near end" lowers what is left; "enough" raises nothing, because a
    /// sensor that flutters would.
    pub fn sensor(&mut self, near_end: bool) {
        let before = std::mem::replace(&mut self.near_end, near_end);
        if near_end && !before {
            let most = self.count.roll_mm.saturating_sub(self.plan.near_end_mm);
            if self.count.used_mm < most {
                self.count.used_mm = most;
                self.keep();
            }
        }
    }

    /// A new roll was put in.
    pub fn changed(&mut self) {
        self.count.roll_mm = self.plan.roll_mm;
        self.count.used_mm = 0;
        self.count.slips = 0;
        self.near_end = false;
        self.keep();
    }

    /// What is left; nothing when nobody said how long a roll is.
    #[must_use]
    pub fn left(&self) -> Option<PaperLeft> {
        left(&self.count)
    }

    fn keep(&self) {
        let Some(file) = &self.plan.file else { return };
        // The slip is out whether or not it could be counted.
        if let Err(error) = write(file, &self.count) {
            tracing::warn!(%error, file = %file.display(), "the paper could not be counted");
        }
    }
}

/// What is left of the roll whose count this file keeps, for whoever looks from outside; nothing
/// when nothing was counted yet.
///
/// # Errors
/// The file is there and cannot be read.
pub fn paper_left(file: &Path) -> std::io::Result<Option<PaperLeft>> {
    Ok(remembered(file)?.as_ref().and_then(left))
}

fn left(count: &Count) -> Option<PaperLeft> {
    (count.roll_mm > 0).then(|| {
        let mm = count.roll_mm.saturating_sub(count.used_mm);
        PaperLeft { mm, tickets: mm / count.slip_mm.max(1) }
    })
}

fn remembered(file: &Path) -> std::io::Result<Option<Count>> {
    match std::fs::read_to_string(file) {
        Ok(text) => toml::from_str(&text).map(Some).map_err(std::io::Error::other),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes the count so that a power cut leaves the old one or the new one.
fn write(path: &Path, count: &Count) -> std::io::Result<()> {
    let text = toml::to_string(count).map_err(std::io::Error::other)?;
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&new, path)?;
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
