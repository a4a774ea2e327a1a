//! `luot`: everything without a window.

use std::process::ExitCode;

fn main() -> ExitCode {
    station::log::start();
    admin::run(std::env::args_os())
}
