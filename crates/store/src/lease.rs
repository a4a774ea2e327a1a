//! Whose counter is it: an exclusive claim with a heartbeat.
//!
//! The claim is a lock that the kernel gives back when the program dies. The heartbeat tells what a
//! lock cannot: that the program still answers. It is written beside the database, not into it,
//! because a beat every few seconds from every counter is no news and needs no disk to be safe.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use queue::{CounterId, Refusal, Timestamp};

use crate::open::{Home, file, lock_file, patiently};
use crate::read::day_of_last;
use crate::server::Held;
use crate::{ActError, Error, Store, StoreUrl};

/// A counter whose program has not beaten for so long does not answer, milliseconds: what it holds
/// is shown to the others, who may take it over. Nothing is ever called again by itself.
const QUIET_MS: i64 = 30_000;

/// The counters that hold a visitor; every program asks every few seconds, so nothing else is read.
pub(crate) const HOLDING: &str =
    "SELECT counter_id FROM leg INDEXED BY leg_counter WHERE state IN ('called','serving')";

/// A counter that is this program's until the claim is dropped or the program dies.
#[derive(Debug)]
pub struct Claim(Hold);

#[derive(Debug)]
enum Hold {
    /// A lock of the file system.
    File { counter: CounterId, lock: File, path: PathBuf },
    /// A lock of the connection.
    Server(Held),
}

impl Claim {
    /// Says that the program still answers; every five seconds is enough.
    ///
    /// # Errors
    /// [`Error::ClaimLost`] when another program has the counter by now, which can be only after the
    /// connection to a server broke; whatever the disk or the server says.
    pub fn beat(&self, now: Timestamp) -> Result<(), Error> {
        match &self.0 {
            // Always as long as the last one, so that nothing of it stays behind.
            Hold::File { lock, path, .. } => {
                lock.write_all_at(format!("{:020}", now.0).as_bytes(), 0).map_err(file(path))
            }
            Hold::Server(held) if held.beat(now)? => Ok(()),
            Hold::Server(_) => Err(Error::ClaimLost),
        }
    }

    /// The counter.
    #[must_use]
    pub fn counter(&self) -> &CounterId {
        match &self.0 {
            Hold::File { counter, .. } => counter,
            Hold::Server(held) => held.counter(),
        }
    }

    /// Whether the claim holds although the store is opened anew. One of a connection does not.
    #[must_use]
    pub fn outlives_the_store(&self) -> bool {
        matches!(self.0, Hold::File { .. })
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
        let in_use = || Refusal::CounterInUse { counter: counter.clone() };
        if let Home::Server(server) = &self.home {
            let held = server.claim(counter, now)?.ok_or_else(in_use)?;
            return Ok(Claim(Hold::Server(held)));
        }
        let path = claim_path(&self.url, counter)?;
        let lock = lock_file(&path)?;
        match patiently(|| lock.try_lock()) {
            Ok(()) => {
                let claim = Claim(Hold::File { counter: counter.clone(), lock, path });
                claim.beat(now)?;
                Ok(claim)
            }
            Err(TryLockError::WouldBlock) => Err(in_use().into()),
            Err(TryLockError::Error(source)) => Err(Error::File { path, source }.into()),
        }
    }

    /// Claims a counter anew for the program that had it when the connection to its server was lost.
    ///
    /// # Errors
    /// [`Refusal::CounterInUse`] when another program has it by now, and whatever the server says.
    pub fn claim_again(&mut self, lost: &Claim, now: Timestamp) -> Result<Claim, ActError> {
        let in_use = || Refusal::CounterInUse { counter: lost.counter().clone() };
        match (&self.home, &lost.0) {
            (Home::Server(server), Hold::Server(held)) => {
                let held = server.reclaim(held, now)?.ok_or_else(in_use)?;
                Ok(Claim(Hold::Server(held)))
            }
            (Home::File(_), _) | (_, Hold::File { .. }) => self.claim(lost.counter(), now),
        }
    }

    /// The counters that hold a visitor and do not answer.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn quiet_counters(&mut self, now: Timestamp) -> Result<Vec<CounterId>, Error> {
        let now = self.corrected(now);
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
        let beats = if held.is_empty() { None } else { self.beats()? };
        for counter in held {
            if quiet_since(self.beat_of(beats.as_ref(), &counter)?, now) {
                quiet.push(counter);
            }
        }
        quiet.sort();
        Ok(quiet)
    }

    /// Whether a counter's program has stopped answering, or there never was one; `now` is the
    /// centre's time.
    pub(crate) fn is_quiet(&self, counter: &CounterId, now: Timestamp) -> Result<bool, Error> {
        Ok(quiet_since(self.beat_of(self.beats()?.as_ref(), counter)?, now))
    }

    /// The beats of a centre on a server.
    fn beats(&self) -> Result<Option<BTreeMap<CounterId, Timestamp>>, Error> {
        match &self.home {
            Home::Server(server) => server.beats().map(Some),
            Home::File(_) => Ok(None),
        }
    }

    fn beat_of(
        &self,
        beats: Option<&BTreeMap<CounterId, Timestamp>>,
        counter: &CounterId,
    ) -> Result<Option<Timestamp>, Error> {
        match beats {
            Some(beats) => Ok(beats.get(counter).copied()),
            None => beat_beside(&self.url, counter),
        }
    }
}

fn claim_path(url: &StoreUrl, counter: &CounterId) -> Result<PathBuf, Error> {
    url.beside(&format!("counter-{}", plain(counter.as_str())))
}

/// When a counter's program has beaten last, beside a file.
pub(crate) fn beat_beside(url: &StoreUrl, counter: &CounterId) -> Result<Option<Timestamp>, Error> {
    let path = claim_path(url, counter)?;
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim().parse().map(Timestamp).ok()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::File { path, source }),
    }
}

/// A code as a part of a name. Codes are free text; two that differ only in signs must not share one.
pub(crate) fn plain(code: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() { c.to_string() } else { format!("_{:x}", u32::from(c)) }
    };
    code.chars().map(plain).collect()
}

/// A beat far ahead is from before the clock was set back: a living program has beaten since.
pub(crate) fn quiet_since(beat: Option<Timestamp>, now: Timestamp) -> bool {
    beat.is_none_or(|beat| now.since(beat).saturating_abs() >= QUIET_MS)
}
