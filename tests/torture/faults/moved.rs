//! Files that are taken away or replaced under a real desk.

use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use station::Clock;
use station::desk::{Answer, Desk, News};
use store::Store;
use uuid::Uuid;

use super::desk::{HOLDER, judge_answers};
use super::files::{MOVED, assert_true_or_loud, by_other_hand};
use super::{START, issue_and_call, morning};
use crate::torture::child::{Child, Journal};
use crate::torture::figure;
use crate::torture::hall::{Acked, Tried, fast_folder, issue, next, url_in};

/// P14: a desk whose file is taken away fails until it is started anew, or goes on truly: whatever
/// it says was done is in the file, or whoever looks is told that the file is damaged.
#[test]
fn a_desk_whose_file_is_taken_away_says_nothing_that_is_not_so() {
    let mut told = Vec::new();
    for (way, doing) in MOVED {
        let folder = fast_folder();
        // What was answered before went with the log, where that is deleted; it is not judged.
        morning(folder.path());
        let (tell, hear) = mpsc::channel();
        let desk = Desk::start(url_in(folder.path()), Clock::by_hand(START), move |news| {
            if let News::Answer { request, answer } = news {
                drop(tell.send((request, answer)));
            }
        })
        .unwrap();
        let mut journal = Journal::default();
        let (mut done, mut failed) = (0, 0);
        for turn in 0..5 {
            let action = if turn % 2 == 0 { issue("cat", "normal") } else { next("9") };
            let request = Uuid::now_v7();
            assert!(desk.act(request, action.clone()));
            let (of, answer) = hear.recv_timeout(Duration::from_secs(120)).unwrap();
            assert_eq!(of, request, "{way}: an answer to another request");
            match answer {
                Answer::Done(answered) if turn > 0 => {
                    done += 1;
                    journal.tried.push(Tried { request, action });
                    journal.acked.push(Acked { request, events: answered.events });
                }
                Answer::Done(_) => by_other_hand(folder.path(), doing),
                Answer::Failed(_) if turn > 0 => failed += 1,
                Answer::Refused(_)
                | Answer::Claimed(_)
                | Answer::Person(_)
                | Answer::Day(_)
                | Answer::Failed(_) => {
                    panic!("{way}: {answer:?}")
                }
            }
        }
        drop(desk);
        let left = fast_folder();
        for name in ["queue.db", "queue.db-wal"] {
            // What is not there cannot be copied.
            drop(std::fs::copy(folder.path().join(name), left.path().join(name)));
        }
        assert_true_or_loud(left.path(), &journal, way);
        let whole = Store::open(&url_in(left.path()))
            .is_ok_and(|mut store| store.check().is_ok_and(|findings| findings.is_empty()));
        let whole = if whole { "whole" } else { "damaged or gone" };
        told.push(format!("{way}: {done} done, {failed} failed, {whole}"));
    }
    figure("faults", "a desk's file", told.join("; "));
}

/// P1, P4, P14: a file that is replaced in the middle of a commit, whose sync is held up for that,
/// leaves the request in doubt and not refused: what is answered holds in the file that is there.
#[test]
fn a_file_replaced_during_a_commit_leaves_it_in_doubt() {
    let copied = "cp \"$D\" \"$D.copy\" && mv \"$D.copy\" \"$D\"";
    let restored = "cp \"$D\" \"$D.copy\" && rm \"$D-wal\" && mv \"$D.copy\" \"$D\"";
    std::thread::scope(|scope| {
        // With its log the commit holds; as a backup is put back, without the log, it does not.
        scope.spawn(|| replace_during_a_commit("replaced, the log stays", copied));
        scope.spawn(|| replace_during_a_commit("replaced, the log goes", restored));
    });
}

fn replace_during_a_commit(way: &str, doing: &str) {
    let folder = fast_folder();
    morning(folder.path());
    let tries = &issue_and_call()[..1];
    let part = format!("{} {}", folder.path().display(), serde_json::to_string(tries).unwrap());
    let log = folder.path().join("queue.db-wal");
    let home = tempfile::tempdir().unwrap();
    // The second sync of the log is the commit's; the first is its header's.
    let fault = "inject=fsync:delay_enter=2000000:when=2";
    let options = ["-P", log.to_str().unwrap(), "-e", "trace=fsync", "-e", fault];
    let child = Child { test: "faults::desk::holder", variable: HOLDER, part };
    let mut child = child
        .traced(&home.path().join("trace"), &options.map(str::to_owned))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (_sender, pause) = mpsc::channel::<()>();
    // Its first page is in the log: the transaction is under way.
    while std::fs::metadata(&log).map_or(0, |log| log.len()) < 4_096 {
        assert!(pause.recv_timeout(Duration::from_millis(5)).is_err());
        assert!(child.try_wait().unwrap().is_none(), "the desk is gone");
    }
    by_other_hand(folder.path(), doing);
    let out = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(said.ends_with("\nend\n"), "{said}");
    let (done, failed) = judge_answers(folder.path(), &said, tries, way);
    figure("faults", "during a commit", format!("{way}: {done} done, {failed} failed"));
}
