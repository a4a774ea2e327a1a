use super::*;

/// 2026-11-23, a Monday, 00:00 in Yên Bái.
const MONDAY: Timestamp = Timestamp(1_795_366_800_000);
const HOUR: i64 = 3_600_000;

fn day(text: &str) -> BusinessDay {
    text.parse().unwrap()
}

fn paris() -> WallClock {
    WallClock::named("Europe/Paris").unwrap()
}

/// P12: the day of a number is the site's own, whatever the machine's zone is.
#[test]
fn a_day_begins_at_the_sites_midnight() {
    let clock = WallClock::named("Asia/Ho_Chi_Minh").unwrap();
    let local = clock.local(MONDAY);
    assert_eq!((local.day, local.weekday), (BusinessDay(20_261_123), 0));
    assert_eq!((local.minute, local.second), (0, 0));
    let before = clock.local(MONDAY.plus_ms(-1));
    assert_eq!((before.day, before.weekday), (BusinessDay(20_261_122), 6));
    assert_eq!((before.minute, before.second), (1439, 59));
    assert_eq!(clock.rfc3339(MONDAY.plus_ms(7)), "2026-11-23T00:00:00.007+07:00");
    assert_eq!(clock.instant(day("2026-11-23"), 0), Some(MONDAY));
    assert_eq!(clock.instant(day("2026-11-23"), 1440), Some(MONDAY.plus_ms(24 * HOUR)));
    assert_eq!(
        clock.instant(day("2026-11-30"), 450),
        Some(MONDAY.plus_ms(7 * 24 * HOUR + 27_000_000))
    );
}

/// Every minute of a day without a change of the clock reads back.
#[test]
fn a_minute_of_a_day_and_its_instant_are_one() {
    for zone in ["Asia/Ho_Chi_Minh", "Europe/Paris", "Asia/Kathmandu", "Pacific/Apia"] {
        let clock = WallClock::named(zone).unwrap();
        for text in ["2024-02-29", "2026-12-31", "2027-01-01"] {
            for minute in 0..1440 {
                let local = clock.local(clock.instant(day(text), minute).unwrap());
                assert_eq!((local.day, local.minute, local.second), (day(text), minute, 0));
                assert_eq!(local.weekday, weekday_of(day(text)));
            }
        }
    }
}

#[test]
fn the_hour_that_is_repeated_is_the_first_one() {
    let (clock, change) = (paris(), day("2026-10-25"));
    let first = clock.instant(change, 150).unwrap();
    assert_eq!(clock.rfc3339(first), "2026-10-25T02:30:00.000+02:00");
    let second = clock.local(first.plus_ms(HOUR));
    assert_eq!((second.day, second.minute), (change, 150), "the same face an hour later");
    let (from, to) = (clock.instant(change, 0), clock.instant(next_day(change), 0));
    assert_eq!(to.unwrap().since(from.unwrap()), 25 * HOUR);
}

#[test]
fn the_hour_that_is_skipped_is_the_one_after_it() {
    let (clock, change) = (paris(), day("2026-03-29"));
    let skipped = clock.instant(change, 150).unwrap();
    assert_eq!(clock.rfc3339(skipped), "2026-03-29T03:30:00.000+02:00");
    assert_eq!(clock.instant(change, 210), Some(skipped));
    assert!(
        clock.instant(change, 119) < clock.instant(change, 120),
        "never before what is earlier"
    );
    let (from, to) = (clock.instant(change, 0), clock.instant(next_day(change), 0));
    assert_eq!(to.unwrap().since(from.unwrap()), 23 * HOUR);
}

#[test]
fn the_day_after_goes_over_months_and_years() {
    for (one, next) in [
        ("2026-11-23", "2026-11-24"),
        ("2026-11-30", "2026-12-01"),
        ("2026-12-31", "2027-01-01"),
        ("2024-02-28", "2024-02-29"),
        ("2024-02-29", "2024-03-01"),
        ("2026-02-28", "2026-03-01"),
        ("2100-02-28", "2100-03-01"),
        ("9999-12-31", "9999-12-31"),
    ] {
        assert_eq!(next_day(day(one)), day(next), "{one}");
    }
    assert_eq!(next_day(BusinessDay(0)), BusinessDay(0), "no day has none after it");
}

#[test]
fn a_day_reads_back() {
    let mut some = day("2023-12-25");
    for _ in 0..1_000 {
        let text = some.to_string();
        assert_eq!(text.parse(), Ok(some), "{text}");
        assert_eq!(some.0.to_string().parse(), Ok(some));
        some = next_day(some);
    }
    for wrong in [
        "",
        "2026",
        "2026-02-30",
        "2026-13-01",
        "2026-00-10",
        "20261123x",
        "2026-11-233",
        "+2020101",
        "-2020101",
        "99999999999",
    ] {
        assert_eq!(wrong.parse::<BusinessDay>(), Err(NotADay(wrong.into())), "{wrong}");
    }
}

/// Whatever a broken clock says is some day, and the sums stop instead of wrapping.
#[test]
fn an_absurd_instant_is_the_nearest_possible_one() {
    for zone in ["UTC", "Asia/Ho_Chi_Minh", "Pacific/Kiritimati", "Pacific/Niue"] {
        let clock = WallClock::named(zone).unwrap();
        let (first, last) = (clock.local(Timestamp(i64::MIN)), clock.local(Timestamp(i64::MAX)));
        assert!(first.day.0 / 10_000 <= 0, "{:?}", first.day);
        assert_eq!(last.day.0 / 10_000, 9_999);
        assert!(first.minute < 1440 && last.minute < 1440 && first.weekday < 7);
        assert_eq!(clock.rfc3339(Timestamp(i64::MAX)), "");
        for day in [i32::MIN, -1, 0, 20_261_332, i32::MAX] {
            assert_eq!(clock.instant(BusinessDay(day), 0), None);
            assert_eq!(weekday_of(BusinessDay(day)), 0);
        }
        assert_eq!(clock.instant(BusinessDay(99_991_231), u16::MAX), None);
    }
    let end = Timestamp(i64::MAX);
    assert_eq!(end.plus_min(i64::MAX), end);
    assert_eq!(end.since(Timestamp(i64::MIN)), i64::MAX);
    assert!(WallClock::named("Asia/Nowhere").is_err());
}
