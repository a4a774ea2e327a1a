//! `luot-kiosk`: where a visitor takes a number.

use std::process::ExitCode;

fn main() -> ExitCode {
    station::face::start("luot-kiosk", kiosk::run)
}
