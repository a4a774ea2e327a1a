//! The day's report, reckoned a second time from nothing but the feed as scripts read it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use queue::{Action, CounterStep, Finish, Timestamp};
use serde_json::Value;
use station::Clock;
use store::Store;
use uuid::Uuid;

use super::Dice;
use super::hall::{any_action, fast_folder, site, url_in};
use crate::programs::bin;

/// Monday 23 November 2026, 08:00 in Yên Bái.
const OPENING: Timestamp = Timestamp(1_795_395_600_000);
const DAYS: i64 = 2;
const PRESSES: usize = 900;

/// Two days on which everything happens that can, undone calls and missed visitors among it.
fn live(folder: &Path) {
    let site = site();
    let mut store = Store::create(&url_in(folder), &site, OPENING).unwrap();
    let mut dice = Dice::of_run(22);
    let counters: Vec<String> =
        site.counters.iter().take(4).map(|counter| counter.id.to_string()).collect();
    for day in 0..DAYS {
        let clock = Clock::by_hand(OPENING.plus_ms(day * 24 * 3_600_000));
        let mut given = 0;
        for _ in 0..PRESSES {
            clock.advance_ms(i64::try_from(dice.below(60_000)).unwrap());
            let counter = counters[dice.below(counters.len())].clone();
            let action = match dice.below(20) {
                0 => {
                    let outcome = Some(queue::Outcome::ALL[dice.below(queue::Outcome::ALL.len())]);
                    let noted = Finish { outcome, ..Finish::default() };
                    let step = CounterStep::Finish(noted);
                    Action::AtCounter { counter: counter.as_str().into(), step }
                }
                1 => Action::Call {
                    counter: counter.as_str().into(),
                    number: queue::Number::new("H", 1 + given / 3),
                    reason: "một lý do".into(),
                },
                2..=4 => Action::Undo { counter: counter.as_str().into() },
                _ => any_action(&mut dice, &counter, given),
            };
            let done = store.act(Uuid::now_v7(), &action, clock.now().wall);
            let slip = matches!(&action, Action::Call { .. })
                || matches!(&action, Action::AtCounter { step: CounterStep::NoShow, .. });
            if slip && done.is_ok() && dice.chance(40) {
                let undo = Action::Undo { counter: counter.as_str().into() };
                drop(store.act(Uuid::now_v7(), &undo, clock.now().wall));
            }
            given += u32::from(done.is_ok() && matches!(action, Action::Issue { .. }));
        }
    }
    assert_eq!(store.check().unwrap(), []);
}

fn luot(folder: &Path, words: &[&str]) -> Vec<Value> {
    let mut luot = Command::new(bin().join("luot"));
    let out = luot.args(["--json", "--store", &url_in(folder).to_string()]).args(words).output();
    let out = out.unwrap();
    assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Milliseconds since midnight, from `2026-11-23T08:00:01.250+07:00`.
fn millis(event: &Value) -> i64 {
    let at = event["at"].as_str().unwrap();
    let part = |from: usize, to: usize| at[from..to].parse::<i64>().unwrap();
    ((part(11, 13) * 60 + part(14, 16)) * 60 + part(17, 19)) * 1_000 + part(20, 23)
}

/// A day's report from its events alone.
fn reckoned(events: &[Value]) -> BTreeMap<&'static str, i64> {
    let kind = |event: &&Value, kinds: &[&str]| kinds.contains(&event["kind"].as_str().unwrap());
    let undone: BTreeSet<i64> = events
        .iter()
        .filter(|event| kind(event, &["undone"]))
        .map(|event| event["of"].as_i64().unwrap())
        .collect();
    let stood: Vec<&Value> =
        events.iter().filter(|event| !undone.contains(&event["seq"].as_i64().unwrap())).collect();
    let count = |wanted: &[&str]| stood.iter().filter(|event| kind(event, wanted)).count();
    let mut came: BTreeMap<i64, i64> = BTreeMap::new();
    let mut waits: BTreeMap<i64, i64> = BTreeMap::new();
    for event in &stood {
        let Some(ticket) = event["ticket"].as_i64() else { continue };
        if kind(event, &["issued"]) {
            came.insert(ticket, millis(event));
        } else if kind(event, &["called", "recalled", "resumed"]) {
            waits.entry(ticket).or_insert(millis(event) - came[&ticket]);
        }
    }
    let mut waits: Vec<i64> = waits.into_values().collect();
    waits.sort_unstable();
    let odd = |event: &&&Value| kind(event, &["called"]) && event["reason"].is_string();
    let whole = |count: usize| i64::try_from(count).unwrap();
    BTreeMap::from([
        ("issued", whole(count(&["issued"]))),
        ("called", whole(waits.len())),
        ("missed", whole(count(&["no_show"]))),
        ("out_of_order", whole(stood.iter().filter(odd).count())),
        ("within_15_min", whole(waits.iter().filter(|ms| **ms <= 900_000).count())),
        ("wait_median_ms", waits[waits.len() / 2]),
        ("wait_p90_ms", waits[waits.len() * 9 / 10]),
    ])
}

/// P22: what a day's report says is what its events say, to the unit.
#[test]
fn a_report_is_what_the_events_of_its_day_say() {
    let folder = fast_folder();
    live(folder.path());
    for day in ["2026-11-23", "2026-11-24"] {
        let events = luot(folder.path(), &["events", "--day", day]);
        let undone: Vec<_> = events.iter().filter(|event| event["kind"] == "undone").collect();
        let of = |kind: &str| {
            let of = |seq: &Value| events.iter().find(|event| event["seq"] == *seq).unwrap();
            undone.iter().filter(|event| of(&event["of"])["kind"] == kind).count()
        };
        let report = luot(folder.path(), &["report", "--day", day]).remove(0);
        let wanted = reckoned(&events);
        assert!(wanted.values().all(|figure| *figure > 0) && of("called") > 0 && of("no_show") > 0);
        for (figure, value) in &wanted {
            assert_eq!(report[figure].as_i64(), Some(*value), "{figure} of {day}: {report}");
        }
    }
}
