//! The counter: one key for "next", and the officer always knows who comes.
//!
//! One request is under way at a time; a press while it is out changes nothing, and the same press
//! again within the time of a nervous double press neither, so that it never does two things.

mod ask;
mod day;
mod door;
mod heard;
pub mod keys;
mod lists;
mod pad;
mod press;
mod rating;
mod said;
mod show;
mod sign;
mod taken;
mod view;
mod watch;

use queue::wait::Experience;
use queue::{Action, Board, CounterId, Duty, Lang, Shift, Site, Ticket, WallClock};

use crate::config::CounterConfig;
use crate::desk::{Answer, Trouble};
use crate::flow::{Effect, EffectOf, Flow, Input, InputOf};
use crate::{Now, words};

use ask::Ask;
use day::OwnDay;
use door::Door;
use heard::LastCall;
use rating::Rating;
use taken::Taken;
use watch::Watching;

pub use ask::Asked;
pub use keys::{Deed, Key, Keys, Stroke};
pub use pad::PadKey;
pub use rating::{SignTouch, SignWhy};
pub(crate) use sign::shown_number;
pub use sign::{Sign, SignPage};
pub use view::{
    AskRow, AskView, Caps, Choice, Doing, Page, Row, Tab, View, WatchList, WatchRow, WatchView,
};

/// What an officer presses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touch {
    /// A counter's key on the first page.
    Choose(String),
    /// "Mở quầy".
    Open,
    /// A button.
    Do(Deed),
    /// A key.
    Stroke(Stroke),
    /// A key of a keypad.
    Pad(PadKey),
    /// A row of the dialog, by what stands on it: the list may have moved since it was drawn.
    Pick(String),
    /// The dialog's button.
    Commit,
    /// The dialog's other button: finish and call the next.
    CommitNext,
    /// The dialog is left.
    Close,
    /// A text for the dialog's field: pasted, or put there by a screen reader.
    Typed(String),
    /// A reason in the officer's own words, as it stands.
    Words(String),
    /// More or fewer dossiers.
    Count(i32),
    /// The field of the sign-in page: the PIN's, or the account's.
    Field(bool),
    /// The account as a whole, put there by a screen reader.
    Account(String),
    /// A list on the right, from 0.
    Tab(usize),
    /// A number set aside or missed comes back.
    Back(String),
    /// A list of the whole hall moves by so many rows.
    Scroll(usize, i32),
    /// The language button.
    Language,
}

/// What a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// The counter.
    Claim,
    /// The counter, from another program.
    Take,
    /// A step at the counter.
    Step,
    /// What happened before this program started.
    Day,
    /// The officer's PIN.
    Door,
    /// What a visitor thinks of a visit.
    Rate,
}

/// What the counter's own computer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// A soft sound: somebody has come, and nobody was waiting.
    Chime,
}

/// The counter's flow.
#[derive(Debug)]
pub struct Counter {
    lang: Lang,
    keys: Keys,
    site: Option<(Site, WallClock)>,
    board: Board,
    away: Option<Trouble>,
    chosen: CounterId,
    open: Option<CounterId>,
    /// The counter named on the command line or in the config; opened without a question.
    wanted: Option<CounterId>,
    pending: bool,
    /// What is done when the request under way is done.
    next: Option<Action>,
    /// The press that the request under way is for.
    pressed: Option<Words>,
    /// A press whose answer is still to come, because the store went away in the middle of it.
    owed: Option<Words>,
    /// The last press that did something, and when, on [`Now::up_ms`].
    guard: Option<(Press, i64)>,
    /// When the rows of the open dialog last changed under the officer's eyes, on
    /// [`crate::Now::up_ms`].
    moved_ms: Option<i64>,
    refusal: Option<Words>,
    /// The counters that hold a visitor and do not answer.
    quiet: Vec<CounterId>,
    ask: Ask,
    /// The outcome that was noted last.
    usual: Option<queue::Outcome>,
    tab: usize,
    strip: bool,
    own_day: OwnDay,
    last_call: LastCall,
    door: Door,
    taken: Taken,
    rating: Rating,
    watching: Watching,
    /// What the day's events tell a supervisor.
    watch: queue::Watch,
    experience: Experience,
    /// So long without a press until the counter locks itself; nothing: never.
    lock_after_ms: Option<i64>,
}

/// What a double press repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Press {
    Key(Key),
    Row(String),
    Commit,
    Back(String),
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
            keys: config.keys.clone(),
            site: None,
            board: Board::default(),
            away: None,
            chosen: wanted.clone().unwrap_or_default(),
            open: None,
            wanted,
            pending: false,
            next: None,
            pressed: None,
            owed: None,
            guard: None,
            moved_ms: None,
            refusal: None,
            quiet: Vec::new(),
            ask: Ask::default(),
            usual: None,
            tab: 0,
            strip: false,
            own_day: OwnDay::default(),
            last_call: LastCall::default(),
            door: Door::default(),
            taken: Taken::default(),
            rating: Rating::new(config.sign.asks()),
            watching: Watching::default(),
            watch: queue::Watch::default(),
            experience: Experience::default(),
            lock_after_ms: (config.lock_min > 0).then(|| i64::from(config.lock_min) * 60_000),
        }
    }

    /// The counter that is open here, as the site has it.
    fn own(&self) -> Option<&queue::Counter> {
        let (site, _) = self.site.as_ref()?;
        site.counter(self.open.as_ref()?)
    }

    /// Why the counter serves nobody for a while.
    fn paused(&self) -> Option<&str> {
        match &self.board.counters.get(self.open.as_ref()?)?.duty {
            Duty::Paused { reason } => Some(reason),
            Duty::Open | Duty::Closed => None,
        }
    }

    fn held(&self) -> Option<&Ticket> {
        self.open.as_ref().and_then(|counter| self.board.held_by(counter))
    }

    fn queue(&self) -> Vec<&Ticket> {
        self.own().map(|counter| self.board.queue_of(counter)).unwrap_or_default()
    }

    /// Whether a parked visitor of this counter's services is due: the next call brings them back.
    fn someone_is_due(&self, now: Now) -> bool {
        let Some(counter) = self.own() else { return false };
        self.board
            .tickets
            .values()
            .filter(|ticket| ticket.return_at.is_some_and(|at| at <= now.wall))
            .any(|ticket| counter.services.contains_key(&ticket.service))
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
        if let Some(officer) = self.stranger_at(&counter) {
            self.refuse(&queue::Refusal::OtherAgency { officer, counter });
            return Vec::new();
        }
        self.pending = true;
        vec![Effect::Claim { tag: Tag::Claim, counter }]
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

    fn act(&mut self, action: Action) -> Vec<EffectOf<Self>> {
        if self.pending {
            return Vec::new();
        }
        self.pending = true;
        self.refusal = None;
        vec![Effect::Act { tag: Tag::Step, action }]
    }

    fn refuse(&mut self, refusal: &queue::Refusal) {
        self.refusal = Some(Words { vi: refusal.words(Lang::Vi), en: refusal.words(Lang::En) });
    }

    fn answered(&mut self, tag: Tag, answer: Answer, now: Now) -> Vec<EffectOf<Self>> {
        if tag == Tag::Step
            && let Some(pressed) = self.owed.take()
        {
            self.settled(&pressed, &answer);
            return Vec::new();
        }
        if let (Tag::Day, Some(counter)) = (tag, self.open.clone()) {
            if let Answer::Day(events) = answer {
                self.own_day = OwnDay::default();
                self.own_day.read(&counter, &events);
                if let Some((site, _)) = &self.site {
                    self.watch.read_day(site, &events);
                }
            }
            return Vec::new();
        }
        self.pending = false;
        let (next, pressed) = (self.next.take(), self.pressed.take());
        match answer {
            Answer::Done(_) if tag == Tag::Door => return self.signed_in(),
            Answer::Done(_) => {
                self.ask = Ask::default();
                return next.map(|next| self.act(next)).unwrap_or_default();
            }
            Answer::Person(_) | Answer::Day(_) => {}
            Answer::Claimed(counter) => {
                self.refusal = None;
                self.wanted = None;
                self.taken = Taken::default();
                self.open = Some(counter.clone());
                let day = Effect::Day { tag: Tag::Day, day: self.board.day };
                if tag == Tag::Take {
                    // Whoever takes a counter has opened it.
                    return vec![day];
                }
                // A counter that is open is one that waits are divided by.
                let change = Shift::Open { officer: self.door.signed.clone() };
                let mut wanted = self.act(Action::Shift { counter, change });
                wanted.push(day);
                return wanted;
            }
            // The notice says more, and comes with the same news.
            Answer::Refused(queue::Refusal::CounterTaken { .. }) => {}
            Answer::Refused(queue::Refusal::CounterInUse { counter }) => {
                self.wanted = None;
                self.ask_to_take(counter, now);
            }
            Answer::Refused(refusal) => {
                self.wanted = None;
                self.refuse(&refusal);
            }
            Answer::Failed(trouble) => {
                self.refusal = Some(pressed.map_or_else(
                    || Words { vi: trouble.vi.clone(), en: trouble.en.clone() },
                    |pressed| Words {
                        vi: format!("{}: {}", pressed.vi, trouble.vi),
                        en: format!("{}: {}", pressed.en, trouble.en),
                    },
                ));
            }
        }
        Vec::new()
    }

    /// A press whose outcome only the store could tell, and now has told.
    fn settled(&mut self, pressed: &Words, answer: &Answer) {
        let (vi, en) = match answer {
            Answer::Done(_) => ("đã được thực hiện.".to_owned(), "was done.".to_owned()),
            Answer::Refused(no) => (no.words(Lang::Vi), no.words(Lang::En)),
            Answer::Failed(trouble) => (trouble.vi.clone(), trouble.en.clone()),
            Answer::Claimed(_) | Answer::Person(_) | Answer::Day(_) => return,
        };
        let done = matches!(answer, Answer::Done(_));
        let by = if done { " " } else { ": " };
        self.refusal = Some(Words {
            vi: format!("{}{by}{vi}", pressed.vi),
            en: format!("{}{by}{en}", pressed.en),
        });
        if done {
            self.ask = Ask::default();
        }
    }

    fn set_board(&mut self, site: Site, board: Board) -> Vec<EffectOf<Self>> {
        self.away = None;
        match site.wall_clock() {
            Ok(wall) => self.site = Some((site, wall)),
            Err(error) => tracing::error!(%error, "the stored site has no usable time zone"),
        }
        if board.day != self.board.day {
            self.rating.forget();
        }
        self.board = board;
        // After the store was away the counter must be claimed anew.
        let counter = self.open.clone().or_else(|| self.wanted.clone());
        match counter {
            Some(counter) if self.open.is_none() && self.at_door() => {
                self.chosen = counter;
                Vec::new()
            }
            Some(counter) if self.open.is_none() => self.claim(counter),
            _ => Vec::new(),
        }
    }

    fn fold(&mut self, events: &[queue::Event]) -> Vec<EffectOf<Self>> {
        let idle = self.open.is_some() && self.held().is_none() && self.queue().is_empty();
        for event in events {
            if let Err(gap) = self.board.apply(event) {
                tracing::debug!(%gap, "the counter's board waits for a new one");
                break;
            }
        }
        if let Some(counter) = &self.open {
            self.own_day.read(counter, events);
        }
        if let Some((site, _)) = &self.site {
            self.watch.read(site, events);
        }
        self.drop_stale_ask();
        let rings =
            idle && self.paused().is_none() && self.held().is_none() && !self.queue().is_empty();
        rings.then_some(Effect::Order(Order::Chime)).into_iter().collect()
    }

    /// What is asked about a visitor who is somewhere else by now is asked no longer.
    fn drop_stale_ask(&mut self) {
        let of_held =
            matches!(self.ask.asked, Asked::Finish | Asked::Park | Asked::Transfer | Asked::Papers);
        if self.ask.of_all {
            let about = self.ask.about.as_ref();
            let gone = !self.board.tickets.values().any(|ticket| Some(&ticket.number) == about);
            if of_held && gone {
                self.ask = Ask::default();
            }
            return;
        }
        if of_held && self.held().map(|ticket| &ticket.number) != self.ask.about.as_ref() {
            self.ask = Ask::default();
        }
    }
}

impl Flow for Counter {
    type Touch = Touch;
    type Device = SignTouch;
    type Order = Order;
    type Tag = Tag;
    type View = View;

    fn step(&mut self, input: InputOf<Self>, now: Now) -> Vec<EffectOf<Self>> {
        self.watch_door(matches!(input, Input::Touch(_)), now);
        let shown =
            matches!(input, Input::Board { .. } | Input::Events(_)).then(|| self.listed(now));
        let mut wanted = self.taken(input, now);
        if let Some(shown) = shown {
            self.keep_mark(&shown, now);
        }
        wanted.extend(self.end_rating(now));
        wanted
    }

    fn view(&self, now: Now) -> View {
        self.show(now)
    }

    fn deadline(&self, now: Now) -> Option<i64> {
        // Somebody parked comes back on the minute that was said. A timer runs while a visitor is called or served; ages change on the minute.
        let to_next = |unit: i64| now.up_ms + unit - now.wall.0.rem_euclid(unit);
        let turns = to_next(if self.held().is_some() { 1_000 } else { 60_000 });
        let due = [self.lock_at_ms(), self.rating.deadline_ms()].into_iter().flatten();
        Some(due.fold(turns, |turns, at| turns.min(at.max(now.up_ms))))
    }
}

impl Counter {
    fn taken(&mut self, input: InputOf<Self>, now: Now) -> Vec<EffectOf<Self>> {
        match input {
            Input::Touch(touch) => self.touch(touch, now),
            Input::Device(touch) => self.on_sign(touch, now),
            Input::Board { site, board, tail, experience } => {
                self.experience = *experience;
                let counter = self.open.as_ref().or(self.wanted.as_ref());
                self.last_call.read(counter, &tail, now.up_ms);
                self.set_board(*site, *board)
            }
            Input::Quiet(counters) => {
                self.quiet = counters;
                Vec::new()
            }
            Input::ClaimLost(counter) => {
                self.lose(counter);
                Vec::new()
            }
            Input::Events(events) => {
                self.last_call.read(self.open.as_ref(), &events, now.up_ms);
                self.visits(&events, now);
                self.fold(&events)
            }
            Input::Away(trouble) => {
                // The claim went with the store; it is taken again with the next board.
                self.wanted = self.open.take().or_else(|| self.wanted.take());
                self.owed = self.pressed.take().filter(|_| self.pending).or(self.owed.take());
                self.pending = false;
                self.next = None;
                self.away = Some(trouble);
                Vec::new()
            }
            Input::Answer { tag: Tag::Rate, answer } => {
                self.rated(&answer, now);
                Vec::new()
            }
            Input::Answer { tag, answer } => self.answered(tag, answer, now),
            Input::Tick => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
