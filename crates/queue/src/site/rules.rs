//! What a centre decides for itself, as data.

use serde::{Deserialize, Serialize};

use super::{Session, Text};
use crate::time::{BusinessDay, clock_text, day_text};

/// What the country asks of one-stop centres, minutes.
const TARGET_WAIT_MIN: u16 = 15;

/// The decisions of `[rules]`; each has a default that suits a centre that decides nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// A counter's last action can be taken back for so many seconds; 0 switches undo off.
    pub undo_s: u32,
    /// A transferred number keeps its place by arrival; otherwise it starts as one that comes now.
    pub transfer_keeps_arrival: bool,
    /// A missed number may come back for so many minutes; 0 is until the day ends.
    pub missed_return_min: u32,
    /// The place of a missed number that comes back.
    pub missed_place: ReturnPlace,
    /// Dossiers handed in after this time of day go on the next working morning, and visitors are
    /// told so: "15:00" by Decree 61/2018/NĐ-CP, article 18.2. Nothing: no such warning.
    #[serde(with = "clock_text", skip_serializing_if = "Option::is_none")]
    pub late_after: Option<u16>,
    /// One live number for a person and service, where a person is told apart at all.
    pub one_each: bool,
    /// Nobody should wait longer than so many minutes: 15 on average by the national target
    /// (Decision 468/QĐ-TTg of 2021); later waits are marked at counters and are alarms.
    #[serde(skip_serializing_if = "is_usual_target")]
    pub target_wait_min: u16,
    /// What an officer is asked for at the end of a visit.
    #[serde(skip_serializing_if = "Finishing::is_usual")]
    pub finish: Finishing,
    /// After each visit the counter's sign asks how it was, where it can be touched; else only when
    /// the officer has it ask.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ask_rating: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            undo_s: 60,
            transfer_keeps_arrival: true,
            missed_return_min: 0,
            missed_place: ReturnPlace::End,
            late_after: Some(15 * 60),
            one_each: true,
            target_wait_min: TARGET_WAIT_MIN,
            finish: Finishing::default(),
            ask_rating: false,
        }
    }
}

impl Rules {
    /// The longest wait that is as it should be, milliseconds.
    #[must_use]
    pub fn target_ms(&self) -> i64 {
        i64::from(self.target_wait_min) * 60_000
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_usual_target(min: &u16) -> bool {
    *min == TARGET_WAIT_MIN
}

/// Where a missed number goes when its visitor has come after all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReturnPlace {
    /// Behind all who wait.
    #[default]
    End,
    /// Where it was.
    Kept,
}

/// What an officer is asked for at the end of a visit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Finishing {
    /// Nothing: one key ends the visit.
    Quick,
    /// What came of it and the dossiers, where the officer wants to say so.
    #[default]
    Ask,
    /// What came of it must be said.
    Outcome,
}

impl Finishing {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether the kiosk asks how many dossiers a visitor brings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dossiers {
    /// It does not.
    #[default]
    Unasked,
    /// Before the number; the counter sees the answer.
    Ask,
}

impl Dossiers {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    pub(super) fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// A day that is not as its weekday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The day, `"2027-02-05"`.
    #[serde(with = "day_text")]
    pub day: BusinessDay,
    /// Its sessions; none is a holiday.
    #[serde(default)]
    pub sessions: Vec<Session>,
    /// What the closed kiosk says of it, e.g. "Nghỉ Tết Nguyên đán".
    #[serde(default)]
    pub name: Text,
}

/// Whom a counter calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Serves {
    /// Everybody.
    #[default]
    All,
    /// Numbers of a class with a head start only.
    Priority,
    /// Numbers of the ordinary class only.
    Ordinary,
}

/// How times are booked ahead for a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Appointments {
    /// The length of a slot; slots begin at the session's start.
    pub slot_min: u16,
    /// How many may book one slot.
    pub per_slot: u32,
    /// A number is given from so long before the slot.
    pub early_min: u16,
    /// So long after the slot it still counts; later is as coming now.
    pub late_min: u16,
    /// The head start of a booking over those who come at its slot.
    pub credit_min: u32,
    /// How many days ahead.
    pub days_ahead: u16,
}

impl Default for Appointments {
    fn default() -> Self {
        Self {
            slot_min: 15,
            per_slot: 1,
            early_min: 30,
            late_min: 15,
            credit_min: 20,
            days_ahead: 6,
        }
    }
}
