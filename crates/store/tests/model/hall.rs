//! The reference: a hall as plain lists, written from the rules and not from the code.
//!
//! Nothing here is fast, durable or shared; every question is answered by looking at everybody.
//! Only names of states and of refusals are taken from the heart.

use queue::{Action, Intake, Officer, Ratings, Rules, Shift, State, Tries};

mod acts;
mod calling;

pub(super) const MINUTE: i64 = 60_000;
pub(super) const DAY: i64 = 24 * 60 * MINUTE;
/// Yên Bái is seven hours ahead of UTC, all year.
const ZONE: i64 = 7 * 60 * MINUTE;

/// The services, in the site's order: code, series, limit of a half day.
pub(super) const SERVICES: [(&str, &str, usize); 3] =
    [("a", "A", 0), ("b", "B", 5), ("c", "05", 0)];
/// The classes with their head starts in minutes.
pub(super) const CLASSES: [(&str, i64); 3] = [("normal", 0), ("elder", 30), ("urgent", 60)];
/// The counters.
pub(super) const DESKS: [&str; 4] = ["1", "2", "3", "4"];
/// Half days in minutes, of the centre and of the last service.
pub(super) const SESSIONS: [(i64, i64); 2] = [(450, 690), (810, 1020)];
pub(super) const SHORT: [(i64, i64); 1] = [(480, 600)];
pub(super) const BEFORE_OPEN: i64 = 15;
pub(super) const BEFORE_CLOSE: i64 = 10;
/// The service with bookings: quarters of an hour, one place, six days.
pub(super) const BOOKED: usize = 1;

/// A ticket.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Slip {
    pub(super) day: i64,
    pub(super) series: &'static str,
    pub(super) count: u32,
    pub(super) service: usize,
    pub(super) class: usize,
    pub(super) dossiers: u32,
    pub(super) then: Vec<usize>,
    pub(super) lang: String,
    pub(super) state: State,
    pub(super) desk: Option<usize>,
    pub(super) only: Option<usize>,
    pub(super) rank: i64,
    pub(super) issued: i64,
    pub(super) called: Option<i64>,
    pub(super) started: Option<i64>,
    pub(super) ended: Option<i64>,
    pub(super) back: Option<i64>,
    pub(super) calls: u32,
    pub(super) leg: u32,
    pub(super) print: queue::PrintState,
    /// How often anything but paper and voice has happened to it.
    touched: u64,
}

/// A counter at work.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Desk {
    /// Open, or paused and why, or closed; nothing before it opened today.
    pub(super) duty: Option<queue::Duty>,
    pub(super) officer: Option<String>,
    pub(super) since: i64,
    pub(super) streak: u32,
    undo: Option<Undo>,
}

/// What a counter may take back: the tickets as they stood, and how touched they are since.
#[derive(Clone, Debug, PartialEq)]
struct Undo {
    at: i64,
    before: Vec<(usize, Slip)>,
    touched: Vec<u64>,
    streak: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Hall {
    pub(super) rules: Rules,
    /// The time of the last event.
    pub(super) at: i64,
    /// The business day, counted from 1970-01-01.
    pub(super) day: i64,
    /// Every ticket of every day, in the order of issue.
    pub(super) slips: Vec<Slip>,
    pub(super) desks: [Desk; 4],
    /// Who may sign in, in order of their codes, and how their PIN was guessed.
    pub(super) officers: Vec<(Officer, Tries)>,
    /// The day's ratings, and whose visit was rated.
    pub(super) ratings: Ratings,
    rated: Vec<usize>,
    /// Why a service gives no numbers today.
    pub(super) paused: [Option<String>; 3],
    /// What every hall is told before everything else, in Vietnamese.
    pub(super) emergency: Option<String>,
    /// Live bookings: code and time.
    pub(super) bookings: Vec<(String, i64)>,
    /// Who holds what today: person, service, ticket.
    people: Vec<(String, usize, usize)>,
    /// The last heartbeat of the first counter, the only one with a program.
    pub(super) beat: i64,
    /// The time at which a wrong clock was last put on record, and confirmed.
    held: Option<i64>,
    confirmed: Option<i64>,
    /// What the action at hand has changed that can be taken back.
    log: Vec<(usize, Slip)>,
    /// The counters' priority calls in a row before it.
    streaks: [u32; 4],
}

pub(super) type Answer = Result<Option<usize>, &'static str>;

pub(super) fn day_of(at: i64) -> i64 {
    (at + ZONE).div_euclid(DAY)
}

/// The minute of the day.
pub(super) fn minute_of(at: i64) -> i64 {
    (at + ZONE).rem_euclid(DAY) / MINUTE
}

pub(super) fn instant(day: i64, minute: i64) -> i64 {
    day * DAY - ZONE + minute * MINUTE
}

impl Hall {
    pub(super) fn new(rules: Rules, now: i64) -> Self {
        Self {
            rules,
            at: now,
            day: day_of(now),
            slips: Vec::new(),
            desks: Default::default(),
            officers: Vec::new(),
            ratings: Ratings::default(),
            rated: Vec::new(),
            paused: Default::default(),
            emergency: None,
            bookings: Vec::new(),
            people: Vec::new(),
            beat: now,
            held: None,
            confirmed: None,
            log: Vec::new(),
            streaks: [0; 4],
        }
    }

    /// The hall after an action, with the ticket it answers; or the refusal's word.
    pub(super) fn act(&self, now: i64, action: &Action) -> Result<(Self, Option<usize>), String> {
        let mut next = self.clone();
        let who = next.carry_out(now, action)?;
        Ok((next, who))
    }

    /// The hall under other rules; nothing when the date is in doubt.
    pub(super) fn apply(&self, now: i64, rules: &Rules) -> Option<Self> {
        if self.in_doubt(now) {
            return None;
        }
        let mut next = Self { rules: rules.clone(), at: self.at.max(now), ..self.clone() };
        next.begin_day();
        Some(next)
    }

    pub(super) fn in_doubt(&self, now: i64) -> bool {
        let confirmed = self.confirmed == Some(self.at);
        now - self.at > 14 * DAY || (self.at - now > DAY && !confirmed)
    }

    fn carry_out(&mut self, now: i64, action: &Action) -> Answer {
        if let Action::TakeOver { from, .. } = action
            && from.as_str() == DESKS[0]
            && (now - self.beat).abs() < 30_000
        {
            return Err("counter_alive");
        }
        if let Action::Call { reason, .. }
        | Action::Void { reason, .. }
        | Action::Intake { change: Intake::Pause { reason }, .. }
        | Action::Shift { change: Shift::Pause { reason }, .. } = action
            && reason.chars().all(char::is_whitespace)
        {
            return Err("reason_missing");
        }
        if matches!(action, Action::ClockStepped { .. }) && self.in_doubt(now) {
            // On record, and nothing else: time stands still.
            self.held = Some(self.at);
            return Ok(None);
        }
        if *action != Action::ConfirmDate && self.in_doubt(now) {
            return Err("clock_in_doubt");
        }
        self.at = self.at.max(now);
        if self.at - now > 5_000 && self.held != Some(self.at) {
            self.held = Some(self.at);
        }
        self.begin_day();
        self.release();
        self.log.clear();
        self.streaks = [0, 1, 2, 3].map(|desk: usize| self.desks[desk].streak);
        let who = self.perform(action)?;
        self.note(action);
        Ok(who)
    }

    fn begin_day(&mut self) {
        let today = day_of(self.at).max(self.day);
        if today == self.day {
            return;
        }
        for slip in self.slips.iter_mut().filter(|slip| !slip.state.ended()) {
            slip.end(State::Cancelled, self.at);
        }
        self.desks = Default::default();
        self.paused = Default::default();
        self.emergency = None;
        self.ratings = Ratings::default();
        self.rated.clear();
        self.people.clear();
        self.bookings.retain(|(_, slot)| *slot >= instant(today, 0));
        self.day = today;
    }

    /// Whoever is parked until now waits again.
    fn release(&mut self) {
        for slip in &mut self.slips {
            if slip.state == State::Parked && slip.back.is_some_and(|back| back <= self.at) {
                slip.wait(slip.rank);
                slip.touched += 1;
            }
        }
    }

    /// The last action of a counter is the one it may take back, if it can be at all.
    fn note(&mut self, action: &Action) {
        let before = std::mem::take(&mut self.log);
        let acting = action.acting().and_then(|desk| desk_of(desk.as_str()));
        let Some(desk) = acting else { return };
        if self.desks[desk].duty.is_none() {
            return;
        }
        let touched = before.iter().map(|(slip, _)| self.slips[*slip].touched).collect();
        let undo = Undo { at: self.at, before, touched, streak: self.streaks[desk] };
        self.desks[desk].undo = (!undo.before.is_empty()).then_some(undo);
    }

    /// Changes a ticket; `undoable` says whether the acting counter may take it back.
    fn change(&mut self, slip: usize, undoable: bool, change: impl FnOnce(&mut Slip)) {
        if undoable {
            self.log.push((slip, self.slips[slip].clone()));
        }
        self.slips[slip].touched += 1;
        change(&mut self.slips[slip]);
    }

    /// Tickets of today that are not over.
    pub(super) fn live(&self) -> impl Iterator<Item = &Slip> {
        self.slips.iter().filter(|slip| slip.day == self.day && !slip.state.ended())
    }

    pub(super) fn served(&self) -> usize {
        let today = self.slips.iter().filter(|slip| slip.day == self.day);
        today.filter(|slip| slip.state == State::Served).count()
    }

    pub(super) fn may_undo(&self, desk: usize) -> bool {
        self.desks[desk].undo.is_some()
    }

    pub(super) fn at_work(&self, desk: usize) -> bool {
        self.desks[desk].duty.is_some()
    }

    pub(super) fn held_by(&self, desk: usize) -> Option<usize> {
        let held = |slip: &Slip| {
            slip.state.at_counter() && slip.desk == Some(desk) && slip.day == self.day
        };
        self.slips.iter().position(held)
    }
}

impl Slip {
    fn wait(&mut self, rank: i64) {
        self.state = State::Waiting;
        self.rank = rank;
        (self.desk, self.called, self.started, self.ended, self.back) =
            (None, None, None, None, None);
    }

    fn end(&mut self, state: State, at: i64) {
        (self.state, self.ended, self.back) = (state, Some(at), None);
    }

    pub(super) fn priority(&self) -> bool {
        CLASSES[self.class].1 > 0
    }
}

pub(super) fn desk_of(code: &str) -> Option<usize> {
    DESKS.iter().position(|desk| *desk == code)
}

fn service_of(code: &str) -> Result<usize, &'static str> {
    SERVICES.iter().position(|(service, ..)| *service == code).ok_or("unknown_service")
}
