//! What stands before everything else: it follows from the board alone, so that a display that starts
//! in the middle of an emergency tells it like any other.

use queue::{Danger, Emergency, Heard, Lang};

use super::{EffectOf, Hall, Message, Order, Voice};
use crate::Now;
use crate::flow::Effect;

impl Hall {
    /// Tells the voice what stands, whenever that is another message than before.
    pub(super) fn alarm(&mut self, now: Now) -> Vec<EffectOf<Self>> {
        let stands = self.board.emergency.as_ref();
        let id = stands.map(|emergency| emergency.seq);
        if self.alarmed == id {
            return Vec::new();
        }
        self.alarmed = id;
        let order = stands.map_or(Order::AllClear, |Emergency { seq, danger, text, .. }| {
            // Where the centre says something of its own, the sentence of the voice may be wrong.
            let own = *danger == Danger::Other || *text != danger.usual();
            Order::Emergency {
                id: *seq,
                danger: *danger,
                text: own.then(|| text.vi.clone()),
                every_s: self.config.sound.emergency_every_s,
                gain_db: self.gain_db(now).unwrap_or_default(),
            }
        });
        vec![Effect::Order(order)]
    }

    /// What the screen says of it, in its own language first.
    pub(super) fn message(&self) -> Option<Message> {
        let Emergency { seq, text, .. } = self.board.emergency.as_ref()?;
        let (vi, en) = (text.vi.clone(), text.en.clone());
        Some(match self.config.lang {
            Lang::En if !en.is_empty() => Message { seq: *seq, text: en, below: vi },
            Lang::Vi | Lang::En => Message { seq: *seq, text: vi, below: en },
        })
    }

    /// Puts on record, once, that the message stood on this screen.
    pub(super) fn message_shown(&mut self, drawn: &[i64]) -> Option<EffectOf<Self>> {
        let stands = self.board.emergency.as_ref().filter(|stands| drawn.contains(&stands.seq))?;
        let seq = stands.seq;
        let before = stands
            .heard
            .iter()
            .any(|hearing| hearing.display == self.config.name && hearing.shown.is_some());
        (!before && self.recorded.insert(seq)).then(|| self.record(seq, Heard::Shown))
    }

    /// A word of the voice on the message that stands. It is said again and again, and on record when
    /// that is news; nothing when the report is of something else.
    pub(super) fn message_heard(&self, report: &Voice) -> Option<Vec<EffectOf<Self>>> {
        let (call, heard) = match report {
            Voice::Begun { call } => (*call, None),
            Voice::Spoken { call, attempt } => (*call, Some(Heard::Spoken { attempt: *attempt })),
            Voice::Skipped { call, why } => (*call, Some(Heard::Skipped { why: why.clone() })),
            Voice::Shown { .. }
            | Voice::Sound(_)
            | Voice::Tested(_)
            | Voice::Turned { .. }
            | Voice::Pictures(_) => return None,
        };
        let stands = self.board.emergency.as_ref().filter(|stands| stands.seq == call)?;
        let known = stands.heard.iter().find(|hearing| hearing.display == self.config.name);
        let known = known.and_then(|hearing| hearing.voice.clone());
        let news = heard.filter(|heard| known.as_ref() != Some(heard));
        Some(news.map(|heard| self.record(call, heard)).into_iter().collect())
    }
}

#[cfg(test)]
mod tests;
