//! "How was it?", asked on the counter's own sign after a visit.
//!
//! Decree 61/2018/NĐ-CP, article 27.3: a rating is confidential. So the officer's window shows nothing
//! of it, not even that somebody is being asked: what stands there is the same whether the visitor
//! answers, walks away or has answered already. The answer is an action of its own that keeps no press
//! waiting, and a new call takes the question away.

use queue::{Action, Complaint, Event, Level, Text, TicketId, What};

use super::{Counter, Sign, SignPage, Tag, Words};
use crate::Now;
use crate::desk::Answer;
use crate::flow::{Effect, EffectOf};

/// The question stands for so long without a touch, milliseconds.
const PATIENCE_MS: i64 = 30_000;
/// What came of it is shown for so long, milliseconds.
const THANKS_MS: i64 = 5_000;

/// What a visitor touches on the sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignTouch {
    /// One of the faces.
    Level(Level),
    /// What was wrong; again: it was not.
    Why(Complaint),
    /// That is all that was wrong.
    Send,
    /// Back to the faces, or no rating.
    Back,
}

/// Where the question has got to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Standing {
    /// How was it?
    Asked,
    /// What was wrong?
    Why { level: Level, why: Vec<Complaint> },
    /// Given; the store has not answered yet.
    Given,
    /// It is in the ledger.
    Thanks,
    /// It is not.
    Failed,
}

/// The question after a visit.
#[derive(Debug, Default)]
pub(super) struct Rating {
    /// The screen can be touched.
    pub(super) possible: bool,
    /// The visit that ended here last; nothing from the next one on.
    visit: Option<TicketId>,
    /// What stands on the sign, and since when on [`Now::up_ms`].
    standing: Option<(Standing, i64)>,
}

/// What was wrong, as a choice on the sign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignWhy {
    /// The stable word, see [`Complaint::word`].
    pub word: &'static str,
    /// What it says.
    pub name: Text,
    /// The visitor has chosen it.
    pub chosen: bool,
}

impl Rating {
    /// No visit has ended yet; `possible`: the screen can be touched.
    pub(super) fn new(possible: bool) -> Self {
        Self { possible, ..Self::default() }
    }

    /// When the question ends by itself, on [`Now::up_ms`].
    pub(super) fn deadline_ms(&self) -> Option<i64> {
        let (standing, since) = self.standing.as_ref()?;
        match standing {
            Standing::Asked | Standing::Why { .. } => Some(since + PATIENCE_MS),
            Standing::Thanks | Standing::Failed => Some(since + THANKS_MS),
            Standing::Given => None,
        }
    }

    /// The day is over, and its visits with it.
    pub(super) fn forget(&mut self) {
        *self = Self::new(self.possible);
    }

    fn stand(&mut self, standing: Standing, now: Now) {
        self.standing = Some((standing, now.up_ms));
    }

    /// The question goes. A level that was chosen counts, with what was said until now.
    fn close(&mut self) -> Option<Action> {
        match self.standing.take()? {
            (Standing::Why { level, why }, _) => self.rate(level, why),
            (Standing::Asked | Standing::Given | Standing::Thanks | Standing::Failed, _) => None,
        }
    }

    fn rate(&self, level: Level, why: Vec<Complaint>) -> Option<Action> {
        Some(Action::Rate { ticket: self.visit?, level, why })
    }
}

fn act(action: Option<Action>) -> Vec<EffectOf<Counter>> {
    action.map(|action| Effect::Act { tag: Tag::Rate, action }).into_iter().collect()
}

impl Counter {
    /// Whether the visit that ended last can be asked about. It does not tell whether it was.
    pub(super) fn may_ask(&self) -> bool {
        self.rating.possible && self.rating.visit.is_some() && self.held().is_none()
    }

    /// The officer asks for a rating; again, where the visitor was too slow.
    pub(super) fn ask_rating(&mut self, now: Now) {
        if self.held().is_some() {
            self.refusal = Some(Words {
                vi: "Kết thúc lượt này rồi mới mời đánh giá.".into(),
                en: "Finish this visit first, then ask for a rating.".into(),
            });
        } else if self.may_ask() {
            self.rating.stand(Standing::Asked, now);
        }
    }

    /// A visit that ended here is the one to be asked about, and is asked where the site says so.
    pub(super) fn visits(&mut self, events: &[Event], now: Now) {
        // What is told again is nothing new.
        let news = events.iter().filter(|event| event.seq > self.board.seq);
        for event in news.filter(|event| event.counter == self.open) {
            if let (What::Finished { next: None, .. }, Some(visit)) = (&event.what, event.ticket) {
                self.rating.visit = Some(visit);
                let asks = self.site.as_ref().is_some_and(|(site, _)| site.rules.ask_rating);
                if self.rating.possible && asks {
                    self.rating.stand(Standing::Asked, now);
                }
            }
        }
    }

    /// Ends the question by time, by the next call, by another counter or another day.
    pub(super) fn end_rating(&mut self, now: Now) -> Vec<EffectOf<Self>> {
        let over = self.held().is_some() || self.open.is_none() && self.away.is_none();
        let late = self.rating.deadline_ms().is_some_and(|at| at <= now.up_ms);
        let settled = if over || late { self.rating.close() } else { None };
        if over {
            self.rating.visit = None;
        }
        act(settled)
    }

    /// The visitor touched the sign.
    pub(super) fn on_sign(&mut self, touch: SignTouch, now: Now) -> Vec<EffectOf<Self>> {
        let standing = self.rating.standing.as_ref().map(|(standing, _)| standing.clone());
        let (Some(standing), None) = (standing, &self.away) else { return Vec::new() };
        let given = match (standing, touch) {
            (Standing::Asked, SignTouch::Level(level)) if level.asks_why() => {
                self.rating.stand(Standing::Why { level, why: Vec::new() }, now);
                return Vec::new();
            }
            (Standing::Asked, SignTouch::Level(level)) => self.rating.rate(level, Vec::new()),
            (Standing::Asked, SignTouch::Back) => {
                self.rating.standing = None;
                return Vec::new();
            }
            (Standing::Why { level, mut why }, SignTouch::Why(complaint)) => {
                if why.contains(&complaint) {
                    why.retain(|known| *known != complaint);
                } else {
                    why.push(complaint);
                }
                self.rating.stand(Standing::Why { level, why }, now);
                return Vec::new();
            }
            (Standing::Why { .. }, SignTouch::Back) => {
                self.rating.stand(Standing::Asked, now);
                return Vec::new();
            }
            (Standing::Why { level, why }, SignTouch::Send) => self.rating.rate(level, why),
            (Standing::Asked, SignTouch::Why(_) | SignTouch::Send)
            | (Standing::Why { .. }, SignTouch::Level(_))
            | (Standing::Given | Standing::Thanks | Standing::Failed, _) => return Vec::new(),
        };
        self.rating.stand(Standing::Given, now);
        act(given)
    }

    /// The store has answered. A visit that was rated before is thanked for alike, so that nobody
    /// who asks again can tell.
    pub(super) fn rated(&mut self, answer: &Answer, now: Now) {
        if !matches!(self.rating.standing, Some((Standing::Given, _))) {
            return;
        }
        let standing = match answer {
            Answer::Done(_) | Answer::Refused(_) => Standing::Thanks,
            Answer::Failed(_) | Answer::Claimed(_) | Answer::Person(_) | Answer::Day(_) => {
                Standing::Failed
            }
        };
        self.rating.stand(standing, now);
    }

    /// The question instead of what the sign says else.
    pub(super) fn show_rating(&self, sign: &mut Sign) {
        let (Some((standing, _)), None) = (&self.rating.standing, &self.away) else { return };
        sign.note = Text::default();
        match standing {
            Standing::Asked | Standing::Given => {
                sign.page = SignPage::Rate;
                sign.title = Text::new(
                    "Ông/bà đánh giá thế nào về lần phục vụ này?",
                    "How was this service?",
                );
                sign.note = Text::new(
                    "Đánh giá được giữ kín; cán bộ tại quầy không xem được từng phiếu.",
                    "Your rating is confidential; the officer does not see it.",
                );
                sign.levels = Level::ALL.iter().map(|l| (l.word(), level_words(*l))).collect();
                sign.back = Text::new("Không đánh giá", "No rating");
            }
            Standing::Why { why, .. } => {
                sign.page = SignPage::Why;
                sign.title = Text::new(
                    "Điều gì làm ông/bà chưa hài lòng?",
                    "What was wrong? Choose one or more.",
                );
                let choice = |complaint: &Complaint| SignWhy {
                    word: complaint.word(),
                    name: complaint_words(*complaint),
                    chosen: why.contains(complaint),
                };
                sign.whys = Complaint::ALL.iter().map(choice).collect();
                sign.send = Text::new("Gửi", "Send");
                sign.back = Text::new("Quay lại", "Back");
            }
            Standing::Thanks => {
                sign.page = SignPage::Thanks;
                sign.title = Text::new("Cảm ơn ông/bà đã đánh giá.", "Thank you for your rating.");
            }
            Standing::Failed => {
                sign.page = SignPage::Failed;
                sign.title = Text::new(
                    "Xin lỗi, chưa ghi được đánh giá.",
                    "Sorry, it could not be recorded.",
                );
            }
        }
    }
}

fn level_words(level: Level) -> Text {
    match level {
        Level::VerySatisfied => Text::new("Rất hài lòng", "Very satisfied"),
        Level::Satisfied => Text::new("Hài lòng", "Satisfied"),
        Level::Neutral => Text::new("Bình thường", "Neutral"),
        Level::Dissatisfied => Text::new("Không hài lòng", "Not satisfied"),
    }
}

fn complaint_words(complaint: Complaint) -> Text {
    match complaint {
        Complaint::Wait => Text::new("Chờ quá lâu", "Too long a wait"),
        Complaint::Attitude => Text::new("Thái độ phục vụ", "The officer's manner"),
        Complaint::Guidance => Text::new("Hướng dẫn chưa rõ", "Unclear guidance"),
        Complaint::ExtraPapers => {
            Text::new("Yêu cầu thêm giấy tờ ngoài quy định", "Papers that no rule asks for")
        }
        Complaint::ManyVisits => Text::new("Phải đi lại nhiều lần", "Had to come several times"),
        Complaint::Information => Text::new(
            "Thông tin niêm yết chưa đúng, chưa đủ",
            "Posted information wrong or missing",
        ),
        Complaint::Cost => Text::new("Chi phí ngoài quy định", "Costs that no rule asks for"),
        Complaint::LateResult => Text::new("Trễ hẹn trả kết quả", "The result came late"),
        Complaint::Other => Text::new("Khác", "Something else"),
    }
}
