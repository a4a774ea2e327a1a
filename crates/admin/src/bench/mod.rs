//! `luot bench`: the bars that concern the store, measured as ratios within one run, and the way from
//! a touch to the printer (`touch`).
//!
//! A figure without its disk says nothing: every time is divided by that of the raw disk in the very
//! same loop. What is measured is the product's own path, with its gate, its guard and its ledger.
//!
//! On a disk that syncs in a tenth of a millisecond the processor counts as much as the disk. A disk
//! as centres have them is had with strace, which holds up each sync by the same time, those of the
//! raw writes as those of the store:
//!
//! ```text
//! strace -f --seccomp-bpf -qqq -o /dev/null -e trace=fsync,fdatasync \
//!     -e inject=fsync,fdatasync:delay_exit=1000 luot bench      # 1 ms more for each
//! ```
//!
//! With `--store postgres://…` the same is measured on that server, in centres named `bench-…` that
//! stay there, so in a database of its own. There is no raw disk of a server to divide by: the ratios
//! are to this machine's and are only told.

mod growth;
mod programs;
mod touch;

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use queue::{Action, Site, Wish};
use store::{Store, StoreUrl};
use uuid::Uuid;

use crate::{Desk, Failure, Outcome};

pub(crate) use programs::worker;

/// Rounds of the loop in which raw writes, issues and calls take turns.
const ROUNDS: usize = 400;
/// The service and the counter that are measured.
const SERVICE: &str = "measured";
const COUNTER: &str = "1";

/// One line of the table.
struct Bar {
    what: String,
    measured: String,
    bar: String,
    /// It is a ratio to this machine's raw disk.
    of_disk: bool,
    /// Whether it was kept; nothing for a figure that is only told.
    kept: Option<bool>,
}

/// The folder of one run, gone with all that is in it when the run ends, in whatever way.
struct Scratch {
    folder: PathBuf,
    /// The folder around it, if the run made that one as well.
    around: Option<PathBuf>,
}

impl Scratch {
    fn new(dir: Option<PathBuf>) -> Result<Self, Failure> {
        let dir = dir.unwrap_or_else(std::env::temp_dir);
        let folder = dir.join(format!("luot-bench-{}", std::process::id()));
        let around = (!dir.exists()).then_some(dir);
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder, around })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let gone = std::fs::remove_dir_all(&self.folder);
        let gone = gone.and_then(|()| self.around.as_ref().map_or(Ok(()), std::fs::remove_dir));
        if let Err(error) = gone {
            let left = self.folder.display();
            drop(writeln!(std::io::stderr().lock(), "files were left in {left}: {error}"));
        }
    }
}

/// What is measured.
pub(crate) struct Wanted {
    /// Also what takes an hour.
    pub(crate) long: bool,
    /// Only the way from a touch to the printer.
    pub(crate) printer: bool,
}

pub(crate) fn bench(desk: &Desk, dir: Option<PathBuf>, wanted: &Wanted) -> Outcome {
    let scratch = Scratch::new(dir)?;
    measure(desk, &scratch.folder, wanted)
}

fn measure(desk: &Desk, folder: &Path, wanted: &Wanted) -> Outcome {
    let before = load();
    desk.note(&format!("load before: {before}"))?;
    let mut bars = Vec::new();
    touch::touched(desk, folder, &mut bars)?;
    if !wanted.printer {
        store(desk, folder, wanted.long, &mut bars)?;
    }
    say(desk, &bars, &before)
}

/// Everything about the store.
fn store(desk: &Desk, folder: &Path, long: bool, bars: &mut Vec<Bar>) -> Outcome {
    let raw = alone(desk, folder, bars)?;
    programs::together(desk, folder, raw, long, bars)?;
    programs::seen(desk, folder, bars)?;
    if desk.url.path().is_some() {
        growth::growth(desk, folder, long, bars)?;
    } else {
        bars.iter_mut().filter(|bar| bar.of_disk).for_each(|bar| bar.kept = None);
    }
    Ok(())
}

/// The table, or its object for a script.
fn say(desk: &Desk, bars: &[Bar], before: &str) -> Outcome {
    let after = load();
    desk.note(&format!("load after: {after}"))?;
    if desk.json {
        let list: Vec<_> = bars
            .iter()
            .map(|bar| {
                serde_json::json!({"what": bar.what, "measured": bar.measured, "bar": bar.bar,
                    "kept": bar.kept})
            })
            .collect();
        let load = serde_json::json!({"before": before, "after": after});
        desk.say(&serde_json::json!({"bars": list, "load": load}).to_string())?;
        return verdict(bars);
    }
    desk.say(&format!("{:<60} {:>28}   {:<8}", "what", "measured", "bar"))?;
    for bar in bars {
        let verdict = match bar.kept {
            Some(true) => "kept",
            Some(false) => "MISSED",
            None => "told",
        };
        desk.say(&format!("{:<60} {:>28}   {:<8} {verdict}", bar.what, bar.measured, bar.bar))?;
    }
    verdict(bars)
}

/// A missed bar is no success, and a script must not have to read the table for it.
fn verdict(bars: &[Bar]) -> Outcome {
    let judged = bars.iter().filter(|bar| bar.kept.is_some()).count();
    let missed: Vec<_> = bars
        .iter()
        .filter(|bar| bar.kept == Some(false))
        .map(|bar| format!("- {}: {}, bar {}", bar.what, bar.measured, bar.bar))
        .collect();
    if missed.is_empty() {
        return Ok(());
    }
    Err(Failure::Bad {
        what: format!("{} of {judged} bars missed\n{}", missed.len(), missed.join("\n")),
        help: "run it again on a machine that does nothing else; the load is told above".into(),
    })
}

/// Issue, call and a raw 4 KiB write with fsync take turns in one loop. Gives the raw median.
fn alone(desk: &Desk, folder: &Path, bars: &mut Vec<Bar>) -> Result<Duration, Failure> {
    let (url, site) = place(desk, folder, "alone", 8)?;
    let mut store = Store::create(&url, &site, desk.now())?;
    let raw = Raw::new(&folder.join("raw"))?;
    let (mut raws, mut issues, mut calls) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        raws.push(raw.write(round)?);
        issues.push(time(|| act(&mut store, desk, &issue()))?);
        calls.push(time(|| act(&mut store, desk, &call(COUNTER)))?);
    }
    let raw = at(&mut raws, 50);
    for (what, times) in [("issue", &mut issues), ("call-next", &mut calls)] {
        let (p50, p99) = (at(times, 50), at(times, 99));
        bars.push(ratio(&format!("{what}, one program, p50 ÷ raw fsync"), p50, raw, 2.0));
        desk.note(&format!("{what}: p50 {p50:?}, p99 {p99:?}; raw p50 {raw:?}; n = {ROUNDS}"))?;
    }
    Ok(raw)
}

/// A file that is written page after page, each synced: what the disk does without a store.
struct Raw(File);

impl Raw {
    fn new(path: &Path) -> Result<Self, Failure> {
        Ok(Self(File::options().write(true).create(true).truncate(true).open(path)?))
    }

    /// The time of one 4 KiB write with its fsync, behind those of the rounds before.
    fn write(&self, round: usize) -> Result<Duration, Failure> {
        let at = u64::try_from(round).unwrap_or_default() * 4_096;
        time(|| {
            self.0.write_all_at(&[7; 4_096], at)?;
            Ok(self.0.sync_all()?)
        })
    }
}

/// A centre of one service that `counters` counters serve.
fn site(counters: usize) -> Site {
    let counter =
        |id: usize| format!("[[counter]]\nid = \"{id}\"\nservices = {{ {SERVICE} = 0 }}\n");
    let counters: String = (1..=counters).map(counter).collect();
    let text = format!(
        "id = \"bench\"\nauthority = {{ vi = \"\" }}\nname = {{ vi = \"Đo\" }}\n\
         time_zone = \"Asia/Ho_Chi_Minh\"\n[hours]\n[[class]]\nid = \"normal\"\n\
         name = {{ vi = \"Thường\" }}\n[[service]]\nid = \"{SERVICE}\"\n\
         name = {{ vi = \"Đo\" }}\nprefix = \"A\"\n{counters}"
    );
    match toml::from_str(&text) {
        Ok(site) => site,
        Err(error) => unreachable_site(&error.to_string()),
    }
}

#[expect(clippy::panic, reason = "the text above is ours and a test parses it")]
fn unreachable_site(error: &str) -> Site {
    panic!("the bench's own centre does not parse: {error}")
}

fn issue() -> Action {
    Action::Issue { service: SERVICE.into(), wish: Wish::default() }
}

fn call(counter: &str) -> Action {
    Action::CallNext { counter: counter.into() }
}

fn act(store: &mut Store, desk: &Desk, action: &Action) -> Result<(), Failure> {
    store.act(Uuid::now_v7(), action, desk.now())?;
    Ok(())
}

/// Where a measurement's store is to be, and its centre: a new file, or a new centre on the server.
fn place(
    desk: &Desk,
    folder: &Path,
    name: &str,
    counters: usize,
) -> Result<(StoreUrl, Site), Failure> {
    let mut site = site(counters);
    if desk.url.path().is_some() {
        return Ok((url(folder, name)?, site));
    }
    site.id = format!("bench-{name}-{}", Uuid::now_v7());
    Ok((desk.url.at_site(&site.id), site))
}

fn url(folder: &Path, name: &str) -> Result<StoreUrl, Failure> {
    let path = folder.join(format!("{name}.db"));
    for suffix in ["", "-wal", "-shm"] {
        let mut old = path.as_os_str().to_owned();
        old.push(suffix);
        if Path::new(&old).exists() {
            std::fs::remove_file(&old)?;
        }
    }
    Ok(format!("sqlite:{}", path.display()).parse()?)
}

fn time(work: impl FnOnce() -> Result<(), Failure>) -> Result<Duration, Failure> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

/// The time below which `percent` of the times lie.
fn at(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    let index = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(index).copied().unwrap_or_default()
}

fn ratio(what: &str, time: Duration, of: Duration, bar: f64) -> Bar {
    let ratio = time.as_secs_f64() / of.as_secs_f64().max(f64::MIN_POSITIVE);
    Bar {
        what: what.to_owned(),
        measured: format!("{ratio:.2}"),
        bar: format!("≤ {bar}"),
        of_disk: true,
        kept: Some(ratio <= bar),
    }
}

/// A ratio that no bar is set for.
fn told(what: &str, time: Duration, of: Duration) -> Bar {
    Bar { bar: "-".into(), kept: None, ..ratio(what, time, of, f64::INFINITY) }
}

/// The machine's load, as the kernel says it.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// A line to another program's standard output.
fn line(text: &str) -> Outcome {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests;
