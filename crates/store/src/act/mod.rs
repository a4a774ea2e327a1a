//! Carrying an action out: the facts come from the tables, the decision from `queue`, and both the
//! new state and its events are written in one transaction.

mod booking;
mod call;
mod counter;
mod emergency;
mod intake;
mod issue;
mod ledger;
mod moves;
mod officer;
mod pen;
mod rating;
mod ticket;
mod undo;

use std::path::Path;

use queue::{Action, CounterId, Event, Refusal, State, Step, Ticket, TicketId, Timestamp, What};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use uuid::Uuid;

pub(crate) use booking::bookings;
pub(crate) use counter::counter_states;
pub(crate) use emergency::emergency;
pub(crate) use intake::paused;
#[cfg(test)]
pub(crate) use issue::GIVEN;
pub(crate) use ledger::{About, Ledger, Row};
#[cfg(test)]
pub(crate) use ledger::{DUE, LAST};
pub(crate) use officer::{kept_pin, officers};
pub(crate) use rating::ratings;
#[cfg(test)]
pub(crate) use ticket::{BY_ID, BY_NUMBER, HEAD, HELD_BY, LIVE, SENT};
pub(crate) use ticket::{by_id, by_number, held_by, live};

use crate::site::Applied;
use crate::{ActError, Claim, Store, request, slip_code};

/// What a request did, if it was carried out.
pub(crate) const REPEATED: &str = "SELECT seq, digest FROM event WHERE req = ?1";

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
    /// The check code of the slip that is about to be printed; see [`Store::slip_code`].
    pub code: Option<String>,
}

impl Store {
    /// Carries an action out as one durable transaction. The same `request` with the same action
    /// gives the same answer and changes nothing a second time.
    ///
    /// # Errors
    /// [`ActError::Refused`] when the rules say no: nothing changed. [`ActError::Store`] when the
    /// store cannot; after [`outcome_unknown`](crate::Error::outcome_unknown) ask again under the
    /// same id.
    pub fn act(
        &mut self,
        request: Uuid,
        action: &Action,
        now: Timestamp,
    ) -> Result<Done, ActError> {
        self.act_under(None, request, action, now)
    }

    /// The same for a program that has claimed a counter: refused there once another has taken it.
    ///
    /// # Errors
    /// [`Refusal::CounterTaken`], and as [`act`](Self::act).
    pub fn act_under(
        &mut self,
        claim: Option<&Claim>,
        request: Uuid,
        action: &Action,
        now: Timestamp,
    ) -> Result<Done, ActError> {
        let digest = request::digest(action)?;
        let (daykey, now) = (self.daykey(), self.corrected(now));
        let claim = claim.filter(|claim| action.acting() == Some(claim.counter()));
        let asked = Asked { request, digest, action, now, claim };
        let alive = if let Action::TakeOver { from, .. } = action {
            (!self.is_quiet(from, now)?).then(|| from.clone())
        } else {
            None
        };
        let mut done = self.write(|db, applied| {
            let mut done = begun(db, applied, &asked, alive.as_ref(), daykey.as_deref())?;
            if let Some(path) = &daykey {
                done.code = slip_code::of_print(path, applied, action, done.ticket.as_ref(), now);
            }
            Ok(done)
        })?;
        if daykey.is_none() {
            done.code = self.code_from_server(action, done.ticket.as_ref(), now);
        }
        Ok(done)
    }

    /// Carries an action out up to its commit, says so, and takes it back.
    pub(crate) fn rehearse(
        &mut self,
        request: Uuid,
        action: &Action,
        now: Timestamp,
        ready: impl FnOnce(),
    ) -> Result<(), ActError> {
        let digest = request::digest(action)?;
        let asked = Asked { request, digest, action, now, claim: None };
        let (applied, daykey) = (self.applied()?, self.daykey());
        let tx = self.connection()?.transaction_with_behavior(TransactionBehavior::Immediate)?;
        begun(&tx, &applied, &asked, None, daykey.as_deref())?;
        ready();
        tx.rollback()?;
        Ok(())
    }

    /// Whether a request was carried out, without carrying it out: its answer, or nothing when it
    /// never happened. For a store that was opened anew after
    /// [`OutcomeUnknown`](crate::Error::OutcomeUnknown).
    ///
    /// What such a store shows may so far stand only in the system's memory, because a disk that
    /// failed once does not write again what it was given; so everything is first brought into the
    /// database file and synced. On a server what is still under way to it is fenced off.
    ///
    /// # Errors
    /// [`OutcomeUnknown`](crate::Error::OutcomeUnknown) when the disk fails again, and as
    /// [`act`](Self::act).
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

/// What was asked, by whom it will be known, and when.
struct Asked<'a> {
    request: Uuid,
    digest: Vec<u8>,
    action: &'a Action,
    now: Timestamp,
    /// Of the acting counter.
    claim: Option<&'a Claim>,
}

/// An action inside its transaction, not yet committed. `alive` is the counter that still answers
/// and therefore cannot be taken over.
fn begun(
    db: &Connection,
    applied: &Applied,
    asked: &Asked<'_>,
    alive: Option<&CounterId>,
    daykey: Option<&Path>,
) -> Result<Done, ActError> {
    let &Asked { request, ref digest, action, now, claim } = asked;
    if let Some(done) = repeated(db, applied, request, digest)? {
        return Ok(done);
    }
    if let Some(counter) = alive {
        return Err(Refusal::CounterAlive { counter: counter.clone() }.into());
    }
    if action.reason().is_some_and(|reason| reason.trim().is_empty()) {
        return Err(Refusal::ReasonMissing.into());
    }
    let mut ledger = Ledger::begin(db, applied, now)?;
    if let Action::ClockStepped { by_ms } = action
        && in_doubt(&ledger, now)?
    {
        // On record at the time of the last event: a clock that is not believed moves nothing.
        let mut still = Ledger::begin(db, applied, ledger.last_at)?;
        still.request = Some((request, digest.clone()));
        still.emit(What::ClockStepped { by_ms: *by_ms }, About::nothing())?;
        return Ok(Done { ticket: None, events: still.events, repeated: false, code: None });
    }
    if !matches!(action, Action::ConfirmDate) {
        ledger.date_is_sure(now)?;
    }
    ledger.request = Some((request, digest.clone()));
    if ledger.at.since(now) > CLOCK_HELD_MS && !ledger.clock_is_held()? {
        ledger.emit(What::ClockHeld { clock: now }, About::nothing())?;
    }
    ledger.close_past_days(daykey)?;
    ledger.release_due()?;
    if let Some(claim) = claim {
        counter::still_held(&ledger, claim)?;
    }
    let ticket = carry_out(&mut ledger, action)?;
    ledger.note_undoable(action.acting())?;
    let ticket = match ticket {
        Some(id) => by_id(db, applied, id)?,
        None => None,
    };
    Ok(Done { ticket, events: ledger.events, repeated: false, code: None })
}

fn in_doubt(ledger: &Ledger<'_>, now: Timestamp) -> Result<bool, ActError> {
    match ledger.date_is_sure(now) {
        Err(ActError::Refused(Refusal::ClockInDoubt)) => Ok(true),
        sure => sure.map(|()| false),
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
        .prepare_cached(REPEATED)?
        .query_row(params![request.as_bytes().as_slice()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((seq, known)) = first else { return Ok(None) };
    if known != digest {
        return Err(Refusal::RequestReused.into());
    }
    let events = crate::read::events_of_request(db, seq)?;
    // The last event is the action's own; those before it may be what was due anyway.
    let ticket = match events.last().and_then(|event| event.ticket) {
        Some(id) => by_id(db, applied, id)?,
        None => None,
    };
    Ok(Some(Done { ticket, events, repeated: true, code: None }))
}

fn carry_out(ledger: &mut Ledger<'_>, action: &Action) -> Result<Option<TicketId>, ActError> {
    match action {
        Action::Issue { service, wish } => issue::issue(ledger, service, wish).map(Some),
        Action::Direct { counter, service } => issue::direct(ledger, counter, service).map(Some),
        Action::CheckIn { code, wish } => issue::check_in(ledger, code, wish).map(Some),
        Action::CallNext { counter } => call::next(ledger, counter).map(Some),
        Action::Call { counter, number, reason } => {
            call::named(ledger, counter, number, reason).map(Some)
        }
        Action::Resume { counter, number } => call::resume(ledger, counter, number).map(Some),
        Action::TakeOver { counter, from } => call::take_over(ledger, counter, from).map(Some),
        Action::AtCounter { counter, step } => counter::step(ledger, counter, step).map(Some),
        Action::Shift { counter, change } => {
            counter::shift(ledger, counter, change)?;
            Ok(None)
        }
        Action::Intake { service, change, by } => {
            intake::change(ledger, service, change, by.as_ref())?;
            Ok(None)
        }
        Action::Emergency { change, by } => {
            emergency::change(ledger, change, by.as_ref())?;
            Ok(None)
        }
        Action::Rate { ticket, level, why } => {
            rating::rate(ledger, *ticket, *level, why)?;
            Ok(None)
        }
        Action::Staff { change } => {
            officer::staff(ledger, change)?;
            Ok(None)
        }
        Action::Undo { counter } => undo::undo(ledger, counter).map(Some),
        Action::Transfer { number, to, by } => {
            moves::transfer(ledger, number, to, by.as_ref()).map(Some)
        }
        Action::Requeue { number, by } => moves::requeue(ledger, number, by.as_ref()).map(Some),
        Action::Cancel { number, by } => {
            moves::end(ledger, number, Step::Cancel, What::Cancelled, by.as_ref()).map(Some)
        }
        Action::Void { number, reason, by } => {
            let what = What::Voided { reason: reason.clone() };
            moves::end(ledger, number, Step::Void, what, by.as_ref()).map(Some)
        }
        Action::Book { service, slot } => booking::book(ledger, service, *slot),
        Action::MoveBooking { code, slot } => booking::reschedule(ledger, code, *slot),
        Action::CancelBooking { code } => booking::cancel(ledger, code),
        Action::Print { ticket, print, copy } => {
            let known = by_id(ledger.db, ledger.applied, *ticket)?
                .ok_or(Refusal::UnknownTicket { ticket: *ticket })?;
            let what = What::Print { print: *print, copy: *copy };
            let event = ledger.emit_at(what, &known, known.counter.as_ref())?;
            ledger.set_print(&known, *print, &event)?;
            Ok(Some(known.id))
        }
        Action::Announce { call, display, heard } => {
            let (display, heard) = (display.clone(), heard.clone());
            announced(ledger, *call, What::Announced { call: *call, display, heard })
        }
        Action::ClockStepped { by_ms } => {
            ledger.emit(What::ClockStepped { by_ms: *by_ms }, About::nothing())?;
            Ok(None)
        }
        Action::ConfirmDate => {
            ledger.emit(What::DateConfirmed, About::nothing())?;
            Ok(None)
        }
    }
}

fn announced(ledger: &mut Ledger<'_>, call: i64, what: What) -> Result<Option<TicketId>, ActError> {
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
        None => ledger.emit(what, About::nothing())?,
    };
    Ok(ticket.map(|ticket| ticket.id))
}

/// Asks the heart whether a ticket may take a step.
fn queue_step(ticket: &Ticket, step: Step) -> Result<State, Refusal> {
    match (&ticket.counter, step) {
        (Some(counter), Step::Call | Step::Resume) if ticket.state.at_counter() => {
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

/// Refused when the counter holds somebody already.
fn free_counter(ledger: &Ledger<'_>, counter: &CounterId) -> Result<(), ActError> {
    let id = known_counter(ledger, counter)?;
    match held_by(ledger.db, ledger.applied, id)? {
        Some(held) => {
            Err(Refusal::StillHeld { counter: counter.clone(), number: held.number }.into())
        }
        None => Ok(()),
    }
}
