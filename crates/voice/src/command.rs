//! Names and free text, which no pack has: spoken by a command that the centre names, or not at all.
//!
//! Off by default, because a name called aloud is personal data. The command is run without a shell, the
//! text is one argument of it, so that nothing in a text can be a command; it writes a WAV file to its
//! standard output and is given a few seconds. Whatever goes wrong, nothing is said and the log tells.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::Sound;

/// The longest text, in letters: a name and a place, no sermon.
const TEXT_MAX: usize = 200;
/// The shortest and the longest sound, milliseconds: a sentence, neither a click nor a speech.
const LENGTH_MS: std::ops::RangeInclusive<u64> = 200..=60_000;
/// The longest sound, bytes.
const SOUND_MAX: u64 = 8 << 20;
/// How often a command that has closed its output is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// Stands in the command where the text goes; without it the text is the last argument.
const TEXT: &str = "{text}";

/// A command that speaks, e.g. `["espeak-ng", "-v", "vi", "--stdout", "{text}"]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Speaker {
    command: Vec<String>,
    limit: Duration,
}

/// Why nothing is said.
#[derive(Debug, thiserror::Error)]
pub enum NotSpoken {
    /// No command is named.
    #[error("no command speaks free text here")]
    Off,
    /// The text is empty, too long, or has letters that are no text.
    #[error("the text cannot be spoken: {TEXT_MAX} letters at most, no control characters")]
    Text,
    /// The command cannot be started.
    #[error("{command}: {source}")]
    Start {
        /// Its name.
        command: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It took too long and was ended.
    #[error("{0} took too long and was ended")]
    Late(String),
    /// It failed, or gave no WAV.
    #[error("{command}: {why}")]
    Failed {
        /// Its name.
        command: String,
        /// What was wrong.
        why: String,
    },
}

impl Speaker {
    /// A speaker of free text; an empty command is none.
    #[must_use]
    pub fn new(command: Vec<String>, limit: Duration) -> Self {
        Self { command, limit }
    }

    /// Whether no command is named.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.command.is_empty()
    }

    /// The text as sound at its own rate, levelled as every clip is; nothing, and a line in the log, when
    /// it cannot be.
    #[must_use]
    pub fn say(&self, text: &str) -> Option<Sound> {
        match self.speak(text) {
            Ok(sound) => Some(sound),
            Err(NotSpoken::Off) => None,
            Err(error) => {
                // The text itself may be a name: it stays out of the log.
                tracing::warn!(%error, "free text is not spoken");
                None
            }
        }
    }

    /// As [`Speaker::say`], with the reason.
    ///
    /// # Errors
    /// Why nothing is said.
    pub fn speak(&self, text: &str) -> Result<Sound, NotSpoken> {
        let (name, arguments) = self.command.split_first().ok_or(NotSpoken::Off)?;
        let text = text.trim();
        let plain = !text.is_empty()
            && text.chars().count() <= TEXT_MAX
            && !text.chars().any(char::is_control)
            // An option of the command is no text.
            && !text.starts_with('-');
        if !plain {
            return Err(NotSpoken::Text);
        }
        let placed = arguments.iter().any(|argument| argument == TEXT);
        let arguments =
            arguments.iter().map(|argument| if argument == TEXT { text } else { argument });
        let started = Command::new(name)
            .args(arguments)
            .args((!placed).then_some(text))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let child = started.map_err(|source| NotSpoken::Start { command: name.clone(), source })?;
        let bytes = self.wait(name, child)?;
        let failed = |why: String| NotSpoken::Failed { command: name.clone(), why };
        let raw = Sound::from_wav(bytes).map_err(failed)?;
        let sound =
            crate::shape(&raw).ok_or_else(|| failed("nothing is to be heard".to_owned()))?;
        if LENGTH_MS.contains(&sound.millis()) {
            Ok(sound)
        } else {
            Err(failed(format!("it gave {} ms of sound", sound.millis())))
        }
    }

    fn wait(&self, name: &str, mut child: Child) -> Result<Vec<u8>, NotSpoken> {
        let failed = |why: String| NotSpoken::Failed { command: name.to_owned(), why };
        let Some(out) = child.stdout.take() else { return Err(failed("no output".to_owned())) };
        let (tell, told) = mpsc::channel();
        let reader = std::thread::Builder::new().name("speech".into()).spawn(move || {
            let mut bytes = Vec::new();
            let read = out.take(SOUND_MAX).read_to_end(&mut bytes).map(|_| bytes);
            drop(tell.send(read));
        });
        reader.map_err(|error| failed(error.to_string()))?;
        let until = Instant::now() + self.limit;
        let read = told.recv_timeout(self.limit);
        let mut status = child.try_wait().ok().flatten();
        // Its output may end before the program does, which tells then how it went.
        while read.is_ok() && status.is_none() && Instant::now() < until {
            std::thread::park_timeout(LOOK);
            status = child.try_wait().ok().flatten();
        }
        if status.is_none() {
            drop(child.kill());
            drop(child.wait());
        }
        let status = status.ok_or_else(|| NotSpoken::Late(name.to_owned()))?;
        let bytes = read.map_err(|_| NotSpoken::Late(name.to_owned()))?;
        let bytes = bytes.map_err(|error| failed(error.to_string()))?;
        if status.success() { Ok(bytes) } else { Err(failed(status.to_string())) }
    }
}

#[cfg(test)]
mod tests;
