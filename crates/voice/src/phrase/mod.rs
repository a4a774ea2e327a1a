//! A call or a notice as words.
//!
//! What is said in a language is data: the sentences, the words of each clip, the names of the letters
//! ([`Grammar`]). How a number becomes words is code, one file a language.

pub mod en;
mod grammar;
mod sheet;
mod speak;
pub mod vi;

use queue::Number;

pub use grammar::{Cardinals, Grammar, NotAGrammar};
pub use sheet::{Line, Scope};

/// Whether a number is called for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// First.
    Call,
    /// Again.
    Recall,
    /// For the last time.
    LastCall,
    /// To the next counter of the same visit.
    Transfer,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Call, Self::Recall, Self::LastCall, Self::Transfer];

    /// The stable word, the name of its sentence in a phrase file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Recall => "recall",
            Self::LastCall => "last_call",
            Self::Transfer => "transfer",
        }
    }

    /// What is said instead by a voice that has no words for it: a plainer call of the same number.
    #[must_use]
    pub fn plainer(self) -> Option<Self> {
        match self {
            Self::Call => None,
            Self::Recall | Self::Transfer => Some(Self::Call),
            Self::LastCall => Some(Self::Recall),
        }
    }
}

/// What is called: who, where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The number on the slip; read letter by letter and digit by digit.
    pub number: Number,
    /// The counter's name; read as a cardinal when it is a number.
    pub counter: String,
    /// The code of the zone it stands in, a letter or a number; empty: not said.
    pub zone: String,
    /// First or again.
    pub kind: Kind,
}

/// What is said to everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The centre closes for lunch; minutes of the day.
    Lunch {
        /// From.
        from: u16,
        /// To.
        to: u16,
    },
    /// The day ends soon.
    Closing {
        /// In how many minutes.
        minutes: u16,
    },
    /// The day has ended.
    Closed,
    /// No number can be called for the moment.
    Interruption,
    /// Numbers are called again.
    Resumed,
    /// Everybody leaves the room.
    Emergency,
    /// The power is out.
    PowerCut,
    /// The system is down.
    Failure,
}

impl Notice {
    /// The stable word, the name of its sentence in a phrase file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Lunch { .. } => "lunch",
            Self::Closing { .. } => "closing",
            Self::Closed => "closed",
            Self::Interruption => "interruption",
            Self::Resumed => "resumed",
            Self::Emergency => "emergency",
            Self::PowerCut => "power_cut",
            Self::Failure => "failure",
        }
    }

    /// Every notice, with times as they are usual.
    #[must_use]
    pub fn samples() -> [Self; 8] {
        [
            Self::Lunch { from: 11 * 60 + 30, to: 13 * 60 + 30 },
            Self::Closing { minutes: 15 },
            Self::Closed,
            Self::Interruption,
            Self::Resumed,
            Self::Emergency,
            Self::PowerCut,
            Self::Failure,
        ]
    }
}

/// What a voice can be asked to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Utterance {
    /// A number to a counter.
    Call(Call),
    /// To everybody.
    Notice(Notice),
}

impl Utterance {
    /// The name of its sentence in a phrase file.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Call(call) => call.kind.word(),
            Self::Notice(notice) => notice.word(),
        }
    }

    /// The same without what need not be heard twice: the zone.
    #[must_use]
    pub fn again(&self) -> Option<Self> {
        let Self::Call(call) = self else { return None };
        let zone = String::new();
        (!call.zone.is_empty()).then(|| Self::Call(Call { zone, ..call.clone() }))
    }

    /// What is said more plainly where the words for this are missing.
    #[must_use]
    pub fn plainer(&self) -> Option<Self> {
        match self {
            // The zone stands on the screen, too.
            Self::Call(call) if !call.zone.is_empty() => self.again(),
            Self::Call(call) => {
                call.kind.plainer().map(|kind| Self::Call(Call { kind, ..call.clone() }))
            }
            // Either way no number is called, and that every pack has words for.
            Self::Notice(Notice::PowerCut | Notice::Failure) => {
                Some(Self::Notice(Notice::Interruption))
            }
            Self::Notice(
                Notice::Lunch { .. }
                | Notice::Closing { .. }
                | Notice::Closed
                | Notice::Interruption
                | Notice::Resumed
                | Notice::Emergency,
            ) => None,
        }
    }
}

impl From<&Call> for Utterance {
    fn from(call: &Call) -> Self {
        Self::Call(call.clone())
    }
}

impl From<Notice> for Utterance {
    fn from(notice: Notice) -> Self {
        Self::Notice(notice)
    }
}

/// The words that differ between north and south.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Region {
    /// linh, nghìn.
    #[default]
    North,
    /// lẻ, ngàn.
    South,
}

/// A clip's key and the silence before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speech {
    /// The key in the pack, e.g. `w_không`.
    pub key: String,
    /// Silence before it, milliseconds.
    pub gap_ms: u32,
}

pub(crate) fn speech(key: impl Into<String>, gap_ms: u32) -> Speech {
    Speech { key: key.into(), gap_ms }
}

#[cfg(test)]
mod tests;
