//! The command line.

mod acts;
mod voice;

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

pub(crate) use acts::{CounterAct, Request, TicketAct};

pub(crate) use voice::{PackAbout, ScopeArgs, VoiceCommand};

/// Where an installed machine has its configs.
pub(crate) const CONFIGS: &str = "/etc/luot";

/// Lượt: set up, look, act, prove.
#[derive(Debug, Parser)]
#[command(name = "luot", version, about = "Lượt: a centre's queue from the command line")]
pub struct Cli {
    /// The queue, e.g. `sqlite:/path/queue.db` [default: the machine's config in /etc/luot]
    #[arg(long, global = true, env = "LUOT_STORE", hide_env_values = true, value_name = "URL")]
    pub(crate) store: Option<String>,
    /// One JSON object, or JSON lines
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the queue of a centre
    Init {
        /// The centre's site.toml
        #[arg(long, value_name = "FILE")]
        site: PathBuf,
    },
    /// Apply a changed site.toml, or show what it would change
    Site {
        #[command(subcommand)]
        command: SiteCommand,
    },
    /// Who signs in at the counters
    Officer {
        #[command(subcommand)]
        command: OfficerCommand,
    },
    #[command(flatten)]
    AtCounter(CounterAct),
    #[command(flatten)]
    OfTicket(TicketAct),
    /// Put down what a visitor thinks of a visit that is over; the ledger does not tell whose it was
    Rate {
        /// The number, of today
        number: String,
        /// `very_satisfied`, `satisfied`, `neutral` or `dissatisfied`
        level: String,
        /// What was wrong, e.g. wait
        #[arg(long)]
        why: Vec<String>,
        #[command(flatten)]
        request: Request,
    },
    /// The feed of what happened
    Events(EventsArgs),
    /// Why was this number called?
    Why {
        /// The number, of today or of `--day`; its last call is explained
        number: String,
        /// Another day, e.g. 2026-11-23
        #[arg(long)]
        day: Option<queue::BusinessDay>,
    },
    /// The head of a day's chain, to be printed and kept: it proves the day's ledger
    Ledger {
        /// The day [default: today]
        #[arg(long)]
        day: Option<queue::BusinessDay>,
    },
    /// Copy the queue, verified, while everybody works; old copies go
    Backup {
        /// The folder of the copies [default: `backup` beside the queue]
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
        /// Only when one is due: every quarter of an hour in opening hours and at the day's end; each
        /// day's first copy is restored on trial
        #[arg(long)]
        if_due: bool,
        /// Make none: restore the newest one on trial, beside the copies, and look through it
        #[arg(long, conflicts_with = "if_due")]
        prove: bool,
    },
    /// Send the events that a central database does not have yet
    Ship {
        /// The central database, postgres://… with a password: better given as `LUOT_SHIP_TO`, which no
        /// list of processes shows
        #[arg(long, env = "LUOT_SHIP_TO", hide_env_values = true, value_name = "URL")]
        to: String,
        /// Go on for ever, through failures
        #[arg(long)]
        follow: bool,
    },
    /// Make the logins of a centre on a server, or give them new passwords; each is said once
    Enrol,
    /// Set up the central database of a province, the `--store`
    Province {
        #[command(subcommand)]
        command: ProvinceCommand,
    },
    /// Carry a centre from a file onto a server or back, with its whole history
    Move {
        /// Where it is now
        #[arg(long, value_name = "URL")]
        from: String,
        /// Where it is to be; nothing may be there yet
        #[arg(long, value_name = "URL")]
        to: String,
    },
    /// Put a copy in the place of the queue; every program must be stopped
    Restore {
        /// The copy
        file: PathBuf,
    },
    /// Put a damaged file back from its newest good copy, or let a centre go on whose server was put
    /// back to an older copy; what is sound is left as it is
    Rescue {
        /// The folder of the copies [default: `backup` beside the queue]
        #[arg(long, value_name = "DIR")]
        from: Option<PathBuf>,
        /// Of a server: how many numbers of each series are left out today, more than were given
        /// since the copy
        #[arg(long, value_name = "NUMBERS", default_value_t = 100)]
        skip: u32,
        /// Of a server: also when it does not show that it was put back
        #[arg(long)]
        force: bool,
    },
    /// The day as it stands
    Board {
        /// Every centre whose events are shipped to this database
        #[arg(long)]
        province: bool,
    },
    /// Verify the file, the feed and the state
    Check,
    /// Look at everything this machine needs and say what to do; changes nothing. Ends with 0 fine, 1
    /// warnings, 2 trouble
    Doctor {
        /// The folder of the machine's configs
        #[arg(long, value_name = "DIR", default_value = CONFIGS)]
        config: PathBuf,
        /// vi or en
        #[arg(long, default_value = "vi")]
        lang: String,
    },
    /// Ask for a PIN, unseen, and write what a config keeps of it, e.g. for `[staff]` of kiosk.toml
    Pin,
    /// How many tickets are left on a kiosk's rolls
    Paper {
        /// The kiosk's config
        #[arg(long, value_name = "FILE", default_value = "/etc/luot/kiosk.toml")]
        config: PathBuf,
    },
    /// Draw a slip as a picture or as the bytes a printer gets
    Slip(SlipArgs),
    /// Say a call into a WAV file
    Say(SayArgs),
    /// Voice packs: what to record, recording it, looking one through
    Voice {
        #[command(subcommand)]
        command: VoiceCommand,
    },
    /// Measure the store on this machine's disk, as ratios within one run
    Bench {
        /// The folder whose disk is measured [default: a new one among the temporary files]
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
        /// Also the growth to 10⁶ waiting and 10⁷ of history, and 10⁵ operations of 8 programs
        #[arg(long)]
        long: bool,
        /// Only the way from a visitor's touch to the whole job in a printer
        #[arg(long, conflicts_with = "long")]
        printer: bool,
    },
    /// One of the programs that `bench` measures
    #[command(hide = true)]
    BenchWorker {
        /// press, watch or raw
        role: String,
        /// The counter it presses for
        counter: String,
        /// How often
        rounds: usize,
    },
    /// What waits were told on a day, and what came of them
    Report {
        /// The day, e.g. 2026-11-23 [default: today]
        #[arg(long)]
        day: Option<queue::BusinessDay>,
    },
    /// Serve the centre's pages
    Serve {
        /// The pages' web.toml: the queue and the address [default: /etc/luot/web.toml]
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// The address to listen on, over the config's [default: 127.0.0.1:8080]
        #[arg(long)]
        listen: Option<String>,
    },
}

#[derive(Clone, Debug, Args)]
pub(crate) struct EventsArgs {
    /// Only what came after this event
    #[arg(long, default_value_t = 0, value_name = "SEQ")]
    pub(crate) after: i64,
    /// Stay and show what comes
    #[arg(long)]
    pub(crate) follow: bool,
    /// Only this number
    #[arg(long)]
    pub(crate) number: Option<String>,
    /// Only this counter
    #[arg(long)]
    pub(crate) counter: Option<String>,
    /// Only this officer
    #[arg(long)]
    pub(crate) officer: Option<String>,
    /// Only this kind, e.g. called
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// Only this day, e.g. 2026-11-23
    #[arg(long)]
    pub(crate) day: Option<queue::BusinessDay>,
    /// Only from this time on, HH:MM of `--day` or today
    #[arg(long, value_name = "HH:MM")]
    pub(crate) from: Option<String>,
    /// Only until this time
    #[arg(long, value_name = "HH:MM")]
    pub(crate) to: Option<String>,
    /// Only calls out of order, with their reasons
    #[arg(long)]
    pub(crate) out_of_order: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProvinceCommand {
    /// Make the tables, and the login with which the province's figures are read
    Init,
    /// Make the login with which one centre ships, or give it a new password
    Enrol {
        /// The centre's code, the `id` of its site.toml
        site: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum OfficerCommand {
    /// Let somebody sign in, with a PIN that is asked for (or read from standard input); or change
    /// what is known of them
    Add {
        /// A code for the ledger, e.g. tnmt-02; never a name
        code: String,
        /// The name on the sign-in page
        #[arg(long)]
        name: String,
        /// officer, supervisor or admin
        #[arg(long, default_value = "officer")]
        role: String,
        /// An agency at whose counters they work; a stand-in has several [default: all]
        #[arg(long, value_name = "AGENCY")]
        agency: Vec<String>,
    },
    /// Who they are
    List,
    /// Give another PIN; whoever was locked out may try again
    Reset {
        /// The officer's code
        code: String,
    },
    /// Let somebody sign in no more
    Remove {
        /// The officer's code
        code: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SiteCommand {
    /// Apply a site.toml
    Apply {
        /// The file
        file: PathBuf,
        /// Also when people wait whom no counter of it calls; they are named
        #[arg(long)]
        force: bool,
    },
    /// Show what a site.toml would change
    Diff {
        /// The file
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct SlipArgs {
    /// A sample, without a queue
    #[arg(long, conflicts_with = "number", required_unless_present_any = ["number", "check"])]
    pub(crate) sample: bool,
    /// A number of today
    #[arg(long)]
    pub(crate) number: Option<String>,
    /// Is this the check code of that number's slip? Refused when it is not
    #[arg(long, requires = "number", value_name = "CODE")]
    pub(crate) code: Option<String>,
    /// Only say whether the description of the slip and the printers' profiles can be used
    #[arg(long, conflicts_with_all = ["sample", "number"])]
    pub(crate) check: bool,
    /// Write the picture
    #[arg(long, value_name = "FILE", required_unless_present_any = ["escpos", "check", "code"])]
    pub(crate) png: Option<PathBuf>,
    /// Write the printer's bytes
    #[arg(long, value_name = "FILE")]
    pub(crate) escpos: Option<PathBuf>,
    /// The centre's own description of the slip [default: the one that comes with the program]
    #[arg(long, value_name = "FILE")]
    pub(crate) layout: Option<PathBuf>,
    /// The centre's own printer profiles
    #[arg(long, value_name = "FILE")]
    pub(crate) profiles: Option<PathBuf>,
    /// As this kind of printer prints it
    #[arg(long, default_value = "virtual", value_name = "PROFILE")]
    pub(crate) printer: String,
    /// The paper: 576 or 80 (80 mm), 384 or 58 (58 mm)
    #[arg(long, default_value_t = 576)]
    pub(crate) width: u32,
    /// vi or en
    #[arg(long, default_value = "vi")]
    pub(crate) lang: String,
}

#[derive(Debug, Args)]
pub(crate) struct SayArgs {
    /// The number, e.g. K012
    pub(crate) number: String,
    /// The counter's name, e.g. 15
    pub(crate) counter: String,
    /// The zone it stands in, e.g. B, to be said, too
    #[arg(long, default_value = "")]
    pub(crate) zone: String,
    /// Where the sound goes
    #[arg(long, value_name = "FILE")]
    pub(crate) wav: PathBuf,
    /// vi or en
    #[arg(long, default_value = "vi")]
    pub(crate) lang: String,
    /// As a repeated call
    #[arg(long)]
    pub(crate) recall: bool,
    /// As the last call
    #[arg(long, conflicts_with = "recall")]
    pub(crate) last_call: bool,
    /// As a call to the next counter of the same visit
    #[arg(long, conflicts_with_all = ["recall", "last_call"])]
    pub(crate) transfer: bool,
    /// north or south
    #[arg(long, default_value = "north")]
    pub(crate) region: String,
    /// The folder of the voice packs
    #[arg(long, value_name = "DIR")]
    pub(crate) packs: Option<PathBuf>,
    /// The pack that speaks
    #[arg(long)]
    pub(crate) pack: Option<String>,
}

/// The store named by the first config of this machine, or the usual place.
pub(crate) fn configured_store(configs: &Path) -> String {
    let named = ["counter", "kiosk", "hall", "web"].into_iter().find_map(|program| {
        let file = configs.join(program).with_extension("toml");
        let text = std::fs::read_to_string(file).ok()?;
        // Only the address is wanted; whether the rest is sound is that program's affair.
        text.lines().find_map(|line| {
            let value = line.strip_prefix("store")?.trim_start().strip_prefix('=')?;
            Some(value.split('#').next()?.trim().trim_matches('"').to_owned())
        })
    });
    named.unwrap_or_else(|| station::config::DEFAULT_STORE.to_owned())
}
