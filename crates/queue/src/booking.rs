//! Appointments: a time promised ahead, kept in the same ledger as every number.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Appointments, ServiceId, Timestamp};

/// What a visitor shows at the kiosk: six digits, unique among the live bookings of a centre.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BookingCode(pub String);

impl fmt::Display for BookingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A booking that has not been used, given up or left to lapse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Its code.
    pub code: BookingCode,
    /// What for.
    pub service: ServiceId,
    /// When.
    pub slot: Timestamp,
}

/// How a visitor who booked arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Before the time in which a number is given for this slot.
    TooEarly {
        /// From when on.
        from: Timestamp,
    },
    /// Early or in time: the place is that of the slot.
    InTime,
    /// Too late: the place is that of somebody who comes now.
    Late,
}

/// How `now` stands to the slot, by the service's rule.
#[must_use]
pub fn arrival(slot: Timestamp, rule: &Appointments, now: Timestamp) -> Arrival {
    let from = slot.plus_min(-i64::from(rule.early_min));
    if now < from {
        Arrival::TooEarly { from }
    } else if now <= slot.plus_min(rule.late_min.into()) {
        Arrival::InTime
    } else {
        Arrival::Late
    }
}

/// The key of the place of somebody who booked: as if come at the slot, less the head start that
/// the service gives to bookings and that of the class. A booking is one more credit of the one
/// rule, so it is bounded like every other and starves no walk-in.
#[must_use]
pub fn rank(slot: Timestamp, rule: &Appointments, now: Timestamp, class_credit_ms: i64) -> i64 {
    let late = arrival(slot, rule, now) == Arrival::Late;
    let (base, credit) =
        if late { (now, 0) } else { (slot, crate::rule::credit_ms(rule.credit_min)) };
    base.0.saturating_sub(credit).saturating_sub(class_credit_ms)
}

#[cfg(test)]
mod tests;
