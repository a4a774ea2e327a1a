//! Five hundred mornings whose clock goes wrong (P12): midnight, steps of a second to a year either way,
//! a battery that failed, a clock that stands still, the hours that daylight saving skips and repeats.

use std::collections::BTreeMap;

use queue::{Action, Event, Refusal, Site, Timestamp, WallClock, What};
use store::{ActError, Store};
use uuid::Uuid;

use crate::support::{
    DAY, HOUR, SECOND, SERVER, call_next, folder, issue, site_with, url, without_ballast,
};

const SCENARIOS: u64 = 500;
/// On a server each is a database.
const ON_A_SERVER: u64 = 12;
/// Presses of a scenario.
const PRESSES: u64 = 20;

/// By how much a clock steps, either way.
const STEPS: [i64; 13] = [
    SECOND,
    3 * SECOND,
    119 * SECOND,
    121 * SECOND,
    1_800 * SECOND,
    HOUR,
    5 * HOUR,
    12 * HOUR,
    DAY,
    3 * DAY,
    13 * DAY,
    15 * DAY,
    365 * DAY,
];
/// What a clock without a battery shows: 1970, 1980 and 2000.
const RESETS: [i64; 3] = [0, 315_532_800_000, 946_684_800_000];

/// Numbers by chance, the same in every run (Knuth's MMIX constants).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

/// A zone and local times at which it is easily mistaken.
const TIMES: [(&str, i32, u16); 8] = [
    ("Asia/Ho_Chi_Minh", 20_261_123, 8 * 60),
    ("Asia/Ho_Chi_Minh", 20_261_123, 23 * 60 + 58),
    // Midnight in UTC.
    ("Asia/Ho_Chi_Minh", 20_261_231, 6 * 60 + 58),
    ("Asia/Ho_Chi_Minh", 20_280_229, 23 * 60 + 59),
    ("Europe/Paris", 20_261_025, 2 * 60 + 50),
    ("Europe/Paris", 20_270_328, 60 + 55),
    ("Europe/Paris", 20_270_327, 23 * 60 + 57),
    ("America/Sao_Paulo", 20_261_231, 23 * 60 + 58),
];

/// What happened in all of them: chance that never comes to the point proves nothing.
#[derive(Debug, Default)]
struct Met {
    days: usize,
    held: usize,
    doubts: usize,
    confirmed: usize,
    calls: usize,
}

/// One centre whose clock steps three times.
fn live(seed: u64, met: &mut Met) -> (Store, WallClock, tempfile::TempDir) {
    let mut chance = Chance(seed);
    let (zone, day, minute) = TIMES[usize::try_from(seed % 8).unwrap()];
    let site: Site = site_with(|site| site.time_zone = zone.into());
    let wall = site.wall_clock().unwrap();
    let mut now = wall.instant(queue::BusinessDay(day), minute).unwrap();
    let folder = folder();
    without_ballast(&folder);
    let mut store = Store::create(&url(&folder), &site, now).unwrap();
    let jumps: Vec<u64> = (0..3).map(|_| 1 + chance.below(PRESSES - 1)).collect();
    // A clock may also stand.
    let stands = chance.below(8) == 0;
    for press in 0..PRESSES {
        now = now.plus_ms(if stands { 0 } else { chance.of(&[200, 20 * SECOND, 70 * SECOND]) });
        if jumps.contains(&press) {
            now = match chance.below(10) {
                0 => Timestamp(chance.of(&RESETS)),
                kind if kind % 2 == 0 => now.plus_ms(chance.of(&STEPS)),
                _ => now.plus_ms(-chance.of(&STEPS)),
            };
        }
        let action = if chance.below(5) < 3 { issue("stnmt", "normal") } else { call_next("10") };
        match store.act(Uuid::now_v7(), &action, now) {
            Ok(_) => {}
            Err(ActError::Refused(Refusal::ClockInDoubt)) => {
                met.doubts += 1;
                if chance.below(2) == 0 {
                    store.act(Uuid::now_v7(), &Action::ConfirmDate, now).unwrap();
                    met.confirmed += 1;
                } else {
                    let last = store.last_seq().unwrap();
                    now = store.feed(last - 1, 1).unwrap()[0].at.plus_ms(SECOND);
                }
                assert!(
                    !matches!(
                        store.act(Uuid::now_v7(), &action, now),
                        Err(ActError::Refused(Refusal::ClockInDoubt))
                    ),
                    "{seed}: confirmed or set right, and still in doubt"
                );
            }
            // Nobody waits.
            Err(ActError::Refused(_)) => {}
            Err(ActError::Store(error)) => panic!("{seed}: {error}"),
        }
    }
    (store, wall, folder)
}

/// What must hold of the ledger, whatever the clocks have shown.
fn holds(seed: u64, events: &[Event], wall: &WallClock, met: &mut Met) {
    for pair in events.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq + 1, "{seed}");
        assert!(pair[1].at >= pair[0].at, "{seed}: time runs backwards at {}", pair[1].seq);
        assert!(pair[1].day >= pair[0].day, "{seed}: a day comes back at {}", pair[1].seq);
    }
    let (mut given, mut called) = (BTreeMap::new(), BTreeMap::new());
    for event in events {
        let number = event.number.as_ref().map(queue::Number::count);
        match &event.what {
            What::Issued { .. } => {
                // P2, P3: from 1, each once, none left out.
                let last: &mut u32 = given.entry(event.day).or_default();
                *last += 1;
                assert_eq!(number, Some(*last), "{seed}: on {}", event.day);
                assert_eq!(event.day, wall.local(event.at).day, "{seed}: the site's own day");
            }
            What::Called { .. } => {
                // P11: of equals nobody is passed, and nobody of another day is called.
                let last = called.entry(event.day).or_default();
                assert!(number > *last, "{seed}: {number:?} after {last:?}");
                assert!(number <= given.get(&event.day).copied(), "{seed}");
                *last = number;
                met.calls += 1;
            }
            What::ClockHeld { .. } => met.held += 1,
            _ => {}
        }
    }
    met.days += given.len();
}

/// P12: P2, P3 and P11 hold, days and times never run backwards, a number's day is the site's own.
#[test]
fn five_hundred_wrong_clocks_mislead_nobody() {
    let scenarios = if std::env::var(SERVER).is_ok() { ON_A_SERVER } else { SCENARIOS };
    let part = |from: u64| {
        let mut met = Met::default();
        for seed in (from..scenarios).step_by(2) {
            let (mut store, wall, _folder) = live(seed, &mut met);
            let events = store.feed(0, usize::MAX).unwrap();
            holds(seed, &events, &wall, &mut met);
            assert_eq!(store.check().unwrap(), [], "{seed}");
        }
        met
    };
    let (one, other) = std::thread::scope(|threads| {
        let one = threads.spawn(|| part(0));
        let other = part(1);
        (one.join().unwrap(), other)
    });
    let met = Met {
        days: one.days + other.days,
        held: one.held + other.held,
        doubts: one.doubts + other.doubts,
        confirmed: one.confirmed + other.confirmed,
        calls: one.calls + other.calls,
    };
    let each = usize::try_from(scenarios).unwrap();
    assert!(met.days > each && met.calls > 3 * each, "{met:?}");
    assert!(met.held > each / 4 && met.doubts > each / 4 && met.confirmed > each / 8, "{met:?}");
}
