//! What a centre has learned of its waits, and the question a visitor asks of it.

use std::collections::BTreeMap;

use super::{Busy, Calibration, Estimate, NoEstimate, OpenCounter, Outlook, Pace, estimate};
use crate::{Board, ServiceId, Site, State, Ticket, TicketId, Timestamp, WallClock};

/// What earlier days and this one tell about a centre's waits. Read anew now and then: it changes
/// slowly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Experience {
    /// How long visits take, by service.
    pub paces: BTreeMap<ServiceId, Pace>,
    /// How well estimates held, by service.
    pub calibrations: BTreeMap<ServiceId, Calibration>,
    /// How long those called today had to wait.
    pub today: Today,
}

/// The wait that an average may not exceed from 2025 on (decision 468/QĐ-TTg), minutes.
pub const TARGET_MIN: i64 = 15;

/// Today's waits against [`TARGET_MIN`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Today {
    /// Tickets called today.
    pub turns: u32,
    /// Those that waited no longer than the target.
    pub within: u32,
}

impl Today {
    /// From the waits of a day, milliseconds.
    #[must_use]
    pub fn of(waits: &[i64]) -> Self {
        let within = waits.iter().filter(|ms| **ms <= TARGET_MIN * 60_000).count();
        let whole = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { turns: whole(waits.len()), within: whole(within) }
    }
}

/// Whose wait is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    /// The service.
    pub service: ServiceId,
    /// The key of the place in its queue.
    pub rank: i64,
    /// The ticket; nothing before there is one.
    pub ticket: Option<TicketId>,
}

impl Asker {
    /// Somebody of the ordinary class who would take a number now.
    #[must_use]
    pub fn newcomer(service: &ServiceId, now: Timestamp) -> Self {
        Self { service: service.clone(), rank: now.0, ticket: None }
    }

    /// Somebody who waits.
    #[must_use]
    pub fn holder(ticket: &Ticket) -> Self {
        Self { service: ticket.service.clone(), rank: ticket.rank, ticket: Some(ticket.id) }
    }
}

impl Experience {
    /// What can be told now.
    ///
    /// # Errors
    /// [`NoEstimate`] with its reason; what remains to be said is how many are ahead.
    pub fn estimate(
        &self,
        board: &Board,
        site: &Site,
        wall: &WallClock,
        asker: &Asker,
        now: Timestamp,
    ) -> Result<Estimate, NoEstimate> {
        let outlook = outlook(board, site, wall, asker, now);
        let learned = self.calibrations.get(&asker.service).copied().unwrap_or_default();
        estimate(&outlook, &self.paces, &learned)
    }
}

/// The centre as the asker finds it: who is called before, which counters are open and busy.
fn outlook(board: &Board, site: &Site, wall: &WallClock, asker: &Asker, now: Timestamp) -> Outlook {
    let mine = (asker.rank, asker.ticket.unwrap_or(TicketId(i64::MAX)));
    let mut ahead: Vec<_> = board
        .tickets
        .values()
        .filter(|ticket| ticket.state == State::Waiting)
        .map(|ticket| ((ticket.rank, ticket.id), &ticket.service))
        .filter(|(place, _)| *place < mine)
        .collect();
    ahead.sort();
    let counters = site
        .counters
        .iter()
        .filter(|counter| board.is_open(&counter.id))
        .map(|counter| OpenCounter {
            services: counter.services.keys().cloned().collect(),
            busy: board.held_by(&counter.id).map(|held| Busy {
                service: held.service.clone(),
                since: held.called_at.unwrap_or(now),
            }),
        })
        .collect();
    let service = site.service(&asker.service);
    Outlook {
        service: asker.service.clone(),
        now,
        ahead: ahead.into_iter().map(|(_, service)| service.clone()).collect(),
        counters,
        sessions: site.sessions_at(service, wall, now),
    }
}
