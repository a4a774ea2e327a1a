//! What the counter's window shows, worked out from the flow.

use queue::{Lang, Site, State, Ticket, WallClock};

use super::{Choice, Counter, Doing, Page, Row, View};
use crate::Now;
use crate::words::{clock, long_date, minutes, other_language, pick, timer};

/// A wait is late after this many minutes: the national target for one-stop centres
/// (Decision 468/QĐ-TTg of 2021: at most 15 minutes on average by 2025).
const LATE_MIN: i64 = 15;
/// A clock found wrong is shown for so long.
const CLOCK_NOTE_MS: i64 = 10 * 60_000;
/// So long after a restore somebody may still hold a number that is on paper only.
const RESTORED_NOTE_MS: i64 = 60 * 60_000;
/// Rows sent to the window; it shows as many as fit.
const ROWS_MAX: usize = 40;

impl Counter {
    pub(super) fn show(&self, now: Now) -> View {
        let mut view = View {
            lang: self.lang,
            language: other_language(self.lang).to_owned(),
            link: self.away.as_ref().map(|t| t.words(self.lang).to_owned()).unwrap_or_default(),
            refusal: self.refusal.as_ref().map(|w| w.get(self.lang).to_owned()).unwrap_or_default(),
            ..View::default()
        };
        let Some((site, wall)) = &self.site else { return view };
        let local = wall.local(now.wall);
        site.authority.get(self.lang).clone_into(&mut view.authority);
        site.name.get(self.lang).clone_into(&mut view.centre);
        site.motto.get(self.lang).clone_into(&mut view.motto);
        view.clock = clock(local.minute);
        view.date = long_date(self.lang, &local);
        let open =
            self.open.as_ref().or(if self.away.is_some() { self.wanted.as_ref() } else { None });
        match open.and_then(|id| site.counter(id)) {
            Some(counter) => self.show_work(&mut view, site, wall, counter, now),
            None => self.show_choice(&mut view, site),
        }
        view
    }

    fn t<'a>(&self, vi: &'a str, en: &'a str) -> &'a str {
        pick(self.lang, vi, en)
    }

    fn show_choice(&self, view: &mut View, site: &Site) {
        view.page = Page::Choose;
        view.chosen = self.chosen.to_string();
        view.counters = site
            .counters
            .iter()
            .map(|counter| Choice {
                code: counter.id.to_string(),
                label: counter.label().to_owned(),
                state: if self.board.is_open(&counter.id) {
                    self.t("đang mở", "open").to_owned()
                } else {
                    String::new()
                },
            })
            .collect();
        if let Some(counter) = site.counter(&self.chosen) {
            let services = self.services(site, counter);
            let zone = self.zone(&counter.zone);
            let parts =
                [format!("{} {}", self.t("Quầy", "Counter"), counter.label()), zone, services];
            view.chosen_title = joined(&parts, " · ");
            let waiting = self.board.queue_of(counter).len();
            view.chosen_text = crate::words::waiting(self.lang, waiting);
        }
    }

    fn zone(&self, zone: &str) -> String {
        if zone.is_empty() { String::new() } else { format!("{} {zone}", self.t("Khu", "Zone")) }
    }

    fn services(&self, site: &Site, counter: &queue::Counter) -> String {
        let names = counter.services.keys().filter_map(|id| site.service(id));
        names.map(|service| service.name.get(self.lang)).collect::<Vec<_>>().join(", ")
    }

    fn show_work(
        &self,
        view: &mut View,
        site: &Site,
        wall: &WallClock,
        counter: &queue::Counter,
        now: Now,
    ) {
        view.page = Page::Work;
        view.name = format!("{} {}", self.t("Quầy", "Counter"), counter.label());
        view.services = self.services(site, counter);
        view.zone = self.zone(&counter.zone);
        let queue = self.board.queue_of(counter);
        let held = self.board.held_by(&counter.id);
        match held {
            Some(ticket) => self.show_held(view, site, wall, ticket, now),
            None => self.t("Quầy trống", "Free").clone_into(&mut view.state_chip),
        }
        let due = self.someone_is_due(now);
        self.show_main(view, held, queue.first().copied(), due);
        view.waiting =
            queue.iter().take(ROWS_MAX).map(|ticket| self.row(site, ticket, now)).collect();
        let longest = queue.iter().map(|ticket| now.wall.since(ticket.issued_at)).max();
        view.longest = longest.map(|ms| minutes(self.lang, ms)).unwrap_or_default();
        self.show_notice(view, wall, now);
        view.can_take_over =
            view.left_behind && !self.pending && self.away.is_none() && held.is_none();
        view.today = match self.lang {
            Lang::Vi => format!("Hôm nay toàn trung tâm đã phục vụ {} lượt", self.board.served),
            Lang::En => format!("{} visits served in the centre today", self.board.served),
        };
    }

    /// What the officer should know beside the queue: a visitor left behind, numbers that are gone, a
    /// wrong clock.
    fn show_notice(&self, view: &mut View, wall: &WallClock, now: Now) {
        if let Some((counter, ticket)) = self.stranded() {
            let number = &ticket.number;
            view.left_behind = true;
            view.notice = match self.lang {
                Lang::Vi => format!("Quầy {counter} không trả lời, đang giữ số {number}."),
                Lang::En => format!("Counter {counter} does not answer and holds {number}."),
            };
        } else if let Some(at) =
            self.board.restored.filter(|at| now.wall.since(*at) < RESTORED_NOTE_MS)
        {
            let at = clock(wall.local(at).minute);
            view.notice = match self.lang {
                Lang::Vi => format!(
                    "Lúc {at} dữ liệu được khôi phục từ bản sao. Số nào không còn, mời khách lấy số mới."
                ),
                Lang::En => format!(
                    "At {at} the data was restored from a copy. Whose number is gone takes a new one."
                ),
            };
        } else if self.board.clock.is_some_and(|at| now.wall.since(at) < CLOCK_NOTE_MS) {
            self.t(
                "Đồng hồ máy vừa thay đổi đột ngột. Hãy kiểm tra ngày giờ.",
                "The computer's clock has jumped. Please check date and time.",
            )
            .clone_into(&mut view.notice);
        }
    }

    fn show_main(&self, view: &mut View, held: Option<&Ticket>, next: Option<&Ticket>, due: bool) {
        let free = !self.pending && self.away.is_none();
        let label = match (held.map(|ticket| ticket.state), next) {
            (Some(State::Called), _) => self.t("Bắt đầu phục vụ", "Start serving"),
            (Some(_), None) => self.t("Kết thúc", "Finish"),
            (Some(_), Some(_)) => self.t("Kết thúc và gọi tiếp", "Finish and call next"),
            (None, _) => self.t("Gọi số tiếp theo", "Call next"),
        };
        label.clone_into(&mut view.main_label);
        view.main_enabled = free && (held.is_some() || next.is_some() || due);
        let names_next = held.is_none_or(|ticket| ticket.state != State::Called);
        view.main_next = match next {
            Some(next) if names_next => format!("{} {}", self.t("tiếp theo", "next"), next.number),
            _ => String::new(),
        };
        view.doing = match held.map(|ticket| ticket.state) {
            Some(State::Called) => Doing::Called,
            Some(_) => Doing::Serving,
            None => Doing::Idle,
        };
        view.can_start = free && view.doing == Doing::Called;
        view.can_recall = view.can_start;
        view.can_no_show = view.can_start;
        view.can_finish = free && view.doing != Doing::Idle;
    }

    fn show_held(&self, view: &mut View, site: &Site, wall: &WallClock, ticket: &Ticket, now: Now) {
        view.number = ticket.number.to_string();
        let at = |at: queue::Timestamp| clock(wall.local(at).minute);
        let called = ticket.called_at.unwrap_or(ticket.issued_at);
        let waited = minutes(self.lang, called.since(ticket.issued_at));
        let (issued, called_at, calls) = (at(ticket.issued_at), at(called), ticket.calls);
        view.facts = match self.lang {
            Lang::Vi => {
                format!("Lấy số {issued} · chờ {waited} · gọi {calls} lần, lúc {called_at}")
            }
            Lang::En => {
                format!("Issued {issued} · waited {waited} · called {calls}×, at {called_at}")
            }
        };
        let (chip, label, since) = match ticket.started_at {
            Some(started) if ticket.state == State::Serving => {
                (self.t("Đang phục vụ", "Serving"), self.t("phục vụ", "serving"), started)
            }
            _ => (
                self.t("Đã gọi, chờ đến quầy", "Called, on the way"),
                self.t("đã gọi", "called"),
                called,
            ),
        };
        chip.clone_into(&mut view.state_chip);
        label.clone_into(&mut view.timer_label);
        view.timer = timer(now.wall.since(since));
        let service = site.service(&ticket.service);
        view.service = service.map(|s| s.name.get(self.lang).to_owned()).unwrap_or_default();
        view.procedure = self.procedure(site, ticket);
    }

    fn procedure(&self, site: &Site, ticket: &Ticket) -> String {
        let Some(service) = site.service(&ticket.service) else { return String::new() };
        let index = ticket.procedure.and_then(|index| usize::try_from(index).ok());
        let procedure = index.and_then(|index| service.procedures.get(index));
        procedure.map_or_else(|| service.name.get(self.lang), |p| p.name.get(self.lang)).to_owned()
    }

    fn row(&self, site: &Site, ticket: &Ticket, now: Now) -> Row {
        let age_ms = now.wall.since(ticket.issued_at);
        let priority = site.class(&ticket.class).is_some_and(|class| class.credit_min > 0);
        Row {
            number: ticket.number.to_string(),
            service: self.procedure(site, ticket),
            chip: if priority { self.t("Ưu tiên", "Priority").to_owned() } else { String::new() },
            age: minutes(self.lang, age_ms),
            late: age_ms >= LATE_MIN * 60_000,
        }
    }
}

fn joined(parts: &[String], by: &str) -> String {
    parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(by)
}
