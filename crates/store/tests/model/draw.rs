//! Chance: a few numbers, read as an action of the hall as it stands, so that they shrink.

use proptest::prelude::*;
use queue::{
    Action, Alert, Asker, BookingCode, Complaint, CounterId, CounterStep, Danger, Heard, Intake,
    Level, Number, Officer, OfficerId, PinHash, PrintState, ReturnPlace, Role, Rules, Shift,
    Staffing, State, Target, Text, TicketId, Timestamp, Wish,
};

use super::hall::{CLASSES, DAY, DESKS, Hall, MINUTE, SERVICES, Slip, day_of, instant};
use super::person;

/// What chance gives for one step.
#[derive(Clone, Debug)]
pub(super) struct Draw {
    kind: u8,
    a: u16,
    b: u16,
    c: u16,
    time: u8,
    luck: u8,
}

pub(super) fn draw() -> impl Strategy<Value = Draw> {
    let parts = (0_u8..100, any::<u16>(), any::<u16>(), any::<u16>(), any::<u8>(), any::<u8>());
    parts.prop_map(|(kind, a, b, c, time, luck)| Draw { kind, a, b, c, time, luck })
}

pub(super) fn rules() -> impl Strategy<Value = Rules> {
    let choices = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    choices.prop_map(|(undo, keeps, limit, kept, one_each)| Rules {
        undo_s: if undo { 60 } else { 600 },
        transfer_keeps_arrival: keeps,
        missed_return_min: if limit { 10 } else { 0 },
        missed_place: if kept { ReturnPlace::Kept } else { ReturnPlace::End },
        one_each,
        ..Rules::default()
    })
}

fn pick<T: Copy>(all: &[T], by: u16) -> T {
    all[usize::from(by) % all.len()]
}

impl Draw {
    /// How the clock moves: mostly a little, sometimes to tomorrow, sometimes back; `ahead` is how
    /// far it is from the last event.
    pub(super) fn passes(&self, ahead: i64) -> i64 {
        let some = i64::from(self.c);
        match self.time {
            0..=179 => some % 60_000,
            180..=221 => some % 20 * MINUTE,
            222..=229 => some % 180 * MINUTE,
            230..=232 => DAY - some % 600 * MINUTE,
            233..=241 => -(some % 9_000),
            242..=246 => -(some % 90) * MINUTE,
            247 => 15 * DAY,
            248 => -2 * DAY - some,
            // Somebody has set it right.
            _ => -ahead,
        }
    }

    pub(super) fn beats(&self) -> bool {
        self.luck.is_multiple_of(8)
    }

    pub(super) fn reopens(&self) -> bool {
        self.luck % 32 == 1
    }

    /// The centre decides anew, now and then.
    pub(super) fn decides(&self, rules: &Rules) -> Option<Rules> {
        (self.luck % 32 == 3).then(|| Rules {
            transfer_keeps_arrival: self.a.is_multiple_of(2),
            one_each: self.b.is_multiple_of(2),
            missed_return_min: u32::from(self.c % 2) * 10,
            ..rules.clone()
        })
    }

    pub(super) fn retries(&self) -> bool {
        self.luck % 4 == 2
    }

    pub(super) fn program(&self) -> usize {
        usize::from(self.luck / 128)
    }

    pub(super) fn action(&self, hall: &Hall, now: i64) -> Action {
        if hall.in_doubt(now) && self.luck.is_multiple_of(3) {
            return Action::ConfirmDate;
        }
        let counter = || self.counter(self.a, |_| true);
        match self.kind {
            0..=19 => Action::Issue { service: self.service(self.a), wish: self.wish() },
            20..=21 => Action::Direct { counter: counter(), service: self.service(self.b) },
            22..=35 => Action::CallNext { counter: counter() },
            36..=38 => {
                let reason = self.reason();
                let number = self.number(hall, |state| state == State::Waiting);
                Action::Call { counter: counter(), number, reason }
            }
            39..=58 => {
                let counter = self.counter(self.a, |desk| hall.held_by(desk).is_some());
                Action::AtCounter { counter, step: self.at_desk(now) }
            }
            59..=61 => {
                let number = self.number(hall, |state| state == State::Parked);
                Action::Resume { counter: counter(), number }
            }
            62..=76 => self.numbered(hall),
            77..=84 => Action::Undo { counter: self.counter(self.a, |desk| hall.may_undo(desk)) },
            85..=86 => {
                let from = self.counter(self.b, |desk| hall.held_by(desk).is_some());
                Action::TakeOver { counter: counter(), from }
            }
            87 => self.rate(hall),
            88 => Action::Shift { counter: counter(), change: self.shift() },
            89 => self.staff(),
            90 if self.luck.is_multiple_of(3) => self.alert(),
            90 => self.intake(),
            91..=96 => self.booking(hall, now),
            _ => self.paper(hall),
        }
    }

    /// Mostly a counter that fits, sometimes any, sometimes none of the house.
    fn counter(&self, by: u16, fits: impl Fn(usize) -> bool) -> CounterId {
        let fitting: Vec<_> = (0..DESKS.len()).filter(|desk| fits(*desk)).collect();
        match by % 64 {
            0 => "9".into(),
            1..=8 => pick(&DESKS, by / 64).into(),
            _ if fitting.is_empty() => pick(&DESKS, by / 64).into(),
            _ => DESKS[pick(&fitting, by / 64)].into(),
        }
    }

    fn service(&self, by: u16) -> queue::ServiceId {
        if by.is_multiple_of(97) { "none".into() } else { pick(&SERVICES, by).0.into() }
    }

    fn wish(&self) -> Wish {
        let class = match self.b % 41 {
            1 => "none",
            other => pick(&CLASSES, other).0,
        };
        let then = match self.c % 10 {
            0 => vec![self.service(self.c / 10)],
            1 => vec![self.service(self.c / 10), self.service(self.b / 7)],
            _ => Vec::new(),
        };
        Wish {
            class: (!self.b.is_multiple_of(5)).then(|| class.into()),
            then,
            dossiers: u32::from(self.a / 97 % 4),
            asker: if self.c.is_multiple_of(3) { Asker::Visitor } else { Asker::Staff },
            print: if self.c.is_multiple_of(4) { PrintState::Pending } else { PrintState::None },
            lang: ["", "en", "tyz"][usize::from(self.b % 3)].into(),
            person: self.c.is_multiple_of(5).then(|| person(self.b % 4)),
            ..Wish::default()
        }
    }

    /// Mostly a number that fits, sometimes any live one or any of today, sometimes none.
    fn number(&self, hall: &Hall, fits: impl Fn(State) -> bool) -> Number {
        let today = || hall.slips.iter().filter(|slip| slip.day == hall.day);
        let some: Vec<_> = match self.b % 16 {
            0 => today().collect(),
            1..=3 => hall.live().collect(),
            _ => hall.live().filter(|slip| fits(slip.state)).collect(),
        };
        match some.get(usize::from(self.c) % some.len().max(1)) {
            Some(slip) => Number::new(slip.series, slip.count),
            None => Number::new("A", 1 + u32::from(self.c % 9)),
        }
    }

    fn at_desk(&self, now: i64) -> CounterStep {
        match self.b % 8 {
            0 => CounterStep::Recall,
            1 | 2 => CounterStep::Start,
            3 | 4 => CounterStep::finish(),
            5 => CounterStep::NoShow,
            6 => CounterStep::park(),
            _ => {
                let until = now + (i64::from(self.c % 20) - 2) * MINUTE;
                CounterStep::Park { until: Some(Timestamp(until)) }
            }
        }
    }

    fn numbered(&self, hall: &Hall) -> Action {
        let by = (!self.a.is_multiple_of(3))
            .then(|| self.counter(self.a / 3, |desk| hall.at_work(desk)));
        let any = self.number(hall, |_| true);
        match self.a % 11 {
            0..=2 => {
                let to = Target::Service(self.service(self.b / 16));
                Action::Transfer { number: any, to, by }
            }
            3 | 4 => {
                // Often to the same one, so that a queue forms there.
                let to = Target::Counter(self.counter(self.b / 16, |desk| desk == 1));
                Action::Transfer { number: any, to, by }
            }
            5..=7 => {
                let back = |state| matches!(state, State::NoShow | State::Parked | State::Called);
                Action::Requeue { number: self.number(hall, back), by }
            }
            8 | 9 => Action::Cancel { number: any, by },
            _ => Action::Void { number: any, reason: self.reason(), by },
        }
    }

    /// Now and then somebody gives none.
    fn reason(&self) -> String {
        if self.luck.is_multiple_of(8) { " ".into() } else { format!("reason {}", self.c % 3) }
    }

    fn shift(&self) -> Shift {
        let who = OfficerId::from(format!("o-{}", self.c % 3));
        match self.b % 5 {
            0 => Shift::Open { officer: None },
            1 => Shift::Open { officer: Some(who) },
            2 => Shift::Take { officer: self.c.is_multiple_of(4).then_some(who) },
            3 => Shift::Pause { reason: self.reason() },
            _ => Shift::Close,
        }
    }

    /// Mostly numbers again, so that the hall does not dry up.
    fn intake(&self) -> Action {
        let change = match self.b % 4 {
            0 => Intake::Pause { reason: self.reason() },
            _ => Intake::Resume,
        };
        let by = self.a.is_multiple_of(2).then(|| self.counter(self.a / 2, |_| true));
        Action::Intake { service: self.service(self.c), change, by }
    }

    /// Often ended again, and often when none stands.
    fn alert(&self) -> Action {
        let danger = pick(&Danger::ALL, self.b);
        let text = match danger {
            // Now and then without words.
            Danger::Other => ["", "a", "b"][usize::from(self.c % 3)].into(),
            Danger::Evacuation | Danger::PowerCut | Danger::Failure => String::new(),
        };
        let text = Text::new(text, "");
        let change = match self.c % 2 {
            0 => Alert::Raise { danger, text },
            _ => Alert::End,
        };
        let by = self.a.is_multiple_of(2).then(|| self.counter(self.a / 2, |_| true));
        Action::Emergency { change, by }
    }

    /// Mostly a visit of today that is over.
    fn rate(&self, hall: &Hall) -> Action {
        let fits = |slip: &Slip| match self.b % 8 {
            0 => true,
            1 => slip.day == hall.day,
            _ => slip.day == hall.day && slip.state == State::Served,
        };
        let some: Vec<_> = (0..hall.slips.len()).filter(|at| fits(&hall.slips[*at])).collect();
        let slip = if some.is_empty() { 0 } else { pick(&some, self.c) };
        let ticket = TicketId(i64::try_from(slip).unwrap() + 1);
        let why = vec![pick(&Complaint::ALL, self.a); usize::from(self.a % 3)];
        Action::Rate { ticket, level: pick(&Level::ALL, self.a), why }
    }

    /// Officers who work at all counters; most who try guess.
    fn staff(&self) -> Action {
        let id = OfficerId::from(format!("o-{}", self.a % 2));
        let pin = || PinHash(format!("hash {}", self.c % 4));
        let change = match self.b % 12 {
            0..=2 => {
                let name = format!("name {}", self.c % 5);
                let role = pick(&Role::ALL, self.c);
                let who = Officer { id, name, role, agencies: Vec::new() };
                Staffing::Enlist { who, pin: (!self.c.is_multiple_of(3)).then(pin) }
            }
            3 => Staffing::ResetPin { who: id, pin: pin() },
            4 if self.c.is_multiple_of(3) => {
                let agencies = self.c.is_multiple_of(2).then(|| "none".to_owned());
                let by = self.counter(self.b, |_| true);
                Staffing::Assign { who: id, agencies: agencies.into_iter().collect(), by }
            }
            4 => Staffing::Dismiss { who: id },
            _ => {
                let counter = self.counter(self.b, |_| true);
                Staffing::TryPin { who: id, counter, right: self.c.is_multiple_of(9) }
            }
        };
        Action::Staff { change }
    }

    fn booking(&self, hall: &Hall, now: i64) -> Action {
        let code = match hall.bookings.get(usize::from(self.b) % hall.bookings.len().max(1)) {
            Some((code, _)) if !self.b.is_multiple_of(16) => BookingCode(code.clone()),
            _ => BookingCode("none".into()),
        };
        match self.a % 9 {
            0..=3 => {
                let service = if self.b.is_multiple_of(20) { "a" } else { "b" };
                Action::Book { service: service.into(), slot: self.slot(now) }
            }
            4 => Action::MoveBooking { code, slot: self.slot(now) },
            5 => Action::CancelBooking { code },
            _ => Action::CheckIn { code, wish: self.wish() },
        }
    }

    /// Mostly a quarter of an hour near now, sometimes days ahead, sometimes off the grid.
    fn slot(&self, now: i64) -> Timestamp {
        let quarter = 15 * MINUTE;
        let near = (now / quarter + i64::from(self.c % 4)) * quarter;
        Timestamp(match self.b % 12 {
            0 => near + 1,
            1 => near + MINUTE,
            2 => near + 20_000,
            3 => instant(day_of(now) + i64::from(self.c % 8), 540),
            4..=8 => instant(day_of(now) + 1, 540 + i64::from(self.c % 2) * 15),
            _ => near,
        })
    }

    fn paper(&self, hall: &Hall) -> Action {
        let tickets = i64::try_from(hall.slips.len()).unwrap();
        match self.a % 4 {
            0 | 1 if tickets > 0 => {
                let print = pick(
                    &[PrintState::Printing, PrintState::Printed, PrintState::Unconfirmed],
                    self.b,
                );
                // Now and then one that is not there.
                let ticket = TicketId(1 + i64::from(self.c) % (tickets + 1));
                Action::Print { ticket, print, copy: self.b.is_multiple_of(2) }
            }
            2 => Action::Announce {
                call: i64::from(self.c % 50),
                display: ["", "a"][usize::from(self.c.is_multiple_of(3))].into(),
                heard: Heard::Begun,
            },
            3 => Action::ClockStepped { by_ms: i64::from(self.c) },
            _ => Action::ConfirmDate,
        }
    }
}
