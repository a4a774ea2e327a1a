//! The rules of a centre's queue: a ticket's life, numbers, the calling order, events, boards.
//!
//! This crate decides and never acts. It opens no file, reads no clock, starts no thread and knows
//! no SQL: time, the site and the heads of the queues come in as arguments, a new state, a chosen
//! ticket or a [`Refusal`] go out. That is why a whole year of a hall can be played in a second,
//! why two stores can share one meaning, and why a rule is read in one place: [`step`] is the life
//! of a ticket as a table, [`rule`] the order in which people are called.

mod action;
mod board;
mod event;
mod number;
mod refusal;
pub mod rule;
mod site;
mod slip;
mod ticket;
mod time;

pub use action::{Action, Asker, CounterStep, Heard};
pub use board::{Board, BoardGap, RECENT_MAX, Shown, slip_in_doubt};
pub use event::{Event, What};
pub use number::{NotANumber, Number};
pub use refusal::Refusal;
pub use site::{
    Agency, Class, ClassId, Counter, CounterId, Hours, Lang, Opening, Place, Procedure, Service,
    ServiceId, Session, Site, SiteFault, Text, WithoutPaper, Zone,
};
pub use slip::{PrintState, Slip};
pub use ticket::{State, Step, Ticket, TicketId, step};
pub use time::{BusinessDay, Local, Timestamp, UnknownZone, WallClock, next_day};
