//! Vietnamese numbers.
//!
//! Numbers on slips are read digit by digit, counters as cardinals. The cardinals follow the
//! Unicode CLDR rules for `vi`: *mươi* after two, *mốt*, *tư* and *lăm* behind it, *linh* (north)
//! or *lẻ* (south) for an empty ten, *không trăm* for an empty hundred.

use super::Region;

pub(super) const DIGITS: [&str; 10] =
    ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

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
