//! Booked times, on a morning that `faketime` holds still.

use super::{Answer, Desk, sample};

/// Monday, half an hour before the slot that is booked; every command runs at that time.
const MORNING: &str = "2026-11-23 08:40:00";

fn desk() -> Desk {
    let site = sample();
    let service = "id = \"stnmt\"\nagency = \"stnmt\"\n";
    assert_eq!(site.matches(service).count(), 1);
    let booked = format!("{service}appointments = {{ per_slot = 1 }}\n");
    Desk::of(&site.replace(service, &booked), Some(MORNING))
}

/// The code of the booking that a command made or moved.
#[track_caller]
fn code(answer: &Answer) -> String {
    let events = answer.lines();
    assert_eq!(events.len(), 1, "{events:?}");
    events[0]["code"].as_str().unwrap().to_owned()
}

#[test]
fn a_time_is_booked_moved_given_up_and_kept() {
    let desk = desk();
    let first = code(&desk.run(&["book", "stnmt", "09:00"]));
    assert_eq!(desk.run(&["book", "stnmt", "09:00"]).refused(), "slot_full");
    assert_eq!(desk.run(&["book", "stnmt", "09:01"]).refused(), "no_slot");
    assert_eq!(desk.run(&["book", "cat", "09:00"]).refused(), "no_slot");
    desk.run(&["book", "stnmt", "99999:00"]).cannot();
    let second = code(&desk.run(&["book", "stnmt", "2026-11-24 10:00"]));
    assert_eq!(code(&desk.run(&["rebook", &second, "2026-11-24 10:15"])), second);
    desk.run(&["rebook", &second, "10"]).cannot();
    assert_eq!(desk.run(&["unbook", &second]).code, 0);
    assert_eq!(desk.run(&["unbook", &second]).refused(), "unknown_booking");
    let said = desk.said(&["book", "stnmt", "2026-11-24 10:00"]).out;
    assert!(said.starts_with("booking ") && said.contains("2026-11-24T10:00"), "{said}");
    let here = desk.ticket(&["check-in", &first]);
    assert_eq!((&here["number"], &here["state"]), (&"H001".into(), &"waiting".into()));
    assert_eq!(desk.run(&["check-in", &first]).refused(), "unknown_booking");
}

#[test]
fn whoever_comes_a_day_early_is_told_so() {
    let desk = desk();
    let tomorrow = code(&desk.run(&["book", "stnmt", "2026-11-24 09:00"]));
    assert_eq!(desk.run(&["check-in", &tomorrow]).code, 1);
    assert_eq!(desk.run(&["check"]).object()["ok"], true);
}
