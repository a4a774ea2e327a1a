//! A language as data: `phrases.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Region, en, vi};

const VI: &str = include_str!("../../../../assets/voice/phrases-vi.toml");
const EN: &str = include_str!("../../../../assets/voice/phrases-en.toml");
/// What may stand in a sentence in braces.
const SLOTS: [&str; 6] = ["{number}", "{counter}", "{zone}", "{minutes}", "{from}", "{to}"];

/// A phrase file cannot be used; names the entry.
#[derive(Debug, thiserror::Error)]
pub enum NotAGrammar {
    /// It does not read.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// No sentence calls a number.
    #[error("[sentences] has no call; write call = [\"…\", \"{{number}}\", \"{{counter}}\"]")]
    NoCall,
    /// A sentence names what is not there.
    #[error("sentence {sentence}: {part:?} is neither in [words] nor one of {SLOTS:?}")]
    Part {
        /// The sentence.
        sentence: String,
        /// The part of it.
        part: String,
    },
    /// A sentence is named that nobody asks for.
    #[error("[sentences]: {0:?} is not a sentence; see phrases-vi.toml for those there are")]
    Sentence(String),
    /// A phrase is named that has no words.
    #[error("{entry} = {key:?}: no such entry in [words]")]
    Phrase {
        /// The entry.
        entry: &'static str,
        /// What it names.
        key: String,
    },
    /// Digits are given, but not ten.
    #[error("digits has {0} words; give ten, from zero to nine")]
    Digits(usize),
    /// The built-in phrase files are `vi` and `en`.
    #[error("language {0:?} has no phrases of its own; put a phrases.toml beside pack.toml")]
    Unknown(String),
}

/// How a counter, a time or a count of minutes becomes words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cardinals {
    /// Vietnamese, 0..=9999.
    Vi,
    /// English, 0..=999.
    En,
    /// Digit by digit, for a language whose cardinals are not known here: whole clips of the counters
    /// read better.
    Digits,
}

/// Silence before a part, milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Gaps {
    pub(super) opening: u32,
    pub(super) letter: u32,
    pub(super) digit: u32,
    pub(super) group: u32,
    pub(super) counter: u32,
    pub(super) word: u32,
    pub(super) phrase: u32,
}

impl Default for Gaps {
    fn default() -> Self {
        Self {
            opening: 300,
            letter: 130,
            digit: 70,
            group: 200,
            counter: 200,
            word: 20,
            phrase: 150,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Alike {
    families: Vec<String>,
}

/// What is said in one language.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grammar {
    /// The language, e.g. `vi`.
    pub lang: String,
    /// The language in itself, e.g. *Tiếng Việt*.
    #[serde(default)]
    pub name: String,
    pub(super) cardinals: Cardinals,
    pub(super) counter: String,
    #[serde(default)]
    pub(super) zone: String,
    #[serde(default)]
    pub(super) hour: String,
    #[serde(default)]
    pub(super) sharp: String,
    #[serde(default)]
    digits: Vec<String>,
    pub(super) sentences: BTreeMap<String, Vec<String>>,
    pub(super) words: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) letters: BTreeMap<char, String>,
    #[serde(default, rename = "gaps_ms")]
    pub(super) gaps: Gaps,
    #[serde(default)]
    alike: Alike,
}

impl Grammar {
    /// The phrases that come with the program.
    ///
    /// # Errors
    /// For a language other than `vi` and `en`.
    pub fn built_in(lang: &str) -> Result<Self, NotAGrammar> {
        match lang {
            "vi" => Self::read(VI),
            "en" => Self::read(EN),
            other => Err(NotAGrammar::Unknown(other.to_owned())),
        }
    }

    /// Reads a phrase file.
    ///
    /// # Errors
    /// What is wrong with it, naming the entry.
    pub fn read(text: &str) -> Result<Self, NotAGrammar> {
        let grammar: Self = toml::from_str(text)?;
        let known = super::Kind::ALL.map(super::Kind::word).into_iter();
        let known: Vec<_> =
            known.chain(super::Notice::samples().map(super::Notice::word)).collect();
        for (name, parts) in &grammar.sentences {
            if !known.contains(&name.as_str()) {
                return Err(NotAGrammar::Sentence(name.clone()));
            }
            let unknown = |part: &&String| {
                !SLOTS.contains(&part.as_str()) && !grammar.words.contains_key(part.as_str())
            };
            if let Some(part) = parts.iter().find(unknown) {
                let (sentence, part) = (name.clone(), part.clone());
                return Err(NotAGrammar::Part { sentence, part });
            }
        }
        if !grammar.sentences.contains_key("call") {
            return Err(NotAGrammar::NoCall);
        }
        if ![0, 10].contains(&grammar.digits.len()) {
            return Err(NotAGrammar::Digits(grammar.digits.len()));
        }
        let named = [
            ("counter", &grammar.counter),
            ("zone", &grammar.zone),
            ("hour", &grammar.hour),
            ("sharp", &grammar.sharp),
        ];
        for (entry, key) in named {
            if !key.is_empty() && !grammar.words.contains_key(key) {
                return Err(NotAGrammar::Phrase { entry, key: key.clone() });
            }
        }
        Ok(grammar)
    }

    /// A digit's word, as it is read in a number on a slip.
    #[must_use]
    pub fn digit(&self, n: u32) -> &str {
        let at = n as usize % 10;
        match self.digits.get(at) {
            Some(word) => word,
            None if self.cardinals == Cardinals::En => en::ONES[at],
            None => vi::digit(n),
        }
    }

    /// A number as a cardinal; nothing when it is too great for the language.
    #[must_use]
    pub fn cardinal(&self, n: u32, region: Region) -> Vec<&str> {
        match self.cardinals {
            Cardinals::Vi if n <= 9_999 => vi::cardinal(n, region),
            Cardinals::En if n <= 999 => en::cardinal(n),
            Cardinals::Vi | Cardinals::En => Vec::new(),
            Cardinals::Digits => n
                .to_string()
                .chars()
                .filter_map(|c| c.to_digit(10))
                .map(|n| self.digit(n))
                .collect(),
        }
    }

    /// Pairs of these prefixes whose letters are taken for one another in a loud hall.
    #[must_use]
    pub fn alike<'a>(&self, prefixes: &[&'a str]) -> Vec<(&'a str, &'a str)> {
        let same = |a: &str, b: &str| {
            let mut letters = a.chars().zip(b.chars()).filter(|(a, b)| a != b).peekable();
            let family = |(a, b): (char, char)| {
                self.alike.families.iter().any(|family| family.contains(a) && family.contains(b))
            };
            a.len() == b.len() && letters.peek().is_some() && letters.all(family)
        };
        let pairs = prefixes.iter().enumerate();
        pairs
            .flat_map(|(i, a)| prefixes[i + 1..].iter().map(move |b| (*a, *b)))
            .filter(|(a, b)| same(a, b))
            .collect()
    }
}
