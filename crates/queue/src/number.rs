//! What is printed and spoken: `K012`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A ticket's number as people see and hear it: the service's prefix and a count that restarts
/// each business day.
///
/// The count has at least three digits on paper and grows visibly past 999 instead of wrapping, so
/// that one day never gives one number twice. The prefix is a letter (`K012`), two digits
/// (`05012`) or one (`1001`): the three schemes seen in use.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Number {
    prefix: String,
    count: u32,
}

/// Why a text is not a [`Number`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a number is a short prefix and at least three digits, e.g. K012")]
pub struct NotANumber;

/// The series of visits without a number; no service can have it, nothing of it is printed or
/// spoken.
pub const DIRECT: &str = "+";

impl Number {
    /// The `count`-th number of the day in the series `prefix`; counts start at 1.
    #[must_use]
    pub fn new(prefix: impl Into<String>, count: u32) -> Self {
        Self { prefix: prefix.into(), count }
    }

    /// The series this number belongs to, e.g. `K`.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Whether it only counts a visit without a number; see [`DIRECT`].
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.prefix == DIRECT
    }

    /// The place in the day's series, from 1.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:03}", self.prefix, self.count)
    }
}

impl FromStr for Number {
    type Err = NotANumber;

    /// Reads a letter prefix; a prefix of digits cannot be told from the count by itself, so
    /// `05012` reads as prefix `05` and `1001` as prefix `1`: the last three digits are the count
    /// unless a letter says where it starts.
    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let text = text.trim();
        let digits = text.chars().rev().take_while(char::is_ascii_digit).count();
        let at = text.len() - digits;
        let (prefix, count) = match (at, digits) {
            (1.., 3..) => text.split_at(at),
            (0, 4..) => text.split_at(digits - 3),
            _ => return Err(NotANumber),
        };
        let plain = prefix == DIRECT || prefix.chars().all(char::is_alphanumeric);
        if prefix.chars().count() > 3 || !plain {
            return Err(NotANumber);
        }
        let count = count.parse().map_err(|_| NotANumber)?;
        if count == 0 { Err(NotANumber) } else { Ok(Self::new(prefix.to_uppercase(), count)) }
    }
}

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
