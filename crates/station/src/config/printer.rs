//! The printers of a kiosk.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Where the counts of the paper are kept when the queue is on a server.
const STATE: &str = "/var/lib/luot";
/// More stand-ins would be a shop.
const STAND_INS_MAX: usize = 3;

/// What becomes of a slip that nobody takes from a printer's mouth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NotTaken {
    /// Taken in again.
    #[default]
    Retract,
    /// Let go.
    Eject,
}

/// `[printer]` of `kiosk.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PrinterSection {
    /// `tcp://HOST:9100`, `lp:///dev/luot-printer`, `serial:///dev/ttyUSB0?baud=115200`,
    /// `file:///PATH`.
    pub url: String,
    /// The printer's profile; `auto` asks the printer.
    pub profile: String,
    /// The paper's width: 80 or 58.
    pub width_mm: u32,
    /// A new roll's paper in metres, 0..=500; 0: unknown, nothing is counted.
    pub roll_m: u32,
    /// What is left when the printer's sensor says "near end", metres, 0..=50.
    pub near_end_m: u32,
    /// Where the paper is counted; empty: beside the queue, or `/var/lib/luot` with a server.
    pub count: PathBuf,
    /// The centre's own profiles; empty: only those that come with the program.
    pub profiles: PathBuf,
    /// The centre's own description of the slip; empty: the one that comes with the program.
    pub slip: PathBuf,
    /// Seconds a slip may wait in a printer's mouth, 5..=300.
    pub not_taken_s: u32,
    /// What becomes of it then: `retract` or `eject`.
    pub not_taken: NotTaken,
    /// Printers that stand in when this one does not start a job, in their order.
    pub fallback: Vec<StandIn>,
}

/// `[[printer.fallback]]` of `kiosk.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandIn {
    /// As of the first printer.
    pub url: String,
    /// As of the first printer.
    #[serde(default = "auto")]
    pub profile: String,
    /// As of the first printer.
    #[serde(default = "eighty")]
    pub width_mm: u32,
    /// As of the first printer.
    #[serde(default)]
    pub roll_m: u32,
}

fn auto() -> String {
    "auto".into()
}

fn eighty() -> u32 {
    80
}

impl Default for PrinterSection {
    fn default() -> Self {
        Self {
            url: "lp:///dev/luot-printer".into(),
            profile: auto(),
            width_mm: eighty(),
            roll_m: 65,
            near_end_m: 5,
            count: PathBuf::new(),
            profiles: PathBuf::new(),
            slip: PathBuf::new(),
            not_taken_s: 20,
            not_taken: NotTaken::Retract,
            fallback: Vec::new(),
        }
    }
}

/// Where this machine keeps what it counts: beside the queue's file, where it is one.
pub(crate) fn beside(queue: Option<&Path>) -> &Path {
    queue.and_then(Path::parent).unwrap_or(Path::new(STATE))
}

impl PrinterSection {
    /// All printers in the order in which they are tried.
    #[must_use]
    pub fn all(&self) -> Vec<StandIn> {
        let first = StandIn {
            url: self.url.clone(),
            profile: self.profile.clone(),
            width_mm: self.width_mm,
            roll_m: self.roll_m,
        };
        std::iter::once(first).chain(self.fallback.iter().cloned()).collect()
    }

    /// The file that counts the paper of a printer, 0 being the first; `queue` is the queue's file,
    /// where it is one.
    #[must_use]
    pub fn count_file(&self, unit: usize, queue: Option<&Path>) -> PathBuf {
        let name = format!("printer{}.paper", unit + 1);
        if self.count.as_os_str().is_empty() {
            return beside(queue).join(name);
        }
        self.count.join(name)
    }

    /// The first limit that is broken, in words, with its key.
    pub(super) fn broken(&self) -> Option<String> {
        for printer in self.all() {
            if ![58, 80].contains(&printer.width_mm) {
                let width = printer.width_mm;
                return Some(format!("printer.width_mm = {width} is neither 58 nor 80"));
            }
            if printer.roll_m > 500 {
                return Some(format!("printer.roll_m = {} is outside 0..=500", printer.roll_m));
            }
        }
        if self.near_end_m > 50 {
            return Some(format!("printer.near_end_m = {} is outside 0..=50", self.near_end_m));
        }
        if !(5..=300).contains(&self.not_taken_s) {
            let seconds = self.not_taken_s;
            return Some(format!("printer.not_taken_s = {seconds} is outside 5..=300"));
        }
        (self.fallback.len() > STAND_INS_MAX)
            .then(|| format!("printer.fallback stands there more than {STAND_INS_MAX} times"))
    }
}
