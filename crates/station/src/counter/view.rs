//! What the counter's window shows, as plain data.

use queue::Lang;

/// The page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// Which counter is this?
    #[default]
    Choose,
    /// At work.
    Work,
}

/// What the counter is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Doing {
    /// Free.
    #[default]
    Idle,
    /// A visitor is on the way.
    Called,
    /// A visitor is here.
    Serving,
}

/// A counter to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The code.
    pub code: String,
    /// The name on the key.
    pub label: String,
    /// "đang mở"; empty: nobody works there.
    pub state: String,
}

/// One who waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The number.
    pub number: String,
    /// The procedure or service.
    pub service: String,
    /// "Ưu tiên"; empty: nothing to mark.
    pub chip: String,
    /// How long so far.
    pub age: String,
    /// Longer than the quarter of an hour the national target allows.
    pub late: bool,
}

/// The counter's window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the property of the same name in ui/counter.slint")]
pub struct View {
    pub page: Page,
    pub lang: Lang,
    pub authority: String,
    pub centre: String,
    pub motto: String,
    pub clock: String,
    pub date: String,
    pub language: String,
    pub counters: Vec<Choice>,
    pub chosen: String,
    pub chosen_title: String,
    pub chosen_text: String,
    pub name: String,
    pub services: String,
    pub zone: String,
    pub link: String,
    pub doing: Doing,
    pub state_chip: String,
    pub facts: String,
    pub number: String,
    pub timer_label: String,
    pub timer: String,
    pub procedure: String,
    pub service: String,
    pub main_label: String,
    pub main_next: String,
    pub main_enabled: bool,
    pub can_finish: bool,
    pub can_recall: bool,
    pub can_start: bool,
    pub can_no_show: bool,
    pub refusal: String,
    pub notice: String,
    pub left_behind: bool,
    pub can_take_over: bool,
    pub waiting: Vec<Row>,
    pub longest: String,
    pub today: String,
}
