//! Files that are not what they were: each ends in a clear refusal, none in an answer that is not
//! so.
//!
//! What no store can notice is a log that is deleted while no program runs, after a crash: the
//! database file without it is whole, only older.

use std::path::Path;
use std::process::{Command, Stdio};

use store::Store;
use uuid::Uuid;

use super::{Mount, START, assert_helpful, assert_in_order, copy, issue_and_call, morning, note};
use crate::torture::child::Journal;
use crate::torture::figure;
use crate::torture::hall::{Acked, Tried, fast_folder, issue, url_in};

/// Another program's doing; `$D` is the database file.
const LETTERS: &str = "yes 'Kính gửi Trung tâm'";

pub(super) fn by_other_hand(folder: &Path, doing: &str) {
    let done = Command::new("sh")
        .args(["-c", doing])
        .env("D", folder.join("queue.db"))
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(done.success(), "{doing}");
}

/// Each way to spoil a file that lies there, and a name for it.
fn ways(pages: usize) -> Vec<(String, String)> {
    let over = |what: &str, with: &str, size: usize, at: usize| {
        let dd = format!("dd of=\"$D\" bs={size} count=1 seek={at} conv=notrunc iflag=fullblock");
        (what.to_owned(), format!("{with} | {dd}"))
    };
    let zeros = "cat /dev/zero";
    let mut ways = vec![
        over("header, letters", LETTERS, 100, 0),
        over("header, zeros", zeros, 100, 0),
        ("no byte left".into(), ": > \"$D\"".into()),
        ("a letter instead".into(), format!("{LETTERS} | head -c 50000 > \"$D\"")),
        ("cut in a page".into(), "truncate -s 30000 \"$D\"".into()),
        ("cut after a page".into(), "truncate -s 40960 \"$D\"".into()),
        ("cut after the first page".into(), "truncate -s 4096 \"$D\"".into()),
    ];
    for page in 1..pages {
        ways.push(over(&format!("page {page}, letters"), LETTERS, 4_096, page));
        ways.push(over(&format!("page {page}, zeros"), zeros, 4_096, page));
    }
    ways
}

/// Each way to take a file away under a running program.
pub(super) const MOVED: [(&str, &str); 6] = [
    ("-shm deleted", "rm \"$D-shm\""),
    ("-wal deleted", "rm \"$D-wal\""),
    ("deleted", "rm \"$D\""),
    ("replaced by a copy", "cp \"$D\" \"$D.copy\" && mv \"$D.copy\" \"$D\""),
    ("replaced by a letter", "echo Kính > \"$D.new\" && mv \"$D.new\" \"$D\""),
    ("-wal replaced", "cp \"$D-wal\" \"$D.copy\" && mv \"$D.copy\" \"$D-wal\""),
];

/// Whether whoever looks is told that something is wrong.
fn loud(folder: &Path) -> bool {
    match Store::open(&url_in(folder)) {
        Ok(mut store) => store.check().map_or(true, |findings| !findings.is_empty()),
        Err(error) => {
            assert_helpful(&error);
            true
        }
    }
}

/// Tries an issue and a call. The error, if there was one; what was answered is in the journal.
fn use_it(store: &mut Store, journal: &mut Journal) -> Option<store::Error> {
    issue_and_call()
        .into_iter()
        .find_map(|Tried { request, action }| note(store, request, action, journal).err())
}

/// What was acknowledged is there, or the store says that it is damaged.
pub(super) fn assert_true_or_loud(folder: &Path, journal: &Journal, way: &str) {
    let held = Store::open(&url_in(folder)).is_ok_and(|mut store| {
        journal.acked.iter().all(|Acked { request, events }| {
            let tried = journal.tried.iter().find(|tried| tried.request == *request).unwrap();
            let held = store.settled(*request, &tried.action);
            held.is_ok_and(|held| held.map(|done| done.events).unwrap_or_default() == *events)
        })
    });
    assert!(held || loud(folder), "{way}: an answer is gone and nobody says so");
}

/// P14, P15: every page of a closed store overwritten, its header, its end, all of it.
#[test]
fn a_spoilt_file_is_refused_or_found_out_and_gives_no_number_twice() {
    let (template, before) = {
        let folder = fast_folder();
        let journal = morning(folder.path());
        (folder, journal)
    };
    let size = std::fs::metadata(template.path().join("queue.db")).unwrap().len();
    let pages = usize::try_from(size / 4_096).unwrap();
    let (mut refused, mut found) = (0, 0);
    let ways = ways(pages);
    for (way, doing) in &ways {
        let folder = fast_folder();
        copy(template.path(), folder.path());
        by_other_hand(folder.path(), doing);
        let mut journal = Journal::default();
        journal.tried.clone_from(&before.tried);
        journal.acked.clone_from(&before.acked);
        let error = match Store::open(&url_in(folder.path())) {
            Ok(mut store) => use_it(&mut store, &mut journal),
            Err(error) => Some(error),
        };
        if let Some(error) = error {
            assert_helpful(&error);
            refused += 1;
        } else {
            assert!(loud(folder.path()), "{way}: nobody noticed");
            found += 1;
        }
        let numbers = journal.acked.iter().flat_map(|ack| &ack.events);
        let issued: Vec<_> = numbers
            .filter(|event| matches!(event.what, queue::What::Issued { .. }))
            .map(|event| event.number.clone())
            .collect();
        let mut once = issued.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), issued.len(), "{way}: a number twice");
        assert_true_or_loud(folder.path(), &journal, way);
    }
    let told = format!("{}: {refused} refused at once, {found} found by check", ways.len());
    figure("faults", "spoilt files", told);
}

/// P14: the file or a companion is taken away, replaced or spoilt under a running program.
#[test]
fn a_file_that_changes_under_a_running_program_is_never_answered_from() {
    for (way, doing) in MOVED {
        let folder = fast_folder();
        let mut journal = morning(folder.path());
        let mut store = Store::open(&url_in(folder.path())).unwrap();
        note(&mut store, Uuid::now_v7(), issue("cat", "normal"), &mut journal).unwrap();
        by_other_hand(folder.path(), doing);
        let error = use_it(&mut store, &mut journal);
        assert!(matches!(error, Some(store::Error::Replaced)), "{way}: {error:?}");
        let error = use_it(&mut store, &mut journal);
        assert!(matches!(error, Some(store::Error::Replaced)), "{way}, again: {error:?}");
    }
    let (mut refused, mut answered) = (0, 0);
    let ways = ways(12);
    for (way, doing) in &ways {
        let folder = fast_folder();
        let mut journal = morning(folder.path());
        let mut store = Store::open(&url_in(folder.path())).unwrap();
        note(&mut store, Uuid::now_v7(), issue("cat", "normal"), &mut journal).unwrap();
        by_other_hand(folder.path(), doing);
        let told = use_it(&mut store, &mut journal).is_some();
        *(if told { &mut refused } else { &mut answered }) += 1;
        // The program ends without closing, as by a kill.
        std::mem::forget(store);
        assert_true_or_loud_elsewhere(folder.path(), &journal, way);
    }
    let told = format!(
        "{} replaced: refused; {} spoilt in place: {refused} refused, {answered} answered and so or loud",
        MOVED.len(),
        ways.len()
    );
    figure("faults", "under a running program", told);
}

/// A copy is looked at, because the forgotten store of this process still holds the file.
fn assert_true_or_loud_elsewhere(folder: &Path, journal: &Journal, way: &str) {
    let other = fast_folder();
    for name in ["queue.db", "queue.db-wal"] {
        std::fs::copy(folder.join(name), other.path().join(name)).unwrap();
    }
    assert_true_or_loud(other.path(), journal, way);
}

/// P14: after a crash the companion in shared memory may be gone or hold anything; it is made anew.
#[test]
fn a_lost_index_of_the_log_is_made_anew() {
    for doing in ["rm \"$D-shm\"", "yes | head -c 32768 > \"$D-shm\""] {
        let folder = fast_folder();
        let mut journal = morning(folder.path());
        let mut store = Store::open(&url_in(folder.path())).unwrap();
        assert!(use_it(&mut store, &mut journal).is_none());
        let crashed = fast_folder();
        copy(folder.path(), crashed.path());
        by_other_hand(crashed.path(), doing);
        assert_in_order(crashed.path(), &journal);
    }
}

/// P14: a folder that may only be read is refused when the store is opened, and nothing changes.
#[test]
fn a_folder_that_may_only_be_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let journal = morning(folder.path());
    let path = folder.path().to_str().unwrap();
    {
        let Some(_mount) = Mount::new(&["--bind", path], folder.path()) else {
            // The injected EROFS of the other test is what remains.
            figure("faults", "read-only folder", "no right to mount: by injection only");
            return;
        };
        let again = Command::new("mount").args(["-o", "remount,bind,ro"]).arg(path).status();
        assert!(again.is_ok_and(|status| status.success()));
        let error = Store::open(&url_in(folder.path())).unwrap_err();
        assert_helpful(&error);
        assert!(matches!(error, store::Error::ReadOnly { .. }), "{error:?}");
        figure("faults", "read-only folder", format!("bind mount; refused: {error}"));
    }
    let mut store = Store::open(&url_in(folder.path())).unwrap();
    let last = journal.acked.iter().flat_map(|ack| &ack.events).map(|event| event.seq).max();
    assert_eq!(Some(store.last_seq().unwrap()), last, "something was written");
    note(&mut store, Uuid::now_v7(), issue("cat", "normal"), &mut Journal::default()).unwrap();
    assert_eq!(store.board(START).unwrap().tickets.len(), 4);
}
