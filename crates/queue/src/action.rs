//! What people and programs may ask of the queue.

use serde::{Deserialize, Serialize};

use crate::{ClassId, CounterId, Number, PrintState, ServiceId, TicketId};

/// Who asks for a number: a visitor is bound to the opening hours, staff are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asker {
    /// At a kiosk or on a phone.
    Visitor,
    /// At a counter, the help desk or a command line.
    #[default]
    Staff,
}

/// One request; the store carries it out as one durable transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// A new number in a service's series.
    Issue {
        /// The service.
        service: ServiceId,
        /// The class; nothing means the ordinary one.
        class: Option<ClassId>,
        /// The procedure's place in the service's list.
        procedure: Option<u32>,
        /// Who asks.
        asker: Asker,
        /// [`PrintState::Pending`] when a slip follows, [`PrintState::None`] when none will.
        print: PrintState,
    },
    /// The next ticket by the rule; the visit before it at this counter is finished.
    CallNext {
        /// The counter that is free.
        counter: CounterId,
    },
    /// A given number, out of order.
    Call {
        /// The counter.
        counter: CounterId,
        /// The number, of today.
        number: Number,
        /// Why, in words; kept in the ledger.
        reason: String,
    },
    /// A step with the ticket a counter holds: recall, start, finish, no-show or park.
    AtCounter {
        /// The counter.
        counter: CounterId,
        /// What to do.
        step: CounterStep,
    },
    /// A parked ticket comes back to a counter.
    Resume {
        /// The counter.
        counter: CounterId,
        /// The number, of today.
        number: Number,
    },
    /// A ticket goes to another service's queue with its number and its place by arrival.
    Transfer {
        /// The number, of today.
        number: Number,
        /// The service it goes to.
        service: ServiceId,
    },
    /// A called, parked or missed ticket goes back into its queue.
    Requeue {
        /// The number, of today.
        number: Number,
    },
    /// A ticket is given up.
    Cancel {
        /// The number, of today.
        number: Number,
    },
    /// How the printing of a slip goes on.
    Print {
        /// The ticket.
        ticket: TicketId,
        /// The new print state.
        print: PrintState,
        /// Whether this is a second copy.
        copy: bool,
    },
    /// What became of speaking a call.
    Announce {
        /// The event that called.
        call: i64,
        /// What was heard.
        heard: Heard,
    },
}

/// The steps a counter takes with the ticket it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CounterStep {
    /// Call the same number again.
    Recall,
    /// The visitor is here.
    Start,
    /// The visit is over.
    Finish,
    /// Nobody came.
    NoShow,
    /// Set aside.
    Park,
}

/// What became of speaking a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "heard", rename_all = "snake_case")]
pub enum Heard {
    /// The first sample was handed to the device.
    Begun,
    /// Spoken to the end.
    Spoken {
        /// 1, or 2 when a lost device made it start again.
        attempt: u32,
    },
    /// Not spoken: superseded, stale, no device.
    Skipped {
        /// The reason as a stable word.
        why: String,
    },
}
