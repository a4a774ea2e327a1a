//! What reasons, outcomes and steps are called.

use queue::Outcome;

use super::{Deed, Words};

pub(super) const REASONS: [(&str, &str); 4] = [
    ("Quay lại bổ sung giấy tờ", "Back with missing papers"),
    ("Thuộc diện ưu tiên", "Entitled to priority"),
    ("Bị bỏ sót khi gọi", "Passed over by mistake"),
    ("Có lịch hẹn", "Has an appointment"),
];
/// Why a supervisor stops a service, for the day's ledger and whoever asks.
pub(super) const STOPPED: &str = "Phụ trách tạm ngừng phát số";
/// Whoever helps another queue says so by that.
pub(super) const HELPING: &str = "Hỗ trợ hàng chờ khác";
pub(super) const VOIDS: [(&str, &str); 3] = [
    ("Số in thử", "A test print"),
    ("Lấy nhầm lĩnh vực", "Taken for the wrong service"),
    ("Lấy trùng số", "Taken twice"),
];
pub(super) const PAUSES: [(&str, &str); 4] = [
    ("Giải lao", "A break"),
    ("Họp", "A meeting"),
    ("Xử lý hồ sơ", "Paperwork"),
    ("Sự cố hệ thống", "A fault of the system"),
];

pub(super) fn outcome_words(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Received => ("Đã tiếp nhận", "Received"),
        Outcome::Supplement => ("Yêu cầu bổ sung", "More papers needed"),
        Outcome::Refused => ("Từ chối tiếp nhận", "Refused"),
        Outcome::Returned => ("Đã trả kết quả", "Result returned"),
        Outcome::Resolved => ("Giải quyết ngay", "Resolved at once"),
        Outcome::Advice => ("Hướng dẫn", "Advice"),
        Outcome::Online => ("Chuyển nộp trực tuyến", "Sent online"),
    }
}

impl Words {
    /// What a deed is called where its outcome is told.
    pub(super) fn deed(deed: Deed) -> Self {
        let (vi, en) = match deed {
            Deed::Main => ("Bước tiếp theo", "The next step"),
            Deed::Start => ("Bắt đầu", "Start"),
            Deed::Finish => ("Kết thúc", "Finish"),
            Deed::Recall => ("Gọi lại", "Recall"),
            Deed::NoShow => ("Vắng mặt", "No-show"),
            Deed::Transfer => ("Chuyển quầy", "Transfer"),
            Deed::Park => ("Tạm giữ", "Park"),
            Deed::Number | Deed::Help => ("Gọi số chỉ định", "Call a number"),
            Deed::Direct => ("Phục vụ không lấy số", "Serve without a number"),
            Deed::Returns => ("Khôi phục số", "Bring back"),
            Deed::Requeue => ("Trả về hàng chờ", "Back to the queue"),
            Deed::End => ("Hủy số", "End a number"),
            Deed::Pause => ("Tạm dừng", "Pause"),
            Deed::Services => ("Phát số", "Numbers"),
            Deed::Watch => ("Toàn cảnh", "The whole hall"),
            Deed::Officers => ("Nơi làm việc của cán bộ", "Where officers work"),
            Deed::Papers => ("Giấy tờ", "Documents"),
            Deed::Undo => ("Hoàn tác", "Undo"),
            Deed::Strip => ("Thu nhỏ", "Strip"),
            Deed::TakeOver => ("Tiếp nhận", "Take over"),
            Deed::Rate => ("Mời đánh giá", "Ask for a rating"),
            Deed::Leave => ("Đổi quầy", "Other counter"),
        };
        Self { vi: vi.into(), en: en.into() }
    }
}
