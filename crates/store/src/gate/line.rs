//! Who came first: a number for each turn, and a way to see that the one before is gone.
//!
//! A writer that comes binds a socket to the next number; the kernel gives a name once, so a number
//! is given once, and takes it back from a program that dies. Whoever comes after connects to it and
//! is woken when it goes, in whatever way, and wakes nobody else. The names are abstract: there is no
//! file that a killed program leaves behind.
//!
//! The lock's file holds the number given last and the last one whose turn is over, 8 bytes each.
//! They are never synced: after a power cut the line begins anew. Programs that do not share a
//! network namespace do not see each other in the line and meet at the lock.

use std::fs::File;
use std::io::{Error, ErrorKind, Result};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

/// More than will ever stand in a line, so that looking for its end comes to an end.
const PLACES_MAX: u64 = 256;

/// Where the two numbers stand in the file.
const GIVEN: u64 = 0;
const OVER: u64 = 8;

/// The line at one lock.
#[derive(Debug)]
pub(super) struct Line {
    /// What the names of its places begin with.
    name: String,
}

/// A writer's place in the line; given up when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    number: u64,
    /// The nearest one before it that may still be there.
    before: u64,
    _name: UnixListener,
}

impl Line {
    pub(super) fn at(lock: &File) -> Result<Self> {
        let of = lock.metadata()?;
        Ok(Self { name: format!("luot-gate-{:x}-{:x}", of.dev(), of.ino()) })
    }

    /// Takes the place behind all others; none when the system has none to give.
    pub(super) fn stand(&self, lock: &File) -> Option<Place> {
        match self.take(lock) {
            Ok(place) => Some(place),
            Err(error) => {
                tracing::warn!(%error, "no place in the line at the gate");
                None
            }
        }
    }

    fn take(&self, lock: &File) -> Result<Place> {
        let last = read(lock, GIVEN).max(read(lock, OVER));
        // Not far above what is written there, if that is no number of ours.
        for number in (1..=PLACES_MAX).map_while(|step| last.checked_add(step)) {
            match UnixListener::bind_addr(&self.address(number)?) {
                // Unless that turn came and went since the numbers were read.
                Ok(name) if read(lock, OVER) < number => {
                    lock.write_all_at(&number.to_le_bytes(), GIVEN)?;
                    return Ok(Place { number, before: number - 1, _name: name });
                }
                Err(error) if error.kind() != ErrorKind::AddrInUse => return Err(error),
                Ok(_) | Err(_) => {}
            }
        }
        // Whatever the file says is not of this line.
        lock.write_all_at(&[0; 16], 0)?;
        Err(Error::other("no free number"))
    }

    /// Waits until nobody is before this place, or for so long; whether nobody is.
    pub(super) fn wait(&self, lock: &File, place: &mut Place, until: Instant) -> bool {
        while read(lock, OVER) < place.before && place.number - place.before < PLACES_MAX {
            match self.is_gone(place.before, until) {
                // Over, or given up or killed in the line: then those before it are looked at.
                Ok(true) => place.before -= 1,
                Ok(false) => return false,
                Err(error) => {
                    tracing::warn!(%error, "the one before at the gate cannot be seen");
                    return true;
                }
            }
        }
        true
    }

    fn is_gone(&self, number: u64, until: Instant) -> Result<bool> {
        let one = match UnixStream::connect_addr(&self.address(number)?) {
            Ok(one) => one,
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => return Ok(true),
            Err(error) => return Err(error),
        };
        // It never says anything: whatever there is to read is its end.
        let mut end = [PollFd::new(&one, PollFlags::IN)];
        let limit = until.saturating_duration_since(Instant::now());
        match poll(&mut end, Timespec::try_from(limit).ok().as_ref()) {
            Ok(ended) => Ok(ended > 0),
            Err(Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn address(&self, number: u64) -> Result<SocketAddr> {
        SocketAddr::from_abstract_name(format!("{}-{number}", self.name))
    }
}

impl Place {
    /// Writes down that this turn is over; called by the one who has the lock.
    pub(super) fn pass(&self, lock: &File) {
        if let Err(error) = lock.write_all_at(&self.number.to_le_bytes(), OVER) {
            tracing::debug!(%error, "those behind will look for themselves");
        }
    }
}

/// One of the two numbers; 0 in a file that has none.
fn read(lock: &File, at: u64) -> u64 {
    let mut bytes = [0; 8];
    lock.read_exact_at(&mut bytes, at).map_or(0, |()| u64::from_le_bytes(bytes))
}

/// The number given last, for tests that must know who stands in the line.
#[cfg(test)]
pub(super) fn given(lock: &File) -> u64 {
    read(lock, GIVEN)
}
