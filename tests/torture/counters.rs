//! A busy day at two counters whose programs are killed.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use queue::CounterId;
use station::Clock;
use station::config::CounterConfig;
use station::counter::{Asked, Counter, Deed, Doing, Touch, View};
use station::flow::{self, Stage};
use store::{Store, StoreUrl};
use uuid::Uuid;

use super::child::Child;
use super::hall::{SERVICES, issue, judge, ledger, site, url_in};
use super::{Dice, figure, long};

/// Set in an officer's program: the store, its counter, its seed.
const OFFICER: &str = "LUOT_TORTURE_OFFICER";
const COUNTERS: [&str; 2] = ["1", "2"];
/// Visitors of a busy hall in a day: 800 to 1,000 at Phú Quốc's centre, as its authority told the
/// press.
const VISITORS: usize = 900;
/// How they come, relative, half hour by half hour from 07:30 on: the crowd at the opening, a peak
/// about nine, the lunch gap. An assumption; no centre publishes its arrivals.
const SHAPE: [usize; 19] =
    [160, 180, 190, 190, 160, 130, 100, 50, 5, 5, 10, 40, 120, 130, 120, 100, 70, 40, 15];
/// So many may still wait when the next half hour comes.
const LEFT: usize = 6;
const LIMIT: Duration = Duration::from_secs(600);

/// One officer's program: the real flow with its real desk, pressed by chance until it is killed.
#[test]
fn officer() {
    let Ok(part) = std::env::var(OFFICER) else { return };
    let words: Vec<&str> = part.split(' ').collect();
    let [url, counter, seed] = words[..] else { panic!("{part}") };
    let mut dice = Dice::new(seed.parse().unwrap());
    let (tell, views) = mpsc::channel();
    let config = CounterConfig { counter: counter.into(), ..CounterConfig::default() };
    let stage = Stage {
        url: url.parse().unwrap(),
        clock: Clock::system(),
        show: Box::new(move |view: View| assert!(tell.send(view).is_ok())),
        order: Box::new(|_| {}),
    };
    let running = flow::run(Counter::new(&config), stage).unwrap();
    let inputs = running.inputs();
    let (mut view, mut said) = (View::default(), false);
    loop {
        match views.recv_timeout(Duration::from_millis(50)) {
            Ok(newer) => view = views.try_iter().last().unwrap_or(newer),
            // Nothing has changed: a press that was one too many, or nobody is there.
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => panic!("the flow ended"),
        }
        if !view.caps.ready {
            continue;
        }
        if !said {
            writeln!(std::io::stdout(), "back {}", view.number).unwrap();
            said = true;
        }
        for touch in presses(&view, &mut dice) {
            inputs.touch(touch);
        }
    }
}

/// What an officer might press, now and then twice.
fn presses(view: &View, dice: &mut Dice) -> Vec<Touch> {
    let one = |touch: Touch| vec![touch];
    let press = |deed: Deed| one(Touch::Do(deed));
    let row = |at: usize| {
        let row = view.ask.rows.get(at);
        row.map(|row| vec![Touch::Pick(row.label.clone())]).unwrap_or_default()
    };
    match view.ask.asked {
        Asked::Finish if dice.chance(40) => return row(dice.below(6)),
        Asked::Finish if dice.chance(50) => return one(Touch::CommitNext),
        Asked::Finish | Asked::Returns => return one(Touch::Commit),
        Asked::Park => return row(4),
        Asked::Nothing => {}
        Asked::Number
        | Asked::Reason
        | Asked::Direct
        | Asked::Transfer
        | Asked::End
        | Asked::Services
        | Asked::Move
        | Asked::Void
        | Asked::Officers
        | Asked::Agencies
        | Asked::Papers
        | Asked::Pause => return one(Touch::Close),
    }
    match (view.doing, dice.below(20)) {
        (Doing::Called, 0) => press(Deed::NoShow),
        (Doing::Called, 1) => press(Deed::Requeue),
        (Doing::Called, 2) | (Doing::Serving, 0 | 1) => press(Deed::Park),
        (Doing::Called, 3) => press(Deed::Recall),
        (Doing::Called, 4..) => vec![Touch::Do(Deed::Main), Touch::Do(Deed::Main)],
        (Doing::Serving, 2..=9) => press(Deed::Main),
        (Doing::Serving, 10..) => press(Deed::Finish),
        // Only while others wait: at the day's end nobody would ever have gone.
        (Doing::Idle, 0) if view.waiting_count > 0 => press(Deed::Undo),
        (Doing::Idle, _) if view.waiting_count > 0 => press(Deed::Main),
        (Doing::Idle, _) if view.tabs[1..3].iter().any(|tab| tab.count != "0") => {
            press(Deed::Returns)
        }
        (Doing::Idle, _) => Vec::new(),
    }
}

/// The hall's two counters from outside.
struct Pair<'a> {
    url: &'a StoreUrl,
    store: Store,
    dice: Dice,
    programs: Vec<std::process::Child>,
    kills: usize,
    /// How many of the killed ones had somebody there.
    held: usize,
}

impl Pair<'_> {
    /// Starts a program and waits until it can be pressed; whom it has.
    fn start(&mut self, at: usize) -> (std::process::Child, String) {
        let counter = COUNTERS[at];
        let seed = self.dice.next();
        let part = format!("{} {counter} {seed}", self.url.secret());
        let child = Child { test: "counters::officer", variable: OFFICER, part };
        let mut program = child.command().stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(program.stdout.as_mut().unwrap()).lines();
        let back = lines.find_map(|line| Some(line.unwrap().strip_prefix("back ")?.to_owned()));
        (program, back.unwrap_or_else(|| panic!("counter {counter} never opened")))
    }

    /// Kills a program and starts it anew: it must come back to the same visitor.
    fn kill(&mut self, at: usize) {
        let program = &mut self.programs[at];
        assert!(program.try_wait().unwrap().is_none(), "a program ended by itself");
        program.kill().unwrap();
        program.wait().unwrap();
        self.kills += 1;
        let now = Clock::system().now().wall;
        let board = self.store.board(now).unwrap();
        let held = board.held_by(&CounterId::from(COUNTERS[at]));
        let held = held.map(|ticket| ticket.number.to_string()).unwrap_or_default();
        self.held += usize::from(!held.is_empty());
        let (program, back) = self.start(at);
        // It may have pressed already: what it said it said before that.
        self.programs[at] = program;
        assert_eq!(back, held, "counter {} came back to somebody else", COUNTERS[at]);
    }

    fn open_tickets(&mut self) -> (usize, usize) {
        let board = self.store.board(Clock::system().now().wall).unwrap();
        let waiting = board.tickets.values().filter(|t| t.state == queue::State::Waiting).count();
        (board.tickets.len(), waiting)
    }
}

impl Drop for Pair<'_> {
    fn drop(&mut self) {
        for program in &mut self.programs {
            drop(program.kill());
            drop(program.wait());
        }
    }
}

/// P2, P4, P10: two counters serve a busy hall's day while their programs are killed at random: each
/// comes back to the visitor it had, everybody is served once, nobody is called to two counters, the
/// calls are those of the rule, and the log is the state.
#[test]
fn two_counters_serve_a_busy_day_though_their_programs_are_killed() {
    let folder = tempfile::tempdir().unwrap();
    let (visitors, kills) = if long() { (VISITORS, 120) } else { (VISITORS / 10, 12) };
    day(folder.path(), visitors, kills);
}

fn day(folder: &Path, visitors: usize, kills: usize) {
    let (url, site, start) = (url_in(folder), site(), Instant::now());
    let now = || Clock::system().now().wall;
    let store = Store::create(&url, &site, now()).unwrap();
    let dice = Dice::of_run(11);
    let mut pair = Pair { url: &url, store, dice, programs: Vec::new(), kills: 0, held: 0 };
    for at in 0..2 {
        let (program, back) = pair.start(at);
        assert_eq!(back, "");
        pair.programs.push(program);
    }
    let all: usize = SHAPE.iter().sum();
    let (mut came, mut due) = (0, 0);
    // Nobody sends: waiting on it is the pause.
    let (_sender, pause) = mpsc::channel::<()>();
    for (slice, share) in SHAPE.iter().enumerate() {
        due += share;
        while came < visitors * due / all {
            let class = if pair.dice.chance(15) { "priority" } else { "normal" };
            let action = issue(SERVICES[pair.dice.below(2)], class);
            pair.store.act(Uuid::now_v7(), &action, now()).unwrap();
            came += 1;
        }
        let last = slice + 1 == SHAPE.len();
        let killed = kills * (slice + 1) / SHAPE.len();
        loop {
            let ms = u64::try_from(5 + pair.dice.below(120)).unwrap();
            assert!(pause.recv_timeout(Duration::from_millis(ms)).is_err());
            if pair.kills < killed {
                let at = pair.dice.below(2);
                pair.kill(at);
                continue;
            }
            let (open, waiting) = pair.open_tickets();
            if (last && open == 0) || (!last && waiting <= LEFT) {
                break;
            }
            assert!(start.elapsed() < LIMIT, "{open} are still here, {waiting} of them waiting");
        }
    }
    let events = ledger(&mut pair.store);
    judge(&events, &site);
    assert_eq!(pair.store.check().unwrap(), []);
    let board = pair.store.board(now()).unwrap();
    assert_eq!((came, board.served), (visitors, u32::try_from(visitors).unwrap()));
    assert!(
        pair.kills >= kills && pair.held > 0,
        "{} kills, {} with a visitor",
        pair.kills,
        pair.held
    );
    figure("counters", "visitors", format!("{visitors}, {} events", events.len()));
    let s = start.elapsed().as_secs();
    figure("counters", "kills", format!("{}, {} with a visitor, in {s} s", pair.kills, pair.held));
}
