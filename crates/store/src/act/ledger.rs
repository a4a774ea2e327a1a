//! The pen of one transaction: every change of state is written beside its event.

use std::path::Path;

use queue::{
    BusinessDay, CounterId, Event, Number, OfficerId, Refusal, ServiceId, Ticket, TicketId,
    Timestamp, What,
};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::booking;
use super::ticket::{by_id, by_number};
use crate::site::Applied;
use crate::{ActError, Error};

/// A wall clock that is this far before the last event is not believed, milliseconds.
const CLOCK_BEHIND_MS: i64 = 24 * 3_600_000;
/// Nor is one that is this far after it: longer than the longest holiday, milliseconds.
const CLOCK_AHEAD_MS: i64 = 14 * 24 * 3_600_000;

/// What an event is about.
pub(crate) struct About {
    pub(crate) ticket: Option<(TicketId, Number)>,
    pub(crate) service: Option<ServiceId>,
    pub(crate) counter: Option<CounterId>,
}

impl About {
    /// About the centre as a whole.
    pub(crate) fn nothing() -> Self {
        Self { ticket: None, service: None, counter: None }
    }
}

/// One transaction's view of time and of the end of the feed.
pub(crate) struct Ledger<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) applied: &'a Applied,
    /// The event time: the wall clock, never before the last event.
    pub(crate) at: Timestamp,
    /// The business day of `at`, never before the last event's.
    pub(crate) day: BusinessDay,
    /// The time of the event before.
    pub(crate) last_at: Timestamp,
    /// Written with the first event of the transaction.
    pub(crate) request: Option<(Uuid, Vec<u8>)>,
    /// What was written so far.
    pub(crate) events: Vec<Event>,
    request_id: [u8; 16],
    last_day: Option<BusinessDay>,
    last_hash: Vec<u8>,
}

/// Parked tickets whose time has come, in its order.
pub(crate) const DUE: &str = "SELECT ticket_id FROM leg INDEXED BY leg_due
    WHERE state = 'parked' AND return_at IS NOT NULL AND return_at <= ?1
    ORDER BY return_at, ticket_id";

/// Where the feed ends.
pub(crate) const LAST: &str = "SELECT at, day, hash FROM event ORDER BY seq DESC LIMIT 1";

impl<'a> Ledger<'a> {
    /// Takes up the feed where it ends.
    pub(crate) fn begin(
        db: &'a Connection,
        applied: &'a Applied,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let last: Option<(i64, i32, Vec<u8>)> = db
            .prepare_cached(LAST)?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let last_at = last.as_ref().map_or(now, |last| Timestamp(last.0));
        let last_day = last.as_ref().map(|last| BusinessDay(last.1));
        let at = now.max(last_at);
        let local = applied.wall.local(at).day;
        Ok(Self {
            db,
            applied,
            at,
            day: last_day.map_or(local, |last| last.max(local)),
            last_at,
            request: None,
            request_id: [0; 16],
            events: Vec::new(),
            last_day,
            last_hash: last.map(|last| last.2).unwrap_or_default(),
        })
    }

    /// The hash that the next event is chained to.
    pub(crate) fn last_hash(&self) -> &[u8] {
        &self.last_hash
    }

    /// The id of the request that is being carried out.
    pub(crate) fn request_id(&self) -> [u8; 16] {
        self.request.as_ref().map_or(self.request_id, |(request, _)| *request.as_bytes())
    }

    /// Refuses a clock that is far from the last event, unless staff have confirmed the date.
    pub(crate) fn date_is_sure(&self, now: Timestamp) -> Result<(), ActError> {
        let behind = now.since(self.at) < -CLOCK_BEHIND_MS;
        let ahead = now.since(self.last_at) > CLOCK_AHEAD_MS;
        if ahead || behind && !self.held_date_is_confirmed()? {
            return Err(Refusal::ClockInDoubt.into());
        }
        Ok(())
    }

    /// Whether staff have confirmed the date while time has stood still at the last event. That
    /// holds until the clock has caught up: they cannot confirm every single number.
    fn held_date_is_confirmed(&self) -> Result<bool, Error> {
        let confirmed: Option<i64> = self
            .db
            .prepare_cached(
                "SELECT seq FROM event WHERE kind = 'date_confirmed' AND at = ?2 AND seq >
                   (SELECT min(seq) FROM event INDEXED BY event_clock WHERE day = ?1
                    AND kind IN ('clock_held','clock_stepped') AND at = ?2) LIMIT 1",
            )?
            .query_row(params![self.day.0, self.last_at.0], |row| row.get(0))
            .optional()?;
        Ok(confirmed.is_some())
    }

    /// Whether the clock was already found behind, with nothing but held events since.
    pub(crate) fn clock_is_held(&self) -> Result<bool, Error> {
        let held: Option<i64> = self
            .db
            .prepare_cached(
                "SELECT at FROM event INDEXED BY event_clock
                 WHERE day = ?1 AND kind IN ('clock_held','clock_stepped') ORDER BY seq DESC LIMIT 1",
            )?
            .query_row(params![self.day.0], |row| row.get(0))
            .optional()?;
        Ok(held == Some(self.at.0))
    }

    /// Puts back what was parked until now.
    pub(crate) fn release_due(&mut self) -> Result<(), Error> {
        let due: Vec<i64> = {
            let mut statement = self.db.prepare_cached(DUE)?;
            let rows = statement.query_map(params![self.at.0], |row| row.get(0))?;
            rows.collect::<Result<_, _>>()?
        };
        for id in due {
            let Some(ticket) = by_id(self.db, self.applied, TicketId(id))? else { continue };
            let rank = ticket.rank;
            let event = self.emit_at(What::Requeued { rank }, &ticket, None)?;
            self.set_waiting(&ticket, rank, &event)?;
        }
        Ok(())
    }

    /// Remembers where the acting counter's action can be taken back from. An action that cannot
    /// be taken back ends the chance to take back the one before it: only the last one counts.
    pub(crate) fn note_undoable(&self, acting: Option<&CounterId>) -> Result<(), Error> {
        let Some(counter) = acting else { return Ok(()) };
        let its =
            |event: &&Event| event.what.can_be_undone() && event.counter.as_ref() == Some(counter);
        let first = self.events.iter().find(its).map(|event| event.seq);
        self.db
            .prepare_cached("UPDATE counter_state SET undo_seq = ?2 WHERE counter_id = ?1")?
            .execute(params![self.applied.counter_id(counter), first])?;
        Ok(())
    }

    /// Cancels what is left of earlier days, and forgets who came; the first transaction of a day
    /// does this. `daykey` is the file with the key of the persons' digests, where that is a file.
    pub(crate) fn close_past_days(&mut self, daykey: Option<&Path>) -> Result<(), Error> {
        let Some(past) = self.last_day.filter(|last| *last < self.day) else { return Ok(()) };
        let open = self
            .db
            .prepare_cached(
                "UPDATE leg SET state = 'cancelled', ended_at = ?1, return_at = NULL
                 WHERE state IN ('waiting','called','serving','parked','no_show')",
            )?
            .execute(params![self.at.0])?;
        self.db.execute_batch(
            "DELETE FROM counter_state; DELETE FROM intake; DELETE FROM rated; DELETE FROM person;",
        )?;
        if let Some(daykey) = daykey {
            crate::person::forget(daykey, self.day)?;
        }
        let lapsed = booking::lapse(self)?;
        let today = std::mem::replace(&mut self.day, past);
        let open = u32::try_from(open).unwrap_or(u32::MAX);
        self.emit(What::DayClosed { open, lapsed }, About::nothing())?;
        self.day = today;
        Ok(())
    }

    /// The ticket with this number today.
    pub(crate) fn today(&self, number: &Number) -> Result<Ticket, ActError> {
        by_number(self.db, self.applied, self.day, number)?
            .ok_or_else(|| Refusal::UnknownNumber { number: number.clone() }.into())
    }

    /// Writes an event about a ticket.
    pub(crate) fn emit_at(
        &mut self,
        what: What,
        ticket: &Ticket,
        counter: Option<&CounterId>,
    ) -> Result<Event, Error> {
        let about = About {
            ticket: Some((ticket.id, ticket.number.clone())),
            service: Some(ticket.service.clone()),
            counter: counter.cloned(),
        };
        self.emit(what, about)
    }

    /// Writes an event at the end of the feed, chained to the event before it on the same day.
    pub(crate) fn emit(&mut self, what: What, about: About) -> Result<Event, Error> {
        let data = facts(&what)?;
        let About { ticket, service, counter } = about;
        let (ticket, number) = ticket.unzip();
        let text = number.as_ref().map(ToString::to_string);
        let officer = self.officer_at(counter.as_ref())?;
        let before: &[u8] = if self.last_day == Some(self.day) { &self.last_hash } else { &[] };
        let row = Row {
            at: self.at.0,
            day: self.day.0,
            kind: what.kind(),
            ticket: ticket.map(|ticket: TicketId| ticket.0),
            number: text.as_deref(),
            service: service.as_ref().map(ServiceId::as_str),
            counter: counter.as_ref().map(CounterId::as_str),
            officer: officer.as_ref().map(OfficerId::as_str),
            data: &data,
        };
        let hash = row.hash(before);
        let (req, digest) = match self.request.take() {
            Some((request, digest)) => {
                self.request_id = *request.as_bytes();
                (Some(request.as_bytes().to_vec()), Some(digest))
            }
            None => (None, None),
        };
        self.db
            .prepare_cached(
                "INSERT INTO event(at, day, kind, ticket_id, number, service, counter, officer,
                                   data, req, digest, hash)
                 VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                row.at,
                row.day,
                row.kind,
                row.ticket,
                row.number,
                row.service,
                row.counter,
                row.officer,
                row.data,
                req,
                digest,
                hash
            ])?;
        self.last_day = Some(self.day);
        self.last_hash = hash;
        let event = Event {
            seq: self.db.last_insert_rowid(),
            at: self.at,
            day: self.day,
            ticket,
            number,
            service,
            counter,
            officer,
            what,
        };
        self.events.push(event.clone());
        Ok(event)
    }

    /// Who is signed in at the counter that acts.
    pub(crate) fn officer_at(
        &self,
        counter: Option<&CounterId>,
    ) -> Result<Option<OfficerId>, Error> {
        let Some(id) = counter.and_then(|counter| self.applied.counter_id(counter)) else {
            return Ok(None);
        };
        let officer: Option<Option<String>> = self
            .db
            .prepare_cached("SELECT officer FROM counter_state WHERE counter_id = ?1")?
            .query_row(params![id], |row| row.get(0))
            .optional()?;
        Ok(officer.flatten().map(OfficerId::from))
    }
}

/// The facts of a kind without the kind itself, which has a column of its own.
fn facts(what: &What) -> Result<String, Error> {
    let mut value = serde_json::to_value(what)?;
    if let Some(object) = value.as_object_mut() {
        object.remove("kind");
    }
    Ok(value.to_string())
}

/// An event's row as it is hashed.
pub(crate) struct Row<'a> {
    pub(crate) at: i64,
    pub(crate) day: i32,
    pub(crate) kind: &'a str,
    pub(crate) ticket: Option<i64>,
    pub(crate) number: Option<&'a str>,
    pub(crate) service: Option<&'a str>,
    pub(crate) counter: Option<&'a str>,
    pub(crate) officer: Option<&'a str>,
    pub(crate) data: &'a str,
}

impl Row<'_> {
    /// The hash of this event after the one before it on the same day. Fields are separated by a
    /// control character that no field can hold.
    pub(crate) fn hash(&self, before: &[u8]) -> Vec<u8> {
        let mut text = format!(
            "{}\u{1f}{}\u{1f}{}\u{1f}{}\u{1f}{}\u{1f}{}\u{1f}{}\u{1f}{}",
            self.at,
            self.day,
            self.kind,
            self.ticket.unwrap_or_default(),
            self.number.unwrap_or_default(),
            self.service.unwrap_or_default(),
            self.counter.unwrap_or_default(),
            self.data
        );
        // Events of the first schema had no officer; their hashes must stay what they were.
        if let Some(officer) = self.officer {
            text.push('\u{1f}');
            text.push_str(officer);
        }
        Sha256::new().chain_update(before).chain_update(text.as_bytes()).finalize().to_vec()
    }
}
