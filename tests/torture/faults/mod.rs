//! Disks that fail, fill up, turn read-only, and files that are not what they were.

mod desk;
mod files;
mod full;
mod inject;
mod moved;
mod rescue;
mod server;

use std::path::Path;

use queue::{Action, Lang, Timestamp};
use store::{ActError, Store};
use uuid::Uuid;

use super::child::Journal;
use super::hall::{Acked, Tried, issue, join, judge, ledger, next, site, url_in};

/// Monday 23 November 2026, 08:00 in Yên Bái.
const START: Timestamp = Timestamp(1_795_395_600_000);

/// What this machine is allowed to do to a disk: mounting is root's.
fn can_mount() -> bool {
    let out = std::process::Command::new("id").arg("-u").output();
    out.is_ok_and(|out| out.stdout.starts_with(b"0\n"))
}

/// A mount that ends with the test.
struct Mount<'a>(&'a Path);

impl<'a> Mount<'a> {
    /// Nothing when the system does not allow it.
    fn new(options: &[&str], on: &'a Path) -> Option<Self> {
        if !can_mount() {
            return None;
        }
        let done = std::process::Command::new("mount").args(options).arg(on).status();
        done.is_ok_and(|status| status.success()).then_some(Self(on))
    }
}

impl Drop for Mount<'_> {
    fn drop(&mut self) {
        let done = std::process::Command::new("umount").arg(self.0).status();
        assert!(done.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}

/// A store with a morning behind it: three visitors, one of them called. Closed when it returns.
fn morning(folder: &Path) -> Journal {
    let mut store = Store::create(&url_in(folder), &site(), START).unwrap();
    let mut journal = Journal::default();
    let actions =
        [issue("stnmt", "normal"), issue("stnmt", "priority"), issue("cat", "normal"), next("10")];
    for (at, action) in actions.into_iter().enumerate() {
        let request = Uuid::from_u128(u128::try_from(at).unwrap() + 1);
        note(&mut store, request, action, &mut journal).unwrap();
    }
    journal
}

/// One issue and one call, what everything here is tried on.
fn issue_and_call() -> [Tried; 2] {
    [issue("stnmt", "normal"), next("9")].map(|action| Tried { request: Uuid::now_v7(), action })
}

/// Acts, and notes what was tried and what was answered.
fn note(
    store: &mut Store,
    request: Uuid,
    action: Action,
    journal: &mut Journal,
) -> Result<(), store::Error> {
    let answer = store.act(request, &action, START);
    journal.acked.extend(Acked::of(request, &answer));
    journal.tried.push(Tried { request, action });
    match answer {
        Ok(_) | Err(ActError::Refused(_)) => Ok(()),
        Err(ActError::Store(error)) => {
            assert_helpful(&error);
            Err(error)
        }
    }
}

/// A person at the screen is told what holds and what to do, in both languages.
fn assert_helpful(error: &store::Error) {
    for lang in [Lang::Vi, Lang::En] {
        let help = error.help(lang);
        assert!(help.ends_with('.') || help.contains(": luot "), "{error}: {help:?}");
    }
}

/// In a clean process: nothing acknowledged is missing, what is open is settled by its request id
/// to one answer, the ledger and the file are in order.
fn assert_in_order(folder: &Path, journal: &Journal) {
    let mut store = Store::open(&url_in(folder)).unwrap();
    join(&mut store, &journal.tried, &journal.acked, START);
    judge(&ledger(&mut store), &site());
    assert_eq!(store.check().unwrap(), []);
}

/// The files of a closed store, in another folder.
fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
