//! What happened: the feed every program reads, and the proof of a day.

use serde::{Deserialize, Serialize};

use crate::action::is_zero;
use crate::rule::Lane;
use crate::{
    BookingCode, BusinessDay, ClassId, Complaint, CounterId, Danger, Finish, Heard, Level, Number,
    Officer, OfficerId, PrintState, ServiceId, State, Text, Ticket, TicketId, Timestamp, Told,
    Tries,
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
    /// Who was signed in at that counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<OfficerId>,
    /// What happened, with the facts that replay needs.
    #[serde(flatten)]
    pub what: What,
}

/// The next service of a journey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextLeg {
    /// The service whose queue the ticket is in now.
    pub service: ServiceId,
    /// The key of its place there.
    pub rank: i64,
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
        /// How many dossiers the visitor said to bring; 0: not asked.
        #[serde(default, skip_serializing_if = "is_zero")]
        dossiers: u32,
        /// Its lane.
        #[serde(default, skip_serializing_if = "Lane::is_ordinary")]
        lane: Lane,
        /// The services still to come.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        then: Vec<ServiceId>,
        /// The wait that was shown before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        told: Option<Told>,
        /// The language the visitor chose; empty: none that is known.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        lang: String,
        /// The booking it was given for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        booking: Option<BookingCode>,
    },
    /// Serving began without a number.
    Direct {
        /// The class.
        class: ClassId,
    },
    /// A ticket was called by the rule or by name.
    Called {
        /// How often it has been called now.
        calls: u32,
        /// Why out of order; nothing when the rule chose.
        reason: Option<String>,
        /// Priority calls in a row at this counter, this one included.
        #[serde(default, skip_serializing_if = "is_zero")]
        streak: u32,
    },
    /// The same number was called again.
    Recalled {
        /// How often it has been called now.
        calls: u32,
    },
    /// Serving began.
    Started,
    /// The visit ended, or one leg of it.
    Finished {
        /// What the officer noted.
        #[serde(flatten)]
        noted: Finish,
        /// Where the journey goes on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<NextLeg>,
    },
    /// Nobody came.
    NoShow,
    /// Set aside.
    Parked {
        /// When it comes back by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// A parked ticket was called to a counter again.
    Resumed {
        /// How often it has been called now.
        calls: u32,
    },
    /// It waits in another queue now.
    Transferred {
        /// The service it left.
        from: ServiceId,
        /// The key of its new place.
        rank: i64,
        /// The only counter that may call it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        only: Option<CounterId>,
    },
    /// It is back in its queue.
    Requeued {
        /// The key of its new place.
        rank: i64,
    },
    /// Given up.
    Cancelled,
    /// It should never have been.
    Voided {
        /// Why.
        reason: String,
    },
    /// An earlier event was taken back.
    Undone {
        /// That event.
        of: i64,
        /// Where the ticket stood until now.
        from: State,
        /// The ticket as it stood before; its print state and `seq` are not taken back.
        before: Box<Ticket>,
        /// Where a call is taken back: priority calls in a row at the counter as before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        streak: Option<u32>,
    },
    /// It goes on at another counter, because the one that held it does not answer.
    TakenOver {
        /// The counter that held it.
        from: CounterId,
    },
    /// A counter serves.
    CounterOpened,
    /// A counter serves from another machine or window, with the visitor who was there; what the
    /// program before it still asks is refused.
    CounterTaken {
        /// Who was signed in there until now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<OfficerId>,
    },
    /// A counter serves nobody for a while.
    CounterPaused {
        /// Why.
        reason: String,
    },
    /// A counter is closed.
    CounterClosed,
    /// A service gives no numbers until it resumes or the day is closed.
    ServicePaused {
        /// Why.
        reason: String,
    },
    /// A service gives numbers again.
    ServiceResumed,
    /// Every hall shows and speaks a message before everything else.
    EmergencyRaised {
        /// What has happened.
        danger: Danger,
        /// The message.
        text: Text,
    },
    /// The halls go on as before.
    EmergencyEnded,
    /// A visitor rated a visit of this service; which one is nobody's concern.
    Rated {
        /// The level.
        level: Level,
        /// What was wrong.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        why: Vec<Complaint>,
    },
    /// Somebody may sign in, or what is known of them changed.
    OfficerEnlisted {
        /// Who.
        who: Officer,
    },
    /// An officer got another PIN.
    PinReset {
        /// Who.
        who: OfficerId,
    },
    /// Somebody signs in no more.
    OfficerDismissed {
        /// Who.
        who: OfficerId,
    },
    /// Somebody signed in at a counter.
    SignedIn {
        /// Who.
        who: OfficerId,
    },
    /// Somebody gave a wrong PIN at a counter.
    PinWrong {
        /// For whom.
        who: OfficerId,
        /// How they stand since.
        tries: Tries,
    },
    /// A time was booked.
    Booked {
        /// The booking.
        code: BookingCode,
        /// When.
        slot: Timestamp,
    },
    /// A booking got another time.
    BookingMoved {
        /// The booking.
        code: BookingCode,
        /// When now.
        slot: Timestamp,
    },
    /// A booking was given up.
    BookingCancelled {
        /// The booking.
        code: BookingCode,
    },
    /// Its slip's printing went on.
    Print {
        /// The new state.
        print: PrintState,
        /// Whether this concerns a second copy.
        copy: bool,
    },
    /// What became of a call at a display.
    Announced {
        /// The event that called.
        call: i64,
        /// The display's name; empty in events of before displays had names.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        display: String,
        /// What was seen or heard there.
        #[serde(flatten)]
        heard: Heard,
    },
    /// A day was closed by the first action of a later one; its open tickets were cancelled.
    DayClosed {
        /// How many tickets were still open.
        open: u32,
        /// The bookings of the day that nobody used.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        lapsed: Vec<BookingCode>,
    },
    /// The machine's clock stood before the last event; the event's time was held back.
    ClockHeld {
        /// What the clock said.
        clock: Timestamp,
    },
    /// The wall clock jumped under a running program.
    ClockStepped {
        /// Milliseconds forward, negative backward.
        by_ms: i64,
    },
    /// Staff said that the date is right.
    DateConfirmed,
    /// The queue was restored from a backup; numbers go on above what may be on paper.
    Restored {
        /// The last event that the backup held.
        from: i64,
        /// How many numbers of each series were left out.
        skipped: u32,
    },
}

impl What {
    /// The stable word of this kind, e.g. `called`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SiteApplied { .. } => "site_applied",
            Self::Issued { .. } => "issued",
            Self::Direct { .. } => "direct",
            Self::Called { .. } => "called",
            Self::Recalled { .. } => "recalled",
            Self::Started => "started",
            Self::Finished { .. } => "finished",
            Self::NoShow => "no_show",
            Self::Parked { .. } => "parked",
            Self::Resumed { .. } => "resumed",
            Self::Transferred { .. } => "transferred",
            Self::Requeued { .. } => "requeued",
            Self::Cancelled => "cancelled",
            Self::Voided { .. } => "voided",
            Self::Undone { .. } => "undone",
            Self::TakenOver { .. } => "taken_over",
            Self::CounterOpened => "counter_opened",
            Self::CounterTaken { .. } => "counter_taken",
            Self::CounterPaused { .. } => "counter_paused",
            Self::CounterClosed => "counter_closed",
            Self::ServicePaused { .. } => "service_paused",
            Self::ServiceResumed => "service_resumed",
            Self::EmergencyRaised { .. } => "emergency_raised",
            Self::EmergencyEnded => "emergency_ended",
            Self::Rated { .. } => "rated",
            Self::OfficerEnlisted { .. } => "officer_enlisted",
            Self::PinReset { .. } => "pin_reset",
            Self::OfficerDismissed { .. } => "officer_dismissed",
            Self::SignedIn { .. } => "signed_in",
            Self::PinWrong { .. } => "pin_wrong",
            Self::Booked { .. } => "booked",
            Self::BookingMoved { .. } => "booking_moved",
            Self::BookingCancelled { .. } => "booking_cancelled",
            Self::Print { .. } => "print",
            Self::Announced { .. } => "announced",
            Self::DayClosed { .. } => "day_closed",
            Self::ClockHeld { .. } => "clock_held",
            Self::ClockStepped { .. } => "clock_stepped",
            Self::DateConfirmed => "date_confirmed",
            Self::Restored { .. } => "restored",
        }
    }

    /// Finished with nothing noted.
    #[must_use]
    pub fn finished() -> Self {
        Self::Finished { noted: Finish::default(), next: None }
    }

    /// What an officer may take back.
    #[must_use]
    pub fn can_be_undone(&self) -> bool {
        matches!(
            self,
            Self::Called { .. }
                | Self::Started
                | Self::Finished { .. }
                | Self::NoShow
                | Self::Parked { .. }
                | Self::Resumed { .. }
                | Self::Transferred { .. }
                | Self::Requeued { .. }
                | Self::Cancelled
                | Self::Voided { .. }
        )
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
