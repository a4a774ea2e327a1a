//! What every program is before it has a face.
//!
//! One decision shapes this crate: *a screen is a pure machine*. [`kiosk`], [`counter`] and
//! [`hall`] hold what each screen does, as functions from inputs and time to effects and a view;
//! [`flow::run`] is the only place where they meet threads and clocks, [`desk`] the only place
//! where they meet the store. So everything a visitor or an officer can live through is tested
//! without a window, and a window holds nothing worth testing.

pub mod args;
pub mod clock;
pub mod config;
pub mod copies;
pub mod counter;
pub mod desk;
pub mod face;
pub mod find;
pub mod flow;
#[cfg(test)]
mod fuzz;
pub mod guesses;
pub mod hall;
pub mod kiosk;
pub mod log;
pub mod pin;
pub mod scan;
pub mod slip;
#[cfg(test)]
mod testing;
pub mod watchdog;
pub mod words;

pub use clock::{Clock, Now};
