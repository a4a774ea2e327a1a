//! Which ticket is next: a head start, never a jump.
//!
//! A waiting ticket has one static key, `rank = arrival − credit(class)`; a counter may prefer one
//! of its services by a further credit. The least key is called. This is Jackson's head-start
//! priority (1960), Kleinrock's delay-dependent priority with equal slopes: first come first
//! served inside a class, and whoever comes later than the greatest credits after you cannot pass
//! you. It can be told to the public in one sentence ("counts as having come 60 minutes earlier")
//! and needs only the head of each queue, however many wait.

use serde::{Deserialize, Serialize};

use crate::{Class, Counter, Serves, ServiceId, TicketId, Timestamp};

/// Whether a number has a head start of its class. Only a counter that is told to looks at it; the
/// order itself is by rank alone.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    /// The ordinary class.
    #[default]
    Ordinary,
    /// A class with a head start.
    Priority,
}

impl Lane {
    /// Both lanes.
    pub const ALL: [Self; 2] = [Self::Ordinary, Self::Priority];

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
    pub(crate) fn is_ordinary(&self) -> bool {
        *self == Self::Ordinary
    }

    /// The lane of a class.
    #[must_use]
    pub fn of(class: &Class) -> Self {
        if class.credit_min > 0 { Self::Priority } else { Self::Ordinary }
    }
}

/// The head of one queue, as one counter sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The ticket that has waited longest by rank.
    pub ticket: TicketId,
    /// Its service.
    pub service: ServiceId,
    /// Its rank, in milliseconds.
    pub rank: i64,
    /// How far this counter prefers the service, in milliseconds; 0 is usual.
    pub credit_ms: i64,
    /// Its lane.
    pub lane: Lane,
    /// It was sent to this counter and waits for no other.
    pub sent_here: bool,
}

impl Head {
    /// What is compared: the rank with the counter's preference, then the order of issue.
    #[must_use]
    pub fn key(&self) -> (i64, TicketId) {
        (self.rank.saturating_sub(self.credit_ms), self.ticket)
    }
}

/// How one counter chooses, and what it has chosen lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Whom it calls.
    pub serves: Serves,
    /// After so many priority calls in a row an ordinary number comes next; 0 is no such rule.
    pub ratio: u32,
    /// Priority calls in a row so far.
    pub streak: u32,
}

impl Policy {
    /// The policy of a counter that has called `streak` priority numbers in a row.
    #[must_use]
    pub fn of(counter: &Counter, streak: u32) -> Self {
        Self { serves: counter.serves, ratio: counter.ratio, streak }
    }

    /// Whether the counter calls from this lane at all. Whoever was sent here is called whatever
    /// the lane.
    #[must_use]
    pub fn takes(&self, head: &Head) -> bool {
        head.sent_here
            || match self.serves {
                Serves::All => true,
                Serves::Priority => head.lane == Lane::Priority,
                Serves::Ordinary => head.lane == Lane::Ordinary,
            }
    }

    /// The streak after calling a number of this lane.
    #[must_use]
    pub fn after(&self, lane: Lane) -> u32 {
        match lane {
            Lane::Priority => self.streak.saturating_add(1),
            Lane::Ordinary => 0,
        }
    }
}

/// The rank of a ticket that arrives now: its arrival less the head start of its class.
#[must_use]
pub fn rank(arrival: Timestamp, class: &Class) -> i64 {
    arrival.0.saturating_sub(credit_ms(class.credit_min))
}

/// A credit in the unit of ranks.
#[must_use]
pub fn credit_ms(minutes: u32) -> i64 {
    i64::from(minutes) * 60_000
}

/// The head to call; nothing when nobody waits whom this counter calls.
#[must_use]
pub fn choose(heads: impl IntoIterator<Item = Head>, policy: Policy) -> Option<Head> {
    let heads: Vec<Head> = heads.into_iter().filter(|head| policy.takes(head)).collect();
    let turn_of_ordinary = policy.ratio > 0 && policy.streak >= policy.ratio;
    let ordinary = heads.iter().filter(|head| head.lane == Lane::Ordinary).min_by_key(|h| h.key());
    match ordinary {
        Some(head) if turn_of_ordinary => Some(head.clone()),
        _ => heads.into_iter().min_by_key(Head::key),
    }
}

#[cfg(test)]
mod tests;
