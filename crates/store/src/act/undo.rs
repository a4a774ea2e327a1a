//! Taking a counter's last action back.
//!
//! Nothing is erased: the ledger gets `undone` events that carry the tickets as they stood before,
//! and the state becomes that. An action is taken back whole, so that "finish and call next" gives
//! the number back to its queue and the visitor back to the counter.

use queue::{CounterId, Event, Refusal, Ticket, TicketId, What};
use rusqlite::{OptionalExtension, params};

use super::{Ledger, by_id, counter, held_by, known_counter};
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
    let until = events.last().map_or(0, |event| event.seq);
    for ticket in events.iter().filter_map(|event| event.ticket) {
        if !untouched_since(ledger, ticket, until)? {
            return Err(nothing().into());
        }
    }
    let mut last = None;
    for event in events.iter().rev() {
        let Some(ticket) = event.ticket else { continue };
        if !take_back(ledger, ticket, event, counter)? {
            return Err(nothing().into());
        }
        last = Some(ticket);
    }
    last.ok_or_else(|| nothing().into())
}

/// Whether nothing but its paper and its voice has happened to a ticket since the action.
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

/// Nothing is taken back when the counter that held the ticket has somebody else by now.
fn take_back(
    ledger: &mut Ledger<'_>,
    id: TicketId,
    event: &Event,
    counter: &CounterId,
) -> Result<bool, ActError> {
    let now = by_id(ledger.db, ledger.applied, id)?
        .ok_or_else(|| Error::Stored(format!("no ticket with id {}", id.0)))?;
    // The paper is not taken back; a board that has forgotten the ticket learns of it from here.
    let before = Ticket { print: now.print, ..as_it_stood(ledger, id, event.seq)? };
    if let (true, Some(place)) = (before.state.at_counter(), &before.counter) {
        let held = match ledger.applied.counter_id(place) {
            Some(place) => held_by(ledger.db, ledger.applied, place)?,
            None => None,
        };
        if held.is_some_and(|held| held.id != id) {
            return Ok(false);
        }
    }
    let called = matches!(event.what, What::Called { .. });
    let streak = if called { Some(streak_before(ledger, counter, event)?) } else { None };
    if let Some(streak) = streak {
        counter::set_streak(ledger, known_counter(ledger, counter)?, streak)?;
    }
    let what =
        What::Undone { of: event.seq, from: now.state, before: Box::new(before.clone()), streak };
    let written = ledger.emit_at(what, &before, Some(counter))?;
    ledger.restore(&now, &before, &written)?;
    Ok(true)
}

/// Priority calls in a row at a counter before a call, as the day's ledger tells them.
fn streak_before(ledger: &Ledger<'_>, counter: &CounterId, call: &Event) -> Result<u32, ActError> {
    let first = crate::read::first_of_day(ledger.db, call.day)?;
    let mut statement = ledger.db.prepare_cached(
        "SELECT kind, data FROM event WHERE seq >= ?1 AND seq < ?2 AND counter = ?3
         AND kind IN ('called','undone') ORDER BY seq DESC",
    )?;
    let mut rows = statement.query(params![first, call.seq, counter.as_str()])?;
    while let Some(row) = rows.next()? {
        let (kind, data): (String, String) = (row.get(0)?, row.get(1)?);
        let facts: serde_json::Value = serde_json::from_str(&data)?;
        let streak = facts.get("streak").and_then(serde_json::Value::as_u64);
        // What was taken back and was no call says nothing of it.
        if kind == "called" || streak.is_some() {
            return Ok(streak.and_then(|streak| u32::try_from(streak).ok()).unwrap_or_default());
        }
    }
    Ok(0)
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
