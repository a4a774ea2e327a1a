use super::*;

#[test]
fn the_centre_that_is_measured_is_sound() {
    assert_eq!(site(8).check(), Ok(()));
    assert_eq!(site(8).counters.len(), 8);
}

#[test]
fn a_bar_is_kept_or_missed_by_its_ratio() {
    let ms = Duration::from_millis;
    assert!(ratio("x", ms(20), ms(10), 2.0).kept);
    assert!(!ratio("x", ms(21), ms(10), 2.0).kept);
    let mut times: Vec<Duration> = (1..=100).rev().map(ms).collect();
    assert_eq!((at(&mut times, 50), at(&mut times, 99)), (ms(51), ms(100)));
    assert_eq!(at(&mut [], 50), Duration::ZERO);
}

#[test]
fn a_missed_bar_is_no_success() {
    let ms = Duration::from_millis;
    let (kept, missed) = (ratio("x", ms(1), ms(1), 2.0), ratio("y", ms(9), ms(1), 2.0));
    let bars = [kept, missed];
    assert!(verdict(&bars[..1]).is_ok());
    match verdict(&bars) {
        Err(Failure::Bad { what, .. }) => assert!(what.contains("1 of 2") && what.contains("- y")),
        other => panic!("{other:?}"),
    }
}
