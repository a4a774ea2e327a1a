//! Letters as fingers find them: without marks, without case, and out of raw Telex.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text as lower-case words of plain letters and figures, `đ` as `d`, in their order.
pub(super) fn words(text: &str) -> Vec<String> {
    spans(text).into_iter().map(|(_, word)| word).collect()
}

/// The same, each word with the bytes of the text that it stands on.
pub(super) fn spans(text: &str) -> Vec<(Range<usize>, String)> {
    let mut words: Vec<(Range<usize>, String)> = Vec::new();
    let mut open = false;
    for (at, letter) in text.char_indices() {
        let plain = plain(letter);
        let end = at + letter.len_utf8();
        // A mark of its own belongs to the letter before it; anything else ends the word.
        if plain.is_empty() && !is_combining_mark(letter) {
            open = false;
        }
        match words.last_mut().filter(|_| open) {
            Some((span, word)) => {
                span.end = end;
                word.push_str(&plain);
            }
            None if plain.is_empty() => {}
            None => {
                words.push((at..end, plain));
                open = true;
            }
        }
    }
    words
}

/// The plain letters and figures of one letter; empty for what is none.
fn plain(letter: char) -> String {
    let letters = std::iter::once(letter).nfd().flat_map(char::to_lowercase);
    let letters = letters.map(|letter| if letter == 'đ' { 'd' } else { letter });
    letters.filter(char::is_ascii_alphanumeric).collect()
}

/// One spelling for what is heard as one: `y` and `i` change places between schools and regions.
pub(super) fn sound(word: &str) -> String {
    word.replace('y', "i")
}

/// A word as it would be had Telex turned its keys into marks: `ddawng` is `dang`. Nothing when
/// there is no such key in it.
pub(super) fn out_of_telex(word: &str) -> Option<String> {
    let mut plain = String::with_capacity(word.len());
    for letter in word.chars() {
        // Doubled a, e, o and d carry a mark, and w is one.
        let doubled = matches!(letter, 'a' | 'e' | 'o' | 'd') && plain.ends_with(letter);
        if !doubled && letter != 'w' {
            plain.push(letter);
        }
    }
    // A tone stands at the end of the syllable, or behind its vowels.
    let vowel = |letter: char| "aeiouy".contains(letter);
    let tone = |letter: char| "sfrxj".contains(letter);
    if let Some(at) = plain.rfind(tone).filter(|at| plain[..*at].contains(vowel)) {
        let behind = &plain[at + 1..];
        if behind.is_empty() || ["c", "ch", "m", "n", "ng", "nh", "p", "t"].contains(&behind) {
            plain.remove(at);
        }
    }
    (plain != word && !plain.is_empty()).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_their_marks() {
        assert_eq!(words("Cấp ĐỔI giấy: «hộ-chiếu» 2"), ["cap", "doi", "giay", "ho", "chieu", "2"]);
        // The same letters, taken apart.
        assert_eq!(words(&"Cấp ĐỔI".nfd().collect::<String>()), ["cap", "doi"]);
        assert!(words(" \u{301}?").is_empty());
    }

    #[test]
    fn raw_telex_is_read() {
        for (keys, word) in [
            ("ddawng", "dang"),
            ("kys", "ky"),
            ("giaays", "giay"),
            ("pheps", "phep"),
            ("ddoor", "do"),
        ] {
            assert_eq!(out_of_telex(keys).as_deref(), Some(word), "{keys}");
        }
        assert_eq!(out_of_telex("giay"), None);
        assert_eq!(out_of_telex("s"), None);
    }
}
