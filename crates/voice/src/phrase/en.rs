//! English numbers.

pub(super) const ONES: [&str; 20] = [
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
