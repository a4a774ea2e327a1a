//! A damaged file is put back from its last good copy, and nothing else ever is (P15).

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Barrier;

use queue::{Timestamp, What};
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use store::{Error, Store};
use tempfile::TempDir;

use crate::support::{HOUR, START, World, folder, issue, url};

const LATER: Timestamp = Timestamp(START.0 + HOUR);
const PAGE: u64 = 4_096;

/// A closed store of five numbers with copies at two and at three, in the usual folder.
fn closed() -> TempDir {
    let mut world = World::new();
    let copies = Store::backup_folder(&url(&world.folder));
    for given in 1..=5 {
        world.issue("normal");
        if let 2 | 3 = given {
            world.store.backup(&copies, START.plus_min(given)).unwrap();
        }
    }
    world.folder
}

fn db(folder: &TempDir) -> PathBuf {
    folder.path().join("queue.db")
}

fn copies(folder: &TempDir) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.path().join("backup")).unwrap();
    let mut copies: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    copies.sort();
    copies
}

fn overwrite(path: &Path, page: u64) {
    let file = fs::File::options().write(true).open(path).unwrap();
    file.write_all_at(&[0x5a; 4_096], page * PAGE).unwrap();
}

/// The root page of a table that every program reads.
fn root(path: &Path, table: &str) -> u64 {
    let db = Connection::open(path).unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    let page: i64 = db.query_row(sql, [table], |row| row.get(0)).unwrap();
    u64::try_from(page - 1).unwrap()
}

/// The database's bytes and what lies beside it; its companions come and go with whoever reads.
fn content(folder: &TempDir) -> (Vec<u8>, Vec<String>) {
    let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = entries.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    names.sort();
    (fs::read(db(folder)).unwrap(), names)
}

fn next_number(store: &mut Store) -> String {
    let done = store.act(uuid::Uuid::now_v7(), &issue("stnmt", "normal"), LATER).unwrap();
    done.ticket.unwrap().number.to_string()
}

/// P15: whichever page is overwritten, whatever is cut off: the next open goes on with the last copy.
#[test]
fn the_next_open_restores_and_numbers_go_on_above() {
    let pages = fs::metadata(db(&closed())).unwrap().len() / PAGE;
    let mut whole = 0;
    for spoilt in 0..=pages + 1 {
        let folder = closed();
        let path = db(&folder);
        match spoilt {
            page if page < pages => overwrite(&path, page),
            page if page == pages => fs::write(&path, "").unwrap(),
            _ => fs::File::options().write(true).open(&path).unwrap().set_len(PAGE * 3).unwrap(),
        }
        let (mut store, rescued) = Store::open_or_rescue(&url(&folder), LATER).unwrap();
        let Some(rescued) = rescued else {
            // A free page holds nothing.
            assert_eq!(store.check().unwrap(), [], "page {spoilt}");
            whole += 1;
            continue;
        };
        assert!(rescued.backup.ends_with("backup/queue-20261123-0803.db"), "page {spoilt}");
        assert_eq!(store.check().unwrap(), [], "page {spoilt}");
        let board = store.board(LATER).unwrap();
        assert_eq!((board.tickets.len(), board.restored), (3, Some(LATER)));
        let events = store.feed(rescued.restored.from, 1).unwrap();
        assert!(matches!(events[0].what, What::Restored { skipped: 100, .. }));
        let number: u32 = next_number(&mut store)[1..].parse().unwrap();
        assert!(number >= 104, "page {spoilt}: {number} may be on paper");
        assert!(rescued.restored.aside.join("queue.db").is_file());
        drop(store);
        let (_, again) = Store::open_or_rescue(&url(&folder), LATER).unwrap();
        assert_eq!(again, None, "page {spoilt}: once");
    }
    assert!(whole < pages / 4, "{whole} of {pages} pages may be spoilt unnoticed");
}

/// P15: what a board says of a restore is what the feed says.
#[test]
fn a_board_that_is_folded_knows_of_the_restore() {
    let folder = closed();
    overwrite(&db(&folder), 2);
    let (mut store, _) = Store::open_or_rescue(&url(&folder), LATER).unwrap();
    let mut folded = queue::Board::default();
    for event in store.feed(0, usize::MAX).unwrap() {
        folded.apply(&event).unwrap();
    }
    assert_eq!(folded, store.board(LATER).unwrap());
    assert_eq!(folded.restored, Some(LATER));
    let tomorrow = LATER.plus_ms(24 * HOUR);
    store.act(uuid::Uuid::now_v7(), &issue("stnmt", "normal"), tomorrow).unwrap();
    assert_eq!(store.board(tomorrow).unwrap().restored, None, "said for a day");
}

/// P15: a sound file is never replaced, whatever is said of it.
#[test]
fn a_sound_store_is_left_as_it_is() {
    let folder = closed();
    let before = content(&folder);
    let backups = Store::backup_folder(&url(&folder));
    assert_eq!(Store::rescue(&url(&folder), &backups, LATER).unwrap(), None);
    assert!(content(&folder) == before);
    // A false alarm, or one about what another program has mended since.
    fs::write(folder.path().join("queue.damaged"), "").unwrap();
    assert!(matches!(Store::open(&url(&folder)), Err(Error::Damaged { .. })));
    let (mut store, rescued) = Store::open_or_rescue(&url(&folder), LATER).unwrap();
    assert_eq!(rescued, None);
    assert_eq!(next_number(&mut store), "H006");
    assert!(!folder.path().join("queue.damaged").exists());
}

/// P15: another program's database and a letter are nobody's damage.
#[test]
fn what_is_not_ours_is_not_replaced() {
    let folder = closed();
    let db = db(&folder);
    fs::remove_file(&db).unwrap();
    let other = Connection::open(&db).unwrap();
    other.execute_batch("CREATE TABLE address(name TEXT)").unwrap();
    drop(other);
    let before = content(&folder);
    assert!(matches!(Store::open_or_rescue(&url(&folder), LATER), Err(Error::Foreign { .. })));
    assert!(content(&folder) == before);
    let letter = self::folder();
    fs::write(letter.path().join("queue.db"), "a letter to the editor").unwrap();
    assert!(matches!(Store::open_or_rescue(&url(&letter), LATER), Err(Error::Foreign { .. })));
    let missing = self::folder();
    assert!(matches!(Store::open_or_rescue(&url(&missing), LATER), Err(Error::Missing { .. })));
    fs::remove_file(&db).unwrap();
    let backups = Store::backup_folder(&url(&folder));
    let gone = Store::rescue(&url(&folder), &backups, LATER);
    assert!(matches!(gone, Err(Error::Missing { .. })), "a file that was moved is not damaged");
}

/// P15: without a good copy everything stays where it is, and what to do is said.
#[test]
fn without_a_good_copy_it_is_refused() {
    let folder = closed();
    overwrite(&db(&folder), 2);
    for copy in copies(&folder) {
        overwrite(&copy, 2);
    }
    let before = content(&folder);
    let refused = Store::open_or_rescue(&url(&folder), LATER).unwrap_err();
    assert!(matches!(refused, Error::NoBackup { .. }), "{refused:?}");
    assert!(refused.help(queue::Lang::Vi).contains("luot restore"));
    fs::remove_dir_all(folder.path().join("backup")).unwrap();
    let refused = Store::open_or_rescue(&url(&folder), LATER).unwrap_err();
    assert!(matches!(refused, Error::NoBackup { .. }), "{refused:?}");
    assert!(content(&folder).0 == before.0, "nothing is moved");
    assert!(!folder.path().join("queue.damaged").exists(), "nobody is told to let go of it");
}

/// P15: a damaged copy is passed over for the one before it.
#[test]
fn the_newest_copy_that_is_good_is_taken() {
    let folder = closed();
    let (path, newest) = (db(&folder), copies(&folder).pop().unwrap());
    overwrite(&newest, 2);
    overwrite(&path, root(&path, "leg"));
    let (mut store, rescued) = Store::open_or_rescue(&url(&folder), LATER).unwrap();
    let rescued = rescued.unwrap();
    assert_eq!(rescued.passed, [newest]);
    assert!(rescued.backup.ends_with("backup/queue-20261123-0802.db"));
    assert_eq!(store.board(LATER).unwrap().tickets.len(), 2);
    assert_eq!(next_number(&mut store), "H106", "what the old file still tells is believed");
}

/// P15: programs that have the damaged file open let go of it, one restores it, all go on.
#[test]
fn others_let_go_before_it_is_replaced() {
    let folder = closed();
    let mut working = Store::open(&url(&folder)).unwrap();
    let mut reading = Store::open(&url(&folder)).unwrap();
    overwrite(&db(&folder), root(&db(&folder), "event"));
    let refused = Store::open_or_rescue(&url(&folder), LATER).unwrap_err();
    assert!(matches!(refused, Error::Rescuing), "{refused:?}");
    let press = working.act(uuid::Uuid::now_v7(), &issue("stnmt", "normal"), LATER).unwrap_err();
    assert!(matches!(press, store::ActError::Store(Error::Damaged { .. })), "{press:?}");
    assert!(matches!(reading.still_ours(), Err(Error::Damaged { .. })));
    drop(working);
    let refused = Store::open_or_rescue(&url(&folder), LATER).unwrap_err();
    assert!(matches!(refused, Error::Rescuing), "one still has it: {refused:?}");
    drop(reading);
    let (mut store, rescued) = Store::open_or_rescue(&url(&folder), LATER).unwrap();
    assert!(rescued.is_some());
    assert_eq!(store.check().unwrap(), []);
}

/// P15: of programs that find the damage at once, exactly one restores; no number is given twice.
#[test]
fn programs_that_come_at_once_restore_once() {
    let folder = closed();
    overwrite(&db(&folder), root(&db(&folder), "leg"));
    let (address, start) = (url(&folder), Barrier::new(4));
    let outcomes: Vec<(bool, String)> = std::thread::scope(|scope| {
        let programs: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    loop {
                        match Store::open_or_rescue(&address, LATER) {
                            Ok((mut store, rescued)) => {
                                return (rescued.is_some(), next_number(&mut store));
                            }
                            // Each try waits a moment for the others by itself.
                            Err(Error::Rescuing | Error::InUse | Error::Damaged { .. }) => {}
                            Err(error) => panic!("{error:?}"),
                        }
                    }
                })
            })
            .collect();
        programs.into_iter().map(|program| program.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|(rescued, _)| *rescued).count(), 1, "{outcomes:?}");
    let mut numbers: Vec<_> = outcomes.into_iter().map(|(_, number)| number).collect();
    numbers.sort();
    assert_eq!(numbers, ["H106", "H107", "H108", "H109"]);
}

/// P15: a rescue that was cut short after it had put the file aside is taken up again, and the
/// numbers of the file that lies aside by then are left out as well.
#[test]
fn a_rescue_cut_short_is_taken_up() {
    let folder = closed();
    let path = db(&folder);
    overwrite(&path, root(&path, "leg"));
    let aside = folder.path().join("queue.aside-1-1");
    fs::create_dir(&aside).unwrap();
    for name in ["queue.db", "queue.db-wal", "queue.db-shm"] {
        let from = folder.path().join(name);
        if from.exists() {
            fs::rename(from, aside.join(name)).unwrap();
        }
    }
    fs::write(folder.path().join("queue.damaged"), "").unwrap();
    let (mut store, rescued) = Store::open_or_rescue(&url(&folder), LATER).unwrap();
    assert!(rescued.is_some());
    assert_eq!(next_number(&mut store), "H106");
}

/// Puts another text in the place of the centre's description.
fn describe(folder: &TempDir, change: impl Fn(&str) -> String) -> String {
    let db = Connection::open(db(folder)).unwrap();
    let newest = "version = (SELECT max(version) FROM site)";
    let sql = format!("SELECT data FROM site WHERE {newest}");
    let text: String = db.query_row(&sql, [], |row| row.get(0)).unwrap();
    let changed = change(&text);
    db.execute(&format!("UPDATE site SET data = ?1 WHERE {newest}"), [&changed]).unwrap();
    changed
}

/// P15: SQLite does not look into a text; the event of the applied centre knows what it was.
#[test]
fn a_description_whose_bytes_have_changed_is_damage() {
    let folder = closed();
    describe(&folder, |text| {
        text.replacen("\"services\"", "\"serfices\"", 1).replacen(':', ";", 1)
    });
    let (mut store, rescued) = Store::open_or_rescue(&url(&folder), LATER).unwrap();
    assert!(rescued.unwrap().detail.contains("the centre's description"));
    // The file that was put aside still tells of five; a hundred more may be on paper.
    assert_eq!(next_number(&mut store), "H106");
}

/// P15: what a newer program has applied does not read here either, and is whole.
#[test]
fn a_description_of_a_newer_program_is_refused_and_left_alone() {
    let folder = closed();
    let text = describe(&folder, |text| text.replacen('{', "{\"not_yet_known\":1,", 1));
    let mark: String =
        Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let changed = Connection::open(db(&folder)).unwrap();
    changed.execute_batch("DROP TRIGGER event_no_update").unwrap();
    let event = "UPDATE event SET data = json_set(data, '$.site', ?1) WHERE kind = 'site_applied'";
    assert_eq!(changed.execute(event, [&mark]).unwrap(), 1);
    drop(changed);
    let before = content(&folder);
    let (mut store, rescued) = Store::open_or_rescue(&url(&folder), LATER).unwrap();
    assert!(rescued.is_none());
    let refused = store.act(uuid::Uuid::now_v7(), &issue("stnmt", "normal"), LATER).unwrap_err();
    assert!(refused.to_string().contains("not_yet_known"), "{refused}");
    drop(store);
    assert_eq!(content(&folder).0, before.0);
}

/// P15: a copy that was made of such a file is passed over.
#[test]
fn a_copy_with_a_changed_description_is_no_copy() {
    let folder = closed();
    let copy = copies(&folder).pop().unwrap();
    let spoilt = Connection::open(&copy).unwrap();
    spoilt.execute("UPDATE site SET data = replace(data, ':', ';')", []).unwrap();
    drop(spoilt);
    overwrite(&db(&folder), 2);
    let (_, rescued) = Store::open_or_rescue(&url(&folder), LATER).unwrap();
    assert_eq!(rescued.unwrap().passed, [copy]);
}

/// P15: a program that still holds a ticket which the copy does not know never speaks of another's.
#[test]
fn a_ticket_that_is_gone_is_not_taken_for_the_next_one() {
    let folder = closed();
    let gone = Store::open(&url(&folder)).unwrap().board(START).unwrap().tickets.into_keys().max();
    overwrite(&db(&folder), 2);
    let (mut store, _) = Store::open_or_rescue(&url(&folder), LATER).unwrap();
    next_number(&mut store);
    next_number(&mut store);
    let ticket = gone.unwrap();
    let print = queue::Action::Print { ticket, print: queue::PrintState::Printed, copy: false };
    match store.act(uuid::Uuid::now_v7(), &print, LATER) {
        Err(store::ActError::Refused(refusal)) => assert_eq!(refusal.code(), "unknown_ticket"),
        other => panic!("{other:?}"),
    }
}

/// P15: bytes changed anywhere, pages swapped, the end cut off: whatever opens gives no number twice.
#[test]
fn no_mutation_gives_a_number_twice() {
    let template = closed();
    let whole = fs::read(db(&template)).unwrap();
    let page = usize::try_from(PAGE).unwrap();
    // A linear congruential generator: the same files on every machine.
    let mut state = 0x2545_f491_u64;
    let mut random = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let (mut rescued, mut refused) = (0, 0);
    for case in 0..200 {
        let mut bytes = whole.clone();
        match case % 4 {
            0 => bytes[random(whole.len())] ^= 1 << random(8),
            1 => {
                let from = random(whole.len() - 512);
                let fill = u8::try_from(random(256)).unwrap();
                bytes[from..from + 512].fill(fill);
            }
            2 => {
                let pages = whole.len() / page;
                let (one, other) = (random(pages) * page, random(pages) * page);
                bytes.copy_within(one..one + page, other);
                bytes[one..one + page].copy_from_slice(&whole[other..other + page]);
            }
            _ => bytes.truncate(random(whole.len())),
        }
        fs::write(db(&template), bytes).unwrap();
        match Store::open_or_rescue(&url(&template), LATER) {
            Ok((mut store, done)) => {
                rescued += u32::from(done.is_some());
                let action = issue("stnmt", "normal");
                match store.act(uuid::Uuid::now_v7(), &action, LATER) {
                    Ok(done) => {
                        let number = done.ticket.unwrap().number;
                        assert!(number.count() > 5, "case {case}: {number} was given before");
                    }
                    Err(_) => refused += 1,
                }
            }
            Err(error) => {
                assert!(!error.help(queue::Lang::Vi).is_empty());
                refused += 1;
            }
        }
        // The next case begins with the same five numbers and nothing put aside.
        for entry in fs::read_dir(template.path()).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            if name.starts_with("queue.aside") {
                fs::remove_dir_all(entry.path()).unwrap();
            } else if name.starts_with("queue.db") || name == "queue.damaged" {
                fs::remove_file(entry.path()).unwrap();
            }
        }
    }
    assert!(rescued > 100 && refused < 20, "{rescued} were put back, {refused} refused");
}
