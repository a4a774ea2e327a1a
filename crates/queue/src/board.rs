//! What all see: the day's live tickets and last calls, folded from events.
//!
//! A program that starts takes a board from the store and goes on from its `seq` by
//! [`Board::apply`]; a program that ran all day holds the very same board. State is the truth, an
//! event is a hint: after a gap the board says so and is taken anew.

use std::collections::BTreeMap;

use crate::rule::credit_ms;
use crate::{
    BusinessDay, Counter, CounterId, Event, Number, PrintState, ServiceId, State, Ticket, TicketId,
    Timestamp, What,
};

/// How many last calls a board remembers.
pub const RECENT_MAX: usize = 12;

/// One call as the hall shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The event of the last call or recall of this number.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// The ticket.
    pub ticket: TicketId,
    /// The number.
    pub number: Number,
    /// Where to go.
    pub counter: CounterId,
}

/// The day as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    /// The business day of the tickets.
    pub day: BusinessDay,
    /// The last event folded in.
    pub seq: i64,
    /// Tickets of the day that have not ended.
    pub tickets: BTreeMap<TicketId, Ticket>,
    /// The last calls, newest first, each number once.
    pub recent: Vec<Shown>,
    /// Visits finished today.
    pub served: u32,
}

/// The event does not follow the board; take a new board from the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BoardGap {
    /// Events between the board and this one are missing.
    #[error("events {after} to {before} are missing")]
    Missing {
        /// The board's last event.
        after: i64,
        /// The event at hand.
        before: i64,
    },
    /// The event speaks of a ticket the board does not hold.
    #[error("event {seq} concerns a ticket that is not on the board")]
    UnknownTicket {
        /// The event at hand.
        seq: i64,
    },
}

impl Board {
    /// Folds the next event in; one already folded changes nothing.
    ///
    /// # Errors
    /// [`BoardGap`] when the event does not follow; the board is then unchanged.
    pub fn apply(&mut self, event: &Event) -> Result<(), BoardGap> {
        if event.seq <= self.seq {
            return Ok(());
        }
        if event.seq != self.seq + 1 {
            return Err(BoardGap::Missing { after: self.seq, before: event.seq });
        }
        self.fold(event)?;
        self.seq = event.seq;
        if !matches!(event.what, What::DayClosed { .. }) {
            self.day = event.day;
        }
        Ok(())
    }

    fn fold(&mut self, event: &Event) -> Result<(), BoardGap> {
        match &event.what {
            What::DayClosed { .. } => {
                self.tickets.clear();
                self.recent.clear();
                self.served = 0;
                return Ok(());
            }
            What::SiteApplied { .. } | What::Announced { .. } | What::ClockHeld { .. } => {
                return Ok(());
            }
            What::Issued { class, rank, procedure, print } => {
                if let (Some(id), Some(number), Some(service)) =
                    (event.ticket, event.number.clone(), event.service.clone())
                {
                    let ticket = Ticket {
                        id,
                        number,
                        service,
                        class: class.clone(),
                        procedure: *procedure,
                        state: State::Waiting,
                        counter: None,
                        issued_at: event.at,
                        rank: *rank,
                        called_at: None,
                        started_at: None,
                        ended_at: None,
                        calls: 0,
                        print: *print,
                        seq: event.seq,
                    };
                    self.tickets.insert(id, ticket);
                }
                return Ok(());
            }
            What::Called { .. }
            | What::Recalled { .. }
            | What::Started
            | What::Finished
            | What::NoShow
            | What::Parked
            | What::Resumed { .. }
            | What::Transferred { .. }
            | What::Requeued { .. }
            | What::Cancelled
            | What::Print { .. } => {}
        }
        let id = event.ticket.unwrap_or_default();
        let Some(ticket) = self.tickets.get_mut(&id) else {
            // A slip may be confirmed after its visitor was served.
            let late = matches!(event.what, What::Print { .. });
            return if late { Ok(()) } else { Err(BoardGap::UnknownTicket { seq: event.seq }) };
        };
        ticket.fold(event);
        if ticket.state.ended() {
            self.tickets.remove(&id);
        }
        if matches!(event.what, What::Finished) {
            self.served += 1;
        }
        if event.is_call() {
            self.show(event, id);
        }
        Ok(())
    }

    fn show(&mut self, event: &Event, ticket: TicketId) {
        let (Some(number), Some(counter)) = (event.number.clone(), event.counter.clone()) else {
            return;
        };
        self.recent.retain(|shown| shown.ticket != ticket);
        self.recent.insert(0, Shown { seq: event.seq, at: event.at, ticket, number, counter });
        self.recent.truncate(RECENT_MAX);
    }

    /// How many wait for a service.
    #[must_use]
    pub fn waiting(&self, service: &ServiceId) -> usize {
        self.tickets
            .values()
            .filter(|ticket| ticket.state == State::Waiting && ticket.service == *service)
            .count()
    }

    /// Those who wait for a counter's services, in the order the rule calls them.
    #[must_use]
    pub fn queue_of(&self, counter: &Counter) -> Vec<&Ticket> {
        let mut queue: Vec<_> = self
            .tickets
            .values()
            .filter(|ticket| ticket.state == State::Waiting)
            .filter_map(|ticket| counter.services.get(&ticket.service).map(|min| (ticket, *min)))
            .collect();
        queue.sort_by_key(|(ticket, min)| (ticket.rank - credit_ms(*min), ticket.id));
        queue.into_iter().map(|(ticket, _)| ticket).collect()
    }

    /// The ticket a counter holds.
    #[must_use]
    pub fn held_by(&self, counter: &CounterId) -> Option<&Ticket> {
        self.tickets
            .values()
            .find(|ticket| ticket.state.at_counter() && ticket.counter.as_ref() == Some(counter))
    }

    /// How many of the same service the rule calls before a ticket.
    #[must_use]
    pub fn ahead_of(&self, ticket: &Ticket) -> usize {
        self.tickets
            .values()
            .filter(|other| other.state == State::Waiting && other.service == ticket.service)
            .filter(|other| (other.rank, other.id) < (ticket.rank, ticket.id))
            .count()
    }
}

impl Ticket {
    /// What an event makes of this ticket; events of other tickets and of none change nothing.
    pub(crate) fn fold(&mut self, event: &Event) {
        match &event.what {
            What::Called { calls, .. } | What::Recalled { calls } | What::Resumed { calls } => {
                self.state = State::Called;
                self.counter.clone_from(&event.counter);
                self.called_at = Some(event.at);
                self.calls = *calls;
            }
            What::Started => {
                self.state = State::Serving;
                self.started_at = Some(event.at);
            }
            What::Finished => self.end(State::Served, event.at),
            What::NoShow => self.end(State::NoShow, event.at),
            What::Cancelled => self.end(State::Cancelled, event.at),
            What::Parked => self.state = State::Parked,
            What::Transferred { rank, .. } => {
                self.wait_again(*rank);
                if let Some(service) = &event.service {
                    self.service.clone_from(service);
                }
            }
            What::Requeued { rank } => self.wait_again(*rank),
            What::Print { print, .. } => self.print = *print,
            What::SiteApplied { .. }
            | What::Issued { .. }
            | What::Announced { .. }
            | What::DayClosed { .. }
            | What::ClockHeld { .. } => return,
        }
        self.seq = event.seq;
    }

    fn end(&mut self, state: State, at: Timestamp) {
        self.state = state;
        self.ended_at = Some(at);
    }

    fn wait_again(&mut self, rank: i64) {
        self.state = State::Waiting;
        self.counter = None;
        self.called_at = None;
        self.started_at = None;
        self.ended_at = None;
        self.rank = rank;
    }
}

/// A ticket whose slip is still open needs a look: printing was begun and never settled.
#[must_use]
pub fn slip_in_doubt(ticket: &Ticket) -> bool {
    matches!(ticket.print, PrintState::Printing | PrintState::Unconfirmed)
}
