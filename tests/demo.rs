//! `cargo demo` as it is started, on a display of its own.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use xtask::stage::{Display, Running, Stage, wait};

use crate::programs::bin;

/// The demo with the programs in a folder; what it leaves behind would be in `scratch`.
fn demo(stage: &Stage, display: &Display, programs: &Path, scratch: &Path) -> Running {
    let mut command = stage.command(&bin().join("xtask"), display);
    command.arg("demo").arg("--programs").arg(programs).env("TMPDIR", scratch);
    Running::start(command.stdout(Stdio::piped())).unwrap()
}

/// The address of the pages, which the demo says.
fn address(demo: &mut Running) -> String {
    let mut lines = demo.lines().unwrap().map_while(Result::ok);
    let said = lines.find_map(|line| Some(line.split_once("http://")?.1.to_owned())).unwrap();
    // Somebody must go on listening, or the demo has nobody to talk to.
    std::thread::spawn(move || lines.count());
    said
}

fn nothing_is_left(display: &Display, pages: &str, scratch: &Path) -> anyhow::Result<()> {
    assert_eq!(std::fs::read_dir(scratch)?.count(), 0);
    assert!(TcpStream::connect(pages).is_err(), "the pages are still served");
    // A display takes the windows of the dead away in its own time.
    wait("an empty display", || display.windows().ok()?.is_empty().then_some(()))
}

#[test]
fn four_windows_stand_side_by_side_and_the_slip_is_seen() -> anyhow::Result<()> {
    let (stage, scratch) = (Stage::open()?, tempfile::tempdir()?);
    let display = stage.display(1920, 1080)?;
    let mut demo = demo(&stage, &display, &bin(), scratch.path());
    let pages = address(&mut demo);
    stage.expect("luot-hall", "Trung tâm Phục vụ")?;
    stage.expect("luot-counter", "Gọi số tiếp theo")?;
    stage.press("luot-kiosk", "Tài nguyên và")?;
    let windows = wait("four windows", || display.windows().ok().filter(|all| all.len() == 4))?;
    for (i, (one, area, _)) in windows.iter().enumerate() {
        for (other, taken, _) in &windows[i + 1..] {
            assert!(!area.overlaps(*taken), "{one} {area:?}, {other} {taken:?}");
        }
    }

    let named = |title: &str| windows.iter().find(|(name, _, _)| name == title);
    let (_, paper, _) = named(xtask::PAPER_TITLE).unwrap();
    let before = display.pixels(*paper)?;
    stage.press("luot-kiosk", "Cấp đổi")?;
    stage.press("luot-kiosk", "Lấy số thứ tự")?;
    stage.press("luot-kiosk", "Đủ")?;
    stage.press("luot-kiosk", "Không")?;
    stage.expect("luot-kiosk", "Mời nhận phiếu")?;
    wait("the slip's picture", || (display.pixels(*paper).ok()? != before).then_some(()))?;

    let mut page = String::new();
    let mut wire = TcpStream::connect(&pages)?;
    wire.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    wire.read_to_string(&mut page)?;
    assert!(page.contains("Trung tâm Phục vụ hành chính công"), "{page}");

    let (_, _, kiosk) = windows.iter().find(|(_, area, _)| area.x == 0).unwrap();
    display.close(*kiosk)?;
    let status = wait("the end", || demo.ended().ok()?)?;
    assert!(status.success(), "{status}");
    nothing_is_left(&display, &pages, scratch.path())
}

#[test]
fn an_interrupted_demo_leaves_nothing() -> anyhow::Result<()> {
    let (stage, scratch) = (Stage::open()?, tempfile::tempdir()?);
    let display = stage.display(1366, 768)?;
    let mut demo = demo(&stage, &display, &bin(), scratch.path());
    let pages = address(&mut demo);
    stage.expect("luot-kiosk", "Tài nguyên và")?;
    demo.interrupt()?;
    let status = wait("the end", || demo.ended().ok()?)?;
    assert!(status.success(), "{status}");
    nothing_is_left(&display, &pages, scratch.path())
}

#[test]
fn a_program_that_dies_is_named_with_its_last_words() -> anyhow::Result<()> {
    let (stage, scratch) = (Stage::open()?, tempfile::tempdir()?);
    let (display, programs) = (stage.display(1366, 768)?, tempfile::tempdir()?);
    for name in ["luot", "luot-kiosk", "luot-counter"] {
        symlink(bin().join(name), programs.path().join(name))?;
    }
    // In the place of the hall a program that knows none of its flags, and says so.
    symlink("/bin/ls", programs.path().join("luot-hall"))?;
    let mut demo = demo(&stage, &display, programs.path(), scratch.path());
    let said: Vec<String> = demo.lines()?.collect::<Result<_, _>>()?;
    let said = said.join("\n");
    assert!(said.contains("luot-hall died, exit status: 2: "), "{said}");
    assert!(said.contains("--config"), "{said}");
    let status = wait("the end", || demo.ended().ok()?)?;
    assert_eq!(status.code(), Some(1));
    assert_eq!(std::fs::read_dir(scratch.path())?.count(), 0);
    Ok(())
}

/// The width and the height that a PNG file tells of itself.
fn size(picture: &Path) -> anyhow::Result<(u32, u32)> {
    let bytes = std::fs::read(picture)?;
    assert!(bytes.starts_with(b"\x89PNG"), "{}", picture.display());
    let number = |at: usize| anyhow::Ok(u32::from_be_bytes(bytes[at..at + 4].try_into()?));
    Ok((number(16)?, number(20)?))
}

#[test]
fn without_a_display_a_visit_is_played_into_a_folder() -> anyhow::Result<()> {
    let (scratch, folder) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let mut command = Command::new(bin().join("xtask"));
    command.args(["demo", "--headless"]).arg(folder.path().join("out"));
    command.arg("--programs").arg(bin()).env("TMPDIR", scratch.path());
    for display in ["DISPLAY", "WAYLAND_DISPLAY"] {
        command.env_remove(display);
    }
    let done = command.output()?;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    let file = |name: &str| folder.path().join("out").join(name);
    assert_eq!(std::fs::read_dir(file(""))?.count(), 6);
    assert_eq!(size(&file("kiosk.png"))?, (1080, 1920));
    assert_eq!(size(&file("counter.png"))?, (1366, 768));
    assert_eq!(size(&file("hall.png"))?, (1920, 1080));
    let (width, height) = size(&file("slip.png"))?;
    assert!(width == 576 && height > 576, "{width}x{height}");
    let call = voice::read_wav(&file("call.wav"))?;
    assert!(call.len() > voice::RATE as usize, "{} samples", call.len());
    assert!(call.iter().any(|sample| sample.abs() > 0.1), "silent");
    let events = std::fs::read_to_string(file("events.jsonl"))?;
    let events: Vec<serde_json::Value> =
        events.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let last = events.last().unwrap();
    assert_eq!(last["heard"], "spoken", "{last}");
    assert_eq!(std::fs::read_dir(scratch.path())?.count(), 0);
    Ok(())
}
