use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::*;
use crate::write_clip;

const SOON: Duration = Duration::from_secs(30);

/// A program that writes what it was given into a file and a WAV to its output.
fn program(folder: &Path, last: &str) -> String {
    let samples = (0..12_000).map(|i| 0.3 * (i as f32 * 0.05).sin()).collect();
    write_clip(&folder.join("said.wav"), &Sound { samples, rate: 16_000 }).unwrap();
    let path = folder.join("speak");
    let here = folder.display();
    let script = format!("#!/bin/sh\nprintf '%s\\n' \"$@\" > {here}/given\n{last}\n");
    std::fs::write(&path, script.replace("SAID", &format!("{here}/said.wav"))).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

fn given(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("given")).unwrap()
}

#[test]
fn a_text_is_one_argument_and_never_a_command() {
    let folder = tempfile::tempdir().unwrap();
    let command = program(folder.path(), "cat SAID");
    let nasty = "Nguyễn $(touch x) ; `id` 'A' \"B\"";
    let said = Speaker::new(vec![command.clone(), "-v".into()], SOON).speak(nasty).unwrap();
    assert_eq!(given(folder.path()), format!("-v\n{nasty}\n"));
    assert!((crate::active_dbfs(&said) - crate::LEVEL_DBFS).abs() < 1.0, "levelled");
    let placed = vec![command, "{text}".into(), "-o".into()];
    Speaker::new(placed, SOON).speak("Bà Hoa").unwrap();
    assert_eq!(given(folder.path()), "Bà Hoa\n-o\n");
}

#[test]
fn it_is_off_until_a_command_is_named() {
    let off = Speaker::new(Vec::new(), SOON);
    assert!(matches!(off.speak("Bà Hoa"), Err(NotSpoken::Off)));
    assert!(off.say("Bà Hoa").is_none());
}

#[test]
fn whatever_goes_wrong_nothing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let speak = |last: &str, limit| {
        Speaker::new(vec![program(folder.path(), last)], limit).speak("Bà Hoa").unwrap_err()
    };
    assert!(matches!(speak("exit 3", SOON), NotSpoken::Failed { .. }));
    assert!(matches!(speak("echo no sound", SOON), NotSpoken::Failed { .. }));
    assert!(matches!(speak("cat SAID; exec >&-; exit 4", SOON), NotSpoken::Failed { .. }));
    // A click, and a sound that would keep a hall waiting.
    for millis in [100_u16, 61_000] {
        let samples = (0..millis).map(|i| 0.3 * f32::from(i).sin()).collect();
        let wav = folder.path().join("odd.wav");
        write_clip(&wav, &Sound { samples, rate: 1_000 }).unwrap();
        let odd = speak(&format!("cat {}", wav.display()), SOON);
        assert!(odd.to_string().contains("ms of sound"), "{odd}");
    }
    // It would go on for ten minutes; the program and its output are ended.
    assert!(matches!(speak("exec sleep 600", Duration::from_millis(200)), NotSpoken::Late(_)));
    let missing = Speaker::new(vec!["/nowhere/speak".into()], SOON);
    assert!(matches!(missing.speak("Bà Hoa"), Err(NotSpoken::Start { .. })));
    let fine = Speaker::new(vec![program(folder.path(), "cat SAID")], SOON);
    for text in ["", " ", "a\nb", "--option", &"x".repeat(201)] {
        assert!(matches!(fine.speak(text), Err(NotSpoken::Text)), "{text:?}");
    }
}
