//! What a centre is: its services and series, counters, classes, hours. Data, valid by check.

mod check;
mod hours;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

pub use check::SiteFault;
pub use hours::{Opening, Session};
pub use rules::{Appointments, Dossiers, Exception, Finishing, ReturnPlace, Rules, Serves};

/// A text in the two languages everything is shown in, and in further ones of the kiosk where the
/// centre has them; what is missing falls back to Vietnamese.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Vietnamese, always there.
    pub vi: String,
    /// English; empty means "same as Vietnamese".
    #[serde(default)]
    pub en: String,
    /// Further languages by their code of ISO 639, e.g. `tyz`.
    #[serde(flatten, deserialize_with = "further_texts")]
    pub further: BTreeMap<String, String>,
}

/// Only what may be a language's code; any other key is a slip of the pen.
fn further_texts<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    let texts = BTreeMap::<String, String>::deserialize(from)?;
    let code =
        |key: &str| matches!(key.len(), 2..=3) && key.bytes().all(|b| b.is_ascii_lowercase());
    match texts.keys().find(|key| !code(key)) {
        None => Ok(texts),
        Some(key) => Err(D::Error::custom(format!(
            "{key:?} is no language: vi, en, or a code of ISO 639 such as tyz"
        ))),
    }
}

/// The language of a screen, a slip or an announcement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

impl Text {
    /// A text in Vietnamese and English only.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into(), further: BTreeMap::new() }
    }

    /// The text in a further language, or in `lang` where it has none in it or none is meant.
    #[must_use]
    pub fn told(&self, lang: Lang, further: &str) -> &str {
        match self.further.get(further) {
            Some(text) if !text.is_empty() => text,
            _ => self.get(lang),
        }
    }

    /// The text in `lang`, Vietnamese where no English is given.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En if !self.en.is_empty() => &self.en,
            Lang::En | Lang::Vi => &self.vi,
        }
    }
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The code as written in the site file.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<T: Into<String>> From<T> for $name {
            fn from(code: T) -> Self {
                Self(code.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

code!(
    /// A service's code, e.g. `stnmt`.
    ServiceId
);
code!(
    /// A counter's code, e.g. `10`; what a command line and a keypad name.
    CounterId
);
code!(
    /// An officer's code, e.g. `tnmt-02`; never a name.
    OfficerId
);
code!(
    /// A priority class's code, e.g. `normal`.
    ClassId
);

/// A centre with everything its queue needs to know. Written as `site.toml`, kept in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// A short code, e.g. `yenbai`; keys the site in a shared database.
    pub id: String,
    /// The body above, e.g. "Ủy ban nhân dân tỉnh Yên Bái".
    pub authority: Text,
    /// The centre's name.
    pub name: Text,
    /// One calm line for the officers' sign-in screen; may be absent.
    #[serde(default)]
    pub motto: Text,
    /// An IANA zone name; the business day is this zone's date.
    pub time_zone: String,
    /// What happens when no paper can be printed.
    #[serde(default)]
    pub without_paper: WithoutPaper,
    /// The page a slip's QR code opens, e.g. `https://…/t/`; the ticket's public code follows.
    /// Empty: no QR code on the slip.
    #[serde(default)]
    pub follow_url: String,
    /// Printed for complaints; may be empty.
    #[serde(default)]
    pub hotline: String,
    /// A number is handed out from this many minutes before a session opens.
    #[serde(default)]
    pub issue_before_open_min: u16,
    /// No number is handed out in the last minutes of a session, so many.
    #[serde(default)]
    pub stop_before_close_min: u16,
    /// The hours in which counters serve, by weekday; numbers are given by them, too.
    pub hours: Hours,
    /// Days that are not as their weekday: holidays and exceptional days.
    #[serde(default, rename = "exception", skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
    /// What the centre has decided about missed numbers, transfers and the like.
    #[serde(default)]
    pub rules: Rules,
    /// The centre's own words for what halls are told in an emergency.
    #[serde(default, rename = "emergency", skip_serializing_if = "Vec::is_empty")]
    pub emergencies: Vec<crate::Wording>,
    /// Priority classes; the first is the ordinary one with credit 0.
    #[serde(rename = "class")]
    pub classes: Vec<Class>,
    /// Parts of the hall.
    #[serde(default, rename = "zone")]
    pub zones: Vec<Zone>,
    /// The agencies under the roof; empty in a commune, where the kiosk starts with services.
    #[serde(default, rename = "agency")]
    pub agencies: Vec<Agency>,
    /// The queues, in the order the kiosk shows them.
    #[serde(rename = "service")]
    pub services: Vec<Service>,
    /// The counters, in the order staff see them.
    #[serde(rename = "counter")]
    pub counters: Vec<Counter>,
}

/// What a kiosk does when its printer is down before a number is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WithoutPaper {
    /// Offers the number on the screen with its QR code; the visitor accepts or not.
    #[default]
    Offer,
    /// Gives no number and sends the visitor to the help desk.
    Refuse,
}

/// Opening hours by weekday; a missing day is a day off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Monday.
    #[serde(default)]
    pub mon: Vec<Session>,
    /// Tuesday.
    #[serde(default)]
    pub tue: Vec<Session>,
    /// Wednesday.
    #[serde(default)]
    pub wed: Vec<Session>,
    /// Thursday.
    #[serde(default)]
    pub thu: Vec<Session>,
    /// Friday.
    #[serde(default)]
    pub fri: Vec<Session>,
    /// Saturday.
    #[serde(default)]
    pub sat: Vec<Session>,
    /// Sunday.
    #[serde(default)]
    pub sun: Vec<Session>,
}

/// A priority class: how many minutes earlier its tickets count as having come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// The code, e.g. `priority`.
    pub id: ClassId,
    /// The name staff see.
    pub name: Text,
    /// The head start; 0 for the ordinary class, at most a day.
    #[serde(default)]
    pub credit_min: u32,
    /// From this age on an identity card alone gives the class; 0: age gives nothing.
    #[serde(default, skip_serializing_if = "crate::action::is_zero")]
    pub from_age: u32,
}

/// A part of the hall where people wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// The code, e.g. `B`.
    pub id: String,
    /// "Khu B – Đất đai, xây dựng, giao thông".
    pub name: Text,
}

/// An agency with its tile on the kiosk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    /// The code, e.g. `stnmt`.
    pub id: String,
    /// The full name, e.g. "Sở Tài nguyên và Môi trường".
    pub name: Text,
    /// The field as the tile says it, e.g. "Tài nguyên và Môi trường".
    pub short: Text,
    /// The icon's name; see `assets/icons`.
    #[serde(default)]
    pub icon: String,
}

/// A queue with its own number series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The code, e.g. `stnmt`.
    pub id: ServiceId,
    /// The agency whose tile leads here; empty for the centre's own services.
    #[serde(default)]
    pub agency: String,
    /// The name on screens and slips.
    pub name: Text,
    /// A name of at most 14 letters for the hall's waiting band; empty: the name.
    #[serde(default)]
    pub short: Text,
    /// The series: a letter or one or two digits, used by no other service.
    pub prefix: String,
    /// The icon's name when the service has a tile of its own.
    #[serde(default)]
    pub icon: String,
    /// Where this service stands on the kiosk's first screen when it has no agency.
    #[serde(default)]
    pub place: Place,
    /// The waiting zone's code; may be empty.
    #[serde(default)]
    pub zone: String,
    /// Closed services are shown but give no number.
    #[serde(default)]
    pub paused: bool,
    /// This service's own hours, where they are not the centre's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// Numbers given in one session (a half day) at most; 0 is no limit. Those of bookings count,
    /// but are given beyond it, too.
    #[serde(default, skip_serializing_if = "crate::action::is_zero")]
    pub quota: u32,
    /// The usual minutes at a counter, believed until the days tell; 0 is unknown.
    #[serde(default, skip_serializing_if = "crate::action::is_zero")]
    pub usual_min: u32,
    /// Whether the kiosk asks how many dossiers a visitor brings: where agents file for many at
    /// once. Waits are told from visits as they were, those with many dossiers among them; nothing
    /// known says how a visit grows with each, so the answer changes no wait.
    #[serde(default, skip_serializing_if = "Dossiers::is_usual")]
    pub dossiers: Dossiers,
    /// How times are booked ahead; nothing where they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointments: Option<Appointments>,
    /// Other words people use for it, for the search.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// What visitors come for in detail; empty: the service itself.
    #[serde(default, rename = "procedure")]
    pub procedures: Vec<Procedure>,
}

/// Where a service without an agency stands on the kiosk's first screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// A tile in the grid.
    #[default]
    Tile,
    /// The one filled button: the most frequent errand.
    Main,
    /// A button beside it.
    Side,
    /// Not on the kiosk.
    Hidden,
}

/// One administrative procedure with the facts the law makes public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// The procedure's official name.
    pub name: Text,
    /// The fee in words; empty: set by the provincial council.
    #[serde(default)]
    pub fee: Text,
    /// The time limit in words; empty: not shown.
    #[serde(default)]
    pub limit: Text,
    /// The papers to bring; empty: not shown.
    #[serde(default)]
    pub papers: Vec<Text>,
    /// The law that asks for all this, e.g. "NĐ 123/2015/NĐ-CP Điều 16"; empty: not shown.
    #[serde(default)]
    pub basis: Text,
    /// Can be filed online, without waiting.
    #[serde(default)]
    pub online: bool,
    /// The page on which it is filed online; its QR code is shown. Empty: none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub link: String,
    /// Other words people use for it, for the search: "sổ đỏ", "giấy độc thân".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

/// A counter and what it serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counter {
    /// The code staff and the command line use; also the spoken name when `name` is empty.
    pub id: CounterId,
    /// The name shown and spoken when it is not the code.
    #[serde(default)]
    pub name: String,
    /// The zone it stands in.
    #[serde(default)]
    pub zone: String,
    /// The services it takes, each with a head start at this counter in minutes (0 is usual).
    pub services: BTreeMap<ServiceId, u32>,
    /// Whom it calls: all, priority numbers only, or ordinary ones only.
    #[serde(default)]
    pub serves: Serves,
    /// After so many priority calls in a row an ordinary number comes next; 0 is no such rule.
    #[serde(default, skip_serializing_if = "crate::action::is_zero")]
    pub ratio: u32,
}

impl Counter {
    /// What screens show and the voice says after "quầy số".
    #[must_use]
    pub fn label(&self) -> &str {
        if self.name.is_empty() { self.id.as_str() } else { &self.name }
    }
}

impl Site {
    /// The service with this code.
    #[must_use]
    pub fn service(&self, id: &ServiceId) -> Option<&Service> {
        self.services.iter().find(|service| service.id == *id)
    }

    /// The counter with this code.
    #[must_use]
    pub fn counter(&self, id: &CounterId) -> Option<&Counter> {
        self.counters.iter().find(|counter| counter.id == *id)
    }

    /// Reads a number as people write it, by the site's own series: `k12` is `K012`. Series of
    /// digits are told apart here, which the text alone does not allow.
    #[must_use]
    pub fn number(&self, text: &str) -> Option<crate::Number> {
        let text = text.trim().to_uppercase();
        let mut prefixes: Vec<_> = self.services.iter().map(|s| s.prefix.as_str()).collect();
        prefixes.sort_by_key(|prefix| std::cmp::Reverse(prefix.len()));
        prefixes.into_iter().find_map(|prefix| {
            let count = text.strip_prefix(prefix)?;
            let lettered = prefix.starts_with(char::is_alphabetic);
            let count = if lettered || count.len() >= 3 { count.parse().ok()? } else { 0 };
            (count > 0).then(|| crate::Number::new(prefix, count))
        })
    }

    /// The class with this code.
    #[must_use]
    pub fn class(&self, id: &ClassId) -> Option<&Class> {
        self.classes.iter().find(|class| class.id == *id)
    }

    /// The class of a visitor who claims nothing; the first of the file.
    #[must_use]
    pub fn ordinary(&self) -> ClassId {
        self.classes.first().map_or_else(ClassId::default, |class| class.id.clone())
    }

    /// The class a visitor gets who says "yes" to the question of priority: the one with the
    /// greatest head start; nothing where the site has only the ordinary class.
    #[must_use]
    pub fn priority(&self) -> Option<&Class> {
        self.classes
            .iter()
            .filter(|class| class.credit_min > 0)
            .max_by_key(|class| class.credit_min)
    }

    /// The counters that take a service, in the site's order.
    pub fn counters_of<'a>(&'a self, service: &'a ServiceId) -> impl Iterator<Item = &'a Counter> {
        self.counters.iter().filter(move |counter| counter.services.contains_key(service))
    }

    /// The services behind an agency's tile, in the site's order.
    pub fn services_of<'a>(&'a self, agency: &'a str) -> impl Iterator<Item = &'a Service> {
        self.services.iter().filter(move |service| service.agency == agency)
    }

    /// A service's procedure by its place in the list.
    #[must_use]
    pub fn procedure(&self, service: &ServiceId, index: Option<u32>) -> Option<&Procedure> {
        let index = usize::try_from(index?).ok()?;
        self.service(service)?.procedures.get(index)
    }

    /// Where a visitor is helped who does not know where to go: the first service beside the
    /// filled button of the kiosk.
    #[must_use]
    pub fn help_desk(&self) -> Option<&Service> {
        self.services.iter().find(|service| service.place == Place::Side)
    }

    /// A zone's name; the code itself when it has none.
    #[must_use]
    pub fn zone_name(&self, id: &str, lang: Lang) -> String {
        self.zones
            .iter()
            .find(|zone| zone.id == id)
            .map_or_else(|| id.to_owned(), |zone| zone.name.get(lang).to_owned())
    }
}

impl Service {
    /// The short name, or the name where none is given.
    #[must_use]
    pub fn short_name(&self, lang: Lang) -> &str {
        if self.short.vi.is_empty() { self.name.get(lang) } else { self.short.get(lang) }
    }
}
