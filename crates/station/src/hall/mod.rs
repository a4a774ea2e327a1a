//! The hall: every call shown at once, spoken once, and nothing old said after a restart.
//!
//! The screen follows the events, the voice follows the screen's flow: a call goes to the voice
//! when it happens, is taken back when its visitor is already served, and what was heard is
//! written to the ledger, so that a hall that starts anew knows what has been said.

mod show;
mod view;

use std::collections::BTreeMap;

use queue::wait::Experience;
use queue::{Action, Board, CounterId, Event, Heard, Number, Site, TicketId, WallClock, What};

use crate::Now;
use crate::config::{HallConfig, Theme};
use crate::desk::{Answer, Trouble};
use crate::flow::{Effect, EffectOf, Flow, Input, InputOf};

pub use view::{Call, View, Wait};

/// A new call is gold for this long.
const FRESH_MS: i64 = 5_000;
/// Calls that come within this time share the big area.
const TOGETHER_MS: i64 = 5_000;
/// How many calls the big area holds.
const BIG_MAX: usize = 3;
/// After a restart only a call younger than this is spoken, and only if it was never begun.
const RESTART_MS: i64 = 30_000;
/// A feed lost for longer than this is admitted on the screen.
const LOST_MS: i64 = 10_000;

/// A hall has no buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTouch {}

/// What the voice reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voice {
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
        /// Called before.
        recall: bool,
        /// Milliseconds since it happened.
        age_ms: i64,
    },
    /// Do not begin this call any more.
    Hush {
        /// The event that called.
        call: i64,
    },
}

/// What a request was for: all of the hall's are records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record;

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
    /// When each shown call came, on the clock that never jumps.
    came_ms: BTreeMap<i64, i64>,
    last_call_ms: Option<i64>,
    started: bool,
    lost: Option<(i64, Trouble)>,
    sound: Option<Trouble>,
}

impl Hall {
    /// A hall that has not heard from its store yet.
    #[must_use]
    pub fn new(config: HallConfig) -> Self {
        Self {
            config,
            site: None,
            board: Board::default(),
            experience: Experience::default(),
            unsaid: BTreeMap::new(),
            speaking: None,
            came_ms: BTreeMap::new(),
            last_call_ms: None,
            started: false,
            lost: None,
            sound: None,
        }
    }

    /// Whether this hall calls for a counter.
    fn ours(&self, counter: &CounterId) -> bool {
        self.config.counters.is_empty() || self.config.counters.contains(counter)
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
            let unsaid = if over { self.unsaid.remove(&ticket) } else { None };
            return unsaid.map(|call| Effect::Order(Order::Hush { call })).into_iter().collect();
        }
        if event.counter.as_ref().is_some_and(|counter| self.ours(counter)) {
            self.last_call_ms = Some(now.up_ms);
            self.came_ms.insert(event.seq, now.up_ms);
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
            recall: matches!(event.what, What::Recalled { .. }),
            age_ms: now.wall.since(event.at).max(0),
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
        let begun: Vec<i64> = tail
            .iter()
            .filter_map(|event| {
                if let What::Announced { call, .. } = &event.what { Some(*call) } else { None }
            })
            .collect();
        let fresh: Vec<_> = self
            .board
            .recent
            .iter()
            .rev()
            .filter(|shown| !shown.undone && !begun.contains(&shown.seq))
            .filter(|shown| now.wall.since(shown.at) < RESTART_MS)
            .filter(|shown| {
                self.board.held_by(&shown.counter).is_some_and(|t| t.id == shown.ticket)
            })
            .map(|shown| shown.seq)
            .collect();
        let unsaid: Vec<_> =
            tail.iter().filter(|event| fresh.contains(&event.seq)).cloned().collect();
        unsaid.iter().flat_map(|event| self.say(event, now)).collect()
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

    fn voice(&mut self, report: Voice) -> Vec<EffectOf<Self>> {
        let (call, heard) = match report {
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
        };
        vec![Effect::Act { tag: Record, action: Action::Announce { call, heard } }]
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
        match input {
            Input::Touch(nothing) => match nothing {},
            Input::Device(report) => self.voice(report),
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
            Input::Answer { tag: Record, answer } => {
                if let Answer::Failed(trouble) = answer {
                    tracing::warn!(why = trouble.en, "what was heard could not be recorded");
                }
                Vec::new()
            }
            Input::Tick => {
                let kept: Vec<i64> = self.board.recent.iter().map(|shown| shown.seq).collect();
                self.came_ms.retain(|seq, _| kept.contains(seq));
                Vec::new()
            }
        }
    }

    fn view(&self, now: Now) -> View {
        self.show(now)
    }

    fn deadline(&self, now: Now) -> Option<i64> {
        let minute = now.up_ms + 60_000 - now.wall.0.rem_euclid(60_000);
        let ends = self.came_ms.values().map(|came| came + FRESH_MS);
        let calm = self.last_call_ms.map(|last| last + self.calm_ms());
        let lost = self.lost.as_ref().map(|(since, _)| since + LOST_MS);
        let all = ends.chain(calm).chain(lost).filter(|at| *at > now.up_ms);
        Some(all.min().map_or(minute, |at| at.min(minute)))
    }
}

impl Hall {
    fn evening(&self) -> bool {
        self.config.theme == Theme::Evening
    }
}

#[cfg(test)]
mod tests;
