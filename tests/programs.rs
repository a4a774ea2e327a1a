//! The real programs, started as they are installed and worked from outside by the names a screen
//! reader says.

use std::path::{Path, PathBuf};

use voice::{Call, Kind, Pack, Region, heard, read_wav};
use xtask::demo::Centre;
use xtask::raster;
use xtask::stage::{Running, Stage, wait};

/// Where this build's programs are; `cargo verify` builds them before the tests.
pub(crate) fn bin() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().to_owned()
}

/// P6, P7: each call shown and spoken once, also by a hall that was killed and comes back.
#[test]
fn a_visitor_is_served_from_touch_to_voice() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let wav = folder.path().join("call.wav");
    let centre = Centre::make(&bin(), &format!("wav://{}", wav.display()))?;
    let stage = Stage::open()?;
    let (kiosk, counter, hall) =
        (stage.display(1080, 1920)?, stage.display(1366, 768)?, stage.display(1920, 1080)?);
    let start = |name: &str, config: &str, size: &str, display, extra: &[&str]| {
        let mut command = stage.command(&centre.program(name), display);
        command.args(["--config", &centre.path(config), "--windowed", size]).args(extra);
        Running::start(&mut command)
    };
    let first_hall = start("luot-hall", "hall.toml", "1920x1080", &hall, &[])?;
    let _kiosk = start("luot-kiosk", "kiosk.toml", "1080x1920", &kiosk, &[])?;
    let _counter =
        start("luot-counter", "counter.toml", "1366x768", &counter, &["--counter", "10"])?;

    stage.press("luot-kiosk", "Tài nguyên và")?;
    stage.press("luot-kiosk", "Cấp đổi")?;
    stage.press("luot-kiosk", "Lấy số thứ tự")?;
    stage.press("luot-kiosk", "Đủ")?;
    stage.press("luot-kiosk", "Không")?;
    let slip = raster::read(&centre.job()?);
    assert_eq!(slip.width * 8, 576);
    stage.expect("luot-kiosk", "Số của ông/bà H001, Quầy 9 hoặc 10")?;

    stage.press("luot-counter", "Gọi số tiếp theo")?;
    stage.expect("luot-hall", "Mời công dân có số H001 đến quầy 10")?;
    let events = |wanted: &str| {
        wait(wanted, || {
            let events = centre.luot(&["--json", "events"]).ok()?;
            events.contains(wanted).then_some(events)
        })
    };
    events("\"heard\":\"spoken\"")?;
    stage.press("luot-counter", "Bắt đầu phục vụ")?;
    // What came of it is asked, and nothing of it is compulsory.
    stage.press("luot-counter", "Kết thúc")?;
    stage.expect("luot-counter", "Kết quả")?;
    stage.press("luot-counter", "Kết thúc")?;
    events("\"kind\":\"finished\"")?;
    what_was_heard(&wav)?;

    // A hall that dies and comes back shows the call again and says nothing old.
    let spoken = std::fs::metadata(&wav)?.len();
    first_hall.kill();
    let _hall = start("luot-hall", "hall.toml", "1920x1080", &hall, &[])?;
    stage.expect("luot-hall", "Mời công dân có số H001 đến quầy 10")?;
    assert_eq!(std::fs::metadata(&wav)?.len(), spoken);
    centre.luot(&["check"])?;
    Ok(())
}

/// The matched filter finds the very clips, in order, twice.
fn what_was_heard(wav: &Path) -> anyhow::Result<()> {
    let pack = Pack::load(&xtask::root().join("assets/voice/vi-kokoro"))?;
    let call = Call {
        number: "H001".parse()?,
        counter: "10".into(),
        zone: String::new(),
        kind: Kind::Call,
    };
    let speech = pack.speech(&(&call).into(), Region::North);
    let clips: Vec<&[f32]> = speech.iter().map(|s| pack.clip(&s.key).unwrap_or_default()).collect();
    let recording = read_wav(wav)?;
    let found = heard::find(&recording, &clips);
    assert!(heard::all_heard(&found), "{found:?}");
    Ok(())
}

/// A kiosk that is killed while it reads its screen leaves no voice behind.
#[test]
fn a_killed_kiosk_is_silent() -> anyhow::Result<()> {
    let centre = Centre::make(&bin(), "off")?;
    let stage = Stage::open()?;
    let display = stage.display(1080, 1920)?;
    let folder = tempfile::tempdir()?;
    let (speaker, pid) = (folder.path().join("speaker"), folder.path().join("pid"));
    let script = format!(
        "#!/bin/sh\necho $$ > {pid}.new\nmv {pid}.new {pid}\nexec sleep 600\n",
        pid = pid.display()
    );
    std::fs::write(&speaker, script)?;
    std::fs::set_permissions(&speaker, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let config = centre.path("kiosk.toml");
    let sample = std::fs::read_to_string(&config)?;
    let speaks = format!("command = [\"{}\"]", speaker.display());
    assert_eq!(sample.matches("command = []").count(), 1, "the sample speaks by no program");
    std::fs::write(&config, sample.replace("command = []", &speaks))?;
    let mut command = stage.command(&centre.program("luot-kiosk"), &display);
    let kiosk = Running::start(command.args(["--config", &config, "--windowed", "1080x1920"]))?;
    stage.press("luot-kiosk", "Đọc màn hình")?;
    let speaks = wait("the read-aloud", || std::fs::read_to_string(&pid).ok())?;
    // One that has ended may stand there until its new parent looks.
    let stat = Path::new("/proc").join(speaks.trim()).join("stat");
    let lives = || std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
    assert!(lives());
    kiosk.kill();
    wait("silence", || (!lives()).then_some(()))?;
    Ok(())
}

#[test]
fn a_second_program_on_one_counter_asks_and_takes_it_over() -> anyhow::Result<()> {
    let centre = Centre::make(&bin(), "off")?;
    let stage = Stage::open()?;
    let (one, two) = (stage.display(1366, 768)?, stage.display(1366, 768)?);
    let start = |display| {
        let mut command = stage.command(&centre.program("luot-counter"), display);
        command.args([
            "--config",
            &centre.path("counter.toml"),
            "--windowed",
            "1366x768",
            "--counter",
            "10",
        ]);
        Running::start(&mut command)
    };
    let _first = start(&one)?;
    stage.expect("luot-counter", "Gọi số tiếp theo")?;
    let _second = start(&two)?;
    stage.expect("luot-counter", "Quầy 10 đang mở ở máy khác")?;
    // Taken over: the first says so and stops. At once the press might be the second half of the one
    // that asked, so it is not heard.
    wait("the first counter", || {
        let names = stage.names("luot-counter");
        if names.iter().any(|name| name.contains("Quầy 10 đã được nhận ở máy khác")) {
            return Some(());
        }
        if names.iter().any(|name| name == "Nhận quầy 10") {
            stage.press("luot-counter", "Nhận quầy 10").ok();
        }
        None
    })?;
    stage.expect("luot-counter", "Gọi số tiếp theo")?;
    Ok(())
}
