//! Time as the heart knows it: instants come in as arguments, days are the site's own.

use std::fmt;
use std::str::FromStr;

use jiff::civil;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// An instant, in milliseconds since 1970-01-01 UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This instant moved by `ms` milliseconds, saturating.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// This instant moved by whole minutes, saturating.
    #[must_use]
    pub fn plus_min(self, min: i64) -> Self {
        self.plus_ms(min.saturating_mul(60_000))
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A day of numbers: the site's local date, written `yyyymmdd`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct BusinessDay(pub i32);

impl fmt::Display for BusinessDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0 / 10_000, self.0 / 100 % 100, self.0 % 100)
    }
}

/// The text is not a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a day; write \"2027-02-05\"")]
pub struct NotADay(String);

impl FromStr for BusinessDay {
    type Err = NotADay;

    /// Reads `yyyy-mm-dd` or `yyyymmdd`; the day must exist.
    fn from_str(text: &str) -> Result<Self, NotADay> {
        let wrong = || NotADay(text.to_owned());
        let plain = text.replace('-', "");
        let day = Self(plain.parse().map_err(|_| wrong())?);
        // A sign would read as a digit less.
        let digits = plain.len() == 8 && plain.chars().all(|sign| sign.is_ascii_digit());
        if digits && date_of(day).is_some() { Ok(day) } else { Err(wrong()) }
    }
}

/// A day as a file has it: `"2027-02-05"`.
pub(crate) mod day_text {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::BusinessDay;

    pub(crate) fn serialize<S: Serializer>(day: &BusinessDay, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(day)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BusinessDay, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A time of day as a file has it: `"15:00"`, kept as minutes after midnight; `""` is none.
pub(crate) mod clock_text {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "serde passes the field by reference")]
    pub(crate) fn serialize<S: Serializer>(min: &Option<u16>, to: S) -> Result<S::Ok, S::Error> {
        match min {
            Some(min) => to.collect_str(&format_args!("{:02}:{:02}", min / 60, min % 60)),
            None => to.serialize_str(""),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u16>, D::Error> {
        let text = String::deserialize(from)?;
        let minute = text.split_once(':').and_then(|(hour, minute)| {
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            // Lazily: a large hour times sixty is more than the type holds.
            (hour < 24 && minute < 60).then(|| hour * 60 + minute)
        });
        match minute {
            None if text.is_empty() => Ok(None),
            None => {
                Err(serde::de::Error::custom(format!("{text:?} is not a time; write \"15:00\"")))
            }
            minute => Ok(minute),
        }
    }
}

/// A site's clock face: date, weekday and minute of an instant in the site's zone.
///
/// Zone rules come from a table compiled into the program, never from files, so that the same
/// instant is the same day on every machine.
#[derive(Clone, Debug)]
pub struct WallClock(TimeZone);

/// The zone name is not in the IANA table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone {0:?}; write an IANA name such as Asia/Ho_Chi_Minh")]
pub struct UnknownZone(pub String);

/// An instant on the site's wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// The business day.
    pub day: BusinessDay,
    /// 0 = Monday … 6 = Sunday.
    pub weekday: usize,
    /// Minutes after midnight, 0..=1439.
    pub minute: u16,
    /// Seconds of the minute.
    pub second: u8,
}

impl WallClock {
    /// Looks a zone up by its IANA name.
    ///
    /// # Errors
    /// When the name is unknown.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        TimeZone::get(name).map(Self).map_err(|_| UnknownZone(name.to_owned()))
    }

    /// The wall clock at `at`. Instants outside the years 1–9999 read as the nearest of them.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> Local {
        let instant = jiff::Timestamp::from_millisecond(at.0).unwrap_or(if at.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        });
        let local = self.0.to_datetime(instant);
        Local {
            day: day_of(local.date()),
            weekday: usize::from(local.date().weekday().to_monday_zero_offset().unsigned_abs()),
            minute: u16::from(local.hour().unsigned_abs()) * 60
                + u16::from(local.minute().unsigned_abs()),
            second: local.second().unsigned_abs(),
        }
    }

    /// The instant at which the site's clock shows `minute` of `day`: the earlier of two in the
    /// hour that a daylight change repeats, and in the hour that it skips as much later as it skips.
    #[must_use]
    pub fn instant(&self, day: BusinessDay, minute: u16) -> Option<Timestamp> {
        let date = date_of(day)?;
        let (extra, minute) = (minute / 1440, minute % 1440);
        let date = (0..extra).try_fold(date, |date, _| date.tomorrow().ok())?;
        let time =
            civil::time(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0);
        let zoned = date.to_datetime(time).to_zoned(self.0.clone()).ok()?;
        Some(Timestamp(zoned.timestamp().as_millisecond()))
    }

    /// RFC 3339 with the site's offset and milliseconds, as the events' `at` is printed.
    #[must_use]
    pub fn rfc3339(&self, at: Timestamp) -> String {
        let Ok(instant) = jiff::Timestamp::from_millisecond(at.0) else { return String::new() };
        instant.to_zoned(self.0.clone()).strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
    }
}

/// 0 = Monday … 6 = Sunday; Monday for a day that does not exist.
#[must_use]
pub fn weekday_of(day: BusinessDay) -> usize {
    date_of(day)
        .map_or(0, |date| usize::from(date.weekday().to_monday_zero_offset().unsigned_abs()))
}

/// The day after `day`; the same day at the end of time.
#[must_use]
pub fn next_day(day: BusinessDay) -> BusinessDay {
    date_of(day).and_then(|date| date.tomorrow().ok()).map_or(day, day_of)
}

fn date_of(day: BusinessDay) -> Option<civil::Date> {
    let year = i16::try_from(day.0 / 10_000).ok()?;
    let month = i8::try_from(day.0 / 100 % 100).ok()?;
    civil::Date::new(year, month, i8::try_from(day.0 % 100).ok()?).ok()
}

fn day_of(date: civil::Date) -> BusinessDay {
    BusinessDay(
        i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day()),
    )
}

#[cfg(test)]
mod tests;
