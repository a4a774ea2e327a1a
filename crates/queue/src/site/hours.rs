//! When numbers are given and when counters work.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Site;
use crate::time::{BusinessDay, Local, Timestamp, WallClock, next_day};

/// One half day, written `"07:30-11:30"`; midnight at the end is `24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Session {
    /// Minutes after midnight, included.
    pub open_min: u16,
    /// Minutes after midnight, excluded.
    pub close_min: u16,
}

/// A text is not a [`Session`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a session; write \"07:30-11:30\"")]
pub struct NotASession(String);

impl FromStr for Session {
    type Err = NotASession;

    fn from_str(text: &str) -> Result<Self, NotASession> {
        let minute = |clock: &str| -> Option<u16> {
            let (hour, minute) = clock.trim().split_once(':')?;
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            (minute < 60 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
        };
        let session = text.split_once('-').and_then(|(open, close)| {
            Some(Self { open_min: minute(open)?, close_min: minute(close)? })
        });
        match session {
            Some(session) if session.open_min < session.close_min => Ok(session),
            _ => Err(NotASession(text.to_owned())),
        }
    }
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = (self.open_min, self.close_min);
        write!(f, "{:02}:{:02}-{:02}:{:02}", open / 60, open % 60, close / 60, close % 60)
    }
}

impl Serialize for Session {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Session {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Whether numbers are given now, and if not, when next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Numbers are given.
    Open,
    /// Before the first session of today.
    Early {
        /// When numbers start.
        from: Timestamp,
    },
    /// Between two sessions of today; numbers already given stay valid.
    Break {
        /// When numbers start again.
        from: Timestamp,
    },
    /// After today's last session, or a day off.
    Closed {
        /// When numbers start again; nothing when no day of the week is open.
        from: Option<Timestamp>,
    },
}

impl Site {
    /// The site's clock; UTC when the zone is unknown, which [`Site::check`] refuses.
    ///
    /// # Errors
    /// When the site's zone name is unknown.
    pub fn wall_clock(&self) -> Result<WallClock, crate::time::UnknownZone> {
        WallClock::named(&self.time_zone)
    }

    /// The sessions of a weekday, 0 = Monday.
    #[must_use]
    pub fn sessions(&self, weekday: usize) -> &[Session] {
        self.hours.days()[weekday % 7].1
    }

    /// Whether a kiosk gives numbers at `at`: from `issue_before_open_min` before a session until
    /// its end.
    #[must_use]
    pub fn opening(&self, clock: &WallClock, at: Timestamp) -> Opening {
        let now = clock.local(at);
        let early = self.issue_before_open_min;
        let sessions = self.sessions(now.weekday);
        let issues = |s: &Session| {
            s.open_min.saturating_sub(early) <= now.minute && now.minute < s.close_min
        };
        if sessions.iter().any(issues) {
            return Opening::Open;
        }
        let later =
            sessions.iter().find(|session| session.open_min.saturating_sub(early) > now.minute);
        let begun = sessions.iter().any(|session| session.close_min <= now.minute);
        let from = later.and_then(|s| clock.instant(now.day, s.open_min.saturating_sub(early)));
        match from {
            Some(from) if begun => Opening::Break { from },
            Some(from) => Opening::Early { from },
            None => Opening::Closed { from: self.next_opening(clock, &now) },
        }
    }

    fn next_opening(&self, clock: &WallClock, now: &Local) -> Option<Timestamp> {
        let mut day: BusinessDay = now.day;
        for ahead in 1..=7 {
            day = next_day(day);
            if let Some(first) = self.sessions(now.weekday + ahead).first() {
                return clock
                    .instant(day, first.open_min.saturating_sub(self.issue_before_open_min));
            }
        }
        None
    }
}
