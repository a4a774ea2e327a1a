//! A "no" by the rules, in words for people and codes for machines.

use serde::{Deserialize, Serialize};

use crate::{
    BookingCode, ClassId, CounterId, Lang, Number, OfficerId, ServiceId, State, Step, Stranded,
    TicketId, Timestamp,
};

/// Why the rules say no. Nothing was changed, nothing is broken; never an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum Refusal {
    /// No service has this code.
    #[error("unknown service {service}")]
    UnknownService {
        /// The code asked for.
        service: ServiceId,
    },
    /// No counter has this code.
    #[error("unknown counter {counter}")]
    UnknownCounter {
        /// The code asked for.
        counter: CounterId,
    },
    /// No agency of the centre has this code.
    #[error("unknown agency {agency}")]
    UnknownAgency {
        /// The code asked for.
        agency: String,
    },
    /// No class has this code.
    #[error("unknown class {class}")]
    UnknownClass {
        /// The code asked for.
        class: ClassId,
    },
    /// No ticket of today has this number.
    #[error("no ticket {number} today")]
    UnknownNumber {
        /// The number asked for.
        number: Number,
    },
    /// No ticket has this identity.
    #[error("no ticket with id {}", ticket.0)]
    UnknownTicket {
        /// The identity asked for.
        ticket: TicketId,
    },
    /// The check code is not that of this number's slip of today.
    #[error("the check code is not that of {number}")]
    WrongSlipCode {
        /// The number asked about.
        number: Number,
    },
    /// The visit has no number that it could be called back by.
    #[error("a visit without a number is not set aside nor sent on")]
    NoNumber,
    /// The service gives no numbers now.
    #[error("service {service} is paused")]
    Paused {
        /// The service.
        service: ServiceId,
    },
    /// Outside the hours in which visitors get numbers.
    #[error("closed")]
    Closed {
        /// When numbers are given again, if known.
        from: Option<Timestamp>,
    },
    /// Nobody waits for this counter's services.
    #[error("nobody is waiting for counter {counter}")]
    NobodyWaiting {
        /// The counter.
        counter: CounterId,
    },
    /// The counter holds no ticket.
    #[error("counter {counter} holds no ticket")]
    NothingHeld {
        /// The counter.
        counter: CounterId,
    },
    /// The counter holds a ticket already.
    #[error("counter {counter} still holds {number}")]
    StillHeld {
        /// The counter.
        counter: CounterId,
        /// What it holds.
        number: Number,
    },
    /// Another counter holds the ticket.
    #[error("{number} is at counter {counter}")]
    TakenByOther {
        /// The number.
        number: Number,
        /// The counter that holds it.
        counter: CounterId,
    },
    /// The state does not allow the step.
    #[error("{number} is {state}: {step:?} is not possible")]
    State {
        /// The number.
        number: Number,
        /// Where it stands.
        state: State,
        /// What was asked.
        step: Step,
    },
    /// Another program works at this counter.
    #[error("counter {counter} is in use by another program")]
    CounterInUse {
        /// The counter.
        counter: CounterId,
    },
    /// Another program has taken the counter, and this one works there no more.
    #[error("counter {counter} was taken by another program")]
    CounterTaken {
        /// The counter.
        counter: CounterId,
    },
    /// Nobody works at this counter without having signed in.
    #[error("nobody is signed in at counter {counter}")]
    NotSignedIn {
        /// The counter.
        counter: CounterId,
    },
    /// Only whoever supervises the service may do this.
    #[error("{officer} does not supervise {service}")]
    NotSupervisor {
        /// Who.
        officer: OfficerId,
        /// The service.
        service: ServiceId,
    },
    /// Only whoever supervises this officer and these agencies may do this.
    #[error("{by} does not decide where {officer} works")]
    NotTheirs {
        /// Who asks.
        by: OfficerId,
        /// About whom.
        officer: OfficerId,
    },
    /// This half day's numbers of the service are given out.
    #[error("service {service} has given out its numbers for this half day")]
    QuotaReached {
        /// The service.
        service: ServiceId,
        /// When numbers are given again, if known.
        from: Option<Timestamp>,
    },
    /// The person has a live number for this service already.
    #[error("this person holds {number} already")]
    OneEach {
        /// That number.
        number: Number,
    },
    /// A missed number may not come back any more.
    #[error("{number} was missed too long ago")]
    TooLate {
        /// The number.
        number: Number,
    },
    /// The counter's last action is too long ago, or cannot be taken back.
    #[error("counter {counter} has nothing to take back")]
    NothingToUndo {
        /// The counter.
        counter: CounterId,
    },
    /// The counter that holds the ticket still answers.
    #[error("counter {counter} still answers")]
    CounterAlive {
        /// That counter.
        counter: CounterId,
    },
    /// The service takes no bookings, or not at this time.
    #[error("service {service} takes no booking for this time")]
    NoSlot {
        /// The service.
        service: ServiceId,
    },
    /// All places of this time are booked.
    #[error("this time is booked up for {service}")]
    SlotFull {
        /// The service.
        service: ServiceId,
    },
    /// No live booking has this code.
    #[error("no booking {code}")]
    UnknownBooking {
        /// The code asked for.
        code: BookingCode,
    },
    /// The booked time is too far ahead to take a number.
    #[error("booking {code} is too early")]
    BookingEarly {
        /// The booking.
        code: BookingCode,
        /// From when on a number is given.
        from: Timestamp,
    },
    /// The clock is far from the last event: more than a day before it or two weeks after it.
    #[error("the clock is far from the last event; set the date, or confirm it")]
    ClockInDoubt,
    /// The same request id was used for something else.
    #[error("this request id was used for another request")]
    RequestReused,
    /// A new site would leave people waiting whom none of its counters calls.
    #[error("{} would wait for nobody", who.len())]
    Stranding {
        /// Those people.
        who: Vec<Stranded>,
    },
    /// The visit is not over, or not of today.
    #[error("the visit is not over")]
    NotServed,
    /// The visit was rated before.
    #[error("the visit was rated before")]
    RatedBefore,
    /// Nobody of this code signs in here.
    #[error("unknown officer {officer}")]
    UnknownOfficer {
        /// The code asked for.
        officer: OfficerId,
    },
    /// Whoever signs in needs a PIN.
    #[error("a new officer needs a PIN")]
    PinMissing,
    /// It is not this officer's PIN.
    #[error("wrong PIN, {left} tries left")]
    WrongPin {
        /// How many may still be wrong before a pause.
        left: u32,
    },
    /// Too many wrong PINs: nobody may try for a while.
    #[error("no PIN is taken until {until:?}")]
    PinLocked {
        /// Until when.
        until: Timestamp,
    },
    /// The officer works at other agencies' counters.
    #[error("{officer} does not work at counter {counter}")]
    OtherAgency {
        /// Who.
        officer: OfficerId,
        /// Where.
        counter: CounterId,
    },
    /// The ledger keeps why, and no reason was given.
    #[error("a reason is needed")]
    ReasonMissing,
    /// A message to the halls is empty, or longer than a screen holds.
    #[error("a message has 1 to {most} letters")]
    MessageLength {
        /// Letters at most.
        most: usize,
    },
    /// No message stands in the halls that could be ended.
    #[error("there is no emergency message")]
    NoEmergency,
    /// Only a supervisor may do this.
    #[error("a supervisor is needed")]
    SupervisorOnly,
}

impl Refusal {
    /// A stable word for machines, e.g. `nobody_waiting`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownService { .. } => "unknown_service",
            Self::UnknownCounter { .. } => "unknown_counter",
            Self::UnknownAgency { .. } => "unknown_agency",
            Self::UnknownClass { .. } => "unknown_class",
            Self::UnknownNumber { .. } => "unknown_number",
            Self::UnknownTicket { .. } => "unknown_ticket",
            Self::WrongSlipCode { .. } => "wrong_slip_code",
            Self::NoNumber => "no_number",
            Self::Paused { .. } => "paused",
            Self::Closed { .. } => "closed",
            Self::NobodyWaiting { .. } => "nobody_waiting",
            Self::NothingHeld { .. } => "nothing_held",
            Self::StillHeld { .. } => "still_held",
            Self::TakenByOther { .. } => "taken_by_other",
            Self::State { .. } => "state",
            Self::CounterInUse { .. } => "counter_in_use",
            Self::CounterTaken { .. } => "counter_taken",
            Self::NotSignedIn { .. } => "not_signed_in",
            Self::NotSupervisor { .. } => "not_supervisor",
            Self::NotTheirs { .. } => "not_theirs",
            Self::QuotaReached { .. } => "quota_reached",
            Self::OneEach { .. } => "one_each",
            Self::TooLate { .. } => "too_late",
            Self::NothingToUndo { .. } => "nothing_to_undo",
            Self::CounterAlive { .. } => "counter_alive",
            Self::NoSlot { .. } => "no_slot",
            Self::SlotFull { .. } => "slot_full",
            Self::UnknownBooking { .. } => "unknown_booking",
            Self::BookingEarly { .. } => "booking_early",
            Self::ClockInDoubt => "clock_in_doubt",
            Self::RequestReused => "request_reused",
            Self::Stranding { .. } => "stranding",
            Self::NotServed => "not_served",
            Self::RatedBefore => "rated_before",
            Self::UnknownOfficer { .. } => "unknown_officer",
            Self::PinMissing => "pin_missing",
            Self::WrongPin { .. } => "wrong_pin",
            Self::PinLocked { .. } => "pin_locked",
            Self::OtherAgency { .. } => "other_agency",
            Self::ReasonMissing => "reason_missing",
            Self::MessageLength { .. } => "message_length",
            Self::NoEmergency => "no_emergency",
            Self::SupervisorOnly => "supervisor_only",
        }
    }

    /// One sentence for the person at the screen.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        match lang {
            Lang::Vi => self.vi(),
            Lang::En => self.en(),
        }
    }

    fn vi(&self) -> String {
        match self {
            Self::UnknownService { service } => format!("Không có lĩnh vực “{service}”."),
            Self::UnknownCounter { counter } => format!("Không có quầy “{counter}”."),
            Self::UnknownAgency { agency } => format!("Không có cơ quan “{agency}”."),
            Self::UnknownClass { class } => format!("Không có diện ưu tiên “{class}”."),
            Self::UnknownNumber { number } => format!("Hôm nay không có số {number}."),
            Self::UnknownTicket { .. } => "Phiếu này không có trong hàng đợi.".into(),
            Self::WrongSlipCode { number } => {
                format!("Mã kiểm tra không đúng với phiếu {number} của hôm nay.")
            }
            Self::NoNumber => {
                "Khách này không có số nên không gọi lại được. Hãy kết thúc, rồi mời khách lấy số."
                    .into()
            }
            Self::Paused { .. } => "Lĩnh vực này tạm dừng tiếp nhận.".into(),
            Self::Closed { .. } => "Ngoài giờ phát số.".into(),
            Self::NobodyWaiting { .. } => "Không có người chờ.".into(),
            Self::NothingHeld { counter } => format!("Quầy {counter} chưa gọi số nào."),
            Self::StillHeld { counter, number } => {
                format!("Quầy {counter} đang giữ số {number}. Hãy kết thúc số này trước.")
            }
            Self::TakenByOther { number, counter } => {
                format!("Số {number} đã được quầy {counter} gọi.")
            }
            Self::State { number, state, .. } => {
                let state = match state {
                    State::Waiting => "đang chờ",
                    State::Called => "đã được gọi",
                    State::Serving => "đang được phục vụ",
                    State::Parked => "đang tạm giữ",
                    State::Served => "đã phục vụ xong",
                    State::NoShow => "đã lỡ lượt",
                    State::Cancelled => "đã hủy",
                    State::Void => "đã bị loại bỏ",
                };
                format!("Số {number} {state}, không thực hiện được thao tác này.")
            }
            Self::CounterInUse { counter } => {
                format!("Quầy {counter} đang mở ở một máy hoặc một cửa sổ khác.")
            }
            Self::CounterTaken { counter } => {
                format!("Quầy {counter} đã được nhận ở máy khác.")
            }
            Self::NotSignedIn { counter } => format!("Chưa có cán bộ đăng nhập ở quầy {counter}."),
            Self::NotSupervisor { .. } => {
                "Việc này dành cho phụ trách của lĩnh vực. Hãy nhờ phụ trách.".into()
            }
            Self::NotTheirs { officer, .. } => {
                format!("Chỉ phụ trách của cơ quan mới đổi được nơi làm việc của cán bộ {officer}.")
            }
            Self::QuotaReached { .. } => "Đã hết số của buổi này.".into(),
            Self::OneEach { number } => {
                format!("Ông/bà đã có số {number} cho lĩnh vực này.")
            }
            Self::TooLate { number } => {
                format!("Số {number} đã quá thời gian được gọi lại. Mời lấy số mới.")
            }
            Self::NothingToUndo { counter } => {
                format!("Quầy {counter} không còn thao tác nào hoàn tác được.")
            }
            Self::CounterAlive { counter } => format!("Quầy {counter} vẫn đang hoạt động."),
            Self::NoSlot { .. } => "Lĩnh vực này không nhận hẹn vào giờ đó.".into(),
            Self::SlotFull { .. } => "Giờ này đã đủ người hẹn. Mời chọn giờ khác.".into(),
            Self::UnknownBooking { code } => format!("Không có lịch hẹn {code}."),
            Self::BookingEarly { .. } => "Chưa đến giờ hẹn. Mời trở lại gần giờ hẹn.".into(),
            Self::ClockInDoubt => {
                "Ngày giờ của máy khác xa lần hoạt động trước. Hãy chỉnh lại, hoặc xác nhận bằng: luot confirm-date"
                    .into()
            }
            Self::RequestReused => "Mã yêu cầu này đã dùng cho thao tác khác.".into(),
            Self::Stranding { who } => format!(
                "Cấu hình mới để người chờ không quầy nào gọi. Hãy giải quyết trước, hoặc dùng --force.{}",
                each(who, Lang::Vi)
            ),
            Self::NotServed => "Lượt này chưa kết thúc nên chưa đánh giá được.".into(),
            Self::RatedBefore => "Lượt này đã được đánh giá. Xin cảm ơn.".into(),
            Self::UnknownOfficer { officer } => format!("Không có cán bộ “{officer}”."),
            Self::PinMissing => "Cán bộ mới cần có mã PIN.".into(),
            Self::WrongPin { left } => format!("Mã PIN không đúng. Còn {left} lần thử."),
            Self::PinLocked { .. } => {
                "Đã nhập sai mã PIN nhiều lần. Hãy đợi rồi thử lại, hoặc nhờ quản trị cấp mã mới."
                    .into()
            }
            Self::OtherAgency { counter, .. } => {
                format!("Quầy {counter} không thuộc cơ quan của cán bộ này.")
            }
            Self::ReasonMissing => "Hãy ghi lý do; nhật ký lưu lại lý do.".into(),
            Self::MessageLength { most } => {
                format!("Thông báo cần có nội dung, nhiều nhất {most} chữ cái.")
            }
            Self::NoEmergency => "Không có thông báo khẩn nào đang phát.".into(),
            Self::SupervisorOnly => "Việc này dành cho phụ trách. Hãy nhờ phụ trách.".into(),
        }
    }

    fn en(&self) -> String {
        match self {
            Self::UnknownService { service } => format!("There is no service “{service}”."),
            Self::UnknownCounter { counter } => format!("There is no counter “{counter}”."),
            Self::UnknownAgency { agency } => format!("There is no agency “{agency}”."),
            Self::UnknownClass { class } => format!("There is no class “{class}”."),
            Self::UnknownNumber { number } => format!("There is no number {number} today."),
            Self::UnknownTicket { .. } => "This ticket is not in the queue.".into(),
            Self::WrongSlipCode { number } => {
                format!("The check code is not that of today's slip {number}.")
            }
            Self::NoNumber => {
                "This visitor has no number to be called by. Finish, then have them take one."
                    .into()
            }
            Self::Paused { .. } => "This field is paused.".into(),
            Self::Closed { .. } => "Outside the hours for taking numbers.".into(),
            Self::NobodyWaiting { .. } => "Nobody is waiting.".into(),
            Self::NothingHeld { counter } => format!("Counter {counter} has not called anyone."),
            Self::StillHeld { counter, number } => {
                format!("Counter {counter} still holds {number}. Finish it first.")
            }
            Self::TakenByOther { number, counter } => {
                format!("{number} was called by counter {counter}.")
            }
            Self::State { number, state, .. } => {
                let state = match state {
                    State::Waiting => "waiting",
                    State::Called => "called",
                    State::Serving => "being served",
                    State::Parked => "parked",
                    State::Served => "already served",
                    State::NoShow => "missed",
                    State::Cancelled => "cancelled",
                    State::Void => "void",
                };
                format!("{number} is {state}; this cannot be done.")
            }
            Self::CounterInUse { counter } => {
                format!("Counter {counter} is open on another machine or in another window.")
            }
            Self::CounterTaken { counter } => {
                format!("Counter {counter} was taken over at another machine.")
            }
            Self::NotSignedIn { counter } => format!("Nobody is signed in at counter {counter}."),
            Self::NotSupervisor { .. } => {
                "This is for whoever supervises the service. Please ask them.".into()
            }
            Self::NotTheirs { officer, .. } => {
                format!("Only a supervisor of the agency decides where {officer} works.")
            }
            Self::QuotaReached { .. } => "This half day's numbers are given out.".into(),
            Self::OneEach { number } => format!("You hold {number} for this field already."),
            Self::TooLate { number } => {
                format!("{number} was missed too long ago. Please take a new number.")
            }
            Self::NothingToUndo { counter } => {
                format!("Counter {counter} has nothing left to undo.")
            }
            Self::CounterAlive { counter } => format!("Counter {counter} is still at work."),
            Self::NoSlot { .. } => "This field takes no booking at that time.".into(),
            Self::SlotFull { .. } => "This time is booked up. Please choose another.".into(),
            Self::UnknownBooking { code } => format!("There is no booking {code}."),
            Self::BookingEarly { .. } => "It is too early for this booking.".into(),
            Self::ClockInDoubt => {
                "This computer's date is far from the last activity. Set it, or confirm it with: luot confirm-date"
                    .into()
            }
            Self::RequestReused => "This request id was used for another action.".into(),
            Self::Stranding { who } => format!(
                "The new site leaves people waiting whom no counter calls. See to them first, or use --force.{}",
                each(who, Lang::En)
            ),
            Self::NotServed => "This visit is not over yet.".into(),
            Self::RatedBefore => "This visit was rated before. Thank you.".into(),
            Self::UnknownOfficer { officer } => format!("There is no officer “{officer}”."),
            Self::PinMissing => "A new officer needs a PIN.".into(),
            Self::WrongPin { left } => format!("Wrong PIN. {left} tries left."),
            Self::PinLocked { .. } => {
                "Too many wrong PINs. Wait and try again, or have an administrator set a new one."
                    .into()
            }
            Self::OtherAgency { counter, .. } => {
                format!("Counter {counter} is not one of this officer's agencies.")
            }
            Self::ReasonMissing => "Please give a reason; the ledger keeps it.".into(),
            Self::MessageLength { most } => {
                format!("A message needs words, at most {most} letters.")
            }
            Self::NoEmergency => "There is no emergency message.".into(),
            Self::SupervisorOnly => "This is for a supervisor. Please ask one.".into(),
        }
    }
}

fn each(who: &[Stranded], lang: Lang) -> String {
    who.iter().map(|one| format!("\n  {}", one.words(lang))).collect()
}
