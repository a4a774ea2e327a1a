//! How fast a service goes, from the visits that were finished.

use std::collections::VecDeque;

/// How many visits are remembered (trust note, section 6).
pub const EARLIER_MAX: usize = 400;
/// How many of today's visits make today's pace (trust note, section 6).
pub const TODAY_MAX: usize = 8;
/// With fewer visits than this the prior still has a say (trust note, section 6).
pub const SHRINK_UNTIL: usize = 20;
/// The longest visit counted, in milliseconds: two hours. A counter that was left without
/// "finish" over lunch must not slow a month of estimates; the slowest service of the day model
/// has a 90 % quantile of 25 minutes.
pub const LONGEST_MS: i64 = 2 * 3_600_000;
/// A visit of a service nobody gave a prior for, in milliseconds: eight minutes, between the
/// medians of the day model (2–12 minutes; general intake 7).
pub const PRIOR_MS: i64 = 8 * 60_000;

/// What is known of one service's time at a counter, from the call to the end. A no-show counts
/// with the time it blocked the counter, so that no-shows need no share of their own.
///
/// Folding visits one by one with [`Pace::fold`] and [`Pace::new_day`] gives the same value as
/// building it from lists with [`Pace::of`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    prior_ms: i64,
    /// The last visits, oldest first, today's included.
    last: VecDeque<i64>,
    /// Their sum.
    sum_ms: i64,
    /// How many of them are of today, at most [`TODAY_MAX`].
    today: usize,
}

impl Pace {
    /// Nothing seen yet; `prior_ms` is the site's guess of the mean, in milliseconds.
    #[must_use]
    pub fn new(prior_ms: i64) -> Self {
        let prior_ms = prior_ms.clamp(0, LONGEST_MS);
        Self { prior_ms, last: VecDeque::new(), sum_ms: 0, today: 0 }
    }

    /// From durations in milliseconds, oldest first. Only the last [`EARLIER_MAX`] of all matter.
    #[must_use]
    pub fn of(
        prior_ms: i64,
        earlier_ms: impl IntoIterator<Item = i64>,
        today_ms: impl IntoIterator<Item = i64>,
    ) -> Self {
        let mut pace = Self::new(prior_ms);
        earlier_ms.into_iter().for_each(|duration| pace.fold(duration));
        pace.new_day();
        today_ms.into_iter().for_each(|duration| pace.fold(duration));
        pace
    }

    /// One more visit ended after this many milliseconds; clamped to 0..=[`LONGEST_MS`].
    pub fn fold(&mut self, duration_ms: i64) {
        let duration = duration_ms.clamp(0, LONGEST_MS);
        if self.last.len() >= EARLIER_MAX {
            self.sum_ms -= self.last.pop_front().unwrap_or_default();
        }
        self.last.push_back(duration);
        self.sum_ms += duration;
        self.today = (self.today + 1).min(TODAY_MAX);
    }

    /// A new day begins: what was seen so far is the past.
    pub fn new_day(&mut self) {
        self.today = 0;
    }

    /// How many visits are remembered, at most [`EARLIER_MAX`].
    #[must_use]
    pub fn seen(&self) -> usize {
        self.last.len()
    }

    /// The mean visit to reckon with, in milliseconds: half from all that is remembered, half from
    /// the last [`TODAY_MAX`] of today. While today has fewer, its half shrinks with their number,
    /// so that one long first visit does not double every estimate; while fewer than
    /// [`SHRINK_UNTIL`] are remembered, the prior stands in for those that are missing.
    #[must_use]
    pub fn mean_ms(&self) -> i64 {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let (seen, today) = (count(self.last.len()), count(self.today));
        if seen == 0 {
            return self.prior_ms;
        }
        let long = self.sum_ms / seen;
        let recent: i64 = self.last.iter().rev().take(self.today).sum();
        // long · (1 − w) + recent/today · w, with w = ½ · today/TODAY_MAX.
        let halves = 2 * count(TODAY_MAX);
        let mean = (long * (halves - today) + recent) / halves;
        let (enough, known) = (count(SHRINK_UNTIL), seen.min(count(SHRINK_UNTIL)));
        (mean * known + self.prior_ms * (enough - known)) / enough
    }
}
