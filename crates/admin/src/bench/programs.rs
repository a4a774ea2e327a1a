//! Many programs at one queue: who waits how long, and how soon others see a commit.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use queue::{Action, Refusal};
use rustix::time::{ClockId, clock_gettime};
use store::{ActError, Store, StoreUrl};
use uuid::Uuid;

use super::{Bar, Raw, at, call, issue, line, place, ratio, told, url};
use crate::{Desk, Failure, Outcome};

/// Programs that press at once.
const PROGRAMS: usize = 8;
/// Issues and calls of each in one turn; raw writes have turns between them.
const ROUNDS: usize = 125;
/// Rounds of each turn that are not timed: a program that has just started reads the centre and
/// prepares its statements inside its first turns, and those of a day run for hours.
const COLD_ROUNDS: usize = 5;
/// Turns of a short and of a long run, which makes 10⁵ operations.
const TURNS: (usize, usize) = (2, 50);
/// Commits whose news are timed.
const COMMITS: usize = 300;
/// The pause between two of them: longer than a poll, so that each is news of its own.
const PAUSE: Duration = Duration::from_millis(60);

/// What the programs of one kind have said.
#[derive(Default)]
struct Said {
    times: Vec<Duration>,
    issued: Vec<String>,
    called: Vec<String>,
}

impl Said {
    /// Runs all programs at once and hears them out.
    fn hear(&mut self, url: &StoreUrl, role: &str) -> Outcome {
        let programs: Vec<Child> = (1..=PROGRAMS)
            .map(|counter| spawn(url, role, &counter.to_string(), ROUNDS))
            .collect::<Result<_, _>>()?;
        for program in programs {
            let out = program.wait_with_output()?;
            for line in String::from_utf8_lossy(&out.stdout).lines() {
                self.note(line);
            }
        }
        Ok(())
    }

    fn note(&mut self, line: &str) {
        let mut words = line.split(' ');
        let (kind, number, us) = (words.next(), words.next(), words.next());
        self.times.extend(us.and_then(|us| us.parse().ok()).map(Duration::from_micros));
        match (kind, number) {
            (Some("issued"), Some(number)) => self.issued.push(number.to_owned()),
            (Some("called"), Some(number)) => self.called.push(number.to_owned()),
            _ => {}
        }
    }

    /// Numbers given or called twice, and presses without an answer.
    fn wrong(&self, wanted: usize) -> usize {
        let twice = |all: &[String]| all.len() - all.iter().collect::<BTreeSet<_>>().len();
        let lost = wanted.saturating_sub(self.issued.len());
        twice(&self.issued) + twice(&self.called) + lost
    }
}

/// Eight programs issue and call without a pause; in turns with them, as many write and sync a file
/// of their own each. `quiet` is what one such write takes with nobody else about.
pub(super) fn together(
    desk: &Desk,
    folder: &Path,
    quiet: Duration,
    long: bool,
    bars: &mut Vec<Bar>,
) -> Outcome {
    let (address, site) = place(desk, folder, "together", PROGRAMS)?;
    let mut store = Store::create(&address, &site, desk.now())?;
    let beside = url(folder, "raw")?;
    let turns = if long { TURNS.1 } else { TURNS.0 };
    let (mut presses, mut raws) = (Said::default(), Said::default());
    for _ in 0..turns {
        presses.hear(&address, "press")?;
        raws.hear(&beside, "raw")?;
    }
    let wrong = presses.wrong(turns * PROGRAMS * ROUNDS);
    let findings = store.check()?.len();
    let (p50, p99) = (at(&mut presses.times, 50), at(&mut presses.times, 99));
    let (raw, raw_p99) = (at(&mut raws.times, 50), at(&mut raws.times, 99));
    let (n, timed) = (presses.issued.len() + presses.called.len(), presses.times.len());
    desk.note(&format!(
        "{PROGRAMS} programs: p50 {p50:.1?}, p99 {p99:.1?}, n = {timed}; raw, {PROGRAMS} at once: \
         p50 {raw:.1?}, p99 {raw_p99:.1?}"
    ))?;
    bars.push(Bar {
        what: "8 programs: numbers or calls twice, lost, findings".into(),
        measured: format!("{wrong} + {findings} in {n} operations"),
        bar: "0".into(),
        of_disk: false,
        kept: Some(wrong + findings == 0),
    });
    bars.push(ratio("8 programs, p99 ÷ raw fsync p50 of one, quiet", p99, quiet, 12.0));
    bars.push(told("8 programs, p50 ÷ raw fsync p50 of one, quiet", p50, quiet));
    bars.push(told("8 programs, p99 ÷ raw fsync p50 of 8 at once", p99, raw));
    bars.push(told("8 programs, p99 ÷ raw fsync p99 of 8 at once", p99, raw_p99));
    Ok(())
}

/// How long after a commit another program has the event.
pub(super) fn seen(desk: &Desk, folder: &Path, bars: &mut Vec<Bar>) -> Outcome {
    let (url, site) = place(desk, folder, "seen", 1)?;
    let mut store = Store::create(&url, &site, desk.now())?;
    let mut watcher = spawn(&url, "watch", "1", COMMITS)?;
    let out = watcher.stdout.take().ok_or_else(|| cannot("no output to read"))?;
    let mut lines = BufReader::new(out).lines();
    // It says so once it watches.
    lines.next().transpose()?;
    let (_keep, pause) = std::sync::mpsc::channel::<()>();
    let mut committed = Vec::new();
    for _ in 0..COMMITS {
        let done = store.act(Uuid::now_v7(), &issue(), desk.now())?;
        committed.push((done.events.last().map_or(0, |event| event.seq), now_ns()));
        if pause.recv_timeout(PAUSE).is_ok() {
            return Err(cannot("the pause was cut short"));
        }
    }
    let mut times = Vec::new();
    for (seq, at_ns) in committed {
        let said = lines.next().transpose()?.unwrap_or_default();
        let (heard, ns) = said.split_once(' ').unwrap_or_default();
        if heard.parse() != Ok(seq) {
            return Err(cannot("the watcher missed an event"));
        }
        // It may be seen before its writer is told so.
        let after = ns.parse::<u64>().unwrap_or_default().saturating_sub(at_ns);
        times.push(Duration::from_nanos(after));
    }
    watcher.wait()?;
    let (p50, p99) = (at(&mut times, 50), at(&mut times, 99));
    let bar = |what: &str, time: Duration, limit: u64| Bar {
        what: format!("commit → seen by another program, {what}"),
        measured: format!("{:.2} ms of {COMMITS}", time.as_secs_f64() * 1e3),
        bar: format!("≤ {limit} ms"),
        of_disk: false,
        kept: Some(time <= Duration::from_millis(limit)),
    };
    bars.push(bar("p50", p50, 3));
    bars.push(bar("p99", p99, 60));
    Ok(())
}

/// The other end: presses, watches, or writes beside the store.
pub(crate) fn worker(desk: &Desk, role: &str, counter: &str, rounds: usize) -> Outcome {
    if role == "raw" {
        let queue = desk.url.path().ok_or_else(|| cannot("there is no disk beside a server"))?;
        let raw = Raw::new(&queue.with_file_name(format!("raw-{counter}")))?;
        return (0..rounds)
            .try_for_each(|round| line(&format!("raw - {}", raw.write(round)?.as_micros())));
    }
    let mut store = desk.store()?;
    if role == "watch" {
        return watch(&mut store, rounds);
    }
    for round in 0..rounds {
        let warm = round >= COLD_ROUNDS;
        press(desk, &mut store, "issued", &issue(), warm)?;
        press(desk, &mut store, "called", &call(counter), warm)?;
    }
    Ok(())
}

/// Says what number it got, and after how many microseconds if that counts.
fn press(desk: &Desk, store: &mut Store, kind: &str, action: &Action, warm: bool) -> Outcome {
    let start = Instant::now();
    match store.act(Uuid::now_v7(), action, desk.now()) {
        Ok(done) => {
            let us = start.elapsed().as_micros();
            let number = done.ticket.map(|ticket| ticket.number.to_string()).unwrap_or_default();
            line(&if warm { format!("{kind} {number} {us}") } else { format!("{kind} {number}") })
        }
        Err(ActError::Refused(Refusal::NobodyWaiting { .. })) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn watch(store: &mut Store, rounds: usize) -> Outcome {
    let mut news = store.news();
    let mut seq = store.last_seq()?;
    line("watching")?;
    let last = seq + i64::try_from(rounds).unwrap_or(i64::MAX);
    while seq < last {
        news.wait(Duration::from_millis(50));
        for event in store.feed(seq, 1_000)? {
            let ns = now_ns();
            seq = event.seq;
            line(&format!("{seq} {ns}"))?;
        }
    }
    Ok(())
}

fn spawn(url: &StoreUrl, role: &str, counter: &str, rounds: usize) -> Result<Child, Failure> {
    let child = Command::new(std::env::current_exe()?)
        .env("LUOT_STORE", url.secret())
        .args(["bench-worker", role, counter, &rounds.to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    Ok(child)
}

/// The steady clock that all programs of a machine share.
fn now_ns() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    let whole = u64::try_from(now.tv_sec).unwrap_or_default();
    whole * 1_000_000_000 + u64::try_from(now.tv_nsec).unwrap_or_default()
}

fn cannot(what: &str) -> Failure {
    Failure::Cannot { what: what.to_owned(), help: String::new() }
}
