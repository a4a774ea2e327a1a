//! What happened and why, as it is asked for on the command line.

use rusqlite::Connection;
use serde_json::Value;

use super::Desk;

/// Two numbers called by an officer, the second out of order.
fn morning() -> Desk {
    let desk = Desk::open();
    for words in [
        ["open", "10", "--officer", "lan"].as_slice(),
        &["issue", "stnmt"],
        &["issue", "stnmt"],
        &["call-next", "10"],
        &["finish", "10", "--outcome", "received"],
        &["issue", "stnmt"],
        &["call", "9", "H003", "--reason", "người già"],
    ] {
        assert_eq!(desk.run(words).code, 0, "{words:?}");
    }
    desk
}

fn seqs(events: &[Value]) -> Vec<i64> {
    events.iter().map(|event| event["seq"].as_i64().unwrap()).collect()
}

#[test]
fn an_event_says_when_what_and_whose() {
    let desk = morning();
    let events = desk.run(&["events"]).lines();
    assert_eq!(seqs(&events), (1..=i64::try_from(events.len()).unwrap()).collect::<Vec<_>>());
    for event in &events {
        let at = event["at"].as_str().unwrap();
        // As a calendar writes it, with the centre's offset.
        assert!(at.len() == 29 && &at[10..11] == "T" && at.ends_with("+07:00"), "{at}");
        assert!(event["kind"].is_string(), "{event}");
    }
    let call = events.iter().find(|event| event["kind"] == "called").unwrap();
    let facts = ["number", "service", "counter"].map(|key| call[key].as_str().unwrap());
    assert_eq!(facts, ["H001", "stnmt", "10"]);
}

#[test]
fn the_feed_is_filtered() {
    let desk = morning();
    let count = |words: &[&str]| {
        let words = [["events"].as_slice(), words].concat();
        desk.run(&words).lines().len()
    };
    let all = count(&[]);
    let today = desk.run(&["board"]).object()["day"].as_str().unwrap().to_owned();
    assert_eq!(count(&["--after", "3"]), all - 3);
    assert_eq!(count(&["--number", "h1", "--kind", "called"]), 1);
    assert_eq!(count(&["--number", "H003"]), 2);
    assert_eq!(count(&["--counter", "9", "--kind", "called"]), 1);
    assert!(count(&["--officer", "lan"]) >= 2);
    assert_eq!(count(&["--officer", "nobody"]), 0);
    assert_eq!(count(&["--kind", "issued"]), 3);
    assert_eq!(count(&["--day", &today]), all);
    assert_eq!(count(&["--day", "2020-01-01"]), 0);
    assert_eq!(count(&["--day", &today, "--from", "00:00"]), all);
    assert_eq!(count(&["--day", &today, "--from", "00:00", "--to", "2020-01-01 00:00"]), 0);
    assert_eq!(count(&["--from", "2099-01-01 00:00"]), 0);
    let odd = desk.run(&["events", "--out-of-order"]).lines();
    assert_eq!(odd.len(), 1);
    assert_eq!((&odd[0]["number"], &odd[0]["reason"]), (&"H003".into(), &"người già".into()));
    desk.run(&["events", "--from", "99999:00"]).cannot();
    desk.run(&["events", "--number", "??"]).cannot();
    assert_eq!(desk.run(&["events", "--day", "yesterday"]).code, 2);
    let people = desk.said(&["events", "--out-of-order"]).out;
    assert!(people.contains("counter 9") && people.contains(": người già"), "{people}");
}

#[test]
fn a_call_is_explained() {
    let desk = morning();
    let first = desk.run(&["why", "H001"]).object();
    assert_eq!((&first["number"], &first["counter"]), (&"H001".into(), &"10".into()));
    let odd = desk.said(&["why", "H003"]).out;
    assert!(odd.contains("out of order: người già") && odd.contains("H002"), "{odd}");
    assert!(desk.run(&["why", "H002"]).cannot().contains("not called"));
    desk.run(&["why", "H001", "--day", "2020-01-01"]).cannot();
}

#[test]
fn a_day_has_its_head_and_its_report() {
    let desk = morning();
    let head = desk.run(&["ledger"]).object();
    assert_eq!(head["hash"].as_str().unwrap().len(), 64);
    assert_eq!(head, desk.run(&["ledger", "--day", head["day"].as_str().unwrap()]).object());
    desk.run(&["ledger", "--day", "2020-01-01"]).cannot();
    let report = desk.run(&["report"]).object();
    let facts = ["issued", "called", "missed", "out_of_order"].map(|key| report[key].as_i64());
    assert_eq!(facts, [3, 2, 0, 1].map(Some));
    let people = desk.said(&["report"]).out;
    assert!(people.contains("3 numbers given, 2 called") && people.contains("received: 1"));
    assert_eq!(desk.run(&["report", "--day", "2020-01-01"]).object()["issued"], 0);
}

#[test]
fn a_check_that_finds_something_is_one_object_and_no_success() {
    let desk = morning();
    assert_eq!(desk.run(&["check"]).object(), serde_json::json!({"ok": true, "findings": []}));
    assert_eq!(desk.said(&["check"]).code, 0);
    let db = Connection::open(desk.path("queue.db")).unwrap();
    db.execute("UPDATE leg SET rank = rank - 1 WHERE ticket_id = 2", []).unwrap();
    drop(db);
    let answer = desk.run(&["check"]);
    assert_eq!(answer.code, 2);
    let object = answer.object();
    assert_eq!(object["ok"], false);
    let finding = object["findings"][0]["en"].as_str().unwrap();
    assert!(finding.starts_with("H002 of "), "{finding}");
    assert!(answer.err.contains(finding) && answer.err.contains("help: "), "{answer:?}");
    let people = desk.said(&["check"]);
    assert_eq!((people.code, people.out.as_str()), (2, ""));
}

/// What every hall is told before everything else is raised, seen and ended from here.
#[test]
fn an_emergency_stands_until_it_is_ended() {
    let desk = Desk::open();
    assert_eq!(desk.run(&["emergency", "end"]).refused(), "no_emergency");
    assert_eq!(desk.run(&["emergency", "other"]).refused(), "message_length");
    let unknown = desk.run(&["emergency", "flood"]);
    assert!(unknown.code == 2 && unknown.err.contains("flood"), "{unknown:?}");
    let raised = desk.run(&["emergency", "power-cut"]);
    assert_eq!(raised.object()["kind"], "emergency_raised");
    let board = desk.run(&["board"]).object();
    assert_eq!(board["emergency"]["danger"], "power_cut");
    assert!(board["emergency"]["text"]["vi"].as_str().unwrap().starts_with("Mất điện"));
    let own = ["emergency", "other", "--text", "Ra sân trước", "--en", "To the yard"];
    assert_eq!(desk.run(&own).code, 0);
    assert!(desk.said(&["board"]).out.contains("EMERGENCY (other): Ra sân trước"));
    assert_eq!(desk.run(&["emergency", "end"]).code, 0);
    assert!(desk.run(&["board"]).object()["emergency"].is_null());
}
