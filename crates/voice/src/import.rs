//! A folder of raw recordings as a pack.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use crate::faults::{Fault, of_clip};
use crate::phrase::{Line, Scope};
use crate::shape::{CLIP_RATE, shape};
use crate::wav::write_clip;
use crate::{Manifest, PackError, Sound};

/// What came of an import.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// The keys that are in the pack now because of it.
    pub clips: Vec<String>,
    /// What is wrong with recordings; one with a grave fault was left out.
    pub faults: Vec<(String, Fault)>,
    /// Files that no line of the sheet names.
    pub unknown: Vec<PathBuf>,
}

/// Puts every recording in a folder into a pack, which is made when it is missing: WAV or FLAC of any
/// rate, named by the key of the sheet or by its number (`012.wav`, `12 den quay.wav`). A `phrases.toml`
/// among them comes along.
///
/// # Errors
/// When the phrases do not read, or a folder or file cannot be read or written.
pub fn import(
    from: &Path,
    to: &Path,
    about: &Manifest,
    scope: &Scope,
) -> Result<Imported, PackError> {
    let mut pack = PackWriter::open(to, about)?;
    let phrases = from.join("phrases.toml");
    if phrases.is_file() && from != to {
        std::fs::copy(&phrases, to.join("phrases.toml")).map_err(|e| failed(&phrases, e))?;
    }
    let sheet = about.grammar(to)?.sheet(scope);
    let mut files: Vec<PathBuf> = std::fs::read_dir(from)
        .map_err(|error| failed(from, error))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| Sound::is_named(path))
        .collect();
    files.sort();
    let mut done = Imported::default();
    for path in files {
        let Some(line) = line_of(&path, &sheet) else {
            done.unknown.push(path);
            continue;
        };
        let taken = Sound::read(&path).map_err(Fault::Unreadable).and_then(|raw| take(&raw, line));
        match taken {
            Ok((sound, faults)) => {
                done.faults.extend(faults.into_iter().map(|fault| (line.key.clone(), fault)));
                pack.keep(&line.key, &sound)?;
                done.clips.push(line.key.clone());
            }
            Err(fault) => done.faults.push((line.key.clone(), fault)),
        }
    }
    Ok(done)
}

/// A raw recording of a line as a clip, and what is wrong with it but can be lived with.
///
/// # Errors
/// The fault with which it cannot be used.
pub(crate) fn take(raw: &Sound, line: &Line) -> Result<(Sound, Vec<Fault>), Fault> {
    let words = line.text.split_whitespace().count();
    let mut faults = of_clip(raw, words, false);
    if let Some(at) = faults.iter().position(Fault::grave) {
        return Err(faults.swap_remove(at));
    }
    let clip = shape(raw).ok_or(Fault::Silent)?;
    let mut after = of_clip(&clip, words, true);
    if let Some(at) = after.iter().position(Fault::grave) {
        return Err(after.swap_remove(at));
    }
    faults.append(&mut after);
    Ok((clip, faults))
}

/// A pack that is being made: each clip is in it, and on the disk, as soon as it is kept.
#[derive(Debug)]
pub struct PackWriter {
    folder: PathBuf,
    manifest: Manifest,
}

impl PackWriter {
    /// A pack in a folder, which is made when it is missing; the clips it has stay.
    ///
    /// # Errors
    /// When the folder cannot be made, or its manifest does not read.
    pub fn open(folder: &Path, about: &Manifest) -> Result<Self, PackError> {
        std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
        let clips = match Manifest::read(folder) {
            Ok(old) => old.clips,
            Err(PackError::Missing { .. }) => BTreeMap::new(),
            Err(error) => return Err(error),
        };
        let manifest = Manifest { clips, sample_rate: CLIP_RATE, ..about.clone() };
        Ok(Self { folder: folder.to_owned(), manifest })
    }

    /// Whether the pack has a clip.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.manifest.clips.contains_key(key)
    }

    /// Writes a clip and names it in `pack.toml`.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn keep(&mut self, key: &str, clip: &Sound) -> Result<(), PackError> {
        let file = format!("{key}.wav");
        let path = self.folder.join(&file);
        write_clip(&path, clip).map_err(|error| failed(&path, error))?;
        self.manifest.clips.insert(key.to_owned(), file);
        let path = self.folder.join("pack.toml");
        let text = toml::to_string(&self.manifest).map_err(|error| failed(&path, error))?;
        // Beside the old one and then in its place: a pack is whole at every moment.
        let new = self.folder.join("pack.toml.new");
        std::fs::write(&new, text).map_err(|error| failed(&new, error))?;
        std::fs::rename(&new, &path).map_err(|error| failed(&path, error))
    }
}

fn failed(path: &Path, why: impl std::fmt::Display) -> PackError {
    PackError::Clip { path: path.to_owned(), why: why.to_string() }
}

/// The line that a file is named after: its key, also as a file system spells it, or its number.
fn line_of<'a>(path: &Path, sheet: &'a [Line]) -> Option<&'a Line> {
    let stem: String = path.file_stem()?.to_str()?.nfc().collect();
    let by_key: BTreeMap<&str, &Line> =
        sheet.iter().map(|line| (line.key.as_str(), line)).collect();
    if let Some(line) = by_key.get(stem.as_str()) {
        return Some(line);
    }
    let digits: String = stem.chars().take_while(char::is_ascii_digit).collect();
    let number: usize = digits.parse().ok()?;
    sheet.get(number.checked_sub(1)?)
}
