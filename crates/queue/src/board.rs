//! What all see: the day's live tickets and last calls, folded from events.
//!
//! A program that starts takes a board from the store and goes on from its `seq` by
//! [`Board::apply`]; a program that ran all day holds the very same board. State is the truth, an
//! event is a hint: after a gap the board says so and is taken anew.

use std::collections::BTreeMap;

pub use stranded::Stranded;

mod stranded;

use crate::rule::{Head, Lane, Policy, choose, credit_ms};
use crate::{
    Booking, BookingCode, BusinessDay, Counter, CounterId, Emergency, Event, Hearing, Number,
    Officer, OfficerId, PrintState, Ratings, Service, ServiceId, State, Ticket, TicketId,
    Timestamp, What,
};

/// How many last calls of each counter a board remembers: one in large, four below it, and one that
/// was taken back.
pub const RECENT_EACH: usize = 6;

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
    /// The call was taken back: nobody is to go anywhere.
    pub undone: bool,
    /// What became of it at each display that reported.
    pub heard: Vec<Hearing>,
}

impl Shown {
    /// Puts a call in front of the calls before it, newest first, and leaves out what it replaces.
    /// A store that builds a board from its ledger does the same, so that both hold the same.
    pub fn join(self, recent: &mut Vec<Self>) {
        recent.retain(|shown| shown.ticket != self.ticket);
        let counter = self.counter.clone();
        recent.insert(0, self);
        let mut of_counter = 0;
        recent.retain(|shown| {
            of_counter += usize::from(shown.counter == counter);
            shown.counter != counter || of_counter <= RECENT_EACH
        });
    }
}

/// Whether a counter serves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Duty {
    /// It has not opened today, or has closed.
    #[default]
    Closed,
    /// It serves.
    Open,
    /// It serves nobody for a while.
    Paused {
        /// Why, in words.
        reason: String,
    },
}

/// A counter as a place of work today.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CounterState {
    /// Whether it serves.
    pub duty: Duty,
    /// Who signed in there.
    pub officer: Option<OfficerId>,
    /// Since when.
    pub since: Timestamp,
    /// Priority calls in a row.
    pub streak: u32,
    /// The event by which another program took it last; 0: none did today.
    pub taken: i64,
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
    /// The last calls, newest first, each number once: at most [`RECENT_EACH`] of each counter, so
    /// that a hall that shows few counters keeps its calls however busy the others are.
    pub recent: Vec<Shown>,
    /// Visits finished today.
    pub served: u32,
    /// What visitors thought of today's visits.
    pub ratings: Ratings,
    /// The counters that have opened today.
    pub counters: BTreeMap<CounterId, CounterState>,
    /// The services that staff have paused for today, and why.
    pub paused: BTreeMap<ServiceId, String>,
    /// What every hall is told before everything else; it ends with the day.
    pub emergency: Option<Emergency>,
    /// Who may sign in.
    pub officers: BTreeMap<OfficerId, Officer>,
    /// Bookings that are still to come, of this day and later ones.
    pub bookings: BTreeMap<BookingCode, Booking>,
    /// The last time today that a clock was found wrong.
    pub clock: Option<Timestamp>,
    /// The last time today that the queue was put back from a copy: numbers given shortly before
    /// are on paper only.
    pub restored: Option<Timestamp>,
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
            What::DayClosed { lapsed, .. } => {
                let mut bookings = std::mem::take(&mut self.bookings);
                bookings.retain(|code, _| !lapsed.contains(code));
                let officers = std::mem::take(&mut self.officers);
                let (seq, day) = (self.seq, self.day);
                *self = Self { seq, day, bookings, officers, ..Self::default() };
                Ok(())
            }
            What::SiteApplied { .. }
            | What::DateConfirmed
            | What::PinReset { .. }
            | What::SignedIn { .. }
            | What::PinWrong { .. } => Ok(()),
            What::EmergencyRaised { .. } | What::EmergencyEnded => {
                self.emergency = Emergency::of(event);
                Ok(())
            }
            What::Rated { level, .. } => {
                self.ratings.add(*level);
                Ok(())
            }
            What::OfficerEnlisted { who } => {
                self.officers.insert(who.id.clone(), who.clone());
                Ok(())
            }
            What::OfficerDismissed { who } => {
                self.officers.remove(who);
                Ok(())
            }
            What::Announced { call, display, heard } => {
                for shown in self.recent.iter_mut().filter(|shown| shown.seq == *call) {
                    Hearing::note(&mut shown.heard, display, heard, event.at);
                }
                if let Some(stands) = self.emergency.as_mut().filter(|one| one.seq == *call) {
                    Hearing::note(&mut stands.heard, display, heard, event.at);
                }
                Ok(())
            }
            What::Restored { .. } => {
                self.restored = Some(event.at);
                Ok(())
            }
            What::ClockHeld { .. } | What::ClockStepped { .. } => {
                self.clock = Some(event.at);
                Ok(())
            }
            What::Issued { .. } | What::Direct { .. } => {
                if let Some(ticket) = Ticket::begin(event) {
                    self.tickets.insert(ticket.id, ticket);
                }
                if let What::Issued { booking: Some(code), .. } = &event.what {
                    self.bookings.remove(code);
                }
                Ok(())
            }
            What::CounterOpened => {
                self.shift(event, Duty::Open);
                Ok(())
            }
            What::CounterTaken { .. } => {
                self.shift(event, Duty::Open);
                let state = event.counter.as_ref().and_then(|id| self.counters.get_mut(id));
                if let Some(state) = state {
                    state.taken = event.seq;
                }
                Ok(())
            }
            What::CounterPaused { reason } => {
                self.shift(event, Duty::Paused { reason: reason.clone() });
                Ok(())
            }
            What::CounterClosed => {
                self.shift(event, Duty::Closed);
                Ok(())
            }
            What::ServicePaused { reason } => {
                self.paused.extend(event.service.clone().map(|service| (service, reason.clone())));
                Ok(())
            }
            What::ServiceResumed => {
                self.paused.retain(|service, _| Some(service) != event.service.as_ref());
                Ok(())
            }
            What::Booked { code, slot } | What::BookingMoved { code, slot } => {
                if let Some(service) = event.service.clone() {
                    let booking = Booking { code: code.clone(), service, slot: *slot };
                    self.bookings.insert(code.clone(), booking);
                }
                Ok(())
            }
            What::BookingCancelled { code } => {
                self.bookings.remove(code);
                Ok(())
            }
            What::Undone { of, from, before, streak } => {
                self.undo(event, *of, *from, before);
                let state = event.counter.as_ref().and_then(|id| self.counters.get_mut(id));
                if let (Some(streak), Some(state)) = (streak, state) {
                    state.streak = *streak;
                }
                Ok(())
            }
            What::Called { .. }
            | What::Recalled { .. }
            | What::Started
            | What::Finished { .. }
            | What::NoShow
            | What::Parked { .. }
            | What::Resumed { .. }
            | What::Transferred { .. }
            | What::Requeued { .. }
            | What::Cancelled
            | What::Voided { .. }
            | What::TakenOver { .. }
            | What::Print { .. } => self.step(event),
        }
    }

    fn step(&mut self, event: &Event) -> Result<(), BoardGap> {
        let id = event.ticket.unwrap_or_default();
        let Some(ticket) = self.tickets.get_mut(&id) else {
            // A slip may be confirmed after its visitor was served.
            let late = matches!(event.what, What::Print { .. });
            return if late { Ok(()) } else { Err(BoardGap::UnknownTicket { seq: event.seq }) };
        };
        ticket.fold(event);
        if ticket.state == State::Served {
            self.served += 1;
        }
        if ticket.state.ended() {
            self.tickets.remove(&id);
        }
        if let (What::Called { streak, .. }, Some(counter)) = (&event.what, &event.counter) {
            // Calls of the first schema came without an opening; such a counter has no state.
            if let Some(state) = self.counters.get_mut(counter) {
                state.streak = *streak;
            }
        }
        if event.is_call() {
            self.show(event, id);
        }
        Ok(())
    }

    fn shift(&mut self, event: &Event, duty: Duty) {
        let Some(counter) = event.counter.clone() else { return };
        let state = self.counters.entry(counter).or_default();
        state.officer = event.officer.clone().filter(|_| duty != Duty::Closed);
        state.duty = duty;
        state.since = event.at;
    }

    fn undo(&mut self, event: &Event, of: i64, from: State, before: &Ticket) {
        let print = self.tickets.get(&before.id).map_or(before.print, |ticket| ticket.print);
        let ticket = Ticket { print, seq: event.seq, ..before.clone() };
        self.tickets.insert(ticket.id, ticket);
        if from == State::Served {
            self.served = self.served.saturating_sub(1);
        }
        for shown in self.recent.iter_mut().filter(|shown| shown.seq == of) {
            shown.undone = true;
        }
    }

    fn show(&mut self, event: &Event, ticket: TicketId) {
        let (Some(number), Some(counter)) = (event.number.clone(), event.counter.clone()) else {
            return;
        };
        let (seq, at) = (event.seq, event.at);
        let heard = Vec::new();
        let shown = Shown { seq, at, ticket, number, counter, undone: false, heard };
        shown.join(&mut self.recent);
    }

    /// Whether a service gives numbers as far as the site and today's staff say; hours and quotas
    /// are another matter.
    #[must_use]
    pub fn gives(&self, service: &Service) -> bool {
        !service.paused && !self.paused.contains_key(&service.id)
    }

    /// How many wait for a service.
    #[must_use]
    pub fn waiting(&self, service: &ServiceId) -> usize {
        self.tickets
            .values()
            .filter(|ticket| ticket.state == State::Waiting && ticket.service == *service)
            .count()
    }

    /// Those whom a counter calls, in the order of the rule.
    #[must_use]
    pub fn queue_of(&self, counter: &Counter) -> Vec<&Ticket> {
        let policy = self.policy_of(counter);
        let mut queue: Vec<_> = self
            .tickets
            .values()
            .filter(|ticket| ticket.state == State::Waiting)
            .filter_map(|ticket| Some((ticket.as_head(counter)?, ticket)))
            .filter(|(head, _)| policy.takes(head))
            .collect();
        queue.sort_by_key(|(head, _)| head.key());
        // The ratio moves one number; who follows depends on what is called then.
        let next = choose(queue.iter().map(|(head, _)| head.clone()), policy);
        if let Some(at) = next.and_then(|next| queue.iter().position(|(head, _)| *head == next)) {
            queue[..=at].rotate_right(1);
        }
        queue.into_iter().map(|(_, ticket)| ticket).collect()
    }

    /// How a counter chooses now.
    #[must_use]
    pub fn policy_of(&self, counter: &Counter) -> Policy {
        Policy::of(counter, self.counters.get(&counter.id).map_or(0, |state| state.streak))
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
            .filter(|other| other.only.is_none() || other.only == ticket.only)
            .filter(|other| (other.rank, other.id) < (ticket.rank, ticket.id))
            .count()
    }

    /// Whether a counter serves now.
    #[must_use]
    pub fn is_open(&self, counter: &CounterId) -> bool {
        self.counters.get(counter).is_some_and(|state| state.duty == Duty::Open)
    }

    /// Who is signed in at a counter.
    #[must_use]
    pub fn officer_at(&self, counter: &CounterId) -> Option<&OfficerId> {
        self.counters.get(counter)?.officer.as_ref()
    }
}

impl Ticket {
    /// The ticket that an event brings into being.
    #[must_use]
    pub fn begin(event: &Event) -> Option<Self> {
        let mut ticket = Self {
            id: event.ticket?,
            number: event.number.clone()?,
            service: event.service.clone()?,
            class: crate::ClassId::default(),
            lane: Lane::default(),
            procedure: None,
            dossiers: 0,
            then: Vec::new(),
            leg: 1,
            state: State::Waiting,
            counter: None,
            only: None,
            return_at: None,
            issued_at: event.at,
            told: None,
            lang: String::new(),
            rank: event.at.0,
            called_at: None,
            started_at: None,
            ended_at: None,
            calls: 0,
            print: PrintState::None,
            seq: event.seq,
        };
        if let What::Issued {
            class,
            rank,
            procedure,
            print,
            dossiers,
            lane,
            then,
            told,
            lang,
            ..
        } = &event.what
        {
            ticket.class.clone_from(class);
            ticket.rank = *rank;
            ticket.procedure = *procedure;
            ticket.dossiers = *dossiers;
            ticket.print = *print;
            ticket.lane = *lane;
            ticket.then.clone_from(then);
            ticket.told = *told;
            ticket.lang.clone_from(lang);
            return Some(ticket);
        }
        if let What::Direct { class } = &event.what {
            ticket.class.clone_from(class);
            ticket.state = State::Serving;
            ticket.counter.clone_from(&event.counter);
            ticket.called_at = Some(event.at);
            ticket.started_at = Some(event.at);
            return Some(ticket);
        }
        None
    }

    /// This ticket as the head of a queue at a counter; nothing when the counter does not take it.
    #[must_use]
    pub fn as_head(&self, counter: &Counter) -> Option<Head> {
        let sent_here = self.only.as_ref() == Some(&counter.id);
        let min = match (&self.only, sent_here) {
            (_, true) => 0,
            (Some(_), false) => return None,
            (None, false) => *counter.services.get(&self.service)?,
        };
        Some(Head {
            ticket: self.id,
            service: self.service.clone(),
            rank: self.rank,
            credit_ms: credit_ms(min),
            lane: self.lane,
            sent_here,
        })
    }

    /// What an event makes of this ticket; events of other tickets and of none change nothing.
    pub fn fold(&mut self, event: &Event) {
        match &event.what {
            What::Called { calls, .. } | What::Recalled { calls } | What::Resumed { calls } => {
                self.state = State::Called;
                self.counter.clone_from(&event.counter);
                self.called_at = Some(event.at);
                self.calls = *calls;
                self.return_at = None;
            }
            What::Started => {
                self.state = State::Serving;
                self.started_at = Some(event.at);
            }
            What::Finished { next: Some(next), .. } => {
                self.next_leg(next.service.clone(), next.rank);
                self.only = None;
                if !self.then.is_empty() {
                    self.then.remove(0);
                }
            }
            What::Finished { next: None, .. } => self.end(State::Served, event.at),
            What::NoShow => self.end(State::NoShow, event.at),
            What::Cancelled => self.end(State::Cancelled, event.at),
            What::Voided { .. } => self.end(State::Void, event.at),
            What::Parked { until } => {
                self.state = State::Parked;
                self.return_at = *until;
            }
            What::Transferred { rank, only, .. } => {
                let service = event.service.clone().unwrap_or_else(|| self.service.clone());
                self.next_leg(service, *rank);
                self.only.clone_from(only);
            }
            What::Requeued { rank } => self.wait_again(*rank),
            What::TakenOver { .. } => self.counter.clone_from(&event.counter),
            What::Undone { before, .. } => {
                *self = Self { print: self.print, ..(**before).clone() };
            }
            What::Print { print, .. } => self.print = *print,
            What::SiteApplied { .. }
            | What::Issued { .. }
            | What::Direct { .. }
            | What::Announced { .. }
            | What::CounterOpened
            | What::CounterTaken { .. }
            | What::CounterPaused { .. }
            | What::CounterClosed
            | What::ServicePaused { .. }
            | What::ServiceResumed
            | What::EmergencyRaised { .. }
            | What::EmergencyEnded
            | What::Rated { .. }
            | What::OfficerEnlisted { .. }
            | What::PinReset { .. }
            | What::OfficerDismissed { .. }
            | What::SignedIn { .. }
            | What::PinWrong { .. }
            | What::Booked { .. }
            | What::BookingMoved { .. }
            | What::BookingCancelled { .. }
            | What::DayClosed { .. }
            | What::ClockHeld { .. }
            | What::ClockStepped { .. }
            | What::DateConfirmed
            | What::Restored { .. } => return,
        }
        self.seq = event.seq;
    }

    fn end(&mut self, state: State, at: Timestamp) {
        self.state = state;
        self.ended_at = Some(at);
        self.return_at = None;
    }

    fn next_leg(&mut self, service: ServiceId, rank: i64) {
        self.wait_again(rank);
        self.service = service;
        self.leg += 1;
    }

    fn wait_again(&mut self, rank: i64) {
        self.state = State::Waiting;
        self.counter = None;
        self.called_at = None;
        self.started_at = None;
        self.ended_at = None;
        self.return_at = None;
        self.rank = rank;
    }
}

/// A ticket whose slip is still open needs a look: printing was begun and never settled.
#[must_use]
pub fn slip_in_doubt(ticket: &Ticket) -> bool {
    matches!(ticket.print, PrintState::Printing | PrintState::Unconfirmed)
}

#[cfg(test)]
mod tests;
