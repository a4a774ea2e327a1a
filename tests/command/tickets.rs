//! What happens to a number, from the command line.

use super::{Desk, sample};

fn at(counter: &str) -> Option<String> {
    Some(counter.to_owned())
}

#[test]
fn a_visit_from_the_number_to_the_end() {
    let desk = Desk::open();
    let ticket = desk.ticket(&["issue", "stnmt", "--class", "priority", "--dossiers", "3"]);
    assert_eq!((&ticket["number"], &ticket["class"]), (&"H001".into(), &"priority".into()));
    assert_eq!(ticket["dossiers"], 3);
    assert_eq!(desk.state(&["call-next", "10"]), ("called".into(), at("10")));
    assert_eq!(desk.state(&["recall", "10"]), ("called".into(), at("10")));
    assert_eq!(desk.state(&["start", "10"]), ("serving".into(), at("10")));
    assert_eq!(desk.state(&["park", "10", "--until", "23:59"]).0, "parked");
    assert_eq!(desk.state(&["resume", "10", "H001"]), ("called".into(), at("10")));
    let noted = ["finish", "10", "--outcome", "received", "--dossiers", "2", "--code", "D1"];
    assert_eq!(desk.state(&noted).0, "served");
    desk.ticket(&["issue", "stnmt"]);
    desk.ticket(&["call-next", "9"]);
    assert_eq!(desk.state(&["no-show", "9"]).0, "no_show");
    assert_eq!(desk.state(&["requeue", "H002"]).0, "waiting");
    assert_eq!(desk.state(&["call", "9", "H002", "--reason", "đã báo"]).0, "called");
    assert_eq!(desk.state(&["cancel", "H002"]).0, "cancelled");
    let said = desk.said(&["issue", "stnmt"]);
    assert_eq!((said.code, said.out.as_str()), (0, "H003 waiting\n"));
}

#[test]
fn direct_transfer_void_and_undo() {
    let desk = Desk::open();
    let direct = desk.ticket(&["direct", "10", "stnmt"]);
    assert_eq!((&direct["state"], &direct["counter"]), (&"serving".into(), &"10".into()));
    desk.ticket(&["finish", "10"]);
    desk.ticket(&["issue", "stnmt"]);
    desk.ticket(&["transfer", "H001", "--counter", "9"]);
    assert_eq!(desk.run(&["call-next", "10"]).refused(), "nobody_waiting", "it is another's");
    assert_eq!(desk.state(&["call-next", "9"]), ("called".into(), at("9")));
    let back = desk.run(&["undo", "9"]);
    assert_eq!(back.code, 0, "{back:?}");
    let board = desk.run(&["board"]).object();
    assert_eq!(board["waiting"][0]["number"], "H001");
    assert_eq!(board["recent"].as_array().unwrap().len(), 0, "nobody is sent to a counter");
    desk.ticket(&["transfer", "H001", "cat"]);
    let void = ["void", "H001", "--reason", "in thử"];
    assert_eq!(desk.state(&void).0, "void");
    assert_eq!(desk.run(&["undo", "1"]).refused(), "nothing_to_undo");
    let both = desk.run(&["transfer", "H001", "cat", "--counter", "9"]);
    assert_eq!(both.code, 2, "a service or a counter, not both");
}

#[test]
fn a_counter_opens_pauses_and_closes() {
    let desk = Desk::open();
    let duty = |words: &[&str]| {
        let events = desk.run(words).lines();
        assert!(events.iter().all(|event| event["counter"] == "10"), "{events:?}");
        let board = desk.run(&["board"]).object();
        let mut counters = board["counters"].as_array().unwrap().iter();
        let ten = counters.find(|counter| counter["counter"] == "10").unwrap();
        (ten["duty"].as_str().unwrap().to_owned(), ten["officer"].as_str().map(str::to_owned))
    };
    assert_eq!(duty(&["open", "10", "--officer", "lan"]), ("open".into(), Some("lan".into())));
    assert_eq!(duty(&["pause", "10", "--reason", "họp"]).0, "paused");
    assert_eq!(duty(&["open", "10", "--officer", "lan"]).0, "open");
    assert_eq!(duty(&["close", "10"]).0, "closed");
    assert_eq!(desk.said(&["pause", "10"]).code, 2, "a pause has a reason");
}

#[test]
fn a_visit_is_rated_once_and_the_report_says_of_how_many() {
    let desk = Desk::open();
    for _ in 0..3 {
        desk.ticket(&["issue", "stnmt"]);
        desk.ticket(&["call-next", "10"]);
    }
    assert_eq!(desk.run(&["rate", "H003", "satisfied"]).refused(), "not_served");
    assert_eq!(desk.run(&["rate", "H001", "satisfied"]).object()["rated"], "satisfied");
    assert_eq!(desk.run(&["rate", "H001", "satisfied"]).refused(), "rated_before");
    let angry = ["rate", "H002", "dissatisfied", "--why", "wait", "--why", "cost"];
    assert_eq!(desk.run(&angry).code, 0);
    assert!(desk.run(&["rate", "H003", "great"]).cannot().contains("none of the words"));
    let report = desk.run(&["report"]).object();
    let wanted = serde_json::json!({"rated": 2, "satisfied": 1, "of_called": 3,
        "why": {"wait": 1, "cost": 1}});
    assert_eq!(report["ratings"], wanted);
    assert!(desk.said(&["report"]).out.contains("satisfied: 1 of 2; 2 of 3 rated"));
}

#[test]
fn a_service_is_paused_and_resumed() {
    let desk = Desk::open();
    assert_eq!(desk.said(&["pause-service", "stnmt"]).code, 2, "a pause has a reason");
    desk.run(&["pause-service", "stnmt", "--reason", "mất điện"]).lines();
    assert_eq!(desk.run(&["issue", "stnmt"]).refused(), "paused");
    let services = desk.run(&["board"]).object()["services"].clone();
    let mut of = services.as_array().unwrap().iter();
    assert_eq!(of.find(|of| of["service"] == "stnmt").unwrap()["paused"], "mất điện");
    assert!(desk.said(&["board"]).out.contains("luot resume-service stnmt"));
    desk.run(&["resume-service", "stnmt"]).lines();
    desk.ticket(&["issue", "stnmt"]);
}

#[test]
fn the_same_request_has_the_same_answer() {
    let desk = Desk::open();
    let issue = ["issue", "stnmt", "--request", "01890a5d-ac96-774b-bcce-b302099a8057"];
    let first = desk.run(&issue);
    assert_eq!(first.object(), desk.run(&issue).object());
    assert!(desk.said(&issue).out.contains("done before"));
    assert_eq!(desk.ticket(&["issue", "stnmt"])["number"], "H002");
    let call = ["call-next", "10", "--request", "01890a5d-ac96-774b-bcce-b302099a8058"];
    assert_eq!(desk.run(&call).object(), desk.run(&call).object());
    let open = ["open", "9", "--request", "01890a5d-ac96-774b-bcce-b302099a8059"];
    assert_eq!(desk.run(&open).lines(), desk.run(&open).lines());
    assert_eq!(desk.run(&["start", "10", "--request", "no-uuid"]).code, 2);
}

#[test]
fn done_refused_and_cannot_are_told_apart() {
    let desk = Desk::open();
    assert_eq!(desk.said(&["issue", "stnmt"]).code, 0);
    assert_eq!(desk.run(&["issue", "nothing"]).refused(), "unknown_service");
    assert_eq!(desk.run(&["call-next", "999"]).refused(), "unknown_counter");
    assert_eq!(desk.run(&["call-next", "1"]).refused(), "nobody_waiting");
    assert_eq!(desk.run(&["cancel", "H777"]).refused(), "unknown_number");
    assert!(desk.run(&["cancel", "??"]).cannot().contains("not a number"));
    desk.ticket(&["call-next", "10"]);
    desk.ticket(&["start", "10"]);
    let park = desk.run(&["park", "10", "--until", "1093:00"]);
    assert!(park.cannot().contains("is not a time"));
    assert!(desk.run(&["finish", "10", "--outcome", "gone"]).cannot().contains("not an outcome"));
    let unknown = desk.said(&["isue", "stnmt"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (2, ""));
    let version = desk.said(&["--version"]);
    assert_eq!(version.code, 0);
    assert!(version.out.starts_with("luot 0."), "{version:?}");
    let nothing = Desk::bare(&sample());
    for words in [["board"].as_slice(), &["issue", "stnmt"], &["check"], &["call-next", "10"]] {
        nothing.run(words).cannot();
    }
}
