//! The day's report: visitors, waits, and whether what was told about them held.

use std::collections::{BTreeMap, BTreeSet};

use queue::wait::Report;
use queue::{BusinessDay, Complaint, Event, Outcome as Came, Ratings, What};

use crate::{Desk, Outcome};

/// The national target for one-stop centres: at most a quarter of an hour (Decision 468/QĐ-TTg).
const TARGET_MS: i64 = 15 * 60_000;

pub(crate) fn report(desk: &Desk, day: Option<BusinessDay>) -> Outcome {
    let mut store = desk.store()?;
    let day = match day {
        Some(day) => day,
        None => store.board(desk.now())?.day,
    };
    let mut waits = store.waits(day)?;
    waits.sort_unstable();
    let mut outcomes = [0_usize; Came::ALL.len()];
    let (mut issued, mut missed, mut out_of_order) = (0_usize, 0_usize, 0_usize);
    let events = store.day(day)?;
    let taken_back: BTreeSet<i64> = events
        .iter()
        .filter_map(|event| if let What::Undone { of, .. } = event.what { Some(of) } else { None })
        .collect();
    // A slip of the finger is on record, and is no visitor who was missed.
    for event in events.iter().filter(|event| !taken_back.contains(&event.seq)) {
        let what = &event.what;
        issued += usize::from(matches!(what, What::Issued { .. }));
        missed += usize::from(matches!(what, What::NoShow));
        out_of_order += usize::from(matches!(what, What::Called { reason: Some(_), .. }));
        if let What::Finished { noted, .. } = what
            && let Some(at) =
                noted.outcome.and_then(|came| Came::ALL.iter().position(|k| *k == came))
        {
            outcomes[at] += 1;
        }
    }
    let ratings = Rated::of(&events);
    let told = Report::of(&store.compared(day)?);
    let within = waits.iter().filter(|wait| **wait <= TARGET_MS).count();
    if desk.json {
        let told = told.map(|told| {
            serde_json::json!({"pairs": told.pairs, "inside_permille": told.inside,
                "longer_permille": told.longer, "bias_ms": told.bias_ms, "error_ms": told.error_ms})
        });
        let said = serde_json::json!({"day": day.to_string(), "issued": issued,
            "called": waits.len(), "wait_median_ms": at(&waits, 50), "wait_p90_ms": at(&waits, 90),
            "within_15_min": within, "missed": missed, "out_of_order": out_of_order,
            "ratings": ratings.json(waits.len()), "told": told.ok()});
        return desk.say(&said.to_string());
    }
    desk.say(&format!("{day}: {issued} numbers given, {} called, {missed} missed", waits.len()))?;
    if !waits.is_empty() {
        desk.say(&format!(
            "  waits: median {} min, 90 % within {} min; at most 15 min: {within} of {}",
            at(&waits, 50) / 60_000,
            at(&waits, 90) / 60_000,
            waits.len()
        ))?;
    }
    desk.say(&format!("  called out of order: {out_of_order}"))?;
    let noted = Came::ALL.iter().zip(outcomes).filter(|(_, count)| *count > 0);
    for (outcome, count) in noted {
        desk.say(&format!("  {}: {count}", outcome.word()))?;
    }
    ratings.say(desk, waits.len())?;
    match told {
        Ok(told) => desk.say(&format!(
            "  told waits: {} of 1000 held, {} of 1000 waited longer, middle off by {} min, n = {}",
            told.inside,
            told.longer,
            told.bias_ms / 60_000,
            told.pairs
        )),
        Err(few) => desk.say(&format!("  told waits: not enough data ({} so far)", few.pairs)),
    }
}

/// A day's ratings, never without how many there are: 100 % of three convinces nobody.
#[derive(Default)]
struct Rated {
    all: Ratings,
    why: BTreeMap<Complaint, u32>,
}

impl Rated {
    fn of(events: &[Event]) -> Self {
        let mut rated = Self::default();
        for event in events {
            if let What::Rated { level, why } = &event.what {
                rated.all.add(*level);
                for complaint in why {
                    *rated.why.entry(*complaint).or_default() += 1;
                }
            }
        }
        rated
    }

    fn json(&self, called: usize) -> serde_json::Value {
        let why: BTreeMap<_, _> = self.why.iter().map(|(why, n)| (why.word(), n)).collect();
        serde_json::json!({"rated": self.all.rated, "satisfied": self.all.satisfied,
            "of_called": called, "why": why})
    }

    fn say(&self, desk: &Desk, called: usize) -> Outcome {
        let Ratings { rated, satisfied } = self.all;
        if rated == 0 {
            return Ok(());
        }
        desk.say(&format!("  satisfied: {satisfied} of {rated}; {rated} of {called} rated"))?;
        self.why
            .iter()
            .try_for_each(|(why, count)| desk.say(&format!("    {}: {count}", why.word())))
    }
}

/// The value below which `percent` of sorted values lie.
fn at(sorted: &[i64], percent: usize) -> i64 {
    let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(index).copied().unwrap_or_default()
}
