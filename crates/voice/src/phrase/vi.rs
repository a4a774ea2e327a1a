//! Vietnamese: "Xin mời công dân có số thứ tự hát, không bốn hai, đến quầy số mười."
//!
//! Numbers on slips are read digit by digit, counters as cardinals. The cardinals follow the
//! Unicode CLDR rules for `vi`: *mươi* after two, *mốt*, *tư* and *lăm* behind it, *linh* (north)
//! or *lẻ* (south) for an empty ten, *không trăm* for an empty hundred.

use super::{Call, Kind, Region, Speech, speech};

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

/// Silence after the opening phrase: the ear turns to the number.
const AFTER_OPENING_MS: u32 = 300;
/// Around a letter name.
const LETTER_MS: u32 = 130;
/// Between digits.
const DIGIT_MS: u32 = 70;
/// After the second of five digits, as they are grouped on paper.
const GROUP_MS: u32 = 200;
/// Before "đến quầy số".
const COUNTER_MS: u32 = 200;
/// Inside a cardinal.
const WORD_MS: u32 = 20;

/// A digit as it is read in a number on a slip; `năm` stays `năm` everywhere.
#[must_use]
pub fn digit(n: u32) -> &'static str {
    DIGITS[n as usize % 10]
}

/// 0..=9999 in words.
#[must_use]
pub fn cardinal(n: u32, region: Region) -> Vec<&'static str> {
    let (linh, nghin) = match region {
        Region::North => ("linh", "nghìn"),
        Region::South => ("lẻ", "ngàn"),
    };
    let mut words = Vec::new();
    let (thousands, hundreds, rest) = (n / 1_000 % 10, n / 100 % 10, n % 100);
    if thousands > 0 {
        words.extend([digit(thousands), nghin]);
    }
    if hundreds > 0 || (thousands > 0 && rest > 0) {
        words.extend([digit(hundreds), "trăm"]);
    }
    let empty_ten = !words.is_empty() && (1..10).contains(&rest);
    if empty_ten {
        words.extend([linh, digit(rest)]);
    } else if rest > 0 || words.is_empty() {
        words.extend(under_hundred(rest));
    }
    words
}

fn under_hundred(n: u32) -> Vec<&'static str> {
    let (tens, ones) = (n / 10, n % 10);
    let mut words = match tens {
        0 => return vec![digit(ones)],
        1 => vec!["mười"],
        tens => vec![digit(tens), "mươi"],
    };
    match ones {
        0 => {}
        1 if tens > 1 => words.push("mốt"),
        4 if tens > 1 => words.push("tư"),
        5 => words.push("lăm"),
        ones => words.push(digit(ones)),
    }
    words
}

/// The clips of a call. `has` says which whole clips a pack offers, e.g. `den_quay_10`; a counter
/// whose name is not a number is only shown, the voice then sends to the screen's counter name
/// by leaving the place out.
#[must_use]
pub fn clips(call: &Call, region: Region, has: impl Fn(&str) -> bool) -> Vec<Speech> {
    let mut clips = Vec::new();
    if call.kind == Kind::Recall {
        clips.push(speech("nhac_lai", 0));
        clips.push(speech("xin_moi_cong_dan", 150));
    } else {
        clips.push(speech("xin_moi_cong_dan", 0));
    }
    clips.extend(number(call));
    let Ok(counter) = call.counter.trim().parse::<u32>() else { return clips };
    if counter > 9_999 {
        return clips;
    }
    let whole = format!("den_quay_{counter:02}");
    if has(&whole) {
        clips.push(speech(whole, COUNTER_MS));
        return clips;
    }
    clips.push(speech("den_quay", COUNTER_MS));
    clips.extend(
        cardinal(counter, region)
            .into_iter()
            .enumerate()
            .map(|(i, word)| speech(format!("w_{word}"), if i == 0 { DIGIT_MS } else { WORD_MS })),
    );
    clips
}

fn number(call: &Call) -> Vec<Speech> {
    let text = call.number.to_string();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let mut clips = Vec::new();
    let mut read = 0;
    let mut gap_ms = AFTER_OPENING_MS;
    for letter in text.chars() {
        match letter.to_digit(10) {
            Some(n) => {
                clips.push(speech(format!("w_{}", digit(n)), gap_ms));
                read += 1;
                gap_ms = if digits == 5 && read == 2 { GROUP_MS } else { DIGIT_MS };
            }
            None => {
                clips.push(speech(format!("l_{letter}"), gap_ms));
                gap_ms = LETTER_MS;
            }
        }
    }
    clips
}
