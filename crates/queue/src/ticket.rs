//! A ticket's life: every state, every step, every cell decided.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::rule::Lane;
use crate::wait::Range;
use crate::{ClassId, CounterId, Number, PrintState, Refusal, ServiceId, Timestamp};

/// A ticket's identity for ever, unique in its store.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct TicketId(pub i64);

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// In a service's queue. Entered by issue, requeue and transfer; left by a call or a cancel.
    Waiting,
    /// Called to a counter, on the way. Left by start, finish, no-show, park, requeue, transfer.
    Called,
    /// At the counter. Left by finish, park or transfer.
    Serving,
    /// Set aside by an officer until it is resumed or put back.
    Parked,
    /// Finished. Final.
    Served,
    /// Called and not seen. Left by requeue or cancel.
    NoShow,
    /// Given up, or still open when the day was closed. Final.
    Cancelled,
    /// Should never have been; left out of every figure. Final.
    Void,
}

impl State {
    /// All states, in the order of the table.
    pub const ALL: [Self; 8] = [
        Self::Waiting,
        Self::Called,
        Self::Serving,
        Self::Parked,
        Self::Served,
        Self::NoShow,
        Self::Cancelled,
        Self::Void,
    ];

    /// Whether a counter holds the ticket.
    #[must_use]
    pub fn at_counter(self) -> bool {
        matches!(self, Self::Called | Self::Serving)
    }

    /// Whether nothing can happen to the ticket any more.
    #[must_use]
    pub fn ended(self) -> bool {
        matches!(self, Self::Served | Self::Cancelled | Self::Void)
    }

    /// The word used in stores, logs and JSON, e.g. `no_show`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Called => "called",
            Self::Serving => "serving",
            Self::Parked => "parked",
            Self::Served => "served",
            Self::NoShow => "no_show",
            Self::Cancelled => "cancelled",
            Self::Void => "void",
        }
    }

    /// The state of this [`word`](Self::word).
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What can be done to a ticket that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// To a counter, by the rule or by name.
    Call,
    /// Again to the counter that holds it.
    Recall,
    /// The visitor stands at the counter.
    Start,
    /// The visit is over.
    Finish,
    /// Nobody came.
    NoShow,
    /// Set aside.
    Park,
    /// Taken up again by a counter.
    Resume,
    /// To another service, keeping the number.
    Transfer,
    /// Back into the queue.
    Requeue,
    /// Given up.
    Cancel,
    /// Declared never to have been.
    Void,
    /// From a counter that does not answer to one that does.
    TakeOver,
}

impl Step {
    /// All steps, in the order of the table.
    pub const ALL: [Self; 12] = [
        Self::Call,
        Self::Recall,
        Self::Start,
        Self::Finish,
        Self::NoShow,
        Self::Park,
        Self::Resume,
        Self::Transfer,
        Self::Requeue,
        Self::Cancel,
        Self::Void,
        Self::TakeOver,
    ];
}

/// The state after `step`, or the reason it cannot be taken.
///
/// Three cells are choices worth knowing. *Finish* is allowed from `Called`: an officer who serves
/// first and presses later must not be blocked, and "call next" ends the visit before it whether
/// or not "start" was pressed. *Call* is refused from `NoShow`: a missed turn comes back through
/// the queue (`Requeue`), so that the order stays explainable. *Cancel* is refused from `Serving`: a
/// visit that began is finished with an outcome, or void if it should never have been.
///
/// A visit without a number is never set aside nor sent on: it would come back by a call, and nobody
/// knows the number that is called then.
///
/// # Errors
/// [`Refusal::State`] for every step a state does not allow, [`Refusal::NoNumber`].
pub fn step(number: &Number, state: State, step: Step) -> Result<State, Refusal> {
    let next = match (state, step) {
        (State::Waiting, Step::Call)
        | (State::Called, Step::Recall | Step::TakeOver)
        | (State::Parked, Step::Resume) => State::Called,
        (State::Called, Step::Start) | (State::Serving, Step::TakeOver) => State::Serving,
        (State::Called | State::Serving, Step::Finish) => State::Served,
        (State::Called, Step::NoShow) => State::NoShow,
        (State::Called | State::Serving, Step::Park) => State::Parked,
        (State::Waiting | State::Called | State::Serving | State::Parked, Step::Transfer)
        | (State::Called | State::Parked | State::NoShow, Step::Requeue) => State::Waiting,
        (State::Waiting | State::Called | State::Parked | State::NoShow, Step::Cancel) => {
            State::Cancelled
        }
        (
            State::Waiting | State::Called | State::Serving | State::Parked | State::NoShow,
            Step::Void,
        ) => State::Void,
        (
            State::Waiting,
            Step::Recall
            | Step::Start
            | Step::Finish
            | Step::NoShow
            | Step::Park
            | Step::Resume
            | Step::Requeue
            | Step::TakeOver,
        )
        | (State::Called, Step::Call | Step::Resume)
        | (
            State::Serving,
            Step::Call
            | Step::Recall
            | Step::Start
            | Step::NoShow
            | Step::Resume
            | Step::Requeue
            | Step::Cancel,
        )
        | (
            State::Parked,
            Step::Call
            | Step::Recall
            | Step::Start
            | Step::Finish
            | Step::NoShow
            | Step::Park
            | Step::TakeOver,
        )
        | (
            State::NoShow,
            Step::Call
            | Step::Recall
            | Step::Start
            | Step::Finish
            | Step::NoShow
            | Step::Park
            | Step::Resume
            | Step::Transfer
            | Step::TakeOver,
        )
        | (
            State::Served | State::Cancelled | State::Void,
            Step::Call
            | Step::Recall
            | Step::Start
            | Step::Finish
            | Step::NoShow
            | Step::Park
            | Step::Resume
            | Step::Transfer
            | Step::Requeue
            | Step::Cancel
            | Step::Void
            | Step::TakeOver,
        ) => return Err(Refusal::State { number: number.clone(), state, step }),
    };
    if number.is_direct() && matches!(step, Step::Park | Step::Transfer) {
        return Err(Refusal::NoNumber);
    }
    Ok(next)
}

/// What a visitor was told of the wait before the number was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Told {
    /// The range that was shown.
    #[serde(flatten)]
    pub range: Range,
    /// The work it stood for, in milliseconds of open time; what a calibration learns from.
    pub work_ms: i64,
}

/// A ticket as it stands: what a board shows and what an action answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The identity.
    pub id: TicketId,
    /// What is printed and spoken.
    pub number: Number,
    /// The service it waits for or is served by now.
    pub service: ServiceId,
    /// The priority class.
    pub class: ClassId,
    /// The lane of that class.
    #[serde(default)]
    pub lane: Lane,
    /// The procedure chosen at the kiosk: its place in the service's list, from 0.
    pub procedure: Option<u32>,
    /// How many dossiers the visitor said to bring; 0: not asked.
    #[serde(default, skip_serializing_if = "crate::action::is_zero")]
    pub dossiers: u32,
    /// The services still to come after this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<ServiceId>,
    /// Which leg of its way this is, from 1; grows with each transfer and each next service.
    pub leg: u32,
    /// Where it stands.
    pub state: State,
    /// The counter that holds or last called it.
    pub counter: Option<CounterId>,
    /// The only counter that may call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<CounterId>,
    /// When a parked ticket goes back into its queue by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_at: Option<Timestamp>,
    /// When the number was given.
    pub issued_at: Timestamp,
    /// The wait that was told then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// The language the visitor chose, e.g. `en`; empty: none that is known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lang: String,
    /// The key of its place in the queue, in milliseconds; see [`crate::rule`].
    pub rank: i64,
    /// When it was last called or recalled.
    pub called_at: Option<Timestamp>,
    /// When serving began.
    pub started_at: Option<Timestamp>,
    /// When it ended or was missed.
    pub ended_at: Option<Timestamp>,
    /// How often it was called, recalls included.
    pub calls: u32,
    /// How the printing of its slip stands.
    pub print: PrintState,
    /// The last event that changed it.
    pub seq: i64,
}

#[cfg(test)]
mod tests;
