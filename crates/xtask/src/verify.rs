//! Every check, in the order in which it finds faults fastest.

use std::time::Instant;

use anyhow::Result;

use crate::{run_in_root, say, setup};

/// The crates that need no window.
const QUICK: [&str; 5] = ["queue", "store", "devices", "voice", "station"];

/// The version of `cargo-deny` that reads our rules.
const DENY: &str = "0.20.2";

type Step = (&'static str, Box<dyn Fn() -> Result<()>>);

/// Format, lints, all tests, licences.
pub(crate) fn verify() -> Result<()> {
    let cargo = |args: &'static [&'static str]| move || run_in_root("cargo", args);
    steps(vec![
        ("set up", Box::new(|| setup::all().and_then(|()| setup::lints()))),
        ("format", Box::new(cargo(&["fmt", "--all", "--check"]))),
        (
            "lints",
            Box::new(cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--quiet",
                "--",
                "-D",
                "warnings",
            ])),
        ),
        // Programs and tests at once: apart they would build the toolkit twice, each with features
        // of its own.
        ("build", Box::new(cargo(&["build", "--workspace", "--bins", "--tests", "--quiet"]))),
        (
            "npm",
            Box::new(|| {
                run_in_root(
                    "npm",
                    &[
                        "ci",
                        "--silent",
                        "--no-audit",
                        "--no-fund",
                        "--prefix",
                        "crates/devices/tests/npos",
                    ],
                )
            }),
        ),
        ("tests", Box::new(tests)),
        ("licences", Box::new(licences)),
    ])
}

/// Lints and unit tests of the crates without windows: the first answer after a clone or a change.
///
/// Built by a profile of its own: what the whole run wants (fast pixels and sound, names of lines)
/// costs a fresh clone more time than these tests take.
pub(crate) fn quick() -> Result<()> {
    setup::build()?;
    setup::lints()?;
    let mut lint = vec!["clippy", "--all-targets", "--quiet", "--profile", "quick"];
    let mut test = vec!["test", "--lib", "--quiet", "--profile", "quick"];
    for name in QUICK {
        lint.extend(["-p", name]);
        test.extend(["-p", name]);
    }
    // A build needs no PostgreSQL; the whole run installs it.
    test.extend(["--", "--skip", "server::tests::"]);
    lint.extend(["--", "-D", "warnings"]);
    run_in_root("cargo", &lint)?;
    run_in_root("cargo", &test)
}

fn tests() -> Result<()> {
    // Processes apart find tests that lean on each other; without nextest cargo's own runner will do.
    if setup::answers("cargo-nextest", "--version") {
        run_in_root("cargo", &["nextest", "run", "--workspace", "--profile", "ci"])
    } else {
        run_in_root("cargo", &["test", "--workspace"])
    }
}

fn licences() -> Result<()> {
    setup::cargo_tool("cargo-deny", DENY)?;
    // The whole lock file is judged, also what other systems would build; a build fetched less.
    run_in_root("cargo", &["fetch", "--locked", "--quiet"])?;
    run_in_root(
        "cargo",
        &["deny", "--offline", "--config", ".deny.toml", "check", "bans", "licenses", "sources"],
    )
}

fn steps(steps: Vec<Step>) -> Result<()> {
    let mut times = Vec::new();
    for (name, step) in steps {
        let start = Instant::now();
        step()?;
        times.push(format!("{name} {} s", start.elapsed().as_secs()));
    }
    say(&format!("all checks passed: {}", times.join(", ")));
    Ok(())
}
