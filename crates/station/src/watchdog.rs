//! A program that hangs is started again, not only one that has died.
//!
//! The one who watches (systemd's `WatchdogSec=`, `sd_watchdog_enabled(3)`) is told that the program
//! lives by a pulse that goes the way of every press: from the window's own thread through the flow
//! to the desk, which has read the store or knows that it is away. Whatever of them hangs, no pulse
//! comes through. The first one also says that the program is ready.

use std::sync::Once;
use std::time::Duration;

use sd_notify::NotifyState;

/// How often a pulse is sent when somebody waits for the first one only.
const READY_ONLY: Duration = Duration::from_secs(3_600);

/// How often a pulse is to be sent: three times in the time after which the watcher acts. Nothing
/// when nobody watches.
///
/// The variable with the watched process's id is not asked for: a window runs in a shell of its own
/// (`cage`), which is the process that was started.
#[must_use]
pub fn period() -> Option<Duration> {
    std::env::var_os("NOTIFY_SOCKET")?;
    let limit = std::env::var("WATCHDOG_USEC").ok().and_then(|text| text.parse().ok());
    Some(limit.map_or(READY_ONLY, |limit: u64| Duration::from_micros(limit) / 3))
}

/// The pulse came through.
pub fn feed() {
    static READY: Once = Once::new();
    READY.call_once(|| say(NotifyState::Ready));
    say(NotifyState::Watchdog);
}

fn say(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the watcher cannot be told");
    }
}
