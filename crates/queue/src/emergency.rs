//! What a hall is told before everything else: leave the room, the power is out, the system is down.

use serde::{Deserialize, Serialize};

use crate::{Event, Hearing, Refusal, Site, Text, Timestamp, What};

/// The longest message, letters of one language: what a screen holds at a size read from the last row.
const TEXT_MAX: usize = 160;

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Danger {
    /// Everybody leaves the room.
    Evacuation,
    /// The power is out.
    PowerCut,
    /// No number can be called.
    Failure,
    /// What staff write themselves.
    Other,
}

impl Danger {
    /// All, in the order staff see them.
    pub const ALL: [Self; 4] = [Self::Evacuation, Self::PowerCut, Self::Failure, Self::Other];

    /// The stable word, e.g. `power_cut`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Evacuation => "evacuation",
            Self::PowerCut => "power_cut",
            Self::Failure => "failure",
            Self::Other => "other",
        }
    }

    /// The danger of this [`word`](Self::word).
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|danger| danger.word() == word)
    }

    /// What is said where the centre has no words of its own; nothing for [`Danger::Other`].
    #[must_use]
    pub fn usual(self) -> Text {
        let (vi, en) = match self {
            Self::Evacuation => (
                "Mời mọi người bình tĩnh, rời khỏi phòng theo hướng dẫn của cán bộ.",
                "Please stay calm, leave the room and follow the staff.",
            ),
            Self::PowerCut => (
                "Mất điện. Tạm dừng gọi số. Vui lòng giữ phiếu và theo hướng dẫn của cán bộ.",
                "Power cut. Calling has stopped. Please keep your ticket and follow the staff.",
            ),
            Self::Failure => (
                "Hệ thống gọi số tạm gián đoạn. Vui lòng giữ phiếu và theo hướng dẫn của cán bộ.",
                "Calling is interrupted. Please keep your ticket and follow the staff.",
            ),
            Self::Other => ("", ""),
        };
        Text::new(vi, en)
    }
}

/// A centre's own words for a danger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Which.
    pub danger: Danger,
    /// What is shown, and spoken where a voice has no clips for the danger.
    pub text: Text,
}

/// What staff ask of the halls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alert {
    /// Every hall shows and speaks this until it is ended; it takes the place of one that stands.
    Raise {
        /// What has happened.
        danger: Danger,
        /// The message; empty: the centre's words for the danger.
        #[serde(default)]
        text: Text,
    },
    /// The halls go on as before.
    End,
}

/// The message that stands in every hall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emergency {
    /// The event that raised it.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What has happened.
    pub danger: Danger,
    /// The message.
    pub text: Text,
    /// Which displays showed and spoke it.
    pub heard: Vec<Hearing>,
}

impl Emergency {
    /// What an event leaves standing: nothing when it ends the message or concerns something else.
    #[must_use]
    pub fn of(event: &Event) -> Option<Self> {
        let What::EmergencyRaised { danger, text } = &event.what else { return None };
        let (seq, at, danger, text) = (event.seq, event.at, *danger, text.clone());
        Some(Self { seq, at, danger, text, heard: Vec::new() })
    }
}

/// The words that a message is put on record with: those asked for, the centre's, or the usual ones.
///
/// # Errors
/// [`Refusal::MessageLength`] when there are none, or more than a hall can show.
pub fn wording(site: &Site, danger: Danger, text: &Text) -> Result<Text, Refusal> {
    let own = site.emergencies.iter().find(|own| own.danger == danger);
    let mut words = match (text.vi.trim(), own) {
        ("", Some(own)) => own.text.clone(),
        ("", None) => danger.usual(),
        _ => text.clone(),
    };
    for side in [&mut words.vi, &mut words.en] {
        *side = side.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let longest = words.vi.chars().count().max(words.en.chars().count());
    if words.vi.is_empty() || longest > TEXT_MAX {
        return Err(Refusal::MessageLength { most: TEXT_MAX });
    }
    Ok(words)
}

#[cfg(test)]
mod tests;
