//! When numbers are given and how many: hours, holidays, quotas.

use queue::{
    Action, Asker, Exception, Hours, Intake, Refusal, Session, Text, Timestamp, What, Wish,
};

use crate::support::{DAY, START, World, issue, service};

fn visitor(service: &str) -> Action {
    let wish = Wish { asker: Asker::Visitor, ..Wish::default() };
    Action::Issue { service: service.into(), wish }
}

/// A time of Monday, which began eight hours before the start.
fn monday(hour: i64, minute: i64) -> Timestamp {
    START.plus_min((hour - 8) * 60 + minute)
}

fn closed_until(world: &mut World, action: &Action) -> Option<Timestamp> {
    match world.refused(action) {
        Refusal::Closed { from } => from,
        other => panic!("{other:?}"),
    }
}

fn sessions(text: &[&str]) -> Vec<Session> {
    text.iter().map(|session| session.parse().unwrap()).collect()
}

#[test]
fn no_number_is_given_shortly_before_the_end() {
    let mut world = World::with(|site| site.stop_before_close_min = 20);
    world.now = monday(11, 9);
    assert!(world.act(&visitor("stnmt")).is_ok());
    world.now = monday(11, 10);
    assert_eq!(closed_until(&mut world, &visitor("stnmt")), Some(monday(13, 15)));
    assert!(world.act(&issue("stnmt", "normal")).is_ok(), "staff are not bound");
    world.now = monday(16, 40);
    assert_eq!(closed_until(&mut world, &visitor("stnmt")), Some(monday(31, 15)));
}

#[test]
fn a_service_may_have_hours_of_its_own() {
    let mut world = World::with(|site| {
        let mon = sessions(&["08:00-10:00"]);
        service(site, "stnmt").hours = Some(Hours { mon, ..Hours::default() });
    });
    world.now = monday(10, 1);
    assert!(world.act(&visitor("cat")).is_ok());
    assert_eq!(closed_until(&mut world, &visitor("stnmt")), Some(monday(7 * 24 + 7, 45)));
}

#[test]
fn holidays_and_exceptional_days_rule_over_the_weekday() {
    let day = |text: &str| text.parse().unwrap();
    let mut world = World::with(|site| {
        let name = Text::default();
        let holiday = Exception { day: day("2026-11-24"), sessions: Vec::new(), name };
        let saturday = Exception {
            day: day("2026-11-28"),
            sessions: sessions(&["09:00-10:00"]),
            name: Text::default(),
        };
        site.exceptions = vec![holiday, saturday];
    });
    world.now = monday(24 + 8, 0);
    assert_eq!(closed_until(&mut world, &visitor("stnmt")), Some(monday(48 + 7, 15)));
    world.now = START.plus_ms(5 * DAY).plus_min(70);
    assert!(world.act(&visitor("stnmt")).is_ok(), "an open Saturday");
}

#[test]
fn a_quota_is_for_half_a_day() {
    let mut world = World::with(|site| service(site, "stnmt").quota = 2);
    let (first, _) = (world.issue("normal"), world.issue("normal"));
    let full = |from| Refusal::QuotaReached { service: "stnmt".into(), from };
    assert_eq!(world.refused(&visitor("stnmt")), full(Some(monday(13, 15))));
    assert!(world.act(&visitor("cat")).is_ok(), "another service has its own");
    world.ticket(&Action::Cancel { number: first.number.clone(), by: None });
    assert_eq!(world.no(&visitor("stnmt")), "quota_reached", "given is given");
    let second = world.now_of(&"H002".parse().unwrap());
    let void = Action::Void { number: second.number, reason: "kẹt giấy".into(), by: None };
    world.ticket(&void);
    assert_eq!(world.issue("normal").number.to_string(), "H003", "a void number leaves the quota");
    assert_eq!(world.no(&visitor("stnmt")), "quota_reached");
    world.now = monday(13, 30);
    world.issue("normal");
    world.issue("normal");
    assert_eq!(world.refused(&visitor("stnmt")), full(None));
    world.in_order();
}

#[test]
fn what_staff_give_between_two_sessions_counts_for_the_next_one() {
    let mut world = World::with(|site| service(site, "stnmt").quota = 2);
    world.issue("normal");
    world.issue("normal");
    world.now = monday(12, 0);
    world.issue("normal");
    world.issue("normal");
    assert_eq!(world.no(&issue("stnmt", "normal")), "quota_reached");
    world.now = monday(13, 30);
    assert_eq!(world.no(&visitor("stnmt")), "quota_reached");
    world.now = monday(17, 30);
    assert_eq!(world.no(&issue("stnmt", "normal")), "quota_reached", "the afternoon goes on");
}

#[test]
fn a_dossier_is_late_after_three() {
    let site = crate::support::site();
    let clock = site.wall_clock().unwrap();
    assert!(!site.is_late(&clock, monday(14, 59)));
    assert!(site.is_late(&clock, monday(15, 0)));
    let without = crate::support::site_with(|site| site.rules.late_after = None);
    assert!(!without.is_late(&clock, monday(16, 0)));
}

fn intake(service: &str, change: Intake) -> Action {
    Action::Intake { service: service.into(), change, by: None }
}

#[test]
fn a_service_paused_by_staff_gives_no_numbers_until_it_resumes_or_the_day_is_over() {
    let mut world = World::new();
    world.issue("normal");
    let pause = |reason: &str| intake("stnmt", Intake::Pause { reason: reason.into() });
    assert_eq!(world.no(&pause("  ")), "reason_missing");
    assert_eq!(world.no(&intake("none", Intake::Resume)), "unknown_service");
    let events = world.act(&pause("mất điện")).unwrap().events;
    assert_eq!(events[0].service, Some("stnmt".into()));
    assert_eq!(events[0].what, What::ServicePaused { reason: "mất điện".into() });
    for action in [visitor("stnmt"), issue("stnmt", "normal")] {
        assert_eq!(world.no(&action), "paused");
    }
    world.act(&visitor("cat")).unwrap();
    assert_eq!(world.call_next().number.to_string(), "H001", "who waits is called");
    let board = world.store.board(world.now).unwrap();
    assert_eq!(board.paused.get(&"stnmt".into()).map(String::as_str), Some("mất điện"));
    world.in_order();
    world.act(&intake("stnmt", Intake::Resume)).unwrap();
    world.act(&visitor("stnmt")).unwrap();
    world.act(&pause("họp")).unwrap();
    world.now = monday(32, 0);
    world.act(&visitor("stnmt")).unwrap();
    assert!(world.store.board(world.now).unwrap().paused.is_empty());
    world.in_order();
}
