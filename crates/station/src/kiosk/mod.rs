//! The kiosk: from the first touch to the slip in the hand.
//!
//! The number exists from the commit on, the paper comes after it. So this flow never prints what
//! is not committed and never hides a number that is: whatever the printer does, the visitor sees
//! the number and hears what to do.

mod aloud;
mod closed;
mod dossiers;
mod issue;
mod lookup;
mod mode;
mod paper;
mod roll;
mod scanned;
mod show;
mod staff;
mod touch;
mod view;
mod walk;

use std::collections::BTreeMap;

use queue::{
    Board, Lang, Opening, Place, PrintState, ServiceId, Site, Slip, State, Ticket, TicketId, Tries,
    WallClock,
};

use queue::wait::{Asker, Estimate, Experience, NoEstimate};

use crate::Now;
use crate::config::KioskConfig;
use crate::desk::Trouble;
use crate::find::Finder;
use crate::flow::{EffectOf, Flow, Input, InputOf};
use crate::words::Phrases;
use lookup::Lookup;
use roll::Roll;
use scanned::{Notice, Who};

pub use aloud::sentences;
pub use lookup::Key;
pub use mode::{Layout, Mode};
pub use paper::{PaperState, Settle};
pub use touch::Touch;
pub use view::{Banner, BannerKind, Deed, Page, Row, StaffRow, Tile, View};

/// How long the number stands on the screen when the slip is out.
const TICKET_MS: i64 = 20_000;
/// How long it stands when there is no paper.
const NO_PAPER_MS: i64 = 60_000;
/// The question "still there?" comes this long before the screen goes back.
const STILL_THERE_MS: i64 = 10_000;
/// A slip can be printed again this long after it was issued.
const REPRINT_MS: i64 = 120_000;

/// What the printer reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Printer {
    /// It can print.
    Ready,
    /// It cannot, for the reason given.
    Down(Trouble),
    /// How its paper is; a matter for staff.
    Paper(PaperState),
    /// A slip was not taken from its mouth.
    NotTaken {
        /// Its job; nothing for a slip of before the start.
        job: Option<u64>,
        /// Whether it was taken in again; otherwise it was let go.
        retracted: bool,
    },
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
    /// Read this aloud, and nothing else any more.
    Read {
        /// What.
        text: String,
        /// In which language.
        lang: Lang,
        /// How loud, percent.
        volume: u8,
    },
    /// Be silent.
    Hush,
    /// Keep how often the PIN was guessed, for after a restart.
    Guessed(Tries),
    /// A new roll was put into a printer, 0 being the first.
    PaperChanged {
        /// Which.
        unit: usize,
    },
}

/// What a request was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tag {
    /// A number.
    Issue,
    /// Who it is for, so that one person gets one.
    Person,
    /// A number for whoever booked.
    CheckIn,
    /// A number that was missed, put back.
    Return,
    /// One of many numbers that staff give in a row.
    Mass,
    /// A service paused, or opened again.
    Intake,
    /// The first byte may be sent once this is durable.
    Printing {
        /// The job that waits for it.
        job: u64,
    },
    /// Kept for the record; nobody waits for it.
    Record,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum At {
    Home,
    Agency {
        agency: String,
    },
    Search,
    Service {
        service: ServiceId,
        procedure: Option<u32>,
    },
    Papers {
        service: ServiceId,
        procedure: Option<u32>,
    },
    /// How many dossiers?
    Dossiers {
        service: ServiceId,
        procedure: Option<u32>,
    },
    /// More than there are buttons for: the figures are typed.
    Many {
        service: ServiceId,
        procedure: Option<u32>,
        typed: String,
    },
    Priority {
        service: ServiceId,
        procedure: Option<u32>,
        dossiers: u32,
    },
    Meant {
        choice: Choice,
    },
    Offer {
        choice: Choice,
    },
    Issuing {
        choice: Choice,
    },
    /// A booking is checked in, or a missed number put back.
    Arriving,
    /// The code of a booking is typed.
    Code(String),
    /// Staff are here, or somebody who has found their way in.
    Staff(staff::Place),
    Ticket(Box<Shown>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Choice {
    service: ServiceId,
    procedure: Option<u32>,
    /// 0: not asked.
    dossiers: u32,
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
    /// The visitor came with it.
    Kept,
    Doubt(Trouble),
    None(Option<Trouble>),
}

#[derive(Clone, Debug)]
struct Job {
    id: u64,
    ticket: TicketId,
    slip: Box<Slip>,
    copy: bool,
    /// How the slip stood before.
    before: PrintState,
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
    mode: Mode,
    at: At,
    finder: Finder,
    /// Kept while one of its findings is looked at.
    lookup: Option<Lookup>,
    tile_page: usize,
    row_page: usize,
    refused: Option<String>,
    staff_called: bool,
    /// Whose card was read, and what is said of a code.
    who: Option<Who>,
    notice: Option<Notice>,
    roll: Roll,
    touched_ms: i64,
    next_job: u64,
    jobs: Vec<Job>,
    paperwork: paper::Paperwork,
    staffing: staff::Staffing,
    /// Whether a page is being read, as far as is known, and how loud.
    reading: bool,
    volume: u8,
    /// Which of the further languages is shown, and what they say, by their codes.
    further: Option<usize>,
    phrases: BTreeMap<String, Phrases>,
}

impl Kiosk {
    /// A kiosk that has not heard from its store yet.
    #[must_use]
    pub fn new(config: KioskConfig, layout: Layout) -> Self {
        Self {
            lang: config.lang,
            mode: usual(&config),
            volume: config.read_aloud.volume,
            reading: false,
            further: None,
            phrases: (config.further.iter())
                .map(|further| (further.code.clone(), Phrases::of(&further.code)))
                .collect(),
            config,
            layout,
            site: None,
            board: Board::default(),
            experience: Experience::default(),
            away: None,
            printer_down: None,
            at: At::Home,
            finder: Finder::default(),
            lookup: None,
            tile_page: 0,
            row_page: 0,
            refused: None,
            staff_called: false,
            who: None,
            notice: None,
            roll: Roll::default(),
            touched_ms: 0,
            next_job: 1,
            jobs: Vec::new(),
            paperwork: paper::Paperwork::default(),
            staffing: staff::Staffing::default(),
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
        self.lookup = None;
        self.row_page = 0;
        self.refused = None;
        self.staff_called = false;
        self.notice = None;
    }

    /// As for the next visitor: first page, the centre's language, the usual colours.
    fn reset(&mut self) {
        self.home();
        self.who = None;
        self.tile_page = 0;
        self.mode = usual(&self.config);
        if self.further.take().is_some() {
            self.index();
        }
        self.speak(self.config.lang);
    }

    fn speak(&mut self, lang: Lang) {
        if self.lang != lang {
            self.lang = lang;
            self.index();
        }
    }

    fn touch(&mut self, touch: Touch, now: Now) -> Vec<EffectOf<Self>> {
        self.touched_ms = now.up_ms;
        if !matches!(touch, Touch::Touched) {
            self.notice = None;
        }
        match touch {
            Touch::Touched => {}
            Touch::Scanned(code) => return self.scanned(&code, now),
            Touch::Language => self.next_language(),
            Touch::Contrast => self.mode.contrast = !self.mode.contrast,
            Touch::Large => self.resize(|mode| mode.large = !mode.large),
            Touch::Low if self.layout.tall => self.resize(|mode| mode.low = !mode.low),
            Touch::Low => {}
            Touch::Search => self.look_up(),
            Touch::Booked => self.booked(),
            Touch::Staff => self.staff_wanted(),
            Touch::Read => return self.read(now),
            Touch::Confirm => return self.confirm(now),
            Touch::Deed(code) => return self.deed(&code, now),
            Touch::Key(key) => self.key(&key),
            Touch::TurnTiles(by) => self.tile_page = turned(self.tile_page, by),
            Touch::TurnRows(by) => self.row_page = turned(self.row_page, by),
            // A late touch meant for a page that is gone must not leave a number on its way.
            Touch::Tile(code) if matches!(self.at, At::Home | At::Search) => {
                self.choose_tile(&code);
            }
            Touch::Row(code) if matches!(self.at, At::Agency { .. } | At::Search) => {
                self.choose_row(&code);
            }
            Touch::Tile(_) | Touch::Row(_) => {}
            Touch::Back => self.back(),
            Touch::CallStaff => self.staff_called = true,
            Touch::Done => {
                if matches!(self.at, At::Ticket(_)) {
                    self.reset();
                }
            }
            Touch::Take => return self.take(now),
            Touch::Papers(complete) => return self.answer_papers(complete, now),
            Touch::Dossiers(count) => return self.answer_dossiers(count, now),
            Touch::ManyDossiers => self.many_dossiers(),
            Touch::Priority(yes) => return self.answer_priority(yes, now),
            Touch::Meant => {
                if let At::Meant { choice } = &self.at {
                    return self.give(choice.clone(), true, now);
                }
            }
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

    fn tick(&mut self, now: Now) {
        let over = match &self.at {
            At::Ticket(shown) => now.up_ms >= shown.until_ms,
            At::Issuing { .. } | At::Arriving => false,
            At::Staff(_) if self.mass_runs() => false,
            At::Home
            | At::Agency { .. }
            | At::Search
            | At::Service { .. }
            | At::Papers { .. }
            | At::Dossiers { .. }
            | At::Many { .. }
            | At::Priority { .. }
            | At::Meant { .. }
            | At::Offer { .. }
            | At::Code(_)
            | At::Staff(_) => now.up_ms - self.touched_ms >= self.idle_ms(),
        };
        if over && !self.is_fresh() {
            self.reset();
        }
    }

    fn idle_ms(&self) -> i64 {
        if self.staff_in() {
            return staff::IDLE_MS;
        }
        i64::from(self.config.idle_s) * 1_000
    }

    /// Whether the screen is as the next visitor should find it.
    fn is_fresh(&self) -> bool {
        self.at == At::Home
            && self.tile_page == 0
            && self.lang == self.config.lang
            && self.further.is_none()
            && self.mode == usual(&self.config)
            && self.refused.is_none()
            && self.who.is_none()
            && self.notice.is_none()
            && !self.staff_called
    }

    fn take_in(&mut self, input: InputOf<Self>, now: Now) -> Vec<EffectOf<Self>> {
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
            Input::Device(Printer::Paper(state)) => {
                self.paperwork.state = Some(state);
                Vec::new()
            }
            Input::Device(Printer::NotTaken { job, retracted }) => self.not_taken(job, retracted),
            Input::Device(Printer::Ended { job, end }) => self.print_ended(job, &end, now),
            Input::Board { site, board, experience, .. } => {
                self.away = None;
                self.set_site(*site);
                self.board = *board;
                self.experience = *experience;
                self.lost_prints(now)
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
            Ok(wall) => {
                let same = self.site.as_ref().is_some_and(|(known, _)| *known == site);
                self.site = Some((site, wall));
                if !same {
                    self.index();
                }
            }
            Err(error) => tracing::error!(%error, "the stored site has no usable time zone"),
        }
    }
}

/// As a new visitor meets the screen.
fn usual(config: &KioskConfig) -> Mode {
    Mode { contrast: config.contrast, ..Mode::default() }
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
        let before = self.spot();
        let mut effects = self.take_in(input, now);
        effects.extend(self.read_on(&before, now));
        effects
    }

    fn view(&self, now: Now) -> View {
        self.show(now)
    }

    fn deadline(&self, now: Now) -> Option<i64> {
        // The clock in the header changes on the minute.
        let minute = now.up_ms + 60_000 - now.wall.0.rem_euclid(60_000);
        let second = now.up_ms + 1_000;
        let rest = self.roll.rests_until(now.up_ms);
        let page = match &self.at {
            At::Issuing { .. } | At::Arriving => None,
            At::Staff(_) if self.mass_runs() => None,
            At::Ticket(shown) => Some(soon(shown.until_ms, now, second)),
            At::Home
            | At::Agency { .. }
            | At::Search
            | At::Service { .. }
            | At::Papers { .. }
            | At::Dossiers { .. }
            | At::Many { .. }
            | At::Priority { .. }
            | At::Meant { .. }
            | At::Offer { .. }
            | At::Code(_)
            | At::Staff(_) => {
                let idle = soon(self.touched_ms + self.idle_ms(), now, second);
                (!self.is_fresh()).then_some(idle)
            }
        };
        let guarded = self.staff_waits(now).then_some(second);
        [page, rest, guarded, Some(minute)].into_iter().flatten().min()
    }
}

/// The next change of a countdown that shows its last ten seconds one by one.
fn soon(until_ms: i64, now: Now, second: i64) -> i64 {
    let first = until_ms - STILL_THERE_MS;
    if now.up_ms < first { first } else { second.min(until_ms) }
}

/// Whether a service has a button of its own on the first screen.
fn on_home(place: Place) -> bool {
    matches!(place, Place::Main | Place::Side | Place::Tile)
}

#[cfg(test)]
mod further;
#[cfg(test)]
mod tests;
