//! The `luot` command as scripts know it: what it prints, what it gives back, what it refuses.
//!
//! Each test has a centre of its own, open around the clock, and runs the real program.

mod bookings;
mod doctor;
mod files;
mod ledger;
mod officers;
mod serve;
mod tickets;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::programs::bin;

/// What one run of the command came to.
#[derive(Debug)]
struct Answer {
    code: i32,
    out: String,
    err: String,
}

impl Answer {
    /// The one JSON object that was printed.
    #[track_caller]
    fn object(&self) -> Value {
        assert_eq!(self.out.lines().count(), 1, "not one object: {self:?}");
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// JSON lines.
    #[track_caller]
    fn lines(&self) -> Vec<Value> {
        assert_eq!(self.code, 0, "{self:?}");
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The word of a refusal, which is the answer.
    #[track_caller]
    fn refused(&self) -> String {
        assert_eq!(self.code, 1, "{self:?}");
        assert!(self.err.starts_with("refused: "), "{self:?}");
        let object = self.object();
        assert!(object["words"]["vi"].is_string() && object["words"]["en"].is_string());
        object["refused"].as_str().unwrap().to_owned()
    }

    /// What could not be done, with its help.
    #[track_caller]
    fn cannot(&self) -> String {
        assert_eq!(self.code, 2, "{self:?}");
        let object = self.object();
        assert!(object["help"].is_string(), "{self:?}");
        let what = object["error"].as_str().unwrap().to_owned();
        assert!(self.err.contains(&what), "people are told too: {self:?}");
        what
    }
}

/// A centre in a folder of its own.
struct Desk {
    folder: TempDir,
    /// What the machine's clock is said to show, for `faketime`.
    at: Option<&'static str>,
}

/// The sample centre, open around the clock.
fn sample() -> String {
    let text = std::fs::read_to_string(xtask::root().join("config/yenbai/site.toml")).unwrap();
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let open = text.lines().map(|line| {
        let day = days.iter().find(|day| line.starts_with(&format!("{day} = ")));
        day.map_or_else(|| line.to_owned(), |day| format!("{day} = [\"00:00-24:00\"]"))
    });
    open.collect::<Vec<_>>().join("\n")
}

impl Desk {
    /// A folder with a site file and no queue yet.
    fn bare(site: &str) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap(), at: None };
        std::fs::write(desk.path("site.toml"), site).unwrap();
        desk
    }

    fn open() -> Self {
        Self::of(&sample(), None)
    }

    fn of(site: &str, at: Option<&'static str>) -> Self {
        let mut desk = Self::bare(site);
        desk.at = at;
        let made = desk.run(&["init", "--site", &desk.name("site.toml")]).object();
        assert_eq!(made["store"], desk.url());
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn name(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn url(&self) -> String {
        format!("sqlite:{}", self.name("queue.db"))
    }

    /// One run, with `--json`.
    fn run(&self, words: &[&str]) -> Answer {
        self.command(words, true)
    }

    /// One run, as people see it.
    fn said(&self, words: &[&str]) -> Answer {
        self.command(words, false)
    }

    fn command(&self, words: &[&str], json: bool) -> Answer {
        self.answer(words, json, "")
    }

    fn answer(&self, words: &[&str], json: bool, typed: &str) -> Answer {
        let luot = bin().join("luot");
        let mut command = match self.at {
            None => Command::new(luot),
            Some(at) => {
                let mut command = Command::new("faketime");
                command.arg(at).arg(luot).env("TZ", "ICT-7");
                command
            }
        };
        // The voices are found as in a source tree.
        command.current_dir(xtask::root()).env_remove("LUOT_STORE").args(["--store", &self.url()]);
        command.args(json.then_some("--json")).args(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn();
        let mut child =
            child.unwrap_or_else(|error| panic!("{words:?}: {error}; run: cargo xtask setup"));
        // A program that reads nothing may be gone by now.
        drop(child.stdin.take().unwrap().write_all(typed.as_bytes()));
        let out = child.wait_with_output().unwrap();
        Answer {
            code: out.status.code().unwrap(),
            out: String::from_utf8(out.stdout).unwrap(),
            err: String::from_utf8(out.stderr).unwrap(),
        }
    }

    /// One run that reads this from its standard input.
    fn typed(&self, words: &[&str], text: &str) -> Answer {
        self.answer(words, true, text)
    }

    /// The ticket with which a command that must work answers.
    #[track_caller]
    fn ticket(&self, words: &[&str]) -> Value {
        let answer = self.run(words);
        assert_eq!(answer.code, 0, "{answer:?}");
        let ticket = answer.object();
        for key in ["number", "service", "class", "state"] {
            assert!(ticket[key].is_string(), "{key}: {ticket}");
        }
        assert!(ticket["id"].is_i64() && ticket["seq"].is_i64(), "{ticket}");
        ticket
    }

    /// The state and the counter of the ticket a command answers with.
    #[track_caller]
    fn state(&self, words: &[&str]) -> (String, Option<String>) {
        let ticket = self.ticket(words);
        let text = |key: &str| ticket[key].as_str().map(str::to_owned);
        (text("state").unwrap(), text("counter"))
    }
}
