//! The plain data a printed ticket bears.

use serde::{Deserialize, Serialize};

use crate::Number;

/// What stands on a slip, already in words of one language; the hand that draws it decides how it
/// looks, never what it says.
///
/// No name, no identity number, no priority reason: a slip is found on floors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// The body above the centre, e.g. "Ủy ban nhân dân tỉnh Yên Bái".
    pub authority: String,
    /// The centre's name; drawn in capitals.
    pub centre: String,
    /// "PHIẾU SỐ THỨ TỰ".
    pub title: String,
    /// The number as printed, e.g. "H042".
    pub number: String,
    /// Framed above the number on a second copy ("BẢN IN LẠI"); nothing on the first.
    pub copy_mark: Option<String>,
    /// Where to go: "Quầy 9 hoặc 10".
    pub place: String,
    /// The zone under the place; may be empty.
    pub zone: String,
    /// ("Lĩnh vực:", "Tài nguyên và Môi trường").
    pub service: (String, String),
    /// The procedure chosen; may be empty.
    pub procedure: String,
    /// ("Số người chờ trước", "7 người").
    pub ahead: (String, String),
    /// ("Dự kiến đến lượt", "11:05–11:20"); nothing when there is not enough data.
    pub estimate: Option<(String, String)>,
    /// ("Lấy số lúc:", "10:42 ngày 23/11/2026").
    pub issued: (String, String),
    /// ("Mã kiểm tra:", "4F7-K2M"): keyed, so that a copied or invented slip is found out; nothing
    /// where the store could not tell it.
    #[serde(default)]
    pub code: Option<(String, String)>,
    /// ("Chuẩn bị sẵn:", "đơn đăng ký; bản gốc …"); nothing when no papers are known.
    pub prepare: Option<(String, String)>,
    /// What the QR code holds; nothing when the centre has no page to follow.
    pub qr: Option<String>,
    /// Beside the code: ("Quét mã để theo dõi lượt", "Không cần cài đặt.").
    pub qr_words: (String, String),
    /// Plain lines at the foot.
    pub foot: Vec<String>,
    /// The one foot line in bold: one number each, free of charge.
    pub foot_bold: String,
    /// Validity and hotline, last.
    pub last: String,
}

/// How the printing of one slip ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintState {
    /// The number is committed, nothing was sent yet.
    Pending,
    /// The first byte may have been sent.
    Printing,
    /// The printer confirmed the slip, or took it all where it cannot confirm.
    Printed,
    /// Bytes were sent and no confirmation came: the paper may or may not exist.
    Unconfirmed,
    /// No paper: the visitor took the number from the screen, or it was issued without a printer.
    #[default]
    None,
}

/// The number as a fixed width text, for places that need the [`Number`] itself.
impl Slip {
    /// Puts the mark of a second copy on the slip.
    #[must_use]
    pub fn copy(mut self, mark: &str) -> Self {
        self.copy_mark = Some(mark.to_owned());
        self
    }

    /// Sets the number from its value.
    #[must_use]
    pub fn numbered(mut self, number: &Number) -> Self {
        self.number = number.to_string();
        self
    }
}
