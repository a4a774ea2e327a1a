//! Programs that a test starts of itself, alone or under `strace`.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use super::hall::{Acked, Tried};

/// What a child is to do: one test of this very binary, told its part in an environment variable.
pub(crate) struct Child<'a> {
    pub(crate) test: &'a str,
    pub(crate) variable: &'a str,
    pub(crate) part: String,
}

impl Child<'_> {
    fn words(&self) -> Vec<OsString> {
        vec![
            std::env::current_exe().unwrap().into(),
            "--exact".into(),
            format!("torture::{}", self.test).into(),
            "--nocapture".into(),
        ]
    }

    pub(crate) fn command(&self) -> Command {
        let words = self.words();
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).env(self.variable, &self.part);
        command
    }

    /// The same under `strace`, whose own output goes to `trace`.
    pub(crate) fn traced(&self, trace: &Path, options: &[String]) -> Command {
        demand_strace();
        let mut command = Command::new("strace");
        command.arg("-f").arg("-o").arg(trace).args(options);
        command.args(self.words()).env(self.variable, &self.part);
        command
    }
}

fn demand_strace() {
    let asked = Command::new("strace").arg("-V").stdout(Stdio::null()).status();
    assert!(
        asked.is_ok_and(|status| status.success()),
        "strace is missing, without which no disk can be made to fail; run: cargo xtask setup"
    );
}

/// What children wrote, line by line: requests that were begun, answers that were seen. A line
/// that was cut off by a kill is none.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    pub(crate) tried: Vec<Tried>,
    pub(crate) acked: Vec<Acked>,
}

impl Journal {
    pub(crate) fn read(&mut self, text: &str) {
        for line in text.lines() {
            if let Some(json) = line.strip_prefix("try ") {
                self.tried.extend(serde_json::from_str(json).ok());
            } else if let Some(json) = line.strip_prefix("ack ") {
                self.acked.extend(serde_json::from_str(json).ok());
            }
        }
    }

    /// The last request, when it was left without an answer.
    pub(crate) fn open_end(&self) -> Option<&Tried> {
        let last = self.tried.last()?;
        let answered = self.acked.iter().any(|ack| ack.request == last.request);
        (!answered).then_some(last)
    }
}

pub(crate) fn try_line(tried: &Tried) -> String {
    format!("try {}\n", serde_json::to_string(tried).unwrap())
}

pub(crate) fn ack_line(acked: &Acked) -> String {
    format!("ack {}\n", serde_json::to_string(acked).unwrap())
}
