//! Which key does what at a counter: data of `counter.toml`, shown on the buttons.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What one key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// The next sensible thing: call, start, finish and call, go on after a pause.
    Main,
    /// The visitor is here.
    Start,
    /// The visit ends.
    Finish,
    /// The same number is called again.
    Recall,
    /// Nobody came.
    NoShow,
    /// To another service or counter.
    Transfer,
    /// Set aside.
    Park,
    /// A given number is called, with a reason.
    Number,
    /// Somebody is served without a number.
    Direct,
    /// Those set aside and those missed.
    Returns,
    /// The called visitor goes back into the queue.
    Requeue,
    /// The number is given up, or should never have been.
    End,
    /// The counter pauses, and goes on.
    Pause,
    /// The last action is taken back.
    Undo,
    /// The narrow strip, and the whole window again.
    Strip,
    /// The oldest of a queue that waits too long elsewhere.
    Help,
    /// A supervisor stops and starts services.
    Services,
    /// A supervisor sees the whole hall, and leaves it again.
    Watch,
    /// A supervisor says where officers work.
    Officers,
    /// All the documents that the visitor's procedure asks for.
    Papers,
    /// The visitor of a counter that does not answer.
    TakeOver,
    /// The counter's sign asks how the last visit was.
    Rate,
    /// Another counter.
    Leave,
}

const DEFAULTS: [(Deed, &str); 23] = [
    (Deed::Main, "Space"),
    (Deed::Start, "S"),
    (Deed::Finish, "Enter"),
    (Deed::Recall, "R"),
    (Deed::NoShow, "Del"),
    (Deed::Transfer, "T"),
    (Deed::Park, "G"),
    (Deed::Number, "N"),
    (Deed::Direct, "D"),
    (Deed::Returns, "B"),
    (Deed::Requeue, "Q"),
    (Deed::End, "X"),
    (Deed::Pause, "P"),
    (Deed::Undo, "Ctrl+Z"),
    (Deed::Strip, "F2"),
    (Deed::Papers, "F3"),
    (Deed::Officers, "F4"),
    (Deed::Watch, "F5"),
    (Deed::Services, "F6"),
    (Deed::Help, "F7"),
    (Deed::TakeOver, "F8"),
    (Deed::Rate, "F9"),
    (Deed::Leave, "F10"),
];

impl Deed {
    /// All, in the order of the sample.
    pub const ALL: [Self; 23] = {
        let mut all = [Self::Main; 23];
        let mut at = 0;
        while at < all.len() {
            all[at] = DEFAULTS[at].0;
            at += 1;
        }
        all
    };

    /// The word in `counter.toml`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Start => "start",
            Self::Finish => "finish",
            Self::Recall => "recall",
            Self::NoShow => "no_show",
            Self::Transfer => "transfer",
            Self::Park => "park",
            Self::Number => "number",
            Self::Direct => "direct",
            Self::Returns => "returns",
            Self::Requeue => "requeue",
            Self::End => "end",
            Self::Pause => "pause",
            Self::Undo => "undo",
            Self::Strip => "strip",
            Self::Help => "help",
            Self::Services => "services",
            Self::Watch => "watch",
            Self::Officers => "officers",
            Self::Papers => "papers",
            Self::TakeOver => "take_over",
            Self::Rate => "rate",
            Self::Leave => "leave",
        }
    }

    /// The step of this [`word`](Self::word).
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.word() == word)
    }
}

/// Keys that have a name of their own; a letter and the signs of the number pad stand for
/// themselves. `Esc`, `Tab`, the arrows and the figures belong to lists and cannot be given away.
const NAMED: [&str; 8] = ["Space", "Enter", "Del", "Ins", "Home", "End", "PgUp", "PgDn"];

/// One key, perhaps with Ctrl.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key {
    ctrl: bool,
    name: String,
}

impl TryFrom<String> for Key {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (ctrl, name) = match text.strip_prefix("Ctrl+") {
            Some(name) => (true, name),
            None => (false, text.as_str()),
        };
        let name = NAMED
            .iter()
            .find(|named| named.eq_ignore_ascii_case(name))
            .map_or_else(|| name.to_ascii_uppercase(), |named| (*named).to_owned());
        let function = name.strip_prefix('F').and_then(|n| n.parse::<u8>().ok());
        let sign =
            name.len() == 1 && name.chars().all(|c| c.is_ascii_uppercase() || "+-*/.".contains(c));
        let known = NAMED.contains(&name.as_str())
            || sign
            || function.is_some_and(|n| (1..=12).contains(&n));
        if known {
            Ok(Self { ctrl, name })
        } else {
            Err(format!(
                "{text:?} is no key for this; one is a letter A to Z, F1 to F12, {}, or + - * / . of the \
                 number pad, each also with Ctrl+",
                NAMED.join(", ")
            ))
        }
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        if key.ctrl { format!("Ctrl+{}", key.name) } else { key.name }
    }
}

impl fmt::Display for Key {
    /// As it stands on the button in the officer's own words: "Ctrl Z", "F2".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.ctrl { "Ctrl " } else { "" }, self.name)
    }
}

/// A key that went down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stroke {
    /// A name such as `Enter`, `Esc`, `Up`, `Backspace`, `Space`, `F2`, or the text it gave.
    pub name: String,
    /// Ctrl is down.
    pub ctrl: bool,
    /// The key is being held down.
    pub repeat: bool,
}

impl Stroke {
    /// The key it is, whatever the layout and Caps Lock made of it.
    #[must_use]
    pub fn key(&self) -> Key {
        let mut letters = self.name.chars();
        let name = match (letters.next(), letters.next()) {
            (Some(one), None) => one.to_uppercase().collect(),
            _ => self.name.clone(),
        };
        Key { ctrl: self.ctrl, name }
    }

    /// The figure it gives. A Vietnamese layout has ă â ê ô on the keys of 1 to 4 and đ on that of
    /// 0; what it has on 5 to 9 gives nothing by itself.
    #[must_use]
    pub fn figure(&self) -> Option<usize> {
        const LAYOUT: [(&str, usize); 5] = [("Đ", 0), ("Ă", 1), ("Â", 2), ("Ê", 3), ("Ô", 4)];
        let key = self.key();
        if key.ctrl {
            return None;
        }
        let known = LAYOUT.iter().find(|(letter, _)| *letter == key.name).map(|(_, n)| *n);
        known.or_else(|| key.name.parse().ok().filter(|_| key.name.len() == 1))
    }

    /// The text it puts into a field.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        let one = self.name.chars().count() == 1 && !self.name.chars().any(char::is_control);
        match self.name.as_str() {
            "Space" => Some(" "),
            text if one && !self.ctrl => Some(text),
            _ => None,
        }
    }
}

/// `[keys]` of `counter.toml`: what is not named there keeps its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<Deed, Key>", into = "BTreeMap<Deed, Key>")]
pub struct Keys(BTreeMap<Deed, Key>);

impl Default for Keys {
    fn default() -> Self {
        Self::from(BTreeMap::new())
    }
}

impl From<BTreeMap<Deed, Key>> for Keys {
    fn from(given: BTreeMap<Deed, Key>) -> Self {
        let known = |(deed, key): (Deed, &str)| Some((deed, Key::try_from(key.to_owned()).ok()?));
        let mut keys: BTreeMap<Deed, Key> = DEFAULTS.into_iter().filter_map(known).collect();
        keys.extend(given);
        Self(keys)
    }
}

impl From<Keys> for BTreeMap<Deed, Key> {
    fn from(keys: Keys) -> Self {
        keys.0
    }
}

impl Keys {
    /// What a key does.
    #[must_use]
    pub fn deed(&self, key: &Key) -> Option<Deed> {
        self.0.iter().find(|(_, known)| *known == key).map(|(deed, _)| *deed)
    }

    /// The key of a deed.
    #[must_use]
    pub fn key(&self, deed: Deed) -> Option<&Key> {
        self.0.get(&deed)
    }

    /// Two deeds with one key, in words that begin with the second one's place in the file.
    pub(crate) fn broken(&self) -> Option<String> {
        let mut taken: BTreeMap<&Key, Deed> = BTreeMap::new();
        for (deed, key) in &self.0 {
            if let Some(other) = taken.insert(key, *deed) {
                // The one that is not as it was by default is the one that was written.
                let (wrong, right) = if Self::default().key(*deed) == Some(key) {
                    (other, *deed)
                } else {
                    (*deed, other)
                };
                let (wrong, right) = (wrong.word(), right.word());
                return Some(format!(
                    "keys.{wrong} = \"{}\" is the key of {right} already",
                    String::from(key.clone())
                ));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stroke(name: &str) -> Stroke {
        Stroke { name: name.into(), ctrl: false, repeat: false }
    }

    #[test]
    fn every_deed_has_a_key_of_its_own() {
        let keys = Keys::default();
        assert_eq!(keys.0.len(), DEFAULTS.len());
        assert_eq!(keys.broken(), None);
        for (deed, key) in DEFAULTS {
            let (ctrl, name) = key.strip_prefix("Ctrl+").map_or((false, key), |name| (true, name));
            let stroke = Stroke { name: name.into(), ctrl, repeat: false };
            assert_eq!(keys.deed(&stroke.key()), Some(deed), "{key}");
        }
    }

    #[test]
    fn caps_lock_and_the_vietnamese_layout_change_no_key() {
        let keys = Keys::default();
        for name in ["r", "R"] {
            assert_eq!(keys.deed(&stroke(name).key()), Some(Deed::Recall));
        }
        let undo = Stroke { name: "Z".into(), ctrl: true, repeat: false };
        assert_eq!(keys.deed(&undo.key()), Some(Deed::Undo));
        assert_eq!(keys.deed(&stroke("z").key()), None);
        let figures = ["1", "ă", "Ă", "2", "â", "3", "ê", "4", "ô", "đ", "9", "x", "F2"];
        let read: Vec<_> = figures.iter().map(|name| stroke(name).figure()).collect();
        let wanted = [1, 1, 1, 2, 2, 3, 3, 4, 4, 0, 9].map(Some);
        assert_eq!(read[..11], wanted);
        assert_eq!(read[11..], [None, None]);
    }

    #[test]
    fn only_text_goes_into_a_field() {
        assert_eq!(stroke("ê").text(), Some("ê"));
        assert_eq!(stroke("Space").text(), Some(" "));
        assert_eq!(stroke("F2").text(), None);
        assert_eq!(stroke("\u{1b}").text(), None);
        assert_eq!(Stroke { ctrl: true, ..stroke("v") }.text(), None);
    }
}
