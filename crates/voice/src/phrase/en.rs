//! English: "Ticket number H, zero four two, please proceed to counter ten."

use super::{Call, Kind, Speech, speech};

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// 0..=999 in words.
#[must_use]
pub fn cardinal(n: u32) -> Vec<&'static str> {
    let mut words = Vec::new();
    let (hundreds, rest) = (n / 100 % 10, n % 100);
    if hundreds > 0 {
        words.extend([ONES[hundreds as usize], "hundred"]);
    }
    if rest >= 20 {
        words.push(TENS[rest as usize / 10]);
        if rest % 10 > 0 {
            words.push(ONES[rest as usize % 10]);
        }
    } else if rest > 0 || words.is_empty() {
        words.push(ONES[rest as usize]);
    }
    words
}

/// The clips of a call; as in Vietnamese, a counter that is not a number is only shown.
#[must_use]
pub fn clips(call: &Call) -> Vec<Speech> {
    let mut clips = Vec::new();
    if call.kind == Kind::Recall {
        clips.push(speech("once_more", 0));
    }
    clips.push(speech("ticket_number", if clips.is_empty() { 0 } else { 200 }));
    let mut gap_ms = 200;
    for letter in call.number.to_string().chars() {
        let key = match letter.to_digit(10) {
            Some(n) => format!("w_{}", ONES[n as usize]),
            None => format!("l_{letter}"),
        };
        clips.push(speech(key, gap_ms));
        gap_ms = 80;
    }
    if let Ok(counter) = call.counter.trim().parse::<u32>()
        && counter <= 999
    {
        clips.push(speech("to_counter", 200));
        let words = cardinal(counter).into_iter();
        clips.extend(words.map(|word| speech(format!("w_{word}"), 60)));
    }
    clips
}
