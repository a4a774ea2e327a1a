//! The visitors of a kiosk: each takes a number, and what is on the paper is compared with what
//! they were told.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use devices::{
    Limits, LinkUrl, Outcome, Painter, Paper, PrinterConfig, PrinterEvent, Printers, SlipLayout,
    Width,
};
use queue::Slip;

/// A slip that is drawn and sent quickly: only what every slip must have.
const LAYOUT: &str = r#"
[mm80]
margin = 18
number_mm = 15
title = 31
place = 58
zone = 31
value = 40
body = 26
code_mm = 30
logo_mm = 12
wait = "beside"
follow = "beside"
[mm58]
margin = 10
number_mm = 15
title = 24
place = 30
zone = 23
value = 32
body = 22
code_mm = 24
logo_mm = 10
wait = "stacked"
follow = "below"
[[block]]
show = "copy_mark"
[[block]]
show = "number"
[[block]]
show = "place"
"#;

/// A guard against a test that waits for ever; no limit of any promise.
const PATIENCE: Duration = Duration::from_secs(120);
const WIDTH: Width = Width::Mm58;

pub(crate) fn layout(folder: &Path) -> SlipLayout {
    let file = folder.join("slip.toml");
    std::fs::write(&file, LAYOUT).unwrap();
    SlipLayout::load(&file).unwrap()
}

/// A printer of this profile at the end of this wire, looked at often and given all the time that a
/// busy machine may need: for a test that wants one outcome and no other.
pub(crate) fn config(url: LinkUrl, profile: &str, folder: &Path) -> PrinterConfig {
    let config = PrinterConfig::named(url, profile, WIDTH).unwrap();
    let hurried = Limits::hurried(40);
    let limits = Limits { probe: hurried.probe, retry: hurried.retry, ..Limits::hurried(1) };
    let limits = Limits { connect: PATIENCE, answer: PATIENCE, ..limits };
    let limits = Limits { stall: PATIENCE, finish: PATIENCE, ..limits };
    PrinterConfig { layout: Arc::new(layout(folder)), limits, ..config }
}

/// The same in a hurry: a printer that hangs for a minute hangs for three seconds. On a busy machine
/// a printer that is well may seem not to answer.
pub(crate) fn hurried(config: PrinterConfig) -> PrinterConfig {
    PrinterConfig { limits: Limits::hurried(20), ..config }
}

fn slip(number: u64, copy: bool) -> Slip {
    Slip {
        number: format!("H{number:03}"),
        place: "Q".into(),
        copy_mark: copy.then(|| "BẢN IN LẠI".to_owned()),
        ..Slip::default()
    }
}

/// What became of the jobs so far, and who prints them.
pub(crate) struct Visitors {
    printers: Printers,
    told: mpsc::Receiver<PrinterEvent>,
    pub(crate) events: Vec<PrinterEvent>,
    next: u64,
    /// The outcome of each number's first slip, and of its copy.
    pub(crate) first: BTreeMap<u64, Outcome>,
    pub(crate) copies: BTreeMap<u64, Outcome>,
    layout: SlipLayout,
    paper: Paper,
}

impl Visitors {
    pub(crate) fn new(configs: Vec<PrinterConfig>) -> Self {
        let layout = SlipLayout::clone(&configs[0].layout);
        let profile = configs[0].profile.clone().unwrap();
        let paper = Paper::of(&profile, WIDTH);
        let (tell, told) = mpsc::channel();
        let printers = Printers::start(configs, move |event| drop(tell.send(event))).unwrap();
        let (first, copies) = (BTreeMap::new(), BTreeMap::new());
        Self { printers, told, events: Vec::new(), next: 1, first, copies, layout, paper }
    }

    /// The next number and its slip's end.
    pub(crate) fn number(&mut self) -> Outcome {
        let number = self.next;
        self.next += 1;
        let outcome = self.print(number, false);
        self.first.insert(number, outcome.clone());
        outcome
    }

    /// Numbers until one's slip is out; how many it took.
    pub(crate) fn served(&mut self, what: &str) -> usize {
        // Each of them was told how it stands; one after the other finds the printer well sooner
        // or later. The limit is only against a test without an end.
        for tries in 1..=500 {
            if matches!(self.number(), Outcome::Printed(_)) {
                return tries;
            }
        }
        panic!("{what}: no service any more; {:?}", self.first.values().last());
    }

    /// What people do with a slip in doubt: it is printed once more, marked.
    pub(crate) fn reprint_doubts(&mut self) {
        let doubtful = |(number, outcome): (&u64, &Outcome)| match outcome {
            Outcome::Unknown(_) => Some(*number),
            _ => None,
        };
        let doubtful: Vec<u64> = self.first.iter().filter_map(doubtful).collect();
        for number in doubtful {
            let outcome = self.print(number, true);
            self.copies.insert(number, outcome);
        }
    }

    fn print(&mut self, number: u64, copy: bool) -> Outcome {
        let id = 2 * number + u64::from(copy);
        assert!(self.printers.print(id, Box::new(slip(number, copy))));
        self.wait(|event| match event {
            PrinterEvent::Done { job, outcome } => {
                assert_eq!(*job, id, "a job that ended twice");
                Some(outcome.clone())
            }
            _ => None,
        })
    }

    /// Waits until the printers' health is so; it may have been told already.
    pub(crate) fn health<T>(&mut self, wanted: impl Fn(&PrinterEvent) -> Option<T>) -> T {
        let last = self
            .events
            .iter()
            .rev()
            .find(|event| matches!(event, PrinterEvent::Ready(_) | PrinterEvent::Trouble(_)));
        match last.and_then(&wanted) {
            Some(found) => found,
            None => self.wait(wanted),
        }
    }

    /// Waits for an event.
    pub(crate) fn wait<T>(&mut self, mut wanted: impl FnMut(&PrinterEvent) -> Option<T>) -> T {
        loop {
            let event = self.told.recv_timeout(PATIENCE).unwrap();
            let found = wanted(&event);
            self.events.push(event);
            if let Some(found) = found {
                return found;
            }
        }
    }

    /// Whether the last number's slip lies there whole and cut off.
    pub(crate) fn last_is_out(&self, paper: &[Option<Vec<u8>>]) -> bool {
        let drawn = Painter::default().draw(&slip(self.next - 1, false), &self.layout, self.paper);
        let last_cut = paper.iter().rposition(Option::is_none).unwrap_or_default();
        times(&paper[..last_cut], inked(drawn.rows())) == 1
    }

    /// Ends the printers and holds what lies on the paper against what was told: no number without
    /// an outcome, none on paper that was "not started", not even in part, none twice without the
    /// mark, and every "printed" whole.
    pub(crate) fn judged(self, papers: &[Vec<Option<Vec<u8>>>], told: &str) {
        drop(self.printers);
        assert_eq!(self.first.len() as u64 + 1, self.next, "{told}: a number without an outcome");
        let mut painter = Painter::default();
        for (number, outcome) in &self.first {
            let mut draw = |copy| painter.draw(&slip(*number, copy), &self.layout, self.paper);
            let on_paper = |rows: &[Vec<u8>]| papers.iter().map(|paper| times(paper, rows)).sum();
            let (plain, copy) = (draw(false), draw(true));
            let once: usize = on_paper(inked(plain.rows()));
            let copies: usize = on_paper(inked(copy.rows()));
            // Forty rows of the number itself tell it, with and without the mark above it.
            let readable: usize = on_paper(&inked(plain.rows())[40..80]);
            let told = format!("{told}: number {number}, {outcome:?}, {once} times on paper");
            match outcome {
                Outcome::Printed(_) => assert_eq!(once, 1, "{told}"),
                Outcome::NotStarted(_) => assert_eq!(readable, 0, "{told}"),
                Outcome::Unknown(_) => assert!(once <= 1, "{told}"),
            }
            let told = format!("{told}; its copy {:?}, {copies} times", self.copies.get(number));
            let tried = usize::from(self.copies.contains_key(number));
            assert!(readable <= 1 + tried, "{told}; readable {readable} times");
            match self.copies.get(number) {
                Some(Outcome::Printed(_)) => assert_eq!(copies, 1, "{told}"),
                Some(Outcome::NotStarted(_)) | None => assert_eq!(copies, 0, "{told}"),
                Some(Outcome::Unknown(_)) => assert!(copies <= 1, "{told}"),
            }
        }
    }
}

/// A slip without the white above and below it, of which more or less may be on the paper.
fn inked(rows: &[Vec<u8>]) -> &[Vec<u8>] {
    let ink = |row: &Vec<u8>| row.iter().any(|byte| *byte != 0);
    let start = rows.iter().position(ink).unwrap();
    let end = rows.iter().rposition(ink).unwrap() + 1;
    &rows[start..end]
}

/// How often these rows lie on the paper, one behind the other, wherever it was cut.
fn times(paper: &[Option<Vec<u8>>], wanted: &[Vec<u8>]) -> usize {
    let printed: Vec<&Vec<u8>> = paper.iter().flatten().collect();
    let same = |window: &[&Vec<u8>]| window.iter().zip(wanted).all(|(ours, row)| *ours == row);
    printed.windows(wanted.len()).filter(|window| same(window)).count()
}
