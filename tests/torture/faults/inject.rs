//! The n-th system call fails, for every n.

use std::path::Path;
use std::process::Output;
use std::time::Instant;

use store::Store;

use super::{assert_helpful, assert_in_order, copy, issue_and_call, morning, note};
use crate::torture::child::{Child, Journal, ack_line, try_line};
use crate::torture::hall::{Tried, fast_folder, url_in};
use crate::torture::{figure, long};

/// Set in the victim: the folder and what it is to do, JSON.
const VICTIM: &str = "LUOT_TORTURE_VICTIM";
/// The calls a store opens, reads and changes its disk by.
const CALLS: [&str; 7] =
    ["pwrite64", "fsync", "fdatasync", "openat", "ftruncate", "unlink", "pread64"];
const ERRORS: [&str; 3] = ["EIO", "ENOSPC", "EROFS"];

/// The victim: opens the store, acts, and does what a desk does with a failure: opens anew and asks
/// again once. It says what it tries, what it is told, and what it would show.
#[test]
fn victim() {
    let Ok(part) = std::env::var(VICTIM) else { return };
    let (folder, tries) = part.split_once(' ').unwrap();
    let tries: Vec<Tried> = serde_json::from_str(tries).unwrap();
    let url = url_in(Path::new(folder));
    let mut open: Option<Store> = None;
    println!();
    for tried in tries {
        print!("{}", try_line(&tried));
        for _ in 0..2 {
            if open.is_none() {
                open = Store::open(&url)
                    .inspect_err(|error| {
                        assert_helpful(error);
                        println!("err open {error}");
                    })
                    .ok();
            }
            let Some(store) = &mut open else { continue };
            let mut journal = Journal::default();
            match note(store, tried.request, tried.action.clone(), &mut journal) {
                Ok(()) => {
                    print!("{}", ack_line(&journal.acked[0]));
                    break;
                }
                Err(error) => {
                    println!("err act {error}");
                    if error.store_is_lost() {
                        open = None;
                    }
                }
            }
        }
    }
    println!("end");
}

struct Template {
    folder: tempfile::TempDir,
    journal: Journal,
}

/// What one run with one fault said.
struct Outcome {
    errors: usize,
    acked: usize,
    injected: usize,
}

/// Runs the victim on a copy, with a fault or none, and judges what is left.
fn run(template: &Template, syscall: &str, fault: Option<&str>) -> Outcome {
    let folder = fast_folder();
    copy(template.folder.path(), folder.path());
    let tries = issue_and_call();
    let part = format!("{} {}", folder.path().display(), serde_json::to_string(&tries).unwrap());
    let trace = folder.path().join("trace");
    let mut options = vec!["-e".to_owned(), format!("trace={syscall}")];
    for name in ["queue.db", "queue.db-wal", "queue.db-shm", "queue.lock", "queue.nudge"] {
        options.extend(["-P".to_owned(), folder.path().join(name).display().to_string()]);
    }
    if let Some(fault) = fault {
        options.extend(["-e".to_owned(), format!("inject={syscall}:{fault}")]);
    }
    let child = Child { test: "faults::inject::victim", variable: VICTIM, part };
    let out: Output = child.traced(&trace, &options).output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    let what = format!("{syscall} {fault:?}");
    let wrong = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success() && said.contains("\nend\n"), "{what}: {said}{wrong}");
    let mut journal = Journal::default();
    journal.tried.clone_from(&template.journal.tried);
    journal.acked.clone_from(&template.journal.acked);
    journal.read(&said);
    let errors = said.lines().filter(|line| line.starts_with("err ")).count();
    let acked = journal.acked.len() - template.journal.acked.len();
    assert!(errors > 0 || acked == tries.len(), "{what}: neither answered nor refused: {said}");
    let traced = std::fs::read_to_string(&trace).unwrap();
    std::fs::remove_file(&trace).unwrap();
    assert_in_order(folder.path(), &journal);
    let call = format!("{syscall}(");
    let counted = if fault.is_some() { "(INJECTED)" } else { &call };
    let injected = traced.lines().filter(|line| line.contains(counted)).count();
    Outcome { errors, acked, injected }
}

/// P1, P4, P14: for every n, the n-th write, sync, opening, cut, removal or read of one issue and one
/// call fails, once or from then on: the program says so in words that help, an acknowledged
/// action is never missing, one in doubt is settled by its request id, and the file is in order.
#[test]
fn every_system_call_may_fail_and_nothing_is_said_that_is_not_so() {
    let folder = fast_folder();
    let journal = morning(folder.path());
    let template = Template { folder, journal };
    for syscall in CALLS {
        let start = Instant::now();
        let calls = run(&template, syscall, None).injected;
        let (mut runs, mut errors, mut unanswered) = (0, 0, 0);
        for n in 1..=calls {
            for (kind, error) in ERRORS.iter().enumerate() {
                for (forever, plus) in ["", "+"].iter().enumerate() {
                    // The short run takes every n once, and every fourth (of few: each) also to the end.
                    let short = n % 3 == kind && (forever == 0 || n % 4 == 0 || calls < 10);
                    if !(long() || short) {
                        continue;
                    }
                    let fault = format!("error={error}:when={n}{plus}");
                    let outcome = run(&template, syscall, Some(&fault));
                    assert!(outcome.injected > 0, "{syscall} {fault} did not come to pass");
                    runs += 1;
                    errors += usize::from(outcome.errors > 0);
                    unanswered += usize::from(outcome.acked < 2);
                }
            }
        }
        let spent = start.elapsed().as_secs();
        let told = format!(
            "{calls} calls, {runs} faults in {spent} s; {errors} noticed, {unanswered} left in doubt"
        );
        figure("faults", syscall, told);
    }
}
