mod judge;
mod props;
mod sim;

use super::*;

const MIN: i64 = 60_000;

/// 07:30–11:30 and 13:30–17:00 of a day that begins at 0.
fn sessions() -> Vec<Span> {
    let span = |open, close| Span { open: Timestamp(open * MIN), close: Timestamp(close * MIN) };
    vec![span(450, 690), span(810, 1_020)]
}

fn at(hour: i64, minute: i64) -> Timestamp {
    Timestamp((hour * 60 + minute) * MIN)
}

/// A service `a` of ten minutes and a service `b` of twenty, both well known.
fn paces() -> BTreeMap<ServiceId, Pace> {
    let pace = |minutes: i64| Pace::of(PRIOR_MS, vec![minutes * MIN; 40], []);
    BTreeMap::from([("a".into(), pace(10)), ("b".into(), pace(20))])
}

/// A calibration that adds nothing and allows no spread.
fn exact() -> Calibration {
    let bucket =
        |at: i64| Bucket { at_ms: at * MIN, low: 1_000, mid: 1_000, high: 1_000, pairs: 99 };
    Calibration { buckets: [0, 3, 7, 15, 30, 60].map(bucket) }
}

/// A counter that takes these services and has just called this one.
fn counter(services: &[&str], busy: Option<(&str, Timestamp)>) -> OpenCounter {
    OpenCounter {
        services: services.iter().map(|id| (*id).into()).collect(),
        busy: busy.map(|(service, since)| Busy { service: service.into(), since }),
    }
}

fn outlook(now: Timestamp, ahead: &[&str], counters: Vec<OpenCounter>) -> Outlook {
    let ahead = ahead.iter().map(|id| (*id).into()).collect();
    Outlook { service: "a".into(), now, ahead, counters, sessions: sessions() }
}

/// The wait in whole minutes, without any spread.
fn wait(outlook: &Outlook) -> Result<i64, NoEstimate> {
    estimate(outlook, &paces(), &exact()).map(|estimate| estimate.point_ms / MIN)
}

#[test]
fn an_idle_counter_means_no_wait() {
    let told = outlook(at(9, 0), &[], vec![counter(&["a"], None)]);
    let told = estimate(&told, &paces(), &Calibration::default()).unwrap();
    assert_eq!(told.range, Range { from_min: 0, to_min: 5 });
    assert_eq!((told.point_ms, told.work_ms, told.fit), (0, 0, Fit::Session));
}

#[test]
fn the_work_in_front_is_divided_by_the_counters_that_take_it() {
    let now = at(9, 0);
    let busy = |of: &[&str]| counter(of, Some(("a", now)));
    assert_eq!(wait(&outlook(now, &[], vec![busy(&["a"])])), Ok(10));
    assert_eq!(wait(&outlook(now, &["a", "a"], vec![busy(&["a"])])), Ok(30));
    // (4 visits and 2 remainders of 10 min) / 2, less what the other counter has left: 2.5 min.
    assert_eq!(wait(&outlook(now, &["a"; 4], vec![busy(&["a"]), busy(&["a"])])), Ok(27));
    // A visit under way counts with what remains of it, at least half its mean.
    let since = |minutes: i64| counter(&["a"], Some(("a", now.plus_min(-minutes))));
    assert_eq!(wait(&outlook(now, &[], vec![since(4)])), Ok(6));
    assert_eq!(wait(&outlook(now, &[], vec![since(300)])), Ok(5));
    // A clock that ran backwards.
    assert_eq!(wait(&outlook(now, &[], vec![since(-9)])), Ok(10));
}

#[test]
fn a_colleagues_queue_weighs_as_far_as_counters_are_shared() {
    let now = at(9, 0);
    let busy = |of: &[&str]| counter(of, Some(("a", now)));
    let apart = vec![busy(&["a"]), busy(&["b"])];
    let shared = vec![busy(&["a"]), busy(&["a", "b"])];
    let one = vec![busy(&["a", "b"])];
    assert_eq!(wait(&outlook(now, &["b"; 9], apart)), Ok(10));
    // Those of `b` wait for the shared counter only; the other one is free in ten minutes.
    assert_eq!(wait(&outlook(now, &["b"; 9], shared)), Ok(10));
    assert_eq!(wait(&outlook(now, &["b"; 2], one)), Ok(50));
    // Nobody takes `c`, so it is in nobody's way.
    assert_eq!(wait(&outlook(now, &["c"; 9], vec![busy(&["a"])])), Ok(10));
}

#[test]
fn what_does_not_fit_before_the_break_goes_on_after_it() {
    let one = |now, ahead: usize| {
        let outlook = outlook(now, &vec!["a"; ahead], vec![counter(&["a"], Some(("a", now)))]);
        estimate(&outlook, &paces(), &exact()).map(|told| (told.point_ms / MIN, told.fit))
    };
    assert_eq!(one(at(11, 0), 1), Ok((20, Fit::Session)));
    // 30 minutes of work end with the session: called at 13:30.
    assert_eq!(one(at(11, 0), 2), Ok((150, Fit::NotSession)));
    assert_eq!(one(at(11, 0), 3), Ok((160, Fit::NotSession)));
    // In the break, and before opening, the way to the opening counts.
    assert_eq!(one(at(12, 0), 0), Ok((100, Fit::Session)));
    assert_eq!(one(at(7, 15), 0), Ok((25, Fit::Session)));
    assert_eq!(one(at(16, 45), 0), Ok((10, Fit::Session)));
    assert_eq!(one(at(16, 45), 1), Err(NoEstimate::NotToday));
    assert_eq!(one(at(17, 0), 0), Err(NoEstimate::NotToday));
}

#[test]
fn a_doubt_about_the_session_is_told_with_the_range() {
    let wide = exact().buckets.map(|bucket| Bucket { low: 500, high: 2_000, ..bucket });
    let wide = Calibration { buckets: wide };
    let one = |now| {
        let outlook = outlook(now, &["a"], vec![counter(&["a"], Some(("a", now)))]);
        estimate(&outlook, &paces(), &wide).map(|told| (told.range, told.fit))
    };
    let range = |from_min, to_min| Range { from_min, to_min };
    assert_eq!(one(at(10, 0)), Ok((range(5, 45), Fit::Session)));
    // 41 minutes of work from 11:00 are 30 before the break and 11 after it.
    assert_eq!(one(at(11, 0)), Ok((range(5, 165), Fit::PerhapsNotSession)));
    assert_eq!(one(at(16, 30)), Ok((range(5, 30), Fit::PerhapsNotToday)));
    assert!(Fit::Session < Fit::PerhapsNotSession && Fit::NotSession < Fit::PerhapsNotToday);
}

#[test]
fn nothing_is_told_without_knowledge_counter_or_hours() {
    let now = at(9, 0);
    let known =
        |seen: usize| BTreeMap::from([("a".into(), Pace::of(PRIOR_MS, vec![MIN; seen], []))]);
    let told = |outlook: &Outlook, seen| estimate(outlook, &known(seen), &Calibration::default());
    let open = outlook(now, &[], vec![counter(&["a"], None)]);
    assert_eq!(told(&open, 4).unwrap_err(), NoEstimate::TooFewSeen { seen: 4 });
    assert!(told(&open, 5).is_ok());
    let none = estimate(&open, &BTreeMap::new(), &Calibration::default());
    assert_eq!(none.unwrap_err(), NoEstimate::TooFewSeen { seen: 0 });
    let elsewhere = outlook(now, &[], vec![counter(&["b"], None)]);
    assert_eq!(told(&elsewhere, 5).unwrap_err(), NoEstimate::NoCounter);
    let day_off = Outlook { sessions: vec![], ..open };
    assert_eq!(told(&day_off, 5).unwrap_err(), NoEstimate::NotToday);
}

#[test]
fn ranges_are_rounded_outwards() {
    let range = |from_min, to_min| Range { from_min, to_min };
    assert_eq!(Range::around(0, 0), range(0, 5));
    assert_eq!(Range::around(5 * MIN, 5 * MIN), range(5, 10));
    assert_eq!(Range::around(5 * MIN, 5 * MIN + 1), range(5, 10));
    assert_eq!(Range::around(5 * MIN - 1, 10 * MIN), range(0, 10));
    assert_eq!(Range::around(16 * MIN, 29 * MIN), range(15, 30));
    assert_eq!(Range::around(i64::MAX, i64::MIN), range(0, 1_440));
    assert_eq!(range(15, 30).middle_ms(), 22 * MIN + MIN / 2);
    assert!(range(15, 30).contains(30 * MIN) && range(15, 30).exceeded_by(30 * MIN + 1));
    assert!(!range(15, 30).contains(15 * MIN - 1));
}

#[test]
fn a_pace_is_half_of_many_and_half_of_today() {
    assert_eq!(Pace::new(7 * MIN).mean_ms(), 7 * MIN);
    let known = vec![10 * MIN; 100];
    assert_eq!(Pace::of(MIN, known.clone(), []).mean_ms(), 10 * MIN);
    // Eight of today at 20: the hundred and eight have a mean of 10.74, half of each.
    assert_eq!(Pace::of(MIN, known.clone(), vec![20 * MIN; 8]).mean_ms(), 922_222);
    // One of today has a sixteenth.
    let one = Pace::of(MIN, vec![10 * MIN; 399], [26 * MIN]);
    assert_eq!(one.mean_ms() / 1_000, 662);
    // Ten seen: half of the say is the prior's.
    assert_eq!(Pace::of(20 * MIN, vec![10 * MIN; 10], []).mean_ms(), 15 * MIN);
    // Only the last four hundred are remembered, and no visit longer than two hours.
    let long = Pace::of(MIN, [vec![i64::MAX; 50], vec![4 * MIN; 400]].concat(), []);
    assert_eq!((long.mean_ms(), long.seen()), (4 * MIN, EARLIER_MAX));
    assert_eq!(Pace::of(MIN, vec![i64::MAX; 50], []).mean_ms(), LONGEST_MS);
    assert_eq!(Pace::of(i64::MIN, [i64::MIN], []).mean_ms(), 0);
}

#[test]
fn a_calibration_learns_only_where_enough_is_known() {
    let pairs = |work: i64, count: i64| -> Vec<Pair> {
        // Waits from 1 to `count` percent over the estimate of `work` minutes.
        let pair =
            |i| Pair { work_ms: work * MIN, waited_ms: (work + 1) * MIN * (100 + i) / 100 - MIN };
        (1..=count).map(pair).collect()
    };
    let default = Calibration::default();
    assert_eq!(Calibration::learn(&default, &pairs(30, 59), Quantiles::default()), default);
    let learned = Calibration::learn(&default, &pairs(30, 99), Quantiles::default());
    let bucket = Bucket { at_ms: 30 * MIN, low: 1_100, mid: 1_500, high: 1_901, pairs: 99 };
    assert_eq!(learned.buckets[4], bucket);
    assert_eq!(learned.buckets[3], default.buckets[3]);
    // A service's own pairs over the centre's.
    let narrow = Quantiles { low: 200, high: 800 };
    let service = Calibration::learn(&learned, &pairs(12, 99), narrow);
    assert_eq!((service.buckets[3].low, service.buckets[3].high), (1_200, 1_801));
    assert_eq!(service.buckets[4], bucket);
    // Old pairs are forgotten.
    let late = [pairs(30, 99), pairs(3, 99).repeat(21)].concat();
    assert_eq!(Calibration::learn(&default, &late, narrow).buckets[4], default.buckets[4]);
}

#[test]
fn a_report_counts_what_came_of_what_was_told() {
    let told = |waited: i64| Compared {
        range: Range { from_min: 10, to_min: 20 },
        waited_ms: waited * MIN,
    };
    let few = vec![told(12); REPORT_ENOUGH - 1];
    assert_eq!(Report::of(&few), Err(TooFew { pairs: 29 }));
    let many = [vec![told(12); 30], vec![told(21); 6], vec![told(5); 4]].concat();
    let report = Report::of(&many).unwrap();
    assert_eq!((report.pairs, report.inside, report.longer), (40, 750, 150));
    // 30 · (+3) + 6 · (−6) + 4 · (+10), over 40.
    assert_eq!(report.bias_ms, 94 * MIN / 40);
    assert_eq!((report.error_ms, report.width_ms), (166 * MIN / 40, 10 * MIN));
    assert!(Report::of(&[Compared { waited_ms: i64::MIN, ..told(0) }; 40]).is_ok());
}
