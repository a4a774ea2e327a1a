//! What staff have to know of the paper: how much is left, and which slips nobody knows of.
//!
//! A kiosk that dies between "printing" and the end of a print leaves a ticket whose slip may or
//! may not exist. Its number holds and waits; only people can see whether the paper is there. So it
//! is put on record as unconfirmed, listed for staff, and never printed again by itself.

use std::collections::VecDeque;

use queue::{Action, PrintState, Ticket, TicketId};

use super::{Kiosk, Tag};
use crate::desk::Trouble;
use crate::flow::{Effect, EffectOf};
use crate::{Now, slip};

/// No print takes so long: one that has neither ended nor is this kiosk's own is nobody's. Until
/// then it may be another kiosk's, which shares the queue.
const LOST_MS: i64 = 60_000;
/// How many last jobs are remembered, for a slip that is not taken from the mouth.
const REMEMBERED: usize = 8;

/// How the paper of a kiosk's printers is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaperState {
    /// The roll is nearly empty.
    pub near_end: bool,
    /// About how many slips are left on it, where it is counted.
    pub tickets_left: Option<u32>,
    /// Which printer prints: 0 is the first, others stand in for it.
    pub unit: usize,
    /// Why the printers before it do not.
    pub stands_in_for: Option<Trouble>,
}

/// What staff found out about a slip in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settle {
    /// "Đã in": the visitor has it.
    Printed,
    /// "In lại": it is printed once more, marked as a copy.
    Reprint,
}

#[derive(Debug, Default)]
pub(super) struct Paperwork {
    pub(super) state: Option<PaperState>,
    /// The last jobs that ended, newest last.
    ended: VecDeque<(u64, TicketId)>,
}

impl Paperwork {
    pub(super) fn remember(&mut self, job: u64, ticket: TicketId) {
        if self.ended.len() == REMEMBERED {
            self.ended.pop_front();
        }
        self.ended.push_back((job, ticket));
    }
}

impl Kiosk {
    /// How the paper is; nothing until a printer has said that it is well.
    #[must_use]
    pub fn paper(&self) -> Option<&PaperState> {
        self.paperwork.state.as_ref()
    }

    /// The numbers of today that still wait and whose slips may or may not be out, oldest first:
    /// for staff, who settle each with [`settle`](Self::settle).
    #[must_use]
    pub fn in_doubt(&self) -> Vec<&Ticket> {
        let doubtful = |ticket: &&Ticket| ticket.print == PrintState::Unconfirmed;
        self.board.tickets.values().filter(doubtful).collect()
    }

    /// What staff found out about a slip in doubt. Nothing happens for a ticket that is not in
    /// doubt any more, e.g. because it was settled at another kiosk meanwhile.
    pub fn settle(&mut self, ticket: TicketId, found: Settle) -> Vec<EffectOf<Self>> {
        let known = self.board.tickets.get(&ticket);
        let Some(known) = known.filter(|known| known.print == PrintState::Unconfirmed).cloned()
        else {
            return Vec::new();
        };
        if self.jobs.iter().any(|job| job.ticket == ticket) {
            return Vec::new();
        }
        match found {
            Settle::Printed => vec![record(ticket, PrintState::Printed)],
            Settle::Reprint => {
                let ahead = self.board.ahead_of(&known);
                self.print(&known, ahead, true)
            }
        }
    }

    /// Puts on record what nobody knows of: slips that were to be printed, whose kiosk has died.
    pub(super) fn lost_prints(&self, now: Now) -> Vec<EffectOf<Self>> {
        let lost = |ticket: &&Ticket| {
            let under_way = matches!(ticket.print, PrintState::Pending | PrintState::Printing);
            under_way
                && now.wall.since(ticket.issued_at) >= LOST_MS
                && self.jobs.iter().all(|job| job.ticket != ticket.id)
        };
        let lost: Vec<_> = self.board.tickets.values().filter(lost).collect();
        for ticket in &lost {
            tracing::warn!(number = %ticket.number, "nobody knows whether its slip was printed");
        }
        lost.iter().map(|ticket| record(ticket.id, PrintState::Unconfirmed)).collect()
    }

    /// A slip was not taken. One that was taken in again is nobody's paper any more; one that was
    /// let go may be in its visitor's hand.
    pub(super) fn not_taken(&self, job: Option<u64>, retracted: bool) -> Vec<EffectOf<Self>> {
        let of = job.and_then(|job| self.paperwork.ended.iter().find(|(id, _)| *id == job));
        match of {
            Some((_, ticket)) if retracted => vec![record(*ticket, PrintState::None)],
            Some(_) | None => Vec::new(),
        }
    }

    /// The slip's check code, which the store tells when its printing is on record.
    pub(super) fn check_code(&mut self, job: u64, code: Option<&str>) {
        let lang = self.lang;
        if let Some(job) = self.jobs.iter_mut().find(|known| known.id == job) {
            job.slip.code = code.map(|code| slip::check_code(lang, code));
        }
    }
}

fn record(ticket: TicketId, print: PrintState) -> EffectOf<Kiosk> {
    Effect::Act { tag: Tag::Record, action: Action::Print { ticket, print, copy: false } }
}

#[cfg(test)]
mod tests;
