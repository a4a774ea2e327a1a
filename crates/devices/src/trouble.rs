//! Device trouble: a stable code, and a line that a commune officer can follow.

use std::fmt;

/// What kind of trouble; the word is stable, for logs and alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The printer cannot be reached.
    NoLink,
    /// It is reached and says nothing.
    NoAnswer,
    /// It takes no more bytes.
    Stalled,
    /// The roll is empty.
    PaperOut,
    /// The cover is open.
    CoverOpen,
    /// The cutter is stuck.
    Cutter,
    /// Paper is stuck in it.
    Jam,
    /// It is well and takes no jobs, e.g. while somebody feeds paper by hand.
    Offline,
    /// The slip before is stuck in its mouth.
    Mouth,
    /// It reports an error of another kind.
    Error,
    /// Another program holds it.
    InUse,
}

impl Code {
    /// The stable word, e.g. `paper_out`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NoLink => "no_link",
            Self::NoAnswer => "no_answer",
            Self::Stalled => "stalled",
            Self::PaperOut => "paper_out",
            Self::CoverOpen => "cover_open",
            Self::Cutter => "cutter",
            Self::Jam => "jam",
            Self::Offline => "off_line",
            Self::Mouth => "mouth",
            Self::Error => "error",
            Self::InUse => "in_use",
        }
    }

    fn help(self) -> (&'static str, &'static str) {
        match self {
            Self::NoLink => (
                "Không kết nối được máy in. Kiểm tra nguồn điện và dây cáp của máy in.",
                "The printer cannot be reached. Check its power and its cable.",
            ),
            Self::NoAnswer => (
                "Máy in không trả lời. Kiểm tra nắp máy, giấy, rồi tắt và bật lại máy in.",
                "The printer does not answer. Check its cover and paper, then switch it off and on.",
            ),
            Self::Stalled => (
                "Máy in không nhận thêm dữ liệu. Kiểm tra giấy và nắp máy, rồi tắt và bật lại máy in.",
                "The printer takes no more data. Check paper and cover, then switch it off and on.",
            ),
            Self::PaperOut => (
                "Máy in hết giấy. Hãy lắp cuộn giấy mới, mặt in quay ra ngoài.",
                "The printer is out of paper. Put in a new roll, printing side outwards.",
            ),
            Self::CoverOpen => (
                "Nắp máy in đang mở. Hãy đóng chặt nắp.",
                "The printer's cover is open. Close it firmly.",
            ),
            Self::Cutter => (
                "Dao cắt giấy bị kẹt. Mở nắp, lấy giấy kẹt ra rồi đóng lại.",
                "The paper cutter is stuck. Open the cover, remove the paper, close it.",
            ),
            Self::Jam => (
                "Giấy bị kẹt trong máy in. Mở nắp, lấy giấy kẹt ra rồi đóng lại.",
                "Paper is stuck in the printer. Open the cover, remove it, close the cover.",
            ),
            Self::Offline => (
                "Máy in đang tạm dừng. Chờ vài giây; nếu vẫn vậy, tắt máy in rồi bật lại.",
                "The printer is off-line. Wait a few seconds; if it stays so, switch it off and on.",
            ),
            Self::Mouth => (
                "Phiếu trước còn kẹt ở khe. Hãy lấy phiếu đó ra.",
                "The slip before is stuck in the slot. Take it out.",
            ),
            Self::Error => (
                "Máy in báo lỗi. Tắt máy in, chờ 10 giây rồi bật lại.",
                "The printer reports an error. Switch it off, wait 10 seconds, switch it on.",
            ),
            Self::InUse => (
                "Máy in đang do chương trình khác giữ. Đóng chương trình đó hoặc khởi động lại máy.",
                "Another program holds the printer. Close it or restart this computer.",
            ),
        }
    }
}

/// A trouble with a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Its kind.
    pub code: Code,
    /// What the system or the printer said, for the log.
    pub detail: String,
}

impl Trouble {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    pub(crate) fn link(error: &std::io::Error) -> Self {
        Self::new(Code::NoLink, error.to_string())
    }

    /// What to do, in Vietnamese.
    #[must_use]
    pub fn help_vi(&self) -> &'static str {
        self.code.help().0
    }

    /// What to do, in English.
    #[must_use]
    pub fn help_en(&self) -> &'static str {
        self.code.help().1
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.word(), self.detail)
    }
}

impl std::error::Error for Trouble {}
