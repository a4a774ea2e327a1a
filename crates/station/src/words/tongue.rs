//! A further language for what programs put together: a file beside the windows' own.

use std::collections::BTreeMap;
use std::fmt::Display;

use queue::Lang;

/// What a further language says for a Vietnamese text; `{}` stands where a value goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrases(BTreeMap<String, String>);

/// The folders of `ui/lang/` that have such a file, as this program was built.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/languages.rs"));

impl Phrases {
    /// What the language of this code says; nothing where it has no file.
    #[must_use]
    pub fn of(code: &str) -> Self {
        let file = FILES.iter().find(|(known, _)| *known == code);
        file.map(|(_, po)| Self::read(po)).unwrap_or_default()
    }

    /// From a file in the form of gettext. What is empty, or has not a place for each value, is left
    /// out and stays Vietnamese.
    #[must_use]
    pub fn read(po: &str) -> Self {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut says = false;
        for line in po.lines().map(str::trim) {
            let text = if let Some(text) = line.strip_prefix("msgid ") {
                pairs.push(Default::default());
                says = false;
                text
            } else if let Some(text) = line.strip_prefix("msgstr ") {
                says = true;
                text
            } else {
                line
            };
            // A long text goes on over several lines.
            let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
            if let (Some((id, said)), Some(text)) = (pairs.last_mut(), text) {
                let text = text.replace("\\\"", "\"");
                if says { said.push_str(&text) } else { id.push_str(&text) }
            }
        }
        let places = |text: &str| text.matches("{}").count();
        pairs.retain(|(id, said)| !id.is_empty() && !said.is_empty() && places(id) == places(said));
        Self(pairs.into_iter().collect())
    }
}

/// In which words a screen speaks.
#[derive(Clone, Copy, Debug)]
pub struct Tongue<'a> {
    lang: Lang,
    /// A further language, in place of Vietnamese as far as it goes.
    further: Option<&'a Phrases>,
}

impl From<Lang> for Tongue<'_> {
    fn from(lang: Lang) -> Self {
        Self { lang, further: None }
    }
}

impl<'a> Tongue<'a> {
    /// One of the two languages, or a further one in its place.
    #[must_use]
    pub fn of(lang: Lang, further: Option<&'a Phrases>) -> Self {
        Self { lang, further }
    }

    /// A text without values.
    #[must_use]
    pub fn pick(self, vi: &'a str, en: &'a str) -> &'a str {
        let own = self.further.and_then(|further| further.0.get(vi));
        match self.lang {
            _ if own.is_some() => own.map_or(vi, String::as_str),
            Lang::Vi => vi,
            Lang::En => en,
        }
    }

    /// A text with its values, in their order.
    #[must_use]
    pub fn say(self, vi: &str, en: &str, values: &[&dyn Display]) -> String {
        // What a further language says lives longer than this text.
        let mut said = String::new();
        let text = Tongue { lang: self.lang, further: self.further }.pick(vi, en);
        let mut values = values.iter();
        let mut parts = text.split("{}");
        said.extend(parts.next());
        for part in parts {
            said.extend(values.next().map(ToString::to_string));
            said.push_str(part);
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_further_language_says_stands_in_its_place_and_the_rest_is_vietnamese() {
        let file = r#"
            msgid ""
            msgstr ""
            "Language: qaa\n"

            msgid "khoảng {}"
            msgstr "[{}]"

            # it has no place for the value
            msgid "{} người"
            msgstr "[people]"

            msgid "Nghỉ"
            msgstr ""

            msgid ""
            "Một \"câu\" "
            "dài {} {}"
            msgstr "{}"
            " and {}"
        "#;
        let phrases = Phrases::read(file);
        let further = Tongue::of(Lang::Vi, Some(&phrases));
        assert_eq!(further.say("khoảng {}", "about {}", &[&"5–10"]), "[5–10]");
        assert_eq!(further.say("{} người", "{} people", &[&3]), "3 người");
        assert_eq!(further.pick("Nghỉ", "Closed"), "Nghỉ");
        assert_eq!(further.say("Một \"câu\" dài {} {}", "", &[&1, &2]), "1 and 2");
        let english = Tongue::from(Lang::En);
        assert_eq!(english.say("khoảng {}", "about {}", &[&"5–10"]), "about 5–10");
        assert_eq!(Phrases::of("qaa"), Phrases::default(), "there is no such folder");
    }
}
