//! One writer at a time, in the order in which they came, and no wait without an end.
//!
//! The gate is a lock on a file: writers queue in the kernel, and a killed holder gives it back. The
//! kernel's wait has no deadline, and asking again and again in short steps would make it a lottery
//! in which one of eight programs waits thirty turns now and then. So a writer that finds the gate
//! taken lets a thread wait in the kernel's queue and waits for the thread, which costs some
//! microseconds where a turn costs a sync. Whoever gives up leaves the thread where it is: there
//! is never more than one, and a gate that nobody wants by then is passed on at once.

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Error;
use crate::open::{file, lock_file};

/// A program's place at the gate.
#[derive(Debug)]
pub(crate) struct Gate {
    path: PathBuf,
    lock: File,
    queue: Arc<Queue>,
}

/// What a writer and the thread that waits for it tell each other.
#[derive(Debug, Default)]
struct Queue {
    seat: Mutex<Seat>,
    told: Condvar,
}

#[derive(Debug, Default)]
struct Seat {
    /// A thread stands in the kernel's queue.
    taken: bool,
    /// The writer still waits for it.
    wanted: bool,
    /// What came of it.
    turn: Option<std::io::Result<File>>,
}

impl Queue {
    /// No code runs under this lock that could leave it half changed.
    fn seat(&self) -> MutexGuard<'_, Seat> {
        self.seat.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits in the kernel's queue and hands the turn over, if it is still wanted.
    fn stand(&self, lock: File) {
        let turn = lock.lock().map(|()| lock);
        let mut seat = self.seat();
        seat.taken = false;
        // A turn that nobody waits for any more is given back by closing its file.
        seat.turn = seat.wanted.then_some(turn);
        self.told.notify_all();
    }
}

impl Gate {
    pub(crate) fn new(path: PathBuf) -> Result<Self, Error> {
        Ok(Self { lock: lock_file(&path)?, path, queue: Arc::default() })
    }

    /// Waits for the turn, at most so long.
    ///
    /// # Errors
    /// [`Error::Busy`] when it did not come; whatever the system says of the file.
    pub(crate) fn enter(&mut self, wait: Duration) -> Result<(), Error> {
        // The kernel's blocking call begins with the same attempt: nobody is overtaken by it.
        match self.lock.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(source)) => return Err(file(&self.path)(source)),
        }
        let mut seat = self.queue.seat();
        seat.wanted = true;
        if !seat.taken {
            // A file of its own: two handles of one file would hold, and lose, the lock together.
            let lock = lock_file(&self.path)?;
            let queue = Arc::clone(&self.queue);
            let stands = std::thread::Builder::new().name("gate".into());
            stands.spawn(move || queue.stand(lock)).map_err(file(&self.path))?;
            seat.taken = true;
        }
        let waits = |seat: &mut Seat| seat.turn.is_none();
        let (mut seat, _) = self
            .queue
            .told
            .wait_timeout_while(seat, wait, waits)
            .unwrap_or_else(PoisonError::into_inner);
        seat.wanted = false;
        match seat.turn.take() {
            Some(Ok(lock)) => {
                drop(seat);
                self.lock = lock;
                Ok(())
            }
            Some(Err(source)) => Err(file(&self.path)(source)),
            None => Err(Error::Busy),
        }
    }

    /// Lets the next one in.
    pub(crate) fn leave(&self) -> std::io::Result<()> {
        self.lock.unlock()
    }
}

#[cfg(test)]
mod tests;
