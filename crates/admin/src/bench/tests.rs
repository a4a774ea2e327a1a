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
