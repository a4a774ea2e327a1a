//! A centre for the tests of the flows: the sample site, a time, and events written by hand.

use queue::rule::Lane;
use queue::wait::Range;
use queue::{
    Board, BusinessDay, ClassId, Event, Number, PrintState, Site, State, Ticket, TicketId,
    Timestamp, Told, What,
};

use crate::Now;

/// Monday 23 November 2026, 08:00 in Yên Bái.
pub(crate) const START: Timestamp = Timestamp(1_795_395_600_000);

/// The provincial sample.
pub(crate) fn site() -> Box<Site> {
    Box::new(toml::from_str(include_str!("../../../config/yenbai/site.toml")).unwrap())
}

/// `ms` after the start, on both clocks.
pub(crate) fn at(ms: i64) -> Now {
    Now { wall: START.plus_ms(ms), up_ms: ms }
}

/// A day's feed, written event by event.
#[derive(Default)]
pub(crate) struct Feed {
    pub(crate) board: Board,
    pub(crate) events: Vec<Event>,
}

impl Feed {
    /// The next event, `ms` after the start, about `number` of the land office.
    pub(crate) fn add(&mut self, ms: i64, number: u32, counter: &str, what: What) -> Event {
        let event = Event {
            seq: self.board.seq + 1,
            at: START.plus_ms(ms),
            day: BusinessDay(20_261_123),
            ticket: Some(TicketId(number.into())),
            number: Some(Number::new("H", number)),
            service: Some("stnmt".into()),
            counter: (!counter.is_empty()).then(|| counter.into()),
            officer: None,
            what,
        };
        self.board.apply(&event).unwrap();
        self.events.push(event.clone());
        event
    }

    /// A number of any service is given.
    #[allow(dead_code, reason = "the picture tests of the faces use it")]
    pub(crate) fn take(&mut self, ms: i64, service: &str, number: Number, class: &str) {
        let seq = self.board.seq + 1;
        let event = Event {
            seq,
            at: START.plus_ms(ms),
            day: BusinessDay(20_261_123),
            ticket: Some(TicketId(10_000 + seq)),
            number: Some(number),
            service: Some(service.into()),
            counter: None,
            officer: None,
            what: What::Issued {
                class: class.into(),
                rank: START.plus_ms(ms).0,
                procedure: None,
                dossiers: 0,
                print: PrintState::None,
                lane: if class == "normal" { Lane::Ordinary } else { Lane::Priority },
                then: Vec::new(),
                told: None,
                lang: String::new(),
                booking: None,
            },
        };
        self.board.apply(&event).unwrap();
        self.events.push(event);
    }

    /// A number is given.
    pub(crate) fn issue(&mut self, ms: i64, number: u32) -> Event {
        self.brings(ms, number, 0)
    }

    /// A number is given to whoever hands in so many dossiers.
    pub(crate) fn brings(&mut self, ms: i64, number: u32, dossiers: u32) -> Event {
        let rank = START.plus_ms(ms).0;
        let class = ClassId::from("normal");
        let what = What::Issued {
            class,
            rank,
            procedure: None,
            dossiers,
            print: PrintState::None,
            lane: Lane::Ordinary,
            then: Vec::new(),
            told: None,
            lang: String::new(),
            booking: None,
        };
        self.add(ms, number, "", what)
    }

    /// It is called.
    pub(crate) fn call(&mut self, ms: i64, number: u32, counter: &str) -> Event {
        self.add(ms, number, counter, What::Called { calls: 1, reason: None, streak: 0 })
    }
}

/// A number of the land office that waits, told to wait as long as anybody may be.
pub(crate) fn ticket(number: u32, print: PrintState) -> Ticket {
    Ticket {
        id: TicketId(7),
        number: Number::new("H", number),
        service: "stnmt".into(),
        class: ClassId::from("normal"),
        lane: Lane::Ordinary,
        procedure: Some(0),
        dossiers: 0,
        then: Vec::new(),
        leg: 1,
        state: State::Waiting,
        counter: None,
        only: None,
        return_at: None,
        issued_at: START,
        told: Some(Told { range: TOLD, work_ms: 25 * 60_000 }),
        lang: String::new(),
        rank: START.0,
        called_at: None,
        started_at: None,
        ended_at: None,
        calls: 0,
        print,
        seq: 1,
    }
}

/// A wait as it may be told.
pub(crate) const TOLD: Range = Range { from_min: 20, to_min: 35 };
