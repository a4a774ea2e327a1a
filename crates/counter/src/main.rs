//! `luot-counter`: where an officer calls the next visitor.

use std::process::ExitCode;

fn main() -> ExitCode {
    station::face::start("luot-counter", counter::run)
}
