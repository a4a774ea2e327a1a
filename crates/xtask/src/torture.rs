//! The long runs: kills, a server that falls, power cuts, failing disks, a year, many programs at one
//! queue, months of waits, many random days, a province, a printer in which everything goes wrong, a
//! thousand calls on their way to a loudspeaker, and whatever may come from outside.
//! Each runs alone, and its figures are printed.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::{root, say, setup};

/// Tests that can be run by themselves.
struct Kind {
    name: &'static str,
    /// One of several words.
    package: &'static str,
    /// What the names of its tests begin with or hold; one of several words.
    filter: &'static str,
    /// What makes it long, unless it is told by `LUOT_TORTURE`.
    long: Option<(&'static str, &'static str)>,
}

const fn tortured(name: &'static str, filter: &'static str) -> Kind {
    Kind { name, package: "tests", filter, long: None }
}

const KINDS: [Kind; 12] = [
    tortured("kill", "torture::kill::"),
    tortured("server", "torture::server::"),
    tortured("cut", "torture::cut::"),
    tortured("faults", "torture::faults::"),
    Kind {
        name: "processes",
        package: "tests",
        filter: "processes::",
        long: Some(("LUOT_TEST_SECONDS", "10")),
    },
    Kind {
        name: "waits",
        package: "queue",
        filter: "wait::",
        long: Some(("LUOT_TEST_DAYS", "60")),
    },
    Kind {
        name: "days",
        package: "store",
        filter: "model::",
        long: Some(("PROPTEST_CASES", "2000")),
    },
    tortured("province", "torture::province::"),
    tortured("year", "torture::year::"),
    Kind {
        name: "hall",
        package: "voice tests",
        filter: "device_ announcer:: torture::display::",
        long: None,
    },
    Kind { name: "printer", package: "devices", filter: "faults:: fuzz::", long: None },
    Kind { name: "fuzz", package: "devices station", filter: "fuzz::", long: None },
];

/// Runs one kind or all, long or as short as among the other tests.
pub(crate) fn torture(words: &[&str]) -> Result<()> {
    let long = words.contains(&"--long");
    let kinds: Vec<&str> = words.iter().copied().filter(|word| *word != "--long").collect();
    let kinds: Vec<&Kind> = match kinds.as_slice() {
        [] | ["all"] => KINDS.iter().collect(),
        [name] => KINDS.iter().filter(|kind| kind.name == *name).collect(),
        _ => Vec::new(),
    };
    if kinds.is_empty() {
        let names = KINDS.map(|kind| kind.name).join("|");
        bail!("cargo xtask torture [{names}|all] [--long]");
    }
    if !setup::answers("strace", "-V") {
        setup::all()?;
    }
    let before = load();
    let mut figures = Vec::new();
    let mut failed = Vec::new();
    for kind in kinds {
        let start = Instant::now();
        if !run(kind, long, &mut figures)? {
            failed.push(kind.name);
        }
        let spent = format!("{} s", start.elapsed().as_secs());
        figures.push([kind.name.to_owned(), "whole run".to_owned(), spent]);
    }
    table(&figures);
    say(&format!("load of the machine: {before} before, {} after", load()));
    if !failed.is_empty() {
        bail!("not held: {}", failed.join(", "));
    }
    Ok(())
}

/// A million executions of our own code want it optimized; the crates it stands on are as always, and
/// no window is built.
fn optimized(kind: &Kind, long: bool) -> Vec<String> {
    let ours = ["queue", "devices", "station"];
    let set = |package: &&str| {
        let level = format!("profile.dev.package.{package}.opt-level=2");
        ["--config".to_owned(), level]
    };
    match (kind.name, long) {
        ("fuzz", true) => {
            std::iter::once("--lib".to_owned()).chain(ours.iter().flat_map(set)).collect()
        }
        ("fuzz", false) => vec!["--lib".to_owned()],
        _ => Vec::new(),
    }
}

/// Whether all tests of a kind passed.
fn run(kind: &Kind, long: bool, figures: &mut Vec<[String; 3]>) -> Result<bool> {
    let Kind { name, package, filter, .. } = kind;
    let mut command = Command::new("cargo");
    command
        .args(["test", "--quiet"])
        .args(package.split(' ').flat_map(|package| ["--package", package]))
        .args(optimized(kind, long))
        .arg("--")
        .args(["--nocapture", "--test-threads=1"])
        .args(filter.split(' '))
        .env("LUOT_TORTURE", if long { "long" } else { "short" })
        .current_dir(root())
        .stdout(Stdio::piped());
    let mut told = String::new();
    if let Some((variable, value)) = kind.long.filter(|_| long) {
        command.env(variable, value);
        told = format!("{variable}={value} ");
    }
    say(&format!("$ {told}cargo test --package {package} -- {filter}"));
    let mut child = command.spawn().context("cargo cannot be started")?;
    let out = child.stdout.take().context("cargo has no output")?;
    let mut tabled = Tabled { name, title: String::new() };
    for line in BufReader::new(out).lines() {
        let line = line?;
        // The runner's own words may stand before the first figure of a test.
        match line.split_once("figure|") {
            Some((_, figure)) => {
                let mut parts = figure.splitn(3, '|').map(str::to_owned);
                let mut part = || parts.next().unwrap_or_default();
                figures.push([part(), part(), part()]);
                say(&format!("  {figure}"));
            }
            None => {
                figures.extend(tabled.read(&line));
                say(&line);
            }
        }
    }
    Ok(child.wait()?.success())
}

/// The tables that the play of waits prints, of which one line each is a figure: all visitors.
struct Tabled<'a> {
    name: &'a str,
    title: String,
}

impl Tabled<'_> {
    fn read(&mut self, line: &str) -> Option<[String; 3]> {
        let Some(row) = line.strip_prefix("  ") else {
            line.trim_start_matches('.').clone_into(&mut self.title);
            return None;
        };
        let mut words = row.strip_prefix("all ")?.split_whitespace();
        let (visitors, inside, longer) = (words.next()?, words.next()?, words.next()?);
        let value = format!("{inside} of {visitors} within the range, {longer} longer");
        Some([self.name.to_owned(), self.title.clone(), value])
    }
}

fn table(figures: &[[String; 3]]) {
    let width = |column: usize| {
        figures.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let (first, second) = (width(0), width(1));
    for [test, what, value] in figures {
        say(&format!("{test:first$}  {what:second$}  {value}"));
    }
}

/// The load averages: figures of time are read with them.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
