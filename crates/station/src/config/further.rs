//! `further` of `kiosk.toml`: languages of the screen after the two that every text has.

use serde::{Deserialize, Serialize};

/// The longest name that its button holds.
const NAME_MAX: usize = 12;

/// A further language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Further {
    /// Its folder in `ui/lang/`: the code of ISO 639, e.g. `tyz`.
    pub code: String,
    /// Its own name, as the button says it.
    pub name: String,
}

impl Further {
    pub(super) fn broken(&self) -> Option<String> {
        let letters = self.code.bytes().all(|byte| byte.is_ascii_lowercase());
        if !letters || !(2..=3).contains(&self.code.len()) || ["vi", "en"].contains(&&*self.code) {
            return Some(format!("further: {:?} is no code of a further language", self.code));
        }
        let long = self.name.is_empty() || self.name.chars().count() > NAME_MAX;
        long.then(|| format!("further: a name has 1..={NAME_MAX} letters, as its button holds"))
    }
}
