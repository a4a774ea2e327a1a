//! `luot-hall`: the screen and the voice that call.

use std::process::ExitCode;

fn main() -> ExitCode {
    station::face::start("luot-hall", hall::run)
}
