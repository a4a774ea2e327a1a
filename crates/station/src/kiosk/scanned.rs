//! A code was held before the scanner: a card, a slip, a booking, a receipt.

use queue::{Action, Asker, BookingCode, BusinessDay, Place, PrintState, State, Wish};

use super::{At, Kiosk, Paper, Tag};
use crate::Now;
use crate::flow::{Effect, EffectOf};
use crate::scan::{Code, Id, Scan, age, read};
use crate::words::counters;

/// Whose card was read: until the visitor leaves, and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Who {
    pub(super) id: Id,
    pub(super) years: u32,
}

/// What is said of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    /// It was of use.
    pub(super) good: bool,
    pub(super) title: String,
    pub(super) text: String,
}

impl Kiosk {
    pub(super) fn scanned(&mut self, code: &Code, now: Now) -> Vec<EffectOf<Self>> {
        let Some((site, _)) = self.site.as_ref().filter(|_| self.away.is_none()) else {
            return Vec::new();
        };
        // A number on its way or on the screen is finished first.
        if matches!(self.at, At::Issuing { .. } | At::Arriving | At::Ticket(_) | At::Staff(_)) {
            return Vec::new();
        }
        let scan = read(code, site);
        self.refused = None;
        match scan {
            Some(Scan::Card { id, born }) => self.card(id, born, now),
            Some(Scan::Slip { day, number }) => self.slip(day, &number, now),
            Some(Scan::Booking(code)) => self.check_in(code),
            Some(Scan::Receipt) => {
                let site = self.site.as_ref().map(|(site, _)| site);
                let main = site.and_then(|site| {
                    site.services.iter().find(|service| service.place == Place::Main)
                });
                match main.map(|main| main.id.clone()) {
                    Some(service) => self.at = At::Service { service, procedure: None },
                    None => self.unread(),
                }
                Vec::new()
            }
            None => {
                self.unread();
                Vec::new()
            }
        }
    }

    /// Whoever booked is here, by a code that was scanned or typed.
    pub(super) fn check_in(&mut self, code: BookingCode) -> Vec<EffectOf<Self>> {
        let paper = self.printer_down.is_none();
        let print = if paper { PrintState::Pending } else { PrintState::None };
        let lang = self.spoken_code();
        let wish = Wish { asker: Asker::Visitor, print, lang, ..Wish::default() };
        self.at = At::Arriving;
        vec![Effect::Act { tag: Tag::CheckIn, action: Action::CheckIn { code, wish } }]
    }

    fn unread(&mut self) {
        self.tell(
            false,
            self.of("Không nhận ra mã này", "This code is not known here"),
            self.of(
                "Mời chọn trên màn hình hoặc đến Quầy hướng dẫn.",
                "Please choose on the screen, or ask at the help desk.",
            ),
        );
    }

    fn tell(&mut self, good: bool, title: String, text: String) {
        self.notice = Some(Notice { good, title, text });
    }

    fn of(&self, vi: &str, en: &str) -> String {
        self.t(vi, en).to_owned()
    }

    fn card(&mut self, id: Id, born: BusinessDay, now: Now) -> Vec<EffectOf<Self>> {
        let Some((_, wall)) = &self.site else { return Vec::new() };
        let years = age(born, wall.local(now.wall).day);
        self.who = Some(Who { id, years });
        if self.is_old_enough() && matches!(self.at, At::Priority { .. }) {
            return self.answer_priority(true, now);
        }
        self.tell(
            true,
            self.of("Đã đọc thẻ", "The card was read"),
            self.of(
                "Chỉ dùng cho lần lấy số này, không lưu lại. Mời chọn lĩnh vực.",
                "Used for this number only, and not kept. Please choose a field.",
            ),
        );
        Vec::new()
    }

    /// Whether the card that was read gives the head start of age: it need not be asked for.
    pub(super) fn is_old_enough(&self) -> bool {
        let class = self.site.as_ref().and_then(|(site, _)| site.priority());
        let from = class.map_or(0, |class| class.from_age);
        from > 0 && self.who.as_ref().is_some_and(|who| who.years >= from)
    }

    /// A slip is held up again: one that was missed goes back into its queue, one that waits is
    /// shown with its place.
    fn slip(&mut self, day: BusinessDay, number: &str, now: Now) -> Vec<EffectOf<Self>> {
        let Some((site, wall)) = &self.site else { return Vec::new() };
        let today = wall.local(now.wall).day;
        let known = self.board.tickets.values().find(|ticket| ticket.number.to_string() == number);
        let Some(ticket) = known.filter(|_| day == today).cloned() else {
            let title = if day == today {
                self.say("Không còn số {}", "{} is not waiting", &[&number])
            } else {
                self.of("Phiếu của ngày khác", "A slip of another day")
            };
            let text = self.of("Mời lấy số mới.", "Please take a new number.");
            self.tell(false, title, text);
            return Vec::new();
        };
        match ticket.state {
            State::NoShow => {
                self.at = At::Arriving;
                let action = Action::Requeue { number: ticket.number, by: None };
                return vec![Effect::Act { tag: Tag::Return, action }];
            }
            State::Waiting | State::Parked => self.on_screen(ticket, Paper::Kept, now),
            State::Called | State::Serving => {
                let at = ticket.counter.as_ref().and_then(|id| site.counter(id));
                let labels: Vec<_> = at.map(queue::Counter::label).into_iter().collect();
                let place = counters(self.tongue(), &labels);
                let title = self.say("Số {} đang được gọi", "{} is being called", &[&number]);
                let text = self.say("Mời đến {}.", "Please go to {}.", &[&place]);
                self.tell(true, title, text);
            }
            State::Served | State::Cancelled | State::Void => {
                let title = self.say("Số {} đã xong", "{} is finished", &[&number]);
                self.tell(false, title, self.of("Mời lấy số mới.", "Please take a new number."));
            }
        }
        Vec::new()
    }
}
