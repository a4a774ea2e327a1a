//! Does the kiosk find what people type?
//!
//! `catalogue.tsv` holds the names of some three hundred administrative procedures as state bodies
//! publish them (facts; from memory, not a list to rely on), with the words a centre's staff would
//! add. `queries.tsv` holds what visitors might type, with the procedures a clerk would show them;
//! it was written before the search was ever run on it.

use std::collections::BTreeMap;

use station::find::{Entry, Finder};

use crate::torture::figure;

/// The share of the queries whose procedure must stand among the first three.
const SHARE: f64 = 0.95;

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.is_empty()).map(|line| line.split('\t').collect())
}

fn catalogue() -> (Vec<&'static str>, Finder) {
    let (mut ids, mut entries) = (Vec::new(), Vec::new());
    for row in rows(include_str!("catalogue.tsv")) {
        let [id, field, name, words] = row[..] else { panic!("{row:?}") };
        ids.push(id);
        let words = words.split(" | ").filter(|words| !words.is_empty());
        entries.push(Entry {
            service: field.into(),
            procedure: None,
            name: name.into(),
            words: words.map(str::to_owned).collect(),
            field: field.into(),
        });
    }
    (ids, Finder::new(entries))
}

#[test]
fn what_is_looked_for_stands_among_the_first_three() {
    let (ids, finder) = catalogue();
    let (mut all, mut found) = (0_u32, 0_u32);
    let mut kinds: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let mut missed = Vec::new();
    for row in rows(include_str!("queries.tsv")) {
        let [query, wanted, kind] = row[..] else { panic!("{row:?}") };
        let wanted: Vec<_> = wanted.split(',').collect();
        assert!(wanted.iter().all(|id| ids.contains(id)), "{query}: unknown {wanted:?}");
        let first: Vec<_> = finder.find(query).iter().take(3).map(|hit| ids[hit.entry]).collect();
        let hit = first.iter().any(|id| wanted.contains(id));
        let of_kind = kinds.entry(kind).or_default();
        (of_kind.0, of_kind.1) = (of_kind.0 + u32::from(hit), of_kind.1 + 1);
        (found, all) = (found + u32::from(hit), all + 1);
        if !hit {
            missed.push(format!("{kind}: {query:?} wants {wanted:?}, gets {first:?}"));
        }
    }
    for (kind, (hit, of)) in kinds {
        figure("search", kind, format!("{hit} of {of}"));
    }
    figure("search", "all", format!("{found} of {all}"));
    assert!(all >= 200);
    let share = f64::from(found) / f64::from(all);
    assert!(share >= SHARE, "{found} of {all}\n{}", missed.join("\n"));
}
