//! What the kiosk's window shows, as plain data; one field for each property of `ui/kiosk.slint`.

use queue::Lang;

use super::Mode;

/// The page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// The fields to choose from.
    #[default]
    Home,
    /// The choices behind a field.
    Agency,
    /// What was found for what was typed.
    Search,
    /// What is known of the choice, and the button that takes the number.
    Service,
    /// "Have you got these papers?"
    Papers,
    /// "How many dossiers?"
    Dossiers,
    /// The question of priority.
    Priority,
    /// "Is this number meant?", when many were taken one after another.
    Meant,
    /// The number; the slip is being printed or is out.
    Ticket,
    /// The printer is down: a number without paper is offered.
    Offer,
    /// The number to keep without paper.
    NoPaper,
    /// No numbers now.
    Closed,
    /// Keys of figures: the code of a booking, many dossiers, the PIN of staff.
    Pad,
    /// Staff: what there is to know and to do.
    Staff,
    /// Staff: a list of numbers or series, each with what can be done with it.
    StaffList,
    /// Staff: the same below a field, above the keys.
    StaffFind,
}

/// A button of the page of staff.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deed {
    /// What comes back when it is pressed.
    pub code: String,
    /// The icon's name; may be empty.
    pub icon: String,
    /// What stands on it.
    pub text: String,
    /// The accessible name; begins with `text`.
    pub name: String,
    /// Whether it can be pressed.
    pub usable: bool,
    /// The one that is meant to be pressed.
    pub main: bool,
}

/// A line of a list of staff.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaffRow {
    /// A number, a series.
    pub title: String,
    /// What is known of it.
    pub detail: String,
    /// What can be done with it, at most two.
    pub deeds: Vec<Deed>,
}

/// A tile or button that chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tile {
    /// What comes back when it is pressed.
    pub code: String,
    /// The series' letter; may be empty.
    pub letter: String,
    /// The icon's name.
    pub icon: String,
    /// The field.
    pub name: String,
    /// How many wait.
    pub waiting: usize,
    /// Shown in place of the count when not empty.
    pub note: String,
    /// Whether a number can be had.
    pub usable: bool,
    /// The accessible name; begins with `name`.
    pub label: String,
}

/// A choice behind a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// What comes back when it is pressed.
    pub code: String,
    /// The procedure or service.
    pub title: String,
    /// The title in parts, each with whether it was asked for; of what was found.
    pub marked: Vec<(String, bool)>,
    /// Fee and limit in one line; of what was found the field.
    pub detail: String,
    /// The series' letter, of what was found.
    pub letter: String,
    /// The field's icon, of what was found.
    pub icon: String,
    /// How many wait, of what was found.
    pub waiting: String,
}

/// The colour and words of a banner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// Its kind.
    pub kind: BannerKind,
    /// What holds.
    pub title: String,
    /// What to do.
    pub text: String,
}

/// What a banner is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BannerKind {
    /// Needs attention.
    Warn,
    /// Refused.
    Bad,
    /// Done, or read.
    Good,
    /// "Còn đó không?"
    StillThere,
}

/// The kiosk's window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the property of the same name in ui/kiosk.slint")]
pub struct View {
    pub page: Page,
    pub lang: Lang,
    pub further: String,
    pub mode: Mode,
    pub can_low: bool,
    pub authority: String,
    pub centre: String,
    pub clock: String,
    pub date: String,
    pub language: String,
    pub tiles: Vec<Tile>,
    pub mains: Vec<Tile>,
    pub sides: Vec<Tile>,
    pub scan_hint: String,
    pub tile_page: usize,
    pub tile_pages: usize,
    pub letter: String,
    pub icon: String,
    pub field: String,
    pub rows: Vec<Row>,
    pub row_page: usize,
    pub row_pages: usize,
    pub query: String,
    pub found: String,
    pub nothing: bool,
    pub title: String,
    pub fee: String,
    pub limit: String,
    pub papers: Vec<String>,
    pub basis: String,
    pub online: bool,
    pub link: Option<String>,
    pub waiting: String,
    pub estimate: String,
    pub turn: String,
    pub place: String,
    pub zone: String,
    pub where_to: String,
    pub priority_lead: String,
    pub number: String,
    pub ahead: String,
    pub qr: Option<String>,
    pub printing: bool,
    pub can_reprint: bool,
    pub can_accept: bool,
    pub can_take: bool,
    pub paper_line: String,
    pub countdown: String,
    pub wait_line: String,
    pub banner: Option<Banner>,
    pub closed_title: String,
    pub closed_text: String,
    pub hours: Vec<(String, String)>,
    pub can_read: bool,
    pub can_book: bool,
    pub pad_title: String,
    pub pad_hint: String,
    pub pad_shown: String,
    pub pad_ready: bool,
    pub staff_title: String,
    pub staff_lines: Vec<String>,
    pub staff_deeds: Vec<Deed>,
    pub staff_rows: Vec<StaffRow>,
}
