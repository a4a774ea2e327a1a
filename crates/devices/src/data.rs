//! Files that a centre may write: read whole or refused with file, line and help.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// A file that cannot be used: where the mistake is and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct BadFile {
    /// The file.
    pub file: PathBuf,
    /// The line from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub help: String,
}

impl fmt::Display for BadFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}\n  help: {}", self.what, self.help)
    }
}

/// Nobody writes more by hand, and a device given by mistake must not fill the memory.
const BYTES_MAX: u64 = 1 << 20;

/// The text of a file.
pub(crate) fn read(file: &Path) -> Result<String, BadFile> {
    let bad = |what: String| BadFile {
        file: file.into(),
        line: None,
        what,
        help: "name a readable file of UTF-8 text".into(),
    };
    let about = std::fs::metadata(file).map_err(|error| bad(error.to_string()))?;
    if !about.is_file() || about.len() > BYTES_MAX {
        return Err(bad("not a file of at most 1 MiB".into()));
    }
    std::fs::read_to_string(file).map_err(|error| bad(error.to_string()))
}

/// The text as TOML; `help` says what to compare a wrong line with.
pub(crate) fn parse<T: DeserializeOwned>(
    file: &Path,
    text: &str,
    help: &str,
) -> Result<T, BadFile> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| line_at(text, span.start));
        BadFile { file: file.into(), line, what: error.message().to_owned(), help: help.into() }
    })
}

/// The line, from 1, on which a byte of the text stands.
fn line_at(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}
