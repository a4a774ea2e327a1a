//! The drawn arrows, as a test: picture and manifests must say the same.

use std::collections::BTreeSet;
use std::path::Path;

/// `crates/README.md` draws these; a manifest may name fewer, never others.
const ARROWS: [(&str, &[&str]); 12] = [
    ("queue", &[]),
    ("store", &["queue"]),
    ("devices", &["queue"]),
    ("voice", &["queue"]),
    ("station", &["queue", "store"]),
    ("ui", &[]),
    ("kiosk", &["devices", "queue", "station", "ui"]),
    ("counter", &["devices", "queue", "station", "ui", "voice"]),
    ("hall", &["devices", "queue", "station", "ui", "voice"]),
    ("web", &["queue", "station", "store"]),
    ("admin", &["devices", "queue", "station", "store", "voice", "web"]),
    ("xtask", &[]),
];
/// One outside thing, one room.
const FENCES: [(&str, &[&str]); 8] = [
    ("slint", &["ui", "kiosk", "counter", "hall"]),
    ("rusqlite", &["store"]),
    ("axum", &["web"]),
    ("escpos", &["devices"]),
    ("serialport", &["devices"]),
    ("rodio", &["voice"]),
    ("tokio", &["station", "store", "web"]),
    ("tokio-postgres", &["store"]),
];
const TOP: [&str; 9] = [
    "Cargo.toml",
    "Cargo.lock",
    "crates",
    "ui",
    "assets",
    "config",
    "tests",
    "README.md",
    "LICENSE",
];

fn manifest(name: &str) -> toml::Table {
    let path = xtask::root().join("crates").join(name).join("Cargo.toml");
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

fn dependencies(manifest: &toml::Table) -> BTreeSet<String> {
    let table = manifest.get("dependencies").and_then(toml::Value::as_table);
    table.map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

#[test]
fn crates_point_only_where_the_picture_does() {
    for (name, arrows) in ARROWS {
        let ours = dependencies(&manifest(name));
        let ours = ours.iter().filter(|to| ARROWS.iter().any(|(known, _)| known == to));
        for to in ours {
            assert!(arrows.contains(&to.as_str()), "{name} → {to} is not drawn");
        }
    }
}

#[test]
fn each_outside_thing_stays_in_its_room() {
    for (name, _) in ARROWS {
        let dependencies = dependencies(&manifest(name));
        for (thing, rooms) in FENCES {
            let fenced = dependencies.contains(thing) && !rooms.contains(&name);
            assert!(!fenced, "{name} names {thing}, which lives in {rooms:?}");
        }
    }
}

#[test]
fn there_are_twelve_crates_named_as_their_folders_under_one_set_of_lints() {
    let folders: BTreeSet<String> = std::fs::read_dir(xtask::root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    let drawn: BTreeSet<String> = ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(folders, drawn);
    for name in folders {
        let manifest = manifest(&name);
        assert_eq!(manifest["package"]["name"].as_str(), Some(name.as_str()));
        assert_eq!(manifest["lints"]["workspace"].as_bool(), Some(true), "{name}");
    }
}

#[test]
fn files_are_short_and_tidy() {
    let mut folders =
        vec![xtask::root().join("crates"), xtask::root().join("ui"), xtask::root().join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "node_modules" && name != "target") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|e| e == "rs" || e == "slint") {
                tidy(&path);
            }
        }
    }
}

fn tidy(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap();
    let name = path.display();
    assert!(text.lines().count() <= 600, "{name} is over 600 lines");
    let marks = [["TO", "DO"].concat(), ["FIX", "ME"].concat()];
    for (i, line) in text.lines().enumerate() {
        assert_eq!(line, line.trim_end(), "{name}:{} ends with a space", i + 1);
        assert!(!marks.iter().any(|mark| line.contains(mark)), "{name}:{} is left undone", i + 1);
    }
}

#[test]
fn the_top_holds_what_a_repository_has() {
    for entry in std::fs::read_dir(xtask::root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let built = ["target", "out"].contains(&name.as_str());
        let agreed =
            name.starts_with('.') || TOP.contains(&name.as_str()) || name == "CHANGELOG.md";
        assert!(built || agreed, "{name} stands at the top");
    }
}
