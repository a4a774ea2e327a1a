//! How long a visitor will wait: the work in front of them, divided by the counters that take it.
//!
//! Everything comes in as plain data: an [`Outlook`] (who is before the one asking, which counters
//! are open, the hours of the day), a [`Pace`] for each service and a [`Calibration`] learned from
//! earlier days. What goes out is a [`Range`] in steps of five minutes, never a single number, or
//! the reason why nothing honest can be said ([`NoEstimate`]).
//!
//! Two clocks are kept apart. *Open time* runs only while the counters call; work is measured in
//! it and the calibration learns in it. *Wall time* is what a visitor's watch shows; the lunch
//! break enters when open time is laid over the day's sessions ([`hours::after`]).
//!
//! Sources: queue length over servers is the best simple predictor when rates are known (Ibrahim
//! and Whitt, M&SOM 11(3), 2009), ranges are taken better than points (emergency department field
//! experiment; the project's trust note, section 6, cites it), the constants below were chosen by the
//! simulation in this module's tests.

mod calibration;
mod experience;
pub mod hours;
mod pace;
mod report;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use calibration::{Bucket, Calibration, EDGES_MIN, PAIRS_ENOUGH, PAIRS_MAX, Pair, Quantiles};
pub use experience::{Asker, Experience, TARGET_MIN, Today};
pub use hours::Span;
pub use pace::{EARLIER_MAX, LONGEST_MS, PRIOR_MS, Pace, SHRINK_UNTIL, TODAY_MAX};
pub use report::{Compared, REPORT_ENOUGH, Report, TooFew};

use crate::{ServiceId, Timestamp};

/// Nothing is said of a service with fewer finished visits than this: it may be new, or its
/// counter may not be worked with the system at all. With five the prior still has three quarters
/// of the say ([`SHRINK_UNTIL`]).
pub const SEEN_ENOUGH: usize = 5;
/// What is shown goes in steps of this many minutes.
pub const STEP_MIN: u32 = 5;

/// Whoever has been at a counter for long is still expected to stay this share of a mean visit, in
/// percent. A lognormal visit of the day model (σ 0.2–0.65) has a mean residual life of 30–75 % of
/// its mean there; in the simulation 40 to 66 differ by 2 % of the error, 85 is worse.
const STILL_PERCENT: i64 = 50;
/// When the one asking is called, the other counters are still busy: each with this share of a
/// mean visit, in percent, which therefore does not lie in front. ½ for visits of constant length,
/// ½(1 + cv²) for others; in the simulation 40 to 70 differ by 2 % of the error, 100 is worse.
const LEFT_PERCENT: i64 = 50;
/// The longest wait told, in milliseconds: a day. Beyond it the answer is "not today".
const WAIT_MAX_MS: i64 = 24 * 3_600_000;
const MINUTE_MS: i64 = 60_000;

/// The centre as it looks to one visitor at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// The service asked for.
    pub service: ServiceId,
    /// Now.
    pub now: Timestamp,
    /// The services of those who wait and whom the rule calls before the one asking, in the order
    /// of their ranks. All services: a colleague's queue weighs as far as counters are shared.
    pub ahead: Vec<ServiceId>,
    /// The counters that are open, whatever they take.
    pub counters: Vec<OpenCounter>,
    /// When counters call today: in order, not overlapping. Empty on a day off.
    pub sessions: Vec<Span>,
}

/// A counter with an officer at it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenCounter {
    /// The services it takes.
    pub services: Vec<ServiceId>,
    /// The visit it holds, called or being served; nothing when it is idle.
    pub busy: Option<Busy>,
}

/// A visit at a counter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Busy {
    /// The visit's service.
    pub service: ServiceId,
    /// When it was called.
    pub since: Timestamp,
}

/// Minutes from now, as told: both ends are multiples of [`STEP_MIN`], at least one step apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Range {
    /// The lower end.
    pub from_min: u32,
    /// The upper end.
    pub to_min: u32,
}

impl Range {
    /// The narrowest range of whole steps around two waits in milliseconds. Negative waits count
    /// as none, waits over a day as a day, exchanged ends are put in order.
    #[must_use]
    pub fn around(a_ms: i64, b_ms: i64) -> Self {
        let (low, high) = (a_ms.min(b_ms), a_ms.max(b_ms));
        let step = i64::from(STEP_MIN) * MINUTE_MS;
        let steps = |ms: i64, up: i64| {
            let whole = (ms.clamp(0, WAIT_MAX_MS) + up) / step;
            u32::try_from(whole).unwrap_or_default() * STEP_MIN
        };
        let from_min = steps(low, 0);
        Self { from_min, to_min: steps(high, step - 1).max(from_min + STEP_MIN) }
    }

    /// Whether a wait in milliseconds lies inside, ends included.
    #[must_use]
    pub fn contains(&self, wait_ms: i64) -> bool {
        i64::from(self.from_min) * MINUTE_MS <= wait_ms && !self.exceeded_by(wait_ms)
    }

    /// Whether a wait in milliseconds is longer than the upper end.
    #[must_use]
    pub fn exceeded_by(&self, wait_ms: i64) -> bool {
        wait_ms > i64::from(self.to_min) * MINUTE_MS
    }

    /// The middle, in milliseconds.
    #[must_use]
    pub fn middle_ms(&self) -> i64 {
        (i64::from(self.from_min) + i64::from(self.to_min)) * MINUTE_MS / 2
    }
}

/// Whether the turn comes within the hours, from the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// Even the upper end lies in the session that runs or comes next.
    Session,
    /// The turn should come in this session, the upper end lies after it.
    PerhapsNotSession,
    /// The work does not fit before the break and goes on after it.
    NotSession,
    /// The turn should come today, the upper end does not fit before the last session ends; the
    /// range then ends with it.
    PerhapsNotToday,
}

/// What can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// What to show.
    pub range: Range,
    /// Whether the turn comes within the hours.
    pub fit: Fit,
    /// The point estimate in milliseconds of wall time; lies in the range. Not to be shown.
    pub point_ms: i64,
    /// Work over counters in milliseconds of open time, before the calibration: what a [`Pair`] is
    /// made of.
    pub work_ms: i64,
}

/// Why no range is told; what remains to be said is how many are ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoEstimate {
    /// Fewer than [`SEEN_ENOUGH`] visits of the service were ever finished.
    #[error("only {seen} finished visits of the service are known")]
    TooFewSeen {
        /// How many.
        seen: usize,
    },
    /// No open counter takes the service.
    #[error("no open counter takes the service")]
    NoCounter,
    /// The work in front does not fit into today, or today's sessions are over.
    #[error("the turn may not come today")]
    NotToday,
}

/// What a visitor can be told now.
///
/// One more person ahead, anywhere in the order, never makes either end, the point or the fit
/// better. A service without a pace counts with [`PRIOR_MS`] for each of its visits.
///
/// # Errors
/// [`NoEstimate`] with its reason; in the order of its variants.
pub fn estimate(
    outlook: &Outlook,
    paces: &BTreeMap<ServiceId, Pace>,
    calibration: &Calibration,
) -> Result<Estimate, NoEstimate> {
    let seen = paces.get(&outlook.service).map_or(0, Pace::seen);
    if seen < SEEN_ENOUGH {
        return Err(NoEstimate::TooFewSeen { seen });
    }
    let work_ms = work(outlook, paces).ok_or(NoEstimate::NoCounter)?;
    let spread = calibration.spread(work_ms);
    let wall = |work_ms| {
        hours::after(&outlook.sessions, outlook.now, work_ms)
            .map(|at| at.since(outlook.now))
            .filter(|wait| *wait <= WAIT_MAX_MS)
    };
    let point_ms = wall(spread.point_ms).ok_or(NoEstimate::NotToday)?;
    // The lower end is no later than the point, so it fits whenever the point does.
    let low_ms = wall(spread.low_ms).unwrap_or(point_ms);
    let session = hours::session_end(&outlook.sessions, outlook.now)
        .map_or(i64::MAX, |end| end.since(outlook.now));
    let (high_ms, fit) = match wall(spread.high_ms) {
        Some(high) if point_ms >= session => (high, Fit::NotSession),
        Some(high) if high >= session => (high, Fit::PerhapsNotSession),
        Some(high) => (high, Fit::Session),
        None => {
            let last = hours::day_end(&outlook.sessions).unwrap_or(outlook.now).since(outlook.now);
            (last.clamp(point_ms, WAIT_MAX_MS.max(point_ms)), Fit::PerhapsNotToday)
        }
    };
    Ok(Estimate { range: Range::around(low_ms, high_ms), fit, point_ms, work_ms })
}

/// Open time until the one asking is called, in milliseconds; nothing when no counter takes it.
///
/// Every counter begins with what remains of its visit. Then the visits in front are poured over
/// the counters that take them, in the order of the calls, each onto those that are free first: so
/// a colleague's long queue weighs only as far as the counters are shared. The asker's turn comes
/// where the level is lowest. With counters that all take everything this is the plain formula,
/// work in front ÷ counters.
///
/// Pouring, unlike handing whole visits to whole counters, never leaves a level lower than it would
/// have been with less work before: that is why one more person never shortens the result.
fn work(outlook: &Outlook, paces: &BTreeMap<ServiceId, Pace>) -> Option<i64> {
    let mean = |service: &ServiceId| paces.get(service).map_or(PRIOR_MS, Pace::mean_ms);
    let takers = |service: &ServiceId| -> Vec<usize> {
        let takes = |(_, counter): &(usize, &OpenCounter)| counter.services.contains(service);
        outlook.counters.iter().enumerate().filter(takes).map(|(i, _)| i).collect()
    };
    let mut levels: Vec<i64> = outlook
        .counters
        .iter()
        .map(|counter| match &counter.busy {
            Some(busy) => remaining(mean(&busy.service), outlook.now.since(busy.since)),
            None => 0,
        })
        .collect();
    let mine = takers(&outlook.service);
    let lowest = |levels: &[i64]| mine.iter().filter_map(|i| levels.get(*i)).copied().min();
    let first_free = lowest(&levels)?;

    let mut known: BTreeMap<&ServiceId, (Vec<usize>, i64)> = BTreeMap::new();
    for service in &outlook.ahead {
        let (takers, mean) =
            known.entry(service).or_insert_with(|| (takers(service), mean(service)));
        pour(&mut levels, takers, *mean);
    }

    let counters = i64::try_from(mine.len()).unwrap_or(i64::MAX);
    let left = mean(&outlook.service) * LEFT_PERCENT / 100;
    let left = left - left / counters;
    Some(lowest(&levels)?.saturating_sub(left).max(first_free))
}

/// What remains of a visit with this mean that began `elapsed` milliseconds ago.
fn remaining(mean_ms: i64, elapsed: i64) -> i64 {
    (mean_ms - elapsed.clamp(0, mean_ms)).max(mean_ms * STILL_PERCENT / 100)
}

/// Fills the lowest of the given levels with `work`, as water fills steps.
fn pour(levels: &mut [i64], takers: &[usize], work: i64) {
    let mut steps: Vec<i64> = takers.iter().filter_map(|i| levels.get(*i)).copied().collect();
    steps.sort_unstable();
    // The surface over the k lowest steps, were they alone; the true surface is the least of these.
    let mut filled = work;
    let surface = steps
        .into_iter()
        .zip(1_i64..)
        .map(|(step, k)| {
            filled = filled.saturating_add(step);
            filled / k + i64::from(filled % k != 0)
        })
        .min();
    let Some(surface) = surface else { return };
    for i in takers {
        if let Some(level) = levels.get_mut(*i) {
            *level = surface.max(*level);
        }
    }
}

#[cfg(test)]
mod tests;
