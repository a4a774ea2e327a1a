//! Keeping: copies of the queue, whether they can be trusted, and the way back from one.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use station::config::BackupSection;
use station::copies::{Copies, Schedule};
use store::{Backup, Finding, Proof, Rescued, Store, StoreUrl};

use crate::{Desk, Failure, Outcome, site};

fn folder_of(desk: &Desk, named: Option<PathBuf>) -> PathBuf {
    named.unwrap_or_else(|| Store::backup_folder(&desk.url))
}

pub(crate) fn backup(desk: &Desk, to: Option<PathBuf>) -> Outcome {
    let made = desk.store()?.backup(&folder_of(desk, to), desk.now())?;
    match desk.json {
        true => desk.say(&of_copy(&made).to_string()),
        false => say_copy(desk, &made),
    }
}

/// What the timer starts: the copy that is due, the proof that is due, and no success while either
/// is alarming.
pub(crate) fn backup_if_due(desk: &Desk, to: Option<PathBuf>) -> Outcome {
    let schedule = Schedule { every_min: BackupSection::default().every_min };
    let (url, clock) = (desk.url.clone(), desk.clock.clone());
    let mut copies = Copies::new(url, clock, folder_of(desk, to), schedule);
    let made = copies.turn()?;
    let proof = copies.prove_if_due()?;
    let alarms = copies.alarms()?;
    if desk.json {
        let mut said = made.as_ref().map_or_else(|| json!({"due": false}), of_copy);
        if let (Some(said), Some(proof)) = (said.as_object_mut(), &proof) {
            said.insert("proof".to_owned(), of_proof(proof));
        }
        desk.say(&said.to_string())?;
    } else {
        match &made {
            Some(made) => say_copy(desk, made)?,
            None => desk.say("no copy is due")?,
        }
        proof.iter().filter(|proof| proof.holds()).try_for_each(|proof| say_proof(desk, proof))?;
    }
    alarmed(&alarms)
}

/// `luot backup --prove`.
pub(crate) fn prove(desk: &Desk, to: Option<PathBuf>) -> Outcome {
    let folder = folder_of(desk, to);
    let proof = Store::prove(&desk.url, &folder, desk.now())?;
    let proof = proof.ok_or_else(|| Failure::Cannot {
        what: format!("another program is trying a copy out in {}", folder.display()),
        help: "wait for it; luot doctor shows what came of it".into(),
    })?;
    match desk.json {
        true => desk.say(&of_proof(&proof).to_string())?,
        false if proof.holds() => say_proof(desk, &proof)?,
        false => {}
    }
    alarmed(&proof.findings)
}

fn alarmed(findings: &[Finding]) -> Outcome {
    if findings.is_empty() {
        return Ok(());
    }
    let said: Vec<_> = findings.iter().map(|f| format!("{}\n  {}", f.en, f.vi)).collect();
    Err(Failure::Bad {
        what: said.join("\n"),
        help:
            "make another copy with luot backup, try it with luot backup --prove, and look at the \
               disk of the copies"
                .into(),
    })
}

fn of_copy(made: &Backup) -> Value {
    json!({"path": made.path, "bytes": made.bytes, "seq": made.seq, "removed": made.removed})
}

fn of_proof(proof: &Proof) -> Value {
    let found: Vec<_> = proof.findings.iter().map(|f| json!({"vi": f.vi, "en": f.en})).collect();
    json!({"ok": proof.holds(), "copy": proof.copy, "seq": proof.seq, "tickets": proof.tickets,
        "head": proof.head, "findings": found})
}

fn say_copy(desk: &Desk, made: &Backup) -> Outcome {
    let (path, kib) = (made.path.display(), made.bytes / 1_024);
    desk.say(&format!("{path}: verified, {kib} KiB, up to event {}", made.seq))?;
    made.removed.iter().try_for_each(|old| desk.say(&format!("removed {}", old.display())))
}

fn say_proof(desk: &Desk, proof: &Proof) -> Outcome {
    let copy = proof.copy.as_deref().unwrap_or_default();
    let Proof { seq, tickets, head, .. } = proof;
    desk.say(&format!(
        "{copy}: restored on trial and in order, {tickets} numbers, up to event {seq}, {head}"
    ))
}

pub(crate) fn carry(desk: &Desk, from: &str, to: &str) -> Outcome {
    let to: StoreUrl = to.parse()?;
    let done = Store::carry(&from.parse()?, &to, desk.now())?;
    let logins = match to.path() {
        Some(_) => Vec::new(),
        None => Store::enrol(&to, &done.site)?,
    };
    if desk.json {
        let said = json!({"seq": done.seq, "tickets": done.tickets,
            "aside": done.aside, "logins": site::object(logins)});
        return desk.say(&said.to_string());
    }
    site::say(desk, &logins)?;
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
        let said = json!({"from": done.from, "aside": done.aside,
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
            Some(done) => json!({"rescued": true, "backup": done.backup,
                "from": done.restored.from, "aside": done.restored.aside,
                "skipped": done.restored.skipped, "damage": done.detail}),
            None => json!({"rescued": false}),
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
