//! Is this machine fit for the day? One look at everything, for the commune's IT keeper: what was
//! looked at, how it is, what to do.
//!
//! It changes nothing, works while the programs run, and works when the queue is broken: each line
//! stands for itself, and what cannot be read is a line that says so.

mod devices;
mod hall;
mod machine;
mod memory;

use std::path::Path;

use queue::{Lang, Text, Timestamp, WallClock};
use serde_json::{Value, json};
use station::config::{CounterConfig, HallConfig, KioskConfig, WebConfig};
use store::{Look, Store};

use crate::{Desk, Failure, Outcome, slip};

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    /// As it should be.
    Fine,
    /// To be known; nothing is wrong.
    Note,
    /// The day goes on, but somebody should see to it.
    Warning,
    /// Something does not work, or a promise is not kept.
    Trouble,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Trouble => "trouble",
        }
    }

    fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Fine, Lang::Vi) => "tốt",
            (Self::Note, Lang::Vi) => "lưu ý",
            (Self::Warning, Lang::Vi) => "cảnh báo",
            (Self::Trouble, Lang::Vi) => "hỏng",
            (state, Lang::En) => state.word(),
        }
    }

    /// A contract with scripts.
    fn exit_code(self) -> u8 {
        match self {
            Self::Fine | Self::Note => 0,
            Self::Warning => 1,
            Self::Trouble => 2,
        }
    }
}

fn words(vi: impl Into<String>, en: impl Into<String>) -> Text {
    Text::new(vi, en)
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
struct Line {
    /// A stable word for scripts.
    check: &'static str,
    state: State,
    /// What was found.
    said: Text,
    /// What to do about it.
    todo: Option<Text>,
}

/// What has been found so far.
#[derive(Debug, Default)]
struct Findings(Vec<Line>);

impl Findings {
    fn fine(&mut self, check: &'static str, said: Text) {
        self.0.push(Line { check, state: State::Fine, said, todo: None });
    }

    fn note(&mut self, check: &'static str, said: Text) {
        self.0.push(Line { check, state: State::Note, said, todo: None });
    }

    fn warn(&mut self, check: &'static str, said: Text, todo: Text) {
        self.0.push(Line { check, state: State::Warning, said, todo: Some(todo) });
    }

    fn bad(&mut self, check: &'static str, said: Text, todo: Text) {
        self.0.push(Line { check, state: State::Trouble, said, todo: Some(todo) });
    }

    fn worst(&self) -> State {
        self.0.iter().map(|line| line.state).max().unwrap_or(State::Fine)
    }
}

/// What the configs of a machine say; nothing where there is none, or none that reads.
#[derive(Debug, Default)]
struct Configs {
    kiosk: Option<KioskConfig>,
    counter: Option<CounterConfig>,
    hall: Option<HallConfig>,
    web: Option<WebConfig>,
}

/// What all checks share.
struct Machine<'a> {
    desk: &'a Desk,
    look: Look,
    now: Timestamp,
    configs: Configs,
}

impl Machine<'_> {
    fn site(&self) -> Option<&queue::Site> {
        self.look.found.as_ref().ok()?.site.as_ref()
    }

    fn wall(&self) -> Option<WallClock> {
        self.site()?.wall_clock().ok()
    }

    /// A time as the centre writes it.
    fn time(&self, at: Timestamp) -> String {
        match self.wall() {
            // To the minute: 2026-11-23T08:05.
            Some(wall) => wall.rfc3339(at).chars().take(16).collect::<String>().replace('T', " "),
            None => format!("{} ms", at.0),
        }
    }
}

pub(crate) fn doctor(desk: &Desk, configs: &Path, lang: &str) -> Outcome {
    let lang = slip::lang(lang)?;
    let mut findings = Findings::default();
    let now = desk.now();
    let look = Store::inspect(&desk.url, now);
    let mut machine = Machine { desk, look, now, configs: Configs::default() };
    memory::library(&mut findings);
    memory::disk(&machine, &mut findings);
    memory::store(&machine, &mut findings);
    machine.configs = machine::configs(&machine, configs, &mut findings);
    memory::backup(&machine, &mut findings);
    machine::clock(&machine, &mut findings);
    devices::printer(&machine, &mut findings);
    devices::read_aloud(&machine, &mut findings);
    devices::reader(&machine, &mut findings);
    devices::sound(&machine, &mut findings);
    devices::voice(&machine, &mut findings);
    devices::hall(&machine, &mut findings);
    hall::screen(&machine, &mut findings);
    hall::loudspeaker(&machine, &mut findings);
    say(desk, &findings, lang)?;
    match findings.worst().exit_code() {
        0 => Ok(()),
        code => Err(Failure::Found { code }),
    }
}

fn say(desk: &Desk, findings: &Findings, lang: Lang) -> Outcome {
    if desk.json {
        let lines: Vec<_> = findings.0.iter().map(object).collect();
        let said = json!({"state": findings.worst().word(), "store": desk.url.to_string(),
            "lines": lines});
        return desk.say(&said.to_string());
    }
    for line in &findings.0 {
        let label = format!("[{}]", line.state.label(lang));
        desk.say(&format!("{label:<11} {:<9} {}", line.check, line.said.get(lang)))?;
        if let Some(todo) = &line.todo {
            desk.say(&format!("{:<21} → {}", "", todo.get(lang)))?;
        }
    }
    Ok(())
}

fn object(line: &Line) -> Value {
    let todo = line.todo.as_ref().map(|todo| json!({"vi": todo.vi, "en": todo.en}));
    json!({"check": line.check, "state": line.state.word(), "vi": line.said.vi,
        "en": line.said.en, "todo": todo})
}
