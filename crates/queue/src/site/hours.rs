//! When numbers are given and when counters work.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Service, Site};
use crate::time::{BusinessDay, Timestamp, WallClock, next_day, weekday_of};
use crate::wait::Span;

/// How far ahead the next opening is looked for; the longest holiday is shorter.
const DAYS_AHEAD_MAX: usize = 31;

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
            // The hour first: a large one times sixty is more than the type holds.
            (hour <= 24 && minute < 60)
                .then(|| hour * 60 + minute)
                .filter(|minutes| *minutes <= 24 * 60)
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

    /// The sessions of a day, for one service where it has hours of its own. An exceptional day
    /// rules over every weekday.
    #[must_use]
    pub fn sessions_on<'a>(
        &'a self,
        day: BusinessDay,
        service: Option<&'a Service>,
    ) -> &'a [Session] {
        if let Some(exception) = self.exceptions.iter().find(|exception| exception.day == day) {
            return &exception.sessions;
        }
        let hours = service.and_then(|service| service.hours.as_ref()).unwrap_or(&self.hours);
        hours.days()[weekday_of(day) % 7].1
    }

    /// Whether a kiosk gives any numbers at `at`: those of the centre's hours, or of a service that
    /// has hours of its own.
    #[must_use]
    pub fn opening(&self, clock: &WallClock, at: Timestamp) -> Opening {
        let own = self.services.iter().filter(|service| service.hours.is_some());
        let open = |service| self.opening_of(Some(service), clock, at) == Opening::Open;
        if own.into_iter().any(open) { Opening::Open } else { self.opening_of(None, clock, at) }
    }

    /// Whether numbers are given at `at`: from `issue_before_open_min` before a session until
    /// `stop_before_close_min` before its end.
    #[must_use]
    pub fn opening_of(
        &self,
        service: Option<&Service>,
        clock: &WallClock,
        at: Timestamp,
    ) -> Opening {
        let now = clock.local(at);
        let sessions = self.sessions_on(now.day, service);
        if sessions.iter().any(|session| self.gives(session).contains(&now.minute)) {
            return Opening::Open;
        }
        let later = sessions.iter().map(|s| self.gives(s)).find(|given| given.start > now.minute);
        let begun = sessions.iter().any(|session| self.gives(session).end <= now.minute);
        match later.and_then(|given| clock.instant(now.day, given.start)) {
            Some(from) if begun => Opening::Break { from },
            Some(from) => Opening::Early { from },
            None => Opening::Closed { from: self.next_opening(service, clock, now.day) },
        }
    }

    /// The minutes of the day in which numbers are given for a session.
    fn gives(&self, session: &Session) -> Range<u16> {
        session.open_min.saturating_sub(self.issue_before_open_min)
            ..session.close_min.saturating_sub(self.stop_before_close_min)
    }

    /// When the half day that `at` belongs to began: with the end of the session before, so that
    /// whatever staff give between two sessions counts, and counts once. After the last session it
    /// goes on. Nothing before the end of the first: since midnight.
    #[must_use]
    pub fn session_began(
        &self,
        service: Option<&Service>,
        clock: &WallClock,
        at: Timestamp,
    ) -> Option<Timestamp> {
        let now = clock.local(at);
        let sessions = self.sessions_on(now.day, service);
        let mut ends = sessions.iter().rev().skip(1).map(|session| session.close_min);
        clock.instant(now.day, ends.find(|end| *end <= now.minute)?)
    }

    /// Whether a dossier handed in at `at` goes on the next working morning.
    #[must_use]
    pub fn is_late(&self, clock: &WallClock, at: Timestamp) -> bool {
        self.rules.late_after.is_some_and(|late| clock.local(at).minute >= late)
    }

    /// The sessions of the day of `at` as instants, for those who count how much work fits.
    #[must_use]
    pub fn sessions_at(
        &self,
        service: Option<&Service>,
        clock: &WallClock,
        at: Timestamp,
    ) -> Vec<Span> {
        let day = clock.local(at).day;
        let instant = |minute| clock.instant(day, minute);
        self.sessions_on(day, service)
            .iter()
            .filter_map(|s| Some(Span { open: instant(s.open_min)?, close: instant(s.close_min)? }))
            .collect()
    }

    fn next_opening(
        &self,
        service: Option<&Service>,
        clock: &WallClock,
        today: BusinessDay,
    ) -> Option<Timestamp> {
        let mut day = today;
        for _ in 0..DAYS_AHEAD_MAX {
            day = next_day(day);
            if let Some(first) = self.sessions_on(day, service).first() {
                return clock.instant(day, self.gives(first).start);
            }
        }
        None
    }
}
