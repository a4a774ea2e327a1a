//! Nobody empties the roll: how fast one machine gives numbers.
//!
//! A line of people takes a number every eight seconds or so; a child who has found out which
//! buttons follow each other takes one every two. So numbers run out of a bucket that fills at the
//! pace of the quickest line. When it is empty the screen asks; who goes on all the same finds the
//! machine resting, each time for longer. Time is the machine's, which never jumps.

/// A bucket fills by one number in so long.
const EVERY_MS: i64 = 6_000;
/// Numbers in a full bucket.
const AT_ONCE: i64 = 10;
/// Numbers that are given to one who says that they are meant, before the machine rests.
const MEANT: u32 = 3;
/// Numbers in the bucket after a rest.
const AFTER_REST: i64 = 3;
/// The first and the longest rest.
const REST_MS: (i64, i64) = (60_000, 600_000);

/// What is to be done with one who wants a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// Give it.
    Usual,
    /// Ask whether it is meant.
    Ask,
}

/// The bucket: when it will be full, in the manner of the generic cell rate algorithm (ITU-T I.371).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Roll {
    full_ms: i64,
    meant: u32,
    rests: u32,
    rest_until_ms: i64,
}

impl Roll {
    pub(super) fn pace(&self, up_ms: i64) -> Pace {
        if self.full_ms - up_ms > (AT_ONCE - 1) * EVERY_MS { Pace::Ask } else { Pace::Usual }
    }

    /// A number is given; `meant` when it was asked for.
    pub(super) fn give(&mut self, up_ms: i64, meant: bool) {
        if self.full_ms <= up_ms {
            // A full bucket: whoever was in a hurry has gone.
            (self.meant, self.rests) = (0, 0);
        }
        self.full_ms = self.full_ms.max(up_ms) + EVERY_MS;
        if meant {
            self.meant += 1;
        }
        if self.meant >= MEANT {
            let rest = REST_MS.0.saturating_mul(1 << self.rests.min(8)).min(REST_MS.1);
            self.rest_until_ms = up_ms + rest;
            // After it there are a few, and it is remembered until the bucket was full again.
            self.full_ms = self.rest_until_ms + (AT_ONCE - AFTER_REST) * EVERY_MS;
            (self.meant, self.rests) = (0, self.rests + 1);
        }
    }

    /// Until when the machine rests, if it does.
    pub(super) fn rests_until(&self, up_ms: i64) -> Option<i64> {
        (up_ms < self.rest_until_ms).then_some(self.rest_until_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that one gets who takes one every so often for so long and always means it.
    fn taken(every_ms: i64, for_ms: i64) -> (u32, u32) {
        let (mut roll, mut given, mut asked) = (Roll::default(), 0, 0);
        let mut at = 1;
        while at < for_ms {
            if let Some(until) = roll.rests_until(at) {
                at = until;
                continue;
            }
            let ask = roll.pace(at) == Pace::Ask;
            roll.give(at, ask);
            given += 1;
            asked += u32::from(ask);
            at += every_ms;
        }
        (given, asked)
    }

    #[test]
    fn the_quickest_line_of_people_is_never_asked() {
        assert_eq!(taken(8_000, 3_600_000), (450, 0), "a number every eight seconds for an hour");
        // Ten at once, as when a bus has come.
        assert_eq!(taken(1, 10), (9, 0));
    }

    #[test]
    fn a_child_does_not_empty_the_roll() {
        let (given, asked) = taken(2_000, 3_600_000);
        assert!(given < 100 && asked > 10, "{given} given, {asked} asked, of 1,800 tries");
    }

    #[test]
    fn rests_grow_and_are_forgotten() {
        let mut roll = Roll::default();
        let mut rest = |mut at: i64| {
            while roll.rests_until(at).is_none() {
                let ask = roll.pace(at) == Pace::Ask;
                roll.give(at, ask);
                at += 1;
            }
            let until = roll.rests_until(at).unwrap_or_default();
            (until, until - at + 1)
        };
        let (until, first) = rest(1);
        let (until, second) = rest(until);
        assert_eq!((first, second), (60_000, 120_000));
        assert_eq!(rest(until + 600_000).1, 60_000, "long after");
    }
}
