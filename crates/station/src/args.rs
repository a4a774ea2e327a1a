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
    /// `+X+Y` after the size: where the window's upper left corner goes; else the desktop chooses.
    pub place: Option<(i32, i32)>,
    /// `--snapshot FILE.png`: draw the first full frame into a file and end.
    pub snapshot: Option<PathBuf>,
    /// `--minimised`: the window begins in the taskbar.
    pub minimised: bool,
    /// `--help` or `--version` was asked for.
    pub help: bool,
}

/// What `--help` says.
pub const USAGE: &str = "\
  --config FILE        this machine's config (see config/)
  --store URL          the queue, over the config: sqlite:/path/queue.db
  --counter ID         counter only: open this counter
  --windowed WxH[+X+Y] a window of that size, at that place, instead of the full screen
  --minimised          begin in the taskbar
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
                "--windowed" => {
                    let (size, place) = geometry(&value()?)?;
                    (parsed.windowed, parsed.place) = (Some(size), place);
                }
                "--snapshot" => parsed.snapshot = Some(value()?.into()),
                "--minimised" => parsed.minimised = true,
                "--help" | "-h" | "--version" => parsed.help = true,
                other => return Err(format!("unknown flag {other}; the flags are\n{USAGE}")),
            }
        }
        Ok(parsed)
    }
}

type Size = (u32, u32);
type Place = (i32, i32);

/// `WxH` or, as X writes it, `WxH+X+Y`; a place left of or above the first screen is `+-X+-Y`.
pub(crate) fn geometry(text: &str) -> Result<(Size, Option<Place>), String> {
    let parts: Vec<&str> = text.split('+').collect();
    let read = match parts.as_slice() {
        [area] => size(area).map(|size| (size, None)),
        [area, x, y] => size(area).zip(place(x, y).map(Some)),
        _ => None,
    };
    read.ok_or_else(|| {
        format!("{text:?} is not a size; write --windowed 1366x768 or --windowed 1366x768+20+40")
    })
}

fn size(text: &str) -> Option<Size> {
    let (width, height) = text.split_once('x')?;
    let (width, height) = (width.parse().ok()?, height.parse().ok()?);
    let usable = (200..=8_000).contains(&width) && (60..=8_000).contains(&height);
    usable.then_some((width, height))
}

fn place(x: &str, y: &str) -> Option<Place> {
    // X counts in 16 bits with a sign.
    let read = |text: &str| text.parse::<i16>().ok().map(i32::from);
    read(x).zip(read(y))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windowed(text: &str) -> Result<Args, String> {
        Args::parse(["--windowed".to_owned(), text.to_owned()])
    }

    #[test]
    fn a_window_has_a_size_and_may_have_a_place() {
        for (text, size, place) in [
            ("1366x768", (1366, 768), None),
            ("540x960+0+0", (540, 960), Some((0, 0))),
            ("200x60+20+-40", (200, 60), Some((20, -40))),
            ("8000x8000+-1920+32767", (8000, 8000), Some((-1920, 32767))),
        ] {
            let args = windowed(text).unwrap();
            assert_eq!((args.windowed, args.place), (Some(size), place), "{text}");
        }
        assert_eq!(Args::parse([]).unwrap().place, None);
    }

    #[test]
    fn a_wrong_size_or_place_is_refused_with_an_example() {
        for text in [
            "",
            "x",
            "1366",
            "1366x",
            "x768",
            "1366X768",
            "199x768",
            "1366x59",
            "8001x768",
            "-1366x768",
            "+1366x768",
            "1366x768+",
            "1366x768+1",
            "1366x768+1+",
            "1366x768++1",
            "1366x768+1+2+3",
            "1366x768++1+2",
            "1366x768-1-2",
            "1366x768+1+32768",
            "1366x768+1+y",
            "1366x768 +1+2",
            "99999999999x768",
            "１366x768",
        ] {
            let mistake = windowed(text).unwrap_err();
            assert!(mistake.contains("--windowed 1366x768+20+40"), "{text}: {mistake}");
        }
        assert!(Args::parse(["--windowed".to_owned()]).unwrap_err().contains("needs a value"));
    }
}
