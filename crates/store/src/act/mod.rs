//! Carrying an action out: the facts come from the tables, the decision from `queue`, and both the
//! new state and its events are written in one transaction.

mod ledger;
mod ticket;

use queue::{
    Action, Asker, ClassId, CounterId, CounterStep, Event, Number, Opening, PrintState, Refusal,
    ServiceId, State, Step, Ticket, TicketId, Timestamp, What, rule,
};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

pub(crate) use ledger::{Ledger, Row};
#[cfg(test)]
pub(crate) use ticket::HELD_BY;
pub(crate) use ticket::{HEAD, by_id, by_number, held_by, live};

use crate::site::Applied;
use crate::{ActError, Error, Store, request};

/// A wall clock that is this far before the last event is not believed, milliseconds.
const CLOCK_DOUBT_MS: i64 = 24 * 3_600_000;
/// A wall clock held back by more than this is put on record, milliseconds.
const CLOCK_HELD_MS: i64 = 5_000;

/// What an action did; durable when it is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The ticket as it stands after the action.
    pub ticket: Option<Ticket>,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// Whether this request had been carried out before and this is its answer again.
    pub repeated: bool,
}

impl Store {
    /// Carries an action out as one durable transaction. The same `request` with the same action
    /// gives the same answer and changes nothing a second time.
    ///
    /// # Errors
    /// [`ActError::Refused`] when the rules say no: nothing changed. [`ActError::Store`] when the
    /// store cannot; after [`Error::outcome_unknown`] ask again under the same id.
    pub fn act(
        &mut self,
        request: Uuid,
        action: &Action,
        now: Timestamp,
    ) -> Result<Done, ActError> {
        let digest = request::digest(action)?;
        self.write(|db, applied| {
            if let Some(done) = repeated(db, applied, request, &digest)? {
                return Ok(done);
            }
            let mut ledger = Ledger::begin(db, applied, now)?;
            if now.since(ledger.at) < -CLOCK_DOUBT_MS {
                return Err(Refusal::ClockInDoubt.into());
            }
            ledger.request = Some((request, digest));
            if ledger.at.since(now) > CLOCK_HELD_MS {
                ledger.emit(What::ClockHeld { clock: now }, None)?;
            }
            ledger.close_past_days()?;
            let ticket = carry_out(&mut ledger, action)?;
            let ticket = match ticket {
                Some(id) => by_id(db, applied, id)?,
                None => None,
            };
            Ok(Done { ticket, events: ledger.events, repeated: false })
        })
    }

    /// Whether a request was carried out, without carrying it out: its answer, or nothing when it
    /// never happened. For a store that was opened anew after [`Error::OutcomeUnknown`].
    ///
    /// What such a store shows may so far stand only in the system's memory, because a disk that
    /// failed once does not write again what it was given; so everything is first brought into the
    /// database file and synced.
    ///
    /// # Errors
    /// [`Error::OutcomeUnknown`] when the disk fails again, and as [`act`](Self::act).
    pub fn settled(&mut self, request: Uuid, action: &Action) -> Result<Option<Done>, ActError> {
        self.sync()?;
        let digest = request::digest(action)?;
        let mut answer = Ok(None);
        self.read(|db, applied| {
            answer = repeated(db, applied, request, &digest);
            Ok(())
        })?;
        answer
    }
}

/// The answer to a request that was carried out before.
fn repeated(
    db: &Connection,
    applied: &Applied,
    request: Uuid,
    digest: &[u8],
) -> Result<Option<Done>, ActError> {
    let first: Option<(i64, Vec<u8>)> = db
        .prepare_cached("SELECT seq, digest FROM event WHERE req = ?1")?
        .query_row(params![request.as_bytes().as_slice()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((seq, known)) = first else { return Ok(None) };
    if known != digest {
        return Err(Refusal::RequestReused.into());
    }
    let events = crate::read::events_of_request(db, applied, seq)?;
    let id = events.iter().rev().find_map(|event| event.ticket);
    let ticket = match id {
        Some(id) => by_id(db, applied, id)?,
        None => None,
    };
    Ok(Some(Done { ticket, events, repeated: true }))
}

fn carry_out(ledger: &mut Ledger<'_>, action: &Action) -> Result<Option<TicketId>, ActError> {
    match action {
        Action::Issue { service, class, procedure, asker, print } => {
            issue(ledger, service, class.as_ref(), *procedure, *asker, *print).map(Some)
        }
        Action::CallNext { counter } => call_next(ledger, counter).map(Some),
        Action::Call { counter, number, reason } => {
            let ticket = ledger.today(number)?;
            free_counter(ledger, counter)?;
            queue_step(&ticket, Step::Call)?;
            call(ledger, &ticket, counter, Some(reason.clone())).map(Some)
        }
        Action::AtCounter { counter, step } => at_counter(ledger, counter, *step).map(Some),
        Action::Resume { counter, number } => {
            let ticket = ledger.today(number)?;
            free_counter(ledger, counter)?;
            queue_step(&ticket, Step::Resume)?;
            let counter_id = known_counter(ledger, counter)?;
            let calls = ticket.calls + 1;
            let event = ledger.emit_at(What::Resumed { calls }, &ticket, Some(counter))?;
            ledger.set_called(&ticket, counter_id, calls, &event)?;
            Ok(Some(ticket.id))
        }
        Action::Transfer { number, service } => transfer(ledger, number, service).map(Some),
        Action::Requeue { number } => {
            let ticket = ledger.today(number)?;
            queue_step(&ticket, Step::Requeue)?;
            // A missed turn comes back at the end of the queue; a call taken back keeps its place.
            let rank = if ticket.state == State::NoShow { ledger.at.0 } else { ticket.rank };
            let event = ledger.emit_at(What::Requeued { rank }, &ticket, None)?;
            ledger.set_waiting(&ticket, rank, &event)?;
            Ok(Some(ticket.id))
        }
        Action::Cancel { number } => {
            let ticket = ledger.today(number)?;
            let state = queue_step(&ticket, Step::Cancel)?;
            let event = ledger.emit_at(What::Cancelled, &ticket, ticket.counter.as_ref())?;
            ledger.set_ended(&ticket, state, &event)?;
            Ok(Some(ticket.id))
        }
        Action::Print { ticket, print, copy } => {
            let known = by_id(ledger.db, ledger.applied, *ticket)?
                .ok_or_else(|| Error::Stored(format!("no ticket with id {}", ticket.0)))?;
            let what = What::Print { print: *print, copy: *copy };
            let event = ledger.emit_at(what, &known, known.counter.as_ref())?;
            ledger.set_print(&known, *print, &event)?;
            Ok(Some(known.id))
        }
        Action::Announce { call, heard } => {
            let what = What::Announced { call: *call, heard: heard.clone() };
            let of: Option<i64> = ledger
                .db
                .prepare_cached("SELECT ticket_id FROM event WHERE seq = ?1")?
                .query_row(params![call], |row| row.get(0))
                .optional()?
                .flatten();
            let ticket = match of {
                Some(id) => by_id(ledger.db, ledger.applied, TicketId(id))?,
                None => None,
            };
            match &ticket {
                Some(ticket) => ledger.emit_at(what, ticket, ticket.counter.as_ref())?,
                None => ledger.emit(what, None)?,
            };
            Ok(ticket.map(|ticket| ticket.id))
        }
    }
}

fn queue_step(ticket: &Ticket, step: Step) -> Result<State, Refusal> {
    match (&ticket.counter, step) {
        (Some(counter), Step::Call) if ticket.state.at_counter() => {
            Err(Refusal::TakenByOther { number: ticket.number.clone(), counter: counter.clone() })
        }
        _ => queue::step(&ticket.number, ticket.state, step),
    }
}

fn known_counter(ledger: &Ledger<'_>, counter: &CounterId) -> Result<i64, Refusal> {
    let unknown = || Refusal::UnknownCounter { counter: counter.clone() };
    ledger.applied.site.counter(counter).ok_or_else(unknown)?;
    ledger.applied.counter_id(counter).ok_or_else(unknown)
}

fn free_counter(ledger: &Ledger<'_>, counter: &CounterId) -> Result<(), ActError> {
    let id = known_counter(ledger, counter)?;
    match held_by(ledger.db, ledger.applied, id)? {
        Some(held) => {
            Err(Refusal::StillHeld { counter: counter.clone(), number: held.number }.into())
        }
        None => Ok(()),
    }
}

fn issue(
    ledger: &mut Ledger<'_>,
    service: &ServiceId,
    class: Option<&ClassId>,
    procedure: Option<u32>,
    asker: Asker,
    print: PrintState,
) -> Result<TicketId, ActError> {
    let site = &ledger.applied.site;
    let unknown = || Refusal::UnknownService { service: service.clone() };
    let known = site.service(service).ok_or_else(unknown)?;
    let service_id = ledger.applied.service_id(service).ok_or_else(unknown)?;
    let class = class.cloned().unwrap_or_else(|| site.ordinary());
    let unknown = || Refusal::UnknownClass { class: class.clone() };
    let of_class = site.class(&class).ok_or_else(unknown)?;
    let class_id = ledger.applied.class_id(&class).ok_or_else(unknown)?;
    if known.paused {
        return Err(Refusal::Paused { service: service.clone() }.into());
    }
    if asker == Asker::Visitor {
        match site.opening(&ledger.applied.wall, ledger.at) {
            Opening::Open => {}
            Opening::Early { from } | Opening::Break { from } => {
                return Err(Refusal::Closed { from: Some(from) }.into());
            }
            Opening::Closed { from } => return Err(Refusal::Closed { from }.into()),
        }
    }
    let count: u32 = ledger
        .db
        .prepare_cached(
            "INSERT INTO day_number(day, prefix, last) VALUES(?1, ?2, 1)
             ON CONFLICT(day, prefix) DO UPDATE SET last = last + 1 RETURNING last",
        )?
        .query_row(params![ledger.day.0, known.prefix], |row| row.get(0))?;
    let rank = rule::rank(ledger.at, of_class);
    ledger
        .db
        .prepare_cached(
            "INSERT INTO ticket(day, prefix, number, class_id, procedure, issued_at, print, seq)
             VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)",
        )?
        .execute(params![
            ledger.day.0,
            known.prefix,
            count,
            class_id,
            procedure,
            ledger.at.0,
            ticket::print_word(print)
        ])?;
    let id = TicketId(ledger.db.last_insert_rowid());
    ledger
        .db
        .prepare_cached(
            "INSERT INTO leg(ticket_id, leg_no, service_id, rank, state)
             VALUES(?1, 1, ?2, ?3, 'waiting')",
        )?
        .execute(params![id.0, service_id, rank])?;
    let what = What::Issued { class, rank, procedure, print };
    let number = Number::new(known.prefix.clone(), count);
    let about = ledger::About { ticket: id, number, service: service.clone(), counter: None };
    let event = ledger.emit(what, Some(about))?;
    ledger
        .db
        .prepare_cached("UPDATE ticket SET seq = ?2 WHERE id = ?1")?
        .execute(params![id.0, event.seq])?;
    Ok(id)
}

/// The least key over the heads of the counter's queues; the visit before it is finished.
fn call_next(ledger: &mut Ledger<'_>, counter: &CounterId) -> Result<TicketId, ActError> {
    let counter_id = known_counter(ledger, counter)?;
    let head = choose(ledger, counter)?;
    let Some(head) = head else {
        return Err(Refusal::NobodyWaiting { counter: counter.clone() }.into());
    };
    if let Some(held) = held_by(ledger.db, ledger.applied, counter_id)? {
        finish(ledger, &held, counter)?;
    }
    let ticket = by_id(ledger.db, ledger.applied, head)?
        .ok_or_else(|| Error::Stored(format!("no ticket with id {}", head.0)))?;
    queue_step(&ticket, Step::Call)?;
    call(ledger, &ticket, counter, None)
}

fn choose(ledger: &Ledger<'_>, counter: &CounterId) -> Result<Option<TicketId>, ActError> {
    let site = &ledger.applied.site;
    let services = site.counter(counter).map(|counter| &counter.services);
    let mut statement = ledger.db.prepare_cached(HEAD)?;
    let mut heads = Vec::new();
    for (service, credit_min) in services.into_iter().flatten() {
        let Some(id) = ledger.applied.service_id(service) else { continue };
        let head: Option<(i64, i64)> =
            statement.query_row(params![id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        heads.extend(head.map(|(ticket, rank)| rule::Head {
            ticket: TicketId(ticket),
            service: service.clone(),
            rank,
            credit_ms: rule::credit_ms(*credit_min),
        }));
    }
    Ok(rule::choose(heads).map(|head| head.ticket))
}

fn call(
    ledger: &mut Ledger<'_>,
    ticket: &Ticket,
    counter: &CounterId,
    reason: Option<String>,
) -> Result<TicketId, ActError> {
    let counter_id = known_counter(ledger, counter)?;
    let calls = ticket.calls + 1;
    let event = ledger.emit_at(What::Called { calls, reason }, ticket, Some(counter))?;
    ledger.set_called(ticket, counter_id, calls, &event)?;
    Ok(ticket.id)
}

fn finish(ledger: &mut Ledger<'_>, held: &Ticket, counter: &CounterId) -> Result<(), ActError> {
    let state = queue_step(held, Step::Finish)?;
    let event = ledger.emit_at(What::Finished, held, Some(counter))?;
    ledger.set_ended(held, state, &event)?;
    Ok(())
}

fn at_counter(
    ledger: &mut Ledger<'_>,
    counter: &CounterId,
    step: CounterStep,
) -> Result<TicketId, ActError> {
    let counter_id = known_counter(ledger, counter)?;
    let held = held_by(ledger.db, ledger.applied, counter_id)?
        .ok_or_else(|| Refusal::NothingHeld { counter: counter.clone() })?;
    match step {
        CounterStep::Recall => {
            queue_step(&held, Step::Recall)?;
            let calls = held.calls + 1;
            let event = ledger.emit_at(What::Recalled { calls }, &held, Some(counter))?;
            ledger.set_called(&held, counter_id, calls, &event)?;
        }
        CounterStep::Start => {
            queue_step(&held, Step::Start)?;
            let event = ledger.emit_at(What::Started, &held, Some(counter))?;
            ledger.set_started(&held, &event)?;
        }
        CounterStep::Finish => finish(ledger, &held, counter)?,
        CounterStep::NoShow => {
            let state = queue_step(&held, Step::NoShow)?;
            let event = ledger.emit_at(What::NoShow, &held, Some(counter))?;
            ledger.set_ended(&held, state, &event)?;
        }
        CounterStep::Park => {
            queue_step(&held, Step::Park)?;
            let event = ledger.emit_at(What::Parked, &held, Some(counter))?;
            ledger.set_parked(&held, &event)?;
        }
    }
    Ok(held.id)
}

fn transfer(
    ledger: &mut Ledger<'_>,
    number: &Number,
    service: &ServiceId,
) -> Result<TicketId, ActError> {
    let ticket = ledger.today(number)?;
    let unknown = || Refusal::UnknownService { service: service.clone() };
    ledger.applied.site.service(service).ok_or_else(unknown)?;
    let service_id = ledger.applied.service_id(service).ok_or_else(unknown)?;
    queue_step(&ticket, Step::Transfer)?;
    // The place by arrival is kept: a visitor sent to the wrong queue does not start again.
    let rank = ticket.rank;
    let what = What::Transferred { from: ticket.service.clone(), rank };
    let moved = Ticket { service: service.clone(), ..ticket.clone() };
    let event = ledger.emit_at(what, &moved, None)?;
    ledger.move_leg(&ticket, service_id, rank, &event)?;
    Ok(ticket.id)
}
