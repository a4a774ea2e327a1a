//! One writer at a time, in the order in which they came, and no wait without an end.
//!
//! The gate is an exclusive lock on a file, which a killed holder gives back. The kernel's queue for
//! such a lock is no queue: it has no deadline, and whoever has just left and comes again overtakes
//! those it wakes. So writers stand in a [`line`], each watching only the one before it. The line is
//! a courtesy and the lock is the truth: whatever happens to the line, two are never inside, and
//! whoever finds no line takes its chance at the lock in short steps.

mod line;

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::Error;
use crate::open::{file, lock_file};
use crate::pause::pause;
use line::{Line, Place};

/// How long a writer looks only at the one before it. Then it looks at the lock as well: one that
/// is stopped while it waits does not hold up those behind it for longer.
const LOOK: Duration = Duration::from_millis(100);
/// The first and the longest pause of one who may go in while somebody outside the line is inside.
const PAUSES: (Duration, Duration) = (Duration::from_micros(50), Duration::from_millis(5));

/// A program's place at the gate.
#[derive(Debug)]
pub(crate) struct Gate {
    path: PathBuf,
    /// Before the place: the next one is told when it can go in.
    lock: File,
    line: Line,
    place: Option<Place>,
}

impl Gate {
    pub(crate) fn new(path: PathBuf) -> Result<Self, Error> {
        let lock = lock_file(&path)?;
        let line = Line::at(&lock).map_err(file(&path))?;
        Ok(Self { path, lock, line, place: None })
    }

    /// Waits for the turn, at most so long.
    ///
    /// # Errors
    /// [`Error::Busy`] when it did not come; whatever the system says of the file.
    pub(crate) fn enter(&mut self, wait: Duration) -> Result<(), Error> {
        let deadline = Instant::now() + wait;
        let mut place = self.line.stand(&self.lock);
        let mut step = PAUSES.0;
        loop {
            let look = deadline.min(Instant::now() + LOOK);
            let first = match &mut place {
                Some(place) => self.line.wait(&self.lock, place, look),
                None => true,
            };
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lock.try_lock() {
                Ok(()) => {
                    self.place = place;
                    return Ok(());
                }
                Err(TryLockError::WouldBlock) if left.is_zero() => return Err(Error::Busy),
                Err(TryLockError::WouldBlock) if first => {
                    pause(step.min(left));
                    step = (step * 2).min(PAUSES.1);
                }
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(source)) => return Err(file(&self.path)(source)),
            }
        }
    }

    /// Lets the next one in.
    pub(crate) fn leave(&mut self) -> std::io::Result<()> {
        let place = self.place.take();
        if let Some(place) = &place {
            place.pass(&self.lock);
        }
        // Before the place is given up: whoever is woken by that finds the gate open.
        self.lock.unlock()
    }
}

#[cfg(test)]
mod tests;
