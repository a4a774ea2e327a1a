//! What happened: the feed every program reads, and the proof of a day.

use serde::{Deserialize, Serialize};

use crate::{
    BusinessDay, ClassId, CounterId, Heard, Number, PrintState, ServiceId, TicketId, Timestamp,
};

/// One thing that happened, in the order it was committed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The place in the feed, gap-free from 1.
    pub seq: i64,
    /// When; never before the event before it.
    pub at: Timestamp,
    /// The business day it belongs to.
    pub day: BusinessDay,
    /// The ticket it concerns.
    pub ticket: Option<TicketId>,
    /// The ticket's number.
    pub number: Option<Number>,
    /// The service, after the event.
    pub service: Option<ServiceId>,
    /// The counter.
    pub counter: Option<CounterId>,
    /// What happened, with the facts that replay needs.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// The site file was applied.
    SiteApplied {
        /// A hash of the site, hexadecimal.
        site: String,
    },
    /// A number was given.
    Issued {
        /// The class.
        class: ClassId,
        /// The key of its place.
        rank: i64,
        /// The procedure's place in the service's list.
        procedure: Option<u32>,
        /// [`PrintState::Pending`] or [`PrintState::None`].
        print: PrintState,
    },
    /// A ticket was called by the rule or by name.
    Called {
        /// How often it has been called now.
        calls: u32,
        /// Why out of order; nothing when the rule chose.
        reason: Option<String>,
    },
    /// The same number was called again.
    Recalled {
        /// How often it has been called now.
        calls: u32,
    },
    /// Serving began.
    Started,
    /// The visit ended.
    Finished,
    /// Nobody came.
    NoShow,
    /// Set aside.
    Parked,
    /// A parked ticket was called to a counter again.
    Resumed {
        /// How often it has been called now.
        calls: u32,
    },
    /// It waits for another service now.
    Transferred {
        /// The service it left.
        from: ServiceId,
        /// The key of its new place.
        rank: i64,
    },
    /// It is back in its queue.
    Requeued {
        /// The key of its new place.
        rank: i64,
    },
    /// Given up.
    Cancelled,
    /// Its slip's printing went on.
    Print {
        /// The new state.
        print: PrintState,
        /// Whether this concerns a second copy.
        copy: bool,
    },
    /// What became of speaking a call.
    Announced {
        /// The event that called.
        call: i64,
        /// What was heard.
        #[serde(flatten)]
        heard: Heard,
    },
    /// A day was closed by the first action of a later one; its open tickets were cancelled.
    DayClosed {
        /// How many tickets were still open.
        open: u32,
    },
    /// The machine's clock stood before the last event; the event's time was held back.
    ClockHeld {
        /// What the clock said.
        clock: Timestamp,
    },
}

impl What {
    /// The stable word of this kind, e.g. `called`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SiteApplied { .. } => "site_applied",
            Self::Issued { .. } => "issued",
            Self::Called { .. } => "called",
            Self::Recalled { .. } => "recalled",
            Self::Started => "started",
            Self::Finished => "finished",
            Self::NoShow => "no_show",
            Self::Parked => "parked",
            Self::Resumed { .. } => "resumed",
            Self::Transferred { .. } => "transferred",
            Self::Requeued { .. } => "requeued",
            Self::Cancelled => "cancelled",
            Self::Print { .. } => "print",
            Self::Announced { .. } => "announced",
            Self::DayClosed { .. } => "day_closed",
            Self::ClockHeld { .. } => "clock_held",
        }
    }
}

impl Event {
    /// Whether this event makes the hall call a number: a call, a recall or a parked ticket's
    /// return.
    #[must_use]
    pub fn is_call(&self) -> bool {
        matches!(self.what, What::Called { .. } | What::Recalled { .. } | What::Resumed { .. })
    }
}
