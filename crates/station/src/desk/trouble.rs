//! What went wrong, for whoever stands before the screen.

use queue::Lang;

/// A trouble in words of both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// For officers and visitors.
    pub vi: String,
    /// The same in English.
    pub en: String,
}

impl Trouble {
    /// The words in one language.
    #[must_use]
    pub fn words(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

impl From<&store::Error> for Trouble {
    fn from(error: &store::Error) -> Self {
        Self { vi: error.help(Lang::Vi), en: error.help(Lang::En) }
    }
}
