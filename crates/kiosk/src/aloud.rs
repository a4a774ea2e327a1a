//! The voice that reads the screen: a program of the centre's choice, one at a time, never through a
//! shell.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;

use queue::Lang;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process_group};
use station::config::{ReadAloud, found};

/// What the thread is told.
pub(crate) enum Say {
    /// Read this, and nothing else any more.
    Read { text: String, lang: Lang, volume: u8 },
    /// Be silent.
    Hush,
}

/// Starts the thread that keeps the program; it ends, and the program with it, when the sender is
/// dropped.
pub(crate) fn start(
    section: ReadAloud,
    orders: mpsc::Receiver<Say>,
) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name("aloud".into()).spawn(move || {
        let mut voice = Voice(None);
        while let Ok(order) = orders.recv() {
            voice.end();
            match order {
                Say::Hush => {}
                Say::Read { text, lang, volume } => match begin(&section, text, lang, volume) {
                    Ok(child) => voice.0 = Some(child),
                    Err(error) => tracing::warn!(%error, "the screen cannot be read aloud"),
                },
            }
        }
    })
}

/// The program while it speaks, with all that it started; it does not outlive its handle.
struct Voice(Option<Child>);

impl Voice {
    fn end(&mut self) {
        if let Some(mut child) = self.0.take() {
            // It may have ended by itself and left behind what it started; waiting leaves no zombie.
            let killed = match kill_process_group(Pid::from_child(&child), Signal::KILL) {
                Ok(()) | Err(Errno::SRCH) => Ok(()),
                Err(error) => Err(error.into()),
            };
            if let Err(error) = killed.and_then(|()| child.wait()) {
                tracing::warn!(%error, "the read-aloud could not be ended");
            }
        }
    }
}

impl Drop for Voice {
    fn drop(&mut self) {
        self.end();
    }
}

fn begin(section: &ReadAloud, text: String, lang: Lang, volume: u8) -> std::io::Result<Child> {
    let words = arguments(section, lang, volume);
    let mut words = words.iter();
    let program = words.next().ok_or(std::io::ErrorKind::NotFound)?;
    // `setpriv` has the kernel end it should this process be killed; every Debian has it. What it
    // started itself goes with the kiosk's service, which systemd ends as a whole.
    let mut command = match found("setpriv") {
        true => {
            let mut command = Command::new("setpriv");
            command.args(["--pdeathsig", "KILL", program]);
            command
        }
        false => Command::new(program),
    };
    // A script that pipes one program into another is silenced as a whole.
    command.args(words).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    if !section.stdin {
        return command.arg(text).stdin(Stdio::null()).spawn();
    }
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A page is far less than a pipe holds, so this does not wait for the program.
        if let Err(error) = stdin.write_all(text.as_bytes()) {
            tracing::warn!(%error, "the read-aloud took no text");
        }
    }
    Ok(child)
}

/// The command with language and volume in their places.
fn arguments(section: &ReadAloud, lang: Lang, volume: u8) -> Vec<String> {
    let lang = match lang {
        Lang::Vi => "vi",
        Lang::En => "en",
    };
    let put = |word: &String| word.replace("{lang}", lang).replace("{volume}", &volume.to_string());
    section.command.iter().map(put).collect()
}

#[cfg(test)]
mod tests;
