use super::*;

const SLOT: Timestamp = Timestamp(1_000 * 60_000);

/// A number half an hour before to a quarter of an hour after the slot, twenty minutes ahead.
fn rule() -> Appointments {
    Appointments::default()
}

fn minutes(min: i64) -> Timestamp {
    SLOT.plus_min(min)
}

#[test]
fn early_in_time_and_late_are_told_apart() {
    let from = minutes(-30);
    assert_eq!(arrival(SLOT, &rule(), minutes(-31)), Arrival::TooEarly { from });
    for min in [-30, 0, 15] {
        assert_eq!(arrival(SLOT, &rule(), minutes(min)), Arrival::InTime, "{min}");
    }
    assert_eq!(arrival(SLOT, &rule(), minutes(16)), Arrival::Late);
}

#[test]
fn a_booking_is_a_bounded_head_start() {
    // Whoever came more than the credit before the slot is called before it, however many book.
    let walk_in = crate::rule::rank(minutes(-21), &crate::Class::default());
    for min in [-30, 0, 15] {
        assert!(walk_in < rank(SLOT, &rule(), minutes(min), 0), "{min}");
    }
    assert!(
        crate::rule::rank(minutes(-19), &crate::Class::default()) > rank(SLOT, &rule(), SLOT, 0)
    );
    // Coming early gains nothing, coming late loses the slot.
    assert_eq!(rank(SLOT, &rule(), minutes(-30), 0), rank(SLOT, &rule(), minutes(15), 0));
    assert_eq!(rank(SLOT, &rule(), minutes(16), 0), minutes(16).0);
}
