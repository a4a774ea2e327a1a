//! Kills, power cuts, failing disks and a year: runs those tests alone and prints their figures.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::{root, say, setup};

/// What can be run by itself; each is a module of `tests/torture`.
const KINDS: [&str; 4] = ["kill", "cut", "faults", "year"];

/// Runs one kind or all, long or as short as among the other tests.
pub(crate) fn torture(words: &[&str]) -> Result<()> {
    let long = words.contains(&"--long");
    let kinds: Vec<&str> = words.iter().copied().filter(|word| *word != "--long").collect();
    let kinds = match kinds.as_slice() {
        [] | ["all"] => KINDS.to_vec(),
        [kind] if KINDS.contains(kind) => vec![*kind],
        _ => bail!("cargo xtask torture [kill|cut|faults|year|all] [--long]"),
    };
    if !setup::answers("strace", "-V") {
        setup::all()?;
    }
    let before = load();
    let mut figures = Vec::new();
    let mut failed = Vec::new();
    for kind in kinds {
        let start = Instant::now();
        if !run(kind, long, &mut figures)? {
            failed.push(kind);
        }
        let spent = format!("{} s", start.elapsed().as_secs());
        figures.push([kind.to_owned(), "whole run".to_owned(), spent]);
    }
    table(&figures);
    say(&format!("load of the machine: {before} before, {} after", load()));
    if !failed.is_empty() {
        bail!("not held: {}", failed.join(", "));
    }
    Ok(())
}

/// Whether all tests of a kind passed.
fn run(kind: &str, long: bool, figures: &mut Vec<[String; 3]>) -> Result<bool> {
    let filter = format!("torture::{kind}::");
    let mut command = Command::new("cargo");
    command
        .args(["test", "--quiet", "--package", "tests", "--", "--nocapture", "--test-threads=1"])
        .arg(&filter)
        .env("LUOT_TORTURE", if long { "long" } else { "short" })
        .current_dir(root())
        .stdout(Stdio::piped());
    say(&format!("$ cargo test --package tests -- {filter}"));
    let mut child = command.spawn().context("cargo cannot be started")?;
    let out = child.stdout.take().context("cargo has no output")?;
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
            None => say(&line),
        }
    }
    Ok(child.wait()?.success())
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
