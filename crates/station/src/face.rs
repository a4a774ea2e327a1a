//! How a window program starts and how it says that it cannot.

use std::io::Write;
use std::process::ExitCode;

use queue::Lang;
use serde::Deserialize;
use store::StoreUrl;

use crate::args::{Args, USAGE};
use crate::config::{ConfigError, Limits, load};

/// Why a window program ended without being closed.
#[derive(Debug, thiserror::Error)]
pub enum FaceError {
    /// The config.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// The store's address.
    #[error("{what}\n  help: {help}", what = .0, help = .0.help(Lang::En))]
    Store(#[from] store::Error),
    /// The window or a device; what and what to do.
    #[error("{0}")]
    Hand(String),
}

impl From<std::io::Error> for FaceError {
    fn from(error: std::io::Error) -> Self {
        Self::Hand(error.to_string())
    }
}

/// Parses the command line, runs the program, and turns its end into words and an exit code:
/// 0 closed, 2 cannot.
#[must_use]
pub fn start(program: &str, run: impl FnOnce(Args) -> Result<(), FaceError>) -> ExitCode {
    crate::log::start();
    let args = match Args::parse(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(mistake) => return end(program, &mistake),
    };
    if args.help {
        return match writeln!(std::io::stdout(), "{program} {}\n{USAGE}", env!("CARGO_PKG_VERSION"))
        {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(2),
        };
    }
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => end(program, &error.to_string()),
    }
}

fn end(program: &str, words: &str) -> ExitCode {
    if writeln!(std::io::stderr(), "{program}: {words}").is_err() {
        tracing::error!(words, "the program cannot run");
    }
    ExitCode::from(2)
}

/// Reads the config named on the command line, or takes the defaults without one, and the store's
/// address over it.
///
/// # Errors
/// A config that cannot rule this machine, an address that is none.
pub fn config<T>(args: &Args, store_of: impl FnOnce(&T) -> &str) -> Result<(T, StoreUrl), FaceError>
where
    T: for<'de> Deserialize<'de> + Limits + Default,
{
    let config = match &args.config {
        Some(file) => load(file)?,
        None => T::default(),
    };
    let url = match &args.store {
        Some(url) => url.parse()?,
        None => store_of(&config).parse()?,
    };
    Ok((config, url))
}
