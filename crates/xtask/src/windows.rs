//! The demo on a display: kiosk, hall, counter and the virtual printer side by side, and the pages.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Result, bail};

use crate::centre::Centre;
use crate::demo::COUNTER;
use crate::paper::PaperWindow;
use crate::screen::{Area, Places, Screen};
use crate::stage::{Running, first_line};
use crate::{raster, say, setup, signals};

/// Where nothing is known about the screen, or no program may place itself.
const PLAIN: Area = Area { x: 0, y: 0, width: 1_600, height: 900 };
/// How many of a program's last lines are repeated when it dies.
const WORDS: usize = 5;

/// A program of the demo, and where it writes what it has to say.
struct Program {
    name: &'static str,
    running: Running,
    log: PathBuf,
}

impl Program {
    fn start(centre: &Centre, name: &'static str, command: &mut Command) -> Result<Self> {
        let log = PathBuf::from(centre.path(name)).with_extension("log");
        // In a group of its own a Ctrl-C reaches only us, and nothing dies before it is told to.
        command.stdin(Stdio::null()).stderr(File::create(&log)?).process_group(0);
        Ok(Self { name, running: Running::start(command)?, log })
    }

    fn last_words(&self) -> String {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().filter(|line| !line.trim().is_empty()).collect();
        lines[lines.len().saturating_sub(WORDS)..].join("\n  ")
    }
}

/// Opens everything and stays until the kiosk's window is closed or the person has enough.
pub(crate) fn run(bin: &Path) -> Result<()> {
    let centre = Centre::busy(bin, "default")?;
    let screen = Screen::open().ok();
    let places = match &screen {
        Some(screen) => screen.places()?,
        None => Places::within(PLAIN, 40),
    };
    let mut programs = vec![pages(&centre)?];
    let windows = [
        ("luot-hall", "hall.toml", places.hall, 1_920, None),
        ("luot-counter", "counter.toml", places.counter, 1_366, Some(COUNTER)),
        ("luot-kiosk", "kiosk.toml", places.kiosk, 1_080, None),
    ];
    for (name, config, at, drawn, counter) in windows {
        let mut command = bound(&centre.program(name));
        command.args(["--config", &centre.path(config), "--windowed", &at.geometry()]);
        // A text that is shown before the window finds its scale would keep the wrong size.
        let scale = f64::from(at.width) / f64::from(drawn);
        command.env("SLINT_SCALE_FACTOR", scale.to_string());
        command.args(counter.into_iter().flat_map(|counter| ["--counter", counter]));
        if screen.is_some() {
            // Wayland lets nobody choose a place; X, also the one inside Wayland, does.
            command.env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
        }
        programs.push(Program::start(&centre, name, &mut command)?);
    }
    let paper = screen.and_then(|screen| PaperWindow::open(screen, places.slip).ok());
    say(&format!("slips and logs are in {}", centre.path("")));
    say("close the kiosk's window, or press Ctrl-C, to end the demo");
    stay(&centre, programs, paper)
}

/// A program that the kernel ends with us, also when we are killed and cannot do it ourselves.
fn bound(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

/// The centre's pages on a free port, which is said.
fn pages(centre: &Centre) -> Result<Program> {
    let mut command = bound(&centre.program("luot"));
    let store = format!("sqlite:{}", centre.path("queue.db"));
    command.args(["--store", &store, "serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
    let mut pages = Program::start(centre, "luot", &mut command)?;
    match first_line(&mut pages.running) {
        Ok(said) => say(&format!("web pages: {}", said.trim_start_matches("serving on "))),
        Err(_) => bail!("luot serve said nothing; its last words:\n  {}", pages.last_words()),
    }
    Ok(pages)
}

fn stay(centre: &Centre, programs: Vec<Program>, mut paper: Option<PaperWindow>) -> Result<()> {
    let (mut programs, mut slips, viewer) = (programs, 0, paper.is_none());
    while !signals::enough() {
        let mut kept = Vec::new();
        for mut program in programs {
            match program.running.ended()? {
                None => kept.push(program),
                Some(status) if !status.success() => {
                    bail!("{} died, {status}: {}", program.name, program.last_words())
                }
                Some(_) if program.name == "luot-kiosk" => return Ok(()),
                Some(_) => say(&format!("{} was closed", program.name)),
            }
        }
        programs = kept;
        // This is also the loop's pause, short enough for a window that is dragged.
        if let Some(bytes) = centre.printed(Duration::from_millis(30)) {
            slips += 1;
            let path = PathBuf::from(centre.path(&format!("slip-{slips}.png")));
            let slip = raster::read(&bytes);
            slip.write_png(&path)?;
            say(&format!("printed {}", path.display()));
            match &mut paper {
                Some(window) => window.show(slip)?,
                None if viewer && setup::answers("xdg-open", "--version") => {
                    drop(Command::new("xdg-open").arg(&path).spawn());
                }
                None => {}
            }
        }
        if let Some(window) = &mut paper
            && !window.serve()?
        {
            paper = None;
        }
    }
    Ok(())
}
