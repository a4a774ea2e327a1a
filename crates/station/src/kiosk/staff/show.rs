//! What the pages of staff show.

use queue::{Lang, PrintState, Service, State as TicketState, Ticket};

use super::mass::{COUNTS, State};
use super::{CODE_FIGURES, Kiosk, Place, Typed, doubtful};
use crate::kiosk::{Deed, Page, PaperState, PrintEnd, StaffRow, View};
use crate::words::{clock, pick, waiting};
use crate::{Now, pin};

impl Kiosk {
    pub(in crate::kiosk) fn show_code(&self, view: &mut View, typed: &str) {
        view.page = Page::Pad;
        self.t("Tôi đã hẹn trước", "I have an appointment").clone_into(&mut view.pad_title);
        self.t(
            "Nhập mã lịch hẹn gồm 6 chữ số, trong tin nhắn hoặc giấy hẹn.",
            "Type the 6 figures of your booking, as in your message or letter.",
        )
        .clone_into(&mut view.pad_hint);
        typed.clone_into(&mut view.pad_shown);
        view.pad_ready = typed.len() == CODE_FIGURES && self.away.is_none();
    }

    pub(in crate::kiosk) fn show_staff(&self, view: &mut View, place: &Place, now: Now) {
        view.page = Page::Staff;
        view.staff_title = self.t("Dành cho cán bộ", "Staff page").to_owned();
        match place {
            Place::Pin(Typed(typed)) => self.show_lock(view, typed.len(), now),
            Place::Menu => self.show_menu(view),
            Place::Doubts => self.show_doubts(view),
            Place::Copy(typed) => self.show_copy(view, typed),
            Place::Series => self.show_series(view),
            Place::Mass => self.show_mass(view),
            Place::Services => self.show_services(view),
        }
    }

    fn show_lock(&self, view: &mut View, figures: usize, now: Now) {
        view.page = Page::Pad;
        self.t("Dành cho cán bộ", "Staff page").clone_into(&mut view.pad_title);
        let wait_s = (self.staffing.tries.wait_ms(now.wall.0) + 999) / 1_000;
        view.pad_hint = match (wait_s, self.staffing.wrong, self.lang) {
            (0, false, Lang::Vi) => "Nhập mã PIN.".into(),
            (0, false, Lang::En) => "Type the PIN.".into(),
            (0, true, Lang::Vi) => "Sai mã PIN. Mời nhập lại.".into(),
            (0, true, Lang::En) => "A wrong PIN. Please type it again.".into(),
            (s, _, Lang::Vi) => format!("Sai nhiều lần. Thử lại sau {s} giây."),
            (s, _, Lang::En) => format!("Wrong too often. Try again in {s} seconds."),
        };
        view.pad_shown = "•".repeat(figures);
        view.pad_ready = wait_s == 0 && pin::LENGTH.contains(&figures);
    }

    fn show_menu(&self, view: &mut View) {
        view.staff_lines = self.staff_lines();
        let doubts = self.in_doubt().len();
        let printers = self.config.printer.all().len();
        let mut deeds: Vec<Deed> = (0..printers)
            .map(|unit| {
                let text = match (printers, self.lang) {
                    (1, _) => self.t("Đã thay giấy", "Paper changed").to_owned(),
                    (_, Lang::Vi) => format!("Đã thay giấy, máy in {}", unit + 1),
                    (_, Lang::En) => format!("Paper changed, printer {}", unit + 1),
                };
                deed(format!("paper:{unit}"), "receipt-text", text, true)
            })
            .collect();
        let t = |vi: &str, en: &str| self.t(vi, en).to_owned();
        let idle = !self.under_way();
        let here = self.away.is_none() && self.site.is_some();
        let in_doubt = match self.lang {
            Lang::Vi => format!("Phiếu chưa rõ ({doubts})"),
            Lang::En => format!("Slips in doubt ({doubts})"),
        };
        deeds.extend([
            deed("trial".into(), "printer", t("In thử", "Trial print"), idle),
            deed("doubts".into(), "circle-help", in_doubt, here && doubts > 0),
            deed("copy".into(), "undo-2", t("In lại một số", "Print a number again"), here),
            deed("series".into(), "ticket", t("Phát nhiều số", "Many numbers"), here),
            deed("services".into(), "armchair", t("Tạm dừng lĩnh vực", "Pause a service"), here),
        ]);
        if self.can_read() {
            let volume = self.volume;
            deeds.extend([
                deed("softer".into(), "volume-x", t("Đọc nhỏ hơn", "Read softer"), volume > 10),
                deed("louder".into(), "volume-2", t("Đọc to hơn", "Read louder"), volume < 100),
            ]);
        }
        deeds.push(Deed { main: true, ..deed("leave".into(), "log-out", t("Xong", "Done"), true) });
        view.staff_deeds = deeds;
    }

    /// How the machine is, line by line.
    fn staff_lines(&self) -> Vec<String> {
        let t = |vi: &str, en: &str| self.t(vi, en).to_owned();
        let state = self.paperwork.state.as_ref();
        let printer = match (&self.printer_down, state) {
            (Some(trouble), _) => trouble.words(self.lang).to_owned(),
            (None, None) => t("Máy in chưa trả lời.", "The printer has not answered yet."),
            (None, Some(_)) => t("Máy in sẵn sàng.", "The printer is ready."),
        };
        let mut lines = vec![printer];
        lines.extend(state.map(|state| self.paper_line(state)));
        if let Some(why) = state.and_then(|state| state.stands_in_for.as_ref()) {
            let unit = state.map_or(0, |state| state.unit) + 1;
            let why = why.words(self.lang);
            lines.push(match self.lang {
                Lang::Vi => format!("Máy in {unit} đang in thay: {why}"),
                Lang::En => format!("Printer {unit} stands in: {why}"),
            });
        }
        lines.extend(self.away.as_ref().map(|away| away.words(self.lang).to_owned()));
        lines.extend(self.staffing.paper.map(|unit| match self.lang {
            Lang::Vi => format!("Đã ghi: giấy mới ở máy in {unit}."),
            Lang::En => format!("Noted: new paper in printer {unit}."),
        }));
        lines.extend(self.can_read().then(|| match self.lang {
            Lang::Vi => format!("Đọc màn hình: âm lượng {} %.", self.volume),
            Lang::En => format!("Read-aloud: volume {} %.", self.volume),
        }));
        lines.extend(self.watched_line());
        lines
    }

    fn paper_line(&self, state: &PaperState) -> String {
        let near = self.t("Sắp hết giấy. ", "The paper is near its end. ");
        let near = if state.near_end { near } else { "" };
        match (state.tickets_left, self.lang) {
            (Some(left), Lang::Vi) => format!("{near}Còn khoảng {left} phiếu."),
            (Some(left), Lang::En) => format!("{near}≈ {left} tickets left."),
            (None, _) if !near.is_empty() => near.trim_end().to_owned(),
            (None, _) => self.t("Giấy còn.", "There is paper.").to_owned(),
        }
    }

    /// What became of the slip that staff asked for.
    fn watched_line(&self) -> Option<String> {
        let watched = self.staffing.watched.as_ref()?;
        let what = match &watched.number {
            Some(number) => format!("{} {number}", self.t("In lại", "Copy of")),
            None => self.t("In thử", "Trial print").to_owned(),
        };
        let end = match &watched.end {
            None => self.t("đang in…", "printing…").to_owned(),
            Some(PrintEnd::Printed) => self.t("đã in xong.", "printed.").to_owned(),
            Some(PrintEnd::NotStarted(why)) => {
                format!("{} {}", self.t("không in được.", "not printed."), why.words(self.lang))
            }
            Some(PrintEnd::Unknown(why)) => {
                let doubt = self.t("chưa rõ đã in xong.", "perhaps not whole.");
                format!("{doubt} {}", why.words(self.lang))
            }
        };
        Some(format!("{what}: {end}"))
    }

    fn show_doubts(&self, view: &mut View) {
        view.page = Page::StaffList;
        view.staff_title = self.t("Phiếu chưa rõ đã in", "Slips in doubt").to_owned();
        view.staff_lines = vec![
            self.t(
                "Máy tắt khi đang in. Hỏi người cầm số: có phiếu thì bấm Đã in.",
                "The printing broke off. Whoever has the slip: press Printed.",
            )
            .to_owned(),
        ];
        view.staff_lines.extend(self.watched_line());
        let rows = self
            .in_doubt()
            .into_iter()
            .map(|ticket| {
                let here = self.away.is_none() && !self.prints(ticket.id);
                let number = &ticket.number;
                let named = |code: &str, vi: &str, en: &str| {
                    let text = self.t(vi, en).to_owned();
                    let name = format!("{text} {number}");
                    Deed { name, ..deed(format!("{code}:{}", ticket.id.0), "", text, here) }
                };
                let deeds = vec![
                    named("printed", "Đã in", "Printed"),
                    named("again", "In lại", "Print again"),
                ];
                StaffRow { deeds, ..self.ticket_row(ticket) }
            })
            .collect();
        self.show_staff_rows(view, rows);
    }

    fn show_copy(&self, view: &mut View, typed: &str) {
        view.page = Page::StaffFind;
        view.staff_title = self.t("In lại một số", "Print a number again").to_owned();
        view.staff_lines = self.watched_line().into_iter().collect();
        typed.clone_into(&mut view.query);
        let fits = |ticket: &&Ticket| ticket.number.to_string().starts_with(typed);
        let found: Vec<_> = self.board.tickets.values().filter(fits).collect();
        view.nothing = found.is_empty();
        let rows = found.into_iter().map(|ticket| {
            let text = self.t("In lại", "Print again").to_owned();
            let name = format!("{text} {}", ticket.number);
            let here = self.away.is_none() && !self.prints(ticket.id);
            let again = deed(format!("print:{}", ticket.id.0), "printer", text, here);
            StaffRow { deeds: vec![Deed { name, ..again }], ..self.ticket_row(ticket) }
        });
        let rows = rows.collect();
        self.staff_page(view, rows, self.layout.hits(self.mode));
    }

    fn ticket_row(&self, ticket: &Ticket) -> StaffRow {
        let site = self.site.as_ref();
        let service = site.and_then(|(site, _)| site.service(&ticket.service));
        let name = service.map(|s| self.own(&s.name).to_owned()).unwrap_or_default();
        let at = site.map(|(_, wall)| clock(wall.local(ticket.issued_at).minute));
        let state = match ticket.state {
            TicketState::Waiting => self.t("đang chờ", "waiting"),
            TicketState::Called | TicketState::Serving => self.t("đang phục vụ", "being served"),
            TicketState::Parked => self.t("tạm giữ", "on hold"),
            TicketState::NoShow => self.t("lỡ lượt", "missed"),
            TicketState::Served | TicketState::Cancelled | TicketState::Void => {
                self.t("đã xong", "finished")
            }
        };
        let slip = match ticket.print {
            print if doubtful(print) => self.t("phiếu chưa rõ", "slip in doubt"),
            PrintState::None => self.t("chưa có phiếu", "no slip"),
            PrintState::Printed => self.t("đã in", "printed"),
            PrintState::Pending | PrintState::Printing | PrintState::Unconfirmed => {
                self.t("đang in", "printing")
            }
        };
        let at = at.unwrap_or_default();
        StaffRow {
            title: ticket.number.to_string(),
            detail: format!("{name} · {at} · {state} · {slip}"),
            deeds: Vec::new(),
        }
    }

    fn show_series(&self, view: &mut View) {
        view.page = Page::StaffList;
        view.staff_title = self.t("Phát nhiều số liền nhau", "Many numbers in a row").to_owned();
        let Some((site, _)) = &self.site else { return };
        let rows = site.services.iter().map(|service| {
            let text = self.t("Chọn", "Choose").to_owned();
            let name = format!("{text} {}", self.own(&service.name));
            let chosen = deed(format!("of:{}", service.id), "", text, self.board.gives(service));
            StaffRow {
                title: self.series_name(service),
                detail: waiting(self.tongue(), self.board.waiting(&service.id)),
                deeds: vec![Deed { name, ..chosen }],
            }
        });
        let rows = rows.collect();
        self.show_staff_rows(view, rows);
    }

    fn show_services(&self, view: &mut View) {
        view.page = Page::StaffList;
        view.staff_title = self.t("Tạm dừng lĩnh vực", "Pause a service").to_owned();
        view.staff_lines = self.staffing.told.iter().cloned().collect();
        let Some((site, _)) = &self.site else { return };
        let rows = site.services.iter().map(|service| {
            let today = self.board.paused.get(&service.id);
            let (code, text) = match today {
                Some(_) => ("resume", self.t("Mở lại", "Open again")),
                None => ("pause", self.t("Tạm dừng", "Pause")),
            };
            let name = format!("{text} {}", self.own(&service.name));
            // What the centre's description pauses, only the description opens.
            let usable = self.away.is_none() && !service.paused;
            let change = deed(format!("{code}:{}", service.id), "", text.to_owned(), usable);
            let waits = waiting(self.tongue(), self.board.waiting(&service.id));
            let paused = self.t("Tạm dừng hôm nay", "Paused today");
            StaffRow {
                title: self.series_name(service),
                detail: match today {
                    Some(reason) => format!("{paused} · {reason} · {waits}"),
                    None => waits,
                },
                deeds: vec![Deed { name, ..change }],
            }
        });
        let rows = rows.collect();
        self.show_staff_rows(view, rows);
    }

    fn series_name(&self, service: &Service) -> String {
        format!("{} · {}", service.prefix, self.own(&service.name))
    }

    fn show_mass(&self, view: &mut View) {
        let Some(mass) = &self.staffing.mass else { return };
        let service = self.site.as_ref().and_then(|(site, _)| site.service(&mass.service));
        view.staff_title = service.map(|s| self.series_name(s)).unwrap_or_default();
        let t = |vi: &str, en: &str| pick(self.lang, vi, en).to_owned();
        let range = match mass.given {
            0 => String::new(),
            1 => mass.first.clone(),
            _ => format!("{}–{}", mass.first, mass.last),
        };
        let (given, want) = (mass.given, mass.want);
        let stop = || deed("stop".into(), "x", t("Dừng", "Stop"), want > given);
        let back =
            || Deed { main: true, ..deed("series".into(), "check", t("Xong", "Done"), true) };
        let (lines, deeds) = match &mass.state {
            State::Asked if want == 0 => {
                let counts = COUNTS.map(|n| {
                    let text = match self.lang {
                        Lang::Vi => format!("{n} số"),
                        Lang::En => numbers(n),
                    };
                    deed(format!("many:{n}"), "", text, true)
                });
                (vec![t("Phát bao nhiêu số?", "How many numbers?")], counts.to_vec())
            }
            State::Asked => {
                let (ask, begin) = match self.lang {
                    Lang::Vi => (format!("Phát và in {want} số liền nhau?"), "Bắt đầu"),
                    Lang::En => (format!("Give and print {want} numbers in a row?"), "Begin"),
                };
                let rest = t(
                    "Mỗi số chờ được gọi như số do người dân lấy.",
                    "Each of them waits to be called as one a visitor took.",
                );
                let begin = deed("begin".into(), "ticket", begin.to_owned(), self.may_begin());
                let no = deed(format!("of:{}", mass.service), "x", t("Không", "No"), true);
                (vec![ask, rest], vec![no, Deed { main: true, ..begin }])
            }
            State::Issuing | State::Printing { .. } => {
                let line = match self.lang {
                    Lang::Vi => format!("Đã phát {given} trên {want} số. {range}"),
                    Lang::En => format!("{given} of {want} numbers given. {range}"),
                };
                (vec![line], vec![stop()])
            }
            State::Ended => {
                let line = match self.lang {
                    Lang::Vi => format!("Đã phát {given} số. {range}"),
                    Lang::En => format!("{} given. {range}", numbers(given)),
                };
                (vec![line], vec![back()])
            }
            State::Failed(why) => {
                let line = match self.lang {
                    Lang::Vi => format!("Dừng sau {given} số. {range}"),
                    Lang::En => format!("Ended after {}. {range}", numbers(given)),
                };
                (vec![line, why.clone()], vec![back()])
            }
        };
        view.staff_lines = lines;
        view.staff_deeds = deeds;
    }

    fn show_staff_rows(&self, view: &mut View, rows: Vec<StaffRow>) {
        self.staff_page(view, rows, self.layout.staff_rows(self.mode));
    }

    /// The page of a list.
    fn staff_page(&self, view: &mut View, rows: Vec<StaffRow>, most: usize) {
        let (page, pages) = crate::kiosk::show::paged(self.row_page, rows.len(), most);
        view.row_page = page;
        view.row_pages = pages;
        view.staff_rows = rows.into_iter().skip(page * most).take(most).collect();
    }
}

fn numbers(n: u32) -> String {
    if n == 1 { "1 number".into() } else { format!("{n} numbers") }
}

fn deed(code: String, icon: &str, text: String, usable: bool) -> Deed {
    Deed { code, icon: icon.to_owned(), name: text.clone(), text, usable, main: false }
}
