//! Every sample an installer copies is one that rules.

use std::path::PathBuf;

use station::config::{CounterConfig, HallConfig, KioskConfig, WebConfig, load, load_site};

fn sample(name: &str) -> PathBuf {
    xtask::root().join("config").join(name)
}

#[test]
fn the_centres_are_sound_and_every_service_can_be_reached() {
    let centre = load_site(&sample("yenbai/site.toml")).unwrap();
    assert_eq!(centre.agencies.len(), 20);
    let commune = load_site(&sample("commune/site.toml")).unwrap();
    assert!(commune.agencies.is_empty());
    for site in [centre, commune] {
        for service in &site.services {
            assert!(
                site.counters_of(&service.id).next().is_some(),
                "{} has no counter",
                service.id
            );
        }
    }
}

#[test]
fn the_machines_samples_are_the_defaults() {
    assert_eq!(load::<KioskConfig>(&sample("kiosk.toml")).unwrap(), KioskConfig::default());
    assert_eq!(load::<CounterConfig>(&sample("counter.toml")).unwrap(), CounterConfig::default());
    assert_eq!(load::<HallConfig>(&sample("hall.toml")).unwrap(), HallConfig::default());
    assert_eq!(load::<WebConfig>(&sample("web.toml")).unwrap(), WebConfig::default());
}

#[test]
fn a_mistake_is_found_with_file_line_and_help() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kiosk.toml");
    for (text, line, word) in [
        ("lang = \"vi\"\nprinterr = 1\n", 2, "unknown field"),
        ("\nidle_s = \"long\"\n", 2, "invalid type"),
        ("lang = \"vi\"\n\nidle_s = 5\n", 3, "10..=600"),
        ("[printer]\nwidth_mm = 70\n", 2, "neither 58 nor 80"),
        ("[printer]\nnot_taken_s = 1\n", 2, "5..=300"),
        ("[printer]\nroll_m = 9000\n", 2, "0..=500"),
        ("[printer]\nnot_taken = \"burn\"\n", 2, "unknown variant"),
        ("[[printer.fallback]]\nprofile = \"auto\"\n", 1, "missing field `url`"),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = load::<KioskConfig>(&path).unwrap_err();
        assert_eq!(error.line, Some(line), "{error}");
        assert!(error.to_string().contains(word) && error.to_string().contains("help:"), "{error}");
    }
}

#[test]
fn the_voices_know_every_number_of_the_sample() {
    use voice::{Call, Kind, Pack, Region};
    let site = load_site(&sample("yenbai/site.toml")).unwrap();
    for name in ["vi-kokoro", "vi-espeak"] {
        let pack = Pack::load(&xtask::root().join("assets/voice").join(name)).unwrap();
        for service in &site.services {
            for counter in &site.counters {
                let number = queue::Number::new(service.prefix.clone(), 789);
                let counter = counter.label().to_owned();
                let call = Call { number, counter, zone: String::new(), kind: Kind::Recall };
                let clips = pack.speech(&(&call).into(), Region::North);
                let missing = pack.missing(clips.iter().map(|clip| clip.key.as_str()));
                assert!(missing.is_empty(), "{name}: {missing:?} for {call:?}");
            }
        }
    }
}
