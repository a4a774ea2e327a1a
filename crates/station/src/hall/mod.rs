//! The hall: every call shown at once, spoken once, and nothing old said after a restart.
//!
//! The screen follows the events, the voice follows the screen's flow: a call goes to the voice
//! when it happens, is taken back when its visitor is already served, and what was heard is
//! written to the ledger, so that a hall that starts anew knows what has been said.

mod band;
mod emergency;
pub mod layout;
mod show;
mod slides;
mod sound;
mod stage;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use queue::wait::Experience;
use queue::{
    Action, Board, BusinessDay, CounterId, Event, Heard, Hearing, Number, Site, TicketId,
    Timestamp, WallClock, What,
};

use crate::Now;
use crate::config::{HallConfig, Spoken, Theme};
use crate::desk::{Answer, Trouble};
use crate::flow::{Effect, EffectOf, Flow, Input, InputOf};

pub use layout::Layout;
pub use view::{Band, Call, Item, Kept, Message, Slide, View, Wait};

use stage::Stage;

/// A new call is gold for this long.
const FRESH_MS: i64 = stage::LEAST_MS;
/// After a restart only a call younger than this is spoken, and only if it was never begun.
const RESTART_MS: i64 = 30_000;
/// A call that first stands on the screen later than this, when its visitor is served, is not news.
const SHOWN_MS: i64 = 60_000;
/// So many calls more than the board remembers are forgotten together; a busy hall never ticks.
const FORGET_EVERY: usize = 32;
/// A feed lost for longer than this is admitted on the screen.
const LOST_MS: i64 = 10_000;

/// A hall has no buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTouch {}

/// What the face's hands report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voice {
    /// A frame with these calls was drawn.
    Shown {
        /// The events that called.
        calls: Vec<i64>,
    },
    /// The first sample of a call was handed over.
    Begun {
        /// The event that called.
        call: i64,
    },
    /// A call was said to the end.
    Spoken {
        /// The event that called.
        call: i64,
        /// 2 when it had to start again.
        attempt: u32,
    },
    /// A call was not said.
    Skipped {
        /// The event that called.
        call: i64,
        /// A stable word.
        why: String,
    },
    /// The loudspeaker works again, or does not.
    Sound(Option<Trouble>),
    /// The loudspeaker was tried: what is wrong with it, if anything.
    Tested(Option<String>),
    /// The window lies, or stands upright.
    Turned {
        /// Wider than high.
        lying: bool,
    },
    /// The pictures of the slides' folder, by name.
    Pictures(Vec<PathBuf>),
}

/// What the voice is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Say this call.
    Say {
        /// The event that called.
        call: i64,
        /// The number.
        number: Number,
        /// The counter's name.
        counter: String,
        /// The code of the zone it stands in, where that is said; else empty.
        zone: String,
        /// Called before.
        recall: bool,
        /// The language the visitor chose at the kiosk; empty: none that is known.
        lang: String,
        /// Milliseconds since it happened.
        age_ms: i64,
        /// Louder or softer, dB; nothing in quiet hours.
        gain_db: Option<i32>,
    },
    /// Say this to the whole hall when nobody is called.
    Notice {
        /// Below zero: no call's.
        id: i64,
        /// The sentence, where there is one.
        say: Option<Spoken>,
        /// What is read in place of it, where it can be; empty: the sentence is meant.
        text: String,
        /// Louder or softer, dB; nothing in quiet hours.
        gain_db: Option<i32>,
    },
    /// Say this before everything else, again and again, until another takes its place or none.
    Emergency {
        /// The event that raised it.
        id: i64,
        /// What has happened.
        danger: queue::Danger,
        /// What to read in place of the voice's sentence; nothing where that sentence is meant.
        text: Option<String>,
        /// Silence between two times, seconds.
        every_s: u32,
        /// Louder or softer, dB.
        gain_db: i32,
    },
    /// No emergency stands any more.
    AllClear,
    /// Try the loudspeaker.
    Test,
    /// It is on record that this call is being said: after a restart it is not said again.
    Go {
        /// The event that called.
        call: i64,
    },
    /// Do not begin this call any more.
    Hush {
        /// The event that called.
        call: i64,
    },
}

/// What a request was for: all of the hall's are records of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The event that called.
    pub call: i64,
    /// What became of it.
    pub heard: Heard,
}

/// The hall's flow.
#[derive(Debug)]
pub struct Hall {
    config: HallConfig,
    site: Option<(Site, WallClock)>,
    board: Board,
    experience: Experience,
    /// Calls given to the voice and not begun, by ticket.
    unsaid: BTreeMap<TicketId, i64>,
    speaking: Option<i64>,
    /// The emergency that the voice was told of.
    alarmed: Option<i64>,
    /// When each shown call came, on the clock that never jumps.
    came_ms: BTreeMap<i64, i64>,
    stage: Stage,
    /// The call of each ticket that came to the stage and is not over.
    on_stage: BTreeMap<TicketId, i64>,
    layout: Layout,
    /// The busiest fields, as of the last step.
    waits: Vec<Wait>,
    pictures: Vec<PathBuf>,
    /// Calls whose showing is on record, or on its way there.
    recorded: BTreeSet<i64>,
    last_call_ms: Option<i64>,
    started: bool,
    lost: Option<(i64, Trouble)>,
    sound: Option<Trouble>,
    /// The day and minute up to which the clock's orders were given.
    ticked: Option<(BusinessDay, u16)>,
    /// When the loudspeaker was tried last, and what is wrong with it.
    test: Option<(Timestamp, Option<String>)>,
}

impl Hall {
    /// A hall that has not heard from its store yet.
    #[must_use]
    pub fn new(config: HallConfig) -> Self {
        Self {
            layout: Layout::of(&config.screen, true),
            stage: Stage::default(),
            on_stage: BTreeMap::new(),
            waits: Vec::new(),
            pictures: Vec::new(),
            config,
            site: None,
            board: Board::default(),
            experience: Experience::default(),
            unsaid: BTreeMap::new(),
            speaking: None,
            alarmed: None,
            came_ms: BTreeMap::new(),
            recorded: BTreeSet::new(),
            last_call_ms: None,
            started: false,
            lost: None,
            sound: None,
            ticked: None,
            test: None,
        }
    }

    /// Whether this hall calls for a counter.
    fn ours(&self, counter: &CounterId) -> bool {
        let HallConfig { counters, zones, .. } = &self.config;
        let known = self.site.as_ref().and_then(|(site, _)| site.counter(counter));
        (counters.is_empty() && zones.is_empty())
            || counters.contains(counter)
            || known.is_some_and(|known| zones.contains(&known.zone))
    }

    fn label(&self, counter: &CounterId) -> String {
        let known = self.site.as_ref().and_then(|(site, _)| site.counter(counter));
        known.map_or_else(|| counter.to_string(), |known| known.label().to_owned())
    }

    fn heard_event(&mut self, event: &Event, now: Now) -> Vec<EffectOf<Self>> {
        let Some(ticket) = event.ticket else { return Vec::new() };
        if !event.is_call() {
            // Whoever stands at the counter, or will not come, needs no call any more.
            let over = matches!(
                event.what,
                What::Started
                    | What::Finished { .. }
                    | What::NoShow
                    | What::Parked { .. }
                    | What::Transferred { .. }
                    | What::Requeued { .. }
                    | What::Cancelled
                    | What::Voided { .. }
                    | What::Undone { .. }
            );
            if over && let Some(call) = self.on_stage.remove(&ticket) {
                if matches!(event.what, What::Undone { .. }) {
                    self.stage.gone(call);
                } else {
                    self.stage.over(call);
                }
            }
            let unsaid = if over { self.unsaid.remove(&ticket) } else { None };
            return unsaid.map(|call| Effect::Order(Order::Hush { call })).into_iter().collect();
        }
        if event.counter.as_ref().is_some_and(|counter| self.ours(counter)) {
            self.last_call_ms = Some(now.up_ms);
            self.came_ms.insert(event.seq, now.up_ms);
            let before = self.on_stage.insert(ticket, event.seq);
            self.stage.come(event.seq, before, now.up_ms);
        }
        self.say(event, now)
    }

    fn say(&mut self, event: &Event, now: Now) -> Vec<EffectOf<Self>> {
        let (Some(ticket), Some(number), Some(counter)) =
            (event.ticket, event.number.clone(), event.counter.as_ref())
        else {
            return Vec::new();
        };
        if !self.ours(counter) {
            return Vec::new();
        }
        self.unsaid.insert(ticket, event.seq);
        vec![Effect::Order(Order::Say {
            call: event.seq,
            number,
            counter: self.label(counter),
            zone: self.said_zone(counter),
            recall: matches!(event.what, What::Recalled { .. }),
            lang: self.board.tickets.get(&ticket).map(|t| t.lang.clone()).unwrap_or_default(),
            age_ms: now.wall.since(event.at).max(0),
            gain_db: self.gain_db(now),
        })]
    }

    /// A new board: the screen follows it; at the very start the voice takes up what is still
    /// fresh and was never begun.
    fn set_board(
        &mut self,
        site: Site,
        board: Board,
        tail: &[Event],
        now: Now,
    ) -> Vec<EffectOf<Self>> {
        self.lost = None;
        match site.wall_clock() {
            Ok(wall) => self.site = Some((site, wall)),
            Err(error) => tracing::error!(%error, "the stored site has no usable time zone"),
        }
        let known = self.board.seq;
        self.board = board;
        let first = !std::mem::replace(&mut self.started, true);
        // The feed does not run backwards: the queue was put back from a copy, and what was known by
        // its place in the feed is something else from there on.
        let other = self.board.seq < known;
        if other {
            self.unsaid.clear();
            self.came_ms.clear();
            self.recorded.clear();
            self.stage.clear();
            self.on_stage.clear();
        }
        if first || other {
            return self.take_up(tail, now);
        }
        // After a gap: what happened meanwhile is news, if it is still fresh.
        let missed: Vec<_> = tail.iter().filter(|event| event.seq > known).cloned().collect();
        missed.iter().flat_map(|event| self.heard_if_fresh(event, now)).collect()
    }

    fn take_up(&mut self, tail: &[Event], now: Now) -> Vec<EffectOf<Self>> {
        if let Some(last) = self.board.recent.first() {
            self.last_call_ms = Some(now.up_ms - now.wall.since(last.at).max(0));
        }
        let live: Vec<queue::Shown> = self
            .board
            .recent
            .iter()
            .rev()
            .filter(|shown| !shown.undone && self.ours(&shown.counter))
            .filter(|shown| now.wall.since(shown.at) < RESTART_MS)
            .filter(|shown| {
                self.board.held_by(&shown.counter).is_some_and(|t| t.id == shown.ticket)
            })
            .cloned()
            .collect();
        let unseen: Vec<_> = live.iter().filter(|shown| !self.has_shown(shown)).collect();
        for shown in unseen {
            self.on_stage.insert(shown.ticket, shown.seq);
            self.stage.come(shown.seq, None, now.up_ms);
        }
        let fresh: Vec<i64> =
            live.iter().filter(|shown| !self.begun(shown)).map(|shown| shown.seq).collect();
        let unsaid: Vec<_> =
            tail.iter().filter(|event| fresh.contains(&event.seq)).cloned().collect();
        unsaid.iter().flat_map(|event| self.say(event, now)).collect()
    }

    /// Whether this display's voice took a call up, also as one without a name.
    fn begun(&self, shown: &queue::Shown) -> bool {
        let ours =
            |hearing: &&Hearing| hearing.display.is_empty() || hearing.display == self.config.name;
        shown.heard.iter().filter(ours).any(Hearing::begun)
    }

    /// Whether this display has shown a call, in this life or an earlier one.
    fn has_shown(&self, shown: &queue::Shown) -> bool {
        let mine =
            |hearing: &Hearing| hearing.display == self.config.name && hearing.shown.is_some();
        shown.heard.iter().any(mine)
    }

    /// Puts on record, once each, that calls stood on the screen. What is long over is not news.
    fn shown(&mut self, calls: &[i64], now: Now) -> Vec<EffectOf<Self>> {
        let mut news = Vec::new();
        for shown in self.board.recent.iter().filter(|shown| calls.contains(&shown.seq)) {
            let late = now.wall.since(shown.at) >= SHOWN_MS
                && self.board.held_by(&shown.counter).is_none_or(|t| t.id != shown.ticket);
            if !late && !self.has_shown(shown) && self.recorded.insert(shown.seq) {
                news.push(self.record(shown.seq, Heard::Shown));
            }
        }
        news
    }

    fn record(&self, call: i64, heard: Heard) -> EffectOf<Self> {
        let display = self.config.name.clone();
        let tag = Record { call, heard: heard.clone() };
        Effect::Act { tag, action: Action::Announce { call, display, heard } }
    }

    fn heard_if_fresh(&mut self, event: &Event, now: Now) -> Vec<EffectOf<Self>> {
        if event.is_call() && now.wall.since(event.at) >= RESTART_MS {
            return Vec::new();
        }
        self.heard_event(event, now)
    }

    fn fold(&mut self, events: &[Event], now: Now) -> Vec<EffectOf<Self>> {
        let mut effects = Vec::new();
        for event in events {
            let known = self.board.seq;
            if let Err(gap) = self.board.apply(event) {
                tracing::debug!(%gap, "the hall's board waits for a new one");
                break;
            }
            if event.seq > known {
                effects.extend(self.heard_event(event, now));
            }
        }
        effects
    }

    fn voice(&mut self, report: Voice, now: Now) -> Vec<EffectOf<Self>> {
        if let Some(news) = self.message_heard(&report) {
            return news;
        }
        let (call, heard) = match report {
            Voice::Shown { calls } => {
                let mut news = self.shown(&calls, now);
                news.extend(self.message_shown(&calls));
                return news;
            }
            Voice::Begun { call } => {
                self.unsaid.retain(|_, unsaid| *unsaid != call);
                self.speaking = Some(call);
                (call, Heard::Begun)
            }
            Voice::Spoken { call, attempt } => {
                self.speaking = None;
                (call, Heard::Spoken { attempt })
            }
            Voice::Skipped { call, why } => {
                self.unsaid.retain(|_, unsaid| *unsaid != call);
                if self.speaking == Some(call) {
                    self.speaking = None;
                }
                (call, Heard::Skipped { why })
            }
            Voice::Sound(trouble) => {
                self.sound = trouble;
                return Vec::new();
            }
            Voice::Tested(fault) => return vec![self.tested(fault, now)],
            Voice::Turned { lying } => {
                self.layout = Layout::of(&self.config.screen, lying);
                return Vec::new();
            }
            Voice::Pictures(pictures) => {
                self.pictures = pictures;
                return Vec::new();
            }
        };
        // A notice is nobody's call.
        if call > 0 { vec![self.record(call, heard)] } else { Vec::new() }
    }

    /// What the board no longer remembers is nobody's any more.
    fn forget(&mut self) {
        let mut kept: BTreeSet<i64> = self.board.recent.iter().map(|shown| shown.seq).collect();
        kept.extend(self.alarmed);
        self.came_ms.retain(|seq, _| kept.contains(seq));
        self.recorded.retain(|seq| kept.contains(seq));
        self.on_stage.retain(|_, seq| kept.contains(seq));
    }

    fn calm_ms(&self) -> i64 {
        i64::from(self.config.calm_after_s) * 1_000
    }
}

impl Flow for Hall {
    type Touch = NoTouch;
    type Device = Voice;
    type Order = Order;
    type Tag = Record;
    type View = View;

    fn step(&mut self, input: InputOf<Self>, now: Now) -> Vec<EffectOf<Self>> {
        let mut effects = self.take(input, now);
        effects.extend(self.by_the_clock(now));
        effects.extend(self.alarm(now));
        if self.came_ms.len().max(self.recorded.len()) > self.board.recent.len() + FORGET_EVERY {
            self.forget();
        }
        self.waits = self.reckon(now);
        let unsaid: BTreeSet<i64> = self.unsaid.values().copied().collect();
        let open = |call: i64| unsaid.contains(&call);
        self.stage.settle(self.layout.share, self.speaking, open, now.up_ms);
        effects
    }

    fn view(&self, now: Now) -> View {
        self.show(now)
    }

    fn deadline(&self, now: Now) -> Option<i64> {
        let minute = now.up_ms + 60_000 - now.wall.0.rem_euclid(60_000);
        let ends = self.came_ms.values().map(|came| came + FRESH_MS);
        let calm = self.last_call_ms.map(|last| last + self.calm_ms());
        let lost = self.lost.as_ref().map(|(since, _)| since + LOST_MS);
        let turns = [self.stage.deadline(now.up_ms), self.band_turns(now), self.slide_turns(now)];
        let all = ends.chain(calm).chain(lost).chain(turns.into_iter().flatten());
        Some(all.filter(|at| *at > now.up_ms).min().map_or(minute, |at| at.min(minute)))
    }
}

impl Hall {
    fn take(&mut self, input: InputOf<Self>, now: Now) -> Vec<EffectOf<Self>> {
        match input {
            Input::Touch(nothing) => match nothing {},
            Input::Device(report) => self.voice(report, now),
            Input::Board { site, board, tail, experience } => {
                self.experience = *experience;
                self.set_board(*site, *board, &tail, now)
            }
            Input::Quiet(_) | Input::ClaimLost(_) => Vec::new(),
            Input::Events(events) => self.fold(&events, now),
            Input::Away(trouble) => {
                let since = self.lost.take().map_or(now.up_ms, |(since, _)| since);
                self.lost = Some((since, trouble));
                Vec::new()
            }
            Input::Answer { tag, answer } => {
                if let Answer::Failed(trouble) = answer {
                    tracing::warn!(why = trouble.en, "what was heard could not be recorded");
                    if tag.heard == Heard::Shown {
                        // The next picture says so again.
                        self.recorded.remove(&tag.call);
                    }
                }
                // The voice waits for this record before it speaks.
                let go = tag.heard == Heard::Begun;
                go.then_some(Effect::Order(Order::Go { call: tag.call })).into_iter().collect()
            }
            Input::Tick => {
                self.forget();
                Vec::new()
            }
        }
    }

    /// By the clock of the centre; before that is known, by the config alone.
    fn evening(&self, now: Now) -> bool {
        let minute = self.site.as_ref().map(|(_, wall)| wall.local(now.wall).minute);
        let spans = &self.config.evening;
        self.config.theme == Theme::Evening
            || minute.is_some_and(|minute| spans.iter().any(|span| span.holds(minute)))
    }
}

#[cfg(test)]
mod crowd;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod tests;
