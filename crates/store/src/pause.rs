//! A pause of a thread that has nothing to be woken by.

use std::time::Duration;

use rustix::event::{PollFd, Timespec, poll};

/// Waits so long, or a little less.
pub(crate) fn pause(time: Duration) {
    let nothing: &mut [PollFd<'_>] = &mut [];
    if let Err(error) = poll(nothing, Timespec::try_from(time).ok().as_ref()) {
        tracing::debug!(%error, "a pause was cut short");
    }
}
