//! Whose counter is it: an exclusive claim with a heartbeat.
//!
//! The claim is a lock that the kernel gives back when the program dies. The heartbeat tells what a
//! lock cannot: that the program still answers. It is written beside the database, not into it,
//! because a beat every few seconds from every counter is no news and needs no disk to be safe.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use queue::{Action, CounterId, OfficerId, Refusal, Shift, Timestamp};
use uuid::Uuid;

use crate::open::{Home, file, lock_file, patiently};
use crate::read::day_of_last;
use crate::server::Held;
use crate::{ActError, Done, Error, Store, StoreUrl};

/// A counter whose program has not beaten for so long does not answer, milliseconds: what it holds
/// is shown to the others, who may take it over. Nothing is ever called again by itself.
const QUIET_MS: i64 = 30_000;

/// The counters that hold a visitor; every program asks every few seconds, so nothing else is read.
pub(crate) const HOLDING: &str =
    "SELECT counter_id FROM leg INDEXED BY leg_counter WHERE state IN ('called','serving')";

/// A counter that is this program's until the claim is dropped or the program dies.
#[derive(Debug)]
pub struct Claim {
    hold: Hold,
    /// The last event when it was made, or the one by which it was taken.
    since: i64,
}

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
    /// [`Error::ClaimLost`] when another program has the counter by now, because it took it or
    /// because the connection to a server broke; whatever the disk or the server says.
    pub fn beat(&self, now: Timestamp) -> Result<(), Error> {
        match &self.hold {
            Hold::File { lock, path, .. } if !is_at(lock, path)? => Err(Error::ClaimLost),
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
        match &self.hold {
            Hold::File { counter, .. } => counter,
            Hold::Server(held) => held.counter(),
        }
    }

    /// Whether the claim holds although the store is opened anew. One of a connection does not.
    #[must_use]
    pub fn outlives_the_store(&self) -> bool {
        matches!(self.hold, Hold::File { .. })
    }

    /// Whether an event by which some program took the counter came after this claim: then it is
    /// this program's no more.
    #[must_use]
    pub fn is_before(&self, taken: i64) -> bool {
        self.since < taken
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
            return self.claimed(Hold::Server(held));
        }
        let path = claim_path(&self.url, counter)?;
        let lock = lock_file(&path)?;
        match patiently(|| lock.try_lock()) {
            // Whoever takes a counter puts another file in the place of its lock.
            Ok(()) if !is_at(&lock, &path)? => Err(in_use().into()),
            Ok(()) => {
                let claim = self.claimed(Hold::File { counter: counter.clone(), lock, path })?;
                claim.beat(now)?;
                Ok(claim)
            }
            Err(TryLockError::WouldBlock) => Err(in_use().into()),
            Err(TryLockError::Error(source)) => Err(Error::File { path, source }.into()),
        }
    }

    /// Takes a counter from the program that has it, which need not answer: from the event on that
    /// program acts there no more, and whoever is at the counter stays there.
    ///
    /// # Errors
    /// As [`queue::may_work`]; [`Refusal::CounterInUse`] when a third program was faster; whatever
    /// the disk or the server says.
    pub fn take(
        &mut self,
        request: Uuid,
        counter: &CounterId,
        officer: Option<OfficerId>,
        now: Timestamp,
    ) -> Result<(Claim, Done), ActError> {
        let board = self.board(now)?;
        queue::may_work(&board.officers, &self.site()?, counter, officer.as_ref())?;
        // One at a time: who has the lock is then the one whom the record names last.
        let _alone = self.alone_at(counter)?;
        // The lock first: between the event and the lock a third program would find it free.
        let hold = self.seize(counter, now)?;
        let action = Action::Shift { counter: counter.clone(), change: Shift::Take { officer } };
        let done = self.act(request, &action, now)?;
        let since = done.events.last().map_or(0, |event| event.seq);
        let claim = Claim { hold, since };
        claim.beat(now)?;
        Ok((claim, done))
    }

    /// Keeps the others from taking this counter meanwhile. On a server the connection of whoever
    /// was faster is ended instead.
    fn alone_at(&self, counter: &CounterId) -> Result<Option<File>, ActError> {
        if matches!(self.home, Home::Server(_)) {
            return Ok(None);
        }
        let path = claim_path(&self.url, counter)?.with_added_extension("taking");
        let lock = lock_file(&path)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => {
                Err(Refusal::CounterInUse { counter: counter.clone() }.into())
            }
            Err(TryLockError::Error(source)) => Err(Error::File { path, source }.into()),
        }
    }

    /// The lock of a counter, whoever has it.
    fn seize(&mut self, counter: &CounterId, now: Timestamp) -> Result<Hold, ActError> {
        if let Home::Server(server) = &self.home {
            let in_use = || Refusal::CounterInUse { counter: counter.clone() };
            return Ok(Hold::Server(server.seize(counter, now)?.ok_or_else(in_use)?));
        }
        let path = claim_path(&self.url, counter)?;
        let new = path.with_added_extension("new");
        let lock = lock_file(&new)?;
        lock.lock().and_then(|()| std::fs::rename(&new, &path)).map_err(file(&new))?;
        Ok(Hold::File { counter: counter.clone(), lock, path })
    }

    /// A claim that was made now: what is on record so far was before it.
    fn claimed(&mut self, hold: Hold) -> Result<Claim, ActError> {
        Ok(Claim { hold, since: self.last_seq()? })
    }

    /// Claims a counter anew for the program that had it when the connection to its server was lost,
    /// or its lock. The claim stays as old as it was: whoever took the counter since still counts.
    ///
    /// # Errors
    /// [`Refusal::CounterInUse`] when another program has it by now, and whatever the server says.
    pub fn claim_again(&mut self, lost: &Claim, now: Timestamp) -> Result<Claim, ActError> {
        let in_use = || Refusal::CounterInUse { counter: lost.counter().clone() };
        match (&self.home, &lost.hold) {
            (Home::Server(server), Hold::Server(held)) => {
                let held = server.reclaim(held, now)?.ok_or_else(in_use)?;
                Ok(Claim { hold: Hold::Server(held), since: lost.since })
            }
            (Home::File(_), _) | (_, Hold::File { .. }) => {
                let claim = self.claim(lost.counter(), now)?;
                Ok(Claim { since: lost.since, ..claim })
            }
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

/// Whether an open file is still the one of this name.
fn is_at(open: &File, path: &Path) -> Result<bool, Error> {
    let ours = open.metadata().map_err(file(path))?;
    match std::fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(Error::File { path: path.to_owned(), source }),
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
