//! Whoever watches a program hears that it is ready and that it lives, and starts one that hangs again.

use std::os::unix::net::UnixDatagram;
use std::process::Command;
use std::time::Duration;

use xtask::demo::Centre;
use xtask::stage::{Running, Stage};

use crate::programs::bin;

/// Longer than a program takes to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the program says next; nothing within the limit.
fn said(socket: &UnixDatagram, limit: Duration) -> Option<String> {
    socket.set_read_timeout(Some(limit)).unwrap();
    let mut bytes = [0; 256];
    let n = socket.recv(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes[..n]).trim().to_owned())
}

/// P20: the watcher of systemd, in few lines.
#[test]
fn a_hall_that_hangs_is_killed_and_is_ready_again() -> anyhow::Result<()> {
    let centre = Centre::make(&bin(), "off")?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path)?;
    let stage = Stage::open()?;
    let display = stage.display(1280, 720)?;
    let start = || -> anyhow::Result<Running> {
        let mut command: Command = stage.command(&centre.program("luot-hall"), &display);
        command.args(["--config", &centre.path("hall.toml"), "--windowed", "1280x720"]);
        // A third of it between two signs of life.
        command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "3000000");
        Running::start(&mut command)
    };
    let alive = || {
        assert_eq!(said(&socket, PATIENCE).as_deref(), Some("READY=1"));
        for _ in 0..3 {
            assert_eq!(said(&socket, PATIENCE).as_deref(), Some("WATCHDOG=1"));
        }
    };
    let hall = start()?;
    alive();
    hall.hang()?;
    // What was said before it hung is still on the way.
    while said(&socket, Duration::from_secs(3)).is_some() {}
    drop(hall);
    let _again = start()?;
    alive();
    Ok(())
}
