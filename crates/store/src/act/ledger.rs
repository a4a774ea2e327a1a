//! The pen of one transaction: every change of state is written beside its event.

use queue::{
    BusinessDay, CounterId, Event, Number, PrintState, Refusal, ServiceId, State, Ticket, TicketId,
    Timestamp, What,
};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::ticket::{by_number, print_word};
use crate::site::Applied;
use crate::{ActError, Error};

/// What an event is about.
pub(crate) struct About {
    pub(crate) ticket: TicketId,
    pub(crate) number: Number,
    pub(crate) service: ServiceId,
    pub(crate) counter: Option<CounterId>,
}

/// One transaction's view of time and of the end of the feed.
pub(crate) struct Ledger<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) applied: &'a Applied,
    /// The event time: the wall clock, never before the last event.
    pub(crate) at: Timestamp,
    /// The business day of `at`, never before the last event's.
    pub(crate) day: BusinessDay,
    /// Written with the first event of the transaction.
    pub(crate) request: Option<(Uuid, Vec<u8>)>,
    /// What was written so far.
    pub(crate) events: Vec<Event>,
    last_day: Option<BusinessDay>,
    last_hash: Vec<u8>,
}

impl<'a> Ledger<'a> {
    /// Takes up the feed where it ends.
    pub(crate) fn begin(
        db: &'a Connection,
        applied: &'a Applied,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let last: Option<(i64, i32, Vec<u8>)> = db
            .prepare_cached("SELECT at, day, hash FROM event ORDER BY seq DESC LIMIT 1")?
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
            request: None,
            events: Vec::new(),
            last_day,
            last_hash: last.map(|last| last.2).unwrap_or_default(),
        })
    }

    /// Cancels what is left of earlier days; the first action of a day does this.
    pub(crate) fn close_past_days(&mut self) -> Result<(), Error> {
        let Some(past) = self.last_day.filter(|last| *last < self.day) else { return Ok(()) };
        let open = self
            .db
            .prepare_cached(
                "UPDATE leg SET state = 'cancelled', ended_at = ?1
                 WHERE state IN ('waiting','called','serving','parked','no_show')",
            )?
            .execute(params![self.at.0])?;
        let today = std::mem::replace(&mut self.day, past);
        self.emit(What::DayClosed { open: u32::try_from(open).unwrap_or(u32::MAX) }, None)?;
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
            ticket: ticket.id,
            number: ticket.number.clone(),
            service: ticket.service.clone(),
            counter: counter.cloned(),
        };
        self.emit(what, Some(about))
    }

    /// Writes an event at the end of the feed, chained to the event before it on the same day.
    pub(crate) fn emit(&mut self, what: What, about: Option<About>) -> Result<Event, Error> {
        let data = facts(&what)?;
        let (ticket, number, service, counter) = match about {
            Some(about) => {
                (Some(about.ticket), Some(about.number), Some(about.service), about.counter)
            }
            None => (None, None, None, None),
        };
        let text = number.as_ref().map(ToString::to_string);
        let before: &[u8] = if self.last_day == Some(self.day) { &self.last_hash } else { &[] };
        let row = Row {
            at: self.at.0,
            day: self.day.0,
            kind: what.kind(),
            ticket: ticket.map(|ticket| ticket.0),
            number: text.as_deref(),
            service: service.as_ref().map(ServiceId::as_str),
            counter: counter.as_ref().map(CounterId::as_str),
            data: &data,
        };
        let hash = row.hash(before);
        let (req, digest) = match self.request.take() {
            Some((request, digest)) => (Some(request.as_bytes().to_vec()), Some(digest)),
            None => (None, None),
        };
        self.db
            .prepare_cached(
                "INSERT INTO event(at, day, kind, ticket_id, number, service, counter, data, req, digest, hash)
                 VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                row.at, row.day, row.kind, row.ticket, row.number, row.service, row.counter, row.data,
                req, digest, hash
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
            what,
        };
        self.events.push(event.clone());
        Ok(event)
    }

    pub(crate) fn set_called(
        &self,
        ticket: &Ticket,
        counter: i64,
        calls: u32,
        event: &Event,
    ) -> Result<(), Error> {
        let change = "state = 'called', counter_id = ?3, called_at = ?4, calls = ?5";
        self.set(ticket, change, &[counter, self.at.0, i64::from(calls)], event)
    }

    pub(crate) fn set_started(&self, ticket: &Ticket, event: &Event) -> Result<(), Error> {
        self.set(ticket, "state = 'serving', started_at = ?3", &[self.at.0], event)
    }

    pub(crate) fn set_parked(&self, ticket: &Ticket, event: &Event) -> Result<(), Error> {
        self.set(ticket, "state = 'parked'", &[], event)
    }

    pub(crate) fn set_ended(
        &self,
        ticket: &Ticket,
        state: State,
        event: &Event,
    ) -> Result<(), Error> {
        let change = match state {
            State::NoShow => "state = 'no_show', ended_at = ?3",
            State::Cancelled => "state = 'cancelled', ended_at = ?3",
            State::Waiting | State::Called | State::Serving | State::Parked | State::Served => {
                "state = 'served', ended_at = ?3"
            }
        };
        self.set(ticket, change, &[self.at.0], event)
    }

    pub(crate) fn set_waiting(
        &self,
        ticket: &Ticket,
        rank: i64,
        event: &Event,
    ) -> Result<(), Error> {
        let change = "state = 'waiting', rank = ?3, counter_id = NULL, called_at = NULL,
                      started_at = NULL, ended_at = NULL";
        self.set(ticket, change, &[rank], event)
    }

    /// Ends the leg as transferred and opens the next one in another service's queue.
    pub(crate) fn move_leg(
        &self,
        ticket: &Ticket,
        service: i64,
        rank: i64,
        event: &Event,
    ) -> Result<(), Error> {
        self.set(ticket, "state = 'transferred', ended_at = ?3", &[self.at.0], event)?;
        self.db
            .prepare_cached(
                "INSERT INTO leg(ticket_id, leg_no, service_id, rank, state, calls)
                 SELECT ?1, max(leg_no) + 1, ?2, ?3, 'waiting', ?4 FROM leg WHERE ticket_id = ?1",
            )?
            .execute(params![ticket.id.0, service, rank, ticket.calls])?;
        Ok(())
    }

    pub(crate) fn set_print(
        &self,
        ticket: &Ticket,
        print: PrintState,
        event: &Event,
    ) -> Result<(), Error> {
        self.db
            .prepare_cached("UPDATE ticket SET print = ?2, seq = ?3 WHERE id = ?1")?
            .execute(params![ticket.id.0, print_word(print), event.seq])?;
        Ok(())
    }

    /// Changes the latest leg, which must still stand where the ticket was read; `values` are the
    /// parameters of `change` from `?3` on.
    fn set(
        &self,
        ticket: &Ticket,
        change: &str,
        values: &[i64],
        event: &Event,
    ) -> Result<(), Error> {
        let sql = format!(
            "UPDATE leg SET {change} WHERE ticket_id = ?1 AND state = ?2
             AND leg_no = (SELECT max(leg_no) FROM leg WHERE ticket_id = ?1)"
        );
        let mut parameters: Vec<Value> =
            vec![ticket.id.0.into(), ticket.state.word().to_owned().into()];
        parameters.extend(values.iter().map(|value| Value::from(*value)));
        let rows = self.db.prepare_cached(&sql)?.execute(params_from_iter(parameters))?;
        self.changed(rows, ticket, event)
    }

    fn changed(&self, rows: usize, ticket: &Ticket, event: &Event) -> Result<(), Error> {
        if rows != 1 {
            return Err(Error::Stored(format!("{} changed {rows} rows", ticket.number)));
        }
        self.db
            .prepare_cached("UPDATE ticket SET seq = ?2 WHERE id = ?1")?
            .execute(params![ticket.id.0, event.seq])?;
        Ok(())
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
    pub(crate) data: &'a str,
}

impl Row<'_> {
    /// The hash of this event after the one before it on the same day. Fields are separated by a
    /// control character that no field can hold.
    pub(crate) fn hash(&self, before: &[u8]) -> Vec<u8> {
        let text = format!(
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
        Sha256::new().chain_update(before).chain_update(text.as_bytes()).finalize().to_vec()
    }
}
