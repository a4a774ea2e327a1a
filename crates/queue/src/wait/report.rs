//! What came of what was told: the numbers of a daily report.

use super::Range;

/// Below so many pairs a report says only that there are too few: one visitor more or less would
/// move its shares by more than three points.
pub const REPORT_ENOUGH: usize = 30;

/// A range that was told and the wait that followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// What was told when the number was taken.
    pub range: Range,
    /// The wait from then to the first call, in milliseconds of wall time.
    pub waited_ms: i64,
}

/// How honest the ranges were. Targets (trust note, section 6): at least 850 inside, at most 100
/// longer, a bias within two minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many pairs it is made of.
    pub pairs: usize,
    /// The share that waited within the range, in thousandths.
    pub inside: u16,
    /// The share that waited longer than the upper end, in thousandths.
    pub longer: u16,
    /// The mean of middle − wait, in milliseconds; positive when people were told too much.
    pub bias_ms: i64,
    /// The mean distance between middle and wait, in milliseconds.
    pub error_ms: i64,
    /// The mean width of the ranges, in milliseconds.
    pub width_ms: i64,
}

/// Not enough data for a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("only {pairs} waits are known; a report needs {REPORT_ENOUGH}")]
pub struct TooFew {
    /// How many there are.
    pub pairs: usize,
}

impl Report {
    /// Adds up what was told.
    ///
    /// # Errors
    /// [`TooFew`] with fewer than [`REPORT_ENOUGH`] pairs.
    pub fn of(told: &[Compared]) -> Result<Self, TooFew> {
        let pairs = told.len();
        if pairs < REPORT_ENOUGH {
            return Err(TooFew { pairs });
        }
        let share = |counts: fn(&Compared) -> bool| {
            let count = told.iter().filter(|told| counts(told)).count();
            u16::try_from(count.saturating_mul(1_000) / pairs).unwrap_or(1_000)
        };
        let mean = |value: fn(&Compared) -> i64| {
            // i128 holds the sum of any number of i64.
            let sum: i128 = told.iter().map(|told| i128::from(value(told))).sum();
            let count = i128::try_from(pairs).unwrap_or(i128::MAX);
            i64::try_from(sum / count).unwrap_or(i64::MAX)
        };
        Ok(Self {
            pairs,
            inside: share(|told| told.range.contains(told.waited_ms)),
            longer: share(|told| told.range.exceeded_by(told.waited_ms)),
            bias_ms: mean(Compared::off_ms),
            error_ms: mean(|told| told.off_ms().saturating_abs()),
            width_ms: mean(|told| {
                i64::from(told.range.to_min.saturating_sub(told.range.from_min)) * 60_000
            }),
        })
    }
}

impl Compared {
    /// Middle − wait, in milliseconds.
    fn off_ms(&self) -> i64 {
        self.range.middle_ms().saturating_sub(self.waited_ms)
    }
}
