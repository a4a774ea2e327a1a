//! One log for every program: to standard error, which the journal keeps.

use tracing_subscriber::EnvFilter;

/// Starts logging; `LUOT_LOG` sets the filter, `info` without it. A second start changes nothing.
///
/// `error!` is a fault of ours that was survived, `warn!` bad but possible (a config, a device),
/// `info!` never a reason to turn logging off.
pub fn start() {
    let filter = EnvFilter::try_from_env("LUOT_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if log.with_target(false).try_init().is_err() {
        tracing::debug!("logging was started already");
    }
}
