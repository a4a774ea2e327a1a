//! Times promised ahead.

use queue::{Action, Appointments, Asker, BookingCode, Refusal, State, Timestamp, What, Wish};
use uuid::Uuid;

use crate::support::{DAY, START, World, call_next, issue, service};

/// The sample centre with bookings for one service: quarters of an hour, two places each.
fn world() -> World {
    World::with(|site| {
        let rule = Appointments { per_slot: 2, ..Appointments::default() };
        service(site, "stnmt").appointments = Some(rule);
    })
}

/// A time of Monday.
fn monday(hour: i64, minute: i64) -> Timestamp {
    START.plus_min((hour - 8) * 60 + minute)
}

fn book(slot: Timestamp) -> Action {
    Action::Book { service: "stnmt".into(), slot }
}

fn check_in(code: &BookingCode) -> Action {
    Action::CheckIn { code: code.clone(), wish: Wish::default() }
}

fn code(world: &mut World, slot: Timestamp) -> BookingCode {
    match world.act(&book(slot)).unwrap().events.pop().unwrap().what {
        What::Booked { code, .. } => code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn slots_are_a_grid_with_so_many_places() {
    let mut world = world();
    for wrong in [
        monday(9, 1),
        monday(7, 30),
        monday(11, 30),
        monday(12, 0),
        monday(9, 0).plus_ms(1_000),
        monday(9, 0).plus_ms(1),
        START.plus_ms(5 * DAY),
        monday(7 * 24 + 9, 0),
    ] {
        assert_eq!(world.no(&book(wrong)), "no_slot", "{}", wrong.0);
    }
    let other = Action::Book { service: "cat".into(), slot: monday(9, 0) };
    assert_eq!(world.no(&other), "no_slot", "a service without bookings");
    assert_ne!(code(&mut world, monday(9, 0)), code(&mut world, monday(9, 0)));
    assert_eq!(world.no(&book(monday(9, 0))), "slot_full");
    assert!(world.act(&book(monday(9, 15))).is_ok());
    assert!(world.act(&book(monday(24 + 16, 45))).is_ok(), "the last slot of tomorrow");
    assert_eq!(world.store.board(world.now).unwrap().bookings.len(), 4);
    world.in_order();
}

#[test]
fn a_booking_moves_and_ends() {
    let mut world = world();
    let first = code(&mut world, monday(9, 0));
    code(&mut world, monday(9, 15));
    code(&mut world, monday(9, 15));
    let moved = |slot| Action::MoveBooking { code: first.clone(), slot };
    assert_eq!(world.no(&moved(monday(9, 15))), "slot_full");
    world.act(&moved(monday(9, 0))).unwrap();
    world.act(&moved(monday(10, 0))).unwrap();
    let board = world.store.board(world.now).unwrap();
    assert_eq!(board.bookings[&first].slot, monday(10, 0));
    let cancel = Action::CancelBooking { code: first.clone() };
    world.act(&cancel).unwrap();
    assert_eq!(world.no(&cancel), "unknown_booking");
    assert_eq!(world.no(&check_in(&first)), "unknown_booking");
    assert_eq!(world.no(&moved(monday(9, 0))), "unknown_booking");
}

#[test]
fn early_in_time_and_late() {
    let mut world = world();
    let slot = monday(9, 0);
    let codes: Vec<_> = [slot, slot, monday(9, 15)].map(|at| code(&mut world, at)).into();
    world.now = monday(8, 29);
    let early = Refusal::BookingEarly { code: codes[0].clone(), from: monday(8, 30) };
    assert_eq!(world.refused(&check_in(&codes[0])), early);
    world.now = monday(8, 30);
    let ticket = world.ticket(&check_in(&codes[0]));
    assert_eq!((ticket.state, ticket.rank), (State::Waiting, slot.plus_min(-20).0));
    assert_eq!(world.no(&check_in(&codes[0])), "unknown_booking", "used is used");
    assert_eq!(world.store.board(world.now).unwrap().bookings.len(), 2);
    world.now = monday(9, 14);
    assert_eq!(world.ticket(&check_in(&codes[1])).rank, slot.plus_min(-20).0);
    world.now = monday(9, 31);
    let late = world.ticket(&check_in(&codes[2]));
    assert_eq!(late.rank, world.now.0, "as one who comes now");
    world.in_order();
}

/// A booking is a head start like every other: it passes those who came shortly before its slot
/// and nobody else (P11).
#[test]
fn a_booking_passes_only_those_within_its_head_start() {
    let mut world = world();
    let booked = code(&mut world, monday(9, 0));
    world.now = monday(8, 35);
    let long_before = world.issue("normal").number;
    world.now = monday(8, 45);
    let shortly_before = world.issue("normal").number;
    world.now = monday(8, 55);
    let booked = world.ticket(&check_in(&booked)).number;
    let order: Vec<_> = (0..3).map(|_| world.ticket(&call_next("10")).number).collect();
    assert_eq!(order, [long_before, booked, shortly_before]);
}

#[test]
fn what_nobody_used_lapses_with_its_day() {
    let mut world = world();
    let (today, tomorrow) = (code(&mut world, monday(9, 0)), code(&mut world, monday(24 + 9, 0)));
    world.now = START.plus_ms(DAY);
    let board = world.store.board(world.now).unwrap();
    assert_eq!(board.bookings.keys().collect::<Vec<_>>(), [&tomorrow]);
    let done = world.act(&issue("stnmt", "normal")).unwrap();
    assert_eq!(done.events[0].what, What::DayClosed { open: 0, lapsed: vec![today.clone()] });
    assert_eq!(world.no(&check_in(&today)), "unknown_booking");
    world.now = monday(24 + 9, 0);
    assert!(world.act(&check_in(&tomorrow)).is_ok());
    world.in_order();
}

#[test]
fn whoever_booked_is_bound_to_the_hours_like_every_visitor() {
    let mut world = world();
    let code = code(&mut world, monday(13, 30));
    world.now = monday(13, 10);
    let wish = Wish { asker: Asker::Visitor, ..Wish::default() };
    let visitor = Action::CheckIn { code: code.clone(), wish };
    assert_eq!(world.no(&visitor), "closed");
    world.now = monday(13, 15);
    assert!(world.act(&visitor).is_ok());
}

/// The same queue at the same moment gives another code to another request: a code cannot be
/// foreseen from the ledger alone.
#[test]
fn a_code_depends_on_the_request() {
    let request = |last: u8| Uuid::from_bytes([last; 16]);
    let codes = [1, 1, 2].map(|last| {
        let mut world = world();
        let done = world.store.act(request(last), &book(monday(9, 0)), START).unwrap();
        match &done.events[0].what {
            What::Booked { code, .. } => code.0.clone(),
            other => panic!("{other:?}"),
        }
    });
    assert_eq!(codes[0], codes[1]);
    assert_ne!(codes[0], codes[2]);
    assert!(codes.iter().all(|code| code.len() == 6 && code.parse::<u32>().is_ok()));
}

/// A promise is kept when the half day's numbers are out, and its number is one of them.
#[test]
fn a_booked_number_is_given_beyond_the_quota_and_counts_in_it() {
    let mut world = World::with(|site| {
        let stnmt = service(site, "stnmt");
        (stnmt.quota, stnmt.appointments) = (2, Some(Appointments::default()));
    });
    let (first, second) = (code(&mut world, monday(8, 15)), code(&mut world, monday(8, 30)));
    world.ticket(&check_in(&first));
    world.issue("normal");
    assert_eq!(world.no(&issue("stnmt", "normal")), "quota_reached");
    assert_eq!(world.ticket(&check_in(&second)).number.to_string(), "H003");
    assert_eq!(world.no(&issue("stnmt", "normal")), "quota_reached");
}
