//! The centre's pages.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

use station::config::{BackupSection, WebConfig, load};
use station::copies::{Copies, Schedule};
use store::Store;

use crate::{Desk, Failure, Outcome};

/// The config of an installed centre.
const INSTALLED: &str = "/etc/luot/web.toml";

/// How often it is asked whether a copy is due.
const TURN: Duration = Duration::from_secs(60);

/// The config that was named, or the installed one where there is one.
pub(crate) fn config(named: Option<&Path>) -> Result<Option<WebConfig>, Failure> {
    let installed = Path::new(INSTALLED);
    let file = named.or_else(|| installed.exists().then_some(installed));
    Ok(file.map(load).transpose()?)
}

/// Serves the pages until the process ends, and sees to the copies meanwhile.
pub(crate) fn serve(desk: &Desk, config: &WebConfig) -> Outcome {
    // Held while the pages are served; the thread ends with it.
    let _copying = copies(desk, &config.backup)?;
    let listen = &config.listen;
    // The line is for people; without them the pages go on.
    let told = |address| drop(desk.say(&format!("serving on http://{address}")));
    web::serve(&desk.url, desk.clock.clone(), listen, told).map_err(|error| Failure::Cannot {
        what: format!("{listen}: {error}"),
        help: "choose a free address with --listen 127.0.0.1:8080, or any free port with :0".into(),
    })
}

/// The copies as a config has them; nothing where it wants none. A server is copied by its own tools,
/// unless a folder is named: each copy brings the whole centre over the network.
fn copies_of(desk: &Desk, config: &BackupSection) -> Option<Copies> {
    let unnamed = config.folder.as_os_str().is_empty();
    if unnamed && desk.url.path().is_none() {
        if config.every_min > 0 {
            tracing::warn!(
                "nothing is copied: the queue is on a server, and web.toml names no folder; name one \
                 under [backup] (folder = \"/var/lib/luot/backup\"), or copy the server by its own tools"
            );
        }
        return None;
    }
    let folder = if unnamed { Store::backup_folder(&desk.url) } else { config.folder.clone() };
    let schedule = Schedule { every_min: config.every_min };
    (config.every_min > 0)
        .then(|| Copies::new(desk.url.clone(), desk.clock.clone(), folder, schedule))
}

/// Starts the thread that looks each minute whether a copy is due.
fn copies(desk: &Desk, config: &BackupSection) -> std::io::Result<Option<Sender<()>>> {
    let Some(mut copies) = copies_of(desk, config) else { return Ok(None) };
    let (serving, served) = mpsc::channel();
    std::thread::Builder::new().name("copies".into()).spawn(move || {
        copies.say_where();
        loop {
            copies.turn_logged();
            if served.recv_timeout(TURN) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    })?;
    Ok(Some(serving))
}
