//! The command line of the voice packs.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::SayArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum VoiceCommand {
    /// Look a pack through: what is missing, cut off, soft, loud; ends with 1 when it cannot be used
    Check {
        /// The pack
        dir: PathBuf,
        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// Make a pack of a folder of WAV or FLAC recordings, named by key or by number of the sheet
    Import {
        /// The folder of recordings
        from: PathBuf,
        /// The pack, made when it is missing
        to: PathBuf,
        #[command(flatten)]
        about: PackAbout,
        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// The list to be read aloud: number, file, words, separated by tabs
    Sheet {
        #[command(flatten)]
        scope: ScopeArgs,
        /// The phrases of another language
        #[arg(long, value_name = "FILE")]
        phrases: Option<PathBuf>,
        /// vi or en
        #[arg(long, default_value = "vi")]
        lang: String,
    },
    /// Record the centre's own voice, line after line; may be stopped and taken up again
    Record {
        /// The pack, made when it is missing
        to: PathBuf,
        /// The microphone: default, alsa:NAME, or `wav:///FOLDER` of recordings
        #[arg(long, default_value = "default")]
        input: String,
        /// Where the recording is heard again: default, alsa:NAME or off
        #[arg(long, default_value = "default")]
        output: String,
        #[command(flatten)]
        about: PackAbout,
        #[command(flatten)]
        scope: ScopeArgs,
    },
    /// Have a free text, e.g. a name, spoken by a command of your own, without a shell
    Text {
        /// The text, one argument of the command
        text: String,
        /// Where the sound goes
        #[arg(long, value_name = "FILE")]
        wav: PathBuf,
        /// How many seconds the command may take
        #[arg(long, default_value_t = 3)]
        limit_s: u64,
        /// The command that writes a WAV to its output; `{text}` stands where the text goes
        #[arg(last = true, required = true)]
        command: Vec<String>,
    },
    /// Say a call into a WAV file, as `luot say`
    Say(SayArgs),
}

/// What a voice must be able to say.
#[derive(Debug, Args)]
pub(crate) struct ScopeArgs {
    /// The letters and counters of this centre
    #[arg(long, value_name = "FILE")]
    pub(crate) site: Option<PathBuf>,
    /// The letters of the series
    #[arg(long, default_value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", conflicts_with = "site")]
    pub(crate) letters: String,
    /// How many counters
    #[arg(long, default_value_t = 30, conflicts_with = "site")]
    pub(crate) counters: u32,
    /// north or south
    #[arg(long, default_value = "north")]
    pub(crate) region: String,
    /// Without the notices
    #[arg(long)]
    pub(crate) calls_only: bool,
}

/// What a pack says it is.
#[derive(Debug, Args)]
pub(crate) struct PackAbout {
    /// Its name [default: the folder's]
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// vi, en, or another language with a phrases.toml in the folder
    #[arg(long, default_value = "vi")]
    pub(crate) lang: String,
    /// Whose voice it is
    #[arg(long, default_value = "")]
    pub(crate) voice: String,
    /// The terms it may be used under
    #[arg(long, default_value = "")]
    pub(crate) licence: String,
}
