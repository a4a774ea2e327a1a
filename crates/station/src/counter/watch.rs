//! The hall as whoever supervises it sees it: what is wrong, who works where, who waits for what; and
//! the lists from which a supervisor moves or voids a number and says where officers work.

use queue::wait::Asker;
use queue::{
    Action, Agency, Alarm, CounterId, Duty, Intake, Lang, Officer, Service, Site, Staffing, State,
    Ticket,
};

use super::ask::{Ask, Row, Then};
use super::said::STOPPED;
use super::view::{WatchList, WatchRow, WatchView};
use super::{Asked, Counter, Deed, Page, View};
use crate::Now;
use crate::words::{clock, minutes, range};

/// Rows that the page has room for: what is wrong, counters, queues.
const ROOM: [usize; 3] = [3, 9, 9];

/// The page of the whole hall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Watching {
    pub(super) open: bool,
    /// The list that the arrows move.
    list: usize,
    /// The first row of each list that is shown.
    first: [usize; 3],
}

impl Watching {
    pub(super) fn opened() -> Self {
        Self { open: true, ..Self::default() }
    }
}

impl Counter {
    /// A key that moves a list of the page.
    pub(super) fn watch_arrow(&mut self, name: &str, now: Now) {
        let list = self.watching.list;
        match name {
            "Left" => self.watching.list = list.saturating_sub(1),
            "Right" => self.watching.list = (list + 1).min(ROOM.len() - 1),
            "Up" => self.watch_scroll(list, -1, now),
            "Down" => self.watch_scroll(list, 1, now),
            _ => {}
        }
    }

    /// Moves a list by so many rows, to its end at most.
    pub(super) fn watch_scroll(&mut self, list: usize, by: i32, now: Now) {
        let Some(room) = ROOM.get(list) else { return };
        let last = self.watch_rows(list, now).len().saturating_sub(*room);
        let first = self.watching.first[list].min(last);
        let by = isize::try_from(by).unwrap_or_default();
        self.watching.list = list;
        self.watching.first[list] = first.saturating_add_signed(by).min(last);
    }

    fn watch_rows(&self, list: usize, now: Now) -> Vec<WatchRow> {
        let Some((site, _)) = &self.site else { return Vec::new() };
        match list {
            0 => self.alarm_rows(site, now),
            1 => self.counter_rows(site, now),
            _ => self.queue_rows(site, now),
        }
    }

    /// Whoever is signed in, if they supervise.
    fn supervisor(&self) -> Option<&Officer> {
        let who = self.board.officers.get(self.door.signed.as_ref()?)?;
        (who.role > queue::Role::Officer).then_some(who)
    }

    fn oversees(&self, site: &Site, service: &queue::ServiceId) -> bool {
        self.supervisor().is_some_and(|who| who.oversees(site, service))
    }

    fn overseen<'a>(&self, site: &'a Site) -> Vec<&'a Service> {
        site.services.iter().filter(|service| self.oversees(site, &service.id)).collect()
    }

    /// What a key of the page does; those of the own counter rest meanwhile.
    pub(super) fn watch_deed(&mut self, deed: Deed) -> Option<Asked> {
        match deed {
            Deed::Transfer => Some(Asked::Move),
            Deed::End => Some(Asked::Void),
            Deed::Services => Some(Asked::Services),
            Deed::Officers => Some(Asked::Officers),
            Deed::Watch => {
                self.watching = Watching::default();
                None
            }
            Deed::Main
            | Deed::Start
            | Deed::Finish
            | Deed::Recall
            | Deed::NoShow
            | Deed::Park
            | Deed::Number
            | Deed::Direct
            | Deed::Returns
            | Deed::Requeue
            | Deed::Pause
            | Deed::Undo
            | Deed::Strip
            | Deed::Help
            | Deed::TakeOver
            | Deed::Rate
            | Deed::Papers
            | Deed::Leave => None,
        }
    }

    pub(super) fn show_watch(&self, view: &mut View, now: Now) {
        if !self.watching.open || self.supervisor().is_none() {
            return;
        }
        view.page = Page::Watch;
        view.watch = WatchView {
            list: self.watching.list,
            alarms: self.watch_list(0, now),
            counters: self.watch_list(1, now),
            queues: self.watch_list(2, now),
        };
    }

    /// The rows that there is room for, and how many stand above and below.
    fn watch_list(&self, list: usize, now: Now) -> WatchList {
        let rows = self.watch_rows(list, now);
        let above = self.watching.first[list].min(rows.len().saturating_sub(ROOM[list]));
        let below = rows.len().saturating_sub(above + ROOM[list]);
        let rows = rows.into_iter().skip(above).take(ROOM[list]).collect();
        WatchList { rows, above, below }
    }

    fn alarm_rows(&self, site: &Site, now: Now) -> Vec<WatchRow> {
        let alarms = self.watch.alarms(&self.board, site, now.wall);
        let own = alarms.iter().filter(|alarm| self.oversees(site, alarm.service()));
        own.map(|alarm| self.alarm_row(site, alarm)).collect()
    }

    fn alarm_row(&self, site: &Site, alarm: &Alarm) -> WatchRow {
        let name = |id| site.service(id).map(|s| s.short_name(self.lang)).unwrap_or_default();
        let label =
            |id: &CounterId| site.counter(id).map_or(id.to_string(), |c| c.label().to_owned());
        let (text, age) = match (self.lang, alarm) {
            (Lang::Vi, Alarm::Late { service, number, waited_ms, people }) => (
                format!("Chờ quá lâu · {}: {people} người, lâu nhất {number}", name(service)),
                minutes(self.lang, *waited_ms),
            ),
            (Lang::En, Alarm::Late { service, number, waited_ms, people }) => (
                format!("Waits too long · {}: {people}, the longest {number}", name(service)),
                minutes(self.lang, *waited_ms),
            ),
            (Lang::Vi, Alarm::Idle { counter, number, idle_ms, .. }) => (
                format!("Quầy rảnh mà có người chờ · quầy {}: tiếp theo {number}", label(counter)),
                minutes(self.lang, *idle_ms),
            ),
            (Lang::En, Alarm::Idle { counter, number, idle_ms, .. }) => (
                format!("Idle while people wait · counter {}: next {number}", label(counter)),
                minutes(self.lang, *idle_ms),
            ),
            (Lang::Vi, Alarm::Passed { number, counter, reason, people, at, .. }) => (
                format!(
                    "Gọi ngoài thứ tự · {number} ở quầy {}, trước {people} người chờ lâu hơn: {reason}",
                    label(counter)
                ),
                self.at(*at),
            ),
            (Lang::En, Alarm::Passed { number, counter, reason, people, at, .. }) => (
                format!(
                    "Out of order · {number} at counter {}, before {people} who had waited longer: {reason}",
                    label(counter)
                ),
                self.at(*at),
            ),
        };
        WatchRow { name: text, age, late: true, ..WatchRow::default() }
    }

    fn at(&self, at: queue::Timestamp) -> String {
        let wall = self.site.as_ref().map(|(_, wall)| wall);
        wall.map(|wall| clock(wall.local(at).minute)).unwrap_or_default()
    }

    /// Counters of the overseen services; those that have opened today first.
    fn counter_rows(&self, site: &Site, now: Now) -> Vec<WatchRow> {
        let own = |counter: &&queue::Counter| {
            counter.services.keys().any(|service| self.oversees(site, service))
        };
        let mut counters: Vec<_> = site.counters.iter().filter(own).collect();
        counters.sort_by_key(|counter| {
            let duty = self.board.counters.get(&counter.id).map(|state| &state.duty);
            duty.is_none_or(|duty| *duty == Duty::Closed)
        });
        counters.into_iter().map(|counter| self.counter_row(site, counter, now)).collect()
    }

    fn counter_row(&self, site: &Site, counter: &queue::Counter, now: Now) -> WatchRow {
        let state = self.board.counters.get(&counter.id);
        let held = self.board.held_by(&counter.id);
        let quiet = self.quiet.contains(&counter.id);
        let (word, since) = match (held, state.map(|state| (&state.duty, state.since))) {
            (Some(held), _) if quiet => (self.t("không trả lời", "no answer"), held.called_at),
            (Some(held), _) if held.state == State::Called => {
                (self.t("đã gọi", "called"), held.called_at)
            }
            (Some(held), _) => (self.t("đang phục vụ", "serving"), held.started_at),
            (None, Some((Duty::Open, since))) => {
                let free = self.watch.free_since(&counter.id).unwrap_or(since);
                (self.t("rảnh", "free"), Some(free.max(since)))
            }
            (None, Some((Duty::Paused { .. }, since))) => {
                (self.t("tạm dừng", "paused"), Some(since))
            }
            (None, Some((Duty::Closed, _)) | None) => (self.t("đóng", "closed"), None),
        };
        let who = state.and_then(|state| state.officer.as_ref());
        let who = who.map(|who| {
            self.board.officers.get(who).map_or(who.to_string(), |known| known.name.clone())
        });
        WatchRow {
            head: counter.label().to_owned(),
            name: who.filter(|who| !who.is_empty()).unwrap_or_else(|| self.services(site, counter)),
            note: word.to_owned(),
            figure: held.map(|held| held.number.to_string()).unwrap_or_default(),
            age: since.map(|at| minutes(self.lang, now.wall.since(at))).unwrap_or_default(),
            late: quiet && held.is_some(),
        }
    }

    /// The overseen queues; those in which somebody waits first, the oldest before the others.
    fn queue_rows(&self, site: &Site, now: Now) -> Vec<WatchRow> {
        let row = |service: &&Service| {
            let oldest = super::lists::oldest_ms(&self.board, &service.id, now);
            (std::cmp::Reverse(oldest), self.queue_row(site, service, oldest, now))
        };
        let mut rows: Vec<_> = self.overseen(site).iter().map(row).collect();
        rows.sort_by_key(|(oldest, _)| *oldest);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn queue_row(&self, site: &Site, service: &Service, oldest: Option<i64>, now: Now) -> WatchRow {
        let asker = Asker::newcomer(&service.id, now.wall);
        let wall = self.site.as_ref().map(|(_, wall)| wall);
        let told = wall.and_then(|wall| {
            self.experience.estimate(&self.board, site, wall, &asker, now.wall).ok()
        });
        let note = if self.board.gives(service) {
            let told = told.map(|told| range(self.lang, told.range));
            told.map(|told| format!("{} {told}", self.t("dự kiến", "expected"))).unwrap_or_default()
        } else {
            self.t("ngừng phát số", "no numbers").to_owned()
        };
        WatchRow {
            head: service.prefix.clone(),
            name: service.short_name(self.lang).to_owned(),
            note,
            figure: self.board.waiting(&service.id).to_string(),
            age: oldest.map(|ms| minutes(self.lang, ms)).unwrap_or_default(),
            late: oldest.is_some_and(|ms| ms >= site.rules.target_ms()),
        }
    }

    /// Each service: whether it gives numbers, and the other way round by a press.
    pub(super) fn intakes(&self, site: &Site, here: &CounterId) -> Vec<Row> {
        let row = |service: &Service| {
            let paused = self.board.paused.get(&service.id);
            let (note, change) = match paused {
                Some(reason) => {
                    (format!("{}: {reason}", self.t("ngừng phát số", "stopped")), Intake::Resume)
                }
                None => {
                    let waiting = crate::words::waiting(self.lang, self.board.waiting(&service.id));
                    (waiting, Intake::Pause { reason: STOPPED.to_owned() })
                }
            };
            let (service_id, by) = (service.id.clone(), Some(here.clone()));
            Row {
                label: format!("{} · {}", service.prefix, service.name.get(self.lang)),
                note,
                then: Then::Act(Action::Intake { service: service_id, change, by }),
            }
        };
        let signed = self.door.signed.as_ref().and_then(|who| self.board.officers.get(who));
        let own = |service: &&Service| signed.is_none_or(|who| who.oversees(site, &service.id));
        site.services.iter().filter(own).map(row).collect()
    }

    /// Live numbers of the overseen services, to be moved or voided.
    pub(super) fn numbers_of_all(&self, site: &Site, asked: Asked, now: Now) -> Vec<Row> {
        let moves = asked == Asked::Move;
        let fits = |ticket: &&Ticket| match ticket.state {
            State::Waiting | State::Called | State::Serving | State::Parked => {
                !moves || !ticket.number.is_direct()
            }
            State::NoShow => !moves,
            State::Served | State::Cancelled | State::Void => false,
        };
        let own = |ticket: &&Ticket| self.oversees(site, &ticket.service);
        let mut tickets: Vec<_> = self.board.tickets.values().filter(fits).filter(own).collect();
        tickets.sort_by_key(|ticket| (ticket.issued_at, ticket.id));
        let row = |ticket: &Ticket| {
            let number = ticket.number.clone();
            Row {
                label: format!("{number} · {}", self.procedure(site, ticket)),
                note: self.whereabouts(ticket, now),
                then: if moves { Then::Move(number) } else { Then::Void(number) },
            }
        };
        tickets.into_iter().map(row).collect()
    }

    fn whereabouts(&self, ticket: &Ticket, now: Now) -> String {
        match (&ticket.counter, ticket.state) {
            (Some(counter), State::Called | State::Serving) => {
                format!("{} {counter}", self.t("ở quầy", "at counter"))
            }
            (_, State::Parked | State::NoShow) => self.away_words(ticket, now),
            _ => minutes(self.lang, now.wall.since(ticket.issued_at)),
        }
    }

    /// Officers below the one who is signed in.
    pub(super) fn officers(&self, site: &Site) -> Vec<Row> {
        let Some(me) = self.supervisor() else { return Vec::new() };
        let below = |who: &&Officer| who.role < me.role || me.role == queue::Role::Admin;
        let row = |who: &Officer| Row {
            label: if who.name.is_empty() {
                who.id.to_string()
            } else {
                format!("{} · {}", who.name, who.id)
            },
            note: self.agency_names(site, who),
            then: Then::Officer(who.id.clone()),
        };
        self.board.officers.values().filter(below).map(row).collect()
    }

    fn agency_names(&self, site: &Site, who: &Officer) -> String {
        if who.agencies.is_empty() {
            return self.t("mọi cơ quan", "all agencies").to_owned();
        }
        let named = site.agencies.iter().filter(|agency| who.agencies.contains(&agency.id));
        named.map(|agency| agency.short.get(self.lang)).collect::<Vec<_>>().join(", ")
    }

    /// The agencies for which an officer may be told to work, and no more: a press changes one.
    pub(super) fn agencies(&self, site: &Site, here: &CounterId, ask: &Ask) -> Vec<Row> {
        let known = ask.who.as_ref().and_then(|who| self.board.officers.get(who));
        let (Some(who), Some(me)) = (known, self.door.signed.as_ref()) else { return Vec::new() };
        let row = |agency: &Agency| {
            let at = who.agencies.contains(&agency.id);
            let mut agencies = who.agencies.clone();
            agencies.retain(|code| *code != agency.id);
            if !at {
                agencies.push(agency.id.clone());
            }
            // Without any it would be all of them.
            let may = !agencies.is_empty()
                && queue::may_assign(&self.board.officers, here, Some(me), who, &agencies).is_ok();
            let change = Staffing::Assign { who: who.id.clone(), agencies, by: here.clone() };
            may.then(|| Row {
                label: agency.name.get(self.lang).to_owned(),
                note: if at {
                    self.t("đang làm · bấm để thôi", "works there · press to end").to_owned()
                } else {
                    self.t("bấm để cử đến", "press to send there").to_owned()
                },
                then: Then::Act(Action::Staff { change }),
            })
        };
        site.agencies.iter().filter_map(row).collect()
    }
}
