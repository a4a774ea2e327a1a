//! What a folder of copies holds, whether a proof is due, and what staff must know of it.

use std::path::{Path, PathBuf};

use queue::{BusinessDay, Site, Timestamp, WallClock};
use store::{Error, Finding, Proof, Store};

use super::{Schedule, hours};

const MINUTE_MS: i64 = 60_000;
/// A proof that did not come to an end is begun anew after so long: it may be what killed the program,
/// and the copies must go on.
const AGAIN_MS: i64 = 60 * MINUTE_MS;
/// In opening hours copies may be late by so much, three turns at the least.
const LATE_MS: i64 = 60 * MINUTE_MS;
/// No centre is closed for longer than this.
const CLOSED_MAX_MS: i64 = 14 * 24 * 60 * MINUTE_MS;

/// The copies of a folder, and the last proof of one.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The folder.
    pub folder: PathBuf,
    /// When each copy was made and its name, newest first.
    pub copies: Vec<(Timestamp, String)>,
    /// The last proof.
    pub proof: Option<Proof>,
}

impl Kept {
    /// What a folder holds; nothing where there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(folder: &Path, wall: &WallClock) -> Result<Self, Error> {
        let copies = Store::backup_times(folder, wall)?;
        Ok(Self { folder: folder.to_owned(), copies, proof: Store::last_proof(folder)? })
    }

    /// Whether the newest copy is to be put back on trial: once a day, after the day's first copy, and
    /// while it fails with each new copy.
    #[must_use]
    pub fn proof_is_due(&self, wall: &WallClock, now: Timestamp) -> bool {
        let Some((made, name)) = self.copies.first() else { return false };
        let Some(last) = &self.proof else { return true };
        let today = wall.local(now).day;
        if !last.ended {
            return !(0..AGAIN_MS).contains(&now.since(last.at));
        }
        if self.failed() && last.copy.as_ref() != Some(name) {
            return true;
        }
        wall.local(last.at).day != today && (wall.local(*made).day == today || self.failed())
    }

    /// Whether the last copy that was tried is no good.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.proof.as_ref().is_some_and(|last| last.ended && !last.holds())
    }

    /// What is wrong, in words; nothing: there is a copy that is recent enough and was proven.
    #[must_use]
    pub fn alarms(
        &self,
        site: &Site,
        wall: &WallClock,
        schedule: Schedule,
        now: Timestamp,
    ) -> Vec<Finding> {
        let Some((newest, _)) = self.copies.first() else {
            let folder = self.folder.display();
            return vec![Finding {
                vi: format!("Chưa có bản sao lưu nào trong {folder}"),
                en: format!("there is no copy in {folder}"),
            }];
        };
        let mut alarms = Vec::new();
        if is_late(site, wall, schedule, *newest, now) {
            let made = wall.rfc3339(*newest);
            alarms.push(Finding {
                vi: format!("Bản sao lưu mới nhất là từ {made}, quá cũ"),
                en: format!("the newest copy is of {made}, which is too old"),
            });
        }
        alarms.extend(self.proof_alarms(wall, now));
        alarms
    }

    fn proof_alarms(&self, wall: &WallClock, now: Timestamp) -> Vec<Finding> {
        if let Some(last) = &self.proof {
            if last.ended && !last.holds() {
                return last.findings.clone();
            }
            if !last.ended && !(0..AGAIN_MS).contains(&now.since(last.at)) {
                let begun = wall.rfc3339(last.at);
                return vec![Finding {
                    vi: format!("Lần khôi phục thử bắt đầu lúc {begun} không chạy đến hết"),
                    en: format!("the trial restore begun at {begun} did not come to an end"),
                }];
            }
        }
        // Today's is made today; that a day has passed with copies and no proof is an alarm.
        let day = |at: Timestamp| wall.local(at).day;
        let good = self.proof.as_ref().and_then(|last| last.good).map(day);
        let passed = |made: &BusinessDay| *made < day(now) && good.is_none_or(|good| good < *made);
        let Some(since) = self.copies.iter().map(|(made, _)| day(*made)).find(passed) else {
            return Vec::new();
        };
        vec![match good {
            Some(good) => Finding {
                vi: format!(
                    "Bản sao lưu được khôi phục thử lần cuối ngày {good}, sau đó còn bản ngày {since}"
                ),
                en: format!(
                    "no copy was restored on trial since {good}, although there is one of {since}"
                ),
            },
            None => Finding {
                vi: format!("Chưa bản sao lưu nào được khôi phục thử, dù có bản từ ngày {since}"),
                en: format!("no copy was ever restored on trial, although there is one of {since}"),
            },
        }]
    }
}

/// Whether there should be a newer copy: in opening hours, and after them for the rest of the day.
fn is_late(
    site: &Site,
    wall: &WallClock,
    schedule: Schedule,
    newest: Timestamp,
    now: Timestamp,
) -> bool {
    if now.since(newest) > CLOSED_MAX_MS {
        return true;
    }
    let Some((open, close)) = hours(site, wall, now) else { return false };
    let slack = LATE_MS.max(i64::from(schedule.every_min) * 3 * MINUTE_MS);
    let until = now.min(close);
    until.since(open) > slack && until.since(newest) > slack
}

#[cfg(test)]
mod tests;
