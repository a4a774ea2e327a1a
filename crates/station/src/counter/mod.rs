//! The counter: one key for "next", and the officer always knows who comes.
//!
//! One request is under way at a time; a press while it is out changes nothing, so that a nervous
//! double press never calls two people.

mod show;
mod view;

use queue::{Action, Board, CounterId, CounterStep, Lang, Shift, Site, State, Ticket, WallClock};

use crate::config::CounterConfig;
use crate::desk::{Answer, Trouble};
use crate::flow::{Effect, EffectOf, Flow, Input, InputOf};
use crate::{Now, words};

pub use view::{Choice, Doing, Page, Row, View};

/// What an officer presses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touch {
    /// A counter's key on the first page.
    Choose(String),
    /// "Mở quầy".
    Open,
    /// The big button: call next, start, or finish and call next.
    Main,
    /// "Kết thúc".
    Finish,
    /// "Gọi lại".
    Recall,
    /// "Bắt đầu phục vụ".
    Start,
    /// "Vắng mặt".
    NoShow,
    /// "Tiếp nhận": the visitor of a counter that does not answer.
    TakeOver,
    /// "Hoàn tác": the last action is taken back.
    Undo,
    /// Back to the choice of counters.
    Leave,
    /// The language button.
    Language,
}

/// What a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// The counter.
    Claim,
    /// A step at the counter.
    Step,
}

/// A counter's devices; its keypads and signs are not driven yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoDevice {}

/// The counter's flow.
#[derive(Debug)]
pub struct Counter {
    lang: Lang,
    site: Option<(Site, WallClock)>,
    board: Board,
    away: Option<Trouble>,
    chosen: CounterId,
    open: Option<CounterId>,
    /// The counter named on the command line or in the config; opened without a question.
    wanted: Option<CounterId>,
    pending: bool,
    refusal: Option<Words>,
    /// The counters that hold a visitor and do not answer.
    quiet: Vec<CounterId>,
}

/// A sentence kept in both languages, because the officer may switch while it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Words {
    vi: String,
    en: String,
}

impl Words {
    fn get(&self, lang: Lang) -> &str {
        words::pick(lang, &self.vi, &self.en)
    }
}

impl Counter {
    /// A counter that has not heard from its store yet.
    #[must_use]
    pub fn new(config: &CounterConfig) -> Self {
        let wanted = (!config.counter.is_empty()).then(|| CounterId::from(config.counter.as_str()));
        Self {
            lang: config.lang,
            site: None,
            board: Board::default(),
            away: None,
            chosen: wanted.clone().unwrap_or_default(),
            open: None,
            wanted,
            pending: false,
            refusal: None,
            quiet: Vec::new(),
        }
    }

    fn held(&self) -> Option<&Ticket> {
        self.open.as_ref().and_then(|counter| self.board.held_by(counter))
    }

    fn queue(&self) -> Vec<&Ticket> {
        let site = self.site.as_ref().map(|(site, _)| site);
        let counter = self.open.as_ref().and_then(|id| site.and_then(|site| site.counter(id)));
        counter.map(|counter| self.board.queue_of(counter)).unwrap_or_default()
    }

    /// Whether a parked visitor of this counter's services is due: the next call brings them back.
    fn someone_is_due(&self, now: Now) -> bool {
        let site = self.site.as_ref().map(|(site, _)| site);
        let counter = self.open.as_ref().and_then(|id| site.and_then(|site| site.counter(id)));
        let Some(counter) = counter else { return false };
        self.board
            .tickets
            .values()
            .filter(|ticket| ticket.return_at.is_some_and(|at| at <= now.wall))
            .any(|ticket| counter.services.contains_key(&ticket.service))
    }

    fn touch(&mut self, touch: Touch) -> Vec<EffectOf<Self>> {
        match touch {
            Touch::Language => self.lang = words::other(self.lang),
            Touch::Choose(code) if self.open.is_none() => {
                self.chosen = CounterId::from(code);
                self.refusal = None;
            }
            Touch::Choose(_) => {}
            Touch::Open => return self.claim(self.chosen.clone()),
            Touch::TakeOver => return self.take_over(),
            Touch::Undo => return self.undo(),
            Touch::Leave => return self.leave(),
            Touch::Main => return self.main(),
            Touch::Finish => return self.at_counter(CounterStep::finish()),
            Touch::Recall => return self.at_counter(CounterStep::Recall),
            Touch::Start => return self.at_counter(CounterStep::Start),
            Touch::NoShow => return self.at_counter(CounterStep::NoShow),
        }
        Vec::new()
    }

    fn claim(&mut self, counter: CounterId) -> Vec<EffectOf<Self>> {
        let known = self.site.as_ref().is_some_and(|(site, _)| site.counter(&counter).is_some());
        if self.pending || self.open.is_some() {
            return Vec::new();
        }
        if !known {
            let refusal = queue::Refusal::UnknownCounter { counter: counter.clone() };
            if self.site.is_some() && !counter.as_str().is_empty() {
                self.refuse(&refusal);
            }
            return Vec::new();
        }
        self.pending = true;
        vec![Effect::Claim { tag: Tag::Claim, counter }]
    }

    /// A counter is left only when no visitor is there: a ticket is never stranded by a key.
    fn leave(&mut self) -> Vec<EffectOf<Self>> {
        let Some(counter) = self.open.clone() else { return Vec::new() };
        // What is under way may bring somebody to this counter.
        if self.pending {
            return Vec::new();
        }
        if let Some(number) = self.held().map(|ticket| ticket.number.clone()) {
            self.refuse(&queue::Refusal::StillHeld { counter, number });
            return Vec::new();
        }
        self.open = None;
        self.refusal = None;
        self.pending = true;
        let close = Action::Shift { counter, change: Shift::Close };
        vec![Effect::Act { tag: Tag::Step, action: close }, Effect::Release]
    }

    fn main(&mut self) -> Vec<EffectOf<Self>> {
        let Some(counter) = self.open.clone() else { return Vec::new() };
        match self.held().map(|ticket| ticket.state) {
            Some(State::Called) => self.at_counter(CounterStep::Start),
            Some(_) if self.queue().is_empty() => self.at_counter(CounterStep::finish()),
            _ => self.act(Action::CallNext { counter }),
        }
    }

    /// The first counter that does not answer and holds somebody whom this counter serves.
    fn stranded(&self) -> Option<(&CounterId, &Ticket)> {
        let (site, _) = self.site.as_ref()?;
        let mine = site.counter(self.open.as_ref()?)?;
        self.quiet
            .iter()
            .filter(|quiet| **quiet != mine.id)
            .filter_map(|quiet| Some((quiet, self.board.held_by(quiet)?)))
            .find(|(_, held)| mine.services.contains_key(&held.service))
    }

    fn take_over(&mut self) -> Vec<EffectOf<Self>> {
        let from = self.stranded().map(|(from, _)| from.clone());
        match (self.open.clone(), from) {
            (Some(counter), Some(from)) => self.act(Action::TakeOver { counter, from }),
            _ => Vec::new(),
        }
    }

    fn undo(&mut self) -> Vec<EffectOf<Self>> {
        let Some(counter) = self.open.clone() else { return Vec::new() };
        self.act(Action::Undo { counter })
    }

    fn at_counter(&mut self, step: CounterStep) -> Vec<EffectOf<Self>> {
        let Some(counter) = self.open.clone() else { return Vec::new() };
        self.act(Action::AtCounter { counter, step })
    }

    fn act(&mut self, action: Action) -> Vec<EffectOf<Self>> {
        if self.pending {
            return Vec::new();
        }
        self.pending = true;
        self.refusal = None;
        vec![Effect::Act { tag: Tag::Step, action }]
    }

    /// Another program has the counter by now, and the visitor with it: the officer chooses again.
    fn lose(&mut self, counter: &CounterId) {
        let ours = self.open.as_ref().or(self.wanted.as_ref()) == Some(counter);
        if !ours {
            return;
        }
        self.open = None;
        self.wanted = None;
        self.pending = false;
        self.refusal = Some(Words {
            vi: format!(
                "Quầy {counter} đã được mở ở máy khác khi máy này mất liên lạc. Mời chọn quầy khác."
            ),
            en: format!(
                "Counter {counter} was opened at another machine while this one was cut off. \
                 Choose another one."
            ),
        });
    }

    fn refuse(&mut self, refusal: &queue::Refusal) {
        self.refusal = Some(Words { vi: refusal.words(Lang::Vi), en: refusal.words(Lang::En) });
    }

    fn answered(&mut self, answer: Answer) -> Vec<EffectOf<Self>> {
        self.pending = false;
        match answer {
            Answer::Done(_) | Answer::Person(_) => {}
            Answer::Claimed(counter) => {
                self.refusal = None;
                self.wanted = None;
                self.open = Some(counter.clone());
                // A counter that is open is one that waits are divided by.
                let change = Shift::Open { officer: None };
                return self.act(Action::Shift { counter, change });
            }
            Answer::Refused(refusal) => {
                self.wanted = None;
                self.refuse(&refusal);
            }
            Answer::Failed(trouble) => {
                self.refusal = Some(Words { vi: trouble.vi, en: trouble.en });
            }
        }
        Vec::new()
    }

    fn set_board(&mut self, site: Site, board: Board) -> Vec<EffectOf<Self>> {
        self.away = None;
        match site.wall_clock() {
            Ok(wall) => self.site = Some((site, wall)),
            Err(error) => tracing::error!(%error, "the stored site has no usable time zone"),
        }
        self.board = board;
        // After the store was away the counter must be claimed anew.
        let counter = self.open.clone().or_else(|| self.wanted.clone());
        match counter {
            Some(counter) if self.open.is_none() => self.claim(counter),
            _ => Vec::new(),
        }
    }

    fn fold(&mut self, events: &[queue::Event]) {
        for event in events {
            if let Err(gap) = self.board.apply(event) {
                tracing::debug!(%gap, "the counter's board waits for a new one");
                break;
            }
        }
    }
}

impl Flow for Counter {
    type Touch = Touch;
    type Device = NoDevice;
    type Order = NoDevice;
    type Tag = Tag;
    type View = View;

    fn step(&mut self, input: InputOf<Self>, _now: Now) -> Vec<EffectOf<Self>> {
        match input {
            Input::Touch(touch) => self.touch(touch),
            Input::Device(nothing) => match nothing {},
            Input::Board { site, board, .. } => self.set_board(*site, *board),
            Input::Quiet(counters) => {
                self.quiet = counters;
                Vec::new()
            }
            Input::ClaimLost(counter) => {
                self.lose(&counter);
                Vec::new()
            }
            Input::Events(events) => {
                self.fold(&events);
                Vec::new()
            }
            Input::Away(trouble) => {
                // The claim went with the store; it is taken again with the next board.
                self.wanted = self.open.take().or_else(|| self.wanted.take());
                self.pending = false;
                self.away = Some(trouble);
                Vec::new()
            }
            Input::Answer { tag: Tag::Claim | Tag::Step, answer } => self.answered(answer),
            Input::Tick => Vec::new(),
        }
    }

    fn view(&self, now: Now) -> View {
        self.show(now)
    }

    fn deadline(&self, now: Now) -> Option<i64> {
        // Somebody parked comes back on the minute that was said. A timer runs while a visitor is called or served; ages change on the minute.
        let to_next = |unit: i64| now.up_ms + unit - now.wall.0.rem_euclid(unit);
        Some(to_next(if self.held().is_some() { 1_000 } else { 60_000 }))
    }
}

#[cfg(test)]
mod tests;
