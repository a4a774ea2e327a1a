//! Who is said next: recalls before calls, calls before notices, in the order they came.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::{Say, Saying, Skip};
use crate::phrase::Kind;

/// A call older than this is not spoken; the screen still shows it.
pub(super) const STALE: Duration = Duration::from_secs(60);
/// Calls that may wait; beyond, the oldest is skipped.
const WAITING_MAX: usize = 32;
/// From so many on, each call is said as shortly as can be.
const CROWD: usize = 4;

/// A call that waits, and since when.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) say: Say,
    since: Instant,
}

impl Waiting {
    fn age(&self, now: Instant) -> Duration {
        self.say.age + now.saturating_duration_since(self.since)
    }
}

/// How much time a call is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pace {
    /// How often its sentence is said.
    pub(super) times: u32,
    /// The chime is the short one.
    pub(super) short: bool,
}

#[derive(Debug, Default)]
pub(super) struct Line {
    waiting: VecDeque<Waiting>,
}

/// A recall is for somebody who is already late; a notice can wait.
fn rank(say: &Say) -> u8 {
    match &say.what {
        Saying::Call(call) if matches!(call.kind, Kind::Recall | Kind::LastCall) => 0,
        Saying::Call(_) => 1,
        Saying::Notice(..) => 2,
    }
}

impl Line {
    /// Takes a call in; whom it replaces or crowds out, and why. The newest call of a number is the
    /// one that holds, also when it names another counter.
    pub(super) fn put(&mut self, say: Say, now: Instant) -> Vec<(i64, Skip)> {
        let mut skipped = match &say.what {
            Saying::Call(call) => self.take_out(
                Skip::Superseded,
                |old| matches!(&old.what, Saying::Call(other) if other.number == call.number),
            ),
            Saying::Notice(..) => self.take_out(Skip::Superseded, |old| old.what == say.what),
        };
        if self.waiting.len() >= WAITING_MAX
            && let Some(oldest) = self.waiting.pop_front()
        {
            skipped.push((oldest.say.id, Skip::Crowded));
        }
        let rank_of_new = rank(&say);
        let place = self.waiting.iter().position(|other| rank(&other.say) > rank_of_new);
        let waiting = Waiting { say, since: now };
        match place {
            Some(place) => self.waiting.insert(place, waiting),
            None => self.waiting.push_back(waiting),
        }
        skipped
    }

    /// A call that was broken off is the first to be said again.
    pub(super) fn put_back(&mut self, say: Say, now: Instant) {
        self.waiting.push_front(Waiting { say, since: now });
    }

    /// Takes back a call that has not begun.
    pub(super) fn hush(&mut self, id: i64) -> Vec<(i64, Skip)> {
        self.take_out(Skip::Cancelled, |say| say.id == id)
    }

    fn take_out(&mut self, why: Skip, matches: impl Fn(&Say) -> bool) -> Vec<(i64, Skip)> {
        let out = self.waiting.iter().filter(|w| matches(&w.say)).map(|w| (w.say.id, why));
        let out = out.collect();
        self.waiting.retain(|waiting| !matches(&waiting.say));
        out
    }

    /// Who is said now, and who has waited too long.
    pub(super) fn next(&mut self, now: Instant) -> (Vec<(i64, Skip)>, Option<Say>) {
        let mut stale = Vec::new();
        while let Some(next) = self.waiting.pop_front() {
            if next.age(now) < STALE {
                let age = next.age(now);
                return (stale, Some(Say { age, ..next.say }));
            }
            stale.push((next.say.id, Skip::Stale));
        }
        (stale, None)
    }

    /// Said twice when nobody waits behind it; a full hall hears each call once, a crowded one with
    /// the short chime.
    pub(super) fn pace(&self) -> Pace {
        let behind = self.waiting.len();
        Pace { times: if behind == 0 { 2 } else { 1 }, short: behind >= CROWD }
    }
}

#[cfg(test)]
mod tests;
