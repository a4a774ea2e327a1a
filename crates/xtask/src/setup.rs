//! What a fresh Debian 12 lacks.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::{run_in_root, say};

/// Needed to build: a C compiler with its headers for SQLite, and ALSA's.
const BUILD: [&str; 4] = ["gcc", "libasound2-dev", "libc6-dev", "pkg-config"];
/// Needed to open windows.
const RUN: [&str; 6] =
    ["libx11-6", "libx11-xcb1", "libxcursor1", "libxi6", "libxrandr2", "libxkbcommon-x11-0"];
/// Needed to play the real programs without a display and a morning behind them, to read a slip with
/// other eyes, to make a disk fail, to be without a network, to manage windows, and to keep a queue on a
/// server.
const STAGE: [&str; 12] = [
    "at-spi2-core",
    "dbus",
    "faketime",
    "iproute2",
    "openbox",
    "openssl",
    "postgresql",
    "strace",
    "tesseract-ocr",
    "tesseract-ocr-vie",
    "xvfb",
    "zbar-tools",
];

/// Installs everything that is missing.
pub(crate) fn all() -> Result<()> {
    packages(&[BUILD.as_slice(), &RUN, &STAGE].concat())?;
    if !answers("node", "--version") || !answers("npm", "--version") {
        packages(&["nodejs", "npm"])?;
    }
    Ok(())
}

/// Installs what a build needs.
pub(crate) fn build() -> Result<()> {
    packages(&BUILD)
}

/// Adds the formatter and the lints, which a minimal Rust comes without.
pub(crate) fn lints() -> Result<()> {
    // Asked through cargo: rustup leaves the name of a component there that is not installed.
    let there = |tool: &str| {
        let asked = Command::new("cargo").args([tool, "--version"]).output();
        asked.is_ok_and(|out| out.status.success())
    };
    if there("fmt") && there("clippy") {
        return Ok(());
    }
    let add = ["component", "add", "rustfmt", "clippy"];
    if !answers("rustup", "--version") {
        bail!(
            "cargo fmt and cargo clippy are missing, and rustup, which would add them; install \
             them as this Rust was installed, or with rustup run this line, then try again:\n  \
             rustup {}",
            add.join(" ")
        );
    }
    run_in_root("rustup", &add)
}

/// A development tool of cargo's, built once, in the version that is known to do.
pub(crate) fn cargo_tool(name: &str, version: &str) -> Result<()> {
    if answers(name, "--version") {
        return Ok(());
    }
    run_in_root("cargo", &["install", "--locked", "--quiet", name, "--version", version])
}

/// Whether a program is there.
pub(crate) fn answers(program: &str, flag: &str) -> bool {
    let asked =
        Command::new(program).arg(flag).stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

fn packages(wanted: &[&str]) -> Result<()> {
    let installed = |package: &&&str| {
        let query =
            Command::new("dpkg-query").args(["--show", "--showformat=${Status}", package]).output();
        query.is_ok_and(|out| String::from_utf8_lossy(&out.stdout).contains("ok installed"))
    };
    let missing: Vec<&str> = wanted.iter().filter(|package| !installed(package)).copied().collect();
    if missing.is_empty() {
        return Ok(());
    }
    let line = format!("apt-get install -y --no-install-recommends {}", missing.join(" "));
    let root =
        Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0\n"));
    if !root {
        bail!("some system packages are missing; run this line, then try again:\n  sudo {line}");
    }
    say(&format!("installing {}", missing.join(" ")));
    run_in_root("apt-get", &["update", "-qq"])?;
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(&missing);
    run_in_root("apt-get", &args)
}
