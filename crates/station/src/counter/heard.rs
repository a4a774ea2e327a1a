//! Whether the hall has heard of the last call of this counter.

use queue::{CounterId, Event, Heard, Lang, What};

use crate::words::pick;

/// A hall that works has begun to speak by then, milliseconds after the call.
const SOON_MS: i64 = 1_000;

/// The last call from here, and what the hall said of it.
#[derive(Clone, Debug, Default)]
pub(super) struct LastCall {
    seq: i64,
    at_ms: i64,
    heard: Option<Heard>,
    /// A hall has spoken today: one that is silent now is missed. A centre without one misses
    /// nothing.
    speaks: bool,
}

impl LastCall {
    /// Reads on; `now_ms` is when these events were seen, on [`crate::Now::up_ms`].
    pub(super) fn read(&mut self, counter: Option<&CounterId>, events: &[Event], now_ms: i64) {
        for event in events {
            if event.is_call() && event.seq > self.seq && event.counter.as_ref() == counter {
                *self = Self { seq: event.seq, at_ms: now_ms, heard: None, speaks: self.speaks };
            }
            if let What::Announced { call, heard } = &event.what {
                self.speaks = true;
                if *call == self.seq {
                    self.heard = Some(heard.clone());
                }
            }
        }
    }

    /// In a few words; empty while there is nothing to say.
    pub(super) fn words(&self, lang: Lang, now_ms: i64) -> &'static str {
        match &self.heard {
            Some(Heard::Begun) => pick(lang, "loa đang đọc", "being spoken"),
            Some(Heard::Spoken { .. }) => pick(lang, "loa đã đọc", "spoken in the hall"),
            Some(Heard::Skipped { .. }) => pick(lang, "loa không đọc", "not spoken"),
            None if self.speaks && now_ms - self.at_ms >= SOON_MS => {
                pick(lang, "loa im lặng", "the hall is silent")
            }
            None => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Feed;

    #[test]
    fn the_officer_sees_within_a_second_whether_the_hall_spoke() {
        let (mut feed, mut last) = (Feed::default(), LastCall::default());
        let ten = CounterId::from("10");
        feed.issue(0, 1);
        let call = feed.call(0, 1, "10");
        last.read(Some(&ten), std::slice::from_ref(&call), 0);
        assert_eq!(last.words(Lang::Vi, 60_000), "", "no hall has ever spoken here");
        let mut announced = |call: i64, heard, at| {
            let event = feed.add(at, 1, "", What::Announced { call, heard });
            last.read(Some(&ten), &[event], at);
            last.words(Lang::Vi, at).to_owned()
        };
        assert_eq!(announced(call.seq, Heard::Begun, 300), "loa đang đọc");
        assert_eq!(announced(call.seq, Heard::Spoken { attempt: 1 }, 5_000), "loa đã đọc");
        let again = feed.add(9_000, 1, "10", What::Recalled { calls: 2 });
        last.read(Some(&ten), std::slice::from_ref(&again), 9_000);
        assert_eq!(last.words(Lang::Vi, 9_900), "");
        assert_eq!(last.words(Lang::Vi, 10_000), "loa im lặng");
        let skipped =
            What::Announced { call: again.seq, heard: Heard::Skipped { why: "no_sound".into() } };
        last.read(Some(&ten), &[feed.add(11_000, 1, "", skipped)], 11_000);
        assert_eq!(last.words(Lang::En, 11_000), "not spoken");
        // Another counter's call is not this one's.
        last.read(Some(&CounterId::from("9")), &[feed.add(12_000, 1, "10", What::Started)], 0);
        assert_eq!(last.words(Lang::En, 12_000), "not spoken");
    }
}
