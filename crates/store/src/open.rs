//! Opening a store, and the one way in which it is written.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use queue::{Site, Timestamp, What};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};
use uuid::Uuid;

use crate::act::{About, Ledger};
use crate::gate::Gate;
use crate::guard::Guard;
use crate::pause::pause;
use crate::server::{self, Server};
use crate::site::Applied;
use crate::url::Place;
use crate::{ActError, Error, News, StoreUrl, ballast, rescue, schema, site};

/// The first SQLite release without the WAL-reset fault (sqlite.org/wal.html, "walresetbug").
pub(crate) const LIBRARY_MIN: i32 = 3_051_003;

/// How long a writer waits for the others: many times what a crowd of programs on a slow disk
/// needs, and not for ever when one of them hangs.
const GATE_WAIT: Duration = Duration::from_secs(10);

/// A centre's queue, in a file of this machine or on a server.
#[derive(Debug)]
pub struct Store {
    pub(crate) url: StoreUrl,
    pub(crate) db: Option<Connection>,
    pub(crate) home: Home,
    pub(crate) applied: Option<Arc<Applied>>,
    pub(crate) lost: bool,
    /// The day's key of a store on a server, once it was asked for.
    pub(crate) slip_key: Option<(queue::BusinessDay, Vec<u8>)>,
}

/// Where the truth is; `db` is it, or mirrors it.
#[derive(Debug)]
pub(crate) enum Home {
    /// `db` is the file that all programs of this machine share.
    File(Box<Shared>),
    /// `db` is a mirror.
    Server(Box<Server>),
}

/// What programs that share a file need of each other.
#[derive(Debug)]
pub(crate) struct Shared {
    guard: Guard,
    gate: Gate,
    /// Shared by every program that has the store open; a restore wants it alone.
    _presence: File,
}

impl Store {
    /// Makes a new store with its first site. It appears whole or not at all.
    ///
    /// # Errors
    /// [`Error::Exists`] when a file is in the way, [`Error::InUse`] while another program makes
    /// it, and whatever the disk says.
    pub fn create(url: &StoreUrl, site: &Site, now: Timestamp) -> Result<Self, Error> {
        if let Place::Server(address) = url.place() {
            let db = fresh(site, now)?;
            server::create(address, &site.id, &db)?;
            return Self::open(&url.at_site(&site.id));
        }
        let path = url.file()?;
        let free = || match path.exists() {
            true => Err(Error::Exists { path: path.to_owned() }),
            false => Ok(()),
        };
        free()?;
        // Alone, so that of two makers one makes it and the other finds it there.
        let alone = alone(url)?;
        free()?;
        let new = url.beside("db-new")?;
        clear(&new)?;
        {
            let mut db = Connection::open(&new)?;
            db.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
            db.pragma_update(None, "journal_mode", "wal")?;
            first_day(&mut db, site, now)?;
            db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
            db.close().map_err(|(_, error)| Error::from(error))?;
        }
        File::open(&new).and_then(|file| file.sync_all()).map_err(file(&new))?;
        std::fs::rename(&new, path).map_err(file(path))?;
        sync_folder(path)?;
        drop(alone);
        Self::open(url)
    }

    /// Opens a store that exists.
    ///
    /// # Errors
    /// A missing, foreign, newer, damaged or read-only file, each by its own kind.
    pub fn open(url: &StoreUrl) -> Result<Self, Error> {
        Self::open_with(url, ballast::Measure::default())
    }

    /// Opens a store that keeps so much ballast.
    pub(crate) fn open_with(url: &StoreUrl, measure: ballast::Measure) -> Result<Self, Error> {
        let library = rusqlite::version_number();
        if library < LIBRARY_MIN {
            return Err(Error::OldLibrary { found: rusqlite::version().to_owned() });
        }
        if let Place::Server(address) = url.place() {
            let (db, server) = server::open(address)?;
            return Ok(Self::at(url, db, Home::Server(Box::new(server))));
        }
        rescue::unmarked(url)?;
        let path = url.file()?;
        if !path.is_file() {
            return Err(Error::Missing { path: path.to_owned() });
        }
        // Present before the first look, so that no restore moves the file away in between.
        let presence = present(url)?;
        let (db, found) = connect(path)?;
        if found < schema::VERSION {
            drop((db, presence));
            upgrade(url)?;
            return Self::open_with(url, measure);
        }
        let gate = Gate::new(url.beside("lock")?)?;
        let nudge = url.beside("nudge")?;
        lock_file(&nudge)?;
        let guard = Guard::new(url)?;
        ballast::keep(url, measure);
        let shared = Shared { guard, gate, _presence: presence };
        Ok(Self::at(url, db, Home::File(Box::new(shared))))
    }

    fn at(url: &StoreUrl, db: Connection, home: Home) -> Self {
        Self { url: url.clone(), db: Some(db), home, applied: None, lost: false, slip_key: None }
    }

    /// The centre as applied last.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn site(&mut self) -> Result<Site, Error> {
        self.read(|_, applied| Ok(applied.site.clone()))
    }

    /// Applies a centre. Services and counters that vanished keep their history and are no longer
    /// offered. Like every first transaction of a day it closes the days before.
    ///
    /// # Errors
    /// [`queue::Refusal::ClockInDoubt`], and whatever the database says.
    pub fn apply_site(&mut self, site: &Site, now: Timestamp) -> Result<queue::Event, ActError> {
        let (daykey, now) = (self.daykey(), self.corrected(now));
        self.write(|db, _| {
            site::write(db, site)?;
            let applied = Applied::read(db)?;
            let mut ledger = Ledger::begin(db, &applied, now)?;
            ledger.date_is_sure(now)?;
            ledger.request = Some(nobodys_request());
            ledger.close_past_days(daykey.as_deref())?;
            Ok(apply(&mut ledger, site)?)
        })
    }

    /// A watch on other programs' commits, for a thread of its own.
    #[must_use]
    pub fn news(&self) -> News {
        match (&self.home, self.url.beside("nudge")) {
            (Home::Server(server), _) => News::from_server(server.stirred()),
            (Home::File(_), Ok(nudge)) => News::of(&nudge),
            (Home::File(_), Err(_)) => News::silent(),
        }
    }

    /// Runs `read` on one snapshot of the database as it is now.
    pub(crate) fn read<T>(
        &mut self,
        read: impl FnOnce(&Connection, &Applied) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.alive()?;
        if let (Some(db), Home::Server(server)) = (self.db.as_mut(), &mut self.home) {
            let synced = server.sync(db);
            self.lost |= synced.as_ref().is_err_and(Error::store_is_lost);
            synced?;
        }
        self.read_here(read)
    }

    /// Runs `read` on what is known here, which is as old as the last look at most.
    pub(crate) fn read_here<T>(
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
        write: impl FnMut(&Connection, &Applied) -> Result<T, ActError>,
    ) -> Result<T, ActError> {
        self.alive()?;
        let Home::File(shared) = &mut self.home else { return self.write_to_server(write) };
        // SQLite's own wait is unfair: a writer that just committed takes the lock again.
        shared.gate.enter(GATE_WAIT)?;
        let outcome = write_gated(shared, self.db.as_mut(), &mut self.applied, write);
        if let Err(error) = shared.gate.leave() {
            tracing::error!(%error, "the gate could not be opened again");
            self.lost = true;
        }
        match &outcome {
            Ok(_) => self.nudge(),
            Err(ActError::Store(Error::Full)) => {
                if ballast::drop_it(&self.url) {
                    tracing::error!("the disk is full; the ballast was given up");
                }
            }
            Err(ActError::Store(error)) if error.store_is_lost() => self.lost = true,
            Err(_) => {}
        }
        outcome
    }

    /// The centre as applied last, with its codes.
    pub(crate) fn applied(&mut self) -> Result<Arc<Applied>, Error> {
        self.read(|_, _| Ok(()))?;
        self.applied.clone().ok_or(Error::Away)
    }

    /// The open database, for what is neither a read of one snapshot nor an action.
    pub(crate) fn connection(&mut self) -> Result<&mut Connection, Error> {
        self.alive()?;
        self.db.as_mut().ok_or(Error::Away)
    }

    /// Makes sure that what can be read holds, and that what cannot be read never will.
    ///
    /// In a file: brings every commit from the log into it, syncs it, and empties the log.
    /// On a server: what is still under way to it is fenced off.
    /// A commit whose sync failed is not in the log for those who run now, but its frames may lie
    /// behind the log's end, and whoever opens the store after a crash would take them up. So the
    /// log is cut, and the cut is synced.
    pub(crate) fn sync(&mut self) -> Result<(), Error> {
        self.alive()?;
        let db = self.db.as_mut().ok_or(Error::Away)?;
        let shared = match &mut self.home {
            Home::File(shared) => shared,
            Home::Server(server) => return server.fence(db),
        };
        let unknown = |detail: String| Error::OutcomeUnknown { detail };
        let busy: i64 = db
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(|error| unknown(error.to_string()))?;
        if busy != 0 {
            return Err(Error::Busy);
        }
        File::open(shared.guard.log())
            .and_then(|log| log.sync_all())
            .map_err(|error| unknown(error.to_string()))
    }

    /// Whether the file is still the one that others see; if not, this store is of no use.
    ///
    /// # Errors
    /// [`Error::Replaced`] when it is another file, [`Error::Damaged`] when some program has found
    /// it damaged and it is being restored.
    pub fn still_ours(&mut self) -> Result<(), Error> {
        let Home::File(shared) = &self.home else { return Ok(()) };
        let checked = shared.guard.check();
        self.lost |= checked.is_err();
        checked
    }

    fn alive(&self) -> Result<(), Error> {
        match &self.home {
            _ if !self.lost => Ok(()),
            Home::File(_) => Err(Error::Replaced),
            Home::Server(_) => Err(Error::Unreachable { detail: "the connection is lost".into() }),
        }
    }

    /// The centre's time: the clock of the server, where there is one.
    pub(crate) fn corrected(&self, now: Timestamp) -> Timestamp {
        match &self.home {
            Home::File(_) => now,
            Home::Server(server) => server.corrected(now),
        }
    }

    fn nudge(&self) {
        let Ok(path) = self.url.beside("nudge") else { return };
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
        if self.lost && matches!(self.home, Home::File(_)) {
            // A normal close would checkpoint through companions that are no longer ours.
            std::mem::forget(self.db.take());
        }
    }
}

/// A transaction of a file, inside its gate.
fn write_gated<T>(
    shared: &mut Shared,
    db: Option<&mut Connection>,
    applied: &mut Option<Arc<Applied>>,
    mut write: impl FnMut(&Connection, &Applied) -> Result<T, ActError>,
) -> Result<T, ActError> {
    shared.guard.check()?;
    let db = db.ok_or(Error::Away)?;
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    refresh(applied, &tx)?;
    let done = write(&tx, applied.as_ref().ok_or(Error::Away)?)?;
    tx.commit().map_err(|error| {
        // A commit that failed for want of space was rolled back; any other is in doubt.
        let error = Error::from(error);
        let settled = matches!(error, Error::Full | Error::Busy);
        if settled { error } else { Error::OutcomeUnknown { detail: error.to_string() } }
    })?;
    // Committed into a file that is not the one others see: only a file that is opened anew can
    // tell whether it holds there.
    shared.guard.check().map_err(|error| Error::OutcomeUnknown { detail: error.to_string() })?;
    Ok(done)
}

/// The tables of a new centre, and the event that says so.
fn first_day(db: &mut Connection, site: &Site, now: Timestamp) -> Result<(), Error> {
    let tx = db.transaction()?;
    schema::migrate(&tx, 0)?;
    new_epoch(&tx)?;
    site::write(&tx, site)?;
    let applied = Applied::read(&tx)?;
    let mut ledger = Ledger::begin(&tx, &applied, now)?;
    ledger.request = Some(nobodys_request());
    apply(&mut ledger, site)?;
    tx.commit()?;
    Ok(())
}

/// A new centre that is nowhere yet.
fn fresh(site: &Site, now: Timestamp) -> Result<Connection, Error> {
    let mut db = Connection::open("")?;
    first_day(&mut db, site, now)?;
    Ok(db)
}

pub(crate) fn refresh(applied: &mut Option<Arc<Applied>>, db: &Connection) -> Result<(), Error> {
    let version = Applied::version(db)?;
    if applied.as_ref().is_none_or(|known| known.version != version) {
        *applied = Some(Arc::new(Applied::read(db)?));
    }
    Ok(())
}

/// Writes the event of an applied site, and ties the site to it.
fn apply(ledger: &mut Ledger<'_>, site: &Site) -> Result<queue::Event, Error> {
    let what = What::SiteApplied { site: site::fingerprint(site::text(site)?.as_bytes()) };
    let event = ledger.emit(what, About::nothing())?;
    site::applied_by(ledger.db, &event)?;
    Ok(event)
}

/// The request of a transaction that no action asked for: it marks where the events of the action
/// before it end. No action has an empty digest.
pub(crate) fn nobodys_request() -> (Uuid, Vec<u8>) {
    (Uuid::now_v7(), Vec::new())
}

/// A name for this file's line of history; a restored copy begins another.
pub(crate) fn new_epoch(db: &Connection) -> Result<(), Error> {
    let epoch = Uuid::now_v7().to_string();
    db.execute(
        "INSERT INTO meta(key, value) VALUES('epoch', ?1)
         ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        params![epoch],
    )?;
    Ok(())
}

/// Tries for a lock for a fifth of a second. One that was given up can stand for a moment longer: a
/// program that is just being started holds a copy of every handle of its parent until it runs.
pub(crate) fn patiently(
    mut attempt: impl FnMut() -> Result<(), TryLockError>,
) -> Result<(), TryLockError> {
    for _ in 0..10 {
        match attempt() {
            Err(TryLockError::WouldBlock) => {}
            other => return other,
        }
        pause(Duration::from_millis(20));
    }
    attempt()
}

/// The store for this program alone, while it is rebuilt; refused while another has it open.
pub(crate) fn alone(url: &StoreUrl) -> Result<File, Error> {
    let path = url.beside("presence")?;
    let presence = lock_file(&path)?;
    match patiently(|| presence.try_lock()) {
        Ok(()) => Ok(presence),
        Err(TryLockError::WouldBlock) => Err(Error::InUse),
        Err(TryLockError::Error(source)) => Err(file(&path)(source)),
    }
}

/// The mark of a program that has the store open; refused while one rebuilds it.
pub(crate) fn present(url: &StoreUrl) -> Result<File, Error> {
    let path = url.beside("presence")?;
    let presence = lock_file(&path)?;
    match patiently(|| presence.try_lock_shared()) {
        Ok(()) => Ok(presence),
        Err(TryLockError::WouldBlock) => Err(Error::InUse),
        Err(TryLockError::Error(source)) => Err(file(&path)(source)),
    }
}

/// Opens the file, makes sure whose it is, and gives its schema.
fn connect(path: &Path) -> Result<(Connection, i64), Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.set_prepared_statement_cache_capacity(64);
    let found = identify(&db, path)?;
    configure(&db)?;
    Ok((db, found))
}

/// Brings an older file to this program's schema, alone, after a copy of it was put aside. The
/// schema is looked at again: another program may have been first.
fn upgrade(url: &StoreUrl) -> Result<(), Error> {
    let _alone = alone(url)?;
    let (mut db, found) = connect(url.file()?)?;
    if found >= schema::VERSION {
        return Ok(());
    }
    // Always a new copy: one that an earlier, failed upgrade left has not the days since.
    let copy = url.beside(&format!("schema-{found}.db"))?;
    crate::backup::copy_to(&db, &copy)?;
    tracing::info!(found, to = schema::VERSION, copy = %copy.display(), "upgrading the queue");
    let tx = db.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    // Tables are rebuilt in the migrations; their references are checked as a whole at the end.
    tx.execute_batch("PRAGMA defer_foreign_keys = ON")?;
    schema::migrate(&tx, found)?;
    new_epoch(&tx)?;
    tx.commit()?;
    Ok(())
}

pub(crate) fn identify(db: &Connection, path: &Path) -> Result<i64, Error> {
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
    Ok(found)
}

/// The pragmas of every connection; durability is read back, because it is the promise.
fn configure(db: &Connection) -> Result<(), Error> {
    db.busy_timeout(Duration::from_secs(5))?;
    // A plan that may depend on what is bound is made anew for each value; ours never does.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    let mode: String = db.query_row("PRAGMA journal_mode = wal", [], |row| row.get(0))?;
    db.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 16777216;",
    )?;
    // A copy becomes a WAL database here; its companions are made by the first read after that, and
    // the guard wants to see all three files.
    db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    let synchronous: i64 = db.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    if mode != "wal" || synchronous != 2 {
        let detail = format!("journal {mode}, synchronous {synchronous}: not durable");
        return Err(Error::ReadOnly { detail });
    }
    Ok(())
}

/// Removes what an attempt that was cut short has left: a database and all its companions. A
/// journal that stayed behind would be played into the next file of that name.
pub(crate) fn clear(path: &Path) -> Result<(), Error> {
    for suffix in ["", "-journal", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let leftover = Path::new(&name);
        if leftover.exists() {
            std::fs::remove_file(leftover).map_err(file(leftover))?;
        }
    }
    Ok(())
}

pub(crate) fn lock_file(path: &Path) -> Result<File, Error> {
    File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(file(path))
}

/// What the system said of a file, as what a person can do about it where that is known.
pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| {
        let kind = source.kind();
        if matches!(kind, ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied) {
            Error::ReadOnly { detail: format!("{}: {source}", path.display()) }
        } else if kind == ErrorKind::StorageFull {
            Error::Full
        } else {
            Error::File { path, source }
        }
    }
}

pub(crate) fn sync_folder(path: &Path) -> Result<(), Error> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(file(folder))
}
