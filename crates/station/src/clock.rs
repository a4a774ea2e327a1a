//! The one place that reads the machine's clocks.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use queue::Timestamp;

/// A reading of both clocks: the wall, which people see and which may jump, and the time since
/// start, which only grows and which every timeout is counted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The wall clock.
    pub wall: Timestamp,
    /// Milliseconds since the clock was made.
    pub up_ms: i64,
}

/// Where a program gets its time from.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System(Instant),
    Hand { start_ms: Arc<AtomicI64>, up_ms: Arc<AtomicI64> },
}

impl Clock {
    /// The machine's clocks.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System(Instant::now()))
    }

    /// A clock that stands at `start` until it is turned by [`advance_ms`](Self::advance_ms);
    /// clones turn together.
    #[must_use]
    pub fn by_hand(start: Timestamp) -> Self {
        Self(Source::Hand {
            start_ms: Arc::new(AtomicI64::new(start.0)),
            up_ms: Arc::new(AtomicI64::new(0)),
        })
    }

    /// Turns a clock made [`by_hand`](Self::by_hand) forward; the machine's clocks are not moved.
    pub fn advance_ms(&self, ms: i64) {
        if let Source::Hand { up_ms, .. } = &self.0 {
            up_ms.fetch_add(ms, Ordering::SeqCst);
        }
    }

    /// Moves the wall of a clock made [`by_hand`](Self::by_hand), as a battery that fails or a
    /// hand that sets the date does; the time since start goes on as before.
    pub fn jump_ms(&self, ms: i64) {
        if let Source::Hand { start_ms, .. } = &self.0 {
            start_ms.fetch_add(ms, Ordering::SeqCst);
        }
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Now {
        match &self.0 {
            Source::System(start) => {
                Now { wall: wall(), up_ms: millis(start.elapsed().as_millis()) }
            }
            Source::Hand { start_ms, up_ms } => {
                let up_ms = up_ms.load(Ordering::SeqCst);
                Now { wall: Timestamp(start_ms.load(Ordering::SeqCst)).plus_ms(up_ms), up_ms }
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock that others are sent to")]
fn wall() -> Timestamp {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => Timestamp(millis(since.as_millis())),
        Err(before) => Timestamp(-millis(before.duration().as_millis())),
    }
}

fn millis(ms: u128) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}
