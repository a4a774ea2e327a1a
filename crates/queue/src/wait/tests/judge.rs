//! Many days of the simulated hall, judged by the trust note's bars (section 6).
//!
//! `LUOT_TEST_DAYS=60 cargo test -p queue wait -- --nocapture` plays 60 days with each seed and
//! prints the tables.

use super::super::*;
use super::sim::{Hall, Lunch, ONE_OFFICER, Outcome, Plan, WARD, name};

const MINUTE: i64 = 60_000;
/// Days a hall is warmed up before it is judged.
const WARM: usize = 12;

struct Run {
    outcomes: Vec<Outcome>,
    /// The centre's calibrations at the end, by seed.
    learned: Vec<Calibration>,
}

/// Plays a plan with three seeds and crowds 10 % smaller, as given and 10 % greater.
fn play(plan: Plan, days: usize, learns: bool) -> Run {
    let mut run = Run { outcomes: vec![], learned: vec![] };
    for (seed, size) in [(1, 0.9), (2, 1.0), (3, 1.1)] {
        let mut hall = Hall::new(seed, Plan { crowd: plan.crowd * size, ..plan }, learns);
        for day in 0..WARM + days {
            let outcomes = hall.day();
            if day >= WARM {
                run.outcomes.extend(outcomes);
            }
        }
        run.learned.push(hall.calibrations[0]);
    }
    run
}

/// Those who waited or were told more than a minute: the others are easily told the truth.
fn waited(outcome: &Outcome) -> bool {
    outcome.waited_ms.is_some_and(|ms| ms > MINUTE)
        || outcome.answer.is_ok_and(|estimate| estimate.point_ms > MINUTE)
}

impl Run {
    fn report(&self, chosen: impl Fn(&Outcome) -> bool) -> Result<Report, TooFew> {
        let told =
            |o: &Outcome| Some(Compared { range: o.answer.ok()?.range, waited_ms: o.waited_ms? });
        Report::of(&self.outcomes.iter().filter(|o| chosen(o)).filter_map(told).collect::<Vec<_>>())
    }

    /// Mean of estimate − wait and of its size, in minutes, over those who waited.
    fn error(&self, told: impl Fn(&Outcome, Estimate) -> i64) -> (f64, f64) {
        let off: Vec<i64> = self
            .outcomes
            .iter()
            .filter(|o| waited(o))
            .filter_map(|o| Some(told(o, o.answer.ok()?) - o.waited_ms?))
            .collect();
        let count = i64::try_from(off.len()).unwrap().max(1);
        let sizes: i64 = off.iter().map(|off| off.abs()).sum();
        (minutes(off.iter().sum::<i64>() / count), minutes(sizes / count))
    }

    /// The point's error as a share of another's.
    fn against(&self, told: impl Fn(&Outcome) -> i64) -> f64 {
        self.error(|_, estimate| estimate.point_ms).1 / self.error(|o, _| told(o)).1
    }

    fn print(&self, title: &str) {
        println!("\n{title}");
        println!("  estimator                     bias   mean abs. error, min");
        let rows: [(&str, (f64, f64)); 6] = [
            ("point", self.error(|_, estimate| estimate.point_ms)),
            ("middle of the range", self.error(|_, estimate| estimate.range.middle_ms())),
            ("formula with overlap", self.error(|o, _| o.formula_ms)),
            ("people ahead x average", self.error(|o, _| o.naive_ms)),
            ("mean of the last 5 waits", self.error(|o, _| o.rolling_ms)),
            ("nothing told (mean wait)", self.error(|_, _| 0)),
        ];
        for (name, (bias, error)) in rows {
            println!("  {name:<26} {bias:>+7.1} {error:>8.1}");
        }
        println!("  range                visitors  inside  longer    bias   error   width");
        let row = |name: &str, report: Result<Report, TooFew>| {
            let Ok(report) = report else { return };
            let percent = |thousandths: u16| f64::from(thousandths) / 10.0;
            println!(
                "  {name:<20} {:>8} {:>6.1}% {:>6.1}% {:>+7.1} {:>7.1} {:>7.1}",
                report.pairs,
                percent(report.inside),
                percent(report.longer),
                minutes(report.bias_ms),
                minutes(report.error_ms),
                minutes(report.width_ms)
            );
        };
        row("all", self.report(|_| true));
        row("waited", self.report(waited));
        for service in 0..5 {
            row(name(service), self.report(|o| waited(o) && o.service == service));
        }
        let fits =
            |fit| self.outcomes.iter().filter(|o| o.answer.is_ok_and(|e| e.fit == fit)).count();
        println!(
            "  fit: session {}, perhaps not {}, not {}, perhaps not today {}",
            fits(Fit::Session),
            fits(Fit::PerhapsNotSession),
            fits(Fit::NotSession),
            fits(Fit::PerhapsNotToday)
        );
        let (unserved, warned) = self.unserved();
        println!("  not served before the day ended: {unserved}, of them warned: {warned}");
        for learned in &self.learned {
            let buckets = learned.buckets.map(|b| (b.at_ms / 1_000, b.low, b.mid, b.high, b.pairs));
            println!("  learned (at s, low, mid, high, pairs): {buckets:?}");
        }
    }

    /// How many were not called before the day ended, and how many of them had been warned.
    fn unserved(&self) -> (usize, usize) {
        let warned = |o: &&&Outcome| match o.answer {
            Ok(estimate) => estimate.fit == Fit::PerhapsNotToday,
            Err(why) => why == NoEstimate::NotToday,
        };
        let unserved: Vec<_> = self.outcomes.iter().filter(|o| o.waited_ms.is_none()).collect();
        (unserved.len(), unserved.iter().filter(warned).count())
    }
}

fn minutes(ms: i64) -> f64 {
    f64::from(i32::try_from(ms / 600).unwrap()) / 100.0
}

/// Days for each seed: 12 unless told otherwise.
fn days() -> usize {
    std::env::var("LUOT_TEST_DAYS").ok().and_then(|days| days.parse().ok()).unwrap_or(12)
}

fn keeps_the_bars(run: &Run) {
    assert!(run.against(|o| o.rolling_ms) <= 0.60, "mean of the last five waits");
    assert!(run.against(|o| o.naive_ms) <= 0.60, "people ahead x average");
    assert!(run.against(|o| o.formula_ms) <= 0.80, "formula");
    for report in [run.report(|_| true).unwrap(), run.report(waited).unwrap()] {
        assert!(report.inside >= 850, "{report:?}");
        assert!(report.longer <= 100, "{report:?}");
        assert!(report.bias_ms.abs() <= 2 * MINUTE, "{report:?}");
    }
    // By service a short run is a small sample, and the visitors of a day wait alike.
    let leeway = if days() < 60 { 20 } else { 0 };
    for service in 0..5 {
        let report = run.report(|o| waited(o) && o.service == service).unwrap();
        assert!(report.longer <= 100 + leeway, "{}: {report:?}", name(service));
        assert!(report.inside >= 850 - leeway, "{}: {report:?}", name(service));
    }
    let (unserved, warned) = run.unserved();
    assert!(warned * 10 >= unserved * 8, "{warned} of {unserved}");
}

/// P24: the range holds as often as it says, whatever the day.
#[test]
fn the_bars_hold_with_half_the_counters_at_lunch() {
    let run = play(WARD, days(), true);
    run.print("Eight counters, half of them at lunch");
    keeps_the_bars(&run);
}

/// P24: with a break in which nobody is called.
#[test]
fn the_bars_hold_over_a_lunch_break() {
    let run = play(Plan { lunch: Lunch::Closed, ..WARD }, days(), true);
    run.print("Eight counters, closed at lunch");
    keeps_the_bars(&run);
}

/// A new site's first days.
#[test]
fn the_bars_hold_with_the_default_calibration() {
    let run = play(Plan { lunch: Lunch::Closed, ..WARD }, days(), false);
    run.print("Eight counters, closed at lunch, nothing learned");
    keeps_the_bars(&run);
}

/// P24: where one officer is all there is.
#[test]
fn one_officer_is_told_truly_as_well() {
    let run = play(ONE_OFFICER, days(), true);
    run.print("One officer, most visitors before opening");
    assert!(run.against(|o| o.rolling_ms) <= 0.60);
    let report = run.report(waited).unwrap();
    assert!(report.inside >= 850, "{report:?}");
    assert!(report.longer <= 100, "{report:?}");
}

#[test]
fn the_same_seed_plays_the_same_days() {
    let sum = || -> i64 {
        let mut hall = Hall::new(7, WARD, true);
        (0..2).flat_map(|_| hall.day()).filter_map(|o| o.waited_ms).sum()
    };
    assert_eq!(sum(), sum());
}
