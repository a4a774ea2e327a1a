//! `luot voice`: a centre's own voice, from the sheet to the call.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Desk, sample};
use crate::programs::bin;

/// A recording of as many words: a tone that swells and fades, a pause before and behind it.
fn spoken(path: &Path, words: usize) {
    let rate = 44_100_u32;
    let count = (words * 11_025) + 44_100;
    let length = 0.25 * words as f32 + 0.1;
    let at = |i: usize| {
        let t = i as f32 / rate as f32 - 0.4;
        let tau = std::f32::consts::TAU;
        let voice = if (0.0..length).contains(&t) { (tau * t / length / 2.0).sin() } else { 0.0 };
        0.3 * voice * (tau * 200.0 * t).sin()
    };
    let samples = (0..count).map(at).collect();
    voice::write_clip(path, &voice::Sound { samples, rate }).unwrap();
}

const SMALL: [&str; 5] = ["--letters", "K", "--counters", "2", "--calls-only"];

/// The sheet, line by line: key and how many words it has.
fn sheet(desk: &Desk) -> Vec<(String, usize)> {
    let lines = desk.run(&[&["voice", "sheet"], &SMALL[..]].concat()).lines();
    let line = |line: &serde_json::Value| {
        let text = line["text"].as_str().unwrap();
        (line["key"].as_str().unwrap().to_owned(), text.split_whitespace().count())
    };
    lines.iter().map(line).collect()
}

#[test]
fn the_sheet_of_a_centre_opens_in_a_spreadsheet() {
    let desk = Desk::bare(&sample());
    let site = desk.name("site.toml");
    let said = desk.said(&["voice", "sheet", "--site", &site]);
    let rows: Vec<Vec<&str>> = said.out.lines().map(|row| row.split('\t').collect()).collect();
    assert!(rows.iter().all(|row| row.len() == 4), "{rows:?}");
    let row = |file: &str| rows.iter().find(|row| row[1] == file).map(|row| row[3]);
    assert_eq!(row("l_H.wav"), Some("hát"));
    assert_eq!(row("den_quay_10.wav"), Some("đến quầy số mười"));
    assert_eq!(row("w_lẻ.wav"), None, "a word of the south");
    assert_eq!(row("l_W.wav"), None, "a letter that no series of the centre has");
}

#[test]
fn a_voice_is_recorded_line_after_line_and_taken_up_again() {
    let desk = Desk::bare("");
    let (raw, pack) = (desk.path("raw"), desk.name("giong"));
    std::fs::create_dir(&raw).unwrap();
    let lines = sheet(&desk);
    for (key, words) in &lines {
        spoken(&raw.join(format!("{key}.wav")), *words);
    }
    let record = |keys: String| {
        let input = format!("wav://{}", raw.display());
        let mut run = Command::new(bin().join("luot"));
        run.args(["--json", "voice", "record", &pack, "--output", "off", "--input", &input]);
        run.args(SMALL).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut run = run.spawn().unwrap();
        run.stdin.take().unwrap().write_all(keys.as_bytes()).unwrap();
        let out = run.wait_with_output().unwrap();
        assert!(out.status.success(), "{out:?}");
        serde_json::from_slice::<serde_json::Value>(&out.stdout).unwrap()
    };
    let of = lines.len();
    // Begin, end, keep; then the second line twice, heard once more, and enough for today.
    let first = record("\n\n\n\n\nl\n\nn\n\nq\n".into());
    assert_eq!(first, serde_json::json!({"kept": 2, "of": of}));
    desk.run(&[&["voice", "check", &pack], &SMALL[..]].concat());
    // A recording without a sound is not taken; the closed terminal ends the sitting.
    let silent = voice::Sound { samples: vec![0.0; 44_100], rate: 44_100 };
    voice::write_clip(&raw.join(format!("{}.wav", lines[2].0)), &silent).unwrap();
    assert_eq!(record("\n\n\n\n".into())["kept"], 2);
    spoken(&raw.join(format!("{}.wav", lines[2].0)), lines[2].1);
    assert_eq!(record("\n".repeat(3 * (of - 2)))["kept"], of);
    let found = desk.run(&[&["voice", "check", &pack], &SMALL[..]].concat()).object();
    assert_eq!((&found["usable"], &found["faults"]), (&true.into(), &serde_json::json!([])));
    assert_eq!(found["class"], "recorded");
}

#[test]
fn a_folder_of_recordings_is_taken_over_checked_and_spoken() {
    let desk = Desk::bare("");
    let (raw, pack, wav) = (desk.path("raw"), desk.name("giong"), desk.name("call.wav"));
    std::fs::create_dir(&raw).unwrap();
    for (i, (_, words)) in sheet(&desk).iter().enumerate() {
        spoken(&raw.join(format!("{:03}.wav", i + 1)), *words);
    }
    let raw_name = desk.name("raw");
    let import = [&["voice", "import", &raw_name, &pack], &SMALL[..]].concat();
    assert_eq!(desk.run(&import).object()["faults"], serde_json::json!([]));
    let packs = desk.folder.path().display().to_string();
    let say = ["voice", "say", "K012", "2", "--wav", &wav, "--packs", &packs, "--pack", "giong"];
    let said = desk.run(&[&say[..], &["--last-call"]].concat()).object();
    assert_eq!((&said["spoken_by"], &said["missing"]), (&"giong".into(), &serde_json::json!([])));
    assert_eq!(said["clips"][0], "lan_cuoi");
    // Without a word of it the pack cannot be used, in both languages.
    let check = [&["voice", "check", &pack], &SMALL[..]].concat();
    std::fs::remove_file(desk.path("giong").join("w_hai.wav")).unwrap();
    let found = desk.run(&check);
    assert_eq!(found.code, 1);
    assert_eq!(found.object()["faults"][0]["fault"], "unreadable");
    let told = desk.said(&check).out;
    assert!(
        told.contains("w_hai: không đọc được") && told.contains("w_hai: the file cannot"),
        "{told}"
    );
}

#[test]
fn letters_that_sound_alike_are_told_when_a_site_is_applied() {
    let desk = Desk::open();
    let site = desk.name("site.toml");
    let mut changed: toml::Table = toml::from_str(&sample()).unwrap();
    let services = changed["service"].as_array_mut().unwrap();
    for (service, prefix) in services.iter_mut().zip(["B", "D"]) {
        service["prefix"] = prefix.into();
    }
    let taken = |service: &toml::Value| ["B", "D"].contains(&service["prefix"].as_str().unwrap());
    for service in services.iter_mut().skip(2) {
        if taken(service) {
            service["prefix"] = "77".into();
        }
    }
    std::fs::write(&site, changed.to_string()).unwrap();
    let alike = desk.run(&["site", "diff", &site]).object()["alike"].clone();
    assert!(alike.as_array().unwrap().contains(&serde_json::json!(["B", "D"])), "{alike}");
    let told = desk.said(&["site", "diff", &site]).out;
    assert!(told.contains("B and D sound alike: choose another prefix"), "{told}");
}

#[test]
fn free_text_is_spoken_by_a_command_or_not_at_all() {
    let desk = Desk::bare("");
    let (clip, wav) = (desk.path("clip.wav"), desk.name("name.wav"));
    spoken(&clip, 2);
    let clip = clip.display().to_string();
    let said = desk.run(&[
        "voice",
        "text",
        "Bà Hoa",
        "--wav",
        &wav,
        "--",
        "sh",
        "-c",
        &format!("cat {clip}"),
    ]);
    assert!(said.object()["millis"].as_u64().unwrap() > 400, "{said:?}");
    std::fs::remove_file(&wav).unwrap();
    desk.run(&["voice", "text", "Bà Hoa", "--wav", &wav, "--", "false"]).cannot();
    assert!(!Path::new(&wav).exists());
}
