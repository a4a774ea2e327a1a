//! A year of a hall ten times as busy as the busiest, on a clock that is turned by hand.
//!
//! The queue lies in memory (`/dev/shm`), where a sync costs nothing: the store runs as it always
//! does, only the disk is fast.

use std::path::Path;
use std::time::Instant;

use queue::{Action, CounterStep, Number, Refusal, Target};
use station::Clock;
use store::{ActError, Store};
use uuid::Uuid;

use super::hall::{OPENING, SERVICES, fast_folder, issue, next, site, url_in};
use super::{Dice, figure, long};

const HOUR_MS: i64 = 3_600_000;
const MONTH: usize = 30;

struct Year {
    store: Store,
    clock: Clock,
    dice: Dice,
    counters: Vec<String>,
    /// How many were given of each series today.
    given: [u32; 2],
    actions: u64,
    tickets: u64,
}

impl Year {
    fn act(&mut self, action: &Action) {
        let now = self.clock.now().wall;
        match self.store.act(Uuid::now_v7(), action, now) {
            Ok(_) => self.actions += 1,
            Err(ActError::Refused(refusal)) => {
                assert_ne!(refusal, Refusal::ClockInDoubt);
                self.actions += 1;
            }
            Err(ActError::Store(error)) => panic!("{error}"),
        }
    }

    /// One visitor comes, one counter calls; now and then something goes otherwise.
    fn visit(&mut self) {
        let series = self.dice.below(2);
        self.given[series] += 1;
        self.tickets += 1;
        let class = if self.dice.chance(10) { "priority" } else { "normal" };
        self.act(&issue(SERVICES[series], class));
        let counter = self.counters[self.dice.below(self.counters.len())].clone();
        let at = |step| Action::AtCounter { counter: counter.as_str().into(), step };
        match self.dice.below(40) {
            0 => self.act(&at(CounterStep::Recall)),
            1 | 2 => self.act(&at(CounterStep::NoShow)),
            3 => self.act(&at(CounterStep::park())),
            4 => {
                let count = 1 + u32::try_from(self.dice.below(200)).unwrap();
                let number = Number::new("T", self.given[0].saturating_sub(count).max(1));
                self.act(&Action::Transfer {
                    number,
                    to: Target::Service(SERVICES[1].into()),
                    by: None,
                });
            }
            5..=14 => self.act(&at(CounterStep::Start)),
            _ => {}
        }
        self.act(&next(&counter));
    }

    /// A day of eight hours; the last visitors of some days are left waiting.
    fn day(&mut self, tickets: usize) {
        self.given = [0; 2];
        let step = 8 * HOUR_MS / i64::try_from(tickets).unwrap();
        for _ in 0..tickets {
            self.clock.advance_ms(step);
            self.visit();
        }
        // A hall that looks at its board all day long: here at its end, when it is fullest.
        self.store.board(self.clock.now().wall).unwrap();
        let used = step * i64::try_from(tickets).unwrap();
        self.clock.advance_ms(24 * HOUR_MS - used);
    }
}

#[derive(Clone, Copy, Debug)]
struct Month {
    resident: u64,
    file: u64,
    log: u64,
    tickets: u64,
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map(|data| data.len()).unwrap_or_default()
}

/// The bytes of memory this process holds for itself; mapped files are not counted.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with("RssAnon:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1_024
}

/// P3, P12, P19: 365 days at 12,000 tickets (short: 2 at 300) leave the memory flat, the log
/// bounded, the file growing by the ticket and no faster in the last month than in the second, and
/// everything in order.
#[test]
fn a_year_grows_by_its_tickets_and_by_nothing_else() {
    let (days, tickets) = if long() { (365, 12_000) } else { (2, 300) };
    let folder = fast_folder();
    let url = url_in(folder.path());
    let site = site();
    let clock = Clock::by_hand(OPENING);
    let mut year = Year {
        store: Store::create(&url, &site, OPENING).unwrap(),
        clock,
        dice: Dice::of_run(365),
        counters: site.counters.iter().map(|counter| counter.id.to_string()).collect(),
        given: [0; 2],
        actions: 0,
        tickets: 0,
    };
    let log = folder.path().join("queue.db-wal");
    let (start, mut months, mut log_max) = (Instant::now(), Vec::new(), 0);
    for day in 1..=days {
        year.day(tickets);
        log_max = log_max.max(size(&log));
        if day % MONTH == 0 || day == days {
            let month = Month {
                resident: resident(),
                file: size(url.path().unwrap()),
                log: size(&log),
                tickets: year.tickets,
            };
            let told = format!(
                "{} MB file, {} kB log, {} MB memory, {} tickets, {} s",
                month.file >> 20,
                month.log >> 10,
                month.resident >> 20,
                month.tickets,
                start.elapsed().as_secs()
            );
            figure("year", &format!("day {day}"), told);
            months.push(month);
        }
    }
    let spent = start.elapsed();
    figure("year", "actions", format!("{} in {} s", year.actions, spent.as_secs()));
    let each = spent.as_micros() / u128::from(year.actions.max(1));
    figure("year", "each action", format!("{each} µs"));
    assert!(log_max < 64 << 20, "the log grew to {log_max} bytes");
    steady(&months);
    let start = Instant::now();
    assert_eq!(year.store.check().unwrap(), []);
    figure("year", "check", format!("clean in {} s", start.elapsed().as_secs()));
}

fn steady(months: &[Month]) {
    let (Some(second), Some(last)) = (months.get(1), months.last()) else { return };
    let whole = &months[..months.len() - 1];
    let (Some(before), Some(full)) = (whole.get(whole.len().wrapping_sub(2)), whole.last()) else {
        return;
    };
    assert!(last.resident < second.resident + (16 << 20), "memory grows: {months:?}");
    let early = (second.file - months[0].file) / (second.tickets - months[0].tickets);
    let late = (full.file - before.file) / (full.tickets - before.tickets);
    figure("year", "bytes a ticket", format!("{early} in month 2, {late} in the last whole one"));
    assert!(late <= early + early / 10, "a ticket takes more room every month: {months:?}");
}
