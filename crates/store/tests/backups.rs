//! Copies that can be trusted, and the way back (P15, P16).

use std::fs;
use std::path::{Path, PathBuf};

use queue::{Action, What};
use rusqlite::Connection;
use store::{Error, Store};

use crate::support::{DAY, HOUR, SECOND, START, World, direct, folder, issue, site, url};

fn epoch(path: &Path) -> String {
    let db = Connection::open(path).unwrap();
    db.query_row("SELECT value FROM meta WHERE key = 'epoch'", [], |row| row.get(0)).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut names: Vec<_> = files.map(|file| file.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A world whose store is closed, with one copy made when three numbers were given.
fn closed() -> (tempfile::TempDir, PathBuf) {
    let mut world = World::new();
    for _ in 0..3 {
        world.issue("normal");
    }
    let backup = world.store.backup(&world.folder.path().join("copies"), world.now).unwrap();
    world.issue("normal");
    world.issue("normal");
    let World { folder, store, .. } = world;
    drop(store);
    (folder, backup.path)
}

/// P15: a copy is one consistent state, while others go on writing.
#[test]
fn a_copy_is_whole_while_another_program_writes() {
    let mut world = World::new();
    world.issue("normal");
    let copies = world.folder.path().join("copies");
    let address = url(&world.folder);
    let writer = std::thread::spawn(move || {
        let mut other = Store::open(&address).unwrap();
        for count in 0..200 {
            let now = START.plus_ms(count * 100);
            other.act(uuid::Uuid::now_v7(), &issue("cat", "normal"), now).unwrap();
        }
    });
    let mut last = 0;
    for minute in 0..5 {
        let backup = world.store.backup(&copies, START.plus_min(minute)).unwrap();
        assert!(backup.seq >= last && backup.bytes > 0);
        last = backup.seq;
    }
    writer.join().unwrap();
    assert_eq!(names(&copies).len(), 5);
    assert_eq!(names(&copies)[0], "queue-20261123-0800.db");
    for name in names(&copies) {
        let to = folder();
        fs::copy(copies.join(name), to.path().join("queue.db")).unwrap();
        assert_eq!(Store::open(&url(&to)).unwrap().check().unwrap(), []);
    }
    world.in_order();
}

/// P15: there is a copy to go back to of each of the last days and months.
#[test]
fn a_week_and_a_year_are_kept() {
    let mut world = World::new();
    let copies = folder();
    // Two copies each third day of twenty months; only their names matter here.
    let clock = site().wall_clock().unwrap();
    let last = START.plus_ms(199 * 3 * DAY);
    for count in 0..200 {
        let day = clock.local(START.plus_ms(count * 3 * DAY)).day.0;
        for minute in ["0800", "1200"] {
            fs::write(copies.path().join(format!("queue-{day}-{minute}.db")), "").unwrap();
        }
    }
    fs::write(copies.path().join("queue-notes.db"), "not ours").unwrap();
    let removed = world.store.backup(copies.path(), last).unwrap().removed.len();
    let mut kept = names(copies.path());
    assert_eq!(kept.pop().as_deref(), Some("queue-notes.db"));
    assert_eq!(kept.len() + removed, 400);
    let stamp = |name: &String| name[6..14].to_owned();
    let days: Vec<_> = kept.iter().rev().take(9).map(stamp).collect();
    assert!(days[0] == days[1] && days[2] == days[3], "both copies of the last two days: {days:?}");
    assert!(days[3..].windows(2).all(|pair| pair[0] > pair[1]), "one of each before: {days:?}");
    assert!(kept.iter().rev().skip(4).all(|name| name.ends_with("-1200.db")), "the last of each");
    let months: Vec<_> = kept.iter().rev().skip(9).map(|name| name[6..12].to_owned()).collect();
    assert_eq!(months.len(), 12);
    assert!(months.windows(2).all(|pair| pair[0] > pair[1]), "one for each month: {months:?}");
}

/// P16: after a restore no number is given that may be on paper, and the old files lie beside.
#[test]
fn numbers_go_on_above_what_may_be_on_paper() {
    let (folder, backup) = closed();
    let path = folder.path().join("queue.db");
    let before = epoch(&path);
    let restored = Store::restore(&url(&folder), &backup, START.plus_ms(HOUR)).unwrap();
    assert_eq!((restored.from, restored.skipped), (4, 100));
    assert_ne!(epoch(&path), before, "another line of history");
    let mut store = Store::open(&url(&folder)).unwrap();
    assert_eq!(store.check().unwrap(), []);
    let last = store.feed(4, 10).unwrap();
    assert_eq!(last[0].what, What::Restored { from: 4, skipped: 100 });
    assert_eq!(store.board(START.plus_ms(HOUR)).unwrap().tickets.len(), 3);
    let mut world = World { folder, store, now: START.plus_ms(HOUR) };
    assert_eq!(world.issue("normal").number.to_string(), "H106", "five were given, three copied");
    assert_eq!(world.ticket(&issue("cat", "normal")).number.count(), 101, "unused series as well");
    assert_eq!(world.ticket(&direct("9", "stnmt")).number.count(), 101);
    world.in_order();
    // What was there lies whole beside it.
    let aside = &restored.aside;
    assert!(names(aside).contains(&"queue.db".to_owned()));
    let old = self::folder();
    for name in names(aside) {
        fs::copy(aside.join(&name), old.path().join(&name)).unwrap();
    }
    let mut old = Store::open(&url(&old)).unwrap();
    assert_eq!(old.check().unwrap(), []);
    assert_eq!(old.board(START).unwrap().tickets.len(), 5);
}

/// P16: more numbers were given since the copy than are left out of caution.
#[test]
fn no_number_of_the_old_file_is_given_again() {
    let (folder, backup) = closed();
    let store = Store::open(&url(&folder)).unwrap();
    let mut world = World { folder, store, now: START };
    for _ in 0..150 {
        world.issue("normal");
    }
    world.ticket(&issue("cat", "normal"));
    let World { folder, store, now } = world;
    drop(store);
    Store::restore(&url(&folder), &backup, now).unwrap();
    let store = Store::open(&url(&folder)).unwrap();
    let mut world = World { folder, store, now };
    assert_eq!(world.issue("normal").number.to_string(), "H256");
    assert_eq!(world.ticket(&issue("cat", "normal")).number.count(), 102);
    world.in_order();
}

/// P16: the file that is replaced may be the damaged one.
#[test]
fn an_old_file_that_cannot_be_read_does_not_stop_the_way_back() {
    let (folder, backup) = closed();
    let path = folder.path().join("queue.db");
    let mut bytes = fs::read(&path).unwrap();
    bytes[4096..].fill(0x5a);
    for old in [bytes, b"a letter to the editor".to_vec(), Vec::new()] {
        fs::write(&path, old).unwrap();
        Store::restore(&url(&folder), &backup, START.plus_ms(HOUR)).unwrap();
        let mut store = Store::open(&url(&folder)).unwrap();
        let given = store.act(uuid::Uuid::now_v7(), &issue("stnmt", "normal"), START.plus_ms(HOUR));
        assert_eq!(given.unwrap().ticket.unwrap().number.to_string(), "H104");
        assert_eq!(store.check().unwrap(), []);
    }
}

/// P16: a copy of another day says nothing of today's numbers.
#[test]
fn a_copy_of_yesterday_skips_todays_numbers() {
    let (folder, backup) = closed();
    let tomorrow = START.plus_ms(DAY);
    Store::restore(&url(&folder), &backup, tomorrow).unwrap();
    let store = Store::open(&url(&folder)).unwrap();
    let mut world = World { folder, store, now: tomorrow };
    assert!(world.store.board(tomorrow).unwrap().tickets.is_empty());
    assert_eq!(world.issue("normal").number.to_string(), "H101");
    world.now = tomorrow.plus_ms(DAY);
    assert_eq!(world.issue("normal").number.to_string(), "H001", "and no more the day after");
    world.in_order();
}

/// P16: a restore waits until nobody has the store open.
#[test]
fn no_restore_under_a_running_program() {
    let (folder, backup) = closed();
    let store = Store::open(&url(&folder)).unwrap();
    let before = names(folder.path());
    assert!(matches!(Store::restore(&url(&folder), &backup, START), Err(Error::InUse)));
    assert_eq!(names(folder.path()), before);
    drop(store);
    assert!(Store::restore(&url(&folder), &backup, START).is_ok());
}

/// P15, P16: what is no whole copy is found before anything is moved.
#[test]
fn a_damaged_copy_is_refused_and_nothing_moved() {
    let (folder, backup) = closed();
    let whole = fs::read(&backup).unwrap();
    let half = whole.len() / 2;
    let mut spoilt = whole.clone();
    spoilt[half..half + 4096].fill(0x5a);
    let foreign = b"SQLite format 3\0 and then a letter to the editor".to_vec();
    for bytes in [whole[..half].to_vec(), spoilt, foreign, Vec::new()] {
        fs::write(&backup, &bytes).unwrap();
        let refused = Store::restore(&url(&folder), &backup, START);
        assert!(matches!(refused, Err(Error::BadBackup { .. })), "{refused:?}");
    }
    let missing = folder.path().join("none.db");
    assert!(matches!(Store::restore(&url(&folder), &missing, START), Err(Error::BadBackup { .. })));
    let mut store = Store::open(&url(&folder)).unwrap();
    assert_eq!(store.board(START).unwrap().tickets.len(), 5);
    assert_eq!(store.check().unwrap(), []);
}

/// P16: what was replaced is never overwritten.
#[test]
fn two_restores_in_one_moment_lose_nothing() {
    let (folder, backup) = closed();
    let first = Store::restore(&url(&folder), &backup, START).unwrap();
    let second = Store::restore(&url(&folder), &backup, START).unwrap();
    assert_ne!(first.aside, second.aside);
    assert!(names(&first.aside).contains(&"queue.db".to_owned()));
    assert!(names(&second.aside).contains(&"queue.db".to_owned()));
}

/// P16: a restore that was cut short leaves a file and perhaps its journal; the next one starts clean.
#[test]
fn what_a_restore_cut_short_has_left_is_cleared() {
    let (folder, backup) = closed();
    for name in ["queue.db-restored", "queue.db-restored-journal", "queue.db-restored-wal"] {
        fs::write(folder.path().join(name), "half a file").unwrap();
    }
    Store::restore(&url(&folder), &backup, START).unwrap();
    assert!(names(folder.path()).iter().all(|name| !name.contains("restored-")));
    assert_eq!(Store::open(&url(&folder)).unwrap().check().unwrap(), []);
}

/// P15, P16: a copy of a lost store opens on a machine that never had it.
#[test]
fn a_restore_needs_no_store_to_replace() {
    let (_folder, backup) = closed();
    let new = folder();
    Store::restore(&url(&new), &backup, START.plus_ms(SECOND)).unwrap();
    let mut store = Store::open(&url(&new)).unwrap();
    assert_eq!(store.site().unwrap(), site());
    let cancel = Action::Cancel { number: "H001".parse().unwrap(), by: None };
    assert!(store.act(uuid::Uuid::now_v7(), &cancel, START.plus_ms(2 * SECOND)).is_ok());
}

/// Whoever only reads asks for the board once a minute, and learns of it there.
#[test]
fn a_reader_notices_that_the_file_was_replaced() {
    let mut world = World::new();
    let number = world.issue("normal").number;
    let backup = world.store.backup(&world.folder.path().join("copies"), world.now).unwrap();
    assert!(world.store.board(world.now).unwrap().tickets.values().any(|t| t.number == number));
    fs::rename(&backup.path, world.folder.path().join("queue.db")).unwrap();
    assert!(matches!(world.store.board(world.now), Err(Error::Replaced)));
    assert!(matches!(world.store.feed(0, 1), Err(Error::Replaced)), "and is told so from then on");
}
