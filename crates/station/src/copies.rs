//! The queue copies itself and tries its copies out: when, and one turn of whoever sees to it.
//!
//! *When* is a pure function of the centre's hours and the last copy, so that a day is tested by
//! hand. The last copy is read from its folder each time: a program that starts anew, the timer and
//! a person at a keyboard go by the same one.

use std::path::PathBuf;

use queue::{Site, Timestamp, WallClock};
use store::{Backup, Copied, Error, Finding, Proof, Store, StoreUrl};

use crate::Clock;

mod alarm;

pub use alarm::Kept;

/// How often, and from when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Minutes between two copies in opening hours.
    pub every_min: u32,
}

impl Schedule {
    /// Whether a copy is due: every so many minutes in opening hours; outside of them as often, but
    /// only when something has happened since, and at once when the day's last session has ended.
    /// `seq` is the last event of the queue.
    #[must_use]
    pub fn is_due(
        self,
        site: &Site,
        wall: &WallClock,
        last: Option<Copied>,
        seq: i64,
        now: Timestamp,
    ) -> bool {
        let Some(last) = last else { return true };
        let since = now.since(last.at);
        // A clock that was set back would make it wait until it has caught up.
        let waited = since < 0 || since >= i64::from(self.every_min) * 60_000;
        match hours(site, wall, now) {
            Some((open, close)) if (open..close).contains(&now) => waited,
            hours => {
                let ended = hours.is_some_and(|(_, close)| last.at < close && close <= now);
                seq != last.seq && (waited || ended)
            }
        }
    }
}

/// From when numbers are given on the day of `now` until its last session ends, breaks included: by
/// the centre's hours and by those of every service that has its own.
fn hours(site: &Site, wall: &WallClock, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let day = wall.local(now).day;
    let own = site.services.iter().filter(|service| service.hours.is_some()).map(Some);
    let sessions = std::iter::once(None)
        .chain(own)
        .flat_map(|service| site.sessions_on(day, service).iter().copied());
    let (open, close) = sessions.fold((u16::MAX, 0), |(open, close), session| {
        (open.min(session.open_min), close.max(session.close_min))
    });
    let open = open.saturating_sub(site.issue_before_open_min);
    (open < close).then_some(())?;
    Some((wall.instant(day, open)?, wall.instant(day, close)?))
}

/// Sees to the copies of one queue.
#[derive(Debug)]
pub struct Copies {
    url: StoreUrl,
    clock: Clock,
    folder: PathBuf,
    schedule: Schedule,
    /// What went wrong last: it is said once, not each minute.
    trouble: Option<String>,
    /// The same of the proofs.
    unproven: Option<String>,
    /// The centre's clock, as the last look for a due copy has read it.
    wall: Option<WallClock>,
    /// A copy was made since the last look for a due proof.
    made: bool,
}

impl Copies {
    /// Copies into `folder`.
    #[must_use]
    pub fn new(url: StoreUrl, clock: Clock, folder: PathBuf, schedule: Schedule) -> Self {
        Self {
            url,
            clock,
            folder,
            schedule,
            trouble: None,
            unproven: None,
            wall: None,
            made: false,
        }
    }

    /// Makes a copy if one is due. The store is open only meanwhile.
    ///
    /// # Errors
    /// As [`Store::backup`]. A copy reads all of the file: when that finds it damaged, it is
    /// [rescued](Store::rescue) from the copies before.
    pub fn turn(&mut self) -> Result<Option<Backup>, Error> {
        let now = self.clock.now().wall;
        let made = self.copied(now);
        match &made {
            Err(error) if error.file_is_damaged() => {
                Store::rescue(&self.url, &self.folder, now)?;
                self.copied(now)
            }
            _ => made,
        }
    }

    fn copied(&mut self, now: Timestamp) -> Result<Option<Backup>, Error> {
        let mut store = Store::open(&self.url)?;
        let site = store.site()?;
        let wall = site.wall_clock().map_err(|error| Error::Stored(error.to_string()))?;
        self.wall = Some(wall.clone());
        let last = Store::last_backup(&self.folder, &wall)?;
        if !self.schedule.is_due(&site, &wall, last, store.last_seq()?, now) {
            return Ok(None);
        }
        let made = store.backup(&self.folder, now)?;
        self.made = true;
        Ok(Some(made))
    }

    /// Puts the newest copy back on trial if that is due, as [`Store::prove`] does.
    ///
    /// # Errors
    /// As [`Store::prove`], and when the centre cannot be read.
    pub fn prove_if_due(&mut self) -> Result<Option<Proof>, Error> {
        let now = self.clock.now().wall;
        let wall = match self.wall.take() {
            Some(wall) => wall,
            None => self.site()?.1,
        };
        let kept = Kept::read(&self.folder, &wall)?;
        // A copy that replaces a bad one within the minute has its name.
        let mended = std::mem::take(&mut self.made) && kept.failed();
        if !mended && !kept.proof_is_due(&wall, now) {
            return Ok(None);
        }
        Store::prove(&self.url, &self.folder, now)
    }

    /// What is wrong with the copies and their proof, in words.
    ///
    /// # Errors
    /// When the folder or the centre cannot be read.
    pub fn alarms(&self) -> Result<Vec<Finding>, Error> {
        let (site, wall) = self.site()?;
        let kept = Kept::read(&self.folder, &wall)?;
        Ok(kept.alarms(&site, &wall, self.schedule, self.clock.now().wall))
    }

    fn site(&self) -> Result<(Site, WallClock), Error> {
        let site = Store::open(&self.url)?.site()?;
        let wall = site.wall_clock().map_err(|error| Error::Stored(error.to_string()))?;
        Ok((site, wall))
    }

    /// A turn whose outcome goes to the log: each copy and each proof, a trouble when it comes and
    /// when it is over.
    pub fn turn_logged(&mut self) {
        self.copy_logged();
        self.prove_logged();
    }

    fn prove_logged(&mut self) {
        let proved = self.prove_if_due();
        if proved.is_ok() {
            self.unproven = None;
        }
        match proved {
            Ok(None) => {}
            Ok(Some(proof)) if proof.holds() => {
                let (copy, seq, tickets) = (proof.copy, proof.seq, proof.tickets);
                tracing::info!(
                    copy,
                    seq,
                    tickets,
                    "the newest copy was restored on trial: in order"
                );
            }
            Ok(Some(proof)) => {
                for found in proof.findings {
                    let (vi, en) = (found.vi, found.en);
                    tracing::error!(en, vi, "the newest copy is no good; see luot doctor");
                }
            }
            Err(error) => {
                let said = error.to_string();
                if self.unproven.as_ref() != Some(&said) {
                    tracing::error!(%error, "no copy could be proven; trying again");
                    self.unproven = Some(said);
                }
            }
        }
    }

    fn copy_logged(&mut self) {
        match self.turn() {
            Ok(None) => {}
            Ok(Some(made)) => {
                let (path, kib) = (made.path.display(), made.bytes / 1_024);
                let removed = made.removed.len();
                tracing::info!(%path, kib, seq = made.seq, removed, "the queue was copied");
                self.trouble = None;
            }
            Err(error) => {
                let said = error.to_string();
                if self.trouble.as_ref() != Some(&said) {
                    let newest = newest(&self.folder);
                    tracing::error!(%error, newest, "the queue could not be copied; trying again");
                    self.trouble = Some(said);
                }
            }
        }
    }

    /// Says at the start where the copies are and which is the newest.
    pub fn say_where(&self) {
        let (folder, newest) = (self.folder.display(), newest(&self.folder));
        let every_min = self.schedule.every_min;
        tracing::info!(%folder, newest, every_min, "the queue is copied by itself");
    }
}

fn newest(folder: &std::path::Path) -> String {
    match Store::backups(folder) {
        Ok(copies) => copies.first().map_or_else(|| "none".into(), |c| c.display().to_string()),
        Err(error) => error.to_string(),
    }
}

#[cfg(test)]
mod tests;
