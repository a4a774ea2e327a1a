//! Keeping: copies of the queue, and the way back from one.

use std::path::{Path, PathBuf};

use station::config::BackupSection;
use station::copies::{Copies, Schedule};
use store::{Rescued, Store};

use crate::{Desk, Outcome};

pub(crate) fn backup(desk: &Desk, to: Option<PathBuf>, if_due: bool) -> Outcome {
    let folder = to.unwrap_or_else(|| Store::backup_folder(&desk.url));
    let made = if if_due {
        let every_min = BackupSection::default().every_min;
        let (url, clock) = (desk.url.clone(), desk.clock.clone());
        match Copies::new(url, clock, folder, Schedule { every_min }).turn()? {
            Some(made) => made,
            None if desk.json => return desk.say(&serde_json::json!({"due": false}).to_string()),
            None => return desk.say("no copy is due"),
        }
    } else {
        desk.store()?.backup(&folder, desk.now())?
    };
    if desk.json {
        let said = serde_json::json!({"path": made.path, "bytes": made.bytes, "seq": made.seq,
            "removed": made.removed});
        return desk.say(&said.to_string());
    }
    let (path, kib) = (made.path.display(), made.bytes / 1_024);
    desk.say(&format!("{path}: verified, {kib} KiB, up to event {}", made.seq))?;
    made.removed.iter().try_for_each(|old| desk.say(&format!("removed {}", old.display())))
}

pub(crate) fn carry(desk: &Desk, from: &str, to: &str) -> Outcome {
    let done = Store::carry(&from.parse()?, &to.parse()?, desk.now())?;
    if desk.json {
        let said = serde_json::json!({"seq": done.seq, "tickets": done.tickets,
            "aside": done.aside});
        return desk.say(&said.to_string());
    }
    let (seq, tickets) = (done.seq, done.tickets);
    desk.say(&format!("carried up to event {seq}, {tickets} tickets; both sides are the same"))?;
    match done.aside {
        Some(aside) => desk.say(&format!("the files that were there: {}", aside.display())),
        None => desk.say("what was on the server stays there under another name"),
    }
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

/// `luot rescue`.
pub(crate) fn rescue(desk: &Desk, from: Option<PathBuf>) -> Outcome {
    let folder = from.unwrap_or_else(|| Store::backup_folder(&desk.url));
    let done = Store::rescue(&desk.url, &folder, desk.now())?;
    if desk.json {
        let said = match &done {
            Some(done) => serde_json::json!({"rescued": true, "backup": done.backup,
                "from": done.restored.from, "aside": done.restored.aside,
                "skipped": done.restored.skipped, "damage": done.detail}),
            None => serde_json::json!({"rescued": false}),
        };
        return desk.say(&said.to_string());
    }
    match done {
        Some(done) => told(&done).iter().try_for_each(|line| desk.say(line)),
        None => desk.say("the file is sound; nothing was changed"),
    }
}

/// `luot rescue` of a centre on a server.
pub(crate) fn go_on(desk: &Desk, skip: u32, force: bool) -> Outcome {
    let done = Store::go_on(&desk.url, skip, force, desk.now())?;
    if desk.json {
        let said = match &done {
            Some(done) => serde_json::json!({"rescued": true, "from": done.from,
                "skipped": done.skipped}),
            None => serde_json::json!({"rescued": false}),
        };
        return desk.say(&said.to_string());
    }
    let Some(done) = done else {
        return desk.say("the server stands where it was left; nothing was changed");
    };
    desk.say(&format!("the centre goes on from event {}", done.from))?;
    desk.say(&format!(
        "today's numbers go on {} higher; whose number is gone takes a new one",
        done.skipped
    ))
}

/// A rescue on the way to something else: what is said of it must not stand in the answer.
pub(crate) fn rescue_first(desk: &Desk) -> Outcome {
    let folder = Store::backup_folder(&desk.url);
    let done = Store::rescue(&desk.url, &folder, desk.now())?;
    done.iter().flat_map(told).try_for_each(|line| desk.note(&line))
}

fn told(done: &Rescued) -> Vec<String> {
    let Rescued { detail, backup, passed, restored } = done;
    let mut lines: Vec<_> =
        passed.iter().map(|bad| format!("passed over, it is damaged: {}", bad.display())).collect();
    lines.extend([
        format!("the queue's file was damaged: {detail}"),
        format!("restored from {}, up to event {}", backup.display(), restored.from),
        format!("the files that were there: {}", restored.aside.display()),
        format!(
            "today's numbers go on at least {} higher; whose number is gone takes a new one",
            restored.skipped
        ),
    ]);
    lines
}
