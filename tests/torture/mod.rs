//! Kills, power cuts, failing disks, and a year: what must never happen, tried.
//!
//! Each test runs short among the others and long by `cargo xtask torture`.

mod child;
mod cut;
mod dice;
mod faults;
mod hall;
mod kill;
mod year;

use dice::Dice;

/// Whether this is a long run.
fn long() -> bool {
    std::env::var("LUOT_TORTURE").is_ok_and(|length| length == "long")
}

/// A figure for the table at the end of `cargo xtask torture`.
#[expect(clippy::print_stdout, reason = "the long run collects these lines")]
fn figure(test: &str, what: &str, value: impl std::fmt::Display) {
    println!("figure|{test}|{what}|{value}");
}
