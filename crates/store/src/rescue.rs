//! A damaged file does not stop the hall: it is put aside and the last good copy takes its place.
//!
//! The one danger is to replace a file that is whole. So damage is what SQLite says of the bytes, and
//! of the centre's own description what its event says of it, never an error of reading them. It is
//! judged once beside everybody else, and twice more when no other program has the file open; and what
//! is replaced is put aside, not deleted. Between the two a mark (`queue.damaged`) tells every program
//! that has the store open to let go of it; it is also what a rescue that was cut short is taken up by.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use queue::{BusinessDay, Event, Timestamp};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use crate::backup::{copies, restore_alone, verify};
use crate::open::{alone, file, present, sync_folder};
use crate::{Error, Restored, Store, StoreUrl, schema, site};

/// A file up to this size is looked through whenever it is opened by a program that stays, bytes: a
/// fraction of a second. In a larger one damage is found where it is read, at the latest by the
/// next copy, which reads all of it.
const EXAMINED_MAX: u64 = 64 * 1024 * 1024;

/// The mark and the schema of a file that this program can read to the end.
pub(crate) const OURS: (i64, i64) = (schema::APPLICATION_ID, schema::VERSION);

/// What a rescue did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rescued {
    /// What the database said of the file.
    pub detail: String,
    /// The copy that is the store now.
    pub backup: PathBuf,
    /// Newer copies that were damaged as well.
    pub passed: Vec<PathBuf>,
    /// The restore.
    pub restored: Restored,
}

impl Store {
    /// Where copies lie that nobody gave another place: `backup` beside the database, and for a centre
    /// on a server in the folder the program runs in.
    #[must_use]
    pub fn backup_folder(url: &StoreUrl) -> PathBuf {
        url.path().unwrap_or(Path::new(".")).with_file_name("backup")
    }

    /// Opens a store for a program that stays. A file found damaged is [rescued](Self::rescue) from
    /// the [copies beside it](Self::backup_folder) first.
    ///
    /// # Errors
    /// As [`open`](Self::open) and [`rescue`](Self::rescue).
    pub fn open_or_rescue(
        url: &StoreUrl,
        now: Timestamp,
    ) -> Result<(Self, Option<Rescued>), Error> {
        let opened = Self::open(url).and_then(|mut store| {
            store.examine()?;
            Ok(store)
        });
        match opened {
            // What was overwritten from its first page on is not known by its name any more.
            Err(error @ (Error::Damaged { .. } | Error::Foreign { .. })) => {
                let rescued = Self::rescue(url, &Self::backup_folder(url), now);
                let rescued = rescued.map_err(|failed| match (error, failed) {
                    // Most likely a wrong path: there is nothing of ours beside it.
                    (error @ Error::Foreign { .. }, Error::NoBackup { .. }) => error,
                    (_, failed) => failed,
                })?;
                Ok((Self::open(url)?, rescued))
            }
            opened => Ok((opened?, None)),
        }
    }

    /// Puts the newest good copy of `folder` in the place of a damaged file, as
    /// [`restore`](Self::restore) does, and says so in the ledger. Nothing when the file is sound.
    ///
    /// One program does it: the others find the store marked, let go of it, and open what has come
    /// of it. They are not disturbed where there is no good copy.
    ///
    /// # Errors
    /// [`Error::NoBackup`] when no copy is good. [`Error::Rescuing`] while other programs have the
    /// file open or one of them does it: try again. [`Error::Foreign`] and [`Error::Newer`] for what is
    /// not ours to replace, and whatever the disk says: a disk that fails has not damaged the file.
    pub fn rescue(url: &StoreUrl, folder: &Path, now: Timestamp) -> Result<Option<Rescued>, Error> {
        if !marker(url)?.exists() && !suspicious(url, folder)? {
            return Ok(None);
        }
        let _alone = match alone(url) {
            Err(Error::InUse) => return Err(Error::Rescuing),
            held => held?,
        };
        // Another program may have been first.
        let Some(detail) = damage(url)? else {
            unmark(url)?;
            return Ok(None);
        };
        let mut passed = Vec::new();
        let Some(backup) = newest_good(folder, &mut passed)? else {
            unmark(url)?;
            return Err(Error::NoBackup { folder: folder.to_owned(), detail });
        };
        let restored = restore_alone(url, &backup, now)?;
        tracing::error!(
            %detail, backup = %backup.display(), passed = passed.len(), from = restored.from,
            aside = %restored.aside.display(),
            "the queue's file was damaged; it was put aside and the last good copy restored"
        );
        Ok(Some(Rescued { detail, backup, passed, restored }))
    }

    /// Looks a file of moderate size through: the pages that today's work reads are not all.
    fn examine(&mut self) -> Result<(), Error> {
        if self.url.path().is_none() {
            return Ok(());
        }
        let path = self.url.file()?.to_owned();
        if std::fs::metadata(&path).map_err(file(&path))?.len() > EXAMINED_MAX {
            return Ok(());
        }
        let db = self.connection()?;
        let verdict: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        let wrong = if verdict == "ok" { site::damage(db)? } else { Some(verdict) };
        wrong.map_or(Ok(()), |detail| Err(Error::Damaged { detail }))
    }
}

/// Judges the file while others may work, and marks it when it is damaged and can be replaced.
fn suspicious(url: &StoreUrl, folder: &Path) -> Result<bool, Error> {
    let _present = match present(url) {
        Err(Error::InUse) if marker(url)?.exists() => return Err(Error::Rescuing),
        held => held?,
    };
    if !url.file()?.is_file() {
        return Err(Error::Missing { path: url.file()?.to_owned() });
    }
    let Some(detail) = judge(url.file()?)? else { return Ok(false) };
    if newest_good(folder, &mut Vec::new())?.is_none() {
        return Err(Error::NoBackup { folder: folder.to_owned(), detail });
    }
    tracing::error!(%detail, "the queue's file is damaged; every program is told to let go of it");
    let path = marker(url)?;
    File::create(&path).and_then(|mark| mark.sync_all()).map_err(file(&path))?;
    sync_folder(&path)?;
    Ok(true)
}

/// What is wrong with a file that nobody has open, if that is said twice.
fn damage(url: &StoreUrl) -> Result<Option<String>, Error> {
    if !url.file()?.exists() {
        // Only a mark leads here: a restore was cut short after it had put the file aside.
        return Ok(Some("the file is gone".into()));
    }
    match judge(url.file()?)? {
        Some(_) => judge(url.file()?),
        None => Ok(None),
    }
}

/// What is wrong with the bytes of a file, as a stranger who changes nothing reads them.
fn judge(path: &Path) -> Result<Option<String>, Error> {
    if std::fs::metadata(path).map_err(file(path))?.len() == 0 {
        return Ok(Some("the file is empty".into()));
    }
    let look = || -> Result<(i64, i64, String), Error> {
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        db.busy_timeout(Duration::from_secs(5))?;
        let id = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
        let version = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let verdict = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0));
        match verdict.map_err(Error::from) {
            Ok(verdict) if verdict == "ok" && (id, version) == OURS => {
                Ok((id, version, site::damage(&db)?.unwrap_or(verdict)))
            }
            Ok(verdict) => Ok((id, version, verdict)),
            Err(Error::Damaged { detail }) => Ok((id, version, detail)),
            Err(error) => Err(error),
        }
    };
    let (id, version, verdict) = match look() {
        Ok(found) => found,
        // Not even the first page reads.
        Err(Error::Damaged { detail }) => return Ok(Some(detail)),
        Err(error) => return Err(error),
    };
    if id != schema::APPLICATION_ID {
        return Err(Error::Foreign { path: path.to_owned() });
    }
    if version > schema::VERSION {
        let (path, known) = (path.to_owned(), schema::VERSION);
        return Err(Error::Newer { path, found: version, known });
    }
    Ok((verdict != "ok").then_some(verdict))
}

/// The newest copy that verifies; those passed over are damaged or of another program.
fn newest_good(folder: &Path, passed: &mut Vec<PathBuf>) -> Result<Option<PathBuf>, Error> {
    for (_, copy) in copies(folder)? {
        match verify(&copy) {
            Ok(_) => return Ok(Some(copy)),
            Err(error @ (Error::BadBackup { .. } | Error::Newer { .. })) => {
                tracing::warn!(%error, "a copy is passed over");
                passed.push(copy);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn marker(url: &StoreUrl) -> Result<PathBuf, Error> {
    url.beside("damaged")
}

/// # Errors
/// [`Error::Damaged`] while the store is marked: nobody works with it until it was judged.
pub(crate) fn unmarked(url: &StoreUrl) -> Result<(), Error> {
    if marker(url)?.exists() {
        return Err(Error::Damaged { detail: "a program has found it damaged".into() });
    }
    Ok(())
}

/// Takes the mark away, by whoever holds the store alone.
pub(crate) fn unmark(url: &StoreUrl) -> Result<(), Error> {
    let path = marker(url)?;
    match std::fs::remove_file(&path) {
        Ok(()) => sync_folder(&path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(file(&path)(error)),
    }
}

/// Notes the event of a restore where a board finds it without a search.
pub(crate) fn note(db: &Connection, event: &Event) -> Result<(), Error> {
    db.execute(
        "INSERT INTO meta(key, value) VALUES('restored', ?1)
         ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        params![format!("{} {}", event.day.0, event.at.0)],
    )?;
    Ok(())
}

/// When the store was restored on a day for the last time.
pub(crate) fn noted(db: &Connection, day: BusinessDay) -> Result<Option<Timestamp>, Error> {
    let noted: Option<String> = db
        .prepare_cached("SELECT value FROM meta WHERE key = 'restored'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let at = noted.as_deref().and_then(|noted| noted.split_once(' ')).and_then(|(of, at)| {
        (of == day.0.to_string()).then(|| at.parse().ok().map(Timestamp)).flatten()
    });
    Ok(at)
}
