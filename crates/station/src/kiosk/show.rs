//! What the kiosk's window shows, worked out from the flow.

use std::fmt::Display;

use queue::wait::{Fit, NoEstimate};
use queue::{Place, Procedure, Service, Site, Text, WallClock, WithoutPaper};

use super::{
    At, Banner, BannerKind, Kiosk, NO_PAPER_MS, Page, Paper, Row, STILL_THERE_MS, Shown, TICKET_MS,
    Tile, View, issue::may_reprint, on_home,
};
use crate::config::PaperSlot;
use crate::words::{Tongue, clock, expected, people, short_date, turn, waiting};
use crate::{Now, slip};

impl Kiosk {
    pub(super) fn show(&self, now: Now) -> View {
        let mut view = View {
            lang: self.lang,
            mode: self.mode,
            can_low: self.layout.tall,
            can_read: self.can_read() && !matches!(self.at, At::Staff(_)),
            language: self.next_language_name(),
            further: self.further_code().to_owned(),
            ..View::default()
        };
        let Some((site, wall)) = &self.site else {
            view.page = Page::Closed;
            view.closed_title = self.t("Máy tạm dừng phát số", "No numbers at this machine").into();
            view.closed_text =
                self.meanwhile("Mời đến Quầy hướng dẫn.", "Please go to the help desk.").into();
            view.banner = self.away.as_ref().map(|away| self.warn(away.words(self.lang), ""));
            // A printer has paper put in also where the store was never seen.
            if let At::Staff(place) = &self.at {
                self.show_staff(&mut view, place, now);
            }
            return view;
        };
        let local = wall.local(now.wall);
        self.own(&site.authority).clone_into(&mut view.authority);
        self.own(&site.name).clone_into(&mut view.centre);
        view.clock = clock(local.minute);
        view.date = short_date(self.tongue(), &local);
        view.priority_lead = self.priority_lead(site);
        if !matches!(self.at, At::Ticket(_) | At::Issuing { .. } | At::Arriving | At::Staff(_))
            && (self.show_closed(&mut view, site, wall, now) || self.show_rest(&mut view, now))
        {
            return view;
        }
        match &self.at {
            At::Home => self.show_home(&mut view, site),
            At::Agency { agency } => self.show_agency(&mut view, site, agency),
            At::Search => self.show_lookup(&mut view, site),
            At::Service { service, procedure } => {
                view.page = Page::Service;
                self.show_service(&mut view, site, service, *procedure, now);
            }
            At::Papers { service, procedure } => {
                view.page = Page::Papers;
                self.show_service(&mut view, site, service, *procedure, now);
            }
            At::Dossiers { service, procedure } => {
                view.page = Page::Dossiers;
                self.show_service(&mut view, site, service, *procedure, now);
            }
            At::Many { typed, .. } => self.show_many(&mut view, typed),
            At::Priority { service, procedure, .. } => {
                view.page = Page::Priority;
                self.show_service(&mut view, site, service, *procedure, now);
            }
            At::Meant { choice } => {
                view.page = Page::Meant;
                self.show_service(&mut view, site, &choice.service, choice.procedure, now);
            }
            At::Offer { choice } => {
                view.page = Page::Offer;
                view.can_accept = site.without_paper == WithoutPaper::Offer;
                self.show_service(&mut view, site, &choice.service, choice.procedure, now);
            }
            At::Issuing { choice } => {
                view.page = Page::Service;
                self.show_service(&mut view, site, &choice.service, choice.procedure, now);
                view.printing = true;
            }
            At::Arriving => {
                view.page = Page::Service;
                self.t("Đang tìm số của ông/bà…", "Looking for your number…")
                    .clone_into(&mut view.title);
                view.field.clone_from(&view.title);
                view.icon = "search".into();
                view.printing = true;
            }
            At::Ticket(shown) => self.show_ticket(&mut view, site, wall, shown, now),
            At::Code(typed) => self.show_code(&mut view, typed),
            At::Staff(place) => self.show_staff(&mut view, place, now),
        }
        view.can_take = self.away.is_none();
        view.banner = self.banner(site, now);
        view
    }

    /// What the centre has visitors do while its store is away, or what is said where it says
    /// nothing.
    fn meanwhile<'a>(&'a self, vi: &'a str, en: &'a str) -> &'a str {
        match self.own(&self.config.away) {
            "" => self.t(vi, en),
            own => own,
        }
    }

    /// In which words visitors are spoken to.
    pub(super) fn tongue(&self) -> Tongue<'_> {
        Tongue::of(self.lang, self.phrases.get(self.further_code()))
    }

    pub(super) fn t<'a>(&'a self, vi: &'a str, en: &'a str) -> &'a str {
        self.tongue().pick(vi, en)
    }

    /// The same with values where `{}` stands.
    pub(super) fn say(&self, vi: &str, en: &str, values: &[&dyn Display]) -> String {
        self.tongue().say(vi, en, values)
    }

    /// A text of the centre's own.
    pub(super) fn own<'a>(&self, text: &'a Text) -> &'a str {
        text.told(self.lang, self.further_code())
    }

    fn zone_name(&self, site: &Site, id: &str) -> String {
        let zone = site.zones.iter().find(|zone| zone.id == id);
        zone.map_or(id, |zone| self.own(&zone.name)).to_owned()
    }

    fn warn(&self, title: &str, text: &str) -> Banner {
        Banner { kind: BannerKind::Warn, title: title.to_owned(), text: text.to_owned() }
    }

    fn priority_lead(&self, site: &Site) -> String {
        let min = site.priority().map_or(0, |class| class.credit_min);
        self.say(
            "Số ưu tiên được xếp như đến sớm hơn {} phút.",
            "A priority number counts as having come {} minutes earlier.",
            &[&min],
        )
    }

    fn show_home(&self, view: &mut View, site: &Site) {
        view.page = Page::Home;
        view.can_book = site.services.iter().any(|service| service.appointments.is_some());
        if !self.config.scanner.line.is_empty() {
            self.t(
                "Có thẻ căn cước, lịch hẹn hoặc phiếu đã lấy? Đưa mã QR vào máy quét.",
                "Identity card, booking or a slip of today? Hold its QR code to the scanner.",
            )
            .clone_into(&mut view.scan_hint);
        }
        let mut tiles: Vec<Tile> =
            site.agencies.iter().map(|agency| self.agency_tile(site, &agency.id)).collect();
        let own =
            |place| site.services.iter().filter(move |s| s.agency.is_empty() && s.place == place);
        let common: Vec<Tile> =
            own(Place::Tile).map(|service| self.service_tile(service)).collect();
        let low = view.can_book && self.mode.large && self.mode.low;
        let most = self.layout.tiles(self.mode) - if low { 2 } else { 0 };
        // What all need fills the cells left over; it opens no page of its own, unless the bar is
        // full already.
        let bar_full = view.can_book && self.layout.tall;
        let fits = tiles.len() + common.len() <= tiles.len().div_ceil(most) * most;
        let full = !(tiles.is_empty() || bar_full || fits);
        let (in_grid, in_bar) = if full { (Vec::new(), common) } else { (common, Vec::new()) };
        tiles.extend(in_grid);
        view.mains = own(Place::Main).map(|service| self.service_tile(service)).collect();
        view.sides = own(Place::Side).map(|service| self.service_tile(service)).collect();
        view.sides.extend(in_bar);
        let (page, pages) = paged(self.tile_page, tiles.len(), most);
        view.tile_page = page;
        view.tile_pages = pages;
        view.tiles = tiles.into_iter().skip(page * most).take(most).collect();
    }

    fn agency_tile(&self, site: &Site, id: &str) -> Tile {
        let agency = site.agencies.iter().find(|agency| agency.id == id);
        let name = agency.map(|a| self.own(&a.short)).unwrap_or_default();
        let waiting = site.services_of(id).map(|service| self.board.waiting(&service.id)).sum();
        let usable = site.services_of(id).any(|service| self.board.gives(service));
        let letter = site.services_of(id).next().map(|s| s.prefix.clone()).unwrap_or_default();
        let icon = agency.map(|a| a.icon.clone()).unwrap_or_default();
        self.tile(format!("agency:{id}"), letter, icon, name, waiting, usable)
    }

    pub(super) fn service_tile(&self, service: &Service) -> Tile {
        debug_assert!(on_home(service.place), "hidden services have no tile");
        let waiting = self.board.waiting(&service.id);
        let (id, icon) = (service.id.to_string(), service.icon.clone());
        let prefix = service.prefix.clone();
        self.tile(id, prefix, icon, self.own(&service.name), waiting, self.board.gives(service))
    }

    fn tile(
        &self,
        code: String,
        letter: String,
        icon: String,
        name: &str,
        waiting: usize,
        usable: bool,
    ) -> Tile {
        let note = match (usable, waiting) {
            (false, _) => self.t("Tạm dừng", "Paused").to_owned(),
            (true, 0) => self.t("Không phải\u{a0}chờ", "No wait").to_owned(),
            (true, _) => String::new(),
        };
        let said =
            if note.is_empty() { self::waiting(self.tongue(), waiting) } else { note.clone() };
        Tile {
            code,
            letter,
            icon,
            name: name.to_owned(),
            waiting,
            usable,
            label: format!("{name}, {said}"),
            note,
        }
    }

    fn show_agency(&self, view: &mut View, site: &Site, agency: &str) {
        view.page = Page::Agency;
        let known = site.agencies.iter().find(|known| known.id == agency);
        view.field = known.map(|a| self.own(&a.short).to_owned()).unwrap_or_default();
        view.title = known.map(|a| self.own(&a.name).to_owned()).unwrap_or_default();
        view.icon = known.map(|a| a.icon.clone()).unwrap_or_default();
        view.letter = site.services_of(agency).next().map(|s| s.prefix.clone()).unwrap_or_default();
        let mut rows = Vec::new();
        for service in site.services_of(agency) {
            let choices = service.procedures.iter().enumerate();
            rows.extend(choices.map(|(index, procedure)| Row {
                code: format!("{}/{index}", service.id),
                title: self.own(&procedure.name).to_owned(),
                detail: self.procedure_line(procedure),
                ..Row::default()
            }));
            rows.push(Row {
                code: service.id.to_string(),
                title: if service.procedures.is_empty() {
                    self.own(&service.name).to_owned()
                } else {
                    self.t("Thủ tục khác", "Another procedure").to_owned()
                },
                detail: waiting(self.tongue(), self.board.waiting(&service.id)),
                ..Row::default()
            });
        }
        self.show_rows(view, rows, self.layout.rows(self.mode));
    }

    /// The page of a list.
    pub(super) fn show_rows(&self, view: &mut View, rows: Vec<Row>, most: usize) {
        let (page, pages) = paged(self.row_page, rows.len(), most);
        view.row_page = page;
        view.row_pages = pages;
        view.rows = rows.into_iter().skip(page * most).take(most).collect();
    }

    fn procedure_line(&self, procedure: &Procedure) -> String {
        let facts = [self.own(&procedure.limit), self.own(&procedure.fee)];
        facts.into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    fn show_service(
        &self,
        view: &mut View,
        site: &Site,
        id: &queue::ServiceId,
        procedure: Option<u32>,
        now: Now,
    ) {
        let Some(service) = site.service(id) else { return };
        let agency = site.agencies.iter().find(|agency| agency.id == service.agency);
        service.prefix.clone_into(&mut view.letter);
        view.icon = agency.map_or_else(|| service.icon.clone(), |a| a.icon.clone());
        view.field =
            agency.map_or_else(|| self.own(&service.name), |a| self.own(&a.short)).to_owned();
        self.own(&service.name).clone_into(&mut view.title);
        if let Some(procedure) = site.procedure(id, procedure) {
            self.own(&procedure.name).clone_into(&mut view.title);
            let council = self.t("Theo quy định của HĐND tỉnh", "Set by the provincial council");
            let fee = self.own(&procedure.fee);
            view.fee = if fee.is_empty() { council.to_owned() } else { fee.to_owned() };
            self.own(&procedure.limit).clone_into(&mut view.limit);
            view.papers = procedure.papers.iter().map(|p| self.own(p).to_owned()).collect();
            self.own(&procedure.basis).clone_into(&mut view.basis);
            view.online = procedure.online || !procedure.link.is_empty();
            view.link = Some(procedure.link.clone()).filter(|link| !link.is_empty());
        }
        view.waiting = waiting(self.tongue(), self.board.waiting(id));
        let estimate = self.estimate(id, now);
        view.estimate = estimate.map(|e| expected(self.tongue(), e.range)).unwrap_or_default();
        let counters: Vec<_> = site.counters_of(id).map(queue::Counter::label).collect();
        let at = self.say("quầy {}", "counter {}", &[&counters.join(", ")]);
        view.where_to = match service.zone.as_str() {
            "" => at,
            zone => format!("{} · {at}", self.say("Khu {}", "Zone {}", &[&zone])),
        };
    }

    /// What a visitor should know before the number is taken: the turn may not come in time, the
    /// dossier goes on tomorrow.
    fn warning(&self, now: Now) -> Option<Banner> {
        let At::Service { service, .. } = &self.at else { return None };
        let fit = match self.estimate(service, now) {
            Ok(estimate) => estimate.fit,
            Err(NoEstimate::NotToday) => Fit::PerhapsNotToday,
            Err(NoEstimate::TooFewSeen { .. } | NoEstimate::NoCounter) => Fit::Session,
        };
        let late = self.site.as_ref().filter(|(site, wall)| site.is_late(wall, now.wall));
        let hour = late.and_then(|(site, _)| site.rules.late_after).map(clock).unwrap_or_default();
        let after = self.say("Hồ sơ nhận sau {}", "Dossiers received after {}", &[&hour]);
        let (title, text) = match fit {
            Fit::PerhapsNotToday => (
                self.t("Có thể không kịp trong hôm nay", "You may not be served today"),
                self.t(
                    "Ông/bà vẫn lấy được số, hoặc mời trở lại vào ngày làm việc tiếp theo.",
                    "You can still take a number, or come back on the next working day.",
                ),
            ),
            Fit::NotSession | Fit::PerhapsNotSession => (
                self.t("Có thể không kịp trong buổi này", "You may not be served before the break"),
                self.t(
                    "Số đã lấy vẫn có giá trị sau giờ nghỉ.",
                    "A number that was taken stays valid after the break.",
                ),
            ),
            Fit::Session if late.is_some() => (
                after.as_str(),
                self.t(
                    "Được chuyển xử lý vào sáng ngày làm việc tiếp theo.",
                    "They are passed on the next working morning.",
                ),
            ),
            Fit::Session => return None,
        };
        Some(self.warn(title, text))
    }

    fn show_ticket(&self, view: &mut View, site: &Site, wall: &WallClock, shown: &Shown, now: Now) {
        let ticket = &shown.ticket;
        view.number = ticket.number.to_string();
        view.place = slip::place(site, ticket, self.tongue());
        let zone = site.service(&ticket.service).map(|s| s.zone.as_str()).unwrap_or_default();
        view.zone = if zone.is_empty() { String::new() } else { self.zone_name(site, zone) };
        view.ahead = people(self.tongue(), shown.ahead);
        let told = ticket.told.map(|told| turn(wall, ticket.issued_at, told.range));
        view.turn = told.unwrap_or_default();
        view.qr = slip::follow_url(site, ticket, wall);
        view.can_reprint = may_reprint(shown, now);
        view.printing = shown.paper == Paper::Coming;
        view.page = match shown.paper {
            Paper::None(_) => Page::NoPaper,
            Paper::Coming | Paper::Out | Paper::Kept | Paper::Doubt(_) => Page::Ticket,
        };
        let slot = match self.config.paper_slot {
            PaperSlot::Below => self.t("ở khe bên dưới", "below"),
            PaperSlot::Left => self.t("ở khe bên trái", "on the left"),
            PaperSlot::Right => self.t("ở khe bên phải", "on the right"),
        };
        view.paper_line = match &shown.paper {
            Paper::Coming => self.t("Đang in phiếu…", "Printing your slip…").to_owned(),
            Paper::Kept => self.t("Số của ông/bà đang chờ", "Your number is waiting").to_owned(),
            Paper::Out | Paper::Doubt(_) | Paper::None(_) => {
                self.say("Mời nhận phiếu {}", "Take your slip {}", &[&slot])
            }
        };
        view.wait_line = match zone {
            "" => self
                .t(
                    "Mời ông/bà ngồi chờ, giữ phiếu và chú ý loa, màn hình.",
                    "Please take a seat, keep the slip, watch the screen and listen.",
                )
                .to_owned(),
            zone => self.say(
                "Mời ông/bà ngồi chờ ở Khu {}, giữ phiếu và chú ý loa, màn hình.",
                "Please wait in zone {}, keep the slip, watch the screen and listen.",
                &[&zone],
            ),
        };
        let stays = if view.page == Page::NoPaper { NO_PAPER_MS } else { TICKET_MS };
        let left = seconds_left(shown.until_ms, stays, now);
        view.countdown = if view.page == Page::NoPaper {
            self.say(
                "Màn hình giữ số này thêm {} giây. Chạm vào nút để kết thúc sớm.",
                "This number stays for {} more seconds. Touch the button to end sooner.",
                &[&left],
            )
        } else {
            self.back_in(left)
        };
    }

    fn back_in(&self, seconds: i64) -> String {
        self.say(
            "Màn hình sẽ trở về đầu sau {} giây.",
            "Back to the start in {} seconds.",
            &[&seconds],
        )
    }

    fn banner(&self, site: &Site, now: Now) -> Option<Banner> {
        if matches!(self.at, At::Staff(_)) {
            return self.still_there(now);
        }
        if let Some(words) = self.refused.as_ref().filter(|words| !words.is_empty()) {
            let text = self.t(
                "Mời chọn lại hoặc đến Quầy hướng dẫn.",
                "Choose again or ask at the help desk.",
            );
            return Some(Banner { kind: BannerKind::Bad, title: words.clone(), text: text.into() });
        }
        if let Some(notice) = &self.notice {
            let kind = if notice.good { BannerKind::Good } else { BannerKind::Warn };
            let (title, text) = (notice.title.clone(), notice.text.clone());
            return Some(Banner { kind, title, text });
        }
        if self.staff_called {
            let desk = site.help_desk();
            let labels: Vec<_> = desk
                .map(|service| site.counters_of(&service.id).map(queue::Counter::label).collect())
                .unwrap_or_default();
            let place = crate::words::counters(self.tongue(), &labels);
            let at = self.say(
                "Cán bộ hướng dẫn sẽ giúp ông/bà tại: {}",
                "Staff will help you at: {}",
                &[&place],
            );
            let title = self.t("Mời đến Quầy hướng dẫn", "Please go to the help desk");
            return Some(self.warn(title, at.trim_end_matches(": ")));
        }
        if self.away.is_some() {
            // What is broken concerns staff, who read it at their counters.
            let title = self.t("Tạm thời chưa lấy được số", "No numbers for the moment");
            let wait = self.meanwhile("Xin chờ giây lát.", "Please wait a moment.");
            let stays = self.t("Số đã lấy vẫn có giá trị.", "Numbers already taken stay valid.");
            return Some(self.warn(title, &format!("{wait} {stays}")));
        }
        match &self.at {
            At::Offer { .. } => {
                let title = self.t("Máy không in được phiếu", "No slip can be printed");
                let text = match site.without_paper {
                    WithoutPaper::Offer => self.t(
                        "Ông/bà có thể lấy số trên màn hình. Số vẫn có giá trị.",
                        "You can take your number from the screen. It is valid.",
                    ),
                    WithoutPaper::Refuse => self.t(
                        "Mời đến Quầy hướng dẫn để lấy số.",
                        "Please get your number at the help desk.",
                    ),
                };
                return Some(self.warn(title, text));
            }
            At::Ticket(shown) if matches!(shown.paper, Paper::None(_)) => {
                let title = self.t("Máy không in được phiếu", "No slip could be printed");
                let text = self.t(
                    "Số của ông/bà đã được ghi nhận và vẫn có giá trị.",
                    "Your number is recorded and valid.",
                );
                return Some(self.warn(title, text));
            }
            At::Ticket(shown) if matches!(shown.paper, Paper::Doubt(_)) => {
                let title = self.t("Phiếu có thể chưa in xong", "The slip may be incomplete");
                let text = self.t(
                    "Số vẫn có giá trị. Ông/bà có thể bấm In lại phiếu.",
                    "Your number is valid. You can print it again.",
                );
                return Some(self.warn(title, text));
            }
            At::Home | At::Ticket(_) | At::Issuing { .. } | At::Arriving => return None,
            At::Agency { .. }
            | At::Search
            | At::Service { .. }
            | At::Papers { .. }
            | At::Dossiers { .. }
            | At::Many { .. }
            | At::Priority { .. }
            | At::Meant { .. }
            | At::Code(_)
            | At::Staff(_) => {}
        }
        self.still_there(now).or_else(|| self.warning(now))
    }

    /// The question before the screen goes back by itself.
    fn still_there(&self, now: Now) -> Option<Banner> {
        let left = self.touched_ms + self.idle_ms() - now.up_ms;
        if left > STILL_THERE_MS || self.mass_runs() {
            return None;
        }
        Some(Banner {
            kind: BannerKind::StillThere,
            title: self.t("Ông/bà còn đó không?", "Are you still there?").to_owned(),
            text: self.back_in(ceil_s(left)),
        })
    }
}

pub(super) fn paged(page: usize, items: usize, max: usize) -> (usize, usize) {
    let pages = items.div_ceil(max.max(1)).max(1);
    (page.min(pages - 1), pages)
}

/// The seconds a page still stays: the whole time until the last ten, then one by one.
fn seconds_left(until_ms: i64, stays_ms: i64, now: Now) -> i64 {
    let left = until_ms - now.up_ms;
    if left > STILL_THERE_MS { stays_ms / 1_000 } else { ceil_s(left) }
}

fn ceil_s(ms: i64) -> i64 {
    (ms.max(0) + 999) / 1_000
}
