//! The counter on an officer's desktop: a real display with a window manager.

use std::path::Path;

use xtask::demo::Centre;
use xtask::desktop::{Desktop, Managed};
use xtask::stage::{Running, Stage, wait};

use crate::programs::bin;

/// The counter's program on a desktop; what it remembers is in `state`.
fn counter(
    (stage, desktop): (&Stage, &Desktop),
    centre: &Centre,
    state: &Path,
    more: &[&str],
) -> Running {
    let mut command = desktop.command(stage, &centre.program("luot-counter"));
    command.args(["--config", &centre.path("counter.toml"), "--counter", "10"]).args(more);
    Running::start(command.env("XDG_STATE_HOME", state)).unwrap()
}

fn is_strip(window: &Managed) -> bool {
    (window.area.width, window.area.height) == (900, 84)
}

#[test]
fn the_strip_stays_above_and_where_it_was_left() -> anyhow::Result<()> {
    let centre = Centre::make(&bin(), "off")?;
    let (stage, state) = (Stage::open()?, tempfile::tempdir()?);
    let desktop = Desktop::open(&stage, 1920, 1080)?;
    let here = (&stage, &desktop);
    let mut first = counter(here, &centre, state.path(), &["--windowed", "1366x768"]);
    let whole = desktop.expect("Quầy 10", |window| window.area.width == 1366)?;
    assert!(!whole.is("ABOVE"));
    // Those who wait are told by the title, also in the taskbar.
    assert!(whole.title.starts_with("Quầy 10"), "{}", whole.title);
    for _ in 0..2 {
        centre.luot(&["issue", "stnmt"])?;
    }
    desktop.expect("(2) Quầy 10", |_| true)?;

    stage.press("luot-counter", "Thu thành thanh nhỏ")?;
    let strip = desktop.expect("Quầy 10", |window| is_strip(window) && window.is("ABOVE"))?;
    desktop.move_to(&strip, 400, 700)?;
    let moved = |window: &Managed| is_strip(window) && (window.area.x, window.area.y) == (400, 700);
    desktop.expect("Quầy 10", moved)?;
    // Another program's window comes up over everything but the strip.
    let mut hall = desktop.command(&stage, &centre.program("luot-hall"));
    hall.args(["--config", &centre.path("hall.toml"), "--windowed", "1600x900+100+100"]);
    let hall = Running::start(&mut hall)?;
    desktop.expect("Lượt – Trung tâm", |_| true)?;
    let order: Vec<String> = desktop.windows()?.into_iter().map(|window| window.title).collect();
    assert!(order.last().unwrap().contains("Quầy 10"), "{order:?}");
    drop(hall);

    // Worked from there, and the whole window is what it was.
    stage.press("luot-counter", "Gọi số tiếp theo")?;
    stage.press("luot-counter", "Mở rộng")?;
    desktop.expect("(1) Quầy 10", |window| window.area.width == 1366 && !window.is("ABOVE"))?;
    stage.press("luot-counter", "Thu thành thanh nhỏ")?;
    let strip = desktop.expect("Quầy 10", moved)?;
    desktop.close(&strip)?;
    let ended = wait("the end", || first.ended().ok()?)?;
    assert!(ended.success(), "{ended}");

    // Another day.
    let _again = counter(here, &centre, state.path(), &["--windowed", "1366x768"]);
    desktop.expect("Quầy 10", |window| window.area.width == 1366)?;
    stage.press("luot-counter", "Thu thành thanh nhỏ")?;
    desktop.expect("Quầy 10", moved)?;
    Ok(())
}

#[test]
fn a_counter_starts_in_the_taskbar_when_told_to() -> anyhow::Result<()> {
    let centre = Centre::make(&bin(), "off")?;
    let (stage, state) = (Stage::open()?, tempfile::tempdir()?);
    let desktop = Desktop::open(&stage, 1366, 768)?;
    let more = ["--windowed", "1200x675", "--minimised"];
    let _counter = counter((&stage, &desktop), &centre, state.path(), &more);
    desktop.expect("Quầy 10", |window| window.is("HIDDEN"))?;
    // Nobody sees it, and the title still says who waits.
    centre.luot(&["issue", "stnmt"])?;
    desktop.expect("(1) Quầy 10", |window| window.is("HIDDEN"))?;
    Ok(())
}
