//! The words of actions: what happens at counters, to numbers and bookings.

use clap::{Args, Subcommand};
use uuid::Uuid;

#[derive(Clone, Debug, Args)]
pub(crate) struct Request {
    /// Repeat safely: the same id gives the same answer
    #[arg(long, value_name = "UUID")]
    pub(crate) request: Option<Uuid>,
}

/// What a counter does.
#[derive(Debug, Subcommand)]
pub(crate) enum CounterAct {
    /// Call the next visitor to a counter
    CallNext {
        /// The counter's code
        counter: String,
        #[command(flatten)]
        request: Request,
    },
    /// Call the same number again
    Recall {
        /// The counter's code
        counter: String,
        #[command(flatten)]
        request: Request,
    },
    /// The visitor is at the counter
    Start {
        /// The counter's code
        counter: String,
        #[command(flatten)]
        request: Request,
    },
    /// The visit is over
    Finish {
        /// The counter's code
        counter: String,
        /// received, supplement, refused, returned, resolved, advice or online
        #[arg(long)]
        outcome: Option<String>,
        /// How many dossiers
        #[arg(long, default_value_t = 0)]
        dossiers: u32,
        /// A dossier's code in the one-stop system
        #[arg(long, value_name = "CODE")]
        code: Vec<String>,
        #[command(flatten)]
        request: Request,
    },
    /// Nobody came
    NoShow {
        /// The counter's code
        counter: String,
        #[command(flatten)]
        request: Request,
    },
    /// Set the visitor aside
    Park {
        /// The counter's code
        counter: String,
        /// Back into the queue by itself at this time
        #[arg(long, value_name = "HH:MM")]
        until: Option<String>,
        #[command(flatten)]
        request: Request,
    },
    /// Take a counter's last action back
    Undo {
        /// The counter's code
        counter: String,
        #[command(flatten)]
        request: Request,
    },
    /// Go on with the visitor of a counter that does not answer
    TakeOver {
        /// The counter that goes on
        counter: String,
        /// The counter that does not answer
        from: String,
        #[command(flatten)]
        request: Request,
    },
    /// Open a counter
    Open {
        /// The counter's code
        counter: String,
        /// Who works there
        #[arg(long)]
        officer: Option<String>,
        #[command(flatten)]
        request: Request,
    },
    /// Pause a counter
    Pause {
        /// The counter's code
        counter: String,
        /// Why
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        request: Request,
    },
    /// Close a counter
    Close {
        /// The counter's code
        counter: String,
        #[command(flatten)]
        request: Request,
    },
    /// Give no numbers for a service for the rest of the day; who waits is called as before
    PauseService {
        /// The service's code
        service: String,
        /// Why
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        request: Request,
    },
    /// Give numbers for a paused service again
    ResumeService {
        /// The service's code
        service: String,
        #[command(flatten)]
        request: Request,
    },
    /// Tell every hall something before everything else, on the screen and by voice; `end` ends it
    Emergency {
        /// What: evacuation, power-cut, failure, other, or end
        what: String,
        /// The message; without it the centre's words
        #[arg(long, default_value = "")]
        text: String,
        /// The message in English
        #[arg(long, default_value = "", requires = "text")]
        en: String,
        #[command(flatten)]
        request: Request,
    },
    /// The date is right, although it is far from the last activity
    ConfirmDate {
        #[command(flatten)]
        request: Request,
    },
}

/// What happens to a number or a booking.
#[derive(Debug, Subcommand)]
pub(crate) enum TicketAct {
    /// Give a number
    Issue {
        /// The service's code
        service: String,
        /// The priority class's code
        #[arg(long)]
        class: Option<String>,
        /// How many dossiers the visitor brings; 0: nobody asked
        #[arg(long, default_value_t = 0)]
        dossiers: u32,
        /// The services after it, in order, on the same number
        #[arg(long, value_name = "SERVICE")]
        then: Vec<String>,
        #[command(flatten)]
        request: Request,
    },
    /// Serve somebody at once, without a number
    Direct {
        /// The counter's code
        counter: String,
        /// The service's code
        service: String,
        #[command(flatten)]
        request: Request,
    },
    /// Call a given number, out of order
    Call {
        /// The counter's code
        counter: String,
        /// The number
        number: String,
        /// Why; kept in the ledger
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        request: Request,
    },
    /// Take a parked visitor up again
    Resume {
        /// The counter's code
        counter: String,
        /// The number
        number: String,
        #[command(flatten)]
        request: Request,
    },
    /// Send a number to another service, or to one counter
    Transfer {
        /// The number
        number: String,
        /// The service's code
        #[arg(required_unless_present = "counter")]
        service: Option<String>,
        /// The only counter that may call it
        #[arg(long, conflicts_with = "service")]
        counter: Option<String>,
        #[command(flatten)]
        request: Request,
    },
    /// Put a called, parked or missed number back into its queue
    Requeue {
        /// The number
        number: String,
        #[command(flatten)]
        request: Request,
    },
    /// Give a number up
    Cancel {
        /// The number
        number: String,
        #[command(flatten)]
        request: Request,
    },
    /// Declare that a number should never have been: a misprint, a test
    Void {
        /// The number
        number: String,
        /// Why; kept in the ledger
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        request: Request,
    },
    /// Book a time
    Book {
        /// The service's code
        service: String,
        /// The time, "2026-11-24 08:30" or "08:30" today
        slot: String,
        #[command(flatten)]
        request: Request,
    },
    /// Move a booking to another time
    Rebook {
        /// The booking's code
        code: String,
        /// The new time
        slot: String,
        #[command(flatten)]
        request: Request,
    },
    /// Give a booking up
    Unbook {
        /// The booking's code
        code: String,
        #[command(flatten)]
        request: Request,
    },
    /// Whoever booked is here: give the number
    CheckIn {
        /// The booking's code
        code: String,
        #[command(flatten)]
        request: Request,
    },
}
