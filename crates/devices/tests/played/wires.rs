//! The played printer at the end of a wire: TCP, or a pseudo terminal that can be pulled out.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use devices::LinkUrl;
use rustix::fs::OFlags;
use tempfile::TempDir;

use crate::machine::{Fault, Machine, Reply};
use crate::pty::pty;

/// How often a serving thread looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(5);

/// How the printer is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    Tcp,
    Device,
}

impl Wire {
    pub(crate) const ALL: [Self; 2] = [Self::Tcp, Self::Device];
}

struct Inside {
    machine: Machine,
    /// The end of the wire that answers what is said without being asked.
    ended: bool,
}

/// A printer that is there, whatever state it is in.
pub(crate) struct Played {
    pub(crate) url: LinkUrl,
    inside: Arc<(Mutex<Inside>, Condvar)>,
    device: Option<Arc<Mutex<Device>>>,
    folder: TempDir,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// Both ends of a pseudo terminal; the second keeps its settings while nobody has it open.
struct Device {
    master: Option<(File, OwnedFd)>,
    name: PathBuf,
}

impl Device {
    /// Plugs it in: a new terminal under the same name.
    fn plug(&mut self) {
        let (master, line, name) = pty(true);
        let flags = rustix::fs::fcntl_getfl(&master).unwrap();
        rustix::fs::fcntl_setfl(&master, flags | OFlags::NONBLOCK).unwrap();
        self.pull();
        std::os::unix::fs::symlink(&name, &self.name).unwrap();
        self.master = Some((master, line));
    }

    fn pull(&mut self) {
        if self.name.is_symlink() {
            std::fs::remove_file(&self.name).unwrap();
        }
        self.master = None;
    }
}

impl Played {
    pub(crate) fn new(machine: Machine, wire: Wire) -> Self {
        let inside = Arc::new((Mutex::new(Inside { machine, ended: false }), Condvar::new()));
        let folder = tempfile::tempdir().unwrap();
        let shared = Arc::clone(&inside);
        match wire {
            Wire::Tcp => {
                let listener = TcpListener::bind("127.0.0.1:0").unwrap();
                let url = format!("tcp://{}", listener.local_addr().unwrap());
                listener.set_nonblocking(true).unwrap();
                let thread = std::thread::spawn(move || listen(&listener, &shared));
                let (url, thread) = (url.parse().unwrap(), Some(thread));
                Self { url, inside, device: None, folder, thread }
            }
            Wire::Device => {
                let name = folder.path().join("lp");
                let url = format!("lp://{}", name.display()).parse().unwrap();
                let mut device = Device { master: None, name };
                device.plug();
                let device = Arc::new(Mutex::new(device));
                let there = Arc::clone(&device);
                let thread = Some(std::thread::spawn(move || attend(&there, &shared)));
                Self { url, inside, device: Some(device), folder, thread }
            }
        }
    }

    /// What the printer is, at this moment.
    pub(crate) fn machine<T>(&self, look: impl FnOnce(&mut Machine) -> T) -> T {
        look(&mut lock(&self.inside).machine)
    }

    pub(crate) fn arm(&self, fault: Fault, after: usize) {
        self.machine(|machine| machine.arm(fault, after));
    }

    /// The fault is gone.
    pub(crate) fn mend(&self) {
        let was_gone = self.machine(|machine| machine.is_gone());
        let reply = self.machine(Machine::mend);
        if let Some(device) = &self.device {
            let mut device = device.lock().unwrap();
            if was_gone || device.master.is_none() {
                device.plug();
            }
            if let Some((master, _)) = &mut device.master {
                // What it says unasked is lost where nobody listens.
                drop(master.write_all(&reply.bytes));
            }
        }
        self.inside.1.notify_all();
    }

    /// Waits until something about the printer holds.
    pub(crate) fn until(&self, what: &str, holds: impl Fn(&Machine) -> bool) {
        let inside = lock(&self.inside);
        let (_inside, waited) = self
            .inside
            .1
            .wait_timeout_while(inside, Duration::from_secs(60), |inside| !holds(&inside.machine))
            .unwrap();
        assert!(!waited.timed_out(), "{what} did not come");
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

impl Drop for Played {
    fn drop(&mut self) {
        lock(&self.inside).ended = true;
        self.inside.1.notify_all();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn lock(inside: &(Mutex<Inside>, Condvar)) -> MutexGuard<'_, Inside> {
    inside.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Waits a moment, or less when something happens.
fn pause(inside: &(Mutex<Inside>, Condvar)) {
    let guard = lock(inside);
    if !guard.ended {
        drop(inside.1.wait_timeout(guard, LOOK));
    }
}

/// One connection at a time, as such printers have.
fn listen(listener: &TcpListener, inside: &(Mutex<Inside>, Condvar)) {
    while !lock(inside).ended {
        match listener.accept() {
            Ok((wire, _)) => {
                if lock(inside).machine.is_gone() {
                    drop(wire);
                } else {
                    connected(wire, inside);
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => pause(inside),
            Err(_) => return,
        }
    }
}

fn connected(mut wire: TcpStream, inside: &(Mutex<Inside>, Condvar)) {
    wire.set_nonblocking(false).unwrap();
    wire.set_nodelay(true).unwrap();
    wire.set_read_timeout(Some(LOOK)).unwrap();
    let mut buffer = [0; 1_024];
    while !lock(inside).ended {
        if lock(inside).machine.hangs() {
            pause(inside);
            continue;
        }
        let read = match wire.read(&mut buffer) {
            Ok(0) => return,
            Ok(read) => read,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                continue;
            }
            Err(_) => return,
        };
        let reply = heard(inside, &buffer[..read]);
        if reply.breaks || wire.write_all(&reply.bytes).is_err() {
            return;
        }
    }
}

fn attend(device: &Mutex<Device>, inside: &(Mutex<Inside>, Condvar)) {
    let mut buffer = [0; 1_024];
    while !lock(inside).ended {
        if lock(inside).machine.hangs() {
            pause(inside);
            continue;
        }
        let mut there = device.lock().unwrap();
        let Some((master, _)) = &mut there.master else {
            drop(there);
            pause(inside);
            continue;
        };
        match master.read(&mut buffer) {
            Ok(read @ 1..) => {
                let reply = heard(inside, &buffer[..read]);
                drop(master.write_all(&reply.bytes));
                if reply.breaks && lock(inside).machine.is_gone() {
                    there.pull();
                } else if reply.breaks {
                    there.plug();
                }
            }
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                drop(there);
                pause(inside);
            }
            Err(_) => {
                drop(there);
                pause(inside);
            }
        }
    }
}

fn heard(inside: &(Mutex<Inside>, Condvar), bytes: &[u8]) -> Reply {
    let reply = lock(inside).machine.take(bytes);
    inside.1.notify_all();
    reply
}
