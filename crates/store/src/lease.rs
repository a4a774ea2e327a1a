//! Whose counter is it: an exclusive claim with a heartbeat.
//!
//! The claim is a lock that the kernel gives back when the program dies. The heartbeat tells what a
//! lock cannot: that the program still answers. It is written beside the database, not into it,
//! because a beat every few seconds from every counter is no news and needs no disk to be safe.

use std::fs::{File, TryLockError};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use queue::{CounterId, Refusal, Timestamp};

use crate::open::{file, lock_file, patiently};
use crate::read::day_of_last;
use crate::{ActError, Error, Store};

/// A counter whose program has not beaten for so long does not answer, milliseconds: what it holds
/// is shown to the others, who may take it over. Nothing is ever called again by itself.
const QUIET_MS: i64 = 30_000;

/// The counters that hold a visitor; every program asks every few seconds, so nothing else is read.
pub(crate) const HOLDING: &str =
    "SELECT counter_id FROM leg INDEXED BY leg_counter WHERE state IN ('called','serving')";

/// A counter that is this program's until the claim is dropped or the program dies.
#[derive(Debug)]
pub struct Claim {
    lock: File,
    path: PathBuf,
}

impl Claim {
    /// Says that the program still answers; every five seconds is enough.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub fn beat(&self, now: Timestamp) -> Result<(), Error> {
        // Always as long as the last one, so that nothing of it stays behind.
        self.lock.write_all_at(format!("{:020}", now.0).as_bytes(), 0).map_err(file(&self.path))
    }
}

impl Store {
    /// Claims a counter for this program. The kernel gives it back when the program dies.
    ///
    /// # Errors
    /// [`Refusal::UnknownCounter`], [`Refusal::CounterInUse`], and whatever the disk says.
    pub fn claim(&mut self, counter: &CounterId, now: Timestamp) -> Result<Claim, ActError> {
        if self.site()?.counter(counter).is_none() {
            return Err(Refusal::UnknownCounter { counter: counter.clone() }.into());
        }
        let path = self.claim_path(counter);
        let lock = lock_file(&path)?;
        match patiently(|| lock.try_lock()) {
            Ok(()) => {
                let claim = Claim { lock, path };
                claim.beat(now)?;
                Ok(claim)
            }
            Err(TryLockError::WouldBlock) => {
                Err(Refusal::CounterInUse { counter: counter.clone() }.into())
            }
            Err(TryLockError::Error(source)) => Err(Error::File { path, source }.into()),
        }
    }

    /// The counters that hold a visitor and do not answer.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn quiet_counters(&mut self, now: Timestamp) -> Result<Vec<CounterId>, Error> {
        let held = self.read(|db, applied| {
            if day_of_last(db)? < applied.wall.local(now).day {
                // Yesterday's visitors are nobody's any more; the first action of today says so.
                return Ok(Vec::new());
            }
            let mut statement = db.prepare_cached(HOLDING)?;
            let mut rows = statement.query([])?;
            let mut held = Vec::new();
            while let Some(row) = rows.next()? {
                held.push(applied.counter(row.get(0)?)?);
            }
            Ok(held)
        })?;
        let mut quiet = Vec::new();
        for counter in held {
            if self.is_quiet(&counter, now)? {
                quiet.push(counter);
            }
        }
        quiet.sort();
        Ok(quiet)
    }

    /// Whether a counter's program has stopped answering, or there never was one.
    pub(crate) fn is_quiet(&self, counter: &CounterId, now: Timestamp) -> Result<bool, Error> {
        let path = self.claim_path(counter);
        let beat = match std::fs::read_to_string(&path) {
            Ok(text) => text.trim().parse().map(Timestamp).ok(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(source) => return Err(Error::File { path, source }),
        };
        // A beat far ahead is from before the clock was set back: a living program has beaten since.
        Ok(beat.is_none_or(|beat| now.since(beat).saturating_abs() >= QUIET_MS))
    }

    fn claim_path(&self, counter: &CounterId) -> PathBuf {
        // Codes are free text; two that differ only in signs must not share a file.
        let plain = counter.as_str().chars().map(|c| {
            if c.is_ascii_alphanumeric() { c.to_string() } else { format!("_{:x}", u32::from(c)) }
        });
        self.url.beside(&format!("counter-{}", plain.collect::<String>()))
    }
}
