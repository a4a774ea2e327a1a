//! `luot pin`: from a PIN, typed unseen, to what a config keeps of it.

use std::io::{BufRead, IsTerminal, Write};
use std::os::fd::AsFd;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use station::pin::{LENGTH, hash};

use crate::{Desk, Failure, Outcome};

pub(crate) fn pin(desk: &Desk) -> Outcome {
    let stdin = std::io::stdin();
    let terminal = stdin.is_terminal();
    let typed = {
        let _quiet = terminal.then(|| Quiet::new(&stdin)).transpose()?;
        let first = ask(terminal, "PIN: ")?;
        // Nobody sees it, so it is typed twice; a script has it from a file.
        let again = if terminal { ask(terminal, "PIN, again: ")? } else { first.clone() };
        if first != again {
            return Err(Failure::Cannot {
                what: "the two PINs differ".into(),
                help: "start again and type the same PIN twice".into(),
            });
        }
        first
    };
    let Some(kept) = hash(&typed) else {
        return Err(Failure::Cannot {
            what: "this is no PIN".into(),
            help: format!("a PIN has {} to {} figures, nothing else", LENGTH.start(), LENGTH.end()),
        });
    };
    let said = if desk.json { serde_json::json!({ "pin": kept }).to_string() } else { kept };
    desk.say(&said)
}

/// One line of the standard input.
fn ask(terminal: bool, prompt: &str) -> Result<String, Failure> {
    let unread = |error: std::io::Error| Failure::Cannot {
        what: format!("the PIN cannot be read: {error}"),
        help: "type it at a terminal, or give it on the standard input".into(),
    };
    // The prompt is no answer: it stays out of a file that the answer goes into.
    let mut stderr = std::io::stderr();
    if terminal {
        write!(stderr, "{prompt}").and_then(|()| stderr.flush()).map_err(unread)?;
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(unread)?;
    if terminal {
        writeln!(stderr).map_err(unread)?;
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// A terminal that does not show what is typed, until this is dropped.
struct Quiet<'a, T: AsFd> {
    terminal: &'a T,
    before: Termios,
}

impl<'a, T: AsFd> Quiet<'a, T> {
    fn new(terminal: &'a T) -> Result<Self, Failure> {
        let unseen = |error: rustix::io::Errno| Failure::Cannot {
            what: format!("the terminal cannot be kept from showing the PIN: {error}"),
            help: "give the PIN on the standard input".into(),
        };
        let before = tcgetattr(terminal).map_err(unseen)?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        tcsetattr(terminal, OptionalActions::Flush, &quiet).map_err(unseen)?;
        Ok(Self { terminal, before })
    }
}

impl<T: AsFd> Drop for Quiet<'_, T> {
    fn drop(&mut self) {
        if let Err(error) = tcsetattr(self.terminal, OptionalActions::Flush, &self.before) {
            tracing::warn!(%error, "the terminal stays silent; `stty echo` brings it back");
        }
    }
}

#[cfg(test)]
mod tests {
    use rustix::fs::{Mode, OFlags, open};
    use rustix::pty::{OpenptFlags, openpt, ptsname, unlockpt};

    use super::*;

    #[test]
    fn a_terminal_shows_nothing_while_a_pin_is_typed_and_all_afterwards() {
        let main = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        unlockpt(&main).unwrap();
        let name = ptsname(&main, Vec::new()).unwrap();
        let terminal = open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        let shows = || tcgetattr(&terminal).unwrap().local_modes.contains(LocalModes::ECHO);
        assert!(shows());
        let quiet = Quiet::new(&terminal).unwrap_or_else(|_| panic!("a terminal"));
        assert!(!shows());
        drop(quiet);
        assert!(shows());
    }
}
