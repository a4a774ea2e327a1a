//! What became of a call in the hall: which display showed it and which voice said it.

use serde::{Deserialize, Serialize};

use crate::{Event, Timestamp, What};

/// What became of a call at one display.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "heard", rename_all = "snake_case")]
pub enum Heard {
    /// The number stood on the screen: the frame that holds it was drawn.
    Shown,
    /// The first sample was handed to the device.
    Begun,
    /// Spoken to the end.
    Spoken {
        /// 1, or 2 when a lost device made it start again.
        attempt: u32,
    },
    /// The loudspeaker was tried; no call's word, `call` is 0.
    Tested {
        /// What is wrong with it; nothing when it works.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fault: Option<String>,
    },
    /// Not spoken: superseded, stale, no device.
    Skipped {
        /// The reason as a stable word.
        why: String,
    },
}

/// One display's part in a call, folded from its `announced` events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hearing {
    /// The display's name; empty for events of before displays had names.
    pub display: String,
    /// When the number first stood on its screen.
    pub shown: Option<Timestamp>,
    /// The last word of its voice; nothing when it has not spoken and not said why.
    #[serde(flatten)]
    pub voice: Option<Heard>,
}

impl Hearing {
    /// Puts what one display reported beside what is known of the call, in the order in which
    /// displays first reported.
    pub fn note(known: &mut Vec<Self>, display: &str, heard: &Heard, at: Timestamp) {
        let found = known.iter().position(|hearing| hearing.display == display);
        let place = found.unwrap_or_else(|| {
            known.push(Self { display: display.to_owned(), shown: None, voice: None });
            known.len() - 1
        });
        match heard {
            Heard::Shown => known[place].shown = known[place].shown.or(Some(at)),
            Heard::Begun | Heard::Spoken { .. } | Heard::Skipped { .. } => {
                known[place].voice = Some(heard.clone());
            }
            Heard::Tested { .. } => {}
        }
    }

    /// What became of `call` by these events.
    #[must_use]
    pub fn of<'a>(call: i64, events: impl IntoIterator<Item = &'a Event>) -> Vec<Self> {
        let mut known = Vec::new();
        for event in events {
            if let What::Announced { call: of, display, heard } = &event.what
                && *of == call
            {
                Self::note(&mut known, display, heard, event.at);
            }
        }
        known
    }

    /// Whether its voice took the call up: a hall that starts anew does not say it again.
    #[must_use]
    pub fn begun(&self) -> bool {
        self.voice.is_some()
    }

    /// Whether it was said to the end.
    #[must_use]
    pub fn spoken(&self) -> bool {
        matches!(self.voice, Some(Heard::Spoken { .. }))
    }
}

#[cfg(test)]
mod tests;
