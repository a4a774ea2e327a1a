//! A program that is killed in the middle of an upgrade: the file is the old one or the new one.

use std::io::Write;
use std::path::Path;
use std::process::Child;
use std::time::Instant;

use rusqlite::fallible_iterator::FallibleIterator;
use store::{Store, StoreUrl};

use super::{NOW, old, rows, version};
use crate::support::{child as child_of, url};

/// Set in the children that this test starts of itself: the address of a store of the first schema.
const CHILD: &str = "LUOT_TEST_UPGRADE";
/// What the second schema adds.
const MIGRATION: &str = include_str!("../../migrations/0002_whole_life.sql");
/// Kills, spread over somewhat more than the time that an upgrade takes.
const KILLS: u32 = 12;
/// Tickets beside the few of every kind, so that there is a middle to be killed in.
const TICKETS: i64 = 600;

#[test]
fn child() {
    let Ok(address) = std::env::var(CHILD) else { return };
    let address: StoreUrl = address.parse().unwrap();
    std::io::stdout().write_all(b"\nready\n").unwrap();
    drop(Store::open(&address).unwrap());
}

/// Starts a program that upgrades the store, and waits until it is about to.
fn start(folder: &tempfile::TempDir) -> Child {
    child_of("migration::kill::child", CHILD, &url(folder))
}

/// A store of the first schema on a real disk, where a sync takes its time.
fn first_schema(template: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(template, folder.path().join("queue.db")).unwrap();
    folder
}

/// P17: killed at any moment of an upgrade, the next program finds the old file or the new one,
/// whole, and goes on.
#[expect(clippy::disallowed_methods, reason = "a kill comes at a moment, not after an event")]
#[test]
fn an_upgrade_killed_at_any_moment_leaves_a_whole_file() {
    let made = tempfile::tempdir().unwrap();
    let mut first = old(made.path());
    first.db.execute_batch("PRAGMA synchronous = OFF; BEGIN").unwrap();
    for count in 0..TICKETS {
        first.ticket(100 + count, 10 + count, "normal", &[("called", "4"), ("finished", "4")]);
    }
    first.db.execute_batch("COMMIT").unwrap();
    let (template, events) = (first.path.clone(), first.seq);
    drop(first.db);
    let folder = first_schema(&template);
    let (mut undisturbed, begun) = (start(&folder), Instant::now());
    assert!(undisturbed.wait().unwrap().success());
    let whole = begun.elapsed();
    assert_eq!(version(&folder.path().join("queue.db")), NOW);
    let mut killed = 0;
    for kill in 0..KILLS {
        let folder = first_schema(&template);
        let mut child = start(&folder);
        let by_chance = u32::from(uuid::Uuid::now_v7().as_bytes()[15]) % 100;
        std::thread::sleep(whole * (kill * 100 + by_chance) / (KILLS * 100));
        child.kill().unwrap();
        killed += u32::from(!child.wait().unwrap().success());
        let path = folder.path().join("queue.db");
        // A look at it tidies the file up, so every other time the store comes first.
        if kill % 2 == 0 {
            assert!([1, NOW].contains(&version(&path)));
            assert_eq!(rows(&path, "event"), events, "nothing is lost or written twice");
        }
        let mut store = Store::open(&url(&folder)).unwrap();
        assert_eq!(store.check().unwrap(), [], "kill {kill} of {KILLS} in {whole:?}");
        assert_eq!(store.last_seq().unwrap(), events);
        drop(store);
        assert_eq!(version(&path), NOW);
        let copy = folder.path().join("queue.schema-1.db");
        assert_eq!((version(&copy), rows(&copy, "event")), (1, events), "the way back");
    }
    assert!(killed > 0, "an upgrade is over before anybody can kill it");
}

/// P17: the machine stops after each statement of the migration in turn, with its pages in the log
/// already: the next program finds the old file and brings it up.
#[test]
fn an_upgrade_cut_off_after_any_statement_is_made_anew() {
    let made = tempfile::tempdir().unwrap();
    let mut first = old(made.path());
    for count in 0..40 {
        first.ticket(100 + count, 10 + count, "normal", &[("called", "4"), ("finished", "4")]);
    }
    let events = first.seq;
    let db = &first.db;
    // With hardly any memory the pages go into the log long before the commit.
    db.execute_batch("PRAGMA journal_mode = wal; PRAGMA cache_size = 1; BEGIN EXCLUSIVE").unwrap();
    db.execute_batch("PRAGMA defer_foreign_keys = ON").unwrap();
    let mut statements = rusqlite::Batch::new(db, MIGRATION);
    let (mut done, mut logged) = (0, 0);
    while let Some(mut statement) = statements.next().unwrap() {
        statement.execute([]).unwrap();
        done += 1;
        let cut = crate::support::folder();
        crate::support::without_ballast(&cut);
        for name in ["queue.db", "queue.db-wal"] {
            let bytes = std::fs::copy(made.path().join(name), cut.path().join(name)).unwrap();
            logged += u64::from(name.ends_with("wal") && bytes > 0);
        }
        assert_eq!(version(&cut.path().join("queue.db")), 1, "after statement {done}");
        let mut store = Store::open(&url(&cut)).unwrap();
        assert_eq!(store.check().unwrap(), [], "after statement {done}");
        assert_eq!(store.last_seq().unwrap(), events);
    }
    assert!(done > 20 && logged > 10, "{done} statements, {logged} with a log");
}
