use super::*;

#[test]
fn what_is_no_time_is_said_to_be_none() {
    let wall = WallClock::named("Asia/Ho_Chi_Minh").unwrap();
    let day: BusinessDay = "2026-11-23".parse().unwrap();
    let read = |text: &str| instant(&wall, day, text).map(|at| wall.rfc3339(at));
    assert_eq!(read("08:30").unwrap(), "2026-11-23T08:30:00.000+07:00");
    assert_eq!(read("2026-11-24 23:59").unwrap(), "2026-11-24T23:59:00.000+07:00");
    // The third is an hour whose minutes are more than a number of that kind can hold.
    for text in ["24:00", "08:60", "1093:00", "65535:59", "08", "", "x:y", "2026-13-01 08:00"] {
        assert!(read(text).is_err(), "{text}");
    }
}
