//! Calling: the next by the rule, a number by name, one that was set aside, one left behind.

use queue::rule::{self, Lane, Policy};
use queue::{Counter, CounterId, Number, Refusal, Step, Ticket, TicketId, What};
use rusqlite::{OptionalExtension, params};

use super::ticket::{HEAD, SENT};
use super::{Ledger, by_id, counter, free_counter, held_by, known_counter, queue_step};
use crate::{ActError, Error};

/// The least key over the heads of the counter's queues; the visit before it is finished.
pub(super) fn next(ledger: &mut Ledger<'_>, counter: &CounterId) -> Result<TicketId, ActError> {
    let counter_id = known_counter(ledger, counter)?;
    // Finished first: whose journey goes on in one of this counter's queues waits by the rule like
    // everybody else. Nobody there to call takes it all back.
    if let Some(held) = held_by(ledger.db, ledger.applied, counter_id)? {
        counter::finish(ledger, &held, counter, &queue::Finish::default())?;
    }
    let Some(head) = choose(ledger, counter, counter_id)? else {
        return Err(Refusal::NobodyWaiting { counter: counter.clone() }.into());
    };
    let ticket = by_id(ledger.db, ledger.applied, head)?
        .ok_or_else(|| Error::Stored(format!("no ticket with id {}", head.0)))?;
    queue_step(&ticket, Step::Call)?;
    call(ledger, &ticket, counter, counter_id, None)
}

/// A given number, out of order; the ledger keeps why.
pub(super) fn named(
    ledger: &mut Ledger<'_>,
    counter: &CounterId,
    number: &Number,
    reason: &str,
) -> Result<TicketId, ActError> {
    let ticket = ledger.today(number)?;
    free_counter(ledger, counter)?;
    queue_step(&ticket, Step::Call)?;
    let counter_id = known_counter(ledger, counter)?;
    call(ledger, &ticket, counter, counter_id, Some(reason.to_owned()))
}

pub(super) fn resume(
    ledger: &mut Ledger<'_>,
    counter: &CounterId,
    number: &Number,
) -> Result<TicketId, ActError> {
    let ticket = ledger.today(number)?;
    free_counter(ledger, counter)?;
    queue_step(&ticket, Step::Resume)?;
    let counter_id = known_counter(ledger, counter)?;
    counter::open(ledger, counter, counter_id)?;
    let calls = ticket.calls + 1;
    let event = ledger.emit_at(What::Resumed { calls }, &ticket, Some(counter))?;
    ledger.set_called(&ticket, counter_id, calls, &event)?;
    Ok(ticket.id)
}

/// The ticket of a counter that does not answer; it is not called again by this.
pub(super) fn take_over(
    ledger: &mut Ledger<'_>,
    counter: &CounterId,
    from: &CounterId,
) -> Result<TicketId, ActError> {
    free_counter(ledger, counter)?;
    let counter_id = known_counter(ledger, counter)?;
    // Also from a counter that the site no longer has: whoever is there must not be stranded.
    let unknown = || Refusal::UnknownCounter { counter: from.clone() };
    let from_id = ledger.applied.counter_id(from).ok_or_else(unknown)?;
    let held = held_by(ledger.db, ledger.applied, from_id)?
        .ok_or_else(|| Refusal::NothingHeld { counter: from.clone() })?;
    queue_step(&held, Step::TakeOver)?;
    counter::open(ledger, counter, counter_id)?;
    let what = What::TakenOver { from: from.clone() };
    let event = ledger.emit_at(what, &held, Some(counter))?;
    ledger.set_counter(&held, counter_id, &event)?;
    Ok(held.id)
}

fn choose(
    ledger: &Ledger<'_>,
    counter: &CounterId,
    counter_id: i64,
) -> Result<Option<TicketId>, ActError> {
    let Some(known) = ledger.applied.site.counter(counter) else { return Ok(None) };
    let policy = Policy::of(known, counter::streak(ledger, counter_id)?);
    let heads = heads(ledger, known, counter_id)?;
    Ok(rule::choose(heads, policy).map(|head| head.ticket))
}

/// One seek for each service and lane, and one for those who were sent to this counter.
fn heads(
    ledger: &Ledger<'_>,
    counter: &Counter,
    counter_id: i64,
) -> Result<Vec<rule::Head>, ActError> {
    let mut heads = Vec::new();
    let mut statement = ledger.db.prepare_cached(HEAD)?;
    for (service, credit_min) in &counter.services {
        let Some(id) = ledger.applied.service_id(service) else { continue };
        for lane in Lane::ALL {
            let head: Option<(i64, i64)> = statement
                .query_row(params![id, lane_id(lane)], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            heads.extend(head.map(|(ticket, rank)| rule::Head {
                ticket: TicketId(ticket),
                service: service.clone(),
                rank,
                credit_ms: rule::credit_ms(*credit_min),
                lane,
                sent_here: false,
            }));
        }
    }
    let sent: Option<(i64, i64, i64)> = ledger
        .db
        .prepare_cached(SENT)?
        .query_row(params![counter_id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    if let Some((ticket, rank, lane)) = sent
        && let Some(ticket) = by_id(ledger.db, ledger.applied, TicketId(ticket))?
    {
        let (service, lane) = (ticket.service, lane_of(lane));
        heads.push(rule::Head {
            ticket: ticket.id,
            service,
            rank,
            credit_ms: 0,
            lane,
            sent_here: true,
        });
    }
    Ok(heads)
}

fn call(
    ledger: &mut Ledger<'_>,
    ticket: &Ticket,
    counter: &CounterId,
    counter_id: i64,
    reason: Option<String>,
) -> Result<TicketId, ActError> {
    counter::open(ledger, counter, counter_id)?;
    let calls = ticket.calls + 1;
    let before = Policy { streak: counter::streak(ledger, counter_id)?, ..Policy::default() };
    let streak = before.after(ticket.lane);
    let event = ledger.emit_at(What::Called { calls, reason, streak }, ticket, Some(counter))?;
    if streak != before.streak {
        counter::set_streak(ledger, counter_id, streak)?;
    }
    ledger.set_called(ticket, counter_id, calls, &event)?;
    Ok(ticket.id)
}

pub(super) fn lane_id(lane: Lane) -> i64 {
    match lane {
        Lane::Ordinary => 0,
        Lane::Priority => 1,
    }
}

pub(super) fn lane_of(id: i64) -> Lane {
    if id == 0 { Lane::Ordinary } else { Lane::Priority }
}
