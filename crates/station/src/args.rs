//! The flags that the three windows share.

use std::path::PathBuf;

/// What was said on a window program's command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Args {
    /// `--config FILE`.
    pub config: Option<PathBuf>,
    /// `--store URL`, over the config's.
    pub store: Option<String>,
    /// `--counter ID`, over the config's.
    pub counter: Option<String>,
    /// `--windowed WxH`, physical pixels; full screen without it.
    pub windowed: Option<(u32, u32)>,
    /// `--snapshot FILE.png`: draw the first full frame into a file and end.
    pub snapshot: Option<PathBuf>,
    /// `--help` or `--version` was asked for.
    pub help: bool,
}

/// What `--help` says.
pub const USAGE: &str = "\
  --config FILE        this machine's config (see config/)
  --store URL          the queue, over the config: sqlite:/path/queue.db
  --counter ID         counter only: open this counter
  --windowed WxH       a window of that size instead of the full screen
  --snapshot FILE.png  draw the first full frame into a file and end; needs no display
  --help               this text";

impl Args {
    /// Reads the arguments after the program's name; `LUOT_STORE` stands in for `--store`.
    ///
    /// # Errors
    /// In words, when a flag is unknown, lacks its value or has a wrong one.
    pub fn parse(args: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self { store: std::env::var("LUOT_STORE").ok(), ..Self::default() };
        let mut args = args.into_iter();
        while let Some(arg) = args.next() {
            let (flag, value) = match arg.split_once('=') {
                Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
                None => (arg, None),
            };
            let mut value = || {
                value.clone().or_else(|| args.next()).ok_or_else(|| format!("{flag} needs a value"))
            };
            match flag.as_str() {
                "--config" => parsed.config = Some(value()?.into()),
                "--store" => parsed.store = Some(value()?),
                "--counter" => parsed.counter = Some(value()?),
                "--windowed" => parsed.windowed = Some(size(&value()?)?),
                "--snapshot" => parsed.snapshot = Some(value()?.into()),
                "--help" | "-h" | "--version" => parsed.help = true,
                other => return Err(format!("unknown flag {other}; the flags are\n{USAGE}")),
            }
        }
        Ok(parsed)
    }
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let size = text.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    match size {
        Some((w, h)) if (200..=8_000).contains(&w) && (60..=8_000).contains(&h) => Ok((w, h)),
        _ => Err(format!("{text:?} is not a size; write --windowed 1366x768")),
    }
}
