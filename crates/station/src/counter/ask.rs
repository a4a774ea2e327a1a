//! What the officer is asked before an action that needs more than a press: a list to choose from,
//! a field to type into, or both. Every key goes through the flow, so that what is typed while the
//! dialog opens is typed into it.

use queue::{
    Action, CounterId, CounterStep, DOSSIERS_MAX, Finish, Finishing, Number, OfficerId, Outcome,
    Role, Shift, Site, State, Target, Ticket,
};

use super::Counter;
use super::said::{PAUSES, REASONS, VOIDS, outcome_words};
use crate::Now;
use crate::find::plain;
use crate::words::{clock, minutes};

/// Longer than any code or reason.
const TYPED_MAX: usize = 120;
/// Codes of one visit; an intermediary brings dozens.
const CODES_MAX: usize = 60;
/// A scanner gives its letters faster than any hand, milliseconds.
const SCANNER_MS: i64 = 50;

/// What is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asked {
    /// Nothing.
    #[default]
    Nothing,
    /// What came of the visit.
    Finish,
    /// How long the visitor is set aside.
    Park,
    /// Where the visitor goes.
    Transfer,
    /// Which number is called.
    Number,
    /// Why it is called out of order.
    Reason,
    /// What is served without a number.
    Direct,
    /// Who comes back.
    Returns,
    /// Why a number ends.
    End,
    /// Why the counter pauses.
    Pause,
    /// Which service stops giving numbers, or starts again.
    Services,
    /// Which number a supervisor moves.
    Move,
    /// Which number a supervisor voids.
    Void,
    /// About which officer.
    Officers,
    /// For which agencies the officer works.
    Agencies,
    /// Nothing: the documents are shown.
    Papers,
}

/// An open dialog.
#[derive(Clone, Debug, Default)]
pub(super) struct Ask {
    pub(super) asked: Asked,
    /// The number it is about.
    pub(super) about: Option<Number>,
    /// The number is anybody's, not that of the visitor here.
    pub(super) of_all: bool,
    /// The officer it is about.
    pub(super) who: Option<OfficerId>,
    /// What stands in the field.
    pub(super) typed: String,
    /// The row that is marked.
    pub(super) at: usize,
    pub(super) outcome: Option<Outcome>,
    pub(super) dossiers: u32,
    /// As many as the visitor said to bring, at least one.
    brought: u32,
    pub(super) codes: Vec<String>,
    /// A reason in the officer's own words.
    pub(super) words: String,
    /// The figure that chose an outcome, when, and what was chosen before: a scanner's first letter.
    figure: Option<(String, i64, Option<Outcome>)>,
}

/// A row to choose.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) label: String,
    pub(super) note: String,
    pub(super) then: Then,
}

/// What choosing a row does.
#[derive(Clone, Debug)]
pub(super) enum Then {
    /// It is done.
    Act(Action),
    /// A reason is asked for.
    Reason(Number),
    /// It is noted.
    Outcome(Outcome),
    /// It is asked where the number goes.
    Move(Number),
    /// It is asked why the number is void.
    Void(Number),
    /// It is asked where the officer works.
    Officer(OfficerId),
}

/// How a typed key was taken.
pub(super) enum Took {
    /// It went into the field or moved the mark.
    Field,
    /// It chose this row.
    Row(usize),
    /// It was none of the dialog's.
    No,
}

impl Ask {
    pub(super) fn new(asked: Asked, about: Option<Number>) -> Self {
        Self { asked, about, dossiers: 1, brought: 1, ..Self::default() }
    }

    /// About anybody's number.
    pub(super) fn of_all(asked: Asked, number: Number) -> Self {
        Self { of_all: true, ..Self::new(asked, Some(number)) }
    }

    /// For which agencies an officer works.
    pub(super) fn agencies(who: OfficerId) -> Self {
        Self { who: Some(who), ..Self::new(Asked::Agencies, None) }
    }

    /// Whether rows are chosen by typing part of them and not by their figures.
    pub(super) fn is_search(&self) -> bool {
        match self.asked {
            Asked::Transfer
            | Asked::Number
            | Asked::Returns
            | Asked::Services
            | Asked::Move
            | Asked::Void
            | Asked::Officers
            | Asked::Agencies => true,
            Asked::Nothing
            | Asked::Finish
            | Asked::Park
            | Asked::Reason
            | Asked::Direct
            | Asked::End
            | Asked::Papers
            | Asked::Pause => false,
        }
    }

    /// Whether a reason may be given in the officer's own words.
    pub(super) fn has_words(&self) -> bool {
        matches!(self.asked, Asked::Reason | Asked::End | Asked::Pause)
    }

    /// Puts a text into the field, as from the clipboard; codes stand on lines or between spaces.
    pub(super) fn paste(&mut self, text: &str) {
        let clean = |c: char| if c.is_control() { ' ' } else { c };
        let text: String = text.chars().map(clean).take(TYPED_MAX * CODES_MAX).collect();
        if self.asked != Asked::Finish {
            self.typed = text.trim().chars().take(TYPED_MAX).collect();
            return;
        }
        let mut codes: Vec<&str> =
            text.split([' ', ',', ';']).filter(|code| !code.is_empty()).collect();
        let last = codes.pop().unwrap_or_default();
        for code in codes {
            self.typed.push_str(code);
            self.keep_code();
        }
        self.typed.extend(last.chars().take(TYPED_MAX));
    }

    /// The code in the field joins those before it; each code is a dossier.
    pub(super) fn keep_code(&mut self) {
        let code = std::mem::take(&mut self.typed).trim().to_owned();
        if code.is_empty() || self.codes.contains(&code) || self.codes.len() >= CODES_MAX {
            return;
        }
        self.codes.push(code);
        self.dossiers = self.dossiers.max(u32::try_from(self.codes.len()).unwrap_or(DOSSIERS_MAX));
    }

    /// The last code goes.
    fn drop_code(&mut self) {
        if let Some(code) = self.codes.pop() {
            let left = u32::try_from(self.codes.len()).unwrap_or(DOSSIERS_MAX);
            // The count that the code brought goes with it.
            if self.dossiers == left + 1 {
                self.dossiers = left.max(self.brought);
            }
            self.typed = code;
        }
    }

    /// The visitor said at the kiosk how many there are; 0: not asked.
    pub(super) fn brings(&mut self, dossiers: u32) {
        self.brought = dossiers.max(1);
        self.dossiers = self.brought;
    }

    pub(super) fn count(&mut self, by: i32) {
        self.dossiers = self.dossiers.saturating_add_signed(by).min(DOSSIERS_MAX);
    }

    /// What the officer noted.
    pub(super) fn noted(&self) -> Finish {
        let mut noted = self.clone();
        noted.keep_code();
        Finish { outcome: noted.outcome, dossiers: noted.dossiers, codes: noted.codes }
    }

    /// Takes a key: a figure chooses, text goes into the field.
    pub(super) fn take(&mut self, stroke: &super::Stroke, rows: usize, now: Now) -> Took {
        match stroke.name.as_str() {
            "Up" => self.at = self.at.saturating_sub(1),
            "Down" => self.at = (self.at + 1).min(rows.saturating_sub(1)),
            "Backspace" if self.typed.is_empty() => self.drop_code(),
            "Backspace" => {
                self.typed.pop();
                self.at = 0;
            }
            _ => return self.take_text(stroke, rows, now),
        }
        Took::Field
    }

    fn take_text(&mut self, stroke: &super::Stroke, rows: usize, now: Now) -> Took {
        let Some(text) = stroke.text() else { return Took::No };
        let finish = self.asked == Asked::Finish;
        if finish && self.typed.is_empty() {
            if let Some(took) = self.take_sign(text, stroke, rows, now) {
                return took;
            }
        } else if !finish && !self.is_search() {
            let row = stroke.figure().filter(|figure| (1..=rows).contains(figure));
            return row.map_or(Took::No, |figure| Took::Row(figure - 1));
        }
        if finish && text == " " {
            // No code has a space in it: it is the key of the next step.
            return Took::No;
        }
        if self.typed.chars().count() < TYPED_MAX {
            self.typed.push_str(text);
        }
        self.at = 0;
        Took::Field
    }

    /// What a sign means while the code's field is empty; nothing: it begins a code.
    fn take_sign(
        &mut self,
        text: &str,
        stroke: &super::Stroke,
        rows: usize,
        now: Now,
    ) -> Option<Took> {
        if let Some((first, at, before)) = self.figure.take()
            && now.up_ms - at < SCANNER_MS
        {
            // No hand is so fast: the figure before was the first letter of a code.
            self.outcome = before;
            self.typed = first;
            return None;
        }
        match text {
            "+" | "=" => self.count(1),
            "-" => self.count(-1),
            " " => return Some(Took::No),
            _ => {
                let figure = stroke.figure().filter(|figure| (1..=rows).contains(figure))?;
                self.figure = Some((text.to_owned(), now.up_ms, self.outcome));
                return Some(Took::Row(figure - 1));
            }
        }
        Some(Took::Field)
    }
}

impl Counter {
    /// The rows of the open dialog, those that what was typed leaves.
    pub(super) fn rows(&self, ask: &Ask, now: Now) -> Vec<Row> {
        let (Some((site, wall)), Some(counter)) = (&self.site, self.own()) else {
            return Vec::new();
        };
        let here = counter.id.clone();
        let rows = match ask.asked {
            Asked::Nothing | Asked::Papers => Vec::new(),
            Asked::Finish => Outcome::ALL.map(|outcome| self.outcome_row(outcome)).into(),
            Asked::Park => {
                let at = |min: i64| clock(wall.local(now.wall.plus_min(min)).minute);
                self.park_rows(&here, now, at)
            }
            Asked::Transfer => self.places(site, counter, ask),
            Asked::Number => self.numbers(site, counter, now),
            Asked::Reason => self.reasons(&here, ask),
            Asked::Direct => {
                let services = counter.services.keys().filter_map(|id| site.service(id));
                let row = |service: &queue::Service| Row {
                    label: service.name.get(self.lang).to_owned(),
                    note: String::new(),
                    then: Then::Act(Action::Direct {
                        counter: here.clone(),
                        service: service.id.clone(),
                    }),
                };
                services.map(row).collect()
            }
            Asked::Returns => self.returns(site, counter, now),
            Asked::End => self.endings(&here, ask),
            Asked::Pause => self.pauses(&here),
            Asked::Services => self.intakes(site, &here),
            Asked::Move | Asked::Void => self.numbers_of_all(site, ask.asked, now),
            Asked::Officers => self.officers(site),
            Asked::Agencies => self.agencies(site, &here, ask),
        };
        if ask.is_search() { found(rows, &ask.typed) } else { rows }
    }

    fn outcome_row(&self, outcome: Outcome) -> Row {
        let (vi, en) = outcome_words(outcome);
        Row { label: self.t(vi, en).to_owned(), note: String::new(), then: Then::Outcome(outcome) }
    }

    fn park_rows(&self, here: &CounterId, now: Now, at: impl Fn(i64) -> String) -> Vec<Row> {
        let park = |until| {
            let (counter, step) = (here.clone(), CounterStep::Park { until });
            Then::Act(Action::AtCounter { counter, step })
        };
        let timed = [10, 20, 30, 60].map(|min| Row {
            label: minutes(self.lang, min * 60_000),
            note: format!("{} {}", self.t("đến", "until"), at(min)),
            then: park(Some(now.wall.plus_min(min))),
        });
        let open = Row {
            label: self.t("Đến khi gọi lại", "Until called back").to_owned(),
            note: String::new(),
            then: park(None),
        };
        timed.into_iter().chain([open]).collect()
    }

    /// Services and counters a visitor may be sent to; open counters first.
    fn places(&self, site: &Site, here: &queue::Counter, ask: &Ask) -> Vec<Row> {
        let Some(number) = &ask.about else { return Vec::new() };
        let about = self.board.tickets.values().find(|ticket| ticket.number == *number);
        let own = about.map(|ticket| &ticket.service);
        let to = |to: Target| {
            Then::Act(Action::Transfer { number: number.clone(), to, by: Some(here.id.clone()) })
        };
        let services = site.services.iter().filter(|service| Some(&service.id) != own);
        let mut rows: Vec<Row> = services
            .map(|service| Row {
                label: format!("{} · {}", service.prefix, service.name.get(self.lang)),
                note: crate::words::waiting(self.lang, self.board.waiting(&service.id)),
                then: to(Target::Service(service.id.clone())),
            })
            .collect();
        let mut counters: Vec<_> = site.counters.iter().filter(|c| c.id != here.id).collect();
        counters.sort_by_key(|counter| !self.board.is_open(&counter.id));
        rows.extend(counters.into_iter().map(|counter| Row {
            label: format!(
                "{} {} · {}",
                self.t("Quầy", "Counter"),
                counter.label(),
                self.services(site, counter)
            ),
            note: self.duty_words(&counter.id).to_owned(),
            then: to(Target::Counter(counter.id.clone())),
        }));
        rows
    }

    /// Everybody who waits: this counter's own in the order of the rule, then the others by arrival.
    fn numbers(&self, site: &Site, here: &queue::Counter, now: Now) -> Vec<Row> {
        let mut tickets = self.board.queue_of(here);
        let mut others: Vec<&Ticket> = self
            .board
            .tickets
            .values()
            .filter(|ticket| ticket.state == State::Waiting)
            .filter(|ticket| !tickets.iter().any(|own| own.id == ticket.id))
            .collect();
        others.sort_by_key(|ticket| (ticket.issued_at, ticket.id));
        tickets.append(&mut others);
        let row = |ticket: &&Ticket| Row {
            label: format!("{} · {}", ticket.number, self.procedure(site, ticket)),
            note: minutes(self.lang, now.wall.since(ticket.issued_at)),
            then: Then::Reason(ticket.number.clone()),
        };
        tickets.iter().map(row).collect()
    }

    fn reasons(&self, here: &CounterId, ask: &Ask) -> Vec<Row> {
        let Some(number) = &ask.about else { return Vec::new() };
        let call = |reason: &str| {
            let (counter, number) = (here.clone(), number.clone());
            Then::Act(Action::Call { counter, number, reason: reason.to_owned() })
        };
        self.worded(&REASONS, call)
    }

    /// A press for each reason; the ledger keeps it in the office's own language.
    fn worded(&self, reasons: &[(&str, &str)], then: impl Fn(&str) -> Then) -> Vec<Row> {
        let row = |(vi, en): &(&str, &str)| Row {
            label: self.t(vi, en).to_owned(),
            note: String::new(),
            then: then(vi),
        };
        reasons.iter().map(row).collect()
    }

    /// Those this counter may bring back: first whom it can call at once, then who goes back into
    /// the queue.
    fn returns(&self, site: &Site, here: &queue::Counter, now: Now) -> Vec<Row> {
        let parked = self.of_state(here, State::Parked);
        let missed = self.of_state(here, State::NoShow);
        let row = |ticket: &&Ticket| Row {
            label: format!("{} · {}", ticket.number, self.procedure(site, ticket)),
            note: self.away_words(ticket, now),
            then: Then::Act(self.bring_back(&here.id, ticket)),
        };
        parked.iter().chain(&missed).map(row).collect()
    }

    /// Tickets of this counter's services in one state, longest there first.
    pub(super) fn of_state(&self, here: &queue::Counter, state: State) -> Vec<&Ticket> {
        let mut found: Vec<&Ticket> = self
            .board
            .tickets
            .values()
            .filter(|ticket| ticket.state == state)
            .filter(|ticket| {
                here.services.contains_key(&ticket.service)
                    || ticket.counter.as_ref() == Some(&here.id)
            })
            .collect();
        found.sort_by_key(|ticket| ticket.seq);
        found
    }

    /// One set aside is called at once; a missed one goes back into the queue, so that the order
    /// stays one that can be explained.
    pub(super) fn bring_back(&self, here: &CounterId, ticket: &Ticket) -> Action {
        let number = ticket.number.clone();
        if ticket.state == State::Parked {
            Action::Resume { counter: here.clone(), number }
        } else {
            Action::Requeue { number, by: Some(here.clone()) }
        }
    }

    pub(super) fn away_words(&self, ticket: &Ticket, now: Now) -> String {
        let (Some((_, wall)), parked) = (&self.site, ticket.state == State::Parked) else {
            return String::new();
        };
        if !parked {
            let since = ticket.ended_at.unwrap_or(ticket.issued_at);
            let ago = minutes(self.lang, now.wall.since(since));
            return format!("{} {ago}", self.t("lỡ lượt", "missed"));
        }
        match ticket.return_at {
            Some(at) => {
                let at = clock(wall.local(at).minute);
                format!("{} {at}", self.t("trở lại lúc", "back at"))
            }
            None => self.t("đến khi gọi lại", "until called back").to_owned(),
        }
    }

    fn endings(&self, here: &CounterId, ask: &Ask) -> Vec<Row> {
        let Some(number) = &ask.about else { return Vec::new() };
        let ticket = self.board.tickets.values().find(|ticket| ticket.number == *number);
        let by = Some(here.clone());
        let void = |reason: &str| {
            let (number, reason) = (number.clone(), reason.to_owned());
            Then::Act(Action::Void { number, reason, by: by.clone() })
        };
        let gives_up = Row {
            label: self.t("Công dân không chờ nữa", "The visitor gives up").to_owned(),
            note: self.t("hủy số", "cancelled").to_owned(),
            then: Then::Act(Action::Cancel { number: number.clone(), by: by.clone() }),
        };
        // A visit that began is finished with an outcome, or void if it should never have been.
        let may = ticket.is_some_and(|ticket| ticket.state != State::Serving);
        let mut rows: Vec<Row> = may.then_some(gives_up).into_iter().collect();
        let others = ticket.is_some_and(|ticket| ticket.counter.as_ref() != Some(here));
        if others && self.needs_pin() && self.role() == Role::Officer {
            // Numbers of others are for whoever supervises.
            return rows;
        }
        let mut voids = self.worded(&VOIDS, void);
        for row in &mut voids {
            self.t("không tính", "not counted").clone_into(&mut row.note);
        }
        rows.append(&mut voids);
        rows
    }

    fn pauses(&self, here: &CounterId) -> Vec<Row> {
        let pause = |reason: &str| {
            let change = Shift::Pause { reason: reason.to_owned() };
            Then::Act(Action::Shift { counter: here.clone(), change })
        };
        self.worded(&PAUSES, pause)
    }

    /// The action with a reason in the officer's own words.
    fn in_own_words(&self, ask: &Ask) -> Option<Action> {
        let reason = ask.words.trim().to_owned();
        let counter = self.open.clone()?;
        if reason.is_empty() {
            return None;
        }
        match ask.asked {
            Asked::Reason => Some(Action::Call { counter, number: ask.about.clone()?, reason }),
            Asked::End => {
                Some(Action::Void { number: ask.about.clone()?, reason, by: Some(counter) })
            }
            Asked::Pause => Some(Action::Shift { counter, change: Shift::Pause { reason } }),
            Asked::Nothing
            | Asked::Finish
            | Asked::Park
            | Asked::Transfer
            | Asked::Number
            | Asked::Direct
            | Asked::Services
            | Asked::Move
            | Asked::Void
            | Asked::Officers
            | Asked::Agencies
            | Asked::Papers
            | Asked::Returns => None,
        }
    }

    /// What Enter does: the action, if there is enough for one.
    pub(super) fn commit(&self, ask: &Ask, now: Now) -> Option<Then> {
        if ask.asked == Asked::Finish {
            let counter = self.open.clone()?;
            let step = CounterStep::Finish(ask.noted());
            let missing = ask.outcome.is_none() && self.must_say_outcome();
            return (!missing).then_some(Then::Act(Action::AtCounter { counter, step }));
        }
        if let Some(action) = self.in_own_words(ask) {
            return Some(Then::Act(action));
        }
        // A figure chooses a row at once; Enter would take one that nobody chose.
        let chosen = ask.is_search().then_some(ask.at)?;
        self.rows(ask, now).into_iter().nth(chosen).map(|row| row.then)
    }

    pub(super) fn must_say_outcome(&self) -> bool {
        self.finishing() == Finishing::Outcome
    }

    pub(super) fn finishing(&self) -> Finishing {
        self.site.as_ref().map(|(site, _)| site.rules.finish).unwrap_or_default()
    }
}

/// Rows whose words begin as what was typed, or whose number holds it.
fn found(rows: Vec<Row>, typed: &str) -> Vec<Row> {
    let wanted: Vec<String> = typed.split_whitespace().map(plain).collect();
    let fits = |row: &Row| {
        let words: Vec<String> = row.label.split([' ', ',']).map(plain).collect();
        wanted.iter().all(|part| {
            let figures = part.chars().all(|c| c.is_ascii_digit());
            let number = |word: &String| {
                let bare = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
                figures && bare.trim_start_matches('0').starts_with(part.trim_start_matches('0'))
            };
            words.iter().any(|word| word.starts_with(part.as_str()) || number(word))
        })
    };
    // A service's letter or a whole number comes before what only begins so.
    let exact = |row: &Row| row.label.split(' ').next().map(plain) == wanted.first().cloned();
    let (mut first, mut rest): (Vec<Row>, Vec<Row>) =
        rows.into_iter().filter(fits).partition(exact);
    first.append(&mut rest);
    first
}
