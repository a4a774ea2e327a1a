//! The fences inside the file, asked of SQLite itself: even a program with a wrong rule, or a hand
//! with a tool, cannot write these down.

use queue::{Action, Asker, PrintState, Site, Timestamp, Wish};
use rusqlite::Connection;
use store::{Store, StoreUrl};
use uuid::Uuid;

/// Monday 23 November 2026, 08:00 in Yên Bái.
const START: Timestamp = Timestamp(1_795_395_600_000);

/// P2, P4, P5, P21: no number twice on a day, no request twice, no visitor in two places, no
/// counter with two visitors, and what happened stays as it was written.
#[test]
fn what_must_not_be_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("queue.db");
    let url: StoreUrl = format!("sqlite:{}", path.display()).parse().unwrap();
    let site: Site = toml::from_str(include_str!("../../../config/yenbai/site.toml")).unwrap();
    let mut store = Store::create(&url, &site, START).unwrap();
    let issue = Action::Issue {
        service: "stnmt".into(),
        wish: Wish { asker: Asker::Staff, print: PrintState::None, ..Wish::default() },
    };
    for action in [&issue, &issue, &issue, &Action::CallNext { counter: "10".into() }] {
        store.act(Uuid::now_v7(), action, START).unwrap();
    }
    drop(store);
    let db = Connection::open(&path).unwrap();
    for (what, sql, says) in [
        ("a number twice", "UPDATE ticket SET number = 1 WHERE number = 2", "UNIQUE"),
        ("no number", "UPDATE ticket SET number = 0 WHERE number = 2", "CHECK"),
        ("a visitor in two places", "UPDATE leg SET ticket_id = 1, leg_no = 2 WHERE ticket_id = 2", "UNIQUE"),
        (
            "a counter with two visitors",
            "UPDATE leg SET state = 'called', counter_id = (SELECT counter_id FROM leg WHERE state = 'called')
             WHERE ticket_id = 2",
            "UNIQUE",
        ),
        ("a call to no counter", "UPDATE leg SET state = 'called' WHERE ticket_id = 2", "CHECK"),
        ("a place of nobody", "UPDATE leg SET ticket_id = 99 WHERE ticket_id = 2", "FOREIGN KEY"),
        ("a changed past", "UPDATE event SET at = at + 1 WHERE seq = 2", "append-only"),
        ("a deleted past", "DELETE FROM event WHERE seq = 2", "append-only"),
    ] {
        let refused = db.execute(sql, []).unwrap_err().to_string();
        assert!(refused.contains(says), "{what}: {refused}");
    }
    // With the fence of the past gone, a request still cannot be there twice.
    db.execute_batch("DROP TRIGGER event_no_update").unwrap();
    let twice = "UPDATE event SET req = (SELECT req FROM event WHERE seq = 2) WHERE seq = 3";
    let refused = db.execute(twice, []).unwrap_err().to_string();
    assert!(refused.contains("UNIQUE"), "a request twice: {refused}");
}
