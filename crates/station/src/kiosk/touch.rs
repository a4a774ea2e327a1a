//! What is pressed at the kiosk.

use super::Key;
use crate::scan::Code;

/// What a visitor presses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Touch {
    /// Anything at all: somebody is here.
    Touched,
    /// A tile or button of the first screen.
    Tile(String),
    /// A row behind a field.
    Row(String),
    /// Another page of tiles, forward or back.
    TurnTiles(i32),
    /// Another page of rows.
    TurnRows(i32),
    /// "Lấy số thứ tự".
    Take,
    /// The answer to "have you got these papers?".
    Papers(bool),
    /// The answer to "how many dossiers?".
    Dossiers(u32),
    /// "10 bộ trở lên": the figures are typed.
    ManyDossiers,
    /// The answer to the question of priority.
    Priority(bool),
    /// "Tôi cần số này", when many were taken.
    Meant,
    /// "Lấy số không có phiếu".
    Accept,
    /// "Quay lại".
    Back,
    /// "Xong", "Tôi đã giữ số".
    Done,
    /// "In lại phiếu".
    Reprint,
    /// "Gọi cán bộ hướng dẫn".
    CallStaff,
    /// The language button.
    Language,
    /// The contrast button.
    Contrast,
    /// "Chữ to".
    Large,
    /// "Hạ thấp".
    Low,
    /// "Tra cứu thủ tục".
    Search,
    /// "Tôi đã hẹn trước": the code of a booking is typed.
    Booked,
    /// "Đọc màn hình".
    Read,
    /// The way in for staff: the mark in the header held down, or Ctrl+F12.
    Staff,
    /// "OK" below the keys of figures.
    Confirm,
    /// A button of the page of staff, by the code that its [`Deed`](super::Deed) bears.
    Deed(String),
    /// A key of the keyboard on the screen.
    Key(Key),
    /// A code was held before the scanner.
    Scanned(Code),
}
