//! The words that flows put together themselves; everything fixed stands in `ui/`.
//!
//! Vietnamese first, in the wording of official use; no exclamation marks, "ông/bà" for one
//! person, "công dân" for the hall.

use queue::wait::{Range, STEP_MIN};
use queue::{BusinessDay, Lang, Local, Timestamp, WallClock};

/// `vi` or `en`, by language.
#[must_use]
pub fn pick<'a>(lang: Lang, vi: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

const WEEKDAYS_VI: [&str; 7] =
    ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"];
const WEEKDAYS_EN: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// "Thứ Hai"; 0 is Monday.
#[must_use]
pub fn weekday(lang: Lang, weekday: usize) -> &'static str {
    match lang {
        Lang::Vi => WEEKDAYS_VI[weekday % 7],
        Lang::En => WEEKDAYS_EN[weekday % 7],
    }
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
pub fn short_date(lang: Lang, local: &Local) -> String {
    let day = local.day.0;
    format!("{}, {:02}/{:02}", weekday(lang, local.weekday), day % 100, day / 100 % 100)
}

/// "Thứ Hai, 23/11/2026".
#[must_use]
pub fn long_date(lang: Lang, local: &Local) -> String {
    format!("{}, {}", weekday(lang, local.weekday), date(local.day))
}

/// "7 người", "1 person", "7 people".
#[must_use]
pub fn people(lang: Lang, n: usize) -> String {
    match (lang, n) {
        (Lang::Vi, n) => format!("{n} người"),
        (Lang::En, 1) => "1 person".into(),
        (Lang::En, n) => format!("{n} people"),
    }
}

/// "Đang chờ: 7 người".
#[must_use]
pub fn waiting(lang: Lang, n: usize) -> String {
    match lang {
        Lang::Vi => format!("Đang chờ: {}", people(lang, n)),
        Lang::En => format!("Waiting: {}", people(lang, n)),
    }
}

/// "15–30 phút".
#[must_use]
pub fn range(lang: Lang, range: Range) -> String {
    let (from, to) = (range.from_min, range.to_min);
    match lang {
        Lang::Vi => format!("{from}–{to} phút"),
        Lang::En => format!("{from}–{to} min"),
    }
}

/// "khoảng 15–30 phút"; when nobody need wait, "không quá 5 phút".
#[must_use]
pub fn expected(lang: Lang, told: Range) -> String {
    match (lang, told.from_min) {
        (Lang::Vi, 0) => format!("không quá {} phút", told.to_min),
        (Lang::En, 0) => format!("at most {} min", told.to_min),
        (Lang::Vi, _) => format!("khoảng {}", range(lang, told)),
        (Lang::En, _) => format!("about {}", range(lang, told)),
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
pub fn counters(lang: Lang, labels: &[&str]) -> String {
    let counter = pick(lang, "Quầy", "Counter");
    match labels {
        [] => String::new(),
        [one] => format!("{counter} {one}"),
        [first @ .., last] => {
            format!("{counter} {} {} {last}", first.join(", "), pick(lang, "hoặc", "or"))
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
