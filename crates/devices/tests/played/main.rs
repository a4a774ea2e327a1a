//! The printer's thread against a played printer in which everything goes wrong: each of the twelve
//! faults of promise P8, in every phase of a job, over TCP and over a device that can be pulled out.
//!
//! All limits are a twentieth of the real ones, so that a printer that hangs for a minute hangs for
//! three seconds; nothing is judged by the clock. `cargo xtask torture printer --long` plays 50
//! seeds of each.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::wildcard_enum_match_arm, reason = "whatever else it may be is wrong here")]

mod faults;
mod kinds;
mod machine;
mod mouth;
#[path = "../pty/mod.rs"]
mod pty;
mod stand_in;
mod visitors;
mod wires;
