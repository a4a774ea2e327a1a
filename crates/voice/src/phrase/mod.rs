//! A call as words.

pub mod en;
pub mod vi;

use queue::Number;

/// Whether a number is called for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// First.
    Call,
    /// Again.
    Recall,
}

/// What is called: who, where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The number on the slip; read letter by letter and digit by digit.
    pub number: Number,
    /// The counter's name; read as a cardinal when it is a number.
    pub counter: String,
    /// First or again.
    pub kind: Kind,
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
