//! What a counter does with the visitor it holds, and the counter as a place of work.

use std::collections::BTreeMap;

use queue::{
    CounterId, CounterState, CounterStep, Duty, Finish, NextLeg, OfficerId, Refusal, Shift, Step,
    Ticket, TicketId, Timestamp, What,
};
use rusqlite::{Connection, OptionalExtension, params};

use super::{About, Ledger, held_by, known_counter, officers, queue_step};
use crate::site::Applied;
use crate::{ActError, Claim, Error};

pub(super) fn step(
    ledger: &mut Ledger<'_>,
    counter: &CounterId,
    step: &CounterStep,
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
        CounterStep::Finish(noted) => finish(ledger, &held, counter, noted)?,
        CounterStep::NoShow => {
            let state = queue_step(&held, Step::NoShow)?;
            let event = ledger.emit_at(What::NoShow, &held, Some(counter))?;
            ledger.set_ended(&held, state, &event)?;
        }
        CounterStep::Park { until } => {
            queue_step(&held, Step::Park)?;
            let event = ledger.emit_at(What::Parked { until: *until }, &held, Some(counter))?;
            ledger.set_parked(&held, *until, &event)?;
        }
    }
    Ok(held.id)
}

/// Ends the visit; a journey goes on in the queue of its next service.
pub(super) fn finish(
    ledger: &mut Ledger<'_>,
    held: &Ticket,
    counter: &CounterId,
    noted: &Finish,
) -> Result<(), ActError> {
    queue_step(held, Step::Finish)?;
    let Some(next) = held.then.first() else {
        let what = What::Finished { noted: noted.clone(), next: None };
        let event = ledger.emit_at(what, held, Some(counter))?;
        return ledger.set_served(held, noted, &event).map_err(ActError::from);
    };
    let unknown = || Refusal::UnknownService { service: next.clone() };
    let service_id = ledger.applied.service_id(next).ok_or_else(unknown)?;
    // The way was known when the number was taken: its place by arrival is kept at each step.
    let leg = NextLeg { service: next.clone(), rank: held.rank };
    let what = What::Finished { noted: noted.clone(), next: Some(leg) };
    let event = ledger.emit_at(what, held, Some(counter))?;
    ledger.set_served(held, noted, &event)?;
    ledger.next_leg(held, service_id, held.rank, None)?;
    ledger.set_journey(held.id, &held.then[1..])?;
    Ok(())
}

pub(super) fn shift(
    ledger: &mut Ledger<'_>,
    counter: &CounterId,
    change: &Shift,
) -> Result<(), ActError> {
    let id = known_counter(ledger, counter)?;
    let held = held_by(ledger.db, ledger.applied, id)?;
    match (change, held) {
        (Shift::Open { officer }, _) => {
            set(ledger, id, "open", "", officer.as_ref())?;
            emit(ledger, counter, What::CounterOpened)?;
        }
        (Shift::Take { officer: who }, _) => {
            let site = &ledger.applied.site;
            queue::may_work(&officers(ledger.db)?, site, counter, who.as_ref())?;
            let from = officer(ledger, id)?;
            set(ledger, id, "open", "", who.as_ref())?;
            let about = About { counter: Some(counter.clone()), ..About::nothing() };
            let taken = ledger.emit(What::CounterTaken { from }, about)?;
            ledger
                .db
                .prepare_cached("UPDATE counter_state SET taken = ?2 WHERE counter_id = ?1")?
                .execute(params![id, taken.seq])?;
        }
        (Shift::Pause { .. } | Shift::Close, Some(held)) => {
            let number = held.number;
            return Err(Refusal::StillHeld { counter: counter.clone(), number }.into());
        }
        (Shift::Pause { reason }, None) => {
            let officer = officer(ledger, id)?;
            set(ledger, id, "paused", reason, officer.as_ref())?;
            emit(ledger, counter, What::CounterPaused { reason: reason.clone() })?;
        }
        (Shift::Close, None) => {
            // The event still bears who closed it; the counter itself is nobody's then.
            emit(ledger, counter, What::CounterClosed)?;
            set(ledger, id, "closed", "", None)?;
        }
    }
    Ok(())
}

/// Opens a counter that somebody works at without having said so.
pub(super) fn open(
    ledger: &mut Ledger<'_>,
    counter: &CounterId,
    counter_id: i64,
) -> Result<(), Error> {
    let duty: Option<String> = ledger
        .db
        .prepare_cached("SELECT duty FROM counter_state WHERE counter_id = ?1")?
        .query_row(params![counter_id], |row| row.get(0))
        .optional()?;
    if duty.as_deref() == Some("open") {
        return Ok(());
    }
    let officer = officer(ledger, counter_id)?;
    set(ledger, counter_id, "open", "", officer.as_ref())?;
    emit(ledger, counter, What::CounterOpened)
}

fn emit(ledger: &mut Ledger<'_>, counter: &CounterId, what: What) -> Result<(), Error> {
    let about = About { counter: Some(counter.clone()), ..About::nothing() };
    ledger.emit(what, about).map(drop)
}

fn set(
    ledger: &Ledger<'_>,
    counter_id: i64,
    duty: &str,
    reason: &str,
    officer: Option<&OfficerId>,
) -> Result<(), Error> {
    ledger
        .db
        .prepare_cached(
            "INSERT INTO counter_state(counter_id, duty, reason, officer, since)
             VALUES(?1, ?2, ?3, ?4, ?5)
             ON CONFLICT(counter_id) DO UPDATE SET duty = excluded.duty, reason = excluded.reason,
               officer = excluded.officer, since = excluded.since",
        )?
        .execute(params![counter_id, duty, reason, officer.map(OfficerId::as_str), ledger.at.0])?;
    Ok(())
}

fn officer(ledger: &Ledger<'_>, counter_id: i64) -> Result<Option<OfficerId>, Error> {
    let officer: Option<Option<String>> = ledger
        .db
        .prepare_cached("SELECT officer FROM counter_state WHERE counter_id = ?1")?
        .query_row(params![counter_id], |row| row.get(0))
        .optional()?;
    Ok(officer.flatten().map(OfficerId::from))
}

/// Refused when another program has taken the counter since a claim was made.
pub(super) fn still_held(ledger: &Ledger<'_>, claim: &Claim) -> Result<(), ActError> {
    let counter = claim.counter();
    let taken: Option<i64> = ledger
        .db
        .prepare_cached("SELECT taken FROM counter_state WHERE counter_id = ?1")?
        .query_row(params![ledger.applied.counter_id(counter)], |row| row.get(0))
        .optional()?;
    if taken.is_some_and(|taken| claim.is_before(taken)) {
        return Err(Refusal::CounterTaken { counter: counter.clone() }.into());
    }
    Ok(())
}

/// Priority calls in a row at a counter.
pub(super) fn streak(ledger: &Ledger<'_>, counter_id: i64) -> Result<u32, Error> {
    let streak: Option<u32> = ledger
        .db
        .prepare_cached("SELECT streak FROM counter_state WHERE counter_id = ?1")?
        .query_row(params![counter_id], |row| row.get(0))
        .optional()?;
    Ok(streak.unwrap_or_default())
}

pub(super) fn set_streak(ledger: &Ledger<'_>, counter_id: i64, streak: u32) -> Result<(), Error> {
    ledger
        .db
        .prepare_cached("UPDATE counter_state SET streak = ?2 WHERE counter_id = ?1")?
        .execute(params![counter_id, streak])?;
    Ok(())
}

/// The counters that have opened today.
pub(crate) fn counter_states(
    db: &Connection,
    applied: &Applied,
) -> Result<BTreeMap<CounterId, CounterState>, Error> {
    let mut statement = db.prepare_cached(
        "SELECT counter_id, duty, reason, officer, since, streak, taken FROM counter_state",
    )?;
    let mut rows = statement.query([])?;
    let mut states = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (duty, reason): (String, String) = (row.get(1)?, row.get(2)?);
        let duty = match duty.as_str() {
            "open" => Duty::Open,
            "paused" => Duty::Paused { reason },
            _ => Duty::Closed,
        };
        let officer: Option<String> = row.get(3)?;
        let state = CounterState {
            duty,
            officer: officer.map(OfficerId::from),
            since: Timestamp(row.get(4)?),
            streak: row.get(5)?,
            taken: row.get(6)?,
        };
        states.insert(applied.counter(row.get(0)?)?, state);
    }
    Ok(states)
}
