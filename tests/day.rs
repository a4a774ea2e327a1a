//! A morning, told with the three screens' flows, one database, a printer and a loudspeaker made
//! of memory, and a clock that is turned by hand.

use queue::{Lang, Slip, Timestamp};
use station::config::{CounterConfig, HallConfig, KioskConfig, load_site};
use station::counter::{Counter, Deed, Doing, Touch};
use station::desk::{Answer, Trouble};
use station::flow::{Effect, EffectOf, Flow, Input, InputOf};
use station::hall::{self, Hall, Voice};
use station::kiosk::{self, Kiosk, Layout, Page, PrintEnd, Printer};
use station::{Clock, Now};
use store::{ActError, Store, StoreUrl};
use uuid::Uuid;

/// Monday 23 November 2026, 07:20 in Yên Bái.
const MORNING: Timestamp = Timestamp(1_795_393_200_000);
const MINUTE: i64 = 60_000;

struct Centre {
    _folder: tempfile::TempDir,
    store: Store,
    claim: Option<store::Claim>,
    clock: Clock,
    seen: i64,
    kiosk: Kiosk,
    counter: Counter,
    hall: Hall,
    paper: Vec<(u64, Slip)>,
    said: Vec<String>,
    jams: bool,
}

impl Centre {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url: StoreUrl =
            format!("sqlite:{}", folder.path().join("queue.db").display()).parse().unwrap();
        let site = load_site(&xtask::root().join("config/yenbai/site.toml")).unwrap();
        let clock = Clock::by_hand(MORNING);
        let store = Store::create(&url, &site, clock.now().wall).unwrap();
        let counter = CounterConfig { counter: "10".into(), ..CounterConfig::default() };
        let mut centre = Self {
            _folder: folder,
            store,
            claim: None,
            clock,
            seen: 0,
            kiosk: Kiosk::new(KioskConfig::default(), Layout::UPRIGHT),
            counter: Counter::new(&counter),
            hall: Hall::new(HallConfig::default()),
            paper: Vec::new(),
            said: Vec::new(),
            jams: false,
        };
        centre.tell_board();
        centre
    }

    fn now(&self) -> Now {
        self.clock.now()
    }

    /// What the desk of each program does when it opens.
    fn tell_board(&mut self) {
        let now = self.now();
        let site = Box::new(self.store.site().unwrap());
        let board = Box::new(self.store.board(now.wall).unwrap());
        self.seen = board.seq;
        let tail = self.store.feed(0, 500).unwrap();
        let experience = Box::new(self.store.experience(now.wall).unwrap());
        let effects = self.kiosk.step(
            Input::Board {
                site: site.clone(),
                board: board.clone(),
                tail: tail.clone(),
                experience: experience.clone(),
            },
            now,
        );
        self.kiosk_wants(effects);
        let effects = self.hall.step(
            Input::Board {
                site: site.clone(),
                board: board.clone(),
                tail: tail.clone(),
                experience: experience.clone(),
            },
            now,
        );
        self.hall_wants(effects);
        let effects = self.counter.step(Input::Board { site, board, tail, experience }, now);
        self.counter_wants(effects);
    }

    fn act(&mut self, action: &queue::Action) -> Answer {
        let done = self.store.act(Uuid::now_v7(), action, self.clock.now().wall);
        self.news();
        match done {
            Ok(done) => Answer::Done(Box::new(done)),
            Err(ActError::Refused(refusal)) => Answer::Refused(refusal),
            Err(ActError::Store(error)) => Answer::Failed(Trouble::from(&error)),
        }
    }

    /// Everybody reads the feed.
    fn news(&mut self) {
        let (events, now) = (self.store.feed(self.seen, 500).unwrap(), self.now());
        let Some(last) = events.last() else { return };
        self.seen = last.seq;
        let effects = self.kiosk.step(Input::Events(events.clone()), now);
        self.kiosk_wants(effects);
        let effects = self.counter.step(Input::Events(events.clone()), now);
        self.counter_wants(effects);
        let effects = self.hall.step(Input::Events(events), now);
        self.hall_wants(effects);
    }

    fn at_kiosk(&mut self, input: InputOf<Kiosk>) {
        let effects = self.kiosk.step(input, self.now());
        self.kiosk_wants(effects);
    }

    fn kiosk_wants(&mut self, effects: Vec<EffectOf<Kiosk>>) {
        for effect in effects {
            match effect {
                Effect::Act { tag, action } => {
                    let answer = self.act(&action);
                    self.at_kiosk(Input::Answer { tag, answer });
                }
                Effect::Order(kiosk::Order::Print { job, slip }) => {
                    let end = if self.jams {
                        let out = "Máy in hết giấy.".to_owned();
                        PrintEnd::NotStarted(Trouble { vi: out.clone(), en: out })
                    } else {
                        self.paper.push((job, *slip));
                        PrintEnd::Printed
                    };
                    self.at_kiosk(Input::Device(Printer::Ended { job, end }));
                }
                Effect::Order(kiosk::Order::PaperChanged { .. }) => panic!("no roll was changed"),
                Effect::Order(kiosk::Order::Read { .. } | kiosk::Order::Hush) => {
                    panic!("nobody asked to be read to")
                }
                Effect::Order(kiosk::Order::Guessed(_)) => panic!("no staff came"),
                Effect::Claim { .. }
                | Effect::Take { .. }
                | Effect::Know { .. }
                | Effect::Day { .. }
                | Effect::SignIn { .. }
                | Effect::Release => {
                    panic!("a kiosk claims no counter")
                }
            }
        }
    }

    /// A press, a second after whatever was before: nobody is nervous.
    fn press(&mut self, deed: Deed) {
        self.clock.advance_ms(1_000);
        self.at_counter(Touch::Do(deed));
    }

    fn at_counter(&mut self, touch: Touch) {
        let effects = self.counter.step(Input::Touch(touch), self.now());
        self.counter_wants(effects);
    }

    fn counter_wants(&mut self, effects: Vec<EffectOf<Counter>>) {
        for effect in effects {
            let (tag, answer) = match effect {
                Effect::Act { tag, action } => (tag, self.act(&action)),
                Effect::Claim { tag, counter } => {
                    self.claim = Some(self.store.claim(&counter, MORNING).unwrap());
                    (tag, Answer::Claimed(counter))
                }
                Effect::Release => {
                    self.claim = None;
                    continue;
                }
                Effect::Take { .. } => panic!("nobody else is there"),
                Effect::Know { .. } => panic!("a counter reads no card"),
                Effect::SignIn { .. } => panic!("nobody signs in here"),
                Effect::Day { tag, day } => (tag, Answer::Day(self.store.day(day).unwrap())),
                // The soft sound at an idle counter.
                Effect::Order(_) => continue,
            };
            let effects = self.counter.step(Input::Answer { tag, answer }, self.now());
            self.counter_wants(effects);
        }
    }

    /// A loudspeaker that says everything at once.
    fn hall_wants(&mut self, effects: Vec<EffectOf<Hall>>) {
        for effect in effects {
            match effect {
                Effect::Order(hall::Order::Say { call, number, counter, .. }) => {
                    self.said.push(format!("{number} {counter}"));
                    self.hear(Voice::Begun { call });
                    self.hear(Voice::Spoken { call, attempt: 1 });
                }
                Effect::Act { action, .. } => drop(self.act(&action)),
                Effect::Order(hall::Order::Hush { .. } | hall::Order::Go { .. }) => {}
                Effect::Order(
                    hall::Order::Notice { .. }
                    | hall::Order::Test
                    | hall::Order::Emergency { .. }
                    | hall::Order::AllClear,
                ) => panic!("no notice, no trial and no emergency is set"),
                Effect::Claim { .. }
                | Effect::Take { .. }
                | Effect::Know { .. }
                | Effect::Day { .. }
                | Effect::SignIn { .. }
                | Effect::Release => {
                    panic!("a hall claims no counter")
                }
            }
        }
    }

    fn hear(&mut self, heard: Voice) {
        let effects = self.hall.step(Input::Device(heard), self.now());
        self.hall_wants(effects);
    }

    fn pass(&mut self, ms: i64) {
        self.clock.advance_ms(ms);
        self.at_kiosk(Input::Tick);
        let effects = self.hall.step(Input::Tick, self.now());
        self.hall_wants(effects);
    }

    /// A visitor at the kiosk: agency, procedure, number, answer.
    fn visitor(&mut self, priority: bool) -> String {
        for touch in [
            kiosk::Touch::Tile("agency:stnmt".into()),
            kiosk::Touch::Row("stnmt/0".into()),
            kiosk::Touch::Take,
            kiosk::Touch::Papers(true),
            kiosk::Touch::Priority(priority),
        ] {
            self.at_kiosk(Input::Touch(touch));
        }
        self.kiosk_view().number
    }

    fn kiosk_view(&self) -> kiosk::View {
        self.kiosk.view(self.now())
    }
}

#[test]
fn a_morning_at_the_centre() {
    let mut centre = Centre::open();
    // 07:20: numbers are given from 07:15, counters open at 07:30.
    assert_eq!(centre.kiosk_view().page, Page::Home);
    assert_eq!(centre.kiosk_view().tiles.len(), 21);
    assert_eq!(centre.visitor(false), "H001");
    assert_eq!(centre.kiosk_view().page, Page::Ticket);
    assert_eq!(centre.paper[0].1.number, "H001");
    assert_eq!(centre.paper[0].1.place, "Quầy 9 hoặc 10");
    centre.pass(20_000);
    assert_eq!(centre.kiosk_view().page, Page::Home, "back to the start for the next visitor");
    centre.pass(5 * MINUTE);
    assert_eq!(centre.visitor(false), "H002");
    centre.pass(5 * MINUTE);
    assert_eq!(centre.visitor(true), "H003");
    assert_eq!(centre.kiosk_view().ahead, "0 người", "sixty minutes ahead of both");
    centre.pass(MINUTE);

    // The officer presses one key again and again.
    let view = centre.counter.view(centre.now());
    assert_eq!(view.main_next, "tiếp theo H003");
    centre.press(Deed::Main);
    assert_eq!(centre.counter.view(centre.now()).number, "H003");
    let shown = centre.hall.view(centre.now());
    assert_eq!((shown.calls[0].number.as_str(), shown.calls[0].counter.as_str()), ("H003", "10"));
    assert!(shown.calls[0].fresh);
    centre.pass(6_000);
    assert!(!centre.hall.view(centre.now()).calls[0].fresh);
    centre.press(Deed::Main);
    assert_eq!(centre.counter.view(centre.now()).doing, Doing::Serving);
    centre.pass(8 * MINUTE);
    centre.press(Deed::Main);
    assert_eq!(centre.counter.view(centre.now()).number, "H001");
    centre.press(Deed::Recall);
    centre.press(Deed::NoShow);
    centre.press(Deed::Main);
    assert_eq!(centre.said, ["H003 10", "H001 10", "H001 10", "H002 10"]);
    centre.press(Deed::Finish);
    centre.at_counter(Touch::Commit);
    centre.press(Deed::Main);
    let view = centre.counter.view(centre.now());
    assert_eq!((view.caps.main, view.empty.as_str()), (false, "Không có người chờ"));

    // The hall starts anew: the screen is right, nothing old is said.
    let said = centre.said.len();
    centre.hall = Hall::new(HallConfig::default());
    centre.tell_board();
    assert_eq!(centre.hall.view(centre.now()).calls[0].number, "H002");
    assert_eq!(centre.said.len(), said);
    assert_eq!(centre.store.check().unwrap(), []);
}

#[test]
fn a_wait_is_told_before_the_number_once_five_visits_are_known() {
    let mut centre = Centre::open();
    let at_the_choice = |centre: &mut Centre| {
        for touch in
            [kiosk::Touch::Tile("agency:stnmt".into()), kiosk::Touch::Row("stnmt/0".into())]
        {
            centre.at_kiosk(Input::Touch(touch));
        }
        let view = centre.kiosk_view();
        centre.at_kiosk(Input::Touch(kiosk::Touch::Back));
        centre.at_kiosk(Input::Touch(kiosk::Touch::Back));
        view
    };
    for visits in 0..5 {
        centre.tell_board();
        assert_eq!(at_the_choice(&mut centre).estimate, "", "{visits} visits are not enough");
        centre.visitor(false);
        centre.at_kiosk(Input::Touch(kiosk::Touch::Done));
        centre.press(Deed::Main);
        centre.press(Deed::Main);
        centre.pass(8 * MINUTE);
        centre.press(Deed::Finish);
        centre.at_counter(Touch::Commit);
    }
    centre.visitor(false);
    centre.at_kiosk(Input::Touch(kiosk::Touch::Done));
    centre.press(Deed::Main);
    for _ in 0..2 {
        centre.visitor(false);
        centre.at_kiosk(Input::Touch(kiosk::Touch::Done));
    }
    centre.tell_board();
    let estimate = at_the_choice(&mut centre).estimate;
    assert!(estimate.starts_with("khoảng ") && estimate.ends_with(" phút"), "{estimate}");
    let number = centre.visitor(false);
    let (label, turn) = centre.paper.last().unwrap().1.estimate.clone().unwrap();
    assert_eq!(label, "Dự kiến đến lượt");
    assert_eq!(centre.kiosk_view().turn, turn, "paper and screen say the same");
    // What was told is kept with the number.
    let board = centre.store.board(centre.now().wall).unwrap();
    let ticket = board.tickets.values().find(|t| t.number.to_string() == number).unwrap();
    assert!(ticket.told.is_some());
    assert_eq!(centre.store.check().unwrap(), []);
}

/// P9: the number stands on the screen when the paper has ended.
#[test]
fn paper_out_still_shows_the_number() {
    let mut centre = Centre::open();
    centre.jams = true;
    assert_eq!(centre.visitor(false), "H001");
    let view = centre.kiosk_view();
    assert_eq!(view.page, Page::NoPaper);
    assert!(view.qr.is_some() && view.banner.is_some());
    assert!(centre.paper.is_empty());
    // The ledger knows that no paper exists, and the number is called all the same.
    centre.at_kiosk(Input::Touch(kiosk::Touch::Done));
    centre.press(Deed::Main);
    assert_eq!(centre.counter.view(centre.now()).number, "H001");
}

#[test]
fn a_printer_that_is_down_is_said_before_the_number() {
    let mut centre = Centre::open();
    let out = Trouble { vi: "Máy in hết giấy.".into(), en: "Out of paper.".into() };
    centre.at_kiosk(Input::Device(Printer::Down(out)));
    assert_eq!(centre.visitor(false), "", "no number before the visitor agrees");
    assert_eq!(centre.kiosk_view().page, Page::Offer);
    centre.at_kiosk(Input::Touch(kiosk::Touch::Accept));
    let view = centre.kiosk_view();
    assert_eq!((view.page, view.number.as_str()), (Page::NoPaper, "H001"));
}

#[test]
fn lunch_closes_the_kiosk_and_the_evening_names_the_next_day() {
    let mut centre = Centre::open();
    centre.pass(4 * 60 * MINUTE + 15 * MINUTE);
    let view = centre.kiosk_view();
    assert_eq!((view.page, view.closed_title.as_str()), (Page::Closed, "Đang nghỉ trưa"));
    assert!(view.closed_text.contains("13:15"));
    centre.pass(6 * 60 * MINUTE);
    let view = centre.kiosk_view();
    assert_eq!(view.closed_title, "Đã hết giờ phát số hôm nay");
    assert!(view.closed_text.contains("07:15, Thứ Ba, 24/11/2026"), "{}", view.closed_text);
}

#[test]
fn an_idle_visitor_is_asked_and_the_next_one_finds_the_usual_screen() {
    let mut centre = Centre::open();
    centre.at_kiosk(Input::Touch(kiosk::Touch::Language));
    centre.at_kiosk(Input::Touch(kiosk::Touch::Tile("agency:stnmt".into())));
    assert_eq!(centre.kiosk_view().lang, Lang::En);
    centre.pass(21_000);
    let banner = centre.kiosk_view().banner.unwrap();
    assert_eq!(banner.title, "Are you still there?");
    centre.at_kiosk(Input::Touch(kiosk::Touch::Touched));
    assert!(centre.kiosk_view().banner.is_none());
    centre.pass(31_000);
    let view = centre.kiosk_view();
    assert_eq!((view.page, view.lang), (Page::Home, Lang::Vi));
}
