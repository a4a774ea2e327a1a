//! The person who started the task has had enough.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use anyhow::Result;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

static ENOUGH: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// From now on Ctrl-C, a closed terminal and a polite kill are noted instead of ending the process
/// on the spot, so that what was started is ended too; the second one ends it on the spot.
pub(crate) fn listen() -> Result<()> {
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        flag::register_conditional_default(signal, Arc::clone(&ENOUGH))?;
        flag::register(signal, Arc::clone(&ENOUGH))?;
    }
    Ok(())
}

/// Whether one of them came.
pub(crate) fn enough() -> bool {
    ENOUGH.load(Ordering::Relaxed)
}
