//! The demo: the real programs on a throw-away centre.

use std::path::{Path, PathBuf};

use anyhow::Result;

pub use crate::centre::Centre;
use crate::stage::{Running, Stage, wait};
use crate::{raster, root, run_in_root, say, setup, signals, windows};

/// The agency whose tile is pressed, and the counter that serves it.
const FIELD: &str = "Tài nguyên và";
pub(crate) const COUNTER: &str = "10";

/// Opens the windows, or plays into `folder` without a display; with `programs`, the ones in that
/// folder are taken and nothing is installed or built.
pub(crate) fn demo(folder: Option<&Path>, programs: Option<&Path>) -> Result<()> {
    let bin = match programs {
        Some(bin) => bin.canonicalize()?,
        None => build()?,
    };
    signals::listen()?;
    let display =
        ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    let kept = match folder {
        Some(folder) => Some(folder.to_owned()),
        None if display => None,
        None => Some(PathBuf::from("out")),
    };
    let Some(folder) = kept else { return windows::run(&bin) };
    play(&bin, &folder)?;
    say(&format!("played into {}", folder.display()));
    Ok(())
}

fn build() -> Result<PathBuf> {
    setup::all()?;
    let packages = ["-p", "kiosk", "-p", "counter", "-p", "hall", "-p", "admin"];
    run_in_root("cargo", &[&["build", "--release", "--bins"], packages.as_slice()].concat())?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root().join("target"), PathBuf::from);
    // Cargo runs in the root, and a relative folder is meant from there.
    Ok(root().join(target).join("release"))
}

/// A visitor and an officer, through the real programs, without a display.
fn play(bin: &Path, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let folder = folder.canonicalize()?;
    let wav = folder.join("call.wav");
    if wav.exists() {
        std::fs::remove_file(&wav)?;
    }
    let centre = Centre::busy(bin, &format!("wav://{}", wav.display()))?;
    let stage = Stage::open()?;
    let (kiosk, counter, hall) =
        (stage.display(1080, 1920)?, stage.display(1366, 768)?, stage.display(1920, 1080)?);
    let start = |name: &str, config: &str, size: &str, display, extra: &[&str]| {
        let mut command = stage.command(&centre.program(name), display);
        command.args(["--config", &centre.path(config), "--windowed", size]).args(extra);
        Running::start(&mut command)
    };
    let _hall = start("luot-hall", "hall.toml", "1920x1080", &hall, &[])?;
    let _kiosk = start("luot-kiosk", "kiosk.toml", "1080x1920", &kiosk, &[])?;
    let _counter =
        start("luot-counter", "counter.toml", "1366x768", &counter, &["--counter", COUNTER])?;
    stage.press("luot-kiosk", FIELD)?;
    stage.press("luot-kiosk", "Cấp đổi")?;
    stage.press("luot-kiosk", "Lấy số thứ tự")?;
    stage.press("luot-kiosk", "Đủ")?;
    stage.press("luot-kiosk", "Không")?;
    let slip = raster::read(&centre.job()?);
    slip.write_png(&folder.join("slip.png"))?;
    stage.expect("luot-kiosk", "Mời nhận phiếu")?;
    kiosk.picture(&folder.join("kiosk.png"))?;
    stage.press("luot-counter", "Gọi số tiếp theo")?;
    let called = stage.expect("luot-counter", "Bắt đầu phục vụ")?;
    say(&format!("counter {COUNTER}: {called}"));
    stage.expect("luot-hall", &format!("đến quầy {COUNTER}"))?;
    counter.picture(&folder.join("counter.png"))?;
    let spoken = wait("the voice", || {
        let events = centre.luot(&["--json", "events"]).ok()?;
        events.contains("\"heard\":\"spoken\"").then_some(events)
    })?;
    hall.picture(&folder.join("hall.png"))?;
    std::fs::write(folder.join("events.jsonl"), spoken)?;
    centre.luot(&["check"])?;
    Ok(())
}
