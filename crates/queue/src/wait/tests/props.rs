//! What must hold for any queue, however absurd.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::*;

const DAY: i64 = 24 * 3_600_000;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn service() -> impl Strategy<Value = ServiceId> {
    (0..4_u8).prop_map(|i| ServiceId::from(format!("s{i}")))
}

/// Any integer, often an extreme one.
fn wild() -> impl Strategy<Value = i64> + Clone {
    prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX), Just(0), -DAY..DAY]
}

fn counters(since: impl Strategy<Value = i64>) -> impl Strategy<Value = Vec<OpenCounter>> {
    let busy =
        (service(), since).prop_map(|(service, since)| Busy { service, since: Timestamp(since) });
    let counter = (vec(service(), 1..4), prop::option::weighted(0.8, busy))
        .prop_map(|(services, busy)| OpenCounter { services, busy });
    vec(counter, 1..6)
}

/// A day with a break, within its 24 hours.
fn sane() -> impl Strategy<Value = Outlook> {
    (service(), 0..DAY, vec(service(), 0..40), counters(0..DAY), vec(0..DAY, 4)).prop_map(
        |(service, now, ahead, counters, mut edges)| {
            edges.sort_unstable();
            let sessions = edges
                .chunks(2)
                .map(|edge| Span { open: Timestamp(edge[0]), close: Timestamp(edge[1]) })
                .collect();
            Outlook { service, now: Timestamp(now), ahead, counters, sessions }
        },
    )
}

fn absurd() -> impl Strategy<Value = Outlook> {
    let span = (wild(), wild())
        .prop_map(|(open, close)| Span { open: Timestamp(open), close: Timestamp(close) });
    (service(), wild(), vec(service(), 0..40), counters(wild()), vec(span, 0..4)).prop_map(
        |(service, now, ahead, counters, sessions)| Outlook {
            service,
            now: Timestamp(now),
            ahead,
            counters,
            sessions,
        },
    )
}

fn paces(
    ms: impl Strategy<Value = i64> + Clone,
) -> impl Strategy<Value = BTreeMap<ServiceId, Pace>> {
    let pace = (ms.clone(), vec(ms.clone(), 5..30), vec(ms, 0..10))
        .prop_map(|(prior, earlier, today)| Pace::of(prior, earlier, today));
    vec(pace, 4).prop_map(|paces| {
        paces.into_iter().enumerate().map(|(i, pace)| (format!("s{i}").into(), pace)).collect()
    })
}

/// Learned from anything over the default.
fn calibration(ms: impl Strategy<Value = i64> + Clone) -> impl Strategy<Value = Calibration> {
    let pair = (ms.clone(), ms).prop_map(|(work_ms, waited_ms)| Pair { work_ms, waited_ms });
    (vec(pair, 0..4), 0..=1_000_u16, 0..=1_000_u16).prop_map(|(few, low, high)| {
        // Enough of each to fill a bucket.
        let pairs: Vec<Pair> = few.iter().flat_map(|pair| [*pair; PAIRS_ENOUGH]).collect();
        Calibration::learn(&Calibration::default(), &pairs, Quantiles { low, high })
    })
}

/// From better to worse: the answers in an order that one more person must never go back in.
fn order(answer: Result<Estimate, NoEstimate>) -> [i64; 5] {
    answer.map_or([i64::MAX; 5], |told| {
        let ends = [told.range.from_min, told.range.to_min].map(i64::from);
        [told.work_ms, told.point_ms, ends[0], ends[1], told.fit as i64]
    })
}

fn sound(told: Estimate) -> Result<(), TestCaseError> {
    let Range { from_min, to_min } = told.range;
    prop_assert!(told.work_ms >= 0 && told.point_ms >= 0);
    prop_assert!(told.range.contains(told.point_ms), "{told:?}");
    prop_assert!(from_min % STEP_MIN == 0 && to_min % STEP_MIN == 0);
    prop_assert!(from_min + STEP_MIN <= to_min && to_min <= 24 * 60 + STEP_MIN);
    Ok(())
}

proptest! {
    #![proptest_config(config(800))]

    #[test]
    fn one_more_ahead_never_shortens(
        outlook in sane(),
        paces in paces(0..DAY / 12),
        calibration in calibration(0..DAY / 4),
        more in service(),
        place in any::<prop::sample::Index>(),
    ) {
        let before = estimate(&outlook, &paces, &calibration);
        let mut longer = outlook.clone();
        longer.ahead.insert(place.index(outlook.ahead.len() + 1), more);
        let after = estimate(&longer, &paces, &calibration);
        let (before, after) = (order(before), order(after));
        let worse = before.iter().zip(after).all(|(before, after)| *before <= after);
        prop_assert!(worse, "{before:?} {after:?}");
    }

    #[test]
    fn any_answer_is_sound(
        outlook in prop_oneof![sane(), absurd()],
        paces in paces(wild()),
        calibration in calibration(wild()),
    ) {
        if let Ok(told) = estimate(&outlook, &paces, &calibration) {
            sound(told)?;
        }
    }

    #[test]
    fn a_stored_calibration_may_be_nonsense(
        outlook in sane(),
        paces in paces(0..DAY / 12),
        numbers in vec((wild(), wild(), wild(), wild()), 6),
    ) {
        let mut calibration = Calibration::default();
        for (bucket, (at_ms, low, mid, high)) in calibration.buckets.iter_mut().zip(numbers) {
            *bucket = Bucket { at_ms, low, mid, high, pairs: 0 };
        }
        if let Ok(told) = estimate(&outlook, &paces, &calibration) {
            sound(told)?;
        }
    }

    #[test]
    fn more_work_never_gets_less(
        calibration in calibration(0..DAY / 4),
        a in 0..DAY,
        b in 0..DAY,
    ) {
        let (less, more) = (calibration.spread(a.min(b)), calibration.spread(a.max(b)));
        prop_assert!(less.low_ms <= more.low_ms && less.point_ms <= more.point_ms);
        prop_assert!(less.high_ms <= more.high_ms);
        prop_assert!(0 <= less.low_ms && less.low_ms <= less.point_ms);
        prop_assert!(less.point_ms <= less.high_ms);
    }

    /// The narrowest range of whole steps: no end could move inwards.
    #[test]
    fn rounding_is_outwards_and_exact(a in -DAY..DAY, b in -DAY..DAY) {
        let (low, high) = (a.min(b).max(0), a.max(b).max(0));
        let range = Range::around(a, b);
        let (from, to) = (i64::from(range.from_min) * 60_000, i64::from(range.to_min) * 60_000);
        let step = i64::from(STEP_MIN) * 60_000;
        prop_assert!(from <= low && low < from + step);
        prop_assert!(high <= to && (to < high + step || to == from + step));
    }

    #[test]
    fn folding_one_by_one_is_the_same_as_a_list(
        prior in wild(),
        earlier in vec(wild(), 0..420),
        today in vec(wild(), 0..20),
    ) {
        let mut folded = Pace::new(prior);
        for (i, duration) in earlier.iter().enumerate() {
            if i % 50 == 0 {
                folded.new_day();
            }
            folded.fold(*duration);
        }
        folded.new_day();
        today.iter().for_each(|duration| folded.fold(*duration));
        prop_assert_eq!(&folded, &Pace::of(prior, earlier, today));
        prop_assert!((0..=LONGEST_MS).contains(&folded.mean_ms()));
    }

    /// Laying work over the sessions and measuring it again gives the same work.
    #[test]
    fn open_time_is_laid_and_measured_alike(outlook in sane(), work in 0..DAY / 2) {
        let Outlook { now, sessions, .. } = outlook;
        match hours::after(&sessions, now, work) {
            Some(end) => prop_assert_eq!(hours::open_ms(&sessions, now, end), work),
            None => prop_assert!(hours::open_ms(&sessions, now, Timestamp(DAY)) <= work),
        }
    }

    #[test]
    fn a_report_survives_anything(waits in vec(wild(), 30..60), ends in vec(any::<u32>(), 2)) {
        let range = Range { from_min: ends[0], to_min: ends[1] };
        let told = waits.into_iter().map(|waited_ms| Compared { range, waited_ms });
        let told: Vec<_> = told.collect();
        let report = Report::of(&told).unwrap();
        prop_assert!(report.inside <= 1_000 && report.longer <= 1_000);
    }
}
