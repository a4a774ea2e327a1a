use super::*;

fn sound(text: &str) -> SoundSection {
    toml::from_str(text).unwrap()
}

#[test]
fn a_part_of_a_day_may_go_over_midnight() {
    let day: Span = "07:00-17:30".parse().unwrap();
    assert!(day.holds(420) && day.holds(1_049) && !day.holds(1_050) && !day.holds(419));
    let night: Span = "17:30-06:30".parse().unwrap();
    assert!(night.holds(1_050) && night.holds(0) && night.holds(389));
    assert!(!night.holds(390) && !night.holds(1_049));
    assert_eq!(night.to_string(), "17:30-06:30");
    for wrong in ["", "7", "07:00", "07:00-24:00", "07:00-07:00", "07:60-08:00", "a:b-c:d"] {
        assert!(wrong.parse::<Span>().is_err(), "{wrong}");
    }
}

#[test]
fn the_volume_follows_the_clock_and_quiet_hours_are_quiet() {
    let text = "volume_db = -2.0\nquiet = [\"11:30-13:00\"]\n\
                louder = [{ span = \"09:00-12:00\", volume_db = 3.0 }]";
    let sound = sound(text);
    assert_eq!(sound.volume_at(480), Some(-2));
    assert_eq!(sound.volume_at(540), Some(3));
    assert_eq!(sound.volume_at(690), None, "quiet hours come first");
    assert_eq!(sound.volume_at(780), Some(-2));
}

#[test]
fn what_cannot_be_is_refused_by_its_key() {
    for (text, key) in [
        ("name = \" \"", "name"),
        ("calm_after_s = 29", "calm_after_s"),
        ("[screen]\ndiagonal_in = 5.0", "screen.diagonal_in"),
        ("[screen]\ndistance_m = 0.5", "screen.distance_m"),
        ("[screen]\nshift_px = 13", "screen.shift_px"),
        ("[slides]\nseconds = 4", "slides.seconds"),
        ("[sound]\nself_test = \"25:00\"", "sound.self_test"),
        ("[[sound.notice]]\nat = \"11:30\"", "the notice at \"11:30\""),
        ("[[sound.notice]]\nat = \"11:30\"\ntext = \"Mời nhận giấy tờ\"", "sound.reader"),
        ("[sound]\nreader = [\"\"]", "sound.reader"),
        ("[sound]\nreader_limit_s = 21", "sound.reader_limit_s"),
        ("[sound]\nemergency_every_s = 4", "sound.emergency_every_s"),
        ("[[sound.notice]]\nat = \"noon\"\nsay = \"closing\"", "at"),
        ("[sound]\nlouder = [{ span = \"09:00-12:00\", volume_db = 7.0 }]", "sound.volume_db"),
    ] {
        let config: HallConfig = toml::from_str(text).unwrap();
        let what = config.broken().unwrap();
        assert!(what.starts_with(&format!("{key} ")), "{text}: {what}");
    }
    let long = "x".repeat(NOTICE_MAX + 1);
    let config: HallConfig = toml::from_str(&format!("notices = [{{ vi = \"{long}\" }}]")).unwrap();
    assert!(config.broken().unwrap().starts_with("notices"));
    assert_eq!(HallConfig::default().broken(), None);
}

#[test]
fn the_sample_says_what_holds_without_it() {
    let sample = include_str!("../../../../../config/hall.toml");
    assert_eq!(toml::from_str::<HallConfig>(sample).unwrap(), HallConfig::default());
}
