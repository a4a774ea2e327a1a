//! A real desk on a disk whose syncs fail.

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use station::Clock;
use station::desk::{Answer, Desk, News};
use store::Store;
use uuid::Uuid;

use super::{START, copy, issue_and_call, morning};
use crate::torture::child::{Child, Journal, ack_line, try_line};
use crate::torture::hall::{Acked, Tried, fast_folder, judge, ledger, site, url_in};
use crate::torture::{figure, long};

/// Set in the child that holds the desk: the folder and what is asked, JSON.
pub(super) const HOLDER: &str = "LUOT_TORTURE_DESK";

/// The child: asks, waits for each answer, listens on for a second one, and dies without closing.
#[test]
fn holder() {
    let Ok(part) = std::env::var(HOLDER) else { return };
    let (folder, tries) = part.split_once(' ').unwrap();
    let tries: Vec<Tried> = serde_json::from_str(tries).unwrap();
    let (tell, told) = mpsc::channel();
    let desk =
        Desk::start(url_in(Path::new(folder)), Clock::by_hand(START), move |news| match news {
            News::Answer { request, answer } => drop(tell.send((request, answer))),
            News::Board { .. }
            | News::Quiet(_)
            | News::ClaimLost(_)
            | News::Events(_)
            | News::Away(_) => {}
        })
        .unwrap();
    println!();
    for Tried { request, action } in tries {
        print!("{}", try_line(&Tried { request, action: action.clone() }));
        assert!(desk.act(request, action));
        let (of, answer) = told.recv_timeout(Duration::from_secs(120)).unwrap();
        say(of, &answer);
    }
    // Longer than a desk waits between two tries to open its store.
    while let Ok((of, answer)) = told.recv_timeout(Duration::from_secs(3)) {
        say(of, &answer);
    }
    println!("end");
    std::process::abort();
}

#[expect(clippy::print_stdout, reason = "its words are the answers")]
fn say(request: Uuid, answer: &Answer) {
    match answer {
        Answer::Done(done) => {
            let acked = Acked { request, events: done.events.clone() };
            print!("{}", ack_line(&acked));
        }
        Answer::Refused(_) => print!("{}", ack_line(&Acked { request, events: Vec::new() })),
        Answer::Failed(trouble) => println!("failed {request} {}", trouble.en),
        Answer::Claimed(_) | Answer::Person(_) | Answer::Day(_) => {
            panic!("no counter was asked for")
        }
    }
}

/// What one desk said: how many were done, and how many failed.
fn run(template: &Path, fault: &str, asked: usize) -> (usize, usize) {
    let folder = fast_folder();
    copy(template, folder.path());
    let tries = &issue_and_call()[..asked];
    let part = format!("{} {}", folder.path().display(), serde_json::to_string(tries).unwrap());
    let trace = folder.path().join("trace");
    let mut options = ["-e", "trace=fsync", "-e", fault].map(str::to_owned).to_vec();
    for name in ["queue.db", "queue.db-wal"] {
        options.extend(["-P".to_owned(), folder.path().join(name).display().to_string()]);
    }
    let child = Child { test: "faults::desk::holder", variable: HOLDER, part };
    let out = child.traced(&trace, &options).output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    let wrong = String::from_utf8_lossy(&out.stderr);
    assert!(said.ends_with("\nend\n"), "{fault}: {said}{wrong}");
    let injected = std::fs::read_to_string(&trace).unwrap();
    assert!(injected.contains("(INJECTED)"), "{fault} did not come to pass");
    judge_answers(folder.path(), &said, tries, fault)
}

/// Each request has one answer, and what it says holds in a clean process.
pub(super) fn judge_answers(
    folder: &Path,
    said: &str,
    tries: &[Tried],
    fault: &str,
) -> (usize, usize) {
    let mut journal = Journal::default();
    journal.read(said);
    let mut store = Store::open(&url_in(folder)).unwrap();
    let (mut done, mut failed) = (0, 0);
    for Tried { request, action } in tries {
        let answers: Vec<_> = journal.acked.iter().filter(|ack| ack.request == *request).collect();
        let refused = said.matches(&format!("failed {request}")).count();
        assert_eq!(answers.len() + refused, 1, "{fault}: {request} has not one answer: {said}");
        let held = store.settled(*request, action).unwrap().map(|done| done.events);
        match answers.first() {
            Some(ack) => {
                assert_eq!(held.unwrap_or_default(), ack.events, "{fault}: {said}");
                done += 1;
            }
            None => {
                assert_eq!(held, None, "{fault}: said to have failed, and was done: {said}");
                failed += 1;
            }
        }
    }
    judge(&ledger(&mut store), &site());
    assert_eq!(store.check().unwrap(), []);
    (done, failed)
}

/// P1, P4, P14: whatever row of syncs fails, each press at a real desk has one answer, and what it
/// says holds: also after the program died without closing and the log was read anew.
#[test]
fn a_desk_on_a_failing_disk_answers_once_and_truly() {
    let template = fast_folder();
    morning(template.path());
    // The first and the last sync that fail, and how much is asked: the program dies after the
    // last answer, with nothing written behind it. The first sync is that of a new log's header.
    let row = |(first, asked)| (0..4).map(move |more| (first, first + more, asked));
    let rows = [(1, 1), (2, 1), (2, 2), (3, 2)].into_iter().flat_map(row);
    let rows = rows.filter(|(first, last, _)| long() || first != last);
    let told: Vec<String> = std::thread::scope(|scope| {
        let desks: Vec<_> = rows
            .map(|(first, last, asked)| {
                let fault = format!("inject=fsync:error=EIO:when={first}..{last}");
                let template = template.path();
                scope.spawn(move || {
                    let (done, failed) = run(template, &fault, asked);
                    format!("syncs {first} to {last} of {asked}: {done} done, {failed} failed")
                })
            })
            .collect();
        desks.into_iter().map(|desk| desk.join().unwrap()).collect()
    });
    figure("faults", "desk", told.join("; "));
}
