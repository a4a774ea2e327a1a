//! What a whole voice needs: the list that a person reads aloud, and what a pack is held against.

use std::collections::BTreeSet;

use super::{Call, Grammar, Kind, Notice, Region, Utterance};
use queue::Number;

/// What a voice must be able to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The letters of the series; a series of digits needs none.
    pub letters: BTreeSet<char>,
    /// The counters.
    pub counters: Vec<u32>,
    /// The zones, which a centre may have said.
    pub zones: Vec<String>,
    /// The words of the region.
    pub region: Region,
    /// The notices too, with any time of a lunch and any minutes to the end of a day up to sixty.
    pub notices: bool,
}

impl Scope {
    /// A centre with these prefixes and counters; names that are not numbers are only shown.
    #[must_use]
    pub fn of<'a>(
        prefixes: impl IntoIterator<Item = &'a str>,
        counters: impl IntoIterator<Item = &'a str>,
        region: Region,
    ) -> Self {
        let letters = prefixes.into_iter().flat_map(str::chars).filter(|c| !c.is_ascii_digit());
        let counters = counters.into_iter().filter_map(|name| name.trim().parse().ok());
        let (letters, counters, zones) = (letters.collect(), counters.collect(), Vec::new());
        Self { letters, counters, zones, region, notices: true }
    }

    /// Every utterance whose clips are all that this scope can ask for.
    fn utterances(&self) -> Vec<Utterance> {
        let counter = self.counters.first().copied().unwrap_or(1).to_string();
        let call = |prefix: String, count, counter: &str, kind| {
            let number = Number::new(prefix, count);
            let (counter, zone) = (counter.to_owned(), String::new());
            Utterance::Call(Call { number, counter, zone, kind })
        };
        let mut all: Vec<_> =
            Kind::ALL.iter().map(|kind| call("1".into(), 1, &counter, *kind)).collect();
        // Together they have every digit.
        all.extend([123, 456, 789].map(|n| call("0".into(), n, &counter, Kind::Call)));
        all.extend(self.letters.iter().map(|c| call(c.to_string(), 1, &counter, Kind::Call)));
        all.extend(self.counters.iter().map(|n| call("1".into(), 1, &n.to_string(), Kind::Call)));
        if self.notices {
            all.extend(Notice::samples().map(Utterance::Notice));
            all.extend((1..60).map(|minutes| Notice::Closing { minutes }).map(Utterance::Notice));
            let times = (0..24).map(|hour| Notice::Lunch { from: hour * 60, to: hour * 60 });
            all.extend(times.map(Utterance::Notice));
        }
        all
    }
}

/// One clip on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The clip's key, the name of its file.
    pub key: String,
    /// What is spoken.
    pub text: String,
    /// A pack without it is incomplete; the others make it sound better.
    pub needed: bool,
}

impl Grammar {
    /// The keys without which something in scope cannot be said, in the order of the sentences. A key
    /// that `has` covers in a longer clip is not among them.
    #[must_use]
    pub fn wanted(&self, scope: &Scope, has: impl Fn(&str) -> bool) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut keys = Vec::new();
        for utterance in scope.utterances() {
            for speech in self.clips(&utterance, scope.region, &has) {
                if seen.insert(speech.key.clone()) {
                    keys.push(speech.key);
                }
            }
        }
        keys
    }

    /// The list to be read aloud: what is needed, then the counters whole, which sound better in one
    /// breath.
    #[must_use]
    pub fn sheet(&self, scope: &Scope) -> Vec<Line> {
        let needed = self.wanted(scope, |_| false).into_iter();
        let needed = needed.map(|key| {
            let text = self.text(&key, scope.region).unwrap_or_else(|| key.clone());
            Line { key, text, needed: true }
        });
        let mut lines: Vec<_> = needed.collect();
        if !self.counter.is_empty() {
            let whole = scope.counters.iter().map(|n| format!("{}_{n:02}", self.counter));
            lines.extend(whole.filter_map(|key| {
                Some(Line { text: self.text(&key, scope.region)?, key, needed: false })
            }));
        }
        if !self.zone.is_empty() && !scope.zones.is_empty() {
            let whole = scope.zones.iter().map(|code| format!("{}_{code}", self.zone));
            lines.extend(std::iter::once(self.zone.clone()).chain(whole).filter_map(|key| {
                Some(Line { text: self.text(&key, scope.region)?, key, needed: false })
            }));
        }
        lines
    }

    /// The words of a clip; nothing for a key that this language does not ask for.
    #[must_use]
    pub fn text(&self, key: &str, region: Region) -> Option<String> {
        if key.contains('+') {
            let texts: Option<Vec<_>> = key.split('+').map(|key| self.text(key, region)).collect();
            return texts.map(|texts| texts.join(" "));
        }
        if let Some(text) = self.words.get(key) {
            return Some(text.clone());
        }
        if let Some(word) = key.strip_prefix("w_") {
            return self.says(word).then(|| word.to_owned());
        }
        if let Some(letter) = key.strip_prefix("l_") {
            let mut letters = letter.chars();
            let name = self.letters.get(&letters.next()?)?;
            return letters.next().is_none().then(|| name.clone());
        }
        let zone = key.strip_prefix(self.zone.as_str()).filter(|_| !self.zone.is_empty());
        if let Some(code) = zone.and_then(|rest| rest.strip_prefix('_')) {
            let said = match code.parse() {
                Ok(n) => self.cardinal(n, region).join(" "),
                Err(_) => {
                    let names: Option<Vec<_>> =
                        code.chars().map(|letter| self.letters.get(&letter).cloned()).collect();
                    names?.join(" ")
                }
            };
            return Some(format!("{} {said}", self.words.get(&self.zone)?));
        }
        let n: u32 = key.strip_prefix(self.counter.as_str())?.strip_prefix('_')?.parse().ok()?;
        let words = self.cardinal(n, region);
        let place = self.words.get(&self.counter)?;
        (!words.is_empty()).then(|| format!("{place} {}", words.join(" ")))
    }

    /// Whether a word stands in some number of the language.
    fn says(&self, word: &str) -> bool {
        let numbers = (0..=100).chain([101, 1_000, 1_001]);
        let regions = [Region::North, Region::South];
        (0..10).any(|n| self.digit(n) == word)
            || numbers
                .flat_map(|n| regions.map(|region| self.cardinal(n, region)))
                .any(|words| words.contains(&word))
    }
}
