//! A hall's display as it is installed: killed at any moment of an announcement, measured, and kept
//! at work for as many calls as a day has.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use queue::{Action, CounterStep, Heard, Hearing, Timestamp};
use station::Clock;
use store::Store;
use uuid::Uuid;
use voice::{Call, Kind, Pack, Voices, compose, read_wav};
use xtask::demo::Centre;
use xtask::stage::{Display, Running, Stage, wait};

use super::hall::{issue, next};
use super::{figure, long};
use crate::programs::bin;

/// The name of the display in the sample.
const NAME: &str = "hall";
const COUNTER: &str = "10";
/// Points of the first so many milliseconds after a press, most of them early, where most happens; at
/// the end all is said into a file.
const POINTS_MS: u32 = 1_500;
/// Calls of eight hours, three and a half a minute.
const DAY: u32 = 1_680;
/// What a program may keep more at the end of a day than after its first calls, kibibytes: fonts and
/// figures that were met for the first time.
const GROWN_KIB: u64 = 8 * 1_024;

/// A centre with one display that speaks into a file.
struct Hall {
    centre: Centre,
    stage: Stage,
    store: Store,
    wav: PathBuf,
}

impl Hall {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        let wav = folder.join("heard.wav");
        let centre = Centre::make(&bin(), &format!("wav://{}", wav.display())).unwrap();
        let url = format!("sqlite:{}", centre.path("queue.db")).parse().unwrap();
        let store = Store::open(&url).unwrap();
        Self { centre, stage: Stage::open().unwrap(), store, wav }
    }

    /// The program on a screen of its own; `seen` by a screen reader or not.
    fn start(&self, (width, height): (u32, u32), display: &Display, seen: bool) -> Running {
        let mut command = self.stage.command(&self.centre.program("luot-hall"), display);
        let size = format!("{width}x{height}");
        command.args(["--config", &self.centre.path("hall.toml"), "--windowed", &size]);
        if !seen {
            command.env_remove("DBUS_SESSION_BUS_ADDRESS");
        }
        Running::start(&mut command).unwrap()
    }

    fn act(&mut self, action: &Action) -> Option<i64> {
        let done = self.store.act(Uuid::now_v7(), action, now()).ok()?;
        done.events.last().map(|event| event.seq)
    }

    /// Calls the next visitor; the call's event and its number.
    fn call(&mut self) -> (i64, String) {
        for step in [CounterStep::Start, CounterStep::finish()] {
            self.act(&Action::AtCounter { counter: COUNTER.into(), step });
        }
        self.act(&issue("stnmt", "normal")).unwrap();
        let call = self.act(&next(COUNTER)).unwrap();
        let board = self.store.board(now()).unwrap();
        (call, board.recent[0].number.to_string())
    }

    fn heard(&mut self, call: i64) -> Option<Hearing> {
        let heard = self.store.hearing(call).unwrap();
        heard.into_iter().find(|hearing| hearing.display == NAME)
    }

    /// Waits for what a display says of a call.
    fn until(&mut self, what: &str, call: i64, is: impl Fn(&Hearing) -> bool) -> Hearing {
        wait(what, || self.heard(call).filter(|hearing| is(hearing))).unwrap()
    }

    /// Samples that were said into the file since it was last taken away; a file whose writer was
    /// killed before it had written the header holds none.
    fn said(&self) -> usize {
        read_wav(&self.wav).map_or(0, |samples| samples.len())
    }

    fn forget_said(&self) {
        drop(std::fs::remove_file(&self.wav));
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(self.wav.parent().unwrap()));
    }
}

fn now() -> Timestamp {
    Clock::system().now().wall
}

/// Lets time pass; nothing is waited for.
fn pass(time: Duration) {
    let until = Instant::now() + time;
    while let Some(left) = until.checked_duration_since(Instant::now()).filter(|l| !l.is_zero()) {
        std::thread::park_timeout(left);
    }
}

/// Whether the voice of a life is done with a call.
fn is_over(hearing: &Hearing) -> bool {
    matches!(hearing.voice, Some(Heard::Spoken { .. } | Heard::Skipped { .. }))
}

fn figures(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let of = |percent: usize| times[(times.len() - 1) * percent / 100];
    let load = std::fs::read_to_string("/proc/loadavg").unwrap();
    let load = load.split_whitespace().next().unwrap_or_default();
    let told = format!(
        "n = {}, p50 {} ms, p99 {} ms, longest {} ms, load {load}",
        times.len(),
        of(50).as_millis(),
        of(99).as_millis(),
        of(100).as_millis()
    );
    figure("hall", what, told);
}

/// P6, P7: a display that is killed at any moment of an announcement comes back, shows the call, and
/// has not spoken twice.
#[test]
fn a_killed_display_shows_each_call_and_speaks_none_twice() {
    let points = if long() { 200 } else { 3 };
    let mut hall = Hall::open();
    let size = (1920, 1080);
    let display = hall.stage.display(size.0, size.1).unwrap();
    let packs = xtask::root().join("assets/voice");
    let voices =
        Voices { main: Some(Pack::load(&packs.join("vi-kokoro")).unwrap()), ..Voices::default() };
    let mut running = hall.start(size, &display, true);
    hall.stage.expect("luot-hall", "Chưa có số được gọi").unwrap();
    let (mut right, mut twice_begun) = (Vec::new(), 0);
    for point in 0..points {
        hall.forget_said();
        let (call, number) = hall.call();
        pass(Duration::from_millis((POINTS_MS * point * point / points / points).into()));
        running.kill();
        // What is on record now is all that the next life knows.
        let begun = hall.heard(call).is_some_and(|hearing| hearing.begun());
        let start = Instant::now();
        running = hall.start(size, &display, true);
        let text = format!("Mời công dân có số {number} đến quầy {COUNTER}");
        hall.stage.expect("luot-hall", &text).unwrap();
        right.push(start.elapsed());
        hall.until("the call on record as shown", call, |hearing| hearing.shown.is_some());
        if begun {
            twice_begun += 1;
        } else {
            hall.until("the call spoken", call, is_over);
        }
        let say = Call {
            number: number.parse().unwrap(),
            counter: COUNTER.into(),
            zone: String::new(),
            kind: Kind::Call,
        };
        let once = compose(&say, &voices, 2).samples.len();
        let said = hall.said();
        assert!(said == once || (begun && said < once), "point {point}: {said} of {once} samples");
    }
    figure("hall", "display killed", format!("{points} points, {twice_begun} after it had begun"));
    figures("killed display → right again, as a screen reader sees it", right);
}

/// The figures of the design's bars, by the real program and its own words in the ledger. What a call
/// costs until it is drawn includes the record of it.
#[test]
fn a_display_is_measured() {
    let (rounds, idle) = if long() { (200, 60) } else { (4, 2) };
    let mut hall = Hall::open();
    for (name, size) in [("1080p", (1920, 1080)), ("4K", (3840, 2160))] {
        let display = hall.stage.display(size.0, size.1).unwrap();
        let mut starts = Vec::new();
        let mut running = None;
        for _ in 0..(rounds / 10).max(2) {
            drop(running.take());
            let (call, _) = hall.call();
            let start = now();
            running = Some(hall.start(size, &display, false));
            let shown = hall.until("the first picture", call, |hearing| hearing.shown.is_some());
            starts.push(between(start, shown.shown.unwrap()));
            hall.until("the call spoken", call, is_over);
            hall.forget_said();
        }
        let running = running.unwrap();
        let (mut drawn, mut chimes) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            let (call, _) = hall.call();
            hall.until("the call spoken", call, |hearing| {
                is_over(hearing) && hearing.shown.is_some()
            });
            let events = hall.store.feed(call - 1, 20).unwrap();
            let at = |wanted: &str| {
                let event = events.iter().find(|event| told_of(event, call) == Some(wanted));
                between(events[0].at, event.unwrap().at)
            };
            drawn.push(at("shown"));
            chimes.push(at("begun"));
            hall.forget_said();
        }
        let busy = cpu_ticks(&running);
        pass(Duration::from_secs(idle));
        let used = cpu_ticks(&running) - busy;
        figures(&format!("start → first picture with a call, {name}"), starts);
        figures(&format!("press → drawn and on record, {name}"), drawn);
        figures(&format!("press → chime, {name}"), chimes);
        // Linux counts a hundred ticks a second.
        let told = format!("{:.2} % over {idle} s", used as f64 / idle as f64);
        figure("hall", &format!("idle CPU, {name}"), told);
        figure("hall", &format!("memory, {name}"), format!("{} MiB", memory_kib(&running) / 1_024));
    }
}

/// A day's calls one after another: what the program holds at the end it held after the first ones.
#[test]
fn a_day_of_calls_leaves_nothing_behind_in_a_display() {
    let calls = if long() { DAY } else { 24 };
    let mut hall = Hall::open();
    let display = hall.stage.display(1920, 1080).unwrap();
    let running = hall.start((1920, 1080), &display, false);
    let first = calls / 8;
    let mut begin = 0;
    for n in 1..=calls {
        let (call, _) = hall.call();
        hall.until("the call spoken", call, |hearing| is_over(hearing) && hearing.shown.is_some());
        hall.forget_said();
        if n == first {
            begin = memory_kib(&running);
        }
    }
    let end = memory_kib(&running);
    let told = format!("{calls} calls: {} → {} MiB (after {first})", begin / 1_024, end / 1_024);
    figure("hall", "a day of calls, memory", told);
    assert!(end <= begin + GROWN_KIB, "{begin} → {end} KiB");
}

fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::from_millis(u64::try_from(to.since(from)).unwrap_or_default())
}

/// What an event says a display did with a call.
fn told_of(event: &queue::Event, of: i64) -> Option<&'static str> {
    let queue::What::Announced { call, heard, .. } = &event.what else { return None };
    let word = match heard {
        Heard::Shown => "shown",
        Heard::Begun => "begun",
        Heard::Spoken { .. } => "spoken",
        Heard::Skipped { .. } => "skipped",
        Heard::Tested { .. } => "tested",
    };
    (*call == of).then_some(word)
}

/// The time that a program has computed, in ticks of the kernel.
fn cpu_ticks(running: &Running) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", running.id())).unwrap();
    // The name in brackets may hold spaces.
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// What a program has in memory.
fn memory_kib(running: &Running) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", running.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
