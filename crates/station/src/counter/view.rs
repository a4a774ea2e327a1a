//! What the counter's window shows, as plain data.

use queue::Lang;

use super::{Deed, Sign};

/// The page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// Which counter is this?
    #[default]
    Choose,
    /// At work.
    Work,
    /// The whole hall, for whoever supervises it.
    Watch,
    /// Locked: the officer went away.
    Locked,
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
    /// The officer works there.
    pub mine: bool,
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
    /// A press brings it back.
    pub back: bool,
}

/// A list on the right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tab {
    /// "Lỡ lượt".
    pub label: String,
    /// How many; empty: nothing is counted.
    pub count: String,
}

/// What can be done now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caps {
    /// The next sensible thing.
    pub main: bool,
    /// A visitor is on the way: start, recall, no-show.
    pub called: bool,
    /// A visitor is here or on the way: finish, end.
    pub finish: bool,
    /// The visitor has a number: park, transfer.
    pub move_on: bool,
    /// The called visitor can go back into the queue.
    pub requeue: bool,
    /// Nobody is here: another number, a visit without one, a pause.
    pub free: bool,
    /// The counter is not cut off and nothing is under way.
    pub ready: bool,
    /// A queue elsewhere waits too long.
    pub help: bool,
    /// Another counter does not answer.
    pub take_over: bool,
    /// Whoever is signed in supervises.
    pub supervise: bool,
    /// The visit that ended last can be asked about, whether or not it was.
    pub rate: bool,
}

/// An open dialog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is that of the same name in ui/counter/contract.slint")]
pub struct AskView {
    pub asked: super::Asked,
    pub title: String,
    pub text: String,
    pub number: String,
    /// The rows as they stand in the list, each with the figure that chooses it.
    pub rows: Vec<AskRow>,
    /// How many more stand above and below.
    pub above: usize,
    pub below: usize,
    /// "": there is no field.
    pub field: String,
    pub typed: String,
    pub note: String,
    pub codes: Vec<String>,
    pub dossiers: u32,
    /// "": no words of one's own.
    pub words: String,
    pub commit: String,
    pub may: bool,
    pub next: String,
    /// What is only to be read.
    pub lines: Vec<String>,
}

/// The whole hall.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchView {
    /// The list that the arrows move: 0 what is wrong, 1 counters, 2 queues.
    pub list: usize,
    /// What is wrong.
    pub alarms: WatchList,
    /// The counters.
    pub counters: WatchList,
    /// The queues.
    pub queues: WatchList,
}

/// A list of the whole hall, as far as there is room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchList {
    /// Its rows.
    pub rows: Vec<WatchRow>,
    /// How many more stand above.
    pub above: usize,
    /// How many more stand below.
    pub below: usize,
}

/// A row of such a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchRow {
    /// The counter's label or the service's letter; empty for what is wrong.
    pub head: String,
    /// Who works there, what is waited for, what is wrong.
    pub name: String,
    /// What it does; what is expected.
    pub note: String,
    /// The number there; how many wait.
    pub figure: String,
    /// Since when.
    pub age: String,
    /// Longer than it should be.
    pub late: bool,
}

/// A row of the dialog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskRow {
    /// Its place among all rows, from 0.
    pub at: usize,
    /// The figure that chooses it; empty in a list that is searched.
    pub key: String,
    /// What it says.
    pub label: String,
    /// What more there is to know.
    pub note: String,
    /// It is the chosen or marked one.
    pub chosen: bool,
}

/// The counter's window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the property of the same name in ui/counter.slint")]
pub struct View {
    /// What stands on the counter's own sign.
    pub sign: Sign,
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
    pub take: bool,
    pub alert: String,
    pub alert_text: String,
    pub sign_in: bool,
    pub account: String,
    pub pin: usize,
    pub at_pin: bool,
    pub officer: String,
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
    pub main_why: String,
    pub caps: Caps,
    pub priority: String,
    /// The first document, and how many there are.
    pub papers: String,
    pub paper_count: usize,
    pub paused: bool,
    pub strip: bool,
    pub keys: Vec<(Deed, String)>,
    pub rates: bool,
    pub ask: AskView,
    pub watch: WatchView,
    pub tabs: Vec<Tab>,
    pub tab: usize,
    pub refusal: String,
    pub notice: String,
    pub left_behind: bool,
    pub needs_help: bool,
    pub waiting: Vec<Row>,
    pub waiting_count: usize,
    pub empty: String,
    pub longest: String,
    pub today: String,
}
