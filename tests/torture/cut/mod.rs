//! Power cuts: a real run of the store is recorded, every moment of it is a place to cut, and what
//! may be on the disk then is opened with the real store.

mod disk;
mod trace;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use queue::{Action, Event, Timestamp};
use store::Store;
use uuid::Uuid;

use self::disk::{Disk, Kept};
use self::trace::{CALLS, Call, parse};
use super::child::{Child, Journal, ack_line, try_line};
use super::hall::{Acked, Tried, any_action, fast_folder, issue, ledger, next, site, url_in};
use super::{Dice, figure, long};

/// Set in the traced child: its folder and how much it does.
const RECORDED: &str = "LUOT_TORTURE_RECORDED";
/// Monday 23 November 2026, 08:00 in Yên Bái.
const START: Timestamp = Timestamp(1_795_395_600_000);

fn time_of(step: usize) -> Timestamp {
    START.plus_ms(1_000 * i64::try_from(step).unwrap())
}

/// The run that is recorded: a store is made, a day goes by, the program ends and starts anew in
/// between, and says each answer as soon as it has it.
#[test]
fn recorded() {
    let Ok(part) = std::env::var(RECORDED) else { return };
    let (folder, actions) = part.split_once(' ').unwrap();
    let url = url_in(Path::new(folder));
    let mut store = Store::create(&url, &site(), START).unwrap();
    println!("\nmade");
    let mut dice = Dice::new(4);
    let mut issued = 0;
    for step in 0..actions.parse().unwrap() {
        let counter = ["9", "10", "19"][dice.below(3)];
        let action = match step {
            0 | 1 => issue("stnmt", "normal"),
            2 => next(counter),
            _ => any_action(&mut dice, counter, issued / 2),
        };
        issued += u32::from(matches!(action, Action::Issue { .. }));
        let request = Uuid::from_u128(u128::try_from(step).unwrap() + 1);
        let tried = Tried { request, action };
        print!("{}", try_line(&tried));
        let answer = store.act(request, &tried.action, time_of(step));
        print!("{}", ack_line(&Acked::of(request, &answer).unwrap()));
        // A long run is left to the checkpoints that SQLite makes by itself.
        let by_hand = step < 80;
        if by_hand && step % 17 == 16 {
            drop(store);
            store = Store::open(&url).unwrap();
        }
        if by_hand && step % 29 == 28 {
            store.settled(request, &tried.action).unwrap();
        }
    }
}

/// A recorded run: what it did to the disk, what it said, and how its ledger ended.
struct Run {
    folder: tempfile::TempDir,
    calls: Vec<Call>,
    ledger: Vec<Event>,
}

fn record(actions: usize) -> Run {
    let folder = fast_folder();
    let home = tempfile::tempdir().unwrap();
    let trace = home.path().join("trace");
    let part = format!("{} {actions}", folder.path().display());
    let child = Child { test: "cut::recorded", variable: RECORDED, part };
    let words = ["-xx", "-s", "1000000", "-e", &format!("trace={CALLS}")].map(str::to_owned);
    let out = child.traced(&trace, &words).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let calls = parse(&std::fs::read_to_string(&trace).unwrap());
    let mut store = Store::open(&url_in(folder.path())).unwrap();
    let ledger = ledger(&mut store);
    assert_eq!(store.check().unwrap(), []);
    Run { folder, calls, ledger }
}

/// What `synchronous=NORMAL` would have done: the log is not synced by a commit, only before its
/// pages go into the database file and when it begins anew.
fn without_commit_syncs(run: &Run) -> Vec<Call> {
    let mut disk = Disk::empty(run.folder.path());
    let mut calls = Vec::new();
    for (at, call) in run.calls.iter().enumerate() {
        disk.apply(call);
        let log = |fd: &i64| disk.name_of(*fd).is_some_and(|name| name.ends_with("-wal"));
        let commits = matches!(call, Call::Sync { fd } if log(fd)) && {
            // Told first, or written to first?
            let next = run.calls[at + 1..].iter().find_map(|call| match call {
                Call::Write { fd, .. } if *fd == 1 || disk.name_of(*fd).is_some() => Some(*fd),
                Call::Open { .. }
                | Call::Close { .. }
                | Call::Write { .. }
                | Call::Truncate { .. }
                | Call::Sync { .. }
                | Call::Rename { .. }
                | Call::Unlink { .. }
                | Call::Other { .. } => None,
            });
            next == Some(1)
        };
        if !commits {
            calls.push(call.clone());
        }
    }
    calls
}

/// What the program had said before the cut.
#[derive(Debug, Default)]
struct Said {
    text: String,
    made: bool,
    journal: Journal,
}

impl Said {
    fn hear(&mut self, data: &[u8]) {
        self.text.push_str(&String::from_utf8_lossy(data));
        while let Some(end) = self.text.find('\n') {
            let line: String = self.text.drain(..=end).collect();
            self.made |= line == "made\n";
            self.journal.read(&line);
        }
    }
}

/// What a cut did that it must not.
#[derive(Debug, PartialEq, Eq)]
enum Harm {
    /// This many acknowledged events are gone.
    Lost(i64),
    /// Anything else.
    Broken(String),
}

/// Opens what the cut left with the real store. The ledger must be the recorded one up to the end
/// of some action, no earlier than the last answer that was seen; and the action in the air, asked
/// for again, must give the recorded answer, once.
fn harm(files: &BTreeMap<String, Vec<u8>>, said: &Said, run: &Run) -> Result<(), Harm> {
    let broken = |what: String| Err(Harm::Broken(what));
    let folder = fast_folder();
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    if !files.contains_key("queue.db") {
        return if said.made { broken("the store is gone".into()) } else { Ok(()) };
    }
    let mut store = match Store::open(&url_in(folder.path())) {
        Ok(store) => store,
        Err(error) => return broken(format!("cannot be opened: {error}")),
    };
    let events = match store.feed(0, 100_000) {
        Ok(events) => events,
        Err(error) => return broken(format!("cannot be read: {error}")),
    };
    if run.ledger.get(..events.len()) != Some(&events[..]) {
        return broken("the ledger is another one".into());
    }
    let last = events.last().map_or(0, |event| event.seq);
    let seen = said.journal.acked.iter().flat_map(|ack| &ack.events).map(|event| event.seq).max();
    let seen = seen.unwrap_or(i64::from(said.made));
    if last < seen {
        return Err(Harm::Lost(seen - last));
    }
    match store.check() {
        Ok(findings) if findings.is_empty() => {}
        other => return broken(format!("check: {other:?}")),
    }
    let Some(Tried { request, action }) = said.journal.open_end() else {
        // Before it is said to be made, a store is there with its first event or not at all.
        let asked = if said.made { seen } else { 1 };
        return if last == asked { Ok(()) } else { broken("more than was asked for".into()) };
    };
    let step = usize::try_from(request.as_u128()).unwrap() - 1;
    let first = Acked::of(*request, &store.act(*request, action, time_of(step)));
    let events = first.map(|ack| ack.events).unwrap_or_default();
    let from = usize::try_from(seen).unwrap();
    if run.ledger.get(from..from + events.len()) != Some(&events[..]) {
        return broken(format!("{action:?} asked again gave {events:?}"));
    }
    let done = store.last_seq().unwrap();
    drop(store.act(*request, action, time_of(step)));
    let twice = !events.is_empty() && store.last_seq().unwrap() != done;
    if twice || done != seen + i64::try_from(events.len()).unwrap() {
        return broken(format!("{action:?} was done twice"));
    }
    Ok(())
}

/// What became of the states that were tried.
#[derive(Debug, Default)]
struct Tally {
    states: usize,
    lost: usize,
    lost_most: i64,
    broken: Vec<String>,
}

impl Tally {
    fn add(&mut self, at: usize, kept: Kept, harm: Result<(), Harm>) {
        self.states += 1;
        match harm {
            Ok(()) => {}
            Err(Harm::Lost(events)) => {
                self.lost += 1;
                self.lost_most = self.lost_most.max(events);
            }
            Err(Harm::Broken(what)) => {
                self.broken.push(format!("cut after call {at}, kept {kept:?}: {what}"));
            }
        }
    }
}

/// Cuts the power `states` times: after every call that changes the disk with everything and with
/// nothing of the unsynced kept (as far as `states` reaches), the rest by chance.
fn cut(run: &Run, calls: &[Call], states: usize, dice: &mut Dice) -> Tally {
    let mut disk = Disk::empty(run.folder.path());
    let changes = |disk: &Disk, call: &Call| match call {
        Call::Write { fd, .. } | Call::Truncate { fd, .. } | Call::Sync { fd } => {
            *fd == 1 || disk.name_of(*fd).is_some()
        }
        Call::Rename { .. } | Call::Unlink { .. } => true,
        Call::Open { path, .. } => disk.ours(path).is_some(),
        Call::Close { .. } | Call::Other { .. } => false,
    };
    let mut probe = Disk::empty(run.folder.path());
    let mut places = 0;
    for call in calls {
        probe.apply(call);
        places += usize::from(changes(&probe, call));
    }
    let (mut said, mut tally) = (Said::default(), Tally::default());
    let mut place = 0;
    for (at, call) in calls.iter().enumerate() {
        disk.apply(call);
        if let Call::Write { fd: 1, data, .. } = call {
            said.hear(data);
        }
        if !changes(&disk, call) {
            continue;
        }
        // This place's even share of the states.
        let share = (place + 1) * states / places - place * states / places;
        place += 1;
        for turn in 0..share {
            let kept = match (turn, dice.below(6)) {
                (0, 0 | 1) => Kept::Nothing,
                (0, 2) => Kept::All,
                (1, _) => Kept::Nothing,
                (2, _) => Kept::All,
                (_, 3) => Kept::Until,
                (_, 4) => Kept::Some(10),
                (_, 5) => Kept::Some(90),
                _ => Kept::Some(50),
            };
            let files = disk.after_a_cut(kept, dice);
            tally.add(at, kept, harm(&files, &said, run));
        }
    }
    assert_eq!(said.journal.tried.len(), said.journal.acked.len(), "the trace is not whole");
    tally
}

/// P1, P3, P4: whatever moment the power is cut at, everything that was acknowledged is there,
/// nothing twice, and the file is in order. That the test can see a loss at all is proved by the
/// same run without the syncs of its commits, which is `synchronous=NORMAL`.
#[test]
fn a_power_cut_takes_nothing_that_was_acknowledged() {
    let (actions, states) = if long() { (240, 20_000) } else { (40, 1_000) };
    let start = Instant::now();
    let run = record(actions);
    let mut dice = Dice::of_run(1);
    let tally = cut(&run, &run.calls, states, &mut dice);
    assert_eq!((tally.lost, &tally.broken[..]), (0, &[][..]), "of {} states", tally.states);
    let syncs = run.calls.iter().filter(|call| matches!(call, Call::Sync { .. })).count();
    figure("cut", "recorded", format!("{actions} actions, {syncs} syncs"));
    let spent = start.elapsed().as_secs();
    figure("cut", "states", format!("{} in {spent} s, 0 lost, 0 broken", tally.states));
    let normal = cut(&run, &without_commit_syncs(&run), states / 4, &mut dice);
    assert_eq!(normal.broken, [""; 0], "NORMAL loses, it does not break");
    assert!(normal.lost > normal.states / 10, "the control is blind: {normal:?}");
    let told = format!(
        "{} of {} states lose up to {} events",
        normal.lost, normal.states, normal.lost_most
    );
    figure("cut", "control, NORMAL", told);
}
