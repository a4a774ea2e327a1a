//! What a code says that a visitor holds before the kiosk's scanner.
//!
//! A code is read for one purpose each: an identity card for the age and for "one number each", a
//! slip to find its number again, a booking to check in, a receipt to collect a result. All else
//! that stands in it is dropped here; an id is kept in memory until it is used or the visitor
//! leaves, and has no way into a log, a debug text or a file (Law 91/2025/QH15 on personal data).

use std::fmt;

use queue::{BookingCode, BusinessDay, Site};
use zeroize::Zeroizing;

/// Bytes of a code that is read; more is no code of ours.
pub const CODE_MAX: usize = 1_024;

/// The number of an identity card, for as long as a visitor stands before the machine.
#[derive(Clone, PartialEq, Eq)]
pub struct Id(Zeroizing<String>);

impl Id {
    /// The number itself, for the day's key.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Id(…)")
    }
}

/// What a scanner said, unread: out of memory when dropped, in no debug text.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(Zeroizing<String>);

impl From<&str> for Code {
    fn from(code: &str) -> Self {
        Self(Zeroizing::new(code.to_owned()))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scan {
    /// An identity card.
    Card {
        /// Its number.
        id: Id,
        /// The day of birth.
        born: BusinessDay,
    },
    /// One of our slips.
    Slip {
        /// Its day.
        day: BusinessDay,
        /// Its number, e.g. `H042`.
        number: String,
    },
    /// A booking.
    Booking(BookingCode),
    /// The receipt of a dossier.
    Receipt,
}

/// Reads a code.
///
/// The card's fields are `id|old id|name|DDMMYYYY|sex|address|DDMMYYYY|…`: a card since 2021 has seven,
/// one since July 2024 more (Circular 16/2024/TT-BCA); an old id or an address may be empty. The
/// number of twelve digits says century, sex and year of birth again (Circular 59/2021/TT-BCA), which
/// tells a misread. A dossier's code is `….YYMMDD-NNNN` at its end (Circular 01/2018/TT-VPCP, Article 19).
///
/// Nothing for whatever is none of these.
#[must_use]
pub fn read(code: &Code, site: &Site) -> Option<Scan> {
    let code = code.0.trim();
    if code.is_empty() || code.len() > CODE_MAX || code.chars().any(char::is_control) {
        return None;
    }
    if code.contains('|') {
        return card(code);
    }
    if let Some(slip) = slip(code, site) {
        return Some(slip);
    }
    if code.len() == 6 && digits(code) {
        return Some(Scan::Booking(BookingCode(code.to_owned())));
    }
    receipt(code).then_some(Scan::Receipt)
}

/// Whole years from a birth to a day.
#[must_use]
pub fn age(born: BusinessDay, today: BusinessDay) -> u32 {
    // YYYYMMDD as a number: the difference of the years, one less before the birthday.
    u32::try_from((i64::from(today.0) - i64::from(born.0)) / 10_000).unwrap_or_default()
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn card(code: &str) -> Option<Scan> {
    let fields: Vec<&str> = code.split('|').collect();
    let [id, _, _, born, sex, _, _, ..] = fields[..] else { return None };
    if id.len() != 12 || !digits(id) {
        return None;
    }
    let plain: String = born.chars().filter(char::is_ascii_digit).collect();
    if plain.len() != 8 {
        return None;
    }
    let number = |range: std::ops::Range<usize>| plain.get(range)?.parse::<i32>().ok();
    let (day, month, year) = (number(0..2)?, number(2..4)?, number(4..8)?);
    let real = (1..=31).contains(&day) && (1..=12).contains(&month) && (1900..2200).contains(&year);
    // Even is male, odd female; from 0 for the 20th century.
    let century: i32 = id.get(3..4)?.parse().ok()?;
    let of_id = 1900 + century / 2 * 100 + id.get(4..6)?.parse::<i32>().ok()?;
    let male = match fold(sex).as_str() {
        "nam" => Some(true),
        "nu" => Some(false),
        _ => None,
    };
    let agrees = of_id == year && male.is_none_or(|male| male == (century % 2 == 0));
    let born = BusinessDay(year * 10_000 + month * 100 + day);
    (real && agrees).then(|| Scan::Card { id: Id(Zeroizing::new(id.to_owned())), born })
}

/// Lower case without marks; a scanner may send the letters taken apart.
fn fold(word: &str) -> String {
    crate::find::plain_words(word).join(" ")
}

fn slip(code: &str, site: &Site) -> Option<Scan> {
    let rest =
        code.strip_prefix(site.follow_url.as_str()).filter(|_| !site.follow_url.is_empty())?;
    let mut parts = rest.split(['-', '?', '/']);
    let (day, number) = (parts.next()?, parts.next()?);
    let right = day.len() == 8 && digits(day) && (2..=8).contains(&number.len());
    let plain = number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let day = day.parse().ok().filter(|_| right && plain)?;
    Some(Scan::Slip { day: BusinessDay(day), number: number.to_ascii_uppercase() })
}

fn receipt(code: &str) -> bool {
    let mut parts = code.rsplit('-');
    let (Some(count), Some(day), Some(office)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.';
    (4..=6).contains(&count.len())
        && digits(count)
        && day.len() == 6
        && digits(day)
        && (3..=40).contains(&office.len())
        && office.bytes().all(plain)
        && parts.next().is_none()
}

#[cfg(test)]
mod tests;
