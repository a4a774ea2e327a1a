//! A look at a store by somebody who changes nothing: no companion file is made, no lock is held that
//! a program waits for, nothing is repaired. It works while programs run and when the file is broken.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use queue::{BusinessDay, CounterId, Number, Site, Timestamp};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use crate::check::{chain, tail};
use crate::lease::{HOLDING, beat_beside, quiet_since};
use crate::read::{clock, day_of_last, first_of_day};
use crate::site::Applied;
use crate::{Error, Finding, Store, StoreUrl, ballast, open, rescue, schema};

mod disk;

pub use disk::{Disk, DiskKind};

/// What a look at a store found.
#[derive(Debug)]
pub struct Look {
    /// The disk under a file; nothing for a server, and where there is no such folder.
    pub disk: Option<Disk>,
    /// The files beside each other; nothing for a server.
    pub files: Option<Files>,
    /// What stands in it; the bytes of a file were looked through.
    pub found: Result<Found, Error>,
}

/// A store's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Files {
    /// The write-ahead log's size, bytes.
    pub log: u64,
    /// Whether the ballast for a full disk is there.
    pub ballast: bool,
    /// Whether everybody on the machine may read the database.
    pub open_to_all: bool,
    /// Whether a program has marked it as damaged.
    pub marked: bool,
}

/// What stands in a store.
#[derive(Clone, Debug)]
pub struct Found {
    /// The schema's version.
    pub schema: i64,
    /// The centre; nothing while an older schema is still to be brought up.
    pub site: Option<Site>,
    /// What is wrong with the last day's events and their chain.
    pub broken: Vec<Finding>,
    /// The last day on which something happened.
    pub day: BusinessDay,
    /// The last event.
    pub seq: i64,
    /// When it was.
    pub at: Timestamp,
    /// When a clock was found wrong on that day.
    pub clock: Option<Timestamp>,
    /// When the store was restored on that day.
    pub restored: Option<Timestamp>,
    /// The counters that hold a visitor and do not answer.
    pub quiet: Vec<CounterId>,
    /// The last call of that day of which no hall has said anything: its number and when.
    pub unheard: Option<(Number, Timestamp)>,
    /// When a hall said something of a call for the last time on that day.
    pub heard: Option<Timestamp>,
    /// The last test of a loudspeaker on that day: when, which display's, what was wrong.
    pub tested: Option<(Timestamp, String, Option<String>)>,
}

impl Store {
    /// The database library's version, and whether it is free of the fault that loses data.
    #[must_use]
    pub fn library() -> (&'static str, bool) {
        (rusqlite::version(), rusqlite::version_number() >= open::LIBRARY_MIN)
    }

    /// The newest schema this program knows.
    #[must_use]
    pub fn schema() -> i64 {
        schema::VERSION
    }

    /// Looks at a store and changes nothing. For a program that has no store open: what closes a file
    /// gives up the locks that the program has on it.
    #[must_use]
    pub fn inspect(url: &StoreUrl, now: Timestamp) -> Look {
        let Some(path) = url.path() else {
            return Look { disk: None, files: None, found: on_server(url, now) };
        };
        Look { disk: Disk::under(path), files: files(url, path), found: in_file(url, path, now) }
    }
}

fn files(url: &StoreUrl, path: &Path) -> Option<Files> {
    let mode = |place: &Path| Some(std::fs::metadata(place).ok()?.permissions().mode());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let (file, folder) = (mode(path)?, mode(folder.unwrap_or(Path::new(".")))?);
    Some(Files {
        log: size(&beside(path, "-wal")),
        ballast: ballast::is_there(url),
        // To come by the file one must be let into its folder.
        open_to_all: file & 0o006 != 0 && folder & 0o001 != 0,
        marked: rescue::unmarked(url).is_err(),
    })
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}

fn beside(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn on_server(url: &StoreUrl, now: Timestamp) -> Result<Found, Error> {
    let mut store = Store::open(url)?;
    let now = store.corrected(now);
    let quiet = store.quiet_counters(now)?;
    store.read(|db, applied| {
        let found = found(db, Some(applied.site.clone()), schema::VERSION)?;
        Ok(Found { quiet, ..found })
    })
}

fn in_file(url: &StoreUrl, path: &Path, now: Timestamp) -> Result<Found, Error> {
    if !path.is_file() {
        return Err(Error::Missing { path: path.to_owned() });
    }
    if size(path) == 0 {
        return Err(Error::Damaged { detail: "the file is empty".into() });
    }
    let companion = beside(path, "-shm");
    loop {
        let alone = !companion.exists() && size(&beside(path, "-wal")) == 0;
        if !alone && !companion.exists() {
            // After a crash: the log can be read only by whoever makes its index anew.
            let source = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(Error::File { path: companion, source });
        }
        let found = read_file(url, path, alone, now);
        // A program that has come meanwhile may have written under a reader that took no lock.
        if !alone || !companion.exists() {
            return found;
        }
    }
}

/// Reads a file without making its companions: alone it is taken to stand still, and else the index
/// that the programs share is read and never written.
fn read_file(url: &StoreUrl, path: &Path, alone: bool, now: Timestamp) -> Result<Found, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let ours = is_ours(path)?;
    let how = if alone { "immutable=1" } else { "readonly_shm=1" };
    let mut db = Connection::open_with_flags(uri(path, how), flags)?;
    db.busy_timeout(Duration::from_secs(5))?;
    let version = match open::identify(&db, path) {
        // Cut short it does not read, and says all the same whose it is.
        Err(Error::Foreign { .. }) if ours => {
            return Err(Error::Damaged { detail: "it does not read".into() });
        }
        version => version?,
    };
    let tx = db.transaction()?;
    let verdict: String = tx.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(Error::Damaged { detail: verdict });
    }
    if version < schema::VERSION {
        return bare(&tx, version);
    }
    let applied = Applied::read(&tx)?;
    let mut found = found(&tx, Some(applied.site.clone()), version)?;
    if found.day >= applied.wall.local(now).day {
        for counter in holding(&tx, &applied)? {
            if quiet_since(beat_beside(url, &counter)?, now) {
                found.quiet.push(counter);
            }
        }
    }
    Ok(found)
}

/// Whether a file begins as a queue does: SQLite's first words and our application id behind them.
fn is_ours(path: &Path) -> Result<bool, Error> {
    let mut header = [0; 72];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    match read {
        Ok(()) => {
            let id = schema::APPLICATION_ID.to_be_bytes();
            Ok(header.starts_with(b"SQLite format 3\0") && header[68..] == id[4..])
        }
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(open::file(path)(error)),
    }
}

fn uri(path: &Path, how: &str) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            // Writing to a text cannot fail.
            byte => drop(write!(uri, "%{byte:02X}")),
        }
    }
    uri + "?" + how
}

/// What can be said of an older schema, which has not all that is asked for.
fn bare(db: &Connection, schema: i64) -> Result<Found, Error> {
    let last = db
        .query_row("SELECT seq, at, day FROM event ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, Timestamp(row.get(1)?), BusinessDay(row.get(2)?)))
        })
        .optional()?;
    let (seq, at, day) = last.unwrap_or_default();
    Ok(Found {
        schema,
        site: None,
        broken: Vec::new(),
        day,
        seq,
        at,
        clock: None,
        restored: None,
        quiet: Vec::new(),
        unheard: None,
        heard: None,
        tested: None,
    })
}

fn found(db: &Connection, site: Option<Site>, schema: i64) -> Result<Found, Error> {
    let day = day_of_last(db)?;
    let first = first_of_day(db, day)?;
    let mut broken = tail(db)?;
    broken.extend(chain(db, first)?);
    let heard: Option<(i64, i64)> = db
        .query_row(
            "SELECT json_extract(data, '$.call'), at FROM event
             WHERE seq >= ?1 AND kind = 'announced' AND json_extract(data, '$.call') > 0
             ORDER BY seq DESC LIMIT 1",
            params![first],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let unheard = db
        .query_row(
            "SELECT t.prefix, t.number, e.at FROM event e JOIN ticket t ON t.id = e.ticket_id
             WHERE e.day = ?1 AND e.kind IN ('called','recalled','resumed') AND e.seq > ?2
             ORDER BY e.seq DESC LIMIT 1",
            params![day.0, heard.map_or(0, |(call, _)| call)],
            |row| {
                let prefix: String = row.get(0)?;
                Ok((Number::new(prefix, row.get(1)?), Timestamp(row.get(2)?)))
            },
        )
        .optional()?;
    let tested = db
        .query_row(
            "SELECT at, json_extract(data, '$.display'), json_extract(data, '$.fault') FROM event
             WHERE seq >= ?1 AND kind = 'announced' AND json_extract(data, '$.heard') = 'tested'
             ORDER BY seq DESC LIMIT 1",
            params![first],
            |row| Ok((Timestamp(row.get(0)?), row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    Ok(Found {
        site,
        broken,
        tested,
        clock: clock(db, day)?,
        restored: rescue::noted(db, day)?,
        unheard,
        heard: heard.map(|(_, at)| Timestamp(at)),
        ..bare(db, schema)?
    })
}

/// The counters that hold a visitor.
fn holding(db: &Connection, applied: &Applied) -> Result<Vec<CounterId>, Error> {
    let mut statement = db.prepare(HOLDING)?;
    let mut rows = statement.query([])?;
    let mut held = Vec::new();
    while let Some(row) = rows.next()? {
        held.push(applied.counter(row.get(0)?)?);
    }
    held.sort();
    Ok(held)
}
