//! How wide a range must be, learned from what was estimated and what came of it.

use serde::{Deserialize, Serialize};

use super::MINUTE_MS;

/// The buckets' inner borders, in minutes of the point estimate.
pub const EDGES_MIN: [i64; BUCKETS - 1] = [2, 5, 10, 20, 40];
/// Only so many of the newest pairs are learned from (trust note, section 6).
pub const PAIRS_MAX: usize = 2_000;
/// A bucket with fewer pairs keeps its default: below it the outermost tenth is under six visits.
pub const PAIRS_ENOUGH: usize = 60;

const BUCKETS: usize = 6;
/// No ratio beyond a hundred is believed.
const RATIO_MAX: i64 = 100_000;

/// A point estimate and the wait that followed, both in milliseconds of open time
/// ([`super::Estimate::work_ms`], [`super::hours::open_ms`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The estimate when the number was taken.
    pub work_ms: i64,
    /// The wait from then to the first call.
    pub waited_ms: i64,
}

impl Pair {
    /// (waited + 1 min) ÷ (estimate + 1 min) in thousandths: the minute keeps short waits from
    /// having wild ratios.
    fn ratio(self) -> i64 {
        let ratio = plus_minute(self.waited_ms) * 1_000 / plus_minute(self.work_ms);
        i64::try_from(ratio).unwrap_or(RATIO_MAX).min(RATIO_MAX)
    }
}

/// Which part of past waits the range spans, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantiles {
    /// The share that was shorter than the lower end.
    pub low: u16,
    /// The share that was not longer than the upper end.
    pub high: u16,
}

impl Default for Quantiles {
    /// 10–90 % (trust note, section 6); 20–80 % is narrower and wrong twice as often.
    fn default() -> Self {
        Self { low: 100, high: 900 }
    }
}

/// How waits spread around estimates of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// The mean estimate of the bucket, in milliseconds: where the ratios hold.
    pub at_ms: i64,
    /// The lower end's ratio, in thousandths.
    pub low: i64,
    /// The point's ratio, in thousandths: all waits ÷ all estimates, so that what is told too much
    /// and too little adds up to nothing. It holds what the work in front does not know: those who
    /// come later and are called before, officers' pauses, counters that will close.
    pub mid: i64,
    /// The upper end's ratio, in thousandths.
    pub high: i64,
    /// How many pairs it was learned from; 0 for a default.
    pub pairs: usize,
}

impl Bucket {
    fn learn(pairs: &[Pair], quantiles: Quantiles) -> Self {
        let mut ratios: Vec<i64> = pairs.iter().map(|pair| pair.ratio()).collect();
        ratios.sort_unstable();
        let low = quantile(&ratios, quantiles.low, 0);
        // The ratios were rounded down.
        let high = quantile(&ratios, quantiles.high, 999).max(low) + 1;
        let sum =
            |of: fn(&Pair) -> i64| -> i128 { pairs.iter().map(|pair| plus_minute(of(pair))).sum() };
        let work = sum(|pair| pair.work_ms);
        let mid = sum(|pair| pair.waited_ms) * 1_000 / work.max(1);
        let mid = i64::try_from(mid).unwrap_or(RATIO_MAX).clamp(low, high);
        let at = work / i128::try_from(pairs.len().max(1)).unwrap_or(i128::MAX);
        let at_ms = i64::try_from(at - i128::from(MINUTE_MS)).unwrap_or(i64::MAX);
        Self { at_ms, low, mid, high, pairs: pairs.len() }
    }
}

/// What a calibration makes of the work in front, in milliseconds of open time, in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spread {
    pub(super) low_ms: i64,
    pub(super) point_ms: i64,
    pub(super) high_ms: i64,
}

/// The spread of waits around estimates, by the size of the estimate: split-conformal prediction
/// on ratios. Learn it at night from earlier days; within the day it stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calibration {
    /// Estimates below 2, 5, 10, 20 and 40 minutes ([`EDGES_MIN`]), and longer ones.
    pub buckets: [Bucket; BUCKETS],
}

impl Default for Calibration {
    /// What this module's simulation of eight counters learned over three seeds, rounded outwards:
    /// simulated data, not a real centre's. It holds only until a site has pairs of its own.
    fn default() -> Self {
        let bucket = |at_s: i64, low, mid, high| {
            let at_ms = at_s * 1_000;
            Bucket { at_ms, low, mid, high, pairs: 0 }
        };
        Self {
            buckets: [
                bucket(30, 500, 1_000, 1_800),
                bucket(210, 300, 1_000, 1_900),
                bucket(450, 350, 1_000, 1_800),
                bucket(900, 650, 1_100, 1_600),
                bucket(1_800, 700, 1_100, 1_550),
                bucket(3_600, 750, 1_100, 1_500),
            ],
        }
    }
}

impl Calibration {
    /// Learns from pairs of earlier days, oldest first; only the last [`PAIRS_MAX`] count. A bucket
    /// with fewer than [`PAIRS_ENOUGH`] stays as it is in `base`, whatever quantiles are asked for.
    ///
    /// Services differ: long and uneven visits need wider ranges. So learn the centre from all
    /// pairs over [`Calibration::default`], then each service from its own over the centre's.
    #[must_use]
    pub fn learn(base: &Self, pairs: &[Pair], quantiles: Quantiles) -> Self {
        let mut sorted: [Vec<Pair>; BUCKETS] = Default::default();
        for pair in pairs.iter().rev().take(PAIRS_MAX) {
            if let Some(bucket) = sorted.get_mut(bucket_of(pair.work_ms)) {
                bucket.push(*pair);
            }
        }
        let mut learned = *base;
        for (bucket, pairs) in learned.buckets.iter_mut().zip(&sorted) {
            if pairs.len() >= PAIRS_ENOUGH {
                *bucket = Bucket::learn(pairs, quantiles);
            }
        }
        learned
    }

    /// The point and the ends for so much work: at a bucket's mean estimate what it learned, in
    /// between on a straight line, beyond the last by its ratio.
    ///
    /// Buckets were learned apart, and more work could get a shorter wait. Where they disagree the
    /// ends give way outwards and the point upwards, so that all rise with the work.
    pub(super) fn spread(&self, work_ms: i64) -> Spread {
        let work_ms = work_ms.max(0);
        let line = |ratio: fn(&Bucket) -> i64| {
            self.buckets.map(|bucket| Knot::new(bucket.at_ms, ratio(&bucket)))
        };
        let (mut low, mut point, mut high) = (line(|b| b.low), line(|b| b.mid), line(|b| b.high));
        rise(&mut point);
        rise(&mut high);
        let mut least = i64::MAX;
        for knot in low.iter_mut().rev() {
            least = knot.wait_ms.min(least);
            knot.wait_ms = least;
        }
        // No work, no wait: before the first knot low and point come from nothing. The upper end
        // stays, for what goes wrong in front of an idle counter.
        let first = high.first().map_or(0, |knot| knot.wait_ms);
        let point_ms = along(&point, 0, work_ms);
        Spread {
            low_ms: along(&low, 0, work_ms).min(point_ms),
            point_ms,
            high_ms: along(&high, first, work_ms).max(point_ms),
        }
    }
}

/// A point of a rising line from estimates to waits.
#[derive(Clone, Copy)]
struct Knot {
    at_ms: i64,
    wait_ms: i64,
    /// How the line goes on after the last knot, in thousandths.
    ratio: i64,
}

impl Knot {
    /// (at + 1 min) · ratio − 1 min, never negative.
    fn new(at_ms: i64, ratio: i64) -> Self {
        let (at_ms, ratio) = (at_ms.max(0), ratio.clamp(0, RATIO_MAX));
        let wait = plus_minute(at_ms) * i128::from(ratio) / 1_000 - i128::from(MINUTE_MS);
        Self { at_ms, wait_ms: i64::try_from(wait.max(0)).unwrap_or(i64::MAX), ratio }
    }
}

fn rise(knots: &mut [Knot]) {
    let mut most = 0;
    for knot in knots {
        most = knot.wait_ms.max(most);
        knot.wait_ms = most;
    }
}

/// The height at `work_ms` of the line that begins at no work with `origin_ms`.
fn along(knots: &[Knot], origin_ms: i64, work_ms: i64) -> i64 {
    let next = knots.iter().position(|knot| knot.at_ms > work_ms).unwrap_or(knots.len());
    let origin = Knot { at_ms: 0, wait_ms: origin_ms, ratio: 1_000 };
    let start = next.checked_sub(1).and_then(|i| knots.get(i)).unwrap_or(&origin);
    let (run, rise) = match knots.get(next) {
        Some(end) => (end.at_ms - start.at_ms, end.wait_ms - start.wait_ms),
        None => (1_000, start.ratio),
    };
    let way = i128::from(work_ms - start.at_ms);
    let height = i128::from(start.wait_ms) + way * i128::from(rise) / i128::from(run);
    i64::try_from(height).unwrap_or(i64::MAX)
}

fn plus_minute(ms: i64) -> i128 {
    i128::from(ms.max(0)) + i128::from(MINUTE_MS)
}

fn bucket_of(work_ms: i64) -> usize {
    EDGES_MIN.iter().filter(|edge| work_ms >= *edge * MINUTE_MS).count()
}

/// The value of rank (n + 1) · q of sorted values, as split-conformal prediction asks for;
/// `up` = 999 rounds the rank up, 0 down.
fn quantile(sorted: &[i64], thousandths: u16, up: usize) -> i64 {
    let rank = ((sorted.len() + 1) * usize::from(thousandths.min(1_000)) + up) / 1_000;
    let at = rank.saturating_sub(1).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or(1_000)
}
