//! Does the SQL grow with what waits and with what has been?

use std::path::Path;

use store::bench::{SqlTime, fill};

use super::{Bar, COUNTER, SERVICE, site, url};
use crate::{Desk, Outcome};

/// Rounds of each size.
const ROUNDS: usize = 400;
/// (waiting, history); the first is what the others are compared with.
const SIZES: [(u32, u32); 6] = [
    (100, 10_000),
    (1_000, 10_000),
    (10_000, 10_000),
    (100_000, 10_000),
    (1_000, 100_000),
    (1_000, 1_000_000),
];
/// What only a long run makes.
const LONG: [(u32, u32); 2] = [(1_000_000, 10_000), (1_000, 10_000_000)];

pub(super) fn growth(desk: &Desk, folder: &Path, long: bool, bars: &mut Vec<Bar>) -> Outcome {
    let sizes = SIZES.iter().chain(if long { LONG.as_slice() } else { &[] });
    desk.note(&format!(
        "{:>10} {:>10} {:>12} {:>12}",
        "waiting", "history", "issue µs", "call µs"
    ))?;
    let mut first: Option<SqlTime> = None;
    let (mut worst, mut worst_at) = (1.0_f64, (0, 0));
    for (waiting, history) in sizes {
        let url = url(folder, "growth")?;
        let site = site(1);
        let mut store = fill(&url, &site, &SERVICE.into(), *waiting, *history, desk.now())?;
        let took = store.time_sql(&SERVICE.into(), &COUNTER.into(), ROUNDS, desk.now())?;
        drop(store);
        desk.note(&format!(
            "{waiting:>10} {history:>10} {:>12.1} {:>12.1}",
            took.issue.as_secs_f64() * 1e6,
            took.call.as_secs_f64() * 1e6
        ))?;
        let base = *first.get_or_insert(took);
        let grown = |now: std::time::Duration, then: std::time::Duration| {
            now.as_secs_f64() / then.as_secs_f64().max(f64::MIN_POSITIVE)
        };
        let by = grown(took.issue, base.issue).max(grown(took.call, base.call));
        if by > worst {
            (worst, worst_at) = (by, (*waiting, *history));
        }
    }
    bars.push(Bar {
        what: "SQL of issue and call, growth over all sizes".into(),
        measured: format!("{worst:.2} at {} / {}", worst_at.0, worst_at.1),
        bar: "≤ 1.5".into(),
        of_disk: false,
        kept: Some(worst <= 1.5),
    });
    Ok(())
}
