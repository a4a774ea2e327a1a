//! Open time laid over the sessions of a day.
//!
//! Sessions are expected in order and apart; a span that ends before it begins has no length.

use crate::Timestamp;

/// A session of today as instants; counters call from `open` (included) to `close` (excluded).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first instant.
    pub open: Timestamp,
    /// The first instant after.
    pub close: Timestamp,
}

/// The instant at which `work_ms` of open time have passed since `now`; nothing when the sessions
/// end before. No work ends at once, or when the next session opens. Negative work counts as none.
#[must_use]
pub fn after(sessions: &[Span], now: Timestamp, work_ms: i64) -> Option<Timestamp> {
    let mut left = work_ms.max(0);
    let mut cursor = now;
    for span in sessions {
        let begin = span.open.max(cursor);
        let length = span.close.since(begin);
        // What ends exactly with the session finds nobody calling any more.
        if length > left {
            return Some(begin.plus_ms(left));
        }
        left -= length.max(0);
        cursor = cursor.max(span.close);
    }
    None
}

/// The open time between two instants, in milliseconds; 0 when `to` is not after `from`.
#[must_use]
pub fn open_ms(sessions: &[Span], from: Timestamp, to: Timestamp) -> i64 {
    sessions
        .iter()
        .map(|span| span.close.min(to).since(span.open.max(from)).max(0))
        .fold(0, i64::saturating_add)
}

/// The end of the session that runs at `now` or comes next today.
#[must_use]
pub fn session_end(sessions: &[Span], now: Timestamp) -> Option<Timestamp> {
    sessions.iter().find(|span| span.close > now && span.close > span.open).map(|span| span.close)
}

/// The end of today's last session.
#[must_use]
pub fn day_end(sessions: &[Span]) -> Option<Timestamp> {
    sessions.iter().map(|span| span.close).max()
}
