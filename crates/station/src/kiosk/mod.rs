//! The kiosk: from the first touch to the slip in the hand.
//!
//! The number exists from the commit on, the paper comes after it. So this flow never prints what
//! is not committed and never hides a number that is: whatever the printer does, the visitor sees
//! the number and hears what to do.

mod issue;
mod show;
mod view;

use queue::{
    Board, Lang, Opening, Place, ServiceId, Site, Slip, State, Ticket, TicketId, WallClock,
};

use queue::wait::{Asker, Estimate, Experience, NoEstimate};

use crate::config::{KioskConfig, PaperSlot};
use crate::desk::Trouble;
use crate::flow::{EffectOf, Flow, Input, InputOf};
use crate::{Now, words};

pub use view::{Banner, BannerKind, Page, Row, Tile, View};

/// How long the number stands on the screen when the slip is out.
const TICKET_MS: i64 = 20_000;
/// How long it stands when there is no paper.
const NO_PAPER_MS: i64 = 60_000;
/// The question "still there?" comes this long before the screen goes back.
const STILL_THERE_MS: i64 = 10_000;
/// A slip can be printed again this long after it was issued.
const REPRINT_MS: i64 = 120_000;

/// What a visitor presses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touch {
    /// Anything at all: somebody is here.
    Touched,
    /// A tile or button of the first screen.
    Tile(String),
    /// A row behind a field.
    Row(String),
    /// Another page of tiles, forward or back.
    TurnTiles(i32),
    /// Another page of rows.
    TurnRows(i32),
    /// "Lấy số thứ tự".
    Take,
    /// The answer to the question of priority.
    Priority(bool),
    /// "Lấy số không có phiếu".
    Accept,
    /// "Quay lại".
    Back,
    /// "Xong", "Tôi đã giữ số".
    Done,
    /// "In lại phiếu".
    Reprint,
    /// "Gọi cán bộ hướng dẫn".
    CallStaff,
    /// The language button.
    Language,
    /// The contrast button.
    Contrast,
}

/// What the printer reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Printer {
    /// It can print.
    Ready,
    /// It cannot, for the reason given.
    Down(Trouble),
    /// How a job ended.
    Ended {
        /// The job's number.
        job: u64,
        /// How.
        end: PrintEnd,
    },
}

/// How a print job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrintEnd {
    /// The slip is out.
    Printed,
    /// Nothing was printed.
    NotStarted(Trouble),
    /// It may or may not be out.
    Unknown(Trouble),
}

/// What the kiosk's hands are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Print this slip.
    Print {
        /// Comes back with the end.
        job: u64,
        /// The slip.
        slip: Box<Slip>,
    },
}

/// What a request was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tag {
    /// A number.
    Issue,
    /// The first byte may be sent once this is durable.
    Printing {
        /// The job that waits for it.
        job: u64,
    },
    /// Kept for the record; nobody waits for it.
    Record,
}

/// What the window can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Tiles on one page of the first screen.
    pub tiles_max: usize,
    /// Rows on one page behind a field.
    pub rows_max: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum At {
    Home,
    Agency { agency: String },
    Service { service: ServiceId, procedure: Option<u32> },
    Priority { service: ServiceId, procedure: Option<u32> },
    Offer { choice: Choice },
    Issuing { choice: Choice },
    Ticket(Box<Shown>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Choice {
    service: ServiceId,
    procedure: Option<u32>,
    priority: bool,
    paper: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    ticket: Ticket,
    ahead: usize,
    paper: Paper,
    reprinted: bool,
    since_ms: i64,
    until_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Paper {
    Coming,
    Out,
    Doubt(Trouble),
    None(Option<Trouble>),
}

#[derive(Clone, Debug)]
struct Job {
    id: u64,
    ticket: TicketId,
    slip: Box<Slip>,
    copy: bool,
}

/// The kiosk's flow.
#[derive(Debug)]
pub struct Kiosk {
    config: KioskConfig,
    layout: Layout,
    site: Option<(Site, WallClock)>,
    board: Board,
    experience: Experience,
    away: Option<Trouble>,
    printer_down: Option<Trouble>,
    lang: Lang,
    contrast: bool,
    at: At,
    tile_page: usize,
    row_page: usize,
    refused: Option<String>,
    staff_called: bool,
    touched_ms: i64,
    next_job: u64,
    jobs: Vec<Job>,
}

impl Kiosk {
    /// A kiosk that has not heard from its store yet.
    #[must_use]
    pub fn new(config: KioskConfig, layout: Layout) -> Self {
        Self {
            lang: config.lang,
            contrast: config.contrast,
            config,
            layout,
            site: None,
            board: Board::default(),
            experience: Experience::default(),
            away: None,
            printer_down: None,
            at: At::Home,
            tile_page: 0,
            row_page: 0,
            refused: None,
            staff_called: false,
            touched_ms: 0,
            next_job: 1,
            jobs: Vec::new(),
        }
    }

    fn opening(&self, now: Now) -> Option<Opening> {
        self.site.as_ref().map(|(site, wall)| site.opening(wall, now.wall))
    }

    /// What can be told of the wait for a service now.
    fn estimate(&self, service: &ServiceId, now: Now) -> Result<Estimate, NoEstimate> {
        let (site, wall) = self.site.as_ref().ok_or(NoEstimate::NoCounter)?;
        let asker = Asker::newcomer(service, now.wall);
        self.experience.estimate(&self.board, site, wall, &asker, now.wall)
    }

    fn home(&mut self) {
        self.at = At::Home;
        self.row_page = 0;
        self.refused = None;
        self.staff_called = false;
    }

    /// As for the next visitor: first page, the centre's language, the usual colours.
    fn reset(&mut self) {
        self.home();
        self.tile_page = 0;
        self.lang = self.config.lang;
        self.contrast = self.config.contrast;
    }

    fn touch(&mut self, touch: Touch, now: Now) -> Vec<EffectOf<Self>> {
        self.touched_ms = now.up_ms;
        match touch {
            Touch::Touched => {}
            Touch::Language => self.lang = words::other(self.lang),
            Touch::Contrast => self.contrast = !self.contrast,
            Touch::TurnTiles(by) => self.tile_page = turned(self.tile_page, by),
            Touch::TurnRows(by) => self.row_page = turned(self.row_page, by),
            // A late touch meant for a page that is gone must not leave a number on its way.
            Touch::Tile(code) if self.at == At::Home => self.choose_tile(&code),
            Touch::Row(code) if matches!(self.at, At::Agency { .. }) => self.choose_row(&code),
            Touch::Tile(_) | Touch::Row(_) => {}
            Touch::Back => self.back(),
            Touch::CallStaff => self.staff_called = true,
            Touch::Done => {
                if matches!(self.at, At::Ticket(_)) {
                    self.reset();
                }
            }
            Touch::Take => return self.take(now),
            Touch::Priority(yes) => return self.answer_priority(yes, now),
            Touch::Accept => {
                if let At::Offer { choice } = &self.at {
                    let choice = Choice { paper: false, ..choice.clone() };
                    return self.issue(choice, now);
                }
            }
            Touch::Reprint => return self.reprint(now),
        }
        Vec::new()
    }

    fn choose_tile(&mut self, code: &str) {
        let Some((site, _)) = &self.site else { return };
        self.refused = None;
        self.row_page = 0;
        if let Some(agency) = code.strip_prefix("agency:") {
            let services: Vec<_> = site.services_of(agency).collect();
            match services.as_slice() {
                [only] if only.procedures.is_empty() => {
                    self.at = At::Service { service: only.id.clone(), procedure: None };
                }
                [] => {}
                _ => self.at = At::Agency { agency: agency.to_owned() },
            }
        } else if let Some(service) = site.service(&ServiceId::from(code)) {
            self.at = At::Service { service: service.id.clone(), procedure: None };
        }
    }

    fn choose_row(&mut self, code: &str) {
        // "service" or "service/procedure".
        let (service, procedure) = match code.split_once('/') {
            Some((service, index)) => (service, index.parse().ok()),
            None => (code, None),
        };
        let service = ServiceId::from(service);
        if self.site.as_ref().is_some_and(|(site, _)| site.service(&service).is_some()) {
            self.at = At::Service { service, procedure };
        }
    }

    fn back(&mut self) {
        self.refused = None;
        self.staff_called = false;
        self.at = match std::mem::replace(&mut self.at, At::Home) {
            At::Priority { service, procedure } => At::Service { service, procedure },
            At::Offer { choice } => {
                At::Service { service: choice.service, procedure: choice.procedure }
            }
            At::Service { service, .. } => self.agency_of(&service),
            // A number on its way or on the screen is left by "done" only.
            stays @ (At::Issuing { .. } | At::Ticket(_)) => stays,
            At::Home | At::Agency { .. } => At::Home,
        };
    }

    fn agency_of(&self, service: &ServiceId) -> At {
        let Some((site, _)) = &self.site else { return At::Home };
        let agency = site.service(service).map(|s| s.agency.clone()).unwrap_or_default();
        let one = site.services_of(&agency).count() == 1
            && site.services_of(&agency).all(|s| s.procedures.is_empty());
        if agency.is_empty() || one { At::Home } else { At::Agency { agency } }
    }

    fn tick(&mut self, now: Now) {
        let over = match &self.at {
            At::Ticket(shown) => now.up_ms >= shown.until_ms,
            At::Issuing { .. } => false,
            At::Home
            | At::Agency { .. }
            | At::Service { .. }
            | At::Priority { .. }
            | At::Offer { .. } => now.up_ms - self.touched_ms >= self.idle_ms(),
        };
        if over && !self.is_fresh() {
            self.reset();
        }
    }

    fn idle_ms(&self) -> i64 {
        i64::from(self.config.idle_s) * 1_000
    }

    /// Whether the screen is as the next visitor should find it.
    fn is_fresh(&self) -> bool {
        self.at == At::Home
            && self.tile_page == 0
            && self.lang == self.config.lang
            && self.contrast == self.config.contrast
            && self.refused.is_none()
            && !self.staff_called
    }

    fn fold(&mut self, events: &[queue::Event]) {
        for event in events {
            // A gap is mended by the board that follows within the minute.
            if let Err(gap) = self.board.apply(event) {
                tracing::debug!(%gap, "the kiosk's board waits for a new one");
                break;
            }
        }
        // The ticket on the screen may have been called meanwhile.
        if let At::Ticket(shown) = &mut self.at
            && let Some(ticket) = self.board.tickets.get(&shown.ticket.id)
            && ticket.state == State::Waiting
        {
            shown.ticket.clone_from(ticket);
        }
    }

    fn set_site(&mut self, site: Site) {
        match site.wall_clock() {
            Ok(wall) => self.site = Some((site, wall)),
            Err(error) => tracing::error!(%error, "the stored site has no usable time zone"),
        }
    }
}

fn turned(page: usize, by: i32) -> usize {
    if by < 0 { page.saturating_sub(1) } else { page + 1 }
}

impl Flow for Kiosk {
    type Touch = Touch;
    type Device = Printer;
    type Order = Order;
    type Tag = Tag;
    type View = View;

    fn step(&mut self, input: InputOf<Self>, now: Now) -> Vec<EffectOf<Self>> {
        match input {
            Input::Touch(touch) => self.touch(touch, now),
            Input::Device(Printer::Ready) => {
                self.printer_down = None;
                Vec::new()
            }
            Input::Device(Printer::Down(trouble)) => {
                self.printer_down = Some(trouble);
                Vec::new()
            }
            Input::Device(Printer::Ended { job, end }) => self.print_ended(job, end, now),
            Input::Board { site, board, experience, .. } => {
                self.away = None;
                self.set_site(*site);
                self.board = *board;
                self.experience = *experience;
                Vec::new()
            }
            Input::Quiet(_) | Input::ClaimLost(_) => Vec::new(),
            Input::Events(events) => {
                self.fold(&events);
                Vec::new()
            }
            Input::Away(trouble) => {
                self.away = Some(trouble);
                Vec::new()
            }
            Input::Answer { tag, answer } => self.answered(tag, answer, now),
            Input::Tick => {
                self.tick(now);
                Vec::new()
            }
        }
    }

    fn view(&self, now: Now) -> View {
        self.show(now)
    }

    fn deadline(&self, now: Now) -> Option<i64> {
        // The clock in the header changes on the minute.
        let minute = now.up_ms + 60_000 - now.wall.0.rem_euclid(60_000);
        let second = now.up_ms + 1_000;
        let page = match &self.at {
            At::Issuing { .. } => None,
            At::Ticket(shown) => Some(soon(shown.until_ms, now, second)),
            At::Home
            | At::Agency { .. }
            | At::Service { .. }
            | At::Priority { .. }
            | At::Offer { .. } => {
                let idle = soon(self.touched_ms + self.idle_ms(), now, second);
                (!self.is_fresh()).then_some(idle)
            }
        };
        Some(page.map_or(minute, |page| page.min(minute)))
    }
}

/// The next change of a countdown that shows its last ten seconds one by one.
fn soon(until_ms: i64, now: Now, second: i64) -> i64 {
    let first = until_ms - STILL_THERE_MS;
    if now.up_ms < first { first } else { second.min(until_ms) }
}

impl From<PaperSlot> for Slot {
    fn from(slot: PaperSlot) -> Self {
        match slot {
            PaperSlot::Below => Self("ở khe bên dưới", "below"),
            PaperSlot::Left => Self("ở khe bên trái", "on the left"),
            PaperSlot::Right => Self("ở khe bên phải", "on the right"),
        }
    }
}

/// Where the slip comes out, in both languages.
struct Slot(&'static str, &'static str);

/// Whether a service has a button of its own on the first screen.
fn on_home(place: Place) -> bool {
    matches!(place, Place::Main | Place::Side | Place::Tile)
}

#[cfg(test)]
mod tests;
