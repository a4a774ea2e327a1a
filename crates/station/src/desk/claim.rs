//! The counter of this program: claimed, taken from another, kept, lost.

use std::collections::BTreeMap;

use queue::{CounterId, Event, OfficerId, What};
use store::ActError;
use uuid::Uuid;

use super::{Answer, News, Trouble, Worker};

impl<T: FnMut(News)> Worker<T> {
    pub(super) fn claim(&mut self, request: Uuid, counter: CounterId) {
        let now = self.clock.now().wall;
        // Given back first, another program could take it in between.
        let held = self.claim.as_ref().filter(|claim| *claim.counter() == counter);
        if held.is_some_and(|claim| claim.beat(now).is_ok()) {
            (self.tell)(News::Answer { request, answer: Answer::Claimed(counter) });
            return;
        }
        self.claim = None;
        let answer = match &mut self.open {
            None => Answer::Failed(Trouble::from(&store::Error::Away)),
            Some(open) => match open.store.claim(&counter, now) {
                Ok(claim) => {
                    self.claim = Some(claim);
                    Answer::Claimed(counter)
                }
                Err(ActError::Refused(refusal)) => Answer::Refused(refusal),
                Err(ActError::Store(error)) => Answer::Failed(Trouble::from(&error)),
            },
        };
        (self.tell)(News::Answer { request, answer });
    }

    pub(super) fn take(&mut self, request: Uuid, counter: CounterId, officer: Option<OfficerId>) {
        let now = self.clock.now().wall;
        self.claim = None;
        let taken = match &mut self.open {
            None => Err(ActError::Store(store::Error::Away)),
            Some(open) => open.store.take(request, &counter, officer, now),
        };
        let answer = match taken {
            Ok((claim, _)) => {
                self.claim = Some(claim);
                Answer::Claimed(counter)
            }
            Err(ActError::Refused(refusal)) => Answer::Refused(refusal),
            Err(ActError::Store(error)) => {
                // Whether it was taken or not: this program does not work there yet.
                let trouble = Trouble::from(&error);
                if error.outcome_unknown() || error.store_is_lost() {
                    self.away(&error);
                }
                Answer::Failed(trouble)
            }
        };
        self.catch_up();
        (self.tell)(News::Answer { request, answer });
    }

    /// Says that the program at this counter answers.
    pub(super) fn beat_claim(&mut self) {
        let now = self.clock.now().wall;
        match self.claim.as_ref().map(|claim| claim.beat(now)) {
            Some(Err(store::Error::ClaimLost)) => self.regain(),
            Some(Err(error)) => {
                tracing::warn!(%error, "the counter's heartbeat could not be written");
            }
            Some(Ok(())) | None => {}
        }
    }

    /// A counter that was a lock of the old connection is asked for anew.
    pub(super) fn claim_anew(&mut self) {
        if self.claim.as_ref().is_some_and(|claim| !claim.outlives_the_store()) {
            self.regain();
        }
    }

    /// The lock is gone; the counter is still this program's where nobody else has it.
    fn regain(&mut self) {
        let now = self.clock.now().wall;
        let (Some(lost), Some(open)) = (&self.claim, &mut self.open) else { return };
        match open.store.claim_again(lost, now) {
            Ok(claim) => self.claim = Some(claim),
            Err(ActError::Refused(_)) => self.claim_lost(),
            Err(ActError::Store(error)) => {
                tracing::warn!(%error, "the counter could not be claimed again yet");
            }
        }
    }

    /// Gives this program's counter up when it was taken since it was claimed; `taken` tells the last
    /// event by which a counter was, 0 for none.
    pub(super) fn look_for_taker(&mut self, taken: impl Fn(&CounterId) -> i64) {
        let lost = |claim: &store::Claim| claim.is_before(taken(claim.counter()));
        if self.claim.as_ref().is_some_and(lost) {
            self.claim_lost();
        }
    }

    /// Two programs at one counter would call over each other: this one stops and says so.
    fn claim_lost(&mut self) {
        let Some(lost) = self.claim.take() else { return };
        tracing::warn!(counter = %lost.counter(), "another program has taken the counter");
        (self.tell)(News::ClaimLost(lost.counter().clone()));
    }
}

/// The counters that were taken, each with its last event.
pub(super) fn taken_in(events: &[Event]) -> BTreeMap<CounterId, i64> {
    let taken = events.iter().filter(|event| matches!(event.what, What::CounterTaken { .. }));
    taken.filter_map(|event| Some((event.counter.clone()?, event.seq))).collect()
}
