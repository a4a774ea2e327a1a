//! What the kiosk's window shows, worked out from the flow.

use queue::wait::{Fit, NoEstimate};
use queue::{
    BusinessDay, Lang, Opening, Place, Procedure, Service, Session, Site, Timestamp, WallClock,
    WithoutPaper,
};

use super::{
    At, Banner, BannerKind, Kiosk, NO_PAPER_MS, Page, Paper, Row, STILL_THERE_MS, Shown, Slot,
    TICKET_MS, Tile, View, issue::may_reprint, on_home,
};
use crate::words::{clock, expected, long_date, people, pick, short_date, turn, waiting, weekday};
use crate::{Now, slip};

impl Kiosk {
    pub(super) fn show(&self, now: Now) -> View {
        let mut view = View {
            lang: self.lang,
            mode: self.mode,
            can_low: self.layout.tall,
            can_read: self.can_read() && !matches!(self.at, At::Staff(_)),
            language: self.next_language_name(),
            further: self.further_code(),
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
        site.authority.get(self.lang).clone_into(&mut view.authority);
        site.name.get(self.lang).clone_into(&mut view.centre);
        view.clock = clock(local.minute);
        view.date = short_date(self.lang, &local);
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
        match self.config.away.get(self.lang) {
            "" => self.t(vi, en),
            own => own,
        }
    }

    pub(super) fn t<'a>(&self, vi: &'a str, en: &'a str) -> &'a str {
        pick(self.lang, vi, en)
    }

    fn warn(&self, title: &str, text: &str) -> Banner {
        Banner { kind: BannerKind::Warn, title: title.to_owned(), text: text.to_owned() }
    }

    fn priority_lead(&self, site: &Site) -> String {
        let min = site.priority().map_or(0, |class| class.credit_min);
        match self.lang {
            Lang::Vi => format!("Số ưu tiên được xếp như đến sớm hơn {min} phút."),
            Lang::En => format!("A priority number counts as having come {min} minutes earlier."),
        }
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
        let name = agency.map(|a| a.short.get(self.lang)).unwrap_or_default();
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
        self.tile(id, prefix, icon, service.name.get(self.lang), waiting, self.board.gives(service))
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
        let said = if note.is_empty() { self::waiting(self.lang, waiting) } else { note.clone() };
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
        view.field = known.map(|a| a.short.get(self.lang).to_owned()).unwrap_or_default();
        view.title = known.map(|a| a.name.get(self.lang).to_owned()).unwrap_or_default();
        view.icon = known.map(|a| a.icon.clone()).unwrap_or_default();
        view.letter = site.services_of(agency).next().map(|s| s.prefix.clone()).unwrap_or_default();
        let mut rows = Vec::new();
        for service in site.services_of(agency) {
            let choices = service.procedures.iter().enumerate();
            rows.extend(choices.map(|(index, procedure)| Row {
                code: format!("{}/{index}", service.id),
                title: procedure.name.get(self.lang).to_owned(),
                detail: self.procedure_line(procedure),
                ..Row::default()
            }));
            rows.push(Row {
                code: service.id.to_string(),
                title: if service.procedures.is_empty() {
                    service.name.get(self.lang).to_owned()
                } else {
                    self.t("Thủ tục khác", "Another procedure").to_owned()
                },
                detail: waiting(self.lang, self.board.waiting(&service.id)),
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
        let facts = [procedure.limit.get(self.lang), procedure.fee.get(self.lang)];
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
        view.field = agency
            .map_or_else(|| service.name.get(self.lang), |a| a.short.get(self.lang))
            .to_owned();
        service.name.get(self.lang).clone_into(&mut view.title);
        if let Some(procedure) = site.procedure(id, procedure) {
            procedure.name.get(self.lang).clone_into(&mut view.title);
            let council = self.t("Theo quy định của HĐND tỉnh", "Set by the provincial council");
            let fee = procedure.fee.get(self.lang);
            view.fee = if fee.is_empty() { council.to_owned() } else { fee.to_owned() };
            procedure.limit.get(self.lang).clone_into(&mut view.limit);
            view.papers = procedure.papers.iter().map(|p| p.get(self.lang).to_owned()).collect();
            procedure.basis.get(self.lang).clone_into(&mut view.basis);
            view.online = procedure.online || !procedure.link.is_empty();
            view.link = Some(procedure.link.clone()).filter(|link| !link.is_empty());
        }
        view.waiting = waiting(self.lang, self.board.waiting(id));
        let estimate = self.estimate(id, now);
        view.estimate = estimate.map(|e| expected(self.lang, e.range)).unwrap_or_default();
        let counters: Vec<_> = site.counters_of(id).map(queue::Counter::label).collect();
        let word = self.t("quầy", "counter");
        let zone = match (service.zone.as_str(), self.lang) {
            ("", _) => String::new(),
            (zone, Lang::Vi) => format!("Khu {zone} · "),
            (zone, Lang::En) => format!("Zone {zone} · "),
        };
        view.where_to = format!("{zone}{word} {}", counters.join(", "));
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
        let after = match self.lang {
            Lang::Vi => format!("Hồ sơ nhận sau {hour}"),
            Lang::En => format!("Dossiers received after {hour}"),
        };
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
        view.place = slip::place(site, ticket, self.lang);
        let zone = site.service(&ticket.service).map(|s| s.zone.as_str()).unwrap_or_default();
        view.zone = if zone.is_empty() { String::new() } else { site.zone_name(zone, self.lang) };
        view.ahead = people(self.lang, shown.ahead);
        let told = ticket.told.map(|told| turn(wall, ticket.issued_at, told.range));
        view.turn = told.unwrap_or_default();
        view.qr = slip::follow_url(site, ticket, wall);
        view.can_reprint = may_reprint(shown, now);
        view.printing = shown.paper == Paper::Coming;
        view.page = match shown.paper {
            Paper::None(_) => Page::NoPaper,
            Paper::Coming | Paper::Out | Paper::Kept | Paper::Doubt(_) => Page::Ticket,
        };
        let slot = Slot::from(self.config.paper_slot);
        view.paper_line = match (&shown.paper, self.lang) {
            (Paper::Coming, _) => self.t("Đang in phiếu…", "Printing your slip…").to_owned(),
            (Paper::Kept, _) => {
                self.t("Số của ông/bà đang chờ", "Your number is waiting").to_owned()
            }
            (_, Lang::Vi) => format!("Mời nhận phiếu {}", slot.0),
            (_, Lang::En) => format!("Take your slip {}", slot.1),
        };
        view.wait_line = match (zone, self.lang) {
            ("", Lang::Vi) => "Mời ông/bà ngồi chờ, giữ phiếu và chú ý loa, màn hình.".into(),
            ("", Lang::En) => {
                "Please take a seat, keep the slip, watch the screen and listen.".into()
            }
            (zone, Lang::Vi) => {
                format!("Mời ông/bà ngồi chờ ở Khu {zone}, giữ phiếu và chú ý loa, màn hình.")
            }
            (zone, Lang::En) => {
                format!("Please wait in zone {zone}, keep the slip, watch the screen and listen.")
            }
        };
        let stays = if view.page == Page::NoPaper { NO_PAPER_MS } else { TICKET_MS };
        let left = seconds_left(shown.until_ms, stays, now);
        view.countdown = match (view.page, self.lang) {
            (Page::NoPaper, Lang::Vi) => {
                format!("Màn hình giữ số này thêm {left} giây. Chạm vào nút để kết thúc sớm.")
            }
            (Page::NoPaper, Lang::En) => {
                format!(
                    "This number stays for {left} more seconds. Touch the button to end sooner."
                )
            }
            (_, Lang::Vi) => format!("Màn hình sẽ trở về đầu sau {left} giây."),
            (_, Lang::En) => format!("Back to the start in {left} seconds."),
        };
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
            let place = crate::words::counters(self.lang, &labels);
            let text = self.t("Cán bộ hướng dẫn sẽ giúp ông/bà tại:", "Staff will help you at:");
            let title = self.t("Mời đến Quầy hướng dẫn", "Please go to the help desk");
            return Some(self.warn(title, format!("{text} {place}").trim_end_matches(": ")));
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
            text: match self.lang {
                Lang::Vi => format!("Màn hình sẽ trở về đầu sau {} giây.", ceil_s(left)),
                Lang::En => format!("Back to the start in {} seconds.", ceil_s(left)),
            },
        })
    }

    /// Fills the closed page when no numbers are given; whether it did.
    fn show_closed(&self, view: &mut View, site: &Site, wall: &WallClock, now: Now) -> bool {
        let today = wall.local(now.wall).day;
        let when = |from: Timestamp| self.when(wall, today, from);
        let (title, text) = match self.opening(now) {
            None | Some(Opening::Open) => return false,
            Some(Opening::Early { from }) => (
                self.t("Chưa đến giờ phát số", "Not open yet"),
                format!("{} {}.", self.t("Phát số từ", "Numbers from"), when(from)),
            ),
            Some(Opening::Break { from }) => (
                self.t("Đang nghỉ trưa", "Lunch break"),
                format!(
                    "{} {}. {}",
                    self.t("Phát số trở lại lúc", "Numbers again at"),
                    when(from),
                    self.t("Số đã lấy vẫn có giá trị.", "Numbers already taken stay valid.")
                ),
            ),
            Some(Opening::Closed { from }) => (
                self.t("Đã hết giờ phát số hôm nay", "Closed for today"),
                from.map(|from| {
                    format!("{} {}.", self.t("Phát số trở lại lúc", "Numbers again at"), when(from))
                })
                .unwrap_or_default(),
            ),
        };
        view.page = Page::Closed;
        // A holiday is called by its name.
        let holiday =
            site.exceptions.iter().find(|day| day.day == today && day.sessions.is_empty());
        let name = holiday.map(|day| day.name.get(self.lang)).filter(|name| !name.is_empty());
        name.unwrap_or(title).clone_into(&mut view.closed_title);
        view.closed_text = text;
        view.hours = self.hours(site);
        true
    }

    /// Fills the closed page while the machine rests from one who would have emptied the roll.
    fn show_rest(&self, view: &mut View, now: Now) -> bool {
        let Some(until_ms) = self.roll.rests_until(now.up_ms) else { return false };
        let minutes = (until_ms - now.up_ms + 59_999) / 60_000;
        view.page = Page::Closed;
        self.t("Máy nghỉ giây lát", "This machine is resting").clone_into(&mut view.closed_title);
        view.closed_text = match self.lang {
            Lang::Vi => format!(
                "Máy vừa phát nhiều số liên tiếp và phát trở lại sau {minutes} phút. Cần số ngay, \
                 mời đến Quầy hướng dẫn."
            ),
            Lang::En => format!(
                "Many numbers were taken one after another; it goes on in {minutes} min. If you \
                 need a number now, please ask at the help desk."
            ),
        };
        true
    }

    fn when(&self, wall: &WallClock, today: BusinessDay, at: Timestamp) -> String {
        let local = wall.local(at);
        if local.day == today {
            clock(local.minute)
        } else {
            format!("{}, {}", clock(local.minute), long_date(self.lang, &local))
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
        let name = |day| weekday(self.lang, day);
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
