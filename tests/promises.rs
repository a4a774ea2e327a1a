//! `PROMISES.md` and the tests say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How many there are.
const LAST: u32 = 25;

/// Each promise with the tests it names.
type Promises = BTreeMap<u32, BTreeSet<(String, String)>>;

/// Reads the headings (`## P16 …`) and their lists (``- `file`: `test`, `test` ``).
fn read(text: &str) -> Promises {
    let (mut promises, mut number, mut file) = (Promises::new(), 0, String::new());
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## P") {
            let (digits, words) = heading.split_once(' ').unwrap();
            number = digits.parse().unwrap();
            assert!(!words.trim().is_empty());
            assert!(promises.insert(number, BTreeSet::new()).is_none(), "P{number} twice");
            continue;
        }
        let listed =
            line.strip_prefix("- ").or_else(|| line.strip_prefix("  ")).unwrap_or_default();
        if !listed.starts_with('`') {
            continue;
        }
        for name in listed.split('`').skip(1).step_by(2) {
            if name.contains('/') {
                file = name.to_owned();
            } else {
                promises.get_mut(&number).unwrap().insert((file.clone(), name.to_owned()));
            }
        }
    }
    promises
}

/// What stands right above a test: its words, and whether it is one.
fn above(text: &str, test: &str) -> Option<(String, bool)> {
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    let at = lines.iter().position(|line| {
        line.strip_prefix("fn ").is_some_and(|rest| rest.starts_with(&format!("{test}(")))
    })?;
    let mut words = String::new();
    let mut is_test = false;
    for line in lines[..at].iter().rev() {
        match line.strip_prefix("///") {
            Some(doc) => words.insert_str(0, doc),
            None if line.starts_with("#[") => is_test |= *line == "#[test]",
            None => break,
        }
    }
    Some((words, is_test))
}

/// The numbers in a text: `P2, P3 and P16` has three.
fn numbers(words: &str) -> BTreeSet<u32> {
    let words = words.split(|sign: char| !sign.is_ascii_alphanumeric());
    words.filter_map(|word| word.strip_prefix('P')?.parse().ok()).collect()
}

#[test]
fn every_promise_has_a_test_that_bears_its_number() {
    let text = std::fs::read_to_string(xtask::root().join("tests/PROMISES.md")).unwrap();
    let promises = read(&text);
    assert_eq!(promises.keys().copied().collect::<Vec<_>>(), (1..=LAST).collect::<Vec<_>>());
    for (number, tests) in &promises {
        assert!(!tests.is_empty(), "P{number}");
        for (file, test) in tests {
            let place = format!("P{number}: {file}: {test}");
            let text = std::fs::read_to_string(xtask::root().join(file));
            let text = text.unwrap_or_else(|error| panic!("{place}: {error}"));
            let (words, is_test) = above(&text, test).unwrap_or_else(|| panic!("{place} is gone"));
            assert!(is_test, "{place} is no test");
            assert!(numbers(&words).contains(number), "{place} does not bear the number: {words}");
        }
    }
}

/// A number on a test is one that is promised.
#[test]
fn no_test_bears_a_number_that_nobody_promised() {
    let mut folders = vec![xtask::root().join("crates"), xtask::root().join("tests")];
    let mut borne = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("node_modules") && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                borne.extend(of_file(&path));
            }
        }
    }
    assert!(borne.iter().all(|number| (1..=LAST).contains(number)), "{borne:?}");
    // Not a search that finds nothing.
    assert!(borne.len() > 20, "{borne:?}");
}

/// The numbers that a file's tests begin their words with.
fn of_file(path: &Path) -> BTreeSet<u32> {
    let text = std::fs::read_to_string(path).unwrap();
    let begins = |line: &str| {
        let words = line.trim_start().strip_prefix("/// P")?.split_once(':')?.0.to_owned();
        Some(numbers(&format!("P{words}")))
    };
    text.lines().filter_map(begins).flatten().collect()
}
