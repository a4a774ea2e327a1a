//! What the counter's window shows, worked out from the flow.

use queue::rule::Lane;
use queue::{Lang, Role, Site, State, Ticket, WallClock};

use super::{Asked, Caps, Choice, Counter, Deed, Doing, Page, Row, View};
use crate::Now;
use crate::words::{clock, long_date, minutes, other_language, pick, timer};

/// A clock found wrong is shown for so long.
const CLOCK_NOTE_MS: i64 = 10 * 60_000;
/// So long after a restore somebody may still hold a number that is on paper only.
const RESTORED_NOTE_MS: i64 = 60 * 60_000;

impl Counter {
    pub(super) fn show(&self, now: Now) -> View {
        let mut view = View {
            lang: self.lang,
            sign: self.sign(now),
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
            Some(counter) if self.at_door() => self.show_lock(&mut view, counter),
            Some(counter) => self.show_work(&mut view, site, wall, counter, now),
            None => self.show_choice(&mut view, site),
        }
        view
    }

    pub(super) fn t<'a>(&self, vi: &'a str, en: &'a str) -> &'a str {
        pick(self.lang, vi, en)
    }

    fn show_door(&self, view: &mut View) {
        view.sign_in = self.at_door();
        view.account.clone_from(&self.door.who);
        view.pin = self.door.figures();
        view.at_pin = self.door.at_pin;
    }

    /// The visitor is kept, and named, so that whoever comes back knows whom to turn to.
    fn show_lock(&self, view: &mut View, counter: &queue::Counter) {
        view.page = Page::Locked;
        self.show_door(view);
        view.chosen = counter.id.to_string();
        let label = counter.label();
        view.chosen_title = match self.lang {
            Lang::Vi => format!("Quầy {label} đang khóa"),
            Lang::En => format!("Counter {label} is locked"),
        };
        let number = self.board.held_by(&counter.id).map(|ticket| &ticket.number);
        view.chosen_text = match (self.lang, number) {
            (Lang::Vi, Some(number)) => format!("Số {number} vẫn ở quầy này."),
            (Lang::En, Some(number)) => format!("{number} is still at this counter."),
            (Lang::Vi, None) => "Không có ai ở quầy.".into(),
            (Lang::En, None) => "Nobody is at the counter.".into(),
        };
    }

    fn show_choice(&self, view: &mut View, site: &Site) {
        view.page = Page::Choose;
        self.show_door(view);
        view.chosen = self.chosen.to_string();
        view.counters = site
            .counters
            .iter()
            .map(|counter| Choice {
                code: counter.id.to_string(),
                label: counter.label().to_owned(),
                mine: self.may_sit(site, counter),
                state: if self.board.is_open(&counter.id) {
                    self.t("đang mở", "open").to_owned()
                } else {
                    String::new()
                },
            })
            .collect();
        self.show_taken(view, site);
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

    pub(super) fn services(&self, site: &Site, counter: &queue::Counter) -> String {
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
        let who = self.door.signed.as_ref().and_then(|who| self.board.officers.get(who));
        view.officer = who.map(|who| who.name.clone()).unwrap_or_default();
        view.strip = self.strip && self.ask.asked == Asked::Nothing;
        view.keys = self.key_words();
        view.rates = self.rating.possible;
        let queue = self.board.queue_of(counter);
        let held = self.board.held_by(&counter.id);
        view.paused = held.is_none() && self.paused().is_some();
        match (held, self.paused()) {
            (Some(ticket), _) => self.show_held(view, site, wall, ticket, now),
            (None, Some(reason)) => {
                view.state_chip = format!("{}: {reason}", self.t("Tạm dừng", "Paused"));
            }
            (None, None) => self.t("Quầy trống", "Free").clone_into(&mut view.state_chip),
        }
        view.caps = self.caps(now);
        self.show_main(view, held, &queue, counter);
        view.waiting_count = queue.len();
        self.show_lists(view, site, counter, &queue, now);
        let longest = queue.iter().map(|ticket| now.wall.since(ticket.issued_at)).max();
        view.longest = longest.map(|ms| minutes(self.lang, ms)).unwrap_or_default();
        self.show_notice(view, site, wall, now);
        self.show_own_day(view);
        view.ask = self.show_ask(now);
        self.show_watch(view, now);
    }

    /// The name of each key as it stands on its button.
    fn key_words(&self) -> Vec<(Deed, String)> {
        let deeds = Deed::ALL.into_iter();
        let named = |deed| {
            let key = self.keys.key(deed)?.to_string();
            let key = if key == "Space" { self.t("Dấu cách", "Space").to_owned() } else { key };
            Some((deed, key))
        };
        deeds.filter_map(named).collect()
    }

    fn show_own_day(&self, view: &mut View) {
        let (served, median) = (self.own_day.served(), self.own_day.median_ms());
        let all = self.board.served;
        let median = median.map(|ms| minutes(self.lang, ms));
        view.today = match (self.lang, median) {
            (Lang::Vi, Some(median)) => {
                format!(
                    "Hôm nay quầy này {served} lượt · trung vị phục vụ {median} · toàn trung tâm {all} lượt"
                )
            }
            (Lang::Vi, None) => {
                format!("Hôm nay quầy này {served} lượt · toàn trung tâm {all} lượt")
            }
            (Lang::En, Some(median)) => {
                format!("Today here {served} visits · median service {median} · whole centre {all}")
            }
            (Lang::En, None) => format!("Today here {served} visits · whole centre {all}"),
        };
    }

    /// What can be done now.
    pub(super) fn caps(&self, now: Now) -> Caps {
        let ready = !self.pending && self.away.is_none() && self.open.is_some();
        let held = self.held();
        let called = ready && held.is_some_and(|ticket| ticket.state == State::Called);
        let someone = held.is_some() || !self.queue().is_empty() || self.someone_is_due(now);
        Caps {
            main: ready && (someone || self.paused().is_some()),
            called,
            finish: ready && held.is_some(),
            move_on: ready && held.is_some_and(|ticket| !ticket.number.is_direct()),
            requeue: called,
            free: ready && held.is_none(),
            ready,
            help: ready && held.is_none() && self.other_in_need(now).is_some(),
            take_over: ready && held.is_none() && self.stranded().is_some(),
            supervise: ready && self.role() > Role::Officer,
            rate: ready && self.may_ask(),
        }
    }

    /// What the officer should know beside the queue: a visitor left behind, numbers that are gone, a
    /// wrong clock.
    fn show_notice(&self, view: &mut View, site: &Site, wall: &WallClock, now: Now) {
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
        } else if let (None, Some((service, oldest))) = (self.held(), self.other_in_need(now)) {
            let name = site.service(&service).map(|s| s.name.get(self.lang)).unwrap_or_default();
            let (number, age) =
                (&oldest.number, minutes(self.lang, now.wall.since(oldest.issued_at)));
            view.needs_help = true;
            view.notice = match self.lang {
                Lang::Vi => format!("{name}: số {number} đã chờ {age}. Hỗ trợ?"),
                Lang::En => format!("{name}: {number} has waited {age}. Help?"),
            };
        }
    }

    fn show_main(
        &self,
        view: &mut View,
        held: Option<&Ticket>,
        queue: &[&Ticket],
        counter: &queue::Counter,
    ) {
        let next = queue.first().copied();
        let label = match (held.map(|ticket| ticket.state), next) {
            (Some(State::Called), _) => self.t("Bắt đầu phục vụ", "Start serving"),
            (Some(_), _) if self.must_say_outcome() => self.t("Kết thúc", "Finish"),
            (Some(_), None) => self.t("Kết thúc", "Finish"),
            (Some(_), Some(_)) => self.t("Kết thúc và gọi tiếp", "Finish and call next"),
            (None, _) if view.paused => self.t("Tiếp tục phục vụ", "Go on serving"),
            (None, _) => self.t("Gọi số tiếp theo", "Call next"),
        };
        label.clone_into(&mut view.main_label);
        let names_next = held.is_none_or(|ticket| ticket.state != State::Called) && !view.paused;
        if let Some(next) = next.filter(|_| names_next) {
            view.main_next = format!("{} {}", self.t("tiếp theo", "next"), next.number);
            view.main_why = self.why_next(next, queue, counter);
        }
        view.doing = match held.map(|ticket| ticket.state) {
            Some(State::Called) => Doing::Called,
            Some(_) => Doing::Serving,
            None => Doing::Idle,
        };
    }

    /// Why the next one is the next one, in the words of the rule.
    fn why_next(&self, next: &Ticket, queue: &[&Ticket], counter: &queue::Counter) -> String {
        let earlier = |other: &&&Ticket| (other.issued_at, other.id) < (next.issued_at, next.id);
        let passed = queue.iter().filter(earlier).count();
        let credit = counter.services.get(&next.service).copied().unwrap_or_default();
        let class = self.site.as_ref().and_then(|(site, _)| site.class(&next.class));
        let head_start = class.map_or(0, |class| class.credit_min);
        let number = &next.number;
        if next.only.is_some() {
            return self.t("được chuyển đến quầy này", "sent to this counter").to_owned();
        }
        match (self.lang, next.lane, passed) {
            (_, _, 0) => self.t("chờ lâu nhất", "has waited longest").to_owned(),
            (Lang::Vi, Lane::Priority, n) => {
                format!(
                    "{number} ưu tiên, tính như đến sớm hơn {head_start} phút; trước {n} người đến sớm hơn"
                )
            }
            (Lang::En, Lane::Priority, n) => {
                format!(
                    "{number} has priority, counts as {head_start} min earlier; before {n} who came earlier"
                )
            }
            (Lang::Vi, Lane::Ordinary, _) if credit > 0 => {
                format!("lĩnh vực được tính sớm hơn {credit} phút ở quầy này")
            }
            (Lang::En, Lane::Ordinary, _) if credit > 0 => {
                format!("this service counts as {credit} min earlier at this counter")
            }
            (Lang::Vi, Lane::Ordinary, _) if counter.ratio > 0 => {
                format!("đến lượt số thường sau {} số ưu tiên", counter.ratio)
            }
            (Lang::En, Lane::Ordinary, _) if counter.ratio > 0 => {
                format!("an ordinary turn after {} of priority", counter.ratio)
            }
            (_, Lane::Ordinary, _) => {
                self.t("giữ thứ tự ban đầu", "keeps its first place").to_owned()
            }
        }
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
        if ticket.dossiers > 0 {
            let brings = match (self.lang, ticket.dossiers) {
                (Lang::Vi, count) => format!("{count} bộ hồ sơ"),
                (Lang::En, 1) => "1 dossier".to_owned(),
                (Lang::En, count) => format!("{count} dossiers"),
            };
            view.facts = format!("{brings} · {}", view.facts);
        }
        let heard = self.last_call.words(self.lang, now.up_ms);
        if ticket.state == State::Called && !heard.is_empty() {
            view.facts = format!("{heard} · {}", view.facts);
        }
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
        let papers = self.papers(site, ticket);
        view.paper_count = papers.len();
        view.papers = papers.into_iter().next().unwrap_or_default();
        if ticket.lane == Lane::Priority {
            self.t("Ưu tiên", "Priority").clone_into(&mut view.priority);
        }
    }

    /// The documents that the procedure asks for.
    pub(super) fn papers(&self, site: &Site, ticket: &Ticket) -> Vec<String> {
        let procedure = site
            .service(&ticket.service)
            .and_then(|service| service.procedures.get(usize::try_from(ticket.procedure?).ok()?));
        let papers = procedure.map(|procedure| procedure.papers.as_slice()).unwrap_or_default();
        papers.iter().map(|paper| paper.get(self.lang).to_owned()).collect()
    }

    pub(super) fn procedure(&self, site: &Site, ticket: &Ticket) -> String {
        let Some(service) = site.service(&ticket.service) else { return String::new() };
        let index = ticket.procedure.and_then(|index| usize::try_from(index).ok());
        let procedure = index.and_then(|index| service.procedures.get(index));
        procedure.map_or_else(|| service.name.get(self.lang), |p| p.name.get(self.lang)).to_owned()
    }

    pub(super) fn row(&self, site: &Site, ticket: &Ticket, now: Now) -> Row {
        let age_ms = now.wall.since(ticket.issued_at);
        let priority = site.class(&ticket.class).is_some_and(|class| class.credit_min > 0);
        Row {
            number: ticket.number.to_string(),
            service: self.procedure(site, ticket),
            chip: if priority { self.t("Ưu tiên", "Priority").to_owned() } else { String::new() },
            age: minutes(self.lang, age_ms),
            late: age_ms >= site.rules.target_ms(),
            back: false,
        }
    }
}

fn joined(parts: &[String], by: &str) -> String {
    parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(by)
}
