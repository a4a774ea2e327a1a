//! A pack as people make it: imported, checked, spoken.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::f32::consts::TAU;
use std::path::Path;

use voice::{
    Call, Kind, Manifest, Pack, Region, Scope, Sound, Voices, compose, faults, import, write_clip,
};

/// A recording of a line: a tone of its own, some room before and behind it.
fn spoken(place: usize, words: usize) -> Sound {
    let rate = 44_100;
    let length = 0.25 * words as f32 + 0.1;
    let pitch = 150.0 + 7.0 * place as f32;
    let at = |i: u32| {
        let t = i as f32 / rate as f32 - 0.4;
        let voice = if (0.0..length).contains(&t) { (TAU * t / length / 2.0).sin() } else { 0.0 };
        0.3 * voice * ((TAU * pitch * t).sin() + 0.3 * (TAU * pitch * 3.0 * t).sin())
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few seconds")]
    let samples = (0..((length + 0.9) * rate as f32) as u32).map(at).collect();
    Sound { samples, rate }
}

fn scope() -> Scope {
    let counters = vec![1, 15];
    let zones = vec!["K".to_owned()];
    Scope { letters: ['K'].into(), counters, zones, region: Region::North, notices: false }
}

fn about() -> Manifest {
    Manifest {
        name: "giong-cua-toi".into(),
        lang: "vi".into(),
        region: "north".into(),
        class: "recorded".into(),
        ..Manifest::default()
    }
}

/// Records every line of the sheet into a folder; odd ones under their number, the others under the
/// key.
fn record(folder: &Path) -> usize {
    let sheet = about().grammar(folder).unwrap().sheet(&scope());
    for (place, line) in sheet.iter().enumerate() {
        let words = line.text.split_whitespace().count();
        let name =
            if place % 2 == 0 { line.key.clone() } else { format!("{:03} bản thu", place + 1) };
        write_clip(&folder.join(name + ".wav"), &spoken(place, words)).unwrap();
    }
    sheet.len()
}

#[test]
fn a_folder_of_recordings_becomes_a_pack_that_speaks() {
    let (raw, made) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let lines = record(raw.path());
    std::fs::write(raw.path().join("tạm.wav"), "no sound").unwrap();
    let done = import(raw.path(), made.path(), &about(), &scope()).unwrap();
    assert_eq!((done.clips.len(), &done.faults[..]), (lines, &[][..]));
    assert_eq!(done.unknown, [raw.path().join("tạm.wav")]);
    let found = faults::of_pack(made.path(), &scope()).unwrap();
    assert!(found.usable() && found.faults.is_empty(), "{:?}", found.faults);
    assert_eq!(found.clips, lines);
    let pack = Pack::load(made.path()).unwrap();
    let call = Call {
        number: "K012".parse().unwrap(),
        counter: "15".into(),
        zone: String::new(),
        kind: Kind::LastCall,
    };
    let said = compose(&call, &Voices { main: Some(pack), ..Voices::default() }, 1);
    assert_eq!((said.spoken_by.as_deref(), said.missing.len()), (Some("giong-cua-toi"), 0));
    assert_eq!(said.clips.last().unwrap().0, "den_quay_15", "the longest clip");
    // A zone is said once, however often the call is; a voice without the word leaves it out.
    let pack = Pack::load(made.path()).unwrap();
    let zoned = Call { zone: "K".into(), kind: Kind::Call, ..call };
    let keys = |pack: &Pack| {
        let voices = Voices { main: Some(pack.clone()), ..Voices::default() };
        let said = compose(&zoned, &voices, 2);
        let keys = said.clips.iter().map(|(key, _)| key.clone()).filter(|key| !key.contains("w_"));
        keys.collect::<Vec<_>>().join(" ")
    };
    let call = "xin_moi_cong_dan l_K den_quay_15";
    assert_eq!(keys(&pack), format!("{call} khu_K {call}"));
    assert_eq!(keys(&pack.clone().without("khu_K")), format!("{call} khu l_K {call}"));
    assert_eq!(keys(&pack.without("khu_K").without("khu")), format!("{call} {call}"));
}

#[test]
fn what_a_pack_lacks_and_what_is_wrong_with_it_is_found() {
    let (raw, made) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    record(raw.path());
    for key in ["l_K", "nhac_lai"] {
        let sheet = about().grammar(raw.path()).unwrap().sheet(&scope());
        let number = 1 + sheet.iter().position(|line| line.key == key).unwrap();
        for name in [key.to_owned(), format!("{number:03} bản thu")] {
            drop(std::fs::remove_file(raw.path().join(name + ".wav")));
        }
    }
    let silent = Sound { samples: vec![0.0; 44_100], rate: 44_100 };
    write_clip(&raw.path().join("nhac_lai.wav"), &silent).unwrap();
    let done = import(raw.path(), made.path(), &about(), &scope()).unwrap();
    let wrong: Vec<_> = done.faults.iter().map(|(key, f)| (key.as_str(), f.word())).collect();
    assert_eq!(wrong, [("nhac_lai", "silent")]);
    // Somebody puts a file there by hand, much too loud, and one that nothing asks for.
    let loud = Sound { samples: [0.9, -0.9].repeat(6_000), rate: 24_000 };
    write_clip(&made.path().join("w_ba.wav"), &loud).unwrap();
    let text = std::fs::read_to_string(made.path().join("pack.toml")).unwrap();
    std::fs::write(made.path().join("pack.toml"), text + "phong = \"w_ba.wav\"\n").unwrap();
    let found = faults::of_pack(made.path(), &scope()).unwrap();
    let has =
        |key: &str, word: &str| found.faults.iter().any(|(k, f)| k == key && f.word() == word);
    assert!(!found.usable());
    assert!(has("l_K", "missing") && has("w_ba", "level") && has("phong", "unknown"), "{found:?}");
    // The recall has no clip: it is said as a call, not left as a hole.
    let pack = Pack::load(made.path()).unwrap();
    let call = Call {
        number: "1001".parse().unwrap(),
        counter: "1".into(),
        zone: String::new(),
        kind: Kind::Recall,
    };
    let said = compose(&call, &Voices { main: Some(pack), ..Voices::default() }, 1);
    assert_eq!(
        (&said.missing[..], said.clips[0].0.as_str()),
        (&["nhac_lai".to_owned()][..], "xin_moi_cong_dan")
    );
    assert!(said.spoken_by.is_some());
}

#[test]
fn a_language_of_its_own_is_imported_with_its_phrases() {
    let (raw, made) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let phrases = "lang = \"tyz\"\ncardinals = \"digits\"\ncounter = \"quay\"\n[sentences]\n\
        call = [\"moi\", \"{number}\", \"{counter}\"]\n[words]\nmoi = \"m\"\nquay = \"q\"\n[letters]\nK = \"k\"\n";
    std::fs::write(raw.path().join("phrases.toml"), phrases).unwrap();
    let about = Manifest { lang: "tyz".into(), ..about() };
    for key in ["moi", "quay", "l_K"] {
        write_clip(&raw.path().join(format!("{key}.wav")), &spoken(3, 1)).unwrap();
    }
    let done = import(raw.path(), made.path(), &about, &scope()).unwrap();
    assert_eq!(done.clips.len(), 3);
    let pack = Pack::load(made.path()).unwrap();
    assert_eq!((pack.lang.as_str(), pack.has("moi")), ("tyz", true));
    assert!(
        faults::of_pack(made.path(), &scope()).unwrap().faults.iter().any(|(k, _)| k == "w_một")
    );
}
