//! Remembers the queue.
//!
//! The one decision of this crate: *an action is one durable transaction that yields events*. The
//! state tables and the append-only `event` table change together or not at all; `event.seq` is
//! the feed that every other program reads. Nothing is acknowledged before the disk has it
//! (`synchronous=FULL`), and nothing is acknowledged from a file that is no longer the file the
//! others see (the identity guard). The rules themselves live in `queue`: this crate brings the
//! facts to them inside the transaction and writes down what they decide.
//!
//! A store is a SQLite file of one machine or a centre on a PostgreSQL server ([`StoreUrl`]); on a
//! server the same code decides on a mirror (`server`).
//!
//! SQLite's feed is safe to read by `seq > last` **because it has one writer at a time**: a later
//! `seq` is never visible before an earlier one.

mod act;
mod backup;
mod ballast;
pub mod bench;
mod carry;
mod check;
mod error;
mod experience;
mod gate;
mod guard;
mod lease;
mod look;
mod news;
mod open;
mod pause;
mod person;
mod prove;
mod read;
mod request;
mod rescue;
mod schema;
mod server;
mod site;
mod slip_code;
mod url;

pub use act::Done;
pub use backup::{Backup, Copied, Restored};
pub use carry::{Carried, Login, WentOn};
pub use check::Finding;
pub use error::{ActError, Error};
pub use lease::Claim;
pub use look::{Disk, DiskKind, Files, Found, Look};
pub use news::{News, Woken};
pub use open::Store;
pub use prove::Proof;
pub use read::ChainHead;
pub use rescue::Rescued;
pub use server::{Provincial, Shipper};
pub use url::StoreUrl;
