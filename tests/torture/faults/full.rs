//! A disk that is full, and has room again.

use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use queue::{Action, Lang};
use station::Clock;
use station::desk::{Answer, Desk, News};
use store::Store;
use uuid::Uuid;

use super::{Mount, START, assert_in_order, morning, note};
use crate::torture::child::{Child, ack_line, try_line};
use crate::torture::figure;
use crate::torture::hall::{Acked, Tried, issue, next, url_in};

/// Set in the child that may not write files beyond a size: its folder.
const NARROW: &str = "LUOT_TORTURE_NARROW";

pub(super) fn turn(at: usize) -> Action {
    if at % 3 == 2 { next("9") } else { issue("stnmt", "normal") }
}

/// Fills the disk but for `spare` bytes.
pub(super) fn fill(folder: &Path, spare: usize) {
    let ballast = folder.join("ballast");
    let mut size = 64 << 20;
    // A write past the end of the space writes what fits.
    while size > 512 {
        let chunk = vec![7; size];
        let mut file = std::fs::File::options().append(true).create(true).open(&ballast).unwrap();
        if std::io::Write::write_all(&mut file, &chunk).is_err() {
            size /= 2;
        }
    }
    let len = std::fs::metadata(&ballast).unwrap().len();
    let spare = u64::try_from(spare).unwrap();
    std::fs::File::options().write(true).open(&ballast).unwrap().set_len(len - spare).unwrap();
}

/// P14: a full disk is said to be full, nothing is acknowledged that is not there, and when there
/// is room again the same program goes on without a restart. On a small file system in memory where
/// mounting is allowed; otherwise with a limit on the size of files.
#[test]
fn a_full_disk_says_so_and_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let options = ["-t", "tmpfs", "-o", "size=4m", "none"];
    let Some(_mount) = Mount::new(&options, folder.path()) else {
        figure("faults", "full disk", "no right to mount: by a limit on file sizes");
        return narrow_files();
    };
    let mut journal = morning(folder.path());
    let mut store = Store::open(&url_in(folder.path())).unwrap();
    let (mut refused, mut kinds) = (0, std::collections::BTreeSet::new());
    for spare in [0, 4_096, 12_288, 20_480, 40_960, 102_400, 200_704] {
        fill(folder.path(), spare);
        let mut failed = 0;
        for at in 0..200 {
            if let Err(error) = note(&mut store, Uuid::now_v7(), turn(at), &mut journal) {
                failed += 1;
                kinds.insert(error.to_string());
                assert!(!error.store_is_lost(), "{error}: needs a restart");
            }
            if failed > 5 {
                break;
            }
        }
        assert!(failed > 0, "{spare} bytes were never used up");
        assert!(store.board(START).is_ok(), "a full disk can be read");
        refused += failed;
        std::fs::remove_file(folder.path().join("ballast")).unwrap();
        note(&mut store, Uuid::now_v7(), turn(0), &mut journal).unwrap();
    }
    drop(store);
    assert_in_order(folder.path(), &journal);
    figure("faults", "full disk", format!("tmpfs; {refused} refused as {kinds:?}"));
    figure("faults", "full disk, acknowledged", journal.acked.len());
    the_desk_goes_on(folder.path());
}

/// The same at a real desk.
fn the_desk_goes_on(folder: &Path) {
    let (tell, told) = mpsc::channel();
    let desk = Desk::start(url_in(folder), Clock::by_hand(START), move |news| {
        if let News::Answer { request, answer } = news {
            drop(tell.send((request, answer)));
        }
    })
    .unwrap();
    let ask = |at| {
        let request = Uuid::now_v7();
        assert!(desk.act(request, turn(at)));
        let (of, answer) = told.recv_timeout(Duration::from_secs(60)).unwrap();
        assert_eq!(of, request);
        answer
    };
    assert!(matches!(ask(0), Answer::Done(_)));
    fill(folder, 0);
    match (0..100).map(&ask).find(|answer| !matches!(answer, Answer::Done(_))) {
        Some(Answer::Failed(trouble)) => {
            assert_eq!(trouble.words(Lang::En), store::Error::Full.help(Lang::En));
        }
        other => panic!("{other:?}"),
    }
    std::fs::remove_file(folder.join("ballast")).unwrap();
    assert!(matches!(ask(0), Answer::Done(_)), "the desk did not go on");
}

/// The child with the limit: acts until it is refused, and a little longer.
#[test]
fn narrow() {
    let Ok(folder) = std::env::var(NARROW) else { return };
    let mut store = Store::open(&url_in(Path::new(&folder))).unwrap();
    println!();
    for at in 0..2_000 {
        let tried = Tried { request: Uuid::now_v7(), action: turn(at) };
        print!("{}", try_line(&tried));
        let answer = store.act(tried.request, &tried.action, START);
        let Some(acked) = Acked::of(tried.request, &answer) else { return };
        print!("{}", ack_line(&acked));
    }
    panic!("nothing was ever refused");
}

fn narrow_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = morning(folder.path());
    let part = folder.path().display().to_string();
    let child = Child { test: "faults::full::narrow", variable: NARROW, part };
    let direct = child.command();
    // A limit that kills is no full disk: the signal is ignored, the write fails.
    let out = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1000; exec \"$0\" \"$@\""])
        .arg(direct.get_program())
        .args(direct.get_args())
        .env(NARROW, folder.path())
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    journal.read(&String::from_utf8_lossy(&out.stdout));
    assert!(journal.open_end().is_some(), "nothing was refused");
    assert_in_order(folder.path(), &journal);
}

/// P14 by the other way, which needs no rights: a limit on the size of files.
#[test]
fn a_file_that_may_not_grow_acknowledges_nothing_it_cannot_hold() {
    narrow_files();
}
