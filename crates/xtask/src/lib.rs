//! The one door to automation: set a fresh machine up, play the demo, run all checks.
//!
//! It starts our programs from outside and links none of our crates, so that it builds in seconds
//! and can prove nothing by peeking.

#[cfg(feature = "stage")]
mod centre;
#[cfg(feature = "cluster")]
pub mod cluster;
#[cfg(feature = "stage")]
pub mod demo;
#[cfg(feature = "stage")]
pub mod desktop;
#[cfg(feature = "cluster")]
pub mod line;
#[cfg(feature = "stage")]
mod paper;
#[cfg(feature = "stage")]
mod printer;
#[cfg(feature = "stage")]
pub mod raster;
#[cfg(feature = "stage")]
pub mod screen;
mod setup;
#[cfg(feature = "stage")]
mod signals;
#[cfg(feature = "stage")]
pub mod stage;
mod torture;
mod verify;
#[cfg(feature = "stage")]
mod windows;

#[cfg(feature = "stage")]
pub use paper::TITLE as PAPER_TITLE;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
cargo demo           the kiosk, a counter, the hall and the web pages on a throw-away centre
    --headless DIR     play a visitor and an officer without a display, leave pictures and sound
    --programs DIR     with the programs in that folder: install and build nothing
cargo verify         format, lints, all tests, licences
cargo quick          lints and unit tests of the crates without windows: a first answer
cargo xtask setup    only install what is missing
cargo xtask torture [kill|server|cut|faults|processes|waits|days|province|year|printer|all] [--long]
                     kills, a server that falls, power cuts, failing disks, eight programs at one
                     queue, waits, random days, a hundred centres, a year, a printer that fails: the
                     figures";

/// Runs one task and gives its exit code.
#[must_use]
pub fn run(args: &[String]) -> ExitCode {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["setup"] => setup::all().and_then(|()| setup::lints()),
        ["verify"] => verify::verify(),
        ["quick"] => verify::quick(),
        ["torture", rest @ ..] => torture::torture(rest),
        ["demo", flags @ ..] => show(flags),
        _ => Err(anyhow::anyhow!("{USAGE}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

#[cfg(feature = "stage")]
fn show(flags: &[&str]) -> Result<()> {
    match flags {
        [] => demo::demo(None, None),
        ["--headless", folder] => demo::demo(Some(Path::new(folder)), None),
        ["--programs", bin] => demo::demo(None, Some(Path::new(bin))),
        ["--headless", folder, "--programs", bin] | ["--programs", bin, "--headless", folder] => {
            demo::demo(Some(Path::new(folder)), Some(Path::new(bin)))
        }
        _ => Err(anyhow::anyhow!("{USAGE}")),
    }
}

/// The checks are built without the stage, so that they start at once; the demo brings it.
#[cfg(not(feature = "stage"))]
fn show(flags: &[&str]) -> Result<()> {
    let run = ["run", "--quiet", "--package", "xtask", "--features", "stage", "--", "demo"];
    run_in_root("cargo", &[run.as_slice(), flags].concat())
}

/// One line for the person who started the task.
pub(crate) fn say(line: &str) {
    // Nobody to tell is no reason to stop.
    drop(writeln!(std::io::stdout().lock(), "{line}"));
}

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Runs a command in the root and fails when it fails.
pub(crate) fn run_in_root(program: &str, args: &[&str]) -> Result<()> {
    say(&format!("$ {program} {}", args.join(" ")));
    let status = Command::new(program)
        .args(args)
        .current_dir(root())
        .status()
        .with_context(|| format!("{program} cannot be started"))?;
    if !status.success() {
        bail!("{program} {} failed", args.join(" "));
    }
    Ok(())
}
