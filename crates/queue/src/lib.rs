//! The rules of a centre's queue: a ticket's life, numbers, the calling order, events, boards.
//!
//! This crate decides and never acts. It opens no file, reads no clock, starts no thread and knows
//! no SQL: time, the site and the heads of the queues come in as arguments, a new state, a chosen
//! ticket or a [`Refusal`] go out. That is why a whole year of a hall can be played in a second,
//! why two stores can share one meaning, and why a rule is read in one place: [`step`] is the life
//! of a ticket as a table, [`rule`] the order in which people are called.

mod action;
mod alarm;
mod board;
mod booking;
mod emergency;
mod event;
mod hearing;
mod number;
mod officer;
mod rating;
mod refusal;
pub mod rule;
mod site;
mod slip;
mod ticket;
mod time;
pub mod wait;
mod why;

pub use action::{
    Action, Asker, CounterStep, DOSSIERS_MAX, Finish, Intake, Outcome, PersonKey, Shift, Staffing,
    Target, Wish,
};
pub use alarm::{Alarm, IDLE_MS, PASSED_MS, Watch};
pub use board::{Board, BoardGap, CounterState, Duty, RECENT_EACH, Shown, Stranded, slip_in_doubt};
pub use booking::{Arrival, Booking, BookingCode, arrival, rank as booking_rank};
pub use emergency::{Alert, Danger, Emergency, Wording, wording};
pub use event::{Event, NextLeg, What};
pub use hearing::{Heard, Hearing};
pub use number::{DIRECT, NotANumber, Number};
pub use officer::{Officer, PinHash, Role, Tries, may_alert, may_assign, may_supervise, may_work};
pub use rating::{Complaint, Level, Ratings};
pub use refusal::Refusal;
pub use site::{
    Agency, Appointments, Class, ClassId, Counter, CounterId, Dossiers, Exception, Finishing,
    Hours, Lang, OfficerId, Opening, Place, Procedure, ReturnPlace, Rules, Serves, Service,
    ServiceId, Session, Site, SiteFault, Text, WithoutPaper, Zone,
};
pub use slip::{PrintState, Slip};
pub use ticket::{State, Step, Ticket, TicketId, Told, step};
pub use time::{
    BusinessDay, Local, NotADay, Timestamp, UnknownZone, WallClock, next_day, weekday_of,
};
pub use why::{Decided, Why, why};
