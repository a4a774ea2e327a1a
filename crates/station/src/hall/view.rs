//! What the hall's window shows, as plain data.

use std::path::PathBuf;

use queue::{CounterId, Lang};

use super::Layout;
use crate::config::Arrow;

/// A call on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// The event that called.
    pub seq: i64,
    /// The number.
    pub number: String,
    /// The counter's name.
    pub counter: String,
    /// "Khu B"; empty where the centre has no zones.
    pub zone: String,
    /// Where that lies, seen from this screen.
    pub arrow: Option<Arrow>,
    /// Called within the last seconds: gold.
    pub fresh: bool,
    /// Being spoken now.
    pub speaking: bool,
}

/// A field on the slide of waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wait {
    /// The short name.
    pub name: String,
    /// How many wait.
    pub people: String,
    /// "20–35 phút"; empty without enough data.
    pub minutes: String,
    /// "20–35", where a heading says the rest.
    pub range: String,
}

/// A word and its figure in the band.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// "Đất đai".
    pub name: String,
    /// "7", "20–35 phút", "H031".
    pub figure: String,
}

/// What is told before everything else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The event that raised it.
    pub seq: i64,
    /// The message.
    pub text: String,
    /// The same in the other language; may be empty.
    pub below: String,
}

/// What the band says for a while.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Band {
    /// "Đang chờ"; empty before a sentence alone.
    pub title: String,
    /// What stands after it.
    pub items: Vec<Item>,
    /// The sentence.
    pub notice: String,
}

/// How many of today's waits were kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// "87%"; empty below twenty turns.
    pub percent: String,
    /// "104 trên 120 lượt".
    pub turns: String,
}

/// What is shown while nobody is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Slide {
    /// Somebody is called.
    #[default]
    None,
    /// Who waits where, and what the hall promises.
    Waits,
    /// A sentence of the centre.
    Text(String),
    /// A picture of the centre.
    Picture(PathBuf),
}

/// The hall's window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the property of the same name in ui/hall.slint")]
pub struct View {
    /// What stands on the LED module of each counter this hall is for; empty: nothing.
    pub signs: Vec<(CounterId, String)>,
    pub lang: Lang,
    pub evening: bool,
    pub english_below: bool,
    pub centre: String,
    pub clock: String,
    pub date: String,
    pub layout: Layout,
    /// How far the picture has wandered, right and down, in pixels of the design.
    pub shift: (i32, i32),
    pub emergency: Option<Message>,
    pub calls: Vec<Call>,
    pub recent: Vec<Call>,
    pub waits: Vec<Wait>,
    pub kept: Kept,
    pub slide: Slide,
    pub band: Band,
    pub trouble: String,
    pub sound_note: String,
    pub sound_fine: bool,
}
