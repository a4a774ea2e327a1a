//! Copies that can be trusted, and the way back from one.
//!
//! A copy is made by `VACUUM INTO`: one consistent state, while everybody goes on writing (the
//! online-backup interface starts over whenever another process writes and may never end). It is
//! verified before it gets its name. The way back is only for a store that nobody has open; what
//! was given since the copy may be on paper, so the day's numbers go on above it, and above those of
//! the file that is put aside as far as that can still be read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use queue::{BusinessDay, Event, Site, Timestamp, WallClock, What};
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};

use crate::act::{About, Ledger};
use crate::open::{alone, clear, file, new_epoch, nobodys_request, sync_folder};
use crate::site::Applied;
use crate::{Error, Store, StoreUrl, rescue, schema, site};

/// How many numbers of each series are left out after a restore.
pub(crate) const SKIPPED: u32 = 100;
/// How many tickets' identities are left out then: more than are given in a day.
const IDS_SKIPPED: i64 = 100_000;
/// The highest last number that is believed of a file that may be damaged: no centre gives so many
/// in a day.
const BELIEVED_MAX: u32 = 100_000;
/// Days of which a copy is kept.
const DAYS_KEPT: usize = 7;
/// Of the last of them every copy is kept, of the others the last: a day has forty copies, and a
/// queue of some years is not small.
const DAYS_WHOLE: usize = 2;
/// A copy is made only where so much stays free beside it, bytes.
const FREE_MIN: u64 = 16 * 1024 * 1024;
/// Last copies of earlier months that are kept.
const MONTHS_KEPT: usize = 12;

/// The newest copy in a folder, as the schedule needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// When it was made, to the minute.
    pub at: Timestamp,
    /// The last event it holds.
    pub seq: i64,
}

/// A copy that was made and verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// The last event it holds.
    pub seq: i64,
    /// Older copies that were removed.
    pub removed: Vec<PathBuf>,
}

/// What a restore did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The last event of the copy.
    pub from: i64,
    /// Where the old files were put.
    pub aside: PathBuf,
    /// How many numbers of each series were left out, at the least: those that the file put aside
    /// has given since the copy are left out, too.
    pub skipped: u32,
}

impl Store {
    /// Copies the store into `folder` as `queue-YYYYMMDD-HHMM.db`, verifies the copy, and removes
    /// older copies except those of yesterday, the last of each of the five days before, and the last
    /// of each of twelve months. Writers are not blocked.
    ///
    /// # Errors
    /// [`Error::Full`] when the copy would leave the disk without room, [`Error::BadBackup`] when it
    /// does not verify; whatever the disk says.
    pub fn backup(&mut self, folder: &Path, now: Timestamp) -> Result<Backup, Error> {
        std::fs::create_dir_all(folder).map_err(file(folder))?;
        self.reach_all()?;
        let seq_before = self.last_seq()?;
        let site = self.site()?;
        let local = site.wall_clock().map(|wall| wall.local(now));
        let local = local.map_err(|error| Error::Stored(error.to_string()))?;
        let minute = local.minute;
        let name = format!("queue-{}-{:02}{:02}.db", local.day.0, minute / 60, minute % 60);
        let path = folder.join(name);
        room(&self.url, folder)?;
        let db = self.connection()?;
        let seq = copy_to(db, &path)?;
        if seq < seq_before {
            let detail = format!("the copy ends at event {seq}, the queue had {seq_before}");
            return Err(Error::BadBackup { path, detail });
        }
        let bytes = std::fs::metadata(&path).map_err(file(&path))?.len();
        let removed = prune(folder)?;
        Ok(Backup { path, bytes, seq, removed })
    }

    /// The copies in a folder, newest first; none where there is no folder.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn backups(folder: &Path) -> Result<Vec<PathBuf>, Error> {
        Ok(copies(folder)?.into_iter().map(|(_, copy)| copy).collect())
    }

    /// The newest copy in a folder; nothing where there is none that can be read.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn last_backup(folder: &Path, wall: &WallClock) -> Result<Option<Copied>, Error> {
        let Some((stamp, path)) = copies(folder)?.into_iter().next() else { return Ok(None) };
        let time = made_at(&stamp, wall);
        let look = || -> Result<i64, rusqlite::Error> {
            let db = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            db.query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get(0))
        };
        Ok(time.zip(look().ok()).map(|(at, seq)| Copied { at, seq }))
    }

    /// When each copy in a folder was made by its name, to the minute, with that name; newest first.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn backup_times(
        folder: &Path,
        wall: &WallClock,
    ) -> Result<Vec<(Timestamp, String)>, Error> {
        let copies = copies(folder)?.into_iter().filter_map(|(stamp, path)| {
            Some((made_at(&stamp, wall)?, path.file_name()?.to_str()?.to_owned()))
        });
        Ok(copies.collect())
    }

    /// Puts a verified copy in the place of the store. Refused while any program has it open. The
    /// files that were there are put aside, never deleted. Numbers of the day go on 100 above the
    /// copy's and, where the old file can still be read, 100 above its own, because those given since
    /// may be on paper.
    ///
    /// # Errors
    /// [`Error::InUse`], [`Error::BadBackup`], and whatever the disk says; the store is then as it
    /// was.
    pub fn restore(url: &StoreUrl, backup: &Path, now: Timestamp) -> Result<Restored, Error> {
        let _alone = alone(url)?;
        restore_alone(url, backup, now)
    }
}

/// The restore itself, by whoever holds the store alone.
pub(crate) fn restore_alone(
    url: &StoreUrl,
    backup: &Path,
    now: Timestamp,
) -> Result<Restored, Error> {
    let from = verify(backup)?;
    let (path, fresh) = (url.file()?, url.beside("db-restored")?);
    clear(&fresh)?;
    std::fs::copy(backup, &fresh).map_err(file(&fresh))?;
    continue_above(&fresh, url, from, now)?;
    let aside = put_aside(url, now)?;
    std::fs::rename(&fresh, path).map_err(file(path))?;
    sync_folder(path)?;
    rescue::unmark(url)?;
    Ok(Restored { from, aside, skipped: SKIPPED })
}

/// A file as somebody reads it who changes nothing.
pub(crate) fn read_only(path: &Path) -> Result<Connection, Error> {
    Ok(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?)
}

/// Refuses a copy that would be what fills the disk.
fn room(url: &StoreUrl, folder: &Path) -> Result<(), Error> {
    // What a copy of a server will need shows only when it is made.
    let Some(path) = url.path() else { return Ok(()) };
    let size = std::fs::metadata(path).map_err(file(path))?.len();
    let disk = rustix::fs::statvfs(folder).map_err(|error| file(folder)(error.into()))?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free < size.saturating_add(FREE_MIN) { Err(Error::Full) } else { Ok(()) }
}

/// A compact, consistent copy, verified before it gets its name; its last event. It appears whole
/// or not at all, and a good copy of that name is never lost to a bad one.
pub(crate) fn copy_to(db: &Connection, path: &Path) -> Result<i64, Error> {
    let part = path.with_extension("part");
    clear(&part)?;
    let name = part.to_str().ok_or_else(|| Error::Stored("the path is not text".into()))?;
    let made = (|| {
        db.execute("VACUUM INTO ?1", params![name])?;
        File::open(&part).and_then(|copy| copy.sync_all()).map_err(file(&part))?;
        verify(&part)
    })();
    let seq = match made {
        Ok(seq) => seq,
        Err(error) => {
            // Half a copy on a disk that is full would keep it full.
            if let Err(left) = clear(&part) {
                tracing::warn!(%left, "half a copy was left");
            }
            return Err(error);
        }
    };
    std::fs::rename(&part, path).map_err(file(path))?;
    sync_folder(path)?;
    Ok(seq)
}

/// Opens a copy as a stranger would and gives its last event.
pub(crate) fn verify(path: &Path) -> Result<i64, Error> {
    let bad = |detail: String| Error::BadBackup { path: path.to_owned(), detail };
    if !path.is_file() {
        return Err(bad("there is no such file".into()));
    }
    let look = || -> Result<(i64, i64, String, i64), Error> {
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let id = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
        let version = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let mut verdict: String =
            db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        let seq = db.query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get(0))?;
        if verdict == "ok" && (id, version) == rescue::OURS {
            verdict = site::damage(&db)?.unwrap_or(verdict);
        }
        Ok((id, version, verdict, seq))
    };
    let (id, version, verdict, seq) = look().map_err(|error| bad(error.to_string()))?;
    if id != schema::APPLICATION_ID {
        return Err(bad("it is not a queue of this program".into()));
    }
    if version > schema::VERSION {
        let (path, known) = (path.to_owned(), schema::VERSION);
        return Err(Error::Newer { path, found: version, known });
    }
    if verdict == "ok" { Ok(seq) } else { Err(bad(verdict)) }
}

/// Leaves the numbers out that may be on paper, and writes the restore into the ledger.
fn continue_above(path: &Path, url: &StoreUrl, from: i64, now: Timestamp) -> Result<(), Error> {
    let mut db = Connection::open(path)?;
    db.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")?;
    let tx = db.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    let found: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found < schema::VERSION {
        tx.execute_batch("PRAGMA defer_foreign_keys = ON")?;
        schema::migrate(&tx, found)?;
    }
    let applied = Applied::read(&tx)?;
    let daykey = url.beside("daykey")?;
    let how = LeftOut { from, skip: SKIPPED, daykey: Some(&daykey) };
    let event = left_out(&tx, &applied, &how, now, |day| given_since(url, day))?;
    rescue::note(&tx, &event)?;
    tx.commit()?;
    db.close().map_err(|(_, error)| Error::from(error))?;
    File::open(path).and_then(|fresh| fresh.sync_all()).map_err(file(path))
}

/// How a copy goes on.
pub(crate) struct LeftOut<'a> {
    /// Its last event.
    pub(crate) from: i64,
    /// How many numbers of each series are left out at the least.
    pub(crate) skip: u32,
    pub(crate) daykey: Option<&'a Path>,
}

/// Another line of history begins, above all that may be on paper; the event that says so.
pub(crate) fn left_out(
    db: &Connection,
    applied: &Applied,
    how: &LeftOut<'_>,
    now: Timestamp,
    given: impl FnOnce(BusinessDay) -> BTreeMap<String, u32>,
) -> Result<Event, Error> {
    let mut ledger = Ledger::begin(db, applied, now)?;
    ledger.request = Some(nobodys_request());
    ledger.close_past_days(how.daykey)?;
    skip_numbers(db, &applied.site, ledger.day, how.skip, &given(ledger.day))?;
    skip_ids(db)?;
    new_epoch(db)?;
    ledger.emit(What::Restored { from: how.from, skipped: how.skip }, About::nothing())
}

/// The last number of each series of a day in the file that will be put aside and in those that
/// were put aside before: a restore that was cut short has moved the file already. Nothing where one
/// cannot be read, for that may be why it is replaced.
fn given_since(url: &StoreUrl, day: BusinessDay) -> BTreeMap<String, u32> {
    let mut given = BTreeMap::new();
    for old in old_files(url).iter().filter(|old| old.is_file()) {
        match given_in(old, day) {
            Ok(found) => {
                for (prefix, last) in found {
                    let known: &mut u32 = given.entry(prefix).or_default();
                    *known = last.max(*known);
                }
            }
            Err(error) => {
                let old = old.display();
                tracing::warn!(%error, %old, "a file put aside does not tell which numbers it gave");
            }
        }
    }
    given
}

fn given_in(old: &Path, day: BusinessDay) -> Result<Vec<(String, u32)>, rusqlite::Error> {
    let db = Connection::open_with_flags(old, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let sql = "SELECT prefix, last FROM day_number WHERE day = ?1 AND last <= ?2";
    let mut statement = db.prepare(sql)?;
    let rows =
        statement.query_map(params![day.0, BELIEVED_MAX], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

/// The store's file and those of the folders into which restores have put one.
fn old_files(url: &StoreUrl) -> Vec<PathBuf> {
    let (Ok(path), Ok(aside)) = (url.file(), url.beside("aside-")) else { return Vec::new() };
    let mut files = vec![path.to_owned()];
    let (Some(folder), Some(name), Some(start)) = (
        aside.parent(),
        path.file_name(),
        aside.file_name().map(|start| start.to_string_lossy().into_owned()),
    ) else {
        return files;
    };
    // A bare name lies in the folder the program runs in.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let asides = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(&start));
    files.extend(asides.map(|entry| entry.path().join(name)));
    files
}

fn skip_numbers(
    db: &Connection,
    site: &Site,
    day: BusinessDay,
    skip: u32,
    given: &BTreeMap<String, u32>,
) -> Result<(), Error> {
    let offered = site.services.iter().map(|service| service.prefix.as_str());
    let series: BTreeSet<&str> =
        offered.chain([queue::DIRECT]).chain(given.keys().map(String::as_str)).collect();
    for prefix in series {
        let copied: Option<u32> = db
            .prepare_cached("SELECT last FROM day_number WHERE day = ?1 AND prefix = ?2")?
            .query_row(params![day.0, prefix], |row| row.get(0))
            .optional()?;
        let since = given.get(prefix).copied().unwrap_or_default();
        let left_out = since.saturating_sub(copied.unwrap_or_default()) + skip;
        db.execute(
            "INSERT INTO day_number(day, prefix, last, skipped) VALUES(?1, ?2, ?3, ?3)
             ON CONFLICT(day, prefix) DO UPDATE
               SET last = last + excluded.last, skipped = skipped + excluded.skipped",
            params![day.0, prefix, left_out],
        )?;
    }
    Ok(())
}

/// Leaves out the identities, too: a program that still holds a ticket given since the copy must not
/// speak of another visitor's.
fn skip_ids(db: &Connection) -> Result<(), Error> {
    let sql = "UPDATE sqlite_sequence SET seq = seq + ?1 WHERE name = 'ticket'";
    if db.execute(sql, params![IDS_SKIPPED])? == 0 {
        let sql = "INSERT INTO sqlite_sequence(name, seq) VALUES('ticket', ?1)";
        db.execute(sql, params![IDS_SKIPPED])?;
    }
    Ok(())
}

/// Moves the store's files into a folder beside it.
pub(crate) fn put_aside(url: &StoreUrl, now: Timestamp) -> Result<PathBuf, Error> {
    let path = url.file()?;
    let place = |count: u32| path.with_extension(format!("aside-{}-{count}", now.0));
    let aside = place((1..).find(|count| !place(*count).exists()).unwrap_or_default());
    std::fs::create_dir_all(&aside).map_err(file(&aside))?;
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let from = PathBuf::from(name);
        if let Some(name) = from.file_name().filter(|_| from.exists()) {
            std::fs::rename(&from, aside.join(name)).map_err(file(&from))?;
        }
    }
    Ok(aside)
}

/// The copies in a folder, newest first, each with its `YYYYMMDD-HHMM`.
pub(crate) fn copies(folder: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(file(folder)(error)),
    };
    let mut copies: Vec<(String, PathBuf)> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let stamp = name.strip_prefix("queue-")?.strip_suffix(".db")?;
            let plain = stamp.len() == 13 && stamp.chars().all(|c| c.is_ascii_digit() || c == '-');
            plain.then(|| (stamp.to_owned(), entry.path()))
        })
        .collect();
    copies.sort();
    copies.reverse();
    Ok(copies)
}

/// The time of a copy by its `YYYYMMDD-HHMM`.
fn made_at(stamp: &str, wall: &WallClock) -> Option<Timestamp> {
    let (day, time) = stamp.split_once('-')?;
    let (hour, minute): (u16, u16) = (time.get(..2)?.parse().ok()?, time.get(2..)?.parse().ok()?);
    wall.instant(BusinessDay(day.parse().ok()?), hour * 60 + minute)
}

/// Keeps all copies of the last two days that have any, the last one of each of the five before, and
/// the last one of each of the twelve months before them.
fn prune(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let (mut days, mut months): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut removed = Vec::new();
    for (stamp, path) in copies(folder)? {
        let (day, month) = (stamp[..8].to_owned(), stamp[..6].to_owned());
        let again = days.last() == Some(&day);
        if !again && days.len() < DAYS_KEPT {
            days.push(day);
            continue;
        }
        if again && days.len() <= DAYS_WHOLE {
            continue;
        }
        if !again && !months.contains(&month) && months.len() < MONTHS_KEPT {
            months.push(month);
            continue;
        }
        std::fs::remove_file(&path).map_err(file(&path))?;
        removed.push(path);
    }
    Ok(removed)
}
