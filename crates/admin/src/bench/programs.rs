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

use super::{Bar, at, call, issue, line, ratio, site, url};
use crate::{Desk, Failure, Outcome};

/// Programs that press at once.
const PROGRAMS: usize = 8;
/// Issues and calls of each, in a short and in a long run.
const ROUNDS: (usize, usize) = (60, 6_250);
/// Commits whose news are timed.
const COMMITS: usize = 300;
/// The pause between two of them: longer than a poll, so that each is news of its own.
const PAUSE: Duration = Duration::from_millis(60);

/// Eight programs issue and call without a pause.
pub(super) fn together(
    desk: &Desk,
    folder: &Path,
    raw: Duration,
    long: bool,
    bars: &mut Vec<Bar>,
) -> Outcome {
    let url = url(folder, "together")?;
    let mut store = Store::create(&url, &site(PROGRAMS), desk.now())?;
    let rounds = if long { ROUNDS.1 } else { ROUNDS.0 };
    let start = Instant::now();
    let programs: Vec<Child> = (1..=PROGRAMS)
        .map(|counter| spawn(&url, "press", &counter.to_string(), rounds))
        .collect::<Result<_, _>>()?;
    let (mut times, mut issued, mut called) = (Vec::new(), Vec::new(), Vec::new());
    for program in programs {
        let out = program.wait_with_output()?;
        for said in String::from_utf8_lossy(&out.stdout).lines() {
            let mut words = said.split(' ');
            let (kind, number, us) = (words.next(), words.next(), words.next());
            times.extend(us.and_then(|us| us.parse().ok()).map(Duration::from_micros));
            match (kind, number) {
                (Some("issued"), Some(number)) => issued.push(number.to_owned()),
                (Some("called"), Some(number)) => called.push(number.to_owned()),
                _ => {}
            }
        }
    }
    let wanted = PROGRAMS * rounds;
    let twice = |numbers: &[String]| numbers.len() - numbers.iter().collect::<BTreeSet<_>>().len();
    let wrong = twice(&issued) + twice(&called) + wanted.saturating_sub(issued.len());
    let findings = store.check()?.len();
    let (n, took) = (times.len(), start.elapsed());
    let (p50, p99) = (at(&mut times, 50), at(&mut times, 99));
    desk.note(&format!(
        "{PROGRAMS} programs: {n} operations in {took:.1?}, p50 {p50:.1?}, p99 {p99:.1?}"
    ))?;
    bars.push(Bar {
        what: "8 programs: numbers or calls twice, lost, findings".into(),
        measured: format!("{wrong} + {findings} in {n} operations"),
        bar: "0".into(),
        kept: wrong + findings == 0,
    });
    bars.push(ratio("8 programs, p99 ÷ raw fsync p50", p99, raw, 12.0));
    Ok(())
}

/// How long after a commit another program has the event.
pub(super) fn seen(desk: &Desk, folder: &Path, bars: &mut Vec<Bar>) -> Outcome {
    let url = url(folder, "seen")?;
    let mut store = Store::create(&url, &site(1), desk.now())?;
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
        kept: time <= Duration::from_millis(limit),
    };
    bars.push(bar("p50", p50, 3));
    bars.push(bar("p99", p99, 60));
    Ok(())
}

/// The other end: presses, or watches.
pub(crate) fn worker(desk: &Desk, role: &str, counter: &str, rounds: usize) -> Outcome {
    let mut store = desk.store()?;
    if role == "watch" {
        return watch(&mut store, rounds);
    }
    for _ in 0..rounds {
        press(desk, &mut store, "issued", &issue())?;
        press(desk, &mut store, "called", &call(counter))?;
    }
    Ok(())
}

fn press(desk: &Desk, store: &mut Store, kind: &str, action: &Action) -> Outcome {
    let start = Instant::now();
    match store.act(Uuid::now_v7(), action, desk.now()) {
        Ok(done) => {
            let number = done.ticket.map(|ticket| ticket.number.to_string()).unwrap_or_default();
            line(&format!("{kind} {number} {}", start.elapsed().as_micros()))
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
        .args(["--store", &url.to_string(), "bench-worker", role, counter, &rounds.to_string()])
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
