//! A device without a device: a pseudo terminal.

use std::fs::File;
use std::os::fd::OwnedFd;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// The device's own end, the program's end, and its name. While the program's end is held open, the line
/// keeps its settings, as a device does that stays plugged in. `raw` lines pass every byte.
pub(crate) fn pty(raw: bool) -> (File, OwnedFd, String) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
    let flags = OFlags::RDWR | OFlags::NOCTTY;
    let line = rustix::fs::open(name.as_str(), flags, Mode::empty()).unwrap();
    if raw {
        let mut settings = tcgetattr(&line).unwrap();
        settings.make_raw();
        tcsetattr(&line, OptionalActions::Now, &settings).unwrap();
    }
    (File::from(master), line, name)
}
