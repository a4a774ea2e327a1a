//! What a key of a keypad is.
//!
//! A keypad has few keys, so one key is a step at work and an answer while something is asked:
//! `park 6` sets the visitor aside, and is the sixth row of an open list.

use super::{Asked, Counter, Deed, Stroke, Touch};
use crate::Now;
use crate::flow::EffectOf;

/// The words for answers in the file of the bus, and the key of the keyboard that each is.
const ANSWERS: [(&str, &str); 17] = [
    ("0", "0"),
    ("1", "1"),
    ("2", "2"),
    ("3", "3"),
    ("4", "4"),
    ("5", "5"),
    ("6", "6"),
    ("7", "7"),
    ("8", "8"),
    ("9", "9"),
    ("up", "Up"),
    ("down", "Down"),
    ("enter", "Enter"),
    ("esc", "Esc"),
    ("plus", "+"),
    ("minus", "-"),
    ("back", "Backspace"),
];

/// A key of a keypad: a step, an answer while something is asked, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PadKey {
    deed: Option<Deed>,
    answer: Option<&'static str>,
}

impl PadKey {
    /// Reads what stands in the file of the bus: `main`, `enter`, or `main 1`.
    ///
    /// # Errors
    /// In words, when it is neither a step nor an answer.
    pub fn read(text: &str) -> Result<Self, String> {
        let answer = |word: &str| ANSWERS.iter().find(|(known, _)| *known == word);
        let answer = |word: &str| answer(word).map(|(_, key)| *key);
        let words: Vec<&str> = text.split_whitespace().collect();
        let key = match words.as_slice() {
            [word] => Self { deed: Deed::from_word(word), answer: answer(word) },
            [deed, word] => {
                let (deed, answer) = (Deed::from_word(deed), answer(word));
                let whole = deed.is_some() && answer.is_some();
                Self { deed: deed.filter(|_| whole), answer: answer.filter(|_| whole) }
            }
            _ => Self { deed: None, answer: None },
        };
        if key.deed.is_some() || key.answer.is_some() {
            return Ok(key);
        }
        Err(format!(
            "{text:?} is no step; one of {}, perhaps with an answer behind it: 0 to 9, {}",
            Deed::ALL.map(Deed::word).join(", "),
            ANSWERS[10..].iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ")
        ))
    }
}

impl Counter {
    /// A key of a keypad went down.
    pub(super) fn pad(&mut self, key: PadKey, now: Now) -> Vec<EffectOf<Self>> {
        let asked = self.at_door() || self.ask.asked != Asked::Nothing;
        match (key.answer, key.deed) {
            (Some(name), _) if asked => {
                let stroke = Stroke { name: name.to_owned(), ctrl: false, repeat: false };
                self.touch(Touch::Stroke(stroke), now)
            }
            (_, Some(deed)) if !self.at_door() => self.touch(Touch::Do(deed), now),
            (Some(_), _) | (None, Some(_) | None) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_step_an_answer_or_both() {
        let read = |text: &str| PadKey::read(text).map(|key| (key.deed, key.answer));
        assert_eq!(read("main"), Ok((Some(Deed::Main), None)));
        assert_eq!(read("enter"), Ok((None, Some("Enter"))));
        assert_eq!(read("park 6"), Ok((Some(Deed::Park), Some("6"))));
        for deed in Deed::ALL {
            assert_eq!(read(deed.word()), Ok((Some(deed), None)));
        }
        for text in ["", "dance", "6 park", "park dance", "park 6 7", "10"] {
            let no = read(text).unwrap_err();
            assert!(no.contains("is no step; one of main, ") && no.contains("enter"), "{no}");
        }
    }
}
