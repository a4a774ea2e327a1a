//! What the screen says while no numbers are given: out of hours, and while the machine rests.

use queue::{BusinessDay, Opening, Session, Site, Timestamp, WallClock};

use super::{Kiosk, Page, View};
use crate::Now;
use crate::words::{clock, long_date, weekday};

impl Kiosk {
    /// Fills the closed page when no numbers are given; whether it did.
    pub(super) fn show_closed(
        &self,
        view: &mut View,
        site: &Site,
        wall: &WallClock,
        now: Now,
    ) -> bool {
        let today = wall.local(now.wall).day;
        let when = |from: Timestamp| self.when(wall, today, from);
        let (title, text) = match self.opening(now) {
            None | Some(Opening::Open) => return false,
            Some(Opening::Early { from }) => (
                self.t("Chưa đến giờ phát số", "Not open yet"),
                self.say("Phát số từ {}.", "Numbers from {}.", &[&when(from)]),
            ),
            Some(Opening::Break { from }) => (
                self.t("Đang nghỉ trưa", "Lunch break"),
                format!(
                    "{} {}",
                    self.again_at(&when(from)),
                    self.t("Số đã lấy vẫn có giá trị.", "Numbers already taken stay valid.")
                ),
            ),
            Some(Opening::Closed { from }) => (
                self.t("Đã hết giờ phát số hôm nay", "Closed for today"),
                from.map(|from| self.again_at(&when(from))).unwrap_or_default(),
            ),
        };
        view.page = Page::Closed;
        // A holiday is called by its name.
        let holiday =
            site.exceptions.iter().find(|day| day.day == today && day.sessions.is_empty());
        let name = holiday.map(|day| self.own(&day.name)).filter(|name| !name.is_empty());
        name.unwrap_or(title).clone_into(&mut view.closed_title);
        view.closed_text = text;
        view.hours = self.hours(site);
        true
    }

    /// Fills the closed page while the machine rests from one who would have emptied the roll.
    pub(super) fn show_rest(&self, view: &mut View, now: Now) -> bool {
        let Some(until_ms) = self.roll.rests_until(now.up_ms) else { return false };
        let minutes = (until_ms - now.up_ms + 59_999) / 60_000;
        view.page = Page::Closed;
        self.t("Máy nghỉ giây lát", "This machine is resting").clone_into(&mut view.closed_title);
        view.closed_text = self.say(
            "Máy vừa phát nhiều số liên tiếp và phát trở lại sau {} phút. Cần số ngay, mời đến Quầy \
             hướng dẫn.",
            "Many numbers were taken one after another; it goes on in {} min. If you need a number \
             now, please ask at the help desk.",
            &[&minutes],
        );
        true
    }

    fn again_at(&self, when: &str) -> String {
        self.say("Phát số trở lại lúc {}.", "Numbers again at {}.", &[&when])
    }

    fn when(&self, wall: &WallClock, today: BusinessDay, at: Timestamp) -> String {
        let local = wall.local(at);
        if local.day == today {
            clock(local.minute)
        } else {
            format!("{}, {}", clock(local.minute), long_date(self.tongue(), &local))
        }
    }

    /// The week as the closed page shows it: equal days together.
    fn hours(&self, site: &Site) -> Vec<(String, String)> {
        let off = self.t("Nghỉ", "Closed");
        let mut rows: Vec<(usize, usize, String)> = Vec::new();
        for day in 0..7 {
            let sessions = site.sessions(day);
            let times = if sessions.is_empty() {
                off.to_owned()
            } else {
                sessions.iter().map(session).collect::<Vec<_>>().join("\n")
            };
            match rows.last_mut() {
                Some((_, last, same)) if *same == times => *last = day,
                _ => rows.push((day, day, times)),
            }
        }
        let name = |day| weekday(self.tongue(), day);
        let days = |first: usize, last: usize| match last - first {
            0 => name(first).to_owned(),
            1 => format!("{}, {}", name(first), name(last)),
            _ => format!("{} – {}", name(first), name(last)),
        };
        rows.into_iter().map(|(first, last, times)| (days(first, last), times)).collect()
    }
}

fn session(session: &Session) -> String {
    format!("{}–{}", clock(session.open_min), clock(session.close_min))
}
