//! What whoever supervises a hall should see at once: a wait over the centre's target, a counter that
//! is idle while people wait for it, a number that was called past others.
//!
//! The first two are read off the board; when a counter became free and whom a call passed only the
//! day's events tell, so a [`Watch`] reads them, from the first of the day on.

use std::collections::BTreeMap;

use crate::why::why;
use crate::{
    Board, BusinessDay, Counter, CounterId, Duty, Event, Number, OfficerId, ServiceId, Site, State,
    Ticket, TicketId, Timestamp, What,
};

/// A counter between two visitors writes up what it received: idle is one that does so for longer,
/// milliseconds. An assumption; no centre publishes how long.
pub const IDLE_MS: i64 = 3 * 60_000;
/// A call past others is shown for so long, milliseconds; the ledger keeps it for good.
pub const PASSED_MS: i64 = 60 * 60_000;

/// One thing to look into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// Somebody waits longer than the centre's target; the one of a service who waits longest.
    Late {
        /// The service.
        service: ServiceId,
        /// Who waits longest.
        number: Number,
        /// How long, milliseconds.
        waited_ms: i64,
        /// How many wait longer than the target.
        people: usize,
    },
    /// A counter serves nobody although somebody waits for it.
    Idle {
        /// The counter.
        counter: CounterId,
        /// Whom it would call.
        number: Number,
        /// The service of that number.
        service: ServiceId,
        /// For how long it has been so, milliseconds.
        idle_ms: i64,
    },
    /// A number was called out of order, past others who had waited longer.
    Passed {
        /// Who was called.
        number: Number,
        /// The service.
        service: ServiceId,
        /// Where.
        counter: CounterId,
        /// By whom, where somebody is signed in.
        officer: Option<OfficerId>,
        /// The reason given.
        reason: String,
        /// How many had waited longer.
        people: usize,
        /// When.
        at: Timestamp,
    },
}

impl Alarm {
    /// The service it is about.
    #[must_use]
    pub fn service(&self) -> &ServiceId {
        match self {
            Self::Late { service, .. }
            | Self::Idle { service, .. }
            | Self::Passed { service, .. } => service,
        }
    }
}

/// What the events of a day tell beyond its board.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// As it stood at the last event read.
    board: Board,
    day: BusinessDay,
    /// Since when each counter has held nobody.
    free: BTreeMap<CounterId, Timestamp>,
    /// Since when each ticket has waited where it waits.
    waits: BTreeMap<TicketId, Timestamp>,
    /// Calls past others, by their events.
    passed: BTreeMap<i64, Alarm>,
}

impl Watch {
    /// Reads on; what was read before changes nothing. A day is read from its first event on: what
    /// comes after a gap is left alone until the day is read as a whole.
    pub fn read(&mut self, site: &Site, events: &[Event]) {
        for event in events {
            if event.day > self.day {
                let board = Board { day: event.day, seq: event.seq - 1, ..Board::default() };
                *self = Self { board, day: event.day, ..Self::default() };
            }
            if event.seq == self.board.seq + 1 {
                self.note(site, event);
            }
        }
    }

    /// Reads a day as a whole, whatever was read before.
    pub fn read_day(&mut self, site: &Site, events: &[Event]) {
        let first = events.first().map_or(1, |event| event.seq);
        let day = events.last().map(|event| event.day).unwrap_or_default();
        let board = Board { day, seq: first - 1, ..Board::default() };
        *self = Self { board, day, ..Self::default() };
        for event in events {
            self.note(site, event);
        }
    }

    fn note(&mut self, site: &Site, event: &Event) {
        if let Some(alarm) = passing(&self.board, site, event) {
            self.passed.insert(event.seq, alarm);
        }
        if let What::Undone { of, .. } = &event.what {
            self.passed.remove(of);
        }
        let held = |board: &Board, ticket: Option<TicketId>| {
            let ticket = board.tickets.get(&ticket?)?;
            ticket.counter.clone().filter(|_| ticket.state.at_counter())
        };
        let before = held(&self.board, event.ticket);
        if self.board.apply(event).is_err() {
            // Of a ticket of before the day: it has ended, and is none of its queues.
            self.board.seq = event.seq;
        }
        let after = held(&self.board, event.ticket);
        if let Some(counter) = before.filter(|before| Some(before) != after.as_ref()) {
            self.free.insert(counter, event.at);
        }
        if let Some(ticket) = event.ticket {
            let waits = self.board.tickets.get(&ticket).is_some_and(|t| t.state == State::Waiting);
            if waits {
                self.waits.entry(ticket).or_insert(event.at);
            } else {
                self.waits.remove(&ticket);
            }
        }
    }

    /// Since when a counter has held nobody, where a visit ended there today.
    #[must_use]
    pub fn free_since(&self, counter: &CounterId) -> Option<Timestamp> {
        self.free.get(counter).copied()
    }

    /// What stands now: waits, the longest first; idle counters, the longest first; calls past
    /// others, the last first. `board` is the day as the program has it.
    #[must_use]
    pub fn alarms(&self, board: &Board, site: &Site, now: Timestamp) -> Vec<Alarm> {
        let mut late: Vec<(i64, Alarm)> = site
            .services
            .iter()
            .filter_map(|service| late(board, site, &service.id, now))
            .collect();
        let mut idle: Vec<(i64, Alarm)> =
            site.counters.iter().filter_map(|counter| self.idle(board, counter, now)).collect();
        late.sort_by_key(|(ms, _)| std::cmp::Reverse(*ms));
        idle.sort_by_key(|(ms, _)| std::cmp::Reverse(*ms));
        let fresh = |alarm: &&Alarm| match alarm {
            Alarm::Passed { at, .. } => now.since(*at) < PASSED_MS,
            Alarm::Late { .. } | Alarm::Idle { .. } => true,
        };
        let passed = self.passed.values().rev().filter(fresh).cloned();
        late.into_iter().chain(idle).map(|(_, alarm)| alarm).chain(passed).collect()
    }

    /// Idle is open, with nobody there, while somebody waits whom it would call.
    fn idle(&self, board: &Board, counter: &Counter, now: Timestamp) -> Option<(i64, Alarm)> {
        let state = board.counters.get(&counter.id).filter(|state| state.duty == Duty::Open)?;
        if board.held_by(&counter.id).is_some() {
            return None;
        }
        let queue = board.queue_of(counter);
        let next = queue.first()?;
        // Neither the time before it opened counts, nor that in which nobody waited.
        let waiting = queue.iter().map(|ticket| self.waits_since(ticket)).min()?;
        let free = self.free.get(&counter.id).copied().unwrap_or(state.since);
        let idle_ms = now.since(free.max(state.since).max(waiting));
        let (number, service) = (next.number.clone(), next.service.clone());
        let alarm = Alarm::Idle { counter: counter.id.clone(), number, service, idle_ms };
        (idle_ms >= IDLE_MS).then_some((idle_ms, alarm))
    }

    fn waits_since(&self, ticket: &Ticket) -> Timestamp {
        self.waits.get(&ticket.id).copied().unwrap_or(ticket.issued_at)
    }
}

fn late(board: &Board, site: &Site, service: &ServiceId, now: Timestamp) -> Option<(i64, Alarm)> {
    let target_ms = site.rules.target_ms();
    let waits = |ticket: &&Ticket| {
        ticket.state == State::Waiting
            && ticket.service == *service
            && now.since(ticket.issued_at) >= target_ms
    };
    let over: Vec<&Ticket> = board.tickets.values().filter(waits).collect();
    let oldest = over.iter().min_by_key(|ticket| (ticket.issued_at, ticket.id))?;
    let waited_ms = now.since(oldest.issued_at);
    let (service, number) = (service.clone(), oldest.number.clone());
    Some((waited_ms, Alarm::Late { service, number, waited_ms, people: over.len() }))
}

/// A number called by an officer's word, past somebody who had waited longer for this counter.
fn passing(before: &Board, site: &Site, event: &Event) -> Option<Alarm> {
    let What::Called { reason: Some(reason), .. } = &event.what else { return None };
    let (why, reason) = (why(before, site, event)?, reason.clone());
    (!why.passed.is_empty()).then(|| Alarm::Passed {
        number: why.number,
        service: why.service,
        counter: why.counter,
        officer: event.officer.clone(),
        reason,
        people: why.passed.len(),
        at: event.at,
    })
}

#[cfg(test)]
mod tests;
