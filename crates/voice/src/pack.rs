//! A voice pack: a folder with `pack.toml`, one FLAC or WAV clip a key, and, for a language that the
//! program does not know, `phrases.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use queue::Number;
use serde::{Deserialize, Serialize};

use crate::phrase::{Call, Grammar, Kind, NotAGrammar, Region, Scope, Speech, Utterance};
use crate::{RATE, Sound};

/// Why a pack cannot be used; names the file.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The folder has no readable `pack.toml`.
    #[error("{}: {source}; choose a folder with a pack.toml", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// `pack.toml` does not read.
    #[error("{}: {source}", path.display())]
    Toml {
        /// The file.
        path: PathBuf,
        /// Where and what.
        source: Box<toml::de::Error>,
    },
    /// Its phrases do not read, or are missing.
    #[error("{}: {source}", path.display())]
    Phrases {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: Box<NotAGrammar>,
    },
    /// A clip is missing or is no FLAC or WAV sound.
    #[error("{}: {why}; restore the file or remove its line from pack.toml", path.display())]
    Clip {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

/// `pack.toml`: what a pack is, who made it, under which terms, and which file says what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Manifest {
    /// Its name.
    pub name: String,
    /// The language, e.g. `vi`; one the program does not know needs a `phrases.toml`.
    pub lang: String,
    /// `north` or `south`.
    pub region: String,
    /// Whose voice, or which program's.
    pub voice: String,
    /// `recorded` by a person, or `fallback`: made by a machine.
    pub class: String,
    /// The terms it may be used under.
    pub licence: String,
    /// Where it comes from.
    pub source: String,
    /// What whoever uses it should know.
    pub notice: String,
    /// Samples a second of its clips.
    pub sample_rate: u32,
    /// The file of each key.
    pub clips: BTreeMap<String, String>,
}

impl Manifest {
    /// Reads the manifest in a folder.
    ///
    /// # Errors
    /// When it is missing or does not read.
    pub fn read(folder: &Path) -> Result<Self, PackError> {
        let path = folder.join("pack.toml");
        let text = std::fs::read_to_string(&path)
            .map_err(|source| PackError::Missing { path: path.clone(), source })?;
        toml::from_str(&text).map_err(|source| PackError::Toml { path, source: Box::new(source) })
    }

    /// The phrases of a pack in this folder: its own, else those of its language.
    ///
    /// # Errors
    /// When its own do not read, or its language has none.
    pub fn grammar(&self, folder: &Path) -> Result<Grammar, PackError> {
        let path = folder.join("phrases.toml");
        let grammar = match std::fs::read_to_string(&path) {
            Ok(text) => Grammar::read(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Grammar::built_in(&self.lang)
            }
            Err(source) => return Err(PackError::Missing { path, source }),
        };
        grammar.map_err(|source| PackError::Phrases { path, source: Box::new(source) })
    }
}

/// A pack in memory, every clip decoded to mono at [`RATE`].
#[derive(Clone)]
pub struct Pack {
    /// Its name.
    pub name: String,
    /// Its language.
    pub lang: String,
    grammar: Arc<Grammar>,
    clips: BTreeMap<String, Vec<f32>>,
}

impl std::fmt::Debug for Pack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pack({}, {} clips)", self.name, self.clips.len())
    }
}

impl Pack {
    /// Reads and decodes a whole pack; about a minute of speech in a second.
    ///
    /// # Errors
    /// No manifest, a manifest or phrases that do not read, a clip that is missing or broken.
    pub fn load(folder: &Path) -> Result<Self, PackError> {
        let manifest = Manifest::read(folder)?;
        let grammar = Arc::new(manifest.grammar(folder)?);
        let mut clips = BTreeMap::new();
        for (key, file) in manifest.clips {
            let path = folder.join(file);
            let sound =
                Sound::read(&path).map_err(|why| PackError::Clip { path: path.clone(), why })?;
            clips.insert(key, resample(&sound.samples, sound.rate));
        }
        Ok(Self { name: manifest.name, lang: manifest.lang, grammar, clips })
    }

    /// What it says, and how.
    #[must_use]
    pub fn grammar(&self) -> &Grammar {
        &self.grammar
    }

    /// The clips of an utterance, the longest that the pack has; some may be missing.
    #[must_use]
    pub fn speech(&self, utterance: &Utterance, region: Region) -> Vec<Speech> {
        self.grammar.clips(utterance, region, |key| self.has(key))
    }

    /// Whether the pack has a clip.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.clips.contains_key(key)
    }

    /// A clip's samples, mono at [`RATE`].
    #[must_use]
    pub fn clip(&self, key: &str) -> Option<&[f32]> {
        self.clips.get(key).map(Vec::as_slice)
    }

    /// The keys of `wanted` that the pack lacks.
    #[must_use]
    pub fn missing<'a>(&self, wanted: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
        wanted.into_iter().filter(|key| !self.has(key)).map(str::to_owned).collect()
    }

    /// The clips that the pack lacks for calling numbers with these letters to these counters, for the
    /// first time and again; nothing: it can say every one of them.
    #[must_use]
    pub fn lacks<'a>(
        &self,
        letters: &[&str],
        counters: impl IntoIterator<Item = &'a str>,
        region: Region,
    ) -> BTreeSet<String> {
        // Together they have every digit.
        let numbers = [123, 456, 789, 1_000];
        let counters: Vec<&str> = counters.into_iter().collect();
        let mut lacking = BTreeSet::new();
        let mut look = |letters: &str, number: u32, counter: &str| {
            let number = Number::new(letters.to_owned(), number);
            for kind in [Kind::Call, Kind::Recall] {
                let (number, zone) = (number.clone(), String::new());
                let call = Call { number, counter: counter.to_owned(), zone, kind };
                let clips = self.speech(&Utterance::Call(call), region);
                lacking.extend(self.missing(clips.iter().map(|clip| clip.key.as_str())));
            }
        };
        let (letter, counter) = (letters.first().unwrap_or(&"A"), counters.first().unwrap_or(&"1"));
        for number in numbers {
            look(letter, number, counter);
        }
        letters.iter().for_each(|letters| look(letters, 1, counter));
        counters.iter().for_each(|counter| look(letter, 1, counter));
        lacking
    }

    /// Everything in scope that the pack lacks, every kind of call and the notices among it.
    #[must_use]
    pub fn lacks_of(&self, scope: &Scope) -> Vec<String> {
        let wanted = self.grammar.wanted(scope, |key| self.has(key));
        wanted.into_iter().filter(|key| !self.has(key)).collect()
    }

    /// The same pack without one clip; for trying out what happens then.
    #[must_use]
    pub fn without(mut self, key: &str) -> Self {
        self.clips.remove(key);
        self
    }
}

/// To [`RATE`] by linear interpolation; packs are recorded at half of it, where that is exact on
/// every other sample.
fn resample(samples: &[f32], rate: u32) -> Vec<f32> {
    if rate == RATE {
        return samples.to_vec();
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a clip is at most a few hundred thousand samples"
    )]
    let at = |i: usize| {
        let position = i as f64 * f64::from(rate) / f64::from(RATE);
        let whole = position as usize;
        let part = (position - whole as f64) as f32;
        let here = samples[whole];
        let next = samples.get(whole + 1).copied().unwrap_or(here);
        here + (next - here) * part
    };
    let length = samples.len() * RATE as usize / rate as usize;
    (0..length).map(at).collect()
}
