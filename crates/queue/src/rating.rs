//! What visitors think of a visit: confidential, once a visit, and always told as n of N.
//!
//! Decree 61/2018/NĐ-CP, articles 27.3 and 29: a rating is confidential. So its event names the
//! service and nothing by which a visit, a counter or an officer could be told.

use serde::{Deserialize, Serialize};

/// The four levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// "Rất hài lòng".
    VerySatisfied,
    /// "Hài lòng".
    Satisfied,
    /// "Bình thường".
    Neutral,
    /// "Không hài lòng".
    Dissatisfied,
}

impl Level {
    /// All, the best first.
    pub const ALL: [Self; 4] =
        [Self::VerySatisfied, Self::Satisfied, Self::Neutral, Self::Dissatisfied];

    /// The stable word, e.g. `very_satisfied`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::VerySatisfied => "very_satisfied",
            Self::Satisfied => "satisfied",
            Self::Neutral => "neutral",
            Self::Dissatisfied => "dissatisfied",
        }
    }

    /// The level of this [`word`](Self::word).
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }

    /// Whether one asks what was wrong.
    #[must_use]
    pub fn asks_why(self) -> bool {
        matches!(self, Self::Neutral | Self::Dissatisfied)
    }
}

/// What was wrong, by the contents of a rating in Decree 61/2018/NĐ-CP, article 31.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Complaint {
    /// "Chờ quá lâu".
    Wait,
    /// "Thái độ phục vụ".
    Attitude,
    /// "Hướng dẫn chưa rõ".
    Guidance,
    /// "Yêu cầu thêm giấy tờ ngoài quy định".
    ExtraPapers,
    /// "Phải đi lại nhiều lần".
    ManyVisits,
    /// "Thông tin niêm yết chưa đúng, chưa đủ".
    Information,
    /// "Chi phí ngoài quy định".
    Cost,
    /// "Trễ hẹn trả kết quả".
    LateResult,
    /// "Khác".
    Other,
}

impl Complaint {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 9] = [
        Self::Wait,
        Self::Attitude,
        Self::Guidance,
        Self::ExtraPapers,
        Self::ManyVisits,
        Self::Information,
        Self::Cost,
        Self::LateResult,
        Self::Other,
    ];

    /// The stable word, e.g. `extra_papers`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::Attitude => "attitude",
            Self::Guidance => "guidance",
            Self::ExtraPapers => "extra_papers",
            Self::ManyVisits => "many_visits",
            Self::Information => "information",
            Self::Cost => "cost",
            Self::LateResult => "late_result",
            Self::Other => "other",
        }
    }

    /// The complaint of this [`word`](Self::word).
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|complaint| complaint.word() == word)
    }
}

/// A day's ratings together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratings {
    /// How many visits were rated.
    pub rated: u32,
    /// How many of them "satisfied" or better.
    pub satisfied: u32,
}

impl Ratings {
    /// With one more.
    pub fn add(&mut self, level: Level) {
        self.rated += 1;
        self.satisfied += u32::from(!level.asks_why());
    }
}
