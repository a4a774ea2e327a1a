//! The wire to a printer: never blocks for ever, never says more than it knows.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::profile::FlowControl;
use crate::trouble::{Code, Trouble};

/// Where a printer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkUrl {
    /// `tcp://HOST:9100`.
    Tcp(String),
    /// `lp:///dev/luot-printer`.
    Lp(PathBuf),
    /// `serial:///dev/ttyUSB0?baud=115200`, with `&flow=hardware|software|none` where the line is
    /// wired otherwise than the printer's profile says.
    Serial {
        /// The device.
        path: PathBuf,
        /// Bits a second.
        baud: u32,
        /// Its flow control; nothing: the profile's.
        flow: Option<FlowControl>,
    },
    /// `file:///PATH`: jobs are appended.
    File(PathBuf),
}

/// The text is not a printer's address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a printer's address; write tcp://HOST:9100, lp:///dev/luot-printer, \
     serial:///dev/ttyUSB0?baud=115200 or file:///path"
)]
pub struct NotALink(String);

impl FromStr for LinkUrl {
    type Err = NotALink;

    fn from_str(text: &str) -> Result<Self, NotALink> {
        let wrong = || NotALink(text.to_owned());
        let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
        if rest.is_empty() {
            return Err(wrong());
        }
        match scheme {
            "tcp" if rest.contains(':') => Ok(Self::Tcp(rest.to_owned())),
            "tcp" => Ok(Self::Tcp(format!("{rest}:9100"))),
            "lp" => Ok(Self::Lp(rest.into())),
            "file" => Ok(Self::File(rest.into())),
            "serial" => {
                let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
                let (mut baud, mut flow) = (115_200, None);
                for pair in query.split('&').filter(|pair| !pair.is_empty()) {
                    match pair.split_once('=') {
                        Some(("baud", bits)) => baud = bits.parse().map_err(|_| wrong())?,
                        Some(("flow", "hardware")) => flow = Some(FlowControl::Hardware),
                        Some(("flow", "software")) => flow = Some(FlowControl::Software),
                        Some(("flow", "none")) => flow = Some(FlowControl::None),
                        _ => return Err(wrong()),
                    }
                }
                Ok(Self::Serial { path: path.into(), baud, flow })
            }
            _ => Err(wrong()),
        }
    }
}

/// An open wire.
#[derive(Debug)]
pub(crate) enum Link {
    Tcp(TcpStream),
    /// A character device, opened non-blocking and locked for this program.
    Device(File),
    File(File),
}

impl Link {
    /// Opens the wire; `flow` is the profile's, `connect` how long a connection may take.
    pub(crate) fn open(
        url: &LinkUrl,
        flow: FlowControl,
        connect: Duration,
    ) -> Result<Self, Trouble> {
        match url {
            LinkUrl::Tcp(address) => tcp(address, connect),
            LinkUrl::Lp(path) => device(path).map(Self::Device),
            LinkUrl::Serial { path, baud, flow: wired } => {
                serial(path, *baud, wired.unwrap_or(flow)).map(Self::Device)
            }
            LinkUrl::File(path) => {
                let open = File::options().append(true).create(true).open(path);
                open.map(Self::File).map_err(|error| Trouble::link(&error))
            }
        }
    }

    fn fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Tcp(stream) => stream.as_fd(),
            Self::Device(file) | Self::File(file) => file.as_fd(),
        }
    }

    /// Sends everything; gives up when no byte was taken for `stall`. How many bytes were taken
    /// comes with the trouble.
    pub(crate) fn send(&mut self, bytes: &[u8], stall: Duration) -> Result<(), (usize, Trouble)> {
        let mut sent = 0;
        while sent < bytes.len() {
            let chunk = &bytes[sent..bytes.len().min(sent + 4_096)];
            let written = match self {
                Self::Tcp(stream) => stream.write(chunk),
                Self::Device(file) | Self::File(file) => file.write(chunk),
            };
            match written {
                Ok(0) => return Err((sent, Trouble::new(Code::NoLink, "the wire is closed"))),
                Ok(n) => sent += n,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if !self.ready(PollFlags::OUT, stall) {
                        let detail = format!("{sent} of {} bytes taken", bytes.len());
                        return Err((sent, Trouble::new(Code::Stalled, detail)));
                    }
                }
                Err(error) => return Err((sent, Trouble::link(&error))),
            }
        }
        if let Self::File(file) = self
            && let Err(error) = file.sync_all()
        {
            return Err((sent, Trouble::link(&error)));
        }
        Ok(())
    }

    /// Reads until `enough` says so or the deadline has come. A closed wire is trouble.
    pub(crate) fn receive(
        &mut self,
        deadline: Instant,
        mut enough: impl FnMut(&[u8]) -> bool,
    ) -> Result<Vec<u8>, Trouble> {
        let mut got = Vec::new();
        let mut buffer = [0; 256];
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if !self.ready(PollFlags::IN, left) {
                return Ok(got);
            }
            let read = match self {
                Self::Tcp(stream) => stream.read(&mut buffer),
                Self::Device(file) => file.read(&mut buffer),
                Self::File(_) => return Ok(got),
            };
            match read {
                Ok(0) => return Err(Trouble::new(Code::NoLink, "the printer closed the wire")),
                Ok(n) => got.extend_from_slice(&buffer[..n]),
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
                Err(error) => return Err(Trouble::link(&error)),
            }
            // A chatty wire must not hold us beyond the deadline, nor fill the memory.
            if enough(&got) || got.len() > 4_096 {
                return Ok(got);
            }
        }
    }

    /// Throws away what was said before anything was asked.
    pub(crate) fn drain(&mut self) -> Result<(), Trouble> {
        self.receive(Instant::now(), |_| false).map(drop)
    }

    fn ready(&self, flags: PollFlags, wait: Duration) -> bool {
        let deadline = Instant::now() + wait;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let limit = Timespec::try_from(left).ok();
            let mut polled = [PollFd::from_borrowed_fd(self.fd(), flags)];
            match poll(&mut polled, limit.as_ref()) {
                Ok(ready) => return ready > 0,
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => return false,
            }
        }
    }
}

fn tcp(address: &str, connect: Duration) -> Result<Link, Trouble> {
    let link = |error: std::io::Error| Trouble::link(&error);
    let mut last = Trouble::new(Code::NoLink, format!("{address} names no machine"));
    for address in address.to_socket_addrs().map_err(link)? {
        match TcpStream::connect_timeout(&address, connect) {
            Ok(stream) => {
                stream
                    .set_nonblocking(true)
                    .and_then(|()| stream.set_nodelay(true))
                    .map_err(link)?;
                return Ok(Link::Tcp(stream));
            }
            Err(error) => last = link(error),
        }
    }
    Err(last)
}

/// What a USB printer calls itself, as the kernel was told when it was plugged in: no byte is sent.
pub(crate) fn ieee1284(path: &Path) -> Option<String> {
    let device = std::fs::canonicalize(path).ok()?;
    let name = device.file_name()?;
    let said = Path::new("/sys/class/usbmisc").join(name).join("device/ieee1284_id");
    std::fs::read_to_string(said).ok()
}

/// Whether jobs could be appended to a file, which is not made for that.
pub(crate) fn writable(path: &Path) -> Result<(), Trouble> {
    let place = match path.parent() {
        _ if path.exists() => path,
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    rustix::fs::access(place, rustix::fs::Access::WRITE_OK)
        .map_err(|error| Trouble::new(Code::NoLink, format!("{}: {error}", place.display())))
}

fn device(path: &Path) -> Result<File, Trouble> {
    lock(open(path)?, path)
}

/// The line's settings belong to the device, not to a descriptor: `serialport` makes them on one of
/// its own, while ours keeps the device open so that they stay. It wants to share the lock, so ours
/// is taken to see that nobody else has it, given up for that moment, and taken again.
fn serial(path: &Path, baud: u32, flow: FlowControl) -> Result<File, Trouble> {
    let flow = match flow {
        FlowControl::Hardware => serialport::FlowControl::Hardware,
        FlowControl::Software => serialport::FlowControl::Software,
        FlowControl::None => serialport::FlowControl::None,
    };
    let file = device(path)?;
    file.unlock().map_err(|error| Trouble::link(&error))?;
    serialport::new(path.to_string_lossy(), baud)
        .flow_control(flow)
        .exclusive(false)
        .open_native()
        .map_err(|error| Trouble::new(Code::NoLink, format!("{}: {error}", path.display())))?;
    lock(file, path)
}

fn open(path: &Path) -> Result<File, Trouble> {
    let flags = (rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY).bits();
    let flags = i32::try_from(flags).unwrap_or_default();
    let open = File::options().read(true).write(true).custom_flags(flags).open(path);
    open.map_err(|error| Trouble::new(Code::NoLink, format!("{}: {error}", path.display())))
}

fn lock(file: File, path: &Path) -> Result<File, Trouble> {
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(Trouble::new(Code::InUse, format!("{} is locked", path.display())))
        }
        Err(std::fs::TryLockError::Error(error)) => Err(Trouble::link(&error)),
    }
}

#[cfg(test)]
mod tests;
