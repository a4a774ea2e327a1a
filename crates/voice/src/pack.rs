//! A voice pack: a folder with `pack.toml` and one FLAC clip a key.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use queue::Number;
use rodio::Source;
use serde::Deserialize;

use crate::RATE;
use crate::phrase::{Call, Kind, Region, en, vi};

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
    /// A clip is missing or is no FLAC sound.
    #[error("{}: {why}; restore the file or remove its line from pack.toml", path.display())]
    Clip {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

#[derive(Deserialize)]
struct Manifest {
    name: String,
    lang: String,
    clips: BTreeMap<String, String>,
}

/// A pack in memory, every clip decoded to mono at [`RATE`].
#[derive(Clone)]
pub struct Pack {
    /// Its name.
    pub name: String,
    /// `vi` or `en`.
    pub lang: String,
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
    /// No manifest, a manifest that does not read, a clip that is missing or broken.
    pub fn load(folder: &Path) -> Result<Self, PackError> {
        let path = folder.join("pack.toml");
        let text = std::fs::read_to_string(&path)
            .map_err(|source| PackError::Missing { path: path.clone(), source })?;
        let manifest: Manifest = toml::from_str(&text)
            .map_err(|source| PackError::Toml { path, source: Box::new(source) })?;
        let mut clips = BTreeMap::new();
        for (key, file) in manifest.clips {
            clips.insert(key, decode(&folder.join(file))?);
        }
        Ok(Self { name: manifest.name, lang: manifest.lang, clips })
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

    /// The clips that the pack lacks for calling numbers with these letters to these counters; nothing:
    /// it can say every one of them.
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
                let call = Call { number: number.clone(), counter: counter.to_owned(), kind };
                let clips = match self.lang.as_str() {
                    "en" => en::clips(&call),
                    _ => vi::clips(&call, region, |key| self.has(key)),
                };
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

    /// The same pack without one clip; for trying out what happens then.
    #[must_use]
    pub fn without(mut self, key: &str) -> Self {
        self.clips.remove(key);
        self
    }
}

fn decode(path: &Path) -> Result<Vec<f32>, PackError> {
    let clip = |why: String| PackError::Clip { path: path.to_owned(), why };
    let file = File::open(path).map_err(|error| clip(error.to_string()))?;
    let sound = rodio::Decoder::new_flac(BufReader::new(file)).map_err(|e| clip(e.to_string()))?;
    let (channels, rate) = (usize::from(sound.channels().get()), sound.sample_rate().get());
    let samples: Vec<f32> = sound.collect();
    let mono: Vec<f32> = samples.chunks(channels).map(|frame| frame[0]).collect();
    if mono.is_empty() {
        return Err(clip("the clip is empty".to_owned()));
    }
    Ok(resample(&mono, rate))
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
