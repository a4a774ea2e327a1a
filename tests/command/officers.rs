//! Who signs in: added, changed, given another PIN, removed.

use super::Desk;

const LAN: [&str; 7] = ["officer", "add", "tnmt-02", "--name", "Bà Lan", "--agency", "stnmt"];

#[test]
fn an_officer_is_added_changed_and_removed() {
    let desk = Desk::open();
    assert_eq!(desk.run(&["officer", "list"]).lines(), Vec::<serde_json::Value>::new());
    assert_eq!(desk.typed(&LAN, "4711\n").object()["officer"], "tnmt-02");
    let changed = ["officer", "add", "tnmt-02", "--name", "Bà Lan", "--role", "supervisor"];
    // No PIN is asked for: the one that is kept stays.
    assert_eq!(desk.run(&changed).code, 0);
    let listed = desk.run(&["officer", "list"]).lines();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["role"], "supervisor");
    assert!(desk.said(&["officer", "list"]).out.contains("(all counters)"));
    assert_eq!(desk.typed(&["officer", "reset", "tnmt-02"], "271828\n").code, 0);
    assert_eq!(desk.run(&["officer", "reset", "nobody"]).refused(), "unknown_officer");
    assert_eq!(desk.run(&["officer", "remove", "tnmt-02"]).code, 0);
    assert_eq!(desk.run(&["officer", "remove", "tnmt-02"]).refused(), "unknown_officer");
    let kinds: Vec<_> = desk.run(&["events"]).lines();
    let kinds: Vec<_> = kinds.iter().filter_map(|event| event["kind"].as_str()).collect();
    let wanted = [
        "site_applied",
        "officer_enlisted",
        "pin_reset",
        "officer_enlisted",
        "pin_reset",
        "officer_dismissed",
    ];
    assert_eq!(kinds, wanted);
    assert_eq!(desk.run(&["check"]).code, 0);
}

#[test]
fn what_is_no_pin_no_role_and_no_agency_changes_nothing() {
    let desk = Desk::open();
    for typed in ["", "12\n", "abcd\n", "1234567890123\n"] {
        assert!(desk.typed(&LAN, typed).cannot().contains("no PIN"), "{typed:?}");
    }
    let role = ["officer", "add", "a", "--name", "A", "--role", "king"];
    assert!(desk.typed(&role, "4711\n").cannot().contains("not a role"));
    let agency = ["officer", "add", "a", "--name", "A", "--agency", "none"];
    assert!(desk.run(&agency).cannot().contains("not an agency"));
    assert_eq!(desk.run(&["officer", "list"]).lines(), Vec::<serde_json::Value>::new());
}
