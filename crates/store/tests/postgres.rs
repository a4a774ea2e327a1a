//! The same on a server: this very binary, run once more with a PostgreSQL server to work on.

use std::process::Command;

use xtask::cluster::Cluster;

use crate::support::SERVER;

/// What is about files, or does something to one behind the store's back.
const ABOUT_FILES: [&str; 19] = [
    "backups::",
    "basics::a_file_moved_away",
    "basics::files_that_are_not_ours",
    "chain::a_changed_",
    "chain::a_counter_or_a_booking",
    "chain::a_missing_event",
    "chain::a_state_that",
    "chain::a_tail_that",
    "chain::the_ledger_refuses",
    "fences::",
    "line::",
    "migration::",
    "officers::an_officer_whom",
    "people::a_centre_that",
    "people::the_ledger_knows",
    "people::two_numbers",
    "postgres::",
    "rescue::",
    "undo::a_long_number",
];

#[test]
fn a_store_on_a_server_means_the_same() {
    let cluster = Cluster::in_memory().unwrap();
    // The keeper of the databases, who may make one for each test and is nothing more.
    let first = cluster.create("first").unwrap();
    cluster.sql("postgres", "ALTER ROLE keeper CREATEDB").unwrap();
    let server = first.strip_suffix("/first").unwrap();
    let mut tests = Command::new(std::env::current_exe().unwrap());
    tests.env(SERVER, server).args(["--test-threads", "4"]);
    for name in ABOUT_FILES {
        tests.args(["--skip", name]);
    }
    let done = tests.output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}");
    // Not an empty run that passes.
    let ran = said.lines().filter(|line| line.ends_with("... ok")).count();
    assert!(ran >= 60, "only {ran} tests ran\n{said}");
}
