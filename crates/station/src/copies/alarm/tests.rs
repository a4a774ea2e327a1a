use super::*;
use crate::testing::site;

/// `minute` of Monday 23 November 2026 and of the days after it.
fn at(day: i32, hour: u16, minute: u16) -> Timestamp {
    let wall = site().wall_clock().unwrap();
    wall.instant(BusinessDay(20_261_123 + day), hour * 60 + minute).unwrap()
}

fn proof(at: Timestamp, copy: &str, findings: &[&str], good: Option<Timestamp>) -> Proof {
    let found = |text: &&str| Finding { vi: format!("{text}!"), en: (*text).into() };
    Proof {
        at,
        ended: true,
        copy: Some(copy.into()),
        seq: 1,
        tickets: 0,
        head: String::new(),
        findings: findings.iter().map(found).collect(),
        good,
    }
}

fn kept(copies: &[Timestamp], proof: Option<Proof>) -> Kept {
    // The names are the times: the newest first, as a folder gives them.
    let copies = copies.iter().map(|made| (*made, made.0.to_string())).collect();
    Kept { folder: "backup".into(), copies, proof }
}

fn due(kept: &Kept, now: Timestamp) -> bool {
    kept.proof_is_due(&site().wall_clock().unwrap(), now)
}

/// What is alarming, in English.
fn alarms(kept: &Kept, now: Timestamp) -> Vec<String> {
    let (site, schedule) = (site(), Schedule { every_min: 15 });
    let wall = site.wall_clock().unwrap();
    kept.alarms(&site, &wall, schedule, now).into_iter().map(|found| found.en).collect()
}

/// P16: once a day, when the day has a copy.
#[test]
fn the_days_first_copy_is_proven() {
    let morning = at(0, 7, 0);
    assert!(!due(&kept(&[], None), morning), "there is nothing to prove");
    assert!(due(&kept(&[morning], None), morning));
    let name = morning.0.to_string();
    let proven = Some(proof(morning, &name, &[], Some(morning)));
    assert!(!due(&kept(&[at(0, 16, 0), morning], proven.clone()), at(0, 16, 1)));
    assert!(!due(&kept(&[at(0, 16, 0)], proven.clone()), at(1, 6, 0)), "no copy today yet");
    assert!(due(&kept(&[at(1, 7, 0), morning], proven.clone()), at(1, 7, 0)));
    assert!(due(&kept(&[at(-1, 7, 0)], proven), at(-1, 7, 0)), "a clock set back");
}

/// P16: while it fails each new copy is tried, and the same one again only on another day.
#[test]
fn a_failed_proof_is_made_again_with_the_next_copy() {
    let (first, second) = (at(0, 7, 0), at(0, 7, 15));
    let failed = Some(proof(first, &first.0.to_string(), &["bad"], None));
    assert!(!due(&kept(&[first], failed.clone()), at(0, 7, 1)));
    assert!(due(&kept(&[second, first], failed.clone()), second));
    assert!(due(&kept(&[first], failed), at(1, 7, 0)));
}

/// P16: what kills a program is not begun at each of its starts.
#[test]
fn a_proof_that_did_not_end_is_begun_anew_after_an_hour() {
    let begun = at(0, 7, 0);
    let unended = Proof { ended: false, ..proof(begun, "", &[], None) };
    let kept = kept(&[begun], Some(unended));
    assert!(!due(&kept, at(0, 7, 59)));
    assert!(due(&kept, at(0, 8, 0)));
    assert_eq!(alarms(&kept, at(0, 7, 59)), [""; 0]);
    let said = alarms(&kept, at(0, 8, 0));
    assert!(said.len() == 1 && said[0].contains("did not come to an end"), "{said:?}");
}

/// P16: missing, too old, failed, never proven, proven too long ago.
#[test]
fn what_is_wrong_with_copies_is_said() {
    let is = |kept: &Kept, now, said: &str| {
        let alarms = alarms(kept, now);
        assert!(alarms.len() == 1 && alarms[0].contains(said), "{said}: {alarms:?}");
    };
    let good = |at: Timestamp| Some(proof(at, &at.0.to_string(), &[], Some(at)));
    is(&kept(&[], None), at(0, 9, 0), "there is no copy");
    let morning = at(0, 7, 0);
    assert_eq!(alarms(&kept(&[morning], None), morning), [""; 0], "its proof is being made");
    assert_eq!(alarms(&kept(&[morning], good(morning)), at(0, 7, 45)), [""; 0]);
    is(&kept(&[morning], good(morning)), at(0, 10, 0), "too old");
    is(&kept(&[morning], good(morning)), at(0, 20, 0), "too old");
    // Tuesday before anybody comes: Monday's last copy is the newest there can be.
    let evening = at(0, 17, 0);
    assert_eq!(alarms(&kept(&[evening, morning], good(morning)), at(1, 6, 0)), [""; 0]);
    is(
        &kept(&[evening, morning], good(morning)),
        at(0, 6, 0).plus_ms(16 * 24 * 3_600_000),
        "too old",
    );
    is(&kept(&[evening], None), at(1, 6, 0), "ever restored on trial");
    is(&kept(&[at(1, 17, 0), evening], good(morning)), at(2, 6, 0), "since 2026-11-23");
    // Said in the words of the proof, whatever was proven before.
    let failed = proof(morning, &morning.0.to_string(), &["bad"], Some(at(-1, 7, 0)));
    is(&kept(&[morning], Some(failed)), at(0, 7, 1), "bad");
}
