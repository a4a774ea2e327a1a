//! Taking a counter's last action back.
//!
//! Nothing is erased: the ledger gets `undone` events that carry the tickets as they stood before,
//! and the state becomes that. An action is taken back whole, so that "finish and call next" gives
//! the number back to its queue and the visitor back to the counter.

use queue::{CounterId, Event, Refusal, Ticket, TicketId, What};
use rusqlite::{OptionalExtension, params};

use super::{Ledger, by_id, known_counter};
use crate::{ActError, Error};

pub(super) fn undo(ledger: &mut Ledger<'_>, counter: &CounterId) -> Result<TicketId, ActError> {
    let id = known_counter(ledger, counter)?;
    let nothing = || Refusal::NothingToUndo { counter: counter.clone() };
    let first: Option<i64> = ledger
        .db
        .prepare_cached("SELECT undo_seq FROM counter_state WHERE counter_id = ?1")?
        .query_row(params![id], |row| row.get(0))
        .optional()?
        .flatten();
    let events = crate::read::events_of_request(ledger.db, first.ok_or_else(nothing)?)?;
    let events: Vec<&Event> = events.iter().filter(|event| event.what.can_be_undone()).collect();
    let limit = i64::from(ledger.applied.site.rules.undo_s) * 1_000;
    let young = events
        .first()
        .is_some_and(|event| event.day == ledger.day && ledger.at.since(event.at) <= limit);
    if !young || limit == 0 {
        return Err(nothing().into());
    }
    let mut last = None;
    for event in events.iter().rev() {
        let Some(ticket) = event.ticket else { continue };
        if !untouched_since(ledger, ticket, event.seq)? {
            return Err(nothing().into());
        }
        take_back(ledger, ticket, event, counter)?;
        last = Some(ticket);
    }
    ledger
        .db
        .prepare_cached("UPDATE counter_state SET undo_seq = NULL WHERE counter_id = ?1")?
        .execute(params![id])?;
    last.ok_or_else(|| nothing().into())
}

/// Whether nothing but its paper and its voice has happened to a ticket since.
fn untouched_since(ledger: &Ledger<'_>, ticket: TicketId, seq: i64) -> Result<bool, Error> {
    let touched: Option<i64> = ledger
        .db
        .prepare_cached(
            "SELECT seq FROM event WHERE seq > ?1 AND ticket_id = ?2
             AND kind NOT IN ('print','announced') LIMIT 1",
        )?
        .query_row(params![seq, ticket.0], |row| row.get(0))
        .optional()?;
    Ok(touched.is_none())
}

fn take_back(
    ledger: &mut Ledger<'_>,
    id: TicketId,
    event: &Event,
    counter: &CounterId,
) -> Result<(), ActError> {
    let now = by_id(ledger.db, ledger.applied, id)?
        .ok_or_else(|| Error::Stored(format!("no ticket with id {}", id.0)))?;
    let before = as_it_stood(ledger, id, event.seq)?;
    let what = What::Undone { of: event.seq, from: now.state, before: Box::new(before.clone()) };
    let written = ledger.emit_at(what, &before, Some(counter))?;
    ledger.restore(&now, &before, &written)?;
    Ok(())
}

/// The ticket before an event, folded from the ledger itself.
fn as_it_stood(ledger: &Ledger<'_>, id: TicketId, before: i64) -> Result<Ticket, ActError> {
    let first: i64 = ledger
        .db
        .prepare_cached("SELECT first_seq FROM ticket WHERE id = ?1")?
        .query_row(params![id.0], |row| row.get(0))?;
    let events = crate::read::events_of_ticket(ledger.db, id, first, before)?;
    let mut events = events.iter();
    let mut ticket = events
        .next()
        .and_then(Ticket::begin)
        .ok_or_else(|| Error::Stored(format!("no beginning of the ticket with id {}", id.0)))?;
    for event in events {
        ticket.fold(event);
    }
    Ok(ticket)
}
