//! Wrong PINs at the kiosk, kept on its machine: whoever pulls the plug does not guess faster.
//!
//! The PIN is the machine's and opens its page also where the store was never seen, so its count
//! lies in a small file beside the paper's and not in the store.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use queue::Tries;

use crate::config::beside;

/// The file that keeps them.
#[derive(Clone, Debug)]
pub struct Guesses(PathBuf);

impl Guesses {
    /// `queue` is the queue's file, where it is one.
    #[must_use]
    pub fn of(queue: Option<&Path>) -> Self {
        Self(beside(queue).join("kiosk.guesses"))
    }

    /// What is known of before; nothing where the file is not there or cannot be read, because
    /// staff must come to the paper.
    #[must_use]
    pub fn known(&self) -> Tries {
        let read = match std::fs::read_to_string(&self.0) {
            Ok(text) => toml::from_str(&text).map_err(std::io::Error::other),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Tries::default()),
            Err(error) => Err(error),
        };
        read.unwrap_or_else(|error| {
            tracing::warn!(%error, file = %self.0.display(), "wrong PINs are counted anew");
            Tries::default()
        })
    }

    /// Durable when this returns; a power cut leaves the old count or the new one.
    pub fn keep(&self, tries: Tries) {
        if let Err(error) = self.write(tries) {
            tracing::warn!(%error, file = %self.0.display(), "a wrong PIN could not be counted");
        }
    }

    fn write(&self, tries: Tries) -> std::io::Result<()> {
        let text = toml::to_string(&tries).map_err(std::io::Error::other)?;
        let new = self.0.with_extension("new");
        let mut file = File::create(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&new, &self.0)?;
        match self.0.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_guessed_is_known_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let file = || Guesses::of(Some(&folder.path().join("queue.db")));
        assert_eq!(file().known(), Tries::default());
        let tries = (0..7).fold(Tries::default(), |tries, _| tries.after_wrong(1_795_395_600_000));
        file().keep(tries);
        assert_eq!(file().known(), tries);
        assert_eq!((tries.wrong, tries.pauses), (2, 1));
        file().keep(Tries::default());
        assert_eq!(file().known(), Tries::default());
        // What cannot be read, or written, locks nobody out.
        std::fs::write(folder.path().join("kiosk.guesses"), "x").unwrap();
        assert_eq!(file().known(), Tries::default());
        Guesses::of(Some(Path::new("/nowhere/queue.db"))).keep(tries);
    }
}
