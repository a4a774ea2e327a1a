//! The counter's own day: visits served and how long they took.

use std::collections::BTreeMap;

use queue::{BusinessDay, CounterId, Event, TicketId, Timestamp, What};

/// What the ledger tells of one counter's day.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnDay {
    day: BusinessDay,
    seq: i64,
    begun: BTreeMap<TicketId, Timestamp>,
    /// By the event that ended the visit; a visit that nobody began has no length.
    ended: BTreeMap<i64, Option<i64>>,
}

impl OwnDay {
    /// Reads on; what was read before changes nothing.
    pub(super) fn read(&mut self, counter: &CounterId, events: &[Event]) {
        for event in events {
            if event.seq <= self.seq {
                continue;
            }
            if event.day != self.day {
                *self = Self { day: event.day, ..Self::default() };
            }
            self.seq = event.seq;
            if event.counter.as_ref() == Some(counter) {
                self.note(event);
            }
        }
    }

    fn note(&mut self, event: &Event) {
        let Some(ticket) = event.ticket else { return };
        match &event.what {
            What::Started | What::Direct { .. } => {
                self.begun.insert(ticket, event.at);
            }
            What::Finished { .. } => {
                let length = self.begun.get(&ticket).map(|begun| event.at.since(*begun));
                self.ended.insert(event.seq, length);
            }
            What::Undone { of, .. } => {
                self.ended.remove(of);
            }
            What::SiteApplied { .. }
            | What::Issued { .. }
            | What::Called { .. }
            | What::Recalled { .. }
            | What::NoShow
            | What::Parked { .. }
            | What::Resumed { .. }
            | What::Transferred { .. }
            | What::Requeued { .. }
            | What::Cancelled
            | What::Voided { .. }
            | What::TakenOver { .. }
            | What::CounterOpened
            | What::CounterTaken { .. }
            | What::CounterPaused { .. }
            | What::CounterClosed
            | What::ServicePaused { .. }
            | What::ServiceResumed
            | What::EmergencyRaised { .. }
            | What::EmergencyEnded
            | What::Rated { .. }
            | What::OfficerEnlisted { .. }
            | What::PinReset { .. }
            | What::OfficerDismissed { .. }
            | What::SignedIn { .. }
            | What::PinWrong { .. }
            | What::Booked { .. }
            | What::BookingMoved { .. }
            | What::BookingCancelled { .. }
            | What::Print { .. }
            | What::Announced { .. }
            | What::DayClosed { .. }
            | What::ClockHeld { .. }
            | What::ClockStepped { .. }
            | What::DateConfirmed
            | What::Restored { .. } => {}
        }
    }

    /// Visits that ended here today.
    pub(super) fn served(&self) -> usize {
        self.ended.len()
    }

    /// The middle length of those that were begun, milliseconds.
    pub(super) fn median_ms(&self) -> Option<i64> {
        let mut lengths: Vec<i64> = self.ended.values().copied().flatten().collect();
        lengths.sort_unstable();
        lengths.get(lengths.len() / 2).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Feed;

    #[test]
    fn an_own_day_counts_what_ended_here_and_forgets_what_was_taken_back() {
        let mut feed = Feed::default();
        for (n, counter, minutes) in [(1, "10", 4), (2, "10", 9), (3, "9", 60)] {
            feed.issue(0, n);
            feed.call(1_000, n, counter);
            feed.add(2_000, n, counter, What::Started);
            feed.add(2_000 + minutes * 60_000, n, counter, What::finished());
        }
        let mut own = OwnDay::default();
        own.read(&"10".into(), &feed.events);
        own.read(&"10".into(), &feed.events);
        assert_eq!((own.served(), own.median_ms()), (2, Some(9 * 60_000)));
        let finished = feed.events.iter().find(|e| e.what == What::finished()).unwrap().clone();
        let mut before = crate::testing::ticket(1, queue::PrintState::None);
        before.id = finished.ticket.unwrap();
        before.state = queue::State::Serving;
        let what = What::Undone {
            of: finished.seq,
            from: queue::State::Served,
            before: Box::new(before),
            streak: None,
        };
        feed.add(20 * 60_000, 1, "10", what);
        own.read(&"10".into(), &feed.events);
        assert_eq!(own.served(), 1);
    }
}
