//! Finds a procedure by what a visitor types: without marks, with errors, in words of the street.
//!
//! A few hundred names are few enough to look at each of them for each key. Every word of the
//! query is compared with every word of the catalogue (the same, a beginning, one slip of the
//! finger, two words run together, initials); rare words weigh more than those that every name
//! has; words in the order of the name count more. Nothing is learned and nothing is kept of what
//! was typed.

mod fold;

use std::collections::{BTreeMap, BTreeSet};

use queue::{Lang, ServiceId, Site};
use strsim::osa_distance;

/// A text without marks, case and signs, to be compared with what was typed.
pub(crate) fn plain(text: &str) -> String {
    fold::words(text).concat()
}

/// Letters of a query that are read; a name has fewer.
pub const QUERY_MAX: usize = 80;
/// A name that answers less than this share of what was asked is not shown.
const FLOOR: f64 = 0.45;
/// A word of a name that was meant so surely is marked in it.
const SURE: f64 = 0.6;
/// Words that say that something is wanted and not what.
const EMPTY_WORDS: [&str; 34] = [
    "toi", "minh", "em", "muon", "xin", "can", "lam", "cho", "con", "nay", "o", "dau", "bi", "thi",
    "la", "nhu", "the", "nao", "giup", "cua", "va", "voi", "de", "di", "hoi", "thu", "tuc", "mot",
    "cai", "bao", "nhieu", "duoc", "khong", "a",
];
/// What a word counts that says nothing, beside one that does.
const EMPTY_WEIGHT: f64 = 0.1;
/// What a word is worth that stands in another text of the same entry, and in its field's name.
const BESIDE_NAME: f64 = 0.8;
const BESIDE_FIELD: f64 = 0.5;

/// One thing that can be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What comes back: the service.
    pub service: ServiceId,
    /// And its procedure; nothing for the service itself.
    pub procedure: Option<u32>,
    /// Its name.
    pub name: String,
    /// Other words people use for it.
    pub words: Vec<String>,
    /// The field it belongs to.
    pub field: String,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Its place among the entries.
    pub entry: usize,
    /// How well it answers, more is better.
    pub score: f64,
}

/// A catalogue that can be searched.
#[derive(Clone, Debug, Default)]
pub struct Finder {
    entries: Vec<Entry>,
    texts: Vec<Text>,
    /// How rare each word is: more is rarer.
    rarity: BTreeMap<String, f64>,
}

/// A name, or other words for it.
#[derive(Clone, Debug)]
struct Text {
    entry: usize,
    /// Its words as they sound.
    words: Vec<String>,
    /// The first letter of each.
    initials: String,
    /// Other words of the same entry, each with what it is worth: a part of the answer, when the
    /// query mixes them.
    beside: BTreeMap<String, f64>,
}

/// A word of the query.
struct Asked {
    /// The words of the catalogue that it may stand for, each with how surely; none for what no
    /// name has.
    means: BTreeMap<String, f64>,
    /// The word itself, as it sounds.
    sound: String,
    weight: f64,
}

/// The words of a text in plain small letters, without marks.
pub(crate) fn plain_words(text: &str) -> Vec<String> {
    fold::words(text)
}

impl Finder {
    /// All procedures and services that a visitor can choose, called as on the screen: in a further
    /// language where one is meant.
    #[must_use]
    pub fn of_site(site: &Site, lang: Lang, further: &str) -> Self {
        let mut entries = Vec::new();
        for service in site.services.iter().filter(|service| service.place != queue::Place::Hidden)
        {
            let agency = site.agencies.iter().find(|agency| agency.id == service.agency);
            let field = agency.map_or(&service.name, |agency| &agency.short);
            let entry = |procedure, name: &queue::Text, words: &[String]| Entry {
                service: service.id.clone(),
                procedure,
                name: name.told(lang, further).to_owned(),
                // Whoever reads one language may have learned the name in the other.
                words: words.iter().cloned().chain(in_others(name, lang, further)).collect(),
                field: field.told(lang, further).to_owned(),
            };
            for (index, procedure) in (0..).zip(&service.procedures) {
                entries.push(entry(Some(index), &procedure.name, &procedure.words));
            }
            entries.push(entry(None, &service.name, &service.words));
        }
        Self::new(entries)
    }

    /// A catalogue of these.
    #[must_use]
    pub fn new(entries: Vec<Entry>) -> Self {
        let mut texts = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let mut beside = BTreeMap::new();
            let mut also = |text: &str, worth: f64| {
                beside.extend(sounds(text).into_iter().map(|word| (word, worth)));
            };
            also(&entry.field, BESIDE_FIELD);
            entry.words.iter().for_each(|words| also(words, BESIDE_NAME));
            also(&entry.name, BESIDE_NAME);
            let mut add = |text: &str| {
                let words = sounds(text);
                let initials = words.iter().filter_map(|word| word.chars().next()).collect();
                let beside = beside.clone();
                texts.push(Text { entry: index, words, initials, beside });
            };
            add(&entry.name);
            entry.words.iter().for_each(|words| add(words));
        }
        let rarity = rarity(&texts);
        Self { entries, texts, rarity }
    }

    /// What can be found.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries that answer a query, best first; none for an empty one.
    #[must_use]
    pub fn find(&self, query: &str) -> Vec<Hit> {
        let query: String = query.chars().take(QUERY_MAX).collect();
        let asked = self.asked(&query);
        let mut best: BTreeMap<usize, f64> = BTreeMap::new();
        for text in &self.texts {
            let score = judge(text, &asked, &self.rarity);
            if score >= FLOOR {
                let known = best.entry(text.entry).or_insert(0.0);
                *known = known.max(score);
            }
        }
        let hits = best.into_iter().map(|(entry, score)| Hit { entry, score });
        let mut hits: Vec<_> = hits.collect();
        // What stands first in the catalogue stands first among equals.
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.entry.cmp(&b.entry)));
        hits
    }

    /// The parts of an entry's name in their order, each with whether the query asked for it.
    #[must_use]
    pub fn marked(&self, entry: usize, query: &str) -> Vec<(String, bool)> {
        let Some(name) = self.entries.get(entry).map(|entry| entry.name.as_str()) else {
            return Vec::new();
        };
        let query: String = query.chars().take(QUERY_MAX).collect();
        let asked: Vec<_> =
            self.asked(&query).into_iter().filter(|word| word.weight > EMPTY_WEIGHT).collect();
        let spans = fold::spans(name);
        let sounds: Vec<_> = spans.iter().map(|(_, word)| fold::sound(word)).collect();
        let initials: String = sounds.iter().filter_map(|sound| sound.chars().next()).collect();
        let mut hit: Vec<bool> = sounds
            .iter()
            .map(|sound| asked.iter().any(|word| word.means.get(sound).is_some_and(|s| *s >= SURE)))
            .collect();
        for word in asked.iter().filter(|word| word.sound.len() >= 2 && initials.is_ascii()) {
            let known = word.means.values().any(|sure| *sure >= SURE);
            if let Some(at) = initials.find(&word.sound).filter(|_| !known) {
                hit[at..at + word.sound.len()].fill(true);
            }
        }
        parts(name, &spans, &hit)
    }

    /// The words of a query with what each may mean.
    fn asked(&self, query: &str) -> Vec<Asked> {
        let typed = fold::words(query);
        let open = query.chars().last().is_some_and(char::is_alphanumeric);
        let last = typed.len().saturating_sub(1);
        let mut asked = Vec::new();
        for (index, word) in typed.iter().enumerate() {
            let parts = match self.torn_apart(word) {
                Some((one, other)) => vec![one, other],
                None => vec![word.clone()],
            };
            for part in parts {
                asked.push(self.meaning(&part, open && index == last));
            }
        }
        asked
    }

    /// Two words that were typed as one, if the catalogue knows both and not the one.
    fn torn_apart(&self, word: &str) -> Option<(String, String)> {
        let sound = fold::sound(word);
        if sound.len() < 4 || self.rarity.keys().any(|known| known.starts_with(&sound)) {
            return None;
        }
        let knows = |part: &str| part.len() > 1 && self.rarity.contains_key(part);
        (2..sound.len() - 1)
            .map(|at| sound.split_at(at))
            .find(|(one, other)| knows(one) && knows(other))
            .map(|(one, other)| (one.to_owned(), other.to_owned()))
    }

    fn meaning(&self, word: &str, unfinished: bool) -> Asked {
        let sound = fold::sound(word);
        let telex = fold::out_of_telex(word).map(|word| fold::sound(&word));
        let mut means = BTreeMap::new();
        for known in self.rarity.keys() {
            let typed = likeness(&sound, known, unfinished);
            let keyed =
                telex.as_deref().map_or(0.0, |telex| likeness(telex, known, unfinished) * 0.95);
            let sure = typed.max(keyed);
            if sure > 0.0 {
                means.insert(known.clone(), sure);
            }
        }
        let best = means.values().copied().fold(0.0, f64::max);
        // A word is worth what the rarest thing is worth that it surely means.
        let rare = means.iter().filter(|(_, sure)| **sure >= best - 1e-9);
        let rare = rare.map(|(known, _)| self.rarity.get(known).copied().unwrap_or(1.0));
        let weight = match rare.reduce(f64::max) {
            _ if EMPTY_WORDS.contains(&word) => EMPTY_WEIGHT,
            Some(rare) => rare,
            None => 0.6,
        };
        Asked { means, sound, weight }
    }
}

/// A text cut where marked words begin and end; what stands between two of them is marked, too, if it
/// is only a space.
fn parts(
    name: &str,
    spans: &[(std::ops::Range<usize>, String)],
    hit: &[bool],
) -> Vec<(String, bool)> {
    let mut ranges: Vec<std::ops::Range<usize>> = Vec::new();
    for ((span, _), _) in spans.iter().zip(hit).filter(|(_, hit)| **hit) {
        match ranges.last_mut() {
            Some(last) if name[last.end..span.start].trim().is_empty() => last.end = span.end,
            _ => ranges.push(span.clone()),
        }
    }
    let mut parts = Vec::new();
    let mut at = 0;
    for range in ranges {
        parts.push((name[at..range.start].to_owned(), false));
        parts.push((name[range.clone()].to_owned(), true));
        at = range.end;
    }
    parts.push((name[at..].to_owned(), false));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

/// A name in the two languages everything has, where it is another one than is shown.
fn in_others(name: &queue::Text, lang: Lang, further: &str) -> impl Iterator<Item = String> {
    let shown = name.told(lang, further);
    let others = [name.get(crate::words::other(lang)), name.get(lang)];
    others.into_iter().filter(move |other| *other != shown).map(str::to_owned)
}

/// The words of a text as they sound.
fn sounds(text: &str) -> Vec<String> {
    fold::words(text).iter().map(|word| fold::sound(word)).collect()
}

/// How rare each word is among the entries (the inverse document frequency of Spärck Jones 1972,
/// scaled so that a word of a single entry weighs 1).
fn rarity(texts: &[Text]) -> BTreeMap<String, f64> {
    let mut in_entries: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for text in texts {
        for word in &text.words {
            in_entries.entry(word).or_default().insert(text.entry);
        }
    }
    let all = texts.iter().map(|text| text.entry).collect::<BTreeSet<_>>().len();
    let of = |count: usize| f64::ln(1.0 + as_f64(all) / as_f64(count));
    let most = of(1);
    in_entries
        .into_iter()
        .map(|(word, of_word)| (word.to_owned(), of(of_word.len()) / most))
        .collect()
}

fn as_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

/// How surely one word was meant by another: 1 the same, 0 surely not.
fn likeness(typed: &str, known: &str, unfinished: bool) -> f64 {
    if typed == known {
        return 1.0;
    }
    if known.starts_with(typed) {
        // A beginning: more of the word is surer; in the middle of a query it is an abbreviation.
        let share = as_f64(typed.len()) / as_f64(known.len());
        return if unfinished { 0.8 + 0.15 * share } else { 0.35 + 0.4 * share };
    }
    // One slip in a short word, two in a long one; in one of two letters everything is a slip.
    let slips = match typed.len().min(known.len()) {
        0..=2 => return 0.0,
        3..=6 => 1,
        _ => 2,
    };
    // As many letters too many, or too few of a whole word, are as many slips.
    if typed.len() > known.len() + slips || !unfinished && known.len() > typed.len() + slips {
        return 0.0;
    }
    // Without the last letters that are still to come.
    let compared: &str = if unfinished && known.len() > typed.len() && known.is_ascii() {
        &known[..typed.len()]
    } else {
        known
    };
    let distance = osa_distance(typed, known)
        .min(osa_distance(typed, compared) + usize::from(compared != known));
    if distance > slips {
        return 0.0;
    }
    let first = typed.as_bytes().first() == known.as_bytes().first();
    let long = as_f64(typed.len().max(known.len()));
    (if first { 0.9 } else { 0.75 }) * (1.0 - as_f64(distance) / (long + 1.0))
}

/// How well a text answers: the share of what was asked that it has, then how much of it was asked
/// for, and whether in its order.
fn judge(text: &Text, asked: &[Asked], rarity: &BTreeMap<String, f64>) -> f64 {
    let mut taken = vec![false; text.words.len()];
    let (mut got, mut wanted, mut in_row, mut rows) = (0.0, 0.0, 0.0, 0.0);
    let mut before: Option<usize> = None;
    for (index, word) in asked.iter().enumerate() {
        let (sure, places) = place_of(text, word, &taken, before);
        wanted += word.weight;
        got += sure * word.weight;
        if index > 0 {
            rows += word.weight;
            let next = before.zip(places.first()).is_some_and(|(last, first)| *first == last + 1);
            in_row += if next { word.weight } else { 0.0 };
        }
        places.iter().for_each(|place| taken[*place] = true);
        // A word that says nothing does not break a row.
        let breaks = word.weight > EMPTY_WEIGHT;
        before = places.last().copied().or(if breaks { None } else { before });
    }
    let answered = if wanted > 0.0 { got / wanted } else { 0.0 };
    if answered < FLOOR {
        return 0.0;
    }
    let weight = |word: &String| rarity.get(word).copied().unwrap_or(1.0);
    let whole: f64 = text.words.iter().map(weight).sum();
    let met = text.words.iter().zip(&taken).filter(|(_, taken)| **taken);
    let met: f64 = met.map(|(word, _)| weight(word)).sum();
    let order = if rows > 0.0 { in_row / rows } else { 1.0 };
    let start = if taken.first() == Some(&true) { 0.03 } else { 0.0 };
    answered * (0.7 + 0.17 * met / whole.max(f64::EPSILON) + 0.1 * order + start)
}

/// The words of a text that answer one word of the query: one, or several by their initials.
fn place_of(
    text: &Text,
    asked: &Asked,
    taken: &[bool],
    before: Option<usize>,
) -> (f64, Vec<usize>) {
    let mut best: (f64, f64, Vec<usize>) = (0.0, 0.0, Vec::new());
    for (index, word) in text.words.iter().enumerate() {
        if taken[index] {
            continue;
        }
        let Some(sure) = asked.means.get(word) else { continue };
        let next = before.is_some_and(|before| before + 1 == index);
        // Of two that are as sure the one that continues the row.
        let rank = sure + if next { 0.01 } else { 0.0 };
        if rank > best.1 {
            best = (*sure, rank, vec![index]);
        }
    }
    let letters = asked.sound.len();
    if best.0 < 0.8 && letters >= 2 && asked.sound.is_ascii() {
        let free = |at: usize| !taken[at..at + letters].contains(&true);
        let from = text.initials.match_indices(asked.sound.as_str()).map(|(at, _)| at);
        if let Some(at) = from.filter(|_| text.initials.is_ascii()).find(|at| free(*at)) {
            let sure = if letters == 2 { 0.8 } else { 0.9 };
            if sure > best.0 {
                return (sure, (at..at + letters).collect());
            }
        }
    }
    if best.0 == 0.0 {
        let worth = |(word, sure): (&String, &f64)| text.beside.get(word).map(|worth| worth * sure);
        return (asked.means.iter().filter_map(worth).fold(0.0, f64::max), Vec::new());
    }
    (best.0, best.2)
}

#[cfg(test)]
mod tests;
