//! The state's side of the pen: each change of a ticket's row, next to its event.

use queue::rule::Lane;
use queue::{Event, Finish, PrintState, ServiceId, State, Ticket, TicketId, Timestamp};
use rusqlite::{ToSql, params};

use super::Ledger;
use super::call::lane_id;
use super::ticket::print_word;
use crate::Error;

impl Ledger<'_> {
    pub(crate) fn set_called(
        &self,
        ticket: &Ticket,
        counter: i64,
        calls: u32,
        event: &Event,
    ) -> Result<(), Error> {
        let change =
            "state = 'called', counter_id = ?3, called_at = ?4, calls = ?5, return_at = NULL";
        self.set(ticket, change, &[&counter, &self.at.0, &calls], event)
    }

    pub(crate) fn set_started(&self, ticket: &Ticket, event: &Event) -> Result<(), Error> {
        self.set(ticket, "state = 'serving', started_at = ?3", &[&self.at.0], event)
    }

    pub(crate) fn set_parked(
        &self,
        ticket: &Ticket,
        until: Option<Timestamp>,
        event: &Event,
    ) -> Result<(), Error> {
        match until {
            Some(until) => self.set(ticket, "state = 'parked', return_at = ?3", &[&until.0], event),
            None => self.set(ticket, "state = 'parked'", &[], event),
        }
    }

    /// Another counter holds it now; it stands where it stood.
    pub(crate) fn set_counter(
        &self,
        ticket: &Ticket,
        counter: i64,
        event: &Event,
    ) -> Result<(), Error> {
        self.set(ticket, "counter_id = ?3", &[&counter], event)
    }

    /// The visit is over, and what the officer noted about it.
    pub(crate) fn set_served(
        &self,
        ticket: &Ticket,
        noted: &Finish,
        event: &Event,
    ) -> Result<(), Error> {
        let change = "state = 'served', ended_at = ?3, return_at = NULL, outcome = ?4,
                      dossiers = ?5";
        let outcome = noted.outcome.map(queue::Outcome::word);
        self.set(ticket, change, &[&self.at.0, &outcome, &noted.dossiers], event)
    }

    pub(crate) fn set_ended(
        &self,
        ticket: &Ticket,
        state: State,
        event: &Event,
    ) -> Result<(), Error> {
        let change = match state {
            State::NoShow => "state = 'no_show', ended_at = ?3, return_at = NULL",
            State::Cancelled => "state = 'cancelled', ended_at = ?3, return_at = NULL",
            State::Void => "state = 'void', ended_at = ?3, return_at = NULL",
            State::Waiting | State::Called | State::Serving | State::Parked | State::Served => {
                "state = 'served', ended_at = ?3, return_at = NULL"
            }
        };
        self.set(ticket, change, &[&self.at.0], event)
    }

    pub(crate) fn set_waiting(
        &self,
        ticket: &Ticket,
        rank: i64,
        event: &Event,
    ) -> Result<(), Error> {
        let change = "state = 'waiting', rank = ?3, counter_id = NULL, called_at = NULL,
                      started_at = NULL, ended_at = NULL, return_at = NULL";
        self.set(ticket, change, &[&rank], event)
    }

    /// This leg ends because the ticket goes to another queue.
    pub(crate) fn set_transferred(&self, ticket: &Ticket, event: &Event) -> Result<(), Error> {
        self.set(
            ticket,
            "state = 'transferred', ended_at = ?3, return_at = NULL",
            &[&self.at.0],
            event,
        )
    }

    /// A place in a queue, for a new ticket or for the next leg of an old one.
    pub(crate) fn insert_leg(
        &self,
        ticket: TicketId,
        leg: u32,
        service: i64,
        lane: Lane,
        rank: i64,
    ) -> Result<(), Error> {
        self.db
            .prepare_cached(
                "INSERT INTO leg(ticket_id, leg_no, service_id, lane, rank, state)
                 VALUES(?1, ?2, ?3, ?4, ?5, 'waiting')",
            )?
            .execute(params![ticket.0, leg, service, lane_id(lane), rank])?;
        Ok(())
    }

    /// The leg after the one that has just ended.
    pub(crate) fn next_leg(
        &self,
        ticket: &Ticket,
        service: i64,
        rank: i64,
        only: Option<i64>,
    ) -> Result<(), Error> {
        self.insert_leg(ticket.id, ticket.leg + 1, service, ticket.lane, rank)?;
        self.db
            .prepare_cached(
                "UPDATE leg SET only_counter = ?3, calls = ?4 WHERE ticket_id = ?1 AND leg_no = ?2",
            )?
            .execute(params![ticket.id.0, ticket.leg + 1, only, ticket.calls])?;
        Ok(())
    }

    /// The services still to come.
    pub(crate) fn set_journey(&self, ticket: TicketId, then: &[ServiceId]) -> Result<(), Error> {
        self.db
            .prepare_cached("UPDATE ticket SET journey = ?2 WHERE id = ?1")?
            .execute(params![ticket.0, serde_json::to_string(then)?])?;
        Ok(())
    }

    /// The event that brought a ticket into being is its first and, so far, its last.
    pub(crate) fn set_first_seq(&self, ticket: TicketId, event: &Event) -> Result<(), Error> {
        self.db
            .prepare_cached("UPDATE ticket SET seq = ?2, first_seq = ?2 WHERE id = ?1")?
            .execute(params![ticket.0, event.seq])?;
        Ok(())
    }

    /// Makes a ticket what it was before an action that is taken back.
    pub(crate) fn restore(
        &self,
        now: &Ticket,
        before: &Ticket,
        event: &Event,
    ) -> Result<(), Error> {
        self.db
            .prepare_cached("DELETE FROM leg WHERE ticket_id = ?1 AND leg_no > ?2")?
            .execute(params![now.id.0, before.leg])?;
        let counter = before.counter.as_ref().and_then(|id| self.applied.counter_id(id));
        let only = before.only.as_ref().and_then(|id| self.applied.counter_id(id));
        let at = |at: Option<Timestamp>| at.map(|at| at.0);
        let rows = self
            .db
            .prepare_cached(
                "UPDATE leg SET state = ?3, rank = ?4, counter_id = ?5, only_counter = ?6,
                   called_at = ?7, started_at = ?8, ended_at = ?9, return_at = ?10, calls = ?11,
                   outcome = NULL, dossiers = 0
                 WHERE ticket_id = ?1 AND leg_no = ?2",
            )?
            .execute(params![
                now.id.0,
                before.leg,
                before.state.word(),
                before.rank,
                counter,
                only,
                at(before.called_at),
                at(before.started_at),
                at(before.ended_at),
                at(before.return_at),
                before.calls
            ])?;
        self.set_journey(now.id, &before.then)?;
        self.changed(rows, now, event)
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
        values: &[&dyn ToSql],
        event: &Event,
    ) -> Result<(), Error> {
        let sql = format!(
            "UPDATE leg SET {change} WHERE ticket_id = ?1 AND state = ?2
             AND leg_no = (SELECT max(leg_no) FROM leg WHERE ticket_id = ?1)"
        );
        let state = ticket.state.word();
        let mut parameters: Vec<&dyn ToSql> = vec![&ticket.id.0, &state];
        parameters.extend(values);
        let rows = self.db.prepare_cached(&sql)?.execute(parameters.as_slice())?;
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
