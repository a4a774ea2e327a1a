//! What the store promises, asked of the store alone: one binary, a module for each part of a life.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::wildcard_enum_match_arm, reason = "whatever else it may be is wrong here")]

mod backups;
mod basics;
mod bookings;
mod chain;
mod clocks;
mod counters;
mod days;
mod emergency;
mod fences;
mod figures;
mod hearing;
mod hours;
mod line;
mod migration;
mod model;
mod officers;
mod order;
mod people;
mod postgres;
mod proofs;
mod ratings;
mod rescue;
mod slip_codes;
mod support;
mod taken;
mod together;
mod undo;
mod ways;
