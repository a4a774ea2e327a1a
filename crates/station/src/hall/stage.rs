//! Who stands in the big area: each call for its least time, those that come together side by side,
//! and one that is being spoken always.

use std::collections::VecDeque;

/// A call stands in the big area for at least this long, and is gold for so long.
pub(super) const LEAST_MS: i64 = 5_000;
/// A call that waited this long for a place is known from the calls before.
const STALE_MS: i64 = 60_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    call: i64,
    since_ms: i64,
}

/// The big area and those who wait for it.
#[derive(Debug, Default)]
pub(super) struct Stage {
    standing: Vec<Standing>,
    waiting: VecDeque<Standing>,
}

impl Stage {
    /// The calls that stand there, in the order they came.
    pub(super) fn calls(&self) -> impl Iterator<Item = i64> + '_ {
        self.standing.iter().map(|standing| standing.call)
    }

    /// How many wait for a place.
    #[cfg(test)]
    fn waits(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// A call comes; the call it repeats, if any, makes room for it.
    pub(super) fn come(&mut self, call: i64, instead: Option<i64>, now_ms: i64) {
        if let Some(old) = instead {
            self.standing.retain(|standing| standing.call != old);
            self.waiting.retain(|waiting| waiting.call != old);
        }
        self.waiting.push_back(Standing { call, since_ms: now_ms });
    }

    /// Nobody is to come for this call any more: it does not take a place from others.
    pub(super) fn over(&mut self, call: i64) {
        self.waiting.retain(|waiting| waiting.call != call);
    }

    /// A call was taken back: it does not stand.
    pub(super) fn gone(&mut self, call: i64) {
        self.over(call);
        self.standing.retain(|standing| standing.call != call);
    }

    /// Brings the big area up to now. `open` tells whether a call is still to be said.
    pub(super) fn settle(
        &mut self,
        share: usize,
        speaking: Option<i64>,
        open: impl Fn(i64) -> bool,
        now_ms: i64,
    ) {
        self.waiting.retain(|waiting| now_ms - waiting.since_ms < STALE_MS);
        // What is heard is seen.
        if let Some(call) = speaking
            && !self.calls().any(|standing| standing == call)
        {
            self.over(call);
            self.enter(call, share, speaking, now_ms);
        }
        while let Some(next) = self.waiting.front().copied() {
            if !self.has_place(share, speaking, &open, now_ms) {
                break;
            }
            self.waiting.pop_front();
            self.enter(next.call, share, speaking, now_ms);
        }
        // The newest stands alone again.
        let quiet = |standing: &Standing| {
            now_ms - standing.since_ms >= LEAST_MS
                && speaking != Some(standing.call)
                && !open(standing.call)
        };
        if self.waiting.is_empty() && self.standing.len() > 1 && self.standing.iter().all(quiet) {
            self.standing.drain(..self.standing.len() - 1);
        }
    }

    /// Beside calls of the last seconds there is room; a full area waits for one that has had its
    /// time; calls of before make room at once.
    fn has_place(
        &self,
        share: usize,
        speaking: Option<i64>,
        open: impl Fn(i64) -> bool,
        now_ms: i64,
    ) -> bool {
        let had = |standing: &Standing| now_ms - standing.since_ms >= LEAST_MS;
        self.standing.len() < share
            || self.standing.iter().any(|one| had(one) && speaking != Some(one.call))
            || self.standing.iter().all(|one| had(one) && !open(one.call))
    }

    fn enter(&mut self, call: i64, share: usize, speaking: Option<i64>, now_ms: i64) {
        let had = |standing: &Standing| now_ms - standing.since_ms >= LEAST_MS;
        if self.standing.iter().all(|one| had(one) && speaking != Some(one.call)) {
            self.standing.clear();
        }
        while self.standing.len() >= share.max(1) {
            let may_go = |one: &Standing| speaking != Some(one.call);
            let place = self.standing.iter().position(|one| had(one) && may_go(one));
            let place = place.or_else(|| self.standing.iter().position(may_go));
            self.standing.remove(place.unwrap_or_default());
        }
        self.standing.push(Standing { call, since_ms: now_ms });
    }

    /// When somebody's least time ends next.
    pub(super) fn deadline(&self, now_ms: i64) -> Option<i64> {
        let ends = self.standing.iter().map(|standing| standing.since_ms + LEAST_MS);
        ends.filter(|end| *end > now_ms).min()
    }
}

#[cfg(test)]
mod tests;
