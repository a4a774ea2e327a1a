//! What people and programs may ask of the queue.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    Alert, BookingCode, ClassId, Complaint, CounterId, Heard, Level, Number, Officer, OfficerId,
    PinHash, PrintState, ServiceId, TicketId, Timestamp, Told,
};

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

/// A person for one day, without the person: a keyed digest made by the store, whose key is
/// destroyed when the day is closed. Never an identity number, never written to the ledger.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonKey(pub String);

impl fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonKey(…)")
    }
}

/// Everything about a new number but the service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wish {
    /// The class; nothing means the ordinary one.
    pub class: Option<ClassId>,
    /// The procedure's place in the service's list.
    pub procedure: Option<u32>,
    /// How many dossiers the visitor brings, as said at the kiosk; 0: not asked.
    #[serde(skip_serializing_if = "is_zero")]
    pub dossiers: u32,
    /// The services after the first, in order: a journey known from the start ("liên thông").
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<ServiceId>,
    /// Who asks.
    pub asker: Asker,
    /// [`PrintState::Pending`] when a slip follows, [`PrintState::None`] when none will.
    pub print: PrintState,
    /// The wait that was shown before the number was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// The language the visitor chose, e.g. `en`; empty: none that is known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub lang: String,
    /// Who it is for, where the centre gives one live number per person and service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonKey>,
}

/// One request; the store carries it out as one durable transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// A new number in a service's series.
    Issue {
        /// The service.
        service: ServiceId,
        /// The rest.
        #[serde(flatten)]
        wish: Wish,
    },
    /// Somebody is served at once, without a number: at the counter from the start.
    Direct {
        /// The counter.
        counter: CounterId,
        /// The service.
        service: ServiceId,
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
    /// A step with the ticket a counter holds.
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
    /// A ticket goes to another queue with its number.
    Transfer {
        /// The number, of today.
        number: Number,
        /// Where it goes.
        to: Target,
        /// The counter that sends it; nothing from the help desk or a command line.
        by: Option<CounterId>,
    },
    /// A called, parked or missed ticket goes back into its queue.
    Requeue {
        /// The number, of today.
        number: Number,
        /// The counter that asks.
        by: Option<CounterId>,
    },
    /// A visitor gives the number up.
    Cancel {
        /// The number, of today.
        number: Number,
        /// The counter that asks.
        by: Option<CounterId>,
    },
    /// A number that should never have been: a misprint, a test. Kept in the ledger, left out of
    /// every figure.
    Void {
        /// The number, of today.
        number: Number,
        /// Why, in words.
        reason: String,
        /// The counter that asks.
        by: Option<CounterId>,
    },
    /// Takes the counter's last action back, within the centre's short time.
    Undo {
        /// The counter.
        counter: CounterId,
    },
    /// The ticket of a counter that has died goes on at another one.
    TakeOver {
        /// The counter that goes on.
        counter: CounterId,
        /// The counter that does not answer.
        from: CounterId,
    },
    /// A counter begins, pauses or ends its work.
    Shift {
        /// The counter.
        counter: CounterId,
        /// What.
        change: Shift,
    },
    /// A service gives no numbers for the rest of the day, or gives them again. Whoever waits for
    /// it already is called as before.
    Intake {
        /// The service.
        service: ServiceId,
        /// What.
        change: Intake,
        /// The counter that asks; nothing from a kiosk or a command line.
        by: Option<CounterId>,
    },
    /// Every hall is told something before everything else, or no longer.
    Emergency {
        /// What.
        change: Alert,
        /// The counter that asks; nothing from a command line.
        by: Option<CounterId>,
    },
    /// What a visitor thinks of a visit that is over; once.
    Rate {
        /// The ticket, of today.
        ticket: TicketId,
        /// The level.
        level: Level,
        /// What was wrong.
        why: Vec<Complaint>,
    },
    /// Who works at the counters.
    Staff {
        /// What.
        change: Staffing,
    },
    /// A time is booked ahead.
    Book {
        /// The service.
        service: ServiceId,
        /// When.
        slot: Timestamp,
    },
    /// A booking gets another time.
    MoveBooking {
        /// The booking.
        code: BookingCode,
        /// When now.
        slot: Timestamp,
    },
    /// A booking is given up.
    CancelBooking {
        /// The booking.
        code: BookingCode,
    },
    /// Whoever booked is here and gets a number.
    CheckIn {
        /// The booking.
        code: BookingCode,
        /// The rest; its class is the ordinary one where none is given.
        #[serde(flatten)]
        wish: Wish,
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
    /// What became of a call at a display.
    Announce {
        /// The event that called.
        call: i64,
        /// The display's name.
        display: String,
        /// What was seen or heard there.
        heard: Heard,
    },
    /// A program saw the wall clock jump while its steady clock did not.
    ClockStepped {
        /// Milliseconds forward, negative backward.
        by_ms: i64,
    },
    /// Staff have looked: the date is right, although it is far from the last event.
    ConfirmDate,
}

impl Action {
    /// The counter that asks; nothing for what a kiosk, the hall or a help desk asks.
    #[must_use]
    pub fn acting(&self) -> Option<&CounterId> {
        match self {
            Self::Direct { counter, .. }
            | Self::CallNext { counter }
            | Self::Call { counter, .. }
            | Self::AtCounter { counter, .. }
            | Self::Resume { counter, .. }
            | Self::Undo { counter }
            | Self::TakeOver { counter, .. }
            | Self::Shift { counter, .. } => Some(counter),
            Self::Transfer { by, .. }
            | Self::Requeue { by, .. }
            | Self::Cancel { by, .. }
            | Self::Void { by, .. }
            | Self::Intake { by, .. }
            | Self::Emergency { by, .. } => by.as_ref(),
            Self::Issue { .. }
            | Self::Rate { .. }
            | Self::Staff { .. }
            | Self::Book { .. }
            | Self::MoveBooking { .. }
            | Self::CancelBooking { .. }
            | Self::CheckIn { .. }
            | Self::Print { .. }
            | Self::Announce { .. }
            | Self::ClockStepped { .. }
            | Self::ConfirmDate => None,
        }
    }

    /// The reason that the ledger keeps, of an action that must have one.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Call { reason, .. }
            | Self::Void { reason, .. }
            | Self::Shift { change: Shift::Pause { reason }, .. }
            | Self::Intake { change: Intake::Pause { reason }, .. } => Some(reason),
            Self::Issue { .. }
            | Self::Direct { .. }
            | Self::CheckIn { .. }
            | Self::CallNext { .. }
            | Self::AtCounter { .. }
            | Self::Resume { .. }
            | Self::TakeOver { .. }
            | Self::Transfer { .. }
            | Self::Requeue { .. }
            | Self::Cancel { .. }
            | Self::Undo { .. }
            | Self::Shift {
                change: Shift::Open { .. } | Shift::Take { .. } | Shift::Close, ..
            }
            | Self::Intake { change: Intake::Resume, .. }
            | Self::Emergency { .. }
            | Self::Rate { .. }
            | Self::Staff { .. }
            | Self::Book { .. }
            | Self::MoveBooking { .. }
            | Self::CancelBooking { .. }
            | Self::Print { .. }
            | Self::Announce { .. }
            | Self::ClockStepped { .. }
            | Self::ConfirmDate => None,
        }
    }
}

/// Where a transfer goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Another service's queue.
    Service(ServiceId),
    /// One counter: nobody else calls it. It stays with its service.
    Counter(CounterId),
}

/// The steps a counter takes with the ticket it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CounterStep {
    /// Call the same number again.
    Recall,
    /// The visitor is here.
    Start,
    /// The visit is over, or goes on at the next service of its journey.
    Finish(Finish),
    /// Nobody came.
    NoShow,
    /// Set aside; with a time, it goes back into its queue by itself then.
    Park {
        /// When it comes back; nothing: until an officer releases or resumes it.
        until: Option<Timestamp>,
    },
}

impl CounterStep {
    /// Finish with nothing noted.
    #[must_use]
    pub fn finish() -> Self {
        Self::Finish(Finish::default())
    }

    /// Park until somebody releases it.
    #[must_use]
    pub fn park() -> Self {
        Self::Park { until: None }
    }
}

/// More dossiers than one visitor brings.
pub const DOSSIERS_MAX: u32 = 999;

/// What an officer notes at the end of a visit; nothing is compulsory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Finish {
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// How many dossiers it was about.
    #[serde(skip_serializing_if = "is_zero")]
    pub dossiers: u32,
    /// Their codes in the one-stop system, as scanned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
}

pub(crate) fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// What came of a visit (Decree 61/2018/NĐ-CP, article 17.1, and what else happens at a counter).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// "Tiếp nhận": a receipt with the day of the result.
    Received,
    /// "Yêu cầu bổ sung": a slip that names what is missing.
    Supplement,
    /// "Từ chối": a slip with the reason.
    Refused,
    /// "Trả kết quả".
    Returned,
    /// "Giải quyết ngay".
    Resolved,
    /// "Hướng dẫn": nothing was filed.
    Advice,
    /// "Chuyển nộp trực tuyến": it is filed on the portal, with help or at home.
    Online,
}

impl Outcome {
    /// All, in the order an officer sees them.
    pub const ALL: [Self; 7] = [
        Self::Received,
        Self::Supplement,
        Self::Refused,
        Self::Returned,
        Self::Resolved,
        Self::Advice,
        Self::Online,
    ];

    /// The stable word, e.g. `received`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Supplement => "supplement",
            Self::Refused => "refused",
            Self::Returned => "returned",
            Self::Resolved => "resolved",
            Self::Advice => "advice",
            Self::Online => "online",
        }
    }

    /// The outcome of this [`word`](Self::word).
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }
}

/// What changes at a counter as a place of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shift {
    /// It serves, with this officer where one signed in.
    Open {
        /// The officer.
        officer: Option<OfficerId>,
    },
    /// Another program goes on here, with whoever is at the counter; the one that had it stops.
    Take {
        /// Who goes on, where one signed in.
        officer: Option<OfficerId>,
    },
    /// It serves nobody for a while.
    Pause {
        /// Why, in words.
        reason: String,
    },
    /// It is closed.
    Close,
}

/// Whether a service gives numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intake {
    /// None until it resumes or the day is closed.
    Pause {
        /// Why, in words.
        reason: String,
    },
    /// Numbers again.
    Resume,
}

/// Who works at the counters, and how they show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Staffing {
    /// Somebody may sign in from now on, or what is known of them changes.
    Enlist {
        /// Who.
        who: Officer,
        /// Their PIN; nothing keeps the one they have.
        pin: Option<PinHash>,
    },
    /// An officer gets another PIN and may try at once.
    ResetPin {
        /// Who.
        who: OfficerId,
        /// The PIN.
        pin: PinHash,
    },
    /// Whoever supervises says for which agencies an officer works from now on.
    Assign {
        /// Who.
        who: OfficerId,
        /// The agencies, codes; none: all.
        agencies: Vec<String>,
        /// The counter at which the supervisor is signed in.
        by: CounterId,
    },
    /// Somebody signs in no more.
    Dismiss {
        /// Who.
        who: OfficerId,
    },
    /// Somebody gave a PIN at a counter. Whoever asks has compared it; this keeps count.
    TryPin {
        /// Who.
        who: OfficerId,
        /// Where.
        counter: CounterId,
        /// Whether it was the one.
        right: bool,
    },
}

#[cfg(test)]
mod tests;
