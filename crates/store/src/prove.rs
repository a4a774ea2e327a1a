//! A copy is worth what its restore is worth: the newest one is put back, beside the copies, and
//! looked through as the queue itself would be.
//!
//! What came of it is kept in `proof.json` among the copies, not in the ledger: it speaks of the
//! folder, and whoever finds the folder on another disk finds the proof with it. The place of the trial
//! has a name that no copy has, so that what a kill leaves there is never taken for one; the next
//! proof clears it away.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::Path;

use queue::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::backup::{copies, read_only};
use crate::open::{file, sync_folder};
use crate::{Error, Finding, Store, StoreUrl, ballast};

/// Where a copy is tried out, in the folder of the copies.
const PLACE: &str = "proving.tmp";
/// What is kept of it.
const KEPT: &str = "proof.json";
/// A copy is tried only where so much stays free beside it, bytes: a proof must not be what stops
/// the queue.
const FREE_MIN: u64 = 128 * 1024 * 1024;

/// The newest copy put back on trial, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// When it was begun.
    pub at: Timestamp,
    /// Whether it came to an end; one that did not was killed, or is still going on.
    pub ended: bool,
    /// The copy's name; nothing where there was none.
    pub copy: Option<String>,
    /// The copy's last event.
    pub seq: i64,
    /// How many numbers it holds.
    pub tickets: i64,
    /// The hash of its last event, hexadecimal: the head of its day's chain at that moment.
    pub head: String,
    /// What is not in order; nothing: proven.
    pub findings: Vec<Finding>,
    /// When a copy of this folder was proven for the last time, this proof included.
    pub good: Option<Timestamp>,
}

impl Proof {
    /// Whether the copy was put back and is in order.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.ended && self.findings.is_empty()
    }
}

/// Where a store's feed ends, and how much is in it.
#[derive(Debug, PartialEq, Eq)]
struct End {
    site: String,
    epoch: String,
    seq: i64,
    head: String,
    tickets: i64,
}

impl Store {
    /// Restores the newest copy of `folder` into a place of its own there, opens it as a store,
    /// [checks](Self::check) it, compares its end with what the queue's own ledger has at that event,
    /// removes it again, and keeps the result. Nothing when another program is at it.
    ///
    /// Whatever is wrong with the copy is a finding of the proof.
    ///
    /// # Errors
    /// When the result cannot be kept, or the folder cannot be read.
    pub fn prove(url: &StoreUrl, folder: &Path, now: Timestamp) -> Result<Option<Proof>, Error> {
        let Some(_alone) = prover(folder)? else { return Ok(None) };
        let good = Self::last_proof(folder)?.and_then(|last| last.good);
        let mut proof = Proof {
            at: now,
            ended: false,
            copy: None,
            seq: 0,
            tickets: 0,
            head: String::new(),
            findings: Vec::new(),
            good,
        };
        // Kept before anything is tried: a trial that kills the program is not begun at each start.
        keep(folder, &proof)?;
        match newest(folder)? {
            None => proof.findings.push(no_copy(folder)),
            Some(copy) => {
                proof.copy = Some(copy.clone());
                let tried = attempt(url, folder, &folder.join(&copy), now);
                wipe(folder)?;
                match tried {
                    Ok((end, findings)) => {
                        (proof.seq, proof.tickets, proof.head) = (end.seq, end.tickets, end.head);
                        proof.findings = findings.into_iter().map(|f| of_copy(&copy, &f)).collect();
                    }
                    Err(error) => proof.findings.push(failed(&copy, &error)),
                }
            }
        }
        proof.ended = true;
        if proof.holds() {
            proof.good = Some(now);
        }
        keep(folder, &proof)?;
        Ok(Some(proof))
    }

    /// What the last proof in a folder came to; nothing where there was none that can be read.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn last_proof(folder: &Path) -> Result<Option<Proof>, Error> {
        let path = folder.join(KEPT);
        match std::fs::read(&path) {
            // One that does not read is as good as none: another is made.
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(file(&path)(error)),
        }
    }
}

/// The folder for this proof alone.
fn prover(folder: &Path) -> Result<Option<File>, Error> {
    std::fs::create_dir_all(folder).map_err(file(folder))?;
    let held = File::open(folder).map_err(file(folder))?;
    match held.try_lock() {
        Ok(()) => Ok(Some(held)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(file(folder)(source)),
    }
}

fn newest(folder: &Path) -> Result<Option<String>, Error> {
    let newest = copies(folder)?.into_iter().next();
    Ok(newest.and_then(|(_, path)| Some(path.file_name()?.to_str()?.to_owned())))
}

/// Puts the copy back and looks through what came of it.
fn attempt(
    url: &StoreUrl,
    folder: &Path,
    copy: &Path,
    now: Timestamp,
) -> Result<(End, Vec<Finding>), Error> {
    wipe(folder)?;
    let place = folder.join(PLACE);
    std::fs::create_dir(&place).map_err(file(&place))?;
    room(copy, &place)?;
    let trial = StoreUrl::of_file(place.join("queue.db"));
    let restored = Store::restore(&trial, copy, now)?;
    // The restored store is of another line of history; which one the copy is of stands in itself.
    let epoch = epoch(&read_only(copy)?)?;
    let mut store = Store::open_with(&trial, ballast::Measure::NONE)?;
    let mut findings = store.check()?;
    let end = End { epoch, ..store.end_at(restored.from)? };
    drop(store);
    match Store::open(url).and_then(|mut live| live.end_at(restored.from)) {
        Ok(live) => findings.extend(differences(&end, &live)),
        Err(error) => findings.push(Finding {
            vi: format!("không so được với hàng đợi đang chạy: {error}"),
            en: format!("it could not be compared with the queue: {error}"),
        }),
    }
    Ok((end, findings))
}

impl Store {
    /// The state of the ledger when `seq` was its last event.
    fn end_at(&mut self, seq: i64) -> Result<End, Error> {
        self.reach_all()?;
        self.read(|db, applied| {
            let head: Option<Vec<u8>> = db
                .query_row("SELECT hash FROM event WHERE seq = ?1", params![seq], |row| row.get(0))
                .optional()?;
            let head = head.unwrap_or_default().iter().map(|byte| format!("{byte:02x}")).collect();
            let count = "SELECT count(*) FROM ticket WHERE first_seq <= ?1";
            let tickets = db.query_row(count, params![seq], |row| row.get(0))?;
            Ok(End { site: applied.site.id.clone(), epoch: epoch(db)?, seq, head, tickets })
        })
    }
}

/// Which line of history this is; none for a file from before they were told apart.
fn epoch(db: &Connection) -> Result<String, Error> {
    let known = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'meta'";
    if db.query_row(known, [], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(String::new());
    }
    let epoch = db
        .query_row("SELECT value FROM meta WHERE key = 'epoch'", [], |row| row.get(0))
        .optional()?;
    Ok(epoch.unwrap_or_default())
}

fn differences(copy: &End, live: &End) -> Option<Finding> {
    let (vi, en) = if copy.site != live.site {
        (
            format!("đây là bản sao của trung tâm {}, không phải {}", copy.site, live.site),
            format!("it is a copy of the centre {}, not of {}", copy.site, live.site),
        )
    } else if copy.epoch != live.epoch {
        (
            "bản sao có từ trước lần khôi phục hoặc nâng cấp gần nhất, cần bản sao mới".to_owned(),
            "it is from before the last restore or upgrade; a newer copy is needed".to_owned(),
        )
    } else if copy.head != live.head {
        (
            format!("sự kiện {} trong bản sao khác với nhật ký của hàng đợi", copy.seq),
            format!("event {} of the copy is not what the queue's ledger has there", copy.seq),
        )
    } else if copy.tickets != live.tickets {
        let (copied, given, seq) = (copy.tickets, live.tickets, copy.seq);
        (
            format!("bản sao có {copied} số, hàng đợi đã phát {given} số đến sự kiện {seq}"),
            format!("it holds {copied} numbers, the queue has {given} up to event {seq}"),
        )
    } else {
        return None;
    };
    Some(Finding { vi, en })
}

fn room(copy: &Path, place: &Path) -> Result<(), Error> {
    let size = std::fs::metadata(copy).map_err(file(copy))?.len();
    let disk = rustix::fs::statvfs(place).map_err(|error| file(place)(error.into()))?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    // Twice: an older copy is brought up, for which it is written once more.
    let wanted = size.saturating_mul(2).saturating_add(FREE_MIN);
    if free < wanted { Err(Error::Full) } else { Ok(()) }
}

/// Removes what this or an earlier trial has left.
fn wipe(folder: &Path) -> Result<(), Error> {
    let place = folder.join(PLACE);
    match std::fs::remove_dir_all(&place) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(file(&place)(error)),
        _ => Ok(()),
    }
}

/// Keeps the result: whole or not at all.
fn keep(folder: &Path, proof: &Proof) -> Result<(), Error> {
    let (path, part) = (folder.join(KEPT), folder.join("proof.part"));
    let text = serde_json::to_vec_pretty(proof)?;
    let write = || {
        let mut new = File::create(&part)?;
        new.write_all(&text)?;
        new.sync_all()?;
        std::fs::rename(&part, &path)
    };
    write().map_err(file(&path))?;
    sync_folder(&path)
}

fn no_copy(folder: &Path) -> Finding {
    let folder = folder.display();
    Finding {
        vi: format!("Không có bản sao lưu nào trong {folder}"),
        en: format!("there is no copy in {folder}"),
    }
}

fn of_copy(copy: &str, finding: &Finding) -> Finding {
    let Finding { vi, en } = finding;
    Finding { vi: format!("Bản sao {copy}: {vi}"), en: format!("copy {copy}: {en}") }
}

fn failed(copy: &str, error: &Error) -> Finding {
    let full = matches!(error, Error::Full);
    Finding {
        vi: match full {
            true => format!("Đĩa không đủ chỗ để khôi phục thử bản sao {copy}"),
            false => format!("Không khôi phục được bản sao {copy}: {error}"),
        },
        en: match full {
            true => format!("the disk has no room to try the copy {copy}"),
            false => format!("the copy {copy} cannot be restored: {error}"),
        },
    }
}
