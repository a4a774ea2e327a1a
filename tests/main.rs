//! Whole-centre stories, and the rules of the house.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod carried;
mod command;
mod day;
mod demo;
mod desktop;
mod failover;
mod house;
mod network;
mod processes;
mod programs;
mod promises;
mod province;
mod samples;
mod search;
mod server;
mod set_back;
mod texts;
mod torture;
mod watchdog;
