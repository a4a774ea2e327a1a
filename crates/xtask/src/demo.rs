//! The demo: the real programs on a throw-away centre.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::stage::{Running, Stage, wait};
use crate::{raster, root, run_in_root, say, setup};

/// The agency whose tile is pressed, and the counter that serves it.
const FIELD: &str = "Tài nguyên và";
const COUNTER: &str = "10";

/// Opens the windows, or plays into `folder` without a display.
pub(crate) fn demo(folder: Option<&Path>) -> Result<()> {
    setup::all()?;
    let packages = ["-p", "kiosk", "-p", "counter", "-p", "hall", "-p", "admin"];
    run_in_root("cargo", &[&["build", "--release", "--bins"], packages.as_slice()].concat())?;
    let bin = root().join("target/release");
    let display =
        ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    let kept = match folder {
        Some(folder) => Some(folder.to_owned()),
        None if display => None,
        None => Some(PathBuf::from("out")),
    };
    match kept {
        Some(folder) => {
            play(&bin, &folder)?;
            say(&format!("played into {}", folder.display()));
            Ok(())
        }
        None => windows(&bin),
    }
}

/// A throw-away centre: its queue, its configs, its printer.
#[derive(Debug)]
pub struct Centre {
    folder: tempfile::TempDir,
    bin: PathBuf,
    jobs: std::sync::mpsc::Receiver<Vec<u8>>,
}

impl Centre {
    /// Makes the centre from the samples, open around the clock, with a printer on a loopback port
    /// and its sound going to `sound`.
    ///
    /// # Errors
    /// When a sample or a program is missing.
    pub fn make(bin: &Path, sound: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (port, jobs) = printer()?;
        let site = std::fs::read_to_string(root().join("config/yenbai/site.toml"))?;
        std::fs::write(folder.path().join("site.toml"), always_open(&site))?;
        let config = |name: &str, changes: &[(&str, String)]| -> Result<()> {
            let text = std::fs::read_to_string(root().join("config").join(name))?;
            let lines = text.lines().map(|line| {
                let key = line.split(" = ").next().unwrap_or_default();
                let change = changes.iter().find(|(changed, _)| *changed == key);
                change.map_or_else(|| line.to_owned(), |(key, value)| format!("{key} = {value:?}"))
            });
            let text = lines.collect::<Vec<_>>().join("\n");
            Ok(std::fs::write(folder.path().join(name), text)?)
        };
        let store = format!("sqlite:{}", folder.path().join("queue.db").display());
        let packs = root().join("assets/voice").display().to_string();
        config(
            "kiosk.toml",
            &[("store", store.clone()), ("url", format!("tcp://127.0.0.1:{port}"))],
        )?;
        config("counter.toml", &[("store", store.clone())])?;
        config("hall.toml", &[("store", store), ("output", sound.to_owned()), ("packs", packs)])?;
        let centre = Self { folder, bin: bin.to_owned(), jobs };
        centre.luot(&["init", "--site", &centre.path("site.toml")])?;
        Ok(centre)
    }

    /// A file of the centre.
    #[must_use]
    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// The program of this name.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// Runs `luot` on the centre's queue and gives what it said.
    ///
    /// # Errors
    /// When it says no.
    pub fn luot(&self, args: &[&str]) -> Result<String> {
        let out = Command::new(self.program("luot"))
            .args(["--store", &format!("sqlite:{}", self.path("queue.db"))])
            .args(args)
            .output()
            .context("luot cannot be started; build it first")?;
        if !out.status.success() {
            bail!("luot {}: {}", args.join(" "), String::from_utf8_lossy(&out.stderr));
        }
        Ok(String::from_utf8(out.stdout)?)
    }

    /// The bytes of the next job the printer got.
    ///
    /// # Errors
    /// When none comes in a minute.
    pub fn job(&self) -> Result<Vec<u8>> {
        wait("a slip", || self.jobs.try_recv().ok())
    }
}

fn always_open(site: &str) -> String {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let open = site.lines().map(|line| {
        let day = days.iter().find(|day| line.starts_with(&format!("{day} = ")));
        day.map_or_else(|| line.to_owned(), |day| format!("{day} = [\"00:00-24:00\"]"))
    });
    open.collect::<Vec<_>>().join("\n")
}

/// A printer that prints on nothing: answers as one does, keeps every job.
fn printer() -> Result<(u16, std::sync::mpsc::Receiver<Vec<u8>>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let (jobs, received) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for wire in listener.incoming().flatten() {
            let jobs = jobs.clone();
            std::thread::spawn(move || serve(wire, &jobs));
        }
    });
    Ok((port, received))
}

fn serve(mut wire: TcpStream, jobs: &std::sync::mpsc::Sender<Vec<u8>>) {
    let (mut got, mut buffer) = (Vec::new(), [0; 4_096]);
    while let Ok(read @ 1..) = wire.read(&mut buffer) {
        got.extend_from_slice(&buffer[..read]);
        // Between jobs only questions come; each is answered "all is well".
        while got.starts_with(&[0x10, 0x04]) && got.len() >= 3 {
            got.drain(..3);
            if wire.write_all(&[0x12]).is_err() {
                return;
            }
        }
        // A job ends with the question for its name and the barrier.
        let ending = got.len().checked_sub(14).map(|at| &got[at..]);
        if let Some([0x1D, 0x28, 0x48, 6, 0, 48, 48, a, b, c, d, 0x1D, 0x72, 1]) = ending {
            let reply = [0x37, 0x22, *a, *b, *c, *d, 0x00, 0x00];
            if wire.write_all(&reply).is_err() || jobs.send(std::mem::take(&mut got)).is_err() {
                return;
            }
        }
    }
}

/// A visitor and an officer, through the real programs, without a display.
fn play(bin: &Path, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let folder = folder.canonicalize()?;
    let wav = folder.join("call.wav");
    if wav.exists() {
        std::fs::remove_file(&wav)?;
    }
    let centre = Centre::make(bin, &format!("wav://{}", wav.display()))?;
    // A hall is never empty: others wait already.
    for (service, people) in [("stnmt", 2), ("cat", 4), ("bhxh", 3), ("stp", 2), ("skhdt", 1)] {
        for _ in 0..people {
            centre.luot(&["issue", service])?;
        }
    }
    for counter in ["16", "20", "23", "9"] {
        centre.luot(&["call-next", counter])?;
    }
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

/// The three windows side by side; ends when the kiosk's is closed.
fn windows(bin: &Path) -> Result<()> {
    let centre = Centre::make(bin, "default")?;
    let start = |name: &str, config: &str, size: &str, extra: &[&str]| {
        let mut command = Command::new(centre.program(name));
        command.args(["--config", &centre.path(config), "--windowed", size]).args(extra);
        Running::start(&mut command)
    };
    let _hall = start("luot-hall", "hall.toml", "960x540", &[])?;
    let _counter = start("luot-counter", "counter.toml", "1024x576", &["--counter", COUNTER])?;
    let mut kiosk = Command::new(centre.program("luot-kiosk"));
    kiosk.args(["--config", &centre.path("kiosk.toml"), "--windowed", "540x960"]);
    let mut kiosk = kiosk.spawn()?;
    say("close the kiosk's window to end the demo; slips appear as pictures in:");
    say(&centre.path(""));
    let mut count = 0;
    while kiosk.try_wait()?.is_none() {
        if let Ok(bytes) = centre.jobs.recv_timeout(std::time::Duration::from_millis(500)) {
            count += 1;
            let path = PathBuf::from(centre.path(&format!("slip-{count}.png")));
            raster::read(&bytes).write_png(&path)?;
            say(&format!("printed {}", path.display()));
            if setup::answers("xdg-open", "--version") {
                drop(Command::new("xdg-open").arg(&path).spawn());
            }
        }
    }
    Ok(())
}
