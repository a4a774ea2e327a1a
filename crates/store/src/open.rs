//! Opening a store, and the one way in which it is written.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::Path;

use queue::{CounterId, Refusal, Site, Timestamp, What};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::act::Ledger;
use crate::guard::Guard;
use crate::site::Applied;
use crate::{ActError, Error, News, StoreUrl, schema, site};

/// The first SQLite release without the WAL-reset fault (sqlite.org/wal.html, "walresetbug").
const LIBRARY_MIN: i32 = 3_051_003;

/// A centre's queue on this machine.
#[derive(Debug)]
pub struct Store {
    url: StoreUrl,
    db: Option<Connection>,
    guard: Guard,
    gate: File,
    applied: Option<Applied>,
    lost: bool,
}

/// A counter that is this program's until the claim is dropped or the program dies.
#[derive(Debug)]
pub struct Claim {
    _lock: File,
}

impl Store {
    /// Makes a new store with its first site. It appears whole or not at all.
    ///
    /// # Errors
    /// [`Error::Exists`] when a file is in the way, and whatever the disk says.
    pub fn create(url: &StoreUrl, site: &Site, now: Timestamp) -> Result<Self, Error> {
        let path = url.path();
        if path.exists() {
            return Err(Error::Exists { path: path.to_owned() });
        }
        let new = url.beside("db-new");
        for leftover in [new.clone(), url.beside("db-new-wal"), url.beside("db-new-shm")] {
            if leftover.exists() {
                std::fs::remove_file(&leftover).map_err(file(&leftover))?;
            }
        }
        {
            let mut db = Connection::open(&new)?;
            db.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
            db.pragma_update(None, "user_version", schema::VERSION)?;
            db.pragma_update(None, "journal_mode", "wal")?;
            let tx = db.transaction()?;
            tx.execute_batch(schema::CREATE)?;
            site::write(&tx, site)?;
            let applied = Applied::read(&tx)?;
            let mut ledger = Ledger::begin(&tx, &applied, now)?;
            let what = What::SiteApplied { site: fingerprint(site)? };
            ledger.emit(what, None)?;
            tx.commit()?;
            db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
            db.close().map_err(|(_, error)| Error::from(error))?;
        }
        File::open(&new).and_then(|file| file.sync_all()).map_err(file(&new))?;
        std::fs::rename(&new, path).map_err(file(path))?;
        sync_folder(path)?;
        Self::open(url)
    }

    /// Opens a store that exists.
    ///
    /// # Errors
    /// A missing, foreign, newer, damaged or read-only file, each by its own kind.
    pub fn open(url: &StoreUrl) -> Result<Self, Error> {
        let library = rusqlite::version_number();
        if library < LIBRARY_MIN {
            return Err(Error::OldLibrary { found: rusqlite::version().to_owned() });
        }
        let path = url.path();
        if !path.is_file() {
            return Err(Error::Missing { path: path.to_owned() });
        }
        let db = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        db.set_prepared_statement_cache_capacity(64);
        identify(&db, path)?;
        configure(&db)?;
        let gate_path = url.beside("lock");
        let gate = lock_file(&gate_path)?;
        let nudge = url.beside("nudge");
        lock_file(&nudge)?;
        let guard = Guard::new(path)?;
        Ok(Self { url: url.clone(), db: Some(db), guard, gate, applied: None, lost: false })
    }

    /// The centre as applied last.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn site(&mut self) -> Result<Site, Error> {
        self.read(|_, applied| Ok(applied.site.clone()))
    }

    /// Applies a centre. Services and counters that vanished keep their history and are no longer
    /// offered.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn apply_site(&mut self, site: &Site, now: Timestamp) -> Result<queue::Event, Error> {
        let fingerprint = fingerprint(site)?;
        let written = self.write(|db, _| {
            site::write(db, site)?;
            let applied = Applied::read(db)?;
            let mut ledger = Ledger::begin(db, &applied, now)?;
            Ok(ledger.emit(What::SiteApplied { site: fingerprint }, None)?)
        });
        match written {
            Ok(event) => Ok(event),
            Err(ActError::Store(error)) => Err(error),
            Err(ActError::Refused(refusal)) => Err(Error::Stored(refusal.to_string())),
        }
    }

    /// A watch on other programs' commits, for a thread of its own.
    #[must_use]
    pub fn news(&self) -> News {
        News::of(&self.url.beside("nudge"))
    }

    /// Claims a counter for this program. The kernel gives it back when the program dies.
    ///
    /// # Errors
    /// [`Refusal::UnknownCounter`], [`Refusal::CounterInUse`], and whatever the disk says.
    pub fn claim(&mut self, counter: &CounterId) -> Result<Claim, ActError> {
        let known = self.read(|_, applied| Ok(applied.site.counter(counter).is_some()))?;
        if !known {
            return Err(Refusal::UnknownCounter { counter: counter.clone() }.into());
        }
        let plain: String =
            counter.as_str().chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        let path = self.url.beside(&format!("counter-{plain}"));
        let lock = lock_file(&path)?;
        match lock.try_lock() {
            Ok(()) => Ok(Claim { _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                Err(Refusal::CounterInUse { counter: counter.clone() }.into())
            }
            Err(TryLockError::Error(source)) => Err(Error::File { path, source }.into()),
        }
    }

    /// Runs `read` on one snapshot of the database.
    pub(crate) fn read<T>(
        &mut self,
        read: impl FnOnce(&Connection, &Applied) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.alive()?;
        let db = self.db.as_mut().ok_or(Error::Away)?;
        let tx = db.transaction_with_behavior(TransactionBehavior::Deferred)?;
        refresh(&mut self.applied, &tx)?;
        let applied = self.applied.as_ref().ok_or(Error::Away)?;
        read(&tx, applied)
    }

    /// Runs `write` as one durable transaction: through the gate, on the same file as everybody
    /// else, committed before it is believed, and told to all.
    pub(crate) fn write<T>(
        &mut self,
        write: impl FnOnce(&Connection, &Applied) -> Result<T, ActError>,
    ) -> Result<T, ActError> {
        self.alive()?;
        // SQLite's own wait is unfair: a writer that just committed takes the lock again. The
        // gate queues in the kernel, and a killed holder gives it back.
        self.gate.lock().map_err(file(&self.url.beside("lock")))?;
        let outcome = self.write_gated(write);
        if let Err(error) = self.gate.unlock() {
            tracing::error!(%error, "the gate could not be opened again");
            self.lost = true;
        }
        match &outcome {
            Ok(_) => self.nudge(),
            Err(ActError::Store(error)) if error.store_is_lost() => self.lost = true,
            Err(_) => {}
        }
        outcome
    }

    fn write_gated<T>(
        &mut self,
        write: impl FnOnce(&Connection, &Applied) -> Result<T, ActError>,
    ) -> Result<T, ActError> {
        self.guard.check()?;
        let db = self.db.as_mut().ok_or(Error::Away)?;
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        refresh(&mut self.applied, &tx)?;
        let applied = self.applied.as_ref().ok_or(Error::Away)?;
        let done = write(&tx, applied)?;
        tx.commit().map_err(|error| {
            // A commit that failed for want of space was rolled back; any other is in doubt.
            let error = Error::from(error);
            let settled = matches!(error, Error::Full | Error::Busy);
            if settled { error } else { Error::OutcomeUnknown { detail: error.to_string() } }
        })?;
        // Committed into a file that is not the one others see: only a file that is opened anew can
        // tell whether it holds there.
        self.guard.check().map_err(|error| Error::OutcomeUnknown { detail: error.to_string() })?;
        Ok(done)
    }

    /// Brings every commit from the log into the database file, syncs it, and empties the log.
    ///
    /// A commit whose sync failed is not in the log for those who run now, but its frames may lie
    /// behind the log's end, and whoever opens the store after a crash would take them up. So the
    /// log is cut, and the cut is synced.
    pub(crate) fn sync(&mut self) -> Result<(), Error> {
        self.alive()?;
        let db = self.db.as_mut().ok_or(Error::Away)?;
        let unknown = |detail: String| Error::OutcomeUnknown { detail };
        let busy: i64 = db
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(|error| unknown(error.to_string()))?;
        if busy != 0 {
            return Err(Error::Busy);
        }
        File::open(self.guard.log())
            .and_then(|log| log.sync_all())
            .map_err(|error| unknown(error.to_string()))
    }

    fn alive(&self) -> Result<(), Error> {
        if self.lost { Err(Error::Replaced) } else { Ok(()) }
    }

    fn nudge(&self) {
        let path = self.url.beside("nudge");
        let told =
            File::options().write(true).open(&path).and_then(|mut file| file.write_all(b"."));
        if let Err(error) = told {
            // Observers poll; they learn of it a moment later.
            tracing::debug!(%error, "no nudge was given");
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if self.lost {
            // A normal close would checkpoint through companions that are no longer ours.
            std::mem::forget(self.db.take());
        }
    }
}

fn refresh(applied: &mut Option<Applied>, db: &Connection) -> Result<(), Error> {
    let version = Applied::version(db)?;
    if applied.as_ref().is_none_or(|known| known.version != version) {
        *applied = Some(Applied::read(db)?);
    }
    Ok(())
}

fn identify(db: &Connection, path: &Path) -> Result<(), Error> {
    let foreign = || Error::Foreign { path: path.to_owned() };
    let id: i64 = match db.pragma_query_value(None, "application_id", |row| row.get(0)) {
        Ok(id) => id,
        Err(error) => {
            let error = Error::from(error);
            return Err(if matches!(error, Error::Damaged { .. }) { foreign() } else { error });
        }
    };
    if id != schema::APPLICATION_ID {
        return Err(foreign());
    }
    let found: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > schema::VERSION {
        return Err(Error::Newer { path: path.to_owned(), found, known: schema::VERSION });
    }
    Ok(())
}

/// The pragmas of every connection; durability is read back, because it is the promise.
fn configure(db: &Connection) -> Result<(), Error> {
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    let mode: String = db.query_row("PRAGMA journal_mode = wal", [], |row| row.get(0))?;
    db.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON; PRAGMA journal_size_limit = 16777216;",
    )?;
    let synchronous: i64 = db.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    if mode != "wal" || synchronous != 2 {
        let detail = format!("journal {mode}, synchronous {synchronous}: not durable");
        return Err(Error::ReadOnly { detail });
    }
    Ok(())
}

fn lock_file(path: &Path) -> Result<File, Error> {
    File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(file(path))
}

fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    |source| Error::File { path, source }
}

fn sync_folder(path: &Path) -> Result<(), Error> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(file(folder))
}

fn fingerprint(site: &Site) -> Result<String, Error> {
    use sha2::{Digest, Sha256};
    let text = serde_json::to_string(site)?;
    Ok(Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}
