//! Keeping: copies of the queue, and the way back from one.

use std::path::{Path, PathBuf};

use store::Store;

use crate::{Desk, Outcome};

pub(crate) fn backup(desk: &Desk, to: Option<PathBuf>) -> Outcome {
    let folder = to.unwrap_or_else(|| desk.url.path().with_file_name("backup"));
    let made = desk.store()?.backup(&folder, desk.now())?;
    if desk.json {
        let said = serde_json::json!({"path": made.path, "bytes": made.bytes, "seq": made.seq,
            "removed": made.removed});
        return desk.say(&said.to_string());
    }
    let (path, kib) = (made.path.display(), made.bytes / 1_024);
    desk.say(&format!("{path}: verified, {kib} KiB, up to event {}", made.seq))?;
    made.removed.iter().try_for_each(|old| desk.say(&format!("removed {}", old.display())))
}

pub(crate) fn restore(desk: &Desk, file: &Path) -> Outcome {
    let done = Store::restore(&desk.url, file, desk.now())?;
    if desk.json {
        let said = serde_json::json!({"from": done.from, "aside": done.aside,
            "skipped": done.skipped});
        return desk.say(&said.to_string());
    }
    desk.say(&format!("restored up to event {}", done.from))?;
    desk.say(&format!("the files that were there: {}", done.aside.display()))?;
    desk.say(&format!(
        "today's numbers go on at least {} higher, because those given since the copy may be on paper",
        done.skipped
    ))
}
