//! Every fixed text exists in both languages, and the colours are those of the tokens.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

fn windows() -> Vec<String> {
    let mut folders: Vec<PathBuf> = vec![xtask::root().join("ui")];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "slint") {
                texts.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    texts
}

#[test]
fn every_text_of_the_windows_is_translated() {
    let po = xtask::root().join("ui/lang/en/LC_MESSAGES/ui.po");
    let po = std::fs::read_to_string(po).unwrap();
    let quoted = |line: &str| line.split_once('"').unwrap().1.trim_end_matches('"').to_owned();
    let lines: Vec<&str> = po.lines().collect();
    let known: BTreeMap<String, String> = lines
        .windows(2)
        .filter(|pair| pair[0].starts_with("msgid") && pair[1].starts_with("msgstr"))
        .map(|pair| (quoted(pair[0]), quoted(pair[1])))
        .collect();
    let mut used = BTreeSet::new();
    for text in windows() {
        used.extend(
            text.split("@tr(\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()),
        );
    }
    assert!(used.len() > 50);
    for text in &used {
        let english = known.get(text).unwrap_or_else(|| panic!("{text:?} has no English"));
        assert!(!english.is_empty(), "{text:?} has an empty English");
        assert_eq!(text.matches("{}").count(), english.matches("{}").count(), "{text:?}");
    }
    for text in known.keys().filter(|text| !text.is_empty()) {
        assert!(used.contains(text), "{text:?} is translated and used nowhere");
    }
}

/// Whoever translates finds every text, and none that is not used, and a place for each value.
#[test]
fn every_further_language_has_a_place_for_every_text() {
    let ids = |text: &str| -> BTreeMap<String, String> {
        let quoted = |line: &str| line.split_once('"').unwrap().1.trim_end_matches('"').to_owned();
        let lines: Vec<&str> = text.lines().collect();
        let pairs = lines.windows(2).filter(|pair| pair[0].starts_with("msgid"));
        pairs.map(|pair| (quoted(pair[0]), quoted(pair[1]))).collect()
    };
    let folder = xtask::root().join("ui/lang");
    let read = |language: &str| {
        std::fs::read_to_string(folder.join(language).join("LC_MESSAGES/ui.po")).unwrap()
    };
    let known = ids(&read("en"));
    let mut further = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let language = entry.unwrap().file_name().into_string().unwrap();
        let texts = ids(&read(&language));
        assert_eq!(
            texts.keys().collect::<Vec<_>>(),
            known.keys().collect::<Vec<_>>(),
            "{language}"
        );
        for (text, said) in texts.iter().filter(|(text, said)| !text.is_empty() && !said.is_empty())
        {
            assert_eq!(
                text.matches("{}").count(),
                said.matches("{}").count(),
                "{language}: {text}"
            );
        }
        further += usize::from(language != "en");
    }
    assert!(further > 0);
}

/// What the programs put together has the same places in every further language, and each of them is
/// a text of the programs. That none is missing, `station` tries on every page.
#[test]
fn every_further_language_has_a_place_for_what_is_put_together() {
    let station = xtask::root().join("crates/station/src");
    let files = ["show", "lookup", "scanned", "dossiers", "closed", "staff/show"];
    let files = files.iter().map(|file| station.join(format!("kiosk/{file}.rs")));
    let files = files.chain(["slip.rs", "words.rs"].map(|file| station.join(file)));
    let source: String = files.map(|file| std::fs::read_to_string(file).unwrap()).collect();
    // A long text goes on in the next line.
    let source: Vec<&str> = source.split("\\\n").map(str::trim_start).collect();
    let source = source.concat().replace("\\u{a0}", "\u{a0}");
    let mut all: Vec<(String, BTreeSet<String>)> = Vec::new();
    for entry in std::fs::read_dir(xtask::root().join("ui/lang")).unwrap() {
        let folder = entry.unwrap();
        let Ok(po) = std::fs::read_to_string(folder.path().join("LC_MESSAGES/words.po")) else {
            assert_eq!(folder.file_name(), "en", "English stands in the programs");
            continue;
        };
        let ids = po.lines().filter_map(|line| line.strip_prefix("msgid \"")?.strip_suffix('"'));
        let ids: BTreeSet<String> = ids.filter(|id| !id.is_empty()).map(str::to_owned).collect();
        for id in &ids {
            assert!(source.contains(&format!("\"{id}\"")), "{id:?} is a text of no program");
        }
        all.push((folder.file_name().into_string().unwrap(), ids));
    }
    assert!(all.windows(2).all(|pair| pair[0].1 == pair[1].1), "{all:?}");
    assert!(all.iter().any(|(language, ids)| language == "tyz" && ids.len() > 50));
}

fn tokens() -> toml::Table {
    std::fs::read_to_string(xtask::root().join("assets/tokens.toml")).unwrap().parse().unwrap()
}

/// Relative luminance and contrast by WCAG 2.2.
fn contrast(a: &str, b: &str) -> f64 {
    let luminance = |colour: &str| {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn text_stands_out_in_every_theme() {
    let tokens = tokens();
    for (name, theme) in tokens["color"].as_table().unwrap() {
        for pair in tokens["contrast"].as_array().unwrap() {
            let colour = |i: usize| theme[pair["pair"][i].as_str().unwrap()].as_str().unwrap();
            let ratio = contrast(colour(0), colour(1));
            let least = pair["at_least"].as_integer().unwrap();
            assert!(ratio >= f64::from(i32::try_from(least).unwrap()), "{name} {pair}: {ratio:.1}");
        }
    }
}

#[test]
fn the_theme_is_the_tokens() {
    let theme = std::fs::read_to_string(xtask::root().join("ui/theme.slint")).unwrap();
    for (name, colours) in tokens()["color"].as_table().unwrap() {
        let block = theme.split(&format!("property <Palette> {name}: {{")).nth(1).unwrap();
        let block = block.split("};").next().unwrap();
        for (token, colour) in colours.as_table().unwrap() {
            let line = format!("{}: {},", token.replace('_', "-"), colour.as_str().unwrap());
            assert!(block.contains(&line), "{name}: {line} is not in the theme");
        }
    }
}
