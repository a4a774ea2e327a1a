//! The words that flows put together themselves; everything fixed stands in `ui/`.
//!
//! Vietnamese first, in the wording of official use; no exclamation marks, "ông/bà" for one
//! person, "công dân" for the hall.

use queue::wait::{Range, STEP_MIN};
use queue::{BusinessDay, Lang, Local, Timestamp, WallClock};

mod tongue;

pub use tongue::{Phrases, Tongue};

/// `vi` or `en`, or what a further language says for them.
#[must_use]
pub fn pick<'a>(tongue: impl Into<Tongue<'a>>, vi: &'a str, en: &'a str) -> &'a str {
    tongue.into().pick(vi, en)
}

/// "Thứ Hai"; 0 is Monday.
#[must_use]
pub fn weekday<'a>(tongue: impl Into<Tongue<'a>>, weekday: usize) -> &'a str {
    let (vi, en) = match weekday % 7 {
        0 => ("Thứ Hai", "Monday"),
        1 => ("Thứ Ba", "Tuesday"),
        2 => ("Thứ Tư", "Wednesday"),
        3 => ("Thứ Năm", "Thursday"),
        4 => ("Thứ Sáu", "Friday"),
        5 => ("Thứ Bảy", "Saturday"),
        _ => ("Chủ nhật", "Sunday"),
    };
    tongue.into().pick(vi, en)
}

/// "10:42".
#[must_use]
pub fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// "23/11/2026".
#[must_use]
pub fn date(day: BusinessDay) -> String {
    format!("{:02}/{:02}/{:04}", day.0 % 100, day.0 / 100 % 100, day.0 / 10_000)
}

/// "Thứ Hai, 23/11".
#[must_use]
pub fn short_date<'a>(tongue: impl Into<Tongue<'a>>, local: &Local) -> String {
    let day = local.day.0;
    format!("{}, {:02}/{:02}", weekday(tongue, local.weekday), day % 100, day / 100 % 100)
}

/// "Thứ Hai, 23/11/2026".
#[must_use]
pub fn long_date<'a>(tongue: impl Into<Tongue<'a>>, local: &Local) -> String {
    format!("{}, {}", weekday(tongue, local.weekday), date(local.day))
}

/// "7 người", "1 person", "7 people".
#[must_use]
pub fn people<'a>(tongue: impl Into<Tongue<'a>>, n: usize) -> String {
    let english = if n == 1 { "{} person" } else { "{} people" };
    tongue.into().say("{} người", english, &[&n])
}

/// "Đang chờ: 7 người".
#[must_use]
pub fn waiting<'a>(tongue: impl Into<Tongue<'a>>, n: usize) -> String {
    let tongue = tongue.into();
    tongue.say("Đang chờ: {}", "Waiting: {}", &[&people(tongue, n)])
}

/// "15–30 phút".
#[must_use]
pub fn range<'a>(tongue: impl Into<Tongue<'a>>, range: Range) -> String {
    tongue.into().say("{}–{} phút", "{}–{} min", &[&range.from_min, &range.to_min])
}

/// "khoảng 15–30 phút"; when nobody need wait, "không quá 5 phút".
#[must_use]
pub fn expected<'a>(tongue: impl Into<Tongue<'a>>, told: Range) -> String {
    let tongue = tongue.into();
    match told.from_min {
        0 => tongue.say("không quá {} phút", "at most {} min", &[&told.to_min]),
        _ => tongue.say("khoảng {}", "about {}", &[&range(tongue, told)]),
    }
}

/// "11:05–11:20": the range told at `from` as the wall clock will show it, rounded outwards to five
/// minutes.
#[must_use]
pub fn turn(wall: &WallClock, from: Timestamp, told: Range) -> String {
    let step = i64::from(STEP_MIN);
    let minute = |at: Timestamp| i64::from(wall.local(at).minute);
    let early = minute(from.plus_min(told.from_min.into())) / step * step;
    let late = (minute(from.plus_min(told.to_min.into())) + step - 1) / step * step;
    let clock = |minute: i64| clock(u16::try_from(minute % 1_440).unwrap_or_default());
    format!("{}–{}", clock(early), clock(late))
}

/// "26 phút", "1 giờ 05".
#[must_use]
pub fn minutes(lang: Lang, ms: i64) -> String {
    let min = ms.max(0) / 60_000;
    match lang {
        _ if min >= 60 => format!("{}h{:02}", min / 60, min % 60),
        Lang::Vi => format!("{min} phút"),
        Lang::En => format!("{min} min"),
    }
}

/// "8:47", "1:02:30".
#[must_use]
pub fn timer(ms: i64) -> String {
    let s = ms.max(0) / 1_000;
    if s >= 3_600 {
        format!("{}:{:02}:{:02}", s / 3_600, s / 60 % 60, s % 60)
    } else {
        format!("{}:{:02}", s / 60, s % 60)
    }
}

/// "Quầy 9 hoặc 10", "Quầy 1, 2 hoặc 3"; a counter with a name of its own is named.
#[must_use]
pub fn counters<'a>(tongue: impl Into<Tongue<'a>>, labels: &[&str]) -> String {
    let tongue = tongue.into();
    match labels {
        [] => String::new(),
        [one] => tongue.say("Quầy {}", "Counter {}", &[one]),
        [first @ .., last] => {
            tongue.say("Quầy {} hoặc {}", "Counter {} or {}", &[&first.join(", "), last])
        }
    }
}

/// The other language's own name, as the language button says it.
#[must_use]
pub fn other_language(lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => "English",
        Lang::En => "Tiếng Việt",
    }
}

/// The language the button switches to.
#[must_use]
pub fn other(lang: Lang) -> Lang {
    match lang {
        Lang::Vi => Lang::En,
        Lang::En => Lang::Vi,
    }
}
