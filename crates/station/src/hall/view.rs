//! What the hall's window shows, as plain data.

use queue::Lang;

/// A call on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// The number.
    pub number: String,
    /// The counter's name.
    pub counter: String,
    /// Called within the last seconds: gold.
    pub fresh: bool,
    /// Being spoken now.
    pub speaking: bool,
}

/// A field in the band of waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wait {
    /// The short name.
    pub name: String,
    /// How many wait.
    pub people: String,
    /// How long, as a range; empty without enough data.
    pub minutes: String,
}

/// The hall's window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the property of the same name in ui/hall.slint")]
pub struct View {
    pub lang: Lang,
    pub evening: bool,
    pub english_below: bool,
    pub centre: String,
    pub clock: String,
    pub date: String,
    pub calls: Vec<Call>,
    pub recent: Vec<Call>,
    pub waits: Vec<Wait>,
    pub calm: bool,
    pub notice: String,
    pub trouble: String,
    pub sound_note: String,
}
