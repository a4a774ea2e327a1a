//! Which ticket is next: a head start, never a jump.
//!
//! A waiting ticket has one static key, `rank = arrival − credit(class)`; a counter may prefer one
//! of its services by a further credit. The least key is called. This is Jackson's head-start
//! priority (1960), Kleinrock's delay-dependent priority with equal slopes: first come first
//! served inside a class, and whoever comes later than the greatest credits after you cannot pass
//! you. It can be told to the public in one sentence ("counts as having come 60 minutes earlier")
//! and needs only the head of each queue, however many wait.

use crate::{Class, ServiceId, TicketId, Timestamp};

/// The head of one service's queue, as one counter sees it.
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
}

impl Head {
    /// What is compared: the rank with the counter's preference, then the order of issue.
    #[must_use]
    pub fn key(&self) -> (i64, TicketId) {
        (self.rank.saturating_sub(self.credit_ms), self.ticket)
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

/// The head to call; nothing when nobody waits.
#[must_use]
pub fn choose(heads: impl IntoIterator<Item = Head>) -> Option<Head> {
    heads.into_iter().min_by_key(Head::key)
}

#[cfg(test)]
mod tests;
