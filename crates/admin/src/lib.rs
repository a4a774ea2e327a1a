//! The `luot` command: set up, look, act, prove.
//!
//! Exit codes are a contract with scripts: 0 done, 1 refused by the rules, 2 cannot. `luot doctor` ends
//! with 0 fine, 1 warnings, 2 trouble.

mod act;
mod bench;
mod cli;
mod doctor;
mod json;
mod keep;
mod ledger;
mod look;
mod officer;
mod pack;
mod paper;
mod pin;
mod rating;
mod report;
mod say;
mod serve;
mod ship;
mod site;
mod slip;

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use queue::{Lang, Refusal};
use station::config::WebConfig;
use store::{ActError, Store, StoreUrl};

pub use cli::Cli;
use cli::Command;

/// Why a command did not do what was asked.
#[derive(Debug)]
enum Failure {
    /// The rules say no.
    Refused(Refusal),
    /// It cannot be done: what and what to do.
    Cannot { what: String, help: String },
    /// It was done and its answer is given, and the answer is bad. A script that reads JSON has its
    /// one object already; only people are told more.
    Bad { what: String, help: String },
    /// All was said; scripts go by the code.
    Found { code: u8 },
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::Cannot { help: error.help(Lang::En), what: error.to_string() }
    }
}

impl From<ActError> for Failure {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Refused(refusal) => Self::Refused(refusal),
            ActError::Store(error) => error.into(),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Cannot { what: error.to_string(), help: String::new() }
    }
}

impl From<station::config::ConfigError> for Failure {
    fn from(error: station::config::ConfigError) -> Self {
        Self::Cannot { what: error.to_string(), help: String::new() }
    }
}

type Outcome = Result<(), Failure>;

/// What every command needs.
struct Desk {
    url: StoreUrl,
    json: bool,
    clock: station::Clock,
}

impl Desk {
    /// The open store. A file that was found damaged is first put back from its last good copy.
    fn store(&self) -> Result<Store, Failure> {
        match Store::open(&self.url) {
            Err(error) if error.file_is_damaged() => {
                keep::rescue_first(self)?;
                Ok(Store::open(&self.url)?)
            }
            opened => Ok(opened?),
        }
    }

    fn now(&self) -> queue::Timestamp {
        self.clock.now().wall
    }

    /// A line on the way, for people: it must not stand among a script's objects.
    fn note(&self, line: &str) -> Outcome {
        if self.json {
            // Nobody to tell is no reason to stop.
            drop(writeln!(std::io::stderr().lock(), "{line}"));
            return Ok(());
        }
        self.say(line)
    }

    /// One line on standard output; a reader that has gone away is no failure of ours.
    fn say(&self, line: &str) -> Outcome {
        let mut out = std::io::stdout().lock();
        match writeln!(out, "{line}").and_then(|()| out.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// Runs one command line and gives its exit code.
#[must_use]
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are asked for, everything else is a mistake of the command line.
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            return if error.print().is_ok() { ExitCode::from(code) } else { ExitCode::from(2) };
        }
    };
    let json = cli.json;
    match command(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => explain(&failure, json),
    }
}

fn command(cli: Cli) -> Outcome {
    // The pages have a config of their own, which a flag overrides.
    let (mut served, mut text) = (WebConfig::default(), cli.store);
    if let Command::Serve { config, listen } = &cli.command {
        if let Some(config) = serve::config(config.as_deref())? {
            text = text.or_else(|| Some(config.store.clone()));
            served = config;
        }
        served.listen = listen.clone().unwrap_or(served.listen);
    }
    let named = if let Command::Doctor { config, .. } = &cli.command {
        Some(config.as_path())
    } else {
        None
    };
    let configs = named.unwrap_or(Path::new(cli::CONFIGS));
    let text = text.unwrap_or_else(|| cli::configured_store(configs));
    let url = text.parse::<StoreUrl>()?;
    let desk = Desk { url, json: cli.json, clock: station::Clock::system() };
    match cli.command {
        Command::Init { site } => site::init(&desk, &site),
        Command::Site { command } => site::site(&desk, command),
        Command::Officer { command } => officer::officer(&desk, command),
        Command::AtCounter(act) => act::at_counter(&desk, act),
        Command::OfTicket(act) => act::of_ticket(&desk, act),
        Command::Rate { number, level, why, request } => {
            rating::rate(&desk, &number, &level, &why, &request)
        }
        Command::Events(args) => ledger::events(&desk, &args),
        Command::Why { number, day } => ledger::why(&desk, &number, day),
        Command::Ledger { day } => ledger::head(&desk, day),
        Command::Backup { to, prove: true, .. } => keep::prove(&desk, to),
        Command::Backup { to, if_due: true, .. } => keep::backup_if_due(&desk, to),
        Command::Backup { to, .. } => keep::backup(&desk, to),
        Command::Move { from, to } => keep::carry(&desk, &from, &to),
        Command::Restore { file } => keep::restore(&desk, &file),
        Command::Rescue { skip, force, .. } if desk.url.path().is_none() => {
            keep::go_on(&desk, skip, force)
        }
        Command::Rescue { from, .. } => keep::rescue(&desk, from),
        Command::Board { province: false } => look::board(&desk),
        Command::Board { province: true } => ship::board(&desk),
        Command::Enrol => site::enrol(&desk),
        Command::Province { command } => ship::province(&desk, &command),
        Command::Ship { to, follow } => ship::ship(&desk, &to, follow),
        Command::Check => look::check(&desk),
        Command::Doctor { config, lang } => doctor::doctor(&desk, &config, &lang),
        Command::Pin => pin::pin(&desk),
        Command::Paper { config } => paper::paper(&desk, &config),
        Command::Slip(args) => slip::slip(&desk, &args),
        Command::Say(args) => say::say(&desk, &args),
        Command::Voice { command } => pack::voice(&desk, &command),
        Command::Bench { dir, long, printer } => {
            bench::bench(&desk, dir, &bench::Wanted { long, printer })
        }
        Command::BenchWorker { role, counter, rounds } => {
            bench::worker(&desk, &role, &counter, rounds)
        }
        Command::Report { day } => report::report(&desk, day),
        Command::Serve { .. } => serve::serve(&desk, &served),
    }
}

fn explain(failure: &Failure, json: bool) -> ExitCode {
    let told = |what: &str, help: &str| {
        if help.is_empty() {
            format!("luot: {what}")
        } else {
            format!("luot: {what}\n  help: {help}")
        }
    };
    let (code, text, object) = match failure {
        Failure::Refused(refusal) => {
            let said = format!("refused: {}\n  {}", refusal, refusal.words(Lang::Vi));
            let words =
                serde_json::json!({"vi": refusal.words(Lang::Vi), "en": refusal.words(Lang::En)});
            (1, said, Some(serde_json::json!({"refused": refusal.code(), "words": words})))
        }
        Failure::Cannot { what, help } => {
            let object = serde_json::json!({"error": what, "help": help});
            (2, told(what, help), Some(object))
        }
        Failure::Bad { what, help } => (2, told(what, help), None),
        Failure::Found { code } => return ExitCode::from(*code),
    };
    let mut err = std::io::stderr().lock();
    if writeln!(err, "{text}").is_err() {
        return ExitCode::from(code);
    }
    if let Some(object) = object.filter(|_| json)
        && writeln!(std::io::stdout().lock(), "{object}").is_err()
    {
        return ExitCode::from(code);
    }
    ExitCode::from(code)
}
