//! A throw-away centre, and the morning it may have behind it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::printer::printer;
use crate::stage::wait;
use crate::{root, setup};

/// What happened in the hour before the demo: minutes ago, and the words to `luot`.
const MORNING: [(u32, &str); 38] = [
    (47, "issue stnmt"),
    (46, "issue cat"),
    (45, "call-next 10"),
    (44, "start 10"),
    (43, "issue stp"),
    (42, "call-next 19"),
    (41, "start 19"),
    (40, "issue bhxh"),
    (37, "issue stnmt"),
    (36, "call-next 23"),
    (35, "start 23"),
    (33, "finish 10"),
    (32, "call-next 10"),
    (31, "start 10"),
    (30, "issue cat"),
    (28, "call-next 16"),
    (27, "start 16"),
    (26, "issue stnmt"),
    (24, "issue bhxh"),
    (22, "call-next 9"),
    (21, "start 9"),
    (19, "issue stnmt --class priority"),
    (18, "issue cat"),
    (16, "finish 10"),
    (14, "issue thue"),
    (13, "call-next 22"),
    (12, "start 22"),
    (11, "issue stnmt"),
    (10, "call-next 20"),
    (9, "start 20"),
    (8, "issue bhxh"),
    (7, "issue stp"),
    (6, "issue cat"),
    (5, "issue skhdt"),
    (4, "issue stnmt"),
    (3, "issue cat"),
    (2, "call-next 1"),
    (1, "call-next 23"),
];

/// A throw-away centre: its queue, its configs, its printer.
#[derive(Debug)]
pub struct Centre {
    folder: tempfile::TempDir,
    bin: PathBuf,
    jobs: Receiver<Vec<u8>>,
}

impl Centre {
    /// Makes the centre from the samples, open around the clock, with a printer on a loopback port
    /// and its sound going to `sound`.
    ///
    /// # Errors
    /// When a sample or a program is missing.
    pub fn make(bin: &Path, sound: &str) -> Result<Self> {
        let centre = Self::prepare(bin, sound)?;
        centre.luot(&["init", "--site", &centre.path("site.toml")])?;
        Ok(centre)
    }

    /// The same centre with a morning behind it: people wait since minutes and counters serve.
    ///
    /// Only the clock that `luot` reads is set back, by `faketime`; where that is missing, and in
    /// the first hour of a day, all of it happened just now.
    ///
    /// # Errors
    /// As [`make`](Self::make).
    pub fn busy(bin: &Path, sound: &str) -> Result<Self> {
        let centre = Self::prepare(bin, sound)?;
        let back = setup::answers("faketime", "--version") && hour()? > 0;
        let ago = |minutes: u32| if back { minutes } else { 0 };
        centre.luot_ago(ago(50), &["init", "--site", &centre.path("site.toml")])?;
        for (minutes, words) in MORNING {
            let words: Vec<&str> = words.split(' ').collect();
            centre.luot_ago(ago(minutes), &words)?;
        }
        Ok(centre)
    }

    /// Everything but the queue.
    fn prepare(bin: &Path, sound: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (port, jobs) = printer()?;
        let site = std::fs::read_to_string(root().join("config/yenbai/site.toml"))?;
        std::fs::write(folder.path().join("site.toml"), always_open(&site))?;
        let config = |name: &str, changes: &[(&str, String)]| -> Result<()> {
            let text = std::fs::read_to_string(root().join("config").join(name))?;
            let lines = text.lines().map(|line| {
                let key = line.split(" = ").next().unwrap_or_default();
                let change = changes.iter().find(|(changed, _)| *changed == key);
                change.map_or_else(|| line.to_owned(), |(key, value)| format!("{key} = {value:?}"))
            });
            let text = lines.collect::<Vec<_>>().join("\n");
            Ok(std::fs::write(folder.path().join(name), text)?)
        };
        let store = format!("sqlite:{}", folder.path().join("queue.db").display());
        let packs = root().join("assets/voice").display().to_string();
        config(
            "kiosk.toml",
            &[("store", store.clone()), ("url", format!("tcp://127.0.0.1:{port}"))],
        )?;
        config("counter.toml", &[("store", store.clone())])?;
        config("hall.toml", &[("store", store), ("output", sound.to_owned()), ("packs", packs)])?;
        Ok(Self { folder, bin: bin.to_owned(), jobs })
    }

    /// A file of the centre.
    #[must_use]
    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// The program of this name.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// Runs `luot` on the centre's queue and gives what it said.
    ///
    /// # Errors
    /// When it says no.
    pub fn luot(&self, args: &[&str]) -> Result<String> {
        self.luot_ago(0, args)
    }

    fn luot_ago(&self, minutes: u32, args: &[&str]) -> Result<String> {
        let luot = self.program("luot");
        let mut command = if minutes == 0 {
            Command::new(luot)
        } else {
            let mut command = Command::new("faketime");
            command.args(["-f", &format!("-{minutes}m")]).arg(luot);
            command
        };
        let out = command
            .args(["--store", &format!("sqlite:{}", self.path("queue.db"))])
            .args(args)
            .output()
            .context("luot cannot be started; build it first")?;
        if !out.status.success() {
            bail!("luot {}: {}", args.join(" "), String::from_utf8_lossy(&out.stderr));
        }
        Ok(String::from_utf8(out.stdout)?)
    }

    /// The bytes of the next job the printer got.
    ///
    /// # Errors
    /// When none comes in a minute.
    pub fn job(&self) -> Result<Vec<u8>> {
        wait("a slip", || self.printed(Duration::ZERO))
    }

    /// The bytes of the next job, if one comes in this time.
    pub(crate) fn printed(&self, patience: Duration) -> Option<Vec<u8>> {
        self.jobs.recv_timeout(patience).ok()
    }
}

/// The hour in the sample centres, which keep one time all the year.
fn hour() -> Result<u32> {
    let date = Command::new("date").env("TZ", "ICT-7").arg("+%H").output()?;
    Ok(String::from_utf8(date.stdout)?.trim().parse()?)
}

fn always_open(site: &str) -> String {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let open = site.lines().map(|line| {
        let day = days.iter().find(|day| line.starts_with(&format!("{day} = ")));
        day.map_or_else(|| line.to_owned(), |day| format!("{day} = [\"00:00-24:00\"]"))
    });
    open.collect::<Vec<_>>().join("\n")
}
