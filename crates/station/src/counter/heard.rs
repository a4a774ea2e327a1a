//! Whether the hall has shown and spoken the last call of this counter, and which display has not.

use std::collections::BTreeMap;

use queue::{CounterId, Event, Heard, Hearing, Lang, What};

use crate::words::pick;

/// A display that works has shown a call and begun to speak it by then, milliseconds.
const SOON_MS: i64 = 1_000;

/// What a display has done with earlier calls of this counter today.
#[derive(Clone, Copy, Debug, Default)]
struct Display {
    shows: bool,
    speaks: bool,
}

/// The last call from here, and what the hall made of it.
#[derive(Clone, Debug, Default)]
pub(super) struct LastCall {
    seq: i64,
    at_ms: i64,
    heard: Vec<Hearing>,
    /// The displays that took up calls of this counter: one that is silent now is missed. A centre
    /// without a hall, or with one for other counters, misses nothing.
    displays: BTreeMap<String, Display>,
}

impl LastCall {
    /// Reads on; `now_ms` is when these events were seen, on [`crate::Now::up_ms`].
    pub(super) fn read(&mut self, counter: Option<&CounterId>, events: &[Event], now_ms: i64) {
        for event in events {
            if event.is_call() && event.seq > self.seq && event.counter.as_ref() == counter {
                (self.seq, self.at_ms) = (event.seq, now_ms);
                self.heard.clear();
            }
            if let What::Announced { call, display, heard } = &event.what
                && *call == self.seq
            {
                let known = self.displays.entry(display.clone()).or_default();
                known.shows |= matches!(heard, Heard::Shown);
                known.speaks |= matches!(heard, Heard::Begun | Heard::Spoken { .. });
                Hearing::note(&mut self.heard, display, heard, event.at);
            }
        }
    }

    /// In a few words; empty while there is nothing to say.
    pub(super) fn words(&self, lang: Lang, now_ms: i64) -> String {
        let late = now_ms - self.at_ms >= SOON_MS;
        let of = |name: &str| self.heard.iter().find(|hearing| hearing.display == name);
        for (name, known) in &self.displays {
            let (shown, voice) = of(name)
                .map_or((false, None), |hearing| (hearing.shown.is_some(), hearing.voice.as_ref()));
            let name = if name.is_empty() { String::new() } else { format!(" {name}") };
            if matches!(voice, Some(Heard::Skipped { .. })) {
                let loud = pick(lang, "loa{} không đọc", "not spoken{}");
                return loud.replace("{}", &name);
            }
            if late && known.shows && !shown {
                let screen = pick(lang, "màn hình{} không hiện số", "not shown{}");
                return screen.replace("{}", &name);
            }
            if late && known.speaks && voice.is_none() {
                let loud = pick(lang, "loa{} im lặng", "silent{}");
                return loud.replace("{}", &name);
            }
        }
        let shown = self.heard.iter().any(|hearing| hearing.shown.is_some());
        let spoken = self.heard.iter().any(Hearing::spoken);
        let begun = self.heard.iter().any(Hearing::begun);
        let words = match (shown, spoken, begun) {
            (_, true, _) => pick(lang, "loa đã đọc", "spoken in the hall"),
            (_, false, true) => pick(lang, "loa đang đọc", "being spoken"),
            (true, false, false) => pick(lang, "đã hiện ở phòng chờ", "shown in the hall"),
            (false, false, false) => "",
        };
        words.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Feed;

    #[test]
    fn the_officer_sees_within_a_second_what_the_hall_made_of_a_call() {
        let (mut feed, mut last) = (Feed::default(), LastCall::default());
        let ten = CounterId::from("10");
        feed.issue(0, 1);
        let call = feed.call(0, 1, "10");
        last.read(Some(&ten), std::slice::from_ref(&call), 0);
        assert_eq!(last.words(Lang::Vi, 60_000), "", "no hall has ever shown or spoken here");
        let mut told = |last: &mut LastCall, call: i64, display: &str, heard, at| {
            let what = What::Announced { call, display: display.into(), heard };
            last.read(Some(&ten), &[feed.add(at, 1, "", what)], at);
            last.words(Lang::Vi, at)
        };
        assert_eq!(told(&mut last, call.seq, "A", Heard::Shown, 50), "đã hiện ở phòng chờ");
        assert_eq!(told(&mut last, call.seq, "A", Heard::Begun, 300), "loa đang đọc");
        assert_eq!(told(&mut last, call.seq, "B", Heard::Shown, 400), "loa đang đọc");
        let spoken = Heard::Spoken { attempt: 1 };
        assert_eq!(told(&mut last, call.seq, "A", spoken, 5_000), "loa đã đọc");
        // Another counter's call is not this one's, whoever shows it.
        assert_eq!(told(&mut last, call.seq + 99, "C", Heard::Shown, 6_000), "loa đã đọc");

        let recalled = What::Recalled { calls: 2 };
        let again = feed.add(9_000, 1, "10", recalled);
        last.read(Some(&ten), std::slice::from_ref(&again), 9_000);
        assert_eq!(last.words(Lang::Vi, 9_900), "");
        assert_eq!(last.words(Lang::Vi, 10_000), "màn hình A không hiện số");
        let mut told = |last: &mut LastCall, display: &str, heard, at| {
            let what = What::Announced { call: again.seq, display: display.into(), heard };
            last.read(Some(&ten), &[feed.add(at, 1, "", what)], at);
            last.words(Lang::Vi, at)
        };
        assert_eq!(told(&mut last, "A", Heard::Shown, 10_100), "loa A im lặng");
        let skipped = Heard::Skipped { why: "no_sound".into() };
        assert_eq!(told(&mut last, "A", skipped, 10_200), "loa A không đọc");
        assert_eq!(told(&mut last, "A", Heard::Begun, 10_300), "màn hình B không hiện số");
        assert_eq!(told(&mut last, "B", Heard::Shown, 10_400), "loa đang đọc");
    }
}
