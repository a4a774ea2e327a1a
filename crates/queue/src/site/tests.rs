use super::*;
use crate::WallClock;
use crate::time::Timestamp;

const CENTRE: &str = include_str!("../../../../config/yenbai/site.toml");

fn site() -> Site {
    toml::from_str(CENTRE).unwrap()
}

/// 2026-11-23 is a Monday; minutes after midnight in Yên Bái.
fn monday(minute: i64) -> Timestamp {
    Timestamp(1_795_366_800_000 + minute * 60_000)
}

#[test]
fn the_samples_are_sound() {
    assert_eq!(site().check(), Ok(()));
    let commune: Site =
        toml::from_str(include_str!("../../../../config/commune/site.toml")).unwrap();
    assert_eq!(commune.check(), Ok(()));
}

#[test]
fn a_wrong_site_is_refused_with_its_place() {
    type Case = (fn(&mut Site), &'static str);
    let cases: [Case; 9] = [
        (|s| s.services[0].procedures[0].basis.vi = "x".repeat(45), "basis is longer"),
        (|s| s.services[0].procedures[0].link = "dichvucong.gov.vn".into(), "no short address"),
        (|s| s.services[1].prefix = "A".into(), "prefix \"A\" is used twice"),
        (|s| s.services[0].agency = "none".into(), "unknown agency"),
        (|s| s.services[0].zone = "Q".into(), "unknown zone"),
        (|s| s.time_zone = "Asia/Hanoi2".into(), "unknown time zone"),
        (|s| s.hours.mon.reverse(), "overlap or are out of order"),
        (|s| s.classes[0].credit_min = 5, "comes first but has a head start"),
        (|s| s.counters[0].services = [("ghost".into(), 0)].into(), "unknown service"),
    ];
    for (spoil, words) in cases {
        let mut site = site();
        spoil(&mut site);
        let fault = site.check().unwrap_err();
        assert!(fault.what.contains(words), "{}", fault.what);
        assert!(!fault.help.is_empty());
    }
}

#[test]
fn an_unknown_key_is_named() {
    let error = toml::from_str::<Site>(&format!("colour = \"red\"\n{CENTRE}")).unwrap_err();
    assert!(error.message().contains("unknown field `colour`"), "{}", error.message());
}

#[test]
fn numbers_are_given_in_hours_and_a_quarter_before() {
    let site = site();
    let clock = WallClock::named("Asia/Ho_Chi_Minh").unwrap();
    let at = |minute| site.opening(&clock, monday(minute));
    assert_eq!(at(7 * 60 + 14), Opening::Early { from: monday(7 * 60 + 15) });
    assert_eq!(at(7 * 60 + 15), Opening::Open);
    assert_eq!(at(11 * 60 + 29), Opening::Open);
    assert_eq!(at(11 * 60 + 30), Opening::Break { from: monday(13 * 60 + 15) });
    assert_eq!(at(17 * 60), Opening::Closed { from: Some(monday((24 + 7) * 60 + 15)) });
    let friday_evening = at(4 * 24 * 60 + 18 * 60);
    assert_eq!(friday_evening, Opening::Closed { from: Some(monday((7 * 24 + 7) * 60 + 15)) });
}

#[test]
fn sessions_read_and_refuse() {
    let session: Session = "07:30-24:00".parse().unwrap();
    assert_eq!((session.open_min, session.close_min), (450, 1440));
    assert_eq!(session.to_string(), "07:30-24:00");
    for wrong in ["", "7", "07:30", "09:00-08:00", "07:60-08:00", "07:30-24:01", "24:01-24:02"] {
        assert!(wrong.parse::<Session>().is_err(), "{wrong}");
    }
    // Hours that sixty times over are more than the type holds.
    for wrong in ["1093:00-1094:00", "2000:00-08:00", "07:30-65535:59", "99999:00-08:00"] {
        assert!(wrong.parse::<Session>().is_err(), "{wrong}");
    }
}

#[test]
fn numbers_are_read_by_the_sites_own_series() {
    let site = site();
    assert_eq!(site.number("h12").map(|n| n.to_string()), Some("H012".into()));
    assert_eq!(site.number("1001"), Some(crate::Number::new("1", 1)));
    assert_eq!(site.number("Z001"), None);
    assert_eq!(site.number("H000"), None);
}

#[test]
fn a_holiday_rules_over_the_week_and_a_service_may_have_its_own_hours() {
    let mut site = site();
    let clock = site.wall_clock().unwrap();
    site.exceptions = vec![Exception {
        day: "2026-11-23".parse().unwrap(),
        sessions: Vec::new(),
        name: Text::default(),
    }];
    let eight = monday(8 * 60);
    let tuesday = monday(24 * 60 + 7 * 60 + 15);
    assert_eq!(site.opening(&clock, eight), Opening::Closed { from: Some(tuesday) });
    site.exceptions[0].sessions = vec!["09:00-10:00".parse().unwrap()];
    assert_eq!(site.opening(&clock, eight), Opening::Early { from: monday(8 * 60 + 45) });
    site.exceptions.clear();
    let evening = "17:30-19:00".parse().unwrap();
    site.services[0].hours = Some(Hours { mon: vec![evening], ..Hours::default() });
    let at = monday(18 * 60);
    assert_eq!(site.opening_of(Some(&site.services[0]), &clock, at), Opening::Open);
    assert!(matches!(site.opening_of(Some(&site.services[1]), &clock, at), Opening::Closed { .. }));
    assert_eq!(site.opening(&clock, at), Opening::Open, "one service is enough to open the kiosk");
    assert!(site.opening_of(Some(&site.services[0]), &clock, eight) != Opening::Open);
}

#[test]
fn numbers_stop_before_the_session_ends_and_three_in_the_afternoon_is_late() {
    let mut site = site();
    let clock = site.wall_clock().unwrap();
    site.stop_before_close_min = 10;
    assert_eq!(site.opening(&clock, monday(11 * 60 + 19)), Opening::Open);
    let lunch = Opening::Break { from: monday(13 * 60 + 15) };
    assert_eq!(site.opening(&clock, monday(11 * 60 + 20)), lunch);
    assert!(!site.is_late(&clock, monday(14 * 60 + 59)) && site.is_late(&clock, monday(15 * 60)));
    site.rules.late_after = None;
    assert!(!site.is_late(&clock, monday(16 * 60)));
}

#[test]
fn the_rules_of_the_sample_are_the_defaults() {
    assert_eq!(site().rules, Rules::default());
    let text = toml::to_string(&Rules::default()).unwrap();
    assert_eq!(toml::from_str::<Rules>(&text).unwrap(), Rules::default());
    for wrong in ["25:00", "24:00", "2000:00", "65535:59", "15:60", "-1:00", "15"] {
        let text = format!("late_after = \"{wrong}\"");
        assert!(toml::from_str::<Rules>(&text).is_err(), "{wrong}");
    }
}

#[test]
fn who_would_never_be_called_and_what_is_beyond_its_limit_is_refused() {
    type Case = (fn(&mut Site), &'static str);
    let cases: [Case; 5] = [
        (
            |s| {
                for counter in &mut s.counters {
                    counter.serves = Serves::Priority;
                }
            },
            "no counter calls ordinary numbers",
        ),
        (
            |s| {
                s.services[0].appointments =
                    Some(Appointments { slot_min: 0, ..Appointments::default() });
            },
            "appointments are out of their limits",
        ),
        (|s| s.exceptions = vec![holiday("2027-02-05"), holiday("2027-02-05")], "given twice"),
        (|s| s.classes[1].credit_min = 1_441, "more than a day"),
        (
            |s| {
                let mut hours = s.hours.clone();
                hours.tue.reverse();
                s.services[0].hours = Some(hours);
            },
            "hours.tue: sessions overlap",
        ),
    ];
    for (spoil, words) in cases {
        let mut site = site();
        spoil(&mut site);
        let fault = site.check().unwrap_err();
        assert!(fault.what.contains(words), "{}", fault.what);
    }
}

fn holiday(day: &str) -> Exception {
    Exception { day: day.parse().unwrap(), sessions: Vec::new(), name: Text::default() }
}

#[test]
fn an_exceptional_day_rules_over_its_weekday_and_a_services_hours() {
    let mut site = site();
    let mut monday_off = holiday("2026-11-23");
    site.services[0].hours = Some(site.hours.clone());
    site.exceptions = vec![monday_off.clone()];
    let day = monday_off.day;
    assert_eq!(site.sessions_on(day, None), []);
    assert_eq!(site.sessions_on(day, Some(&site.services[0])), []);
    let clock = WallClock::named("Asia/Ho_Chi_Minh").unwrap();
    let tuesday = Opening::Closed { from: Some(monday((24 + 7) * 60 + 15)) };
    assert_eq!(site.opening(&clock, monday(9 * 60)), tuesday);
    monday_off.sessions = vec!["20:00-21:00".parse().unwrap()];
    site.exceptions = vec![monday_off];
    assert_eq!(site.opening(&clock, monday(20 * 60)), Opening::Open);
}

/// Every minute belongs to one half day, and a half day ends with its session.
#[test]
fn a_half_day_begins_where_the_one_before_it_ended() {
    let site = site();
    let clock = WallClock::named("Asia/Ho_Chi_Minh").unwrap();
    let began =
        |hour: i64, minute: i64| site.session_began(None, &clock, monday(hour * 60 + minute));
    assert_eq!((began(6, 0), began(7, 30), began(11, 29)), (None, None, None));
    let noon = Some(monday(11 * 60 + 30));
    assert_eq!((began(11, 30), began(12, 0), began(16, 0)), (noon, noon, noon));
    assert_eq!(began(22, 0), noon, "the evening belongs to the afternoon");
    assert_eq!(began(5 * 24 + 9, 0), None, "a day off is one half day");
}

/// A centre may say its own texts in further languages; what it does not say is Vietnamese.
#[test]
fn a_text_has_as_many_languages_as_the_centre_gives_it() {
    let read = |text: &str| toml::from_str::<Text>(text);
    let text = read("vi = 'Đất đai'\nen = 'Land'\nqaa = 'Qaa'\nqab = ''").unwrap();
    assert_eq!(text.told(Lang::Vi, "qaa"), "Qaa");
    assert_eq!(text.told(Lang::Vi, "qab"), "Đất đai");
    assert_eq!(text.told(Lang::En, ""), "Land");
    assert_eq!(read(&toml::to_string(&text).unwrap()).unwrap(), text);
    let slip = read("vi = 'Đất đai'\nenglish = 'Land'").unwrap_err().to_string();
    assert!(slip.contains("\"english\" is no language"), "{slip}");
}
