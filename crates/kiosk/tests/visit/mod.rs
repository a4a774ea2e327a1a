//! A visitor before a kiosk, and every page one can come to.

use std::sync::LazyLock;

use queue::{Appointments, Dossiers, Lang, Number, PrintState, Refusal, Site, What};
use station::config::{AWAY_MAX, KioskConfig, ScannerSection, StaffSection};
use station::desk::{Answer, Trouble};
use station::flow::{Flow, Input};
use station::kiosk::{
    Banner, BannerKind, Key, Kiosk, Layout, Page, PaperState, PrintEnd, Printer, Tag, Touch, View,
};
use station::words::expected;

use crate::testing::{Feed, TOLD, at, ticket};

/// A made-up card: its number belongs to nobody.
const CARD: &str = "001066000001||Nguyễn Văn An|01021966|Nam|Hà Nội|15042021";
/// A PIN and what is kept of it, made once: that takes its time.
pub(crate) const PIN: &str = "274901";
pub(crate) static HASH: LazyLock<String> =
    LazyLock::new(|| station::pin::Pin::new(PIN).hash().unwrap().0);
const HOUR: i64 = 60 * 60_000;

pub(crate) fn site(name: &str) -> Box<Site> {
    let text = match name {
        "yenbai" => include_str!("../../../../config/yenbai/site.toml"),
        _ => include_str!("../../../../config/commune/site.toml"),
    };
    Box::new(toml::from_str(text).unwrap())
}

/// A visitor before a machine.
pub(crate) struct Visit {
    pub(crate) kiosk: Kiosk,
    pub(crate) ms: i64,
}

impl Visit {
    pub(crate) fn new(centre: &str, lang: Lang, upright: bool) -> Self {
        let mut kiosk = Self::started(lang, upright).kiosk;
        let site = site(centre);
        let mut feed = Feed::default();
        for (i, service) in site.services.iter().enumerate() {
            for n in 0..[3, 0, 1, 12, 5, 4][i % 6] {
                let number = Number::new(&service.prefix, n + 1);
                feed.take(i64::from(n), service.id.as_str(), number, "normal");
            }
        }
        kiosk.step(
            Input::Board {
                site,
                board: Box::new(feed.board),
                tail: Vec::new(),
                experience: Box::default(),
            },
            at(0),
        );
        Self { kiosk, ms: 0 }
    }

    /// A kiosk that has not seen its store yet.
    pub(crate) fn started(lang: Lang, upright: bool) -> Self {
        let layout = if upright { Layout::UPRIGHT } else { Layout::LYING };
        let scanner = ScannerSection { line: "serial:///dev/luot-scanner".into() };
        let staff = StaffSection { pin: HASH.clone() };
        let config = KioskConfig { lang, scanner, staff, ..KioskConfig::default() };
        Self { kiosk: Kiosk::new(config, layout), ms: 0 }
    }

    /// The same machine with a voice.
    pub(crate) fn voiced(self, lang: Lang, upright: bool) -> Self {
        let mode = self.kiosk.view(at(0)).mode;
        let layout = if upright { Layout::UPRIGHT } else { Layout::LYING };
        let mut config = KioskConfig { lang, ..KioskConfig::default() };
        config.read_aloud.command = vec!["espeak-ng".into()];
        let mut kiosk = Kiosk::new(config, layout);
        let (board, experience) = (Box::new(Feed::default().board), Box::default());
        let day = Input::Board { site: site("yenbai"), board, tail: Vec::new(), experience };
        kiosk.step(day, at(0));
        let modes =
            [(mode.large, Touch::Large), (mode.low, Touch::Low), (mode.contrast, Touch::Contrast)];
        let modes = modes.into_iter().filter(|(on, _)| *on).map(|(_, touch)| touch);
        Self { kiosk, ms: 0 }.press(modes)
    }

    pub(crate) fn press(mut self, touches: impl IntoIterator<Item = Touch>) -> Self {
        for touch in touches {
            self.kiosk.step(Input::Touch(touch), at(self.ms));
        }
        self
    }

    pub(crate) fn later(mut self, ms: i64) -> Self {
        self.ms += ms;
        self.kiosk.step(Input::Tick, at(self.ms));
        self
    }

    pub(crate) fn printer(mut self, printer: Printer) -> Self {
        self.kiosk.step(Input::Device(printer), at(self.ms));
        self
    }

    /// The longest that is said of a store that is away.
    pub(crate) fn away(mut self) -> Self {
        let why = store::Error::OutcomeUnknown { detail: String::new() };
        self.kiosk.step(Input::Away(Trouble::from(&why)), at(self.ms));
        self
    }

    pub(crate) fn answer(mut self, tag: Tag, answer: Answer) -> Self {
        self.kiosk.step(Input::Answer { tag, answer }, at(self.ms));
        self
    }

    /// At a page of the land office's first procedure.
    pub(crate) fn procedure(self, then: impl IntoIterator<Item = Touch>) -> Self {
        self.press([Touch::Tile("agency:stnmt".into()), Touch::Row("stnmt/0".into())]).press(then)
    }

    /// Before the keyboard, with this typed.
    pub(crate) fn typed(self, text: &str) -> Self {
        let keys = text.chars().map(|letter| Touch::Key(Key::Letter(letter)));
        self.press([Touch::Search]).press(keys)
    }

    /// These figures typed, and "OK".
    pub(crate) fn figures(self, figures: &str) -> Self {
        self.press(figures.chars().map(|figure| Touch::Key(Key::Letter(figure))))
    }

    /// Staff who have shown the PIN, and then this.
    pub(crate) fn staff(self, deeds: &[&str]) -> Self {
        let deeds = deeds.iter().map(|deed| Touch::Deed((*deed).to_owned()));
        self.press([Touch::Staff]).figures(PIN).press([Touch::Confirm]).press(deeds)
    }

    /// Slips of which nobody knows whether they are out.
    pub(crate) fn doubtful(mut self, lang: Lang, upright: bool) -> Self {
        let mut feed = Feed::default();
        for number in 1..=12 {
            feed.issue(0, number);
            feed.add(0, number, "", What::Print { print: PrintState::Unconfirmed, copy: false });
        }
        self.kiosk = Self::started(lang, upright).kiosk;
        let (site, experience) = (site("yenbai"), Box::default());
        let board = Box::new(feed.board);
        self.kiosk.step(Input::Board { site, board, tail: Vec::new(), experience }, at(0));
        self
    }

    /// A centre that takes bookings.
    pub(crate) fn booking(mut self) -> Self {
        let mut site = site("yenbai");
        site.services[0].appointments = Some(Appointments::default());
        let (board, experience) = (Box::new(Feed::default().board), Box::default());
        self.kiosk.step(Input::Board { site, board, tail: Vec::new(), experience }, at(self.ms));
        self
    }

    /// A centre whose land office asks how many dossiers are handed in.
    pub(crate) fn agents(mut self) -> Self {
        let mut site = site("yenbai");
        let land = site.services.iter_mut().find(|service| service.id.as_str() == "stnmt");
        land.unwrap().dossiers = Dossiers::Ask;
        let (board, experience) = (Box::new(Feed::default().board), Box::default());
        self.kiosk.step(Input::Board { site, board, tail: Vec::new(), experience }, at(self.ms));
        self.procedure([Touch::Take, Touch::Papers(true)])
    }

    /// One who has taken so many numbers that the machine asks.
    pub(crate) fn greedy(mut self) -> Self {
        while self.kiosk.view(at(self.ms)).page != Page::Meant {
            self = self.numbered(PrintState::None).press([Touch::Done]);
            self = self.procedure([Touch::Take, Touch::Papers(true), Touch::Priority(false)]);
            if self.kiosk.view(at(self.ms)).page != Page::Meant {
                self = self.answer(Tag::Issue, done(PrintState::None)).press([Touch::Done]);
            }
        }
        self
    }

    /// One who was missed and has held the slip up again.
    pub(crate) fn returned(self) -> Self {
        self.press([Touch::Scanned("123456".into())]).answer(Tag::Return, done(PrintState::Printed))
    }

    /// The number is durable; its slip is job 1.
    pub(crate) fn numbered(self, print: PrintState) -> Self {
        self.procedure([Touch::Take, Touch::Papers(true), Touch::Priority(false)])
            .answer(Tag::Issue, done(print))
    }

    pub(crate) fn view(&self, page: Page) -> View {
        let view = self.kiosk.view(at(self.ms));
        assert_eq!(view.page, page);
        view
    }
}

pub(crate) fn done(print: PrintState) -> Answer {
    let ticket = Some(ticket(42, print));
    Answer::Done(Box::new(store::Done { ticket, events: Vec::new(), repeated: false, code: None }))
}

/// The longest that a centre has its kiosk say while its store is away.
pub(crate) fn meanwhile(mut view: View) -> View {
    let (own, stays) = match view.lang {
        Lang::Vi => (
            "Mời lấy số viết tay tại Bàn hướng dẫn ở sảnh chính, tầng một; máy đang được sửa chữa ngay.",
            "Số đã lấy vẫn có giá trị.",
        ),
        Lang::En => (
            "Please take a written number at the help desk in the main hall; this machine is repaired.",
            "Numbers already taken stay valid.",
        ),
    };
    assert!(own.chars().count() <= AWAY_MAX && own.chars().count() >= AWAY_MAX - 3);
    view.banner.as_mut().unwrap().text = format!("{own} {stays}");
    view
}

/// The page of a procedure with its wait, and a warning above it.
pub(crate) fn told(mut view: View) -> View {
    view.estimate = expected(view.lang, TOLD);
    let (title, text) = match view.lang {
        Lang::Vi => ("Có thể không kịp trong buổi này", "Số đã lấy vẫn có giá trị sau giờ nghỉ."),
        Lang::En => (
            "You may not be served before the break",
            "A number that was taken stays valid after the break.",
        ),
    };
    view.banner = Some(Banner { kind: BannerKind::Warn, title: title.into(), text: text.into() });
    view
}

pub(crate) fn trouble() -> Trouble {
    Trouble { vi: "Máy in hết giấy.".into(), en: "The printer is out of paper.".into() }
}

/// Every page a visitor can come to, with its name.
pub(crate) fn pages(lang: Lang, upright: bool) -> Vec<(&'static str, View)> {
    let yenbai = || Visit::new("yenbai", lang, upright);
    let commune = || Visit::new("commune", lang, upright);
    let tile = |code: &str| [Touch::Tile(code.to_owned())];
    let row = |tile: &str, row: &str| [Touch::Tile(tile.to_owned()), Touch::Row(row.to_owned())];
    let down = || Printer::Down(trouble());
    let asked = || [Touch::Take, Touch::Papers(true), Touch::Priority(false)];
    let idle_ms = i64::from(KioskConfig::default().idle_s) * 1_000;
    let paused = Answer::Refused(Refusal::Paused { service: "stnmt".into() });
    let refused = yenbai().procedure(asked()).answer(Tag::Issue, paused);
    let staff = yenbai().printer(down()).procedure(asked()).press([Touch::CallStaff]);
    let mut all = vec![
        ("home", yenbai().view(Page::Home)),
        ("service-told", told(yenbai().procedure([]).view(Page::Service))),
        ("home-contrast", yenbai().press([Touch::Contrast]).view(Page::Home)),
        ("home-commune", commune().view(Page::Home)),
        ("never-seen", Visit::started(lang, upright).away().view(Page::Closed)),
        ("home-away", yenbai().away().view(Page::Home)),
        ("service-away", yenbai().procedure([]).away().view(Page::Service)),
        ("papers-away", yenbai().procedure([Touch::Take]).away().view(Page::Papers)),
        (
            "priority-away",
            yenbai().procedure([Touch::Take, Touch::Papers(true)]).away().view(Page::Priority),
        ),
        ("home-away-told", meanwhile(yenbai().away().view(Page::Home))),
        ("agency", yenbai().press(tile("agency:stnmt")).view(Page::Agency)),
        ("agency-long", yenbai().press(tile("agency:skhcn")).view(Page::Agency)),
        ("agency-name", yenbai().press(tile("agency:sldtbxh")).view(Page::Agency)),
        ("service", yenbai().procedure([]).view(Page::Service)),
        ("service-contrast", yenbai().procedure([Touch::Contrast]).view(Page::Service)),
        ("service-plain", yenbai().press(tile("truc-tuyen")).view(Page::Service)),
        ("service-commune", commune().press(tile("noi-vu")).view(Page::Service)),
        ("service-online", yenbai().press(row("agency:sxd", "sxd/1")).view(Page::Service)),
        ("service-basis", yenbai().press(row("agency:sxd", "sxd/0")).view(Page::Service)),
        ("service-long", yenbai().press(row("agency:skhcn", "skhcn/0")).view(Page::Service)),
        ("still-there", yenbai().procedure([]).later(idle_ms - 5_000).view(Page::Service)),
        ("taking", yenbai().procedure(asked()).view(Page::Service)),
        ("refused", refused.view(Page::Service)),
        ("papers", yenbai().procedure([Touch::Take]).view(Page::Papers)),
        ("priority", yenbai().procedure([Touch::Take, Touch::Papers(true)]).view(Page::Priority)),
        ("offer", yenbai().printer(down()).procedure(asked()).view(Page::Offer)),
        ("staff-called", staff.view(Page::Offer)),
        ("search", yenbai().typed("").view(Page::Search)),
        ("found", yenbai().typed("giay phep").view(Page::Search)),
        ("nothing", yenbai().typed("qqqqxyz").view(Page::Search)),
        ("meant", yenbai().greedy().view(Page::Meant)),
        ("card", yenbai().press([Touch::Scanned(CARD.into())]).view(Page::Home)),
        ("arriving", yenbai().press([Touch::Scanned("123456".into())]).view(Page::Service)),
        ("kept", yenbai().returned().view(Page::Ticket)),
        ("closed", yenbai().later(12 * HOUR).view(Page::Closed)),
        ("lunch", yenbai().later(4 * HOUR).view(Page::Closed)),
    ];
    all.extend(numbers(&yenbai));
    all.extend(for_staff(&yenbai, lang, upright));
    all
}

/// The pages with keys of figures, and those of staff.
pub(crate) fn for_staff(
    visit: &impl Fn() -> Visit,
    lang: Lang,
    upright: bool,
) -> Vec<(&'static str, View)> {
    let paper = PaperState {
        near_end: true,
        tickets_left: Some(140),
        unit: 1,
        stands_in_for: Some(trouble()),
    };
    let told = visit().printer(Printer::Ready).printer(Printer::Paper(paper));
    let modes = visit().kiosk.view(at(0)).mode;
    let doubtful = || {
        let mut there = visit().doubtful(lang, upright);
        let modes = [
            (modes.large, Touch::Large),
            (modes.low, Touch::Low),
            (modes.contrast, Touch::Contrast),
        ];
        for (on, touch) in modes {
            there = if on { there.press([touch]) } else { there };
        }
        there
    };
    let many = ["series", "of:stnmt", "many:50"];
    let began =
        || visit().printer(Printer::Ready).staff(&many).press([Touch::Deed("begin".into())]);
    let given = began().answer(Tag::Mass, done(PrintState::Pending));
    let jam = Printer::Ended { job: 1, end: PrintEnd::Unknown(trouble()) };
    let mut wrong = visit().press([Touch::Staff]);
    for _ in 0..5 {
        wrong = wrong.figures("0000").press([Touch::Confirm]);
    }
    let voiced = || visit().voiced(lang, upright);
    vec![
        ("home-read", voiced().view(Page::Home)),
        ("papers-read", voiced().procedure([Touch::Take]).view(Page::Papers)),
        ("home-booked", visit().booking().view(Page::Home)),
        ("dossiers", visit().agents().view(Page::Dossiers)),
        ("dossiers-away", visit().agents().away().view(Page::Dossiers)),
        (
            "dossiers-many",
            visit().agents().press([Touch::ManyDossiers]).figures("24").view(Page::Pad),
        ),
        ("code", visit().press([Touch::Booked]).figures("123456").view(Page::Pad)),
        ("pin", visit().press([Touch::Staff]).figures("2749").view(Page::Pad)),
        ("pin-wait", wrong.view(Page::Pad)),
        ("staff", told.staff(&["paper:0", "trial"]).view(Page::Staff)),
        ("staff-doubts", doubtful().staff(&["doubts"]).view(Page::StaffList)),
        ("staff-copy", doubtful().staff(&["copy", "print:3"]).figures("H0").view(Page::StaffFind)),
        ("staff-none", doubtful().staff(&["copy"]).figures("X9").view(Page::StaffFind)),
        ("staff-series", visit().staff(&["series"]).view(Page::StaffList)),
        ("staff-services", visit().staff(&["services"]).view(Page::StaffList)),
        ("staff-many", visit().staff(&many[..2]).view(Page::Staff)),
        ("staff-ask", visit().printer(Printer::Ready).staff(&many).view(Page::Staff)),
        ("staff-given", given.view(Page::Staff)),
        ("staff-failed", given.printer(jam).view(Page::Staff)),
    ]
}

/// The pages on which something is done, as they are with larger letters and moved down.
pub(crate) fn resized(lang: Lang, upright: bool, modes: &[Touch]) -> Vec<(&'static str, View)> {
    let visit = move |centre| Visit::new(centre, lang, upright).press(modes.iter().cloned());
    let yenbai = || visit("yenbai");
    let down = || Printer::Down(trouble());
    let asked = || [Touch::Take, Touch::Papers(true), Touch::Priority(false)];
    let tile = |code: &str| [Touch::Tile(code.to_owned())];
    let row = |tile: &str, row: &str| [Touch::Tile(tile.to_owned()), Touch::Row(row.to_owned())];
    let idle_ms = i64::from(KioskConfig::default().idle_s) * 1_000;
    let mut all = vec![
        ("home", yenbai().view(Page::Home)),
        ("home-last", yenbai().press([Touch::TurnTiles(1)]).view(Page::Home)),
        ("home-commune", visit("commune").view(Page::Home)),
        ("agency", yenbai().press(tile("agency:stnmt")).view(Page::Agency)),
        ("agency-long", yenbai().press(tile("agency:skhcn")).view(Page::Agency)),
        ("service", yenbai().procedure([]).view(Page::Service)),
        ("service-long", yenbai().press(row("agency:skhcn", "skhcn/0")).view(Page::Service)),
        ("service-plain", yenbai().press(tile("huong-dan")).view(Page::Service)),
        ("still-there", yenbai().procedure([]).later(idle_ms - 5_000).view(Page::Service)),
        ("found", yenbai().typed("giay phep").view(Page::Search)),
        ("nothing", yenbai().typed("qqqqxyz").view(Page::Search)),
        ("papers", yenbai().procedure([Touch::Take]).view(Page::Papers)),
        ("priority", yenbai().procedure([Touch::Take, Touch::Papers(true)]).view(Page::Priority)),
        ("offer", yenbai().printer(down()).procedure(asked()).view(Page::Offer)),
    ];
    all.extend(numbers(&yenbai));
    all.extend(for_staff(&yenbai, lang, upright));
    all
}

/// The pages that hold a number.
pub(crate) fn numbers(visit: &impl Fn() -> Visit) -> Vec<(&'static str, View)> {
    let printing = || {
        visit()
            .numbered(PrintState::Pending)
            .answer(Tag::Printing { job: 1 }, done(PrintState::Printing))
    };
    let ended = |end| Printer::Ended { job: 1, end };
    let printed = printing().printer(ended(PrintEnd::Printed));
    let doubt = printing().printer(ended(PrintEnd::Unknown(trouble())));
    let none = printing().printer(ended(PrintEnd::NotStarted(trouble())));
    vec![
        ("ticket-printing", printing().view(Page::Ticket)),
        ("ticket", printed.view(Page::Ticket)),
        ("ticket-contrast", printed.press([Touch::Contrast]).view(Page::Ticket)),
        ("ticket-doubt", doubt.view(Page::Ticket)),
        ("no-paper", none.view(Page::NoPaper)),
    ]
}
