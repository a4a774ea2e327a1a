//! The lists on the right and the open dialog, as the window shows them.

use queue::{Board, CounterId, Duty, Lang, Number, ServiceId, Site, State, Ticket};

use super::view::AskRow;
use super::{AskView, Asked, Counter, Row, Tab, View};
use crate::Now;
use crate::words::minutes;

/// Rows sent to the window; it shows as many as fit.
const ROWS_MAX: usize = 40;
/// Rows of a searched list that the dialog has room for.
const SEEN: usize = 6;

impl Counter {
    pub(super) fn show_lists(
        &self,
        view: &mut View,
        site: &Site,
        counter: &queue::Counter,
        queue: &[&Ticket],
        now: Now,
    ) {
        let missed = self.of_state(counter, State::NoShow);
        let parked = self.of_state(counter, State::Parked);
        let tab = |label: &str, n: usize| Tab { label: label.to_owned(), count: n.to_string() };
        view.tabs = vec![
            tab(self.t("Chờ", "Waiting"), queue.len()),
            tab(self.t("Lỡ lượt", "Missed"), missed.len()),
            tab(self.t("Tạm giữ", "Parked"), parked.len()),
            Tab { label: self.t("Toàn trung tâm", "Centre").to_owned(), count: String::new() },
        ];
        view.tab = self.tab;
        let away = |ticket: &&Ticket| Row {
            age: self.away_words(ticket, now),
            late: false,
            back: true,
            ..self.row(site, ticket, now)
        };
        let rows: Vec<Row> = match self.tab {
            0 => queue.iter().map(|ticket| self.row(site, ticket, now)).collect(),
            1 => missed.iter().map(away).collect(),
            2 => parked.iter().map(away).collect(),
            _ => self.centre(site, counter, now),
        };
        view.empty = match self.tab {
            0 => self.t("Không có người chờ", "Nobody is waiting"),
            1 => self.t("Không có số lỡ lượt", "Nobody missed a turn"),
            _ => self.t("Không có số tạm giữ", "Nobody is parked"),
        }
        .to_owned();
        view.waiting = rows.into_iter().take(ROWS_MAX).collect();
    }

    /// Who waits for what and for how long, this counter's services first; then the other counters.
    fn centre(&self, site: &Site, here: &queue::Counter, now: Now) -> Vec<Row> {
        let mut services: Vec<_> = site.services.iter().collect();
        services.sort_by_key(|service| !here.services.contains_key(&service.id));
        let waits = services.into_iter().filter_map(|service| {
            let own = here.services.contains_key(&service.id);
            let waiting = self.board.waiting(&service.id);
            let oldest = oldest_ms(&self.board, &service.id, now);
            (own || waiting > 0).then(|| Row {
                number: service.prefix.clone(),
                service: service.name.get(self.lang).to_owned(),
                chip: crate::words::people(self.lang, waiting),
                age: oldest.map(|ms| minutes(self.lang, ms)).unwrap_or_default(),
                late: oldest.is_some_and(|ms| ms >= site.rules.target_ms()),
                back: false,
            })
        });
        let others = site.counters.iter().filter(|counter| {
            counter.id != here.id && self.board.counters.contains_key(&counter.id)
        });
        let counters = others.map(|counter| Row {
            number: counter.label().to_owned(),
            service: self.services(site, counter),
            chip: self.work_words(counter),
            age: self.board.held_by(&counter.id).map(|t| t.number.to_string()).unwrap_or_default(),
            late: false,
            back: false,
        });
        waits.chain(counters).collect()
    }

    /// The service that waits longest past the target although it is none of this counter's.
    pub(super) fn other_in_need(&self, now: Now) -> Option<(ServiceId, &Ticket)> {
        let here = self.own()?;
        if !self.queue().is_empty() {
            return None;
        }
        let target_ms = self.site.as_ref().map_or(i64::MAX, |(site, _)| site.rules.target_ms());
        let waits = |ticket: &&Ticket| {
            ticket.state == State::Waiting
                && ticket.only.is_none()
                && !here.services.contains_key(&ticket.service)
                && now.wall.since(ticket.issued_at) >= target_ms
        };
        let oldest = self.board.tickets.values().filter(waits).min_by_key(|t| (t.rank, t.id))?;
        Some((oldest.service.clone(), oldest))
    }

    /// Whether a counter serves, and whether it is idle while people wait for it.
    fn work_words(&self, counter: &queue::Counter) -> String {
        let waiting = self.board.queue_of(counter).len();
        let idle = self.board.is_open(&counter.id) && self.board.held_by(&counter.id).is_none();
        match self.lang {
            Lang::Vi if idle && waiting > 0 => format!("rảnh, {waiting} chờ"),
            Lang::En if idle && waiting > 0 => format!("idle, {waiting} wait"),
            Lang::Vi | Lang::En => self.duty_words(&counter.id).to_owned(),
        }
    }

    /// Whether a counter serves, in a word.
    pub(super) fn duty_words(&self, counter: &CounterId) -> &str {
        let duty = self.board.counters.get(counter).map(|state| &state.duty);
        match duty {
            Some(Duty::Open) => self.t("đang mở", "open"),
            Some(Duty::Paused { .. }) => self.t("tạm dừng", "paused"),
            Some(Duty::Closed) | None => self.t("đóng", "closed"),
        }
    }

    pub(super) fn show_ask(&self, now: Now) -> AskView {
        let ask = &self.ask;
        if ask.asked == Asked::Nothing {
            return AskView::default();
        }
        let rows = self.rows(ask, now);
        let at = ask.at.min(rows.len().saturating_sub(1));
        let first = if ask.is_search() { at.saturating_sub(SEEN - 1) } else { 0 };
        let seen = if ask.is_search() { SEEN } else { rows.len() };
        let chosen = |row: &super::ask::Row, i: usize| match &row.then {
            super::ask::Then::Outcome(outcome) => ask.outcome == Some(*outcome),
            super::ask::Then::Act(_)
            | super::ask::Then::Reason(_)
            | super::ask::Then::Move(_)
            | super::ask::Then::Void(_)
            | super::ask::Then::Officer(_) => ask.is_search() && i == at,
        };
        let shown = rows.iter().enumerate().skip(first).take(seen).map(|(i, row)| AskRow {
            at: i,
            key: if ask.is_search() { String::new() } else { (i + 1).to_string() },
            label: row.label.clone(),
            note: row.note.clone(),
            chosen: chosen(row, i),
        });
        let (title, text) = self.ask_words(now);
        AskView {
            asked: ask.asked,
            title,
            text,
            number: ask.about.as_ref().map(Number::to_string).unwrap_or_default(),
            rows: shown.collect(),
            above: first,
            below: rows.len().saturating_sub(first + seen),
            field: self.field_label().to_owned(),
            typed: ask.typed.clone(),
            note: self.field_note(),
            codes: ask.codes.clone(),
            dossiers: ask.dossiers,
            words: if ask.has_words() {
                self.t("Lý do khác", "Another reason").to_owned()
            } else {
                String::new()
            },
            commit: self.commit_label().to_owned(),
            may: !self.pending && self.away.is_none() && self.commit(ask, now).is_some(),
            lines: self.ask_lines(),
            next: if ask.asked == Asked::Finish && !self.queue().is_empty() {
                self.t("Kết thúc và gọi tiếp", "Finish and call next").to_owned()
            } else {
                String::new()
            },
        }
    }

    /// All the documents of the visitor's procedure.
    fn ask_lines(&self) -> Vec<String> {
        match (self.ask.asked, self.held(), &self.site) {
            (Asked::Papers, Some(held), Some((site, _))) => self.papers(site, held),
            _ => Vec::new(),
        }
    }

    fn ask_words(&self, now: Now) -> (String, String) {
        let (title, text) = match self.ask.asked {
            Asked::Nothing => ("", String::new()),
            Asked::Finish => (self.t("Kết quả tiếp nhận", "What came of it"), self.spans(now)),
            Asked::Park => (
                self.t("Tạm giữ", "Park"),
                self.t(
                    "Số tự trở lại hàng chờ khi đến giờ.",
                    "Goes back into the queue at that time.",
                )
                .to_owned(),
            ),
            Asked::Transfer => (
                self.t("Chuyển đến lĩnh vực, quầy", "Transfer to a service or counter"),
                self.t("Giữ nguyên số.", "The number stays the same.").to_owned(),
            ),
            Asked::Number => (
                self.t("Gọi số chỉ định", "Call a given number"),
                self.t("Chỉ khi có lý do; lý do được lưu.", "Only with a reason, which is kept.")
                    .to_owned(),
            ),
            Asked::Reason => (
                self.t("Lý do gọi ngoài thứ tự", "Why out of order"),
                self.t("Lý do được lưu trong sổ.", "The reason is kept in the ledger.").to_owned(),
            ),
            Asked::Direct => (
                self.t("Phục vụ không lấy số", "Serve without a number"),
                self.t("Lĩnh vực nào?", "Which service?").to_owned(),
            ),
            Asked::Returns => (
                self.t("Khôi phục số", "Bring back"),
                self.t(
                    "Số tạm giữ được gọi ngay; số lỡ lượt trở lại hàng chờ.",
                    "Who was parked is called; who missed the turn waits again.",
                )
                .to_owned(),
            ),
            Asked::End => (
                self.t("Hủy số", "End a number"),
                self.t("Vẫn được lưu trong sổ.", "It stays in the ledger.").to_owned(),
            ),
            Asked::Services => (
                self.t("Phát số theo lĩnh vực", "Numbers by service"),
                self.t(
                    "Ngừng phát số đến hết ngày; người đang chờ vẫn được gọi.",
                    "No numbers for the rest of the day; who waits is called.",
                )
                .to_owned(),
            ),
            Asked::Move => (
                self.t("Chuyển số của người khác", "Move somebody’s number"),
                self.t("Số nào? Sau đó chọn nơi đến.", "Which number? Then where to.").to_owned(),
            ),
            Asked::Void => (
                self.t("Loại bỏ số", "Void a number"),
                self.t("Số nào? Lý do được lưu trong sổ.", "Which number? The reason is kept.")
                    .to_owned(),
            ),
            Asked::Officers => (
                self.t("Nơi làm việc của cán bộ", "Where officers work"),
                self.t("Cán bộ nào?", "Which officer?").to_owned(),
            ),
            Asked::Agencies => (
                self.t("Cử đến quầy của cơ quan", "Send to an agency’s counters"),
                self.ask.who.as_ref().map(ToString::to_string).unwrap_or_default(),
            ),
            Asked::Papers => (
                self.t("Giấy tờ cần có", "Documents to bring"),
                self.held()
                    .zip(self.site.as_ref())
                    .map(|(held, (site, _))| self.procedure(site, held))
                    .unwrap_or_default(),
            ),
            Asked::Pause => (
                self.t("Tạm dừng quầy", "Pause this counter"),
                self.t("Người chờ vẫn giữ chỗ.", "Whoever waits keeps the place.").to_owned(),
            ),
        };
        (title.to_owned(), text)
    }

    /// How long the visitor was served and waited, and where the journey goes on.
    fn spans(&self, now: Now) -> String {
        let (Some(held), Some((site, _))) = (self.held(), &self.site) else { return String::new() };
        let called = held.called_at.unwrap_or(held.issued_at);
        let waited = minutes(self.lang, called.since(held.issued_at));
        let served = minutes(self.lang, now.wall.since(held.started_at.unwrap_or(called)));
        let next = held.then.first().and_then(|id| site.service(id));
        let next = next.map(|service| service.name.get(self.lang));
        match (self.lang, next) {
            (Lang::Vi, None) => format!("Phục vụ {served} · chờ {waited}"),
            (Lang::En, None) => format!("Served {served} · waited {waited}"),
            (Lang::Vi, Some(next)) => {
                format!("Phục vụ {served} · chờ {waited} · sau đó sang {next}")
            }
            (Lang::En, Some(next)) => format!("Served {served} · waited {waited} · then {next}"),
        }
    }

    fn field_label(&self) -> &str {
        match self.ask.asked {
            Asked::Finish => self.t("Mã hồ sơ", "Dossier codes"),
            Asked::Services => self.t("Tìm lĩnh vực", "Find a service"),
            Asked::Transfer => self.t("Tìm lĩnh vực hoặc quầy", "Find a service or counter"),
            Asked::Number | Asked::Returns | Asked::Move | Asked::Void => {
                self.t("Tìm số", "Find a number")
            }
            Asked::Officers => self.t("Tìm cán bộ", "Find an officer"),
            Asked::Agencies => self.t("Tìm cơ quan", "Find an agency"),
            Asked::Nothing
            | Asked::Park
            | Asked::Reason
            | Asked::Direct
            | Asked::End
            | Asked::Papers
            | Asked::Pause => "",
        }
    }

    fn field_note(&self) -> String {
        if self.ask.asked != Asked::Finish {
            return String::new();
        }
        let typed = self.ask.typed.trim();
        let strange = !typed.is_empty() && !is_dossier_code(typed);
        if strange {
            return self
                .t("không theo mẫu, vẫn ghi được", "not the usual form; kept all the same")
                .to_owned();
        }
        self.t("không bắt buộc", "optional").to_owned()
    }

    fn commit_label(&self) -> &str {
        match self.ask.asked {
            Asked::Finish if !self.ask.typed.is_empty() => self.t("Ghi mã", "Keep the code"),
            Asked::Finish => self.t("Kết thúc", "Finish"),
            Asked::Transfer => self.t("Chuyển", "Transfer"),
            Asked::Number | Asked::Move | Asked::Void | Asked::Officers => self.t("Chọn", "Choose"),
            Asked::Agencies => self.t("Đổi", "Change"),
            Asked::Returns => self.t("Khôi phục", "Bring back"),
            Asked::Reason => self.t("Gọi số", "Call"),
            Asked::End => self.t("Hủy số", "End it"),
            Asked::Pause => self.t("Tạm dừng", "Pause"),
            Asked::Services => self.t("Đổi", "Change"),
            Asked::Nothing | Asked::Park | Asked::Direct | Asked::Papers => "",
        }
    }
}

/// Whether a text is a dossier's code, `V1V2V3.Z1Z2.Y1Y2.MX1X2-YYMMDD-XXXX` (Decree 61/2018/NĐ-CP,
/// article 19). Other systems have other codes, so that nothing hangs on it.
fn is_dossier_code(text: &str) -> bool {
    const FORM: &[u8] = b"999.99.99.A99-999999-9999";
    text.len() == FORM.len()
        && text.bytes().zip(FORM).all(|(byte, form)| match form {
            b'9' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_uppercase(),
            sign => byte == *sign,
        })
}

pub(super) fn oldest_ms(board: &Board, service: &ServiceId, now: Now) -> Option<i64> {
    board
        .tickets
        .values()
        .filter(|ticket| ticket.state == State::Waiting && ticket.service == *service)
        .map(|ticket| now.wall.since(ticket.issued_at))
        .max()
}

#[cfg(test)]
mod tests {
    use super::is_dossier_code;

    #[test]
    fn the_code_of_the_decree_is_known() {
        assert!(is_dossier_code("000.00.15.H63-261123-0042"));
        for other in
            ["000.00.15.H63-261123-042", "H63.15-261123-0042", "", "000.00.15.h63-261123-0042"]
        {
            assert!(!is_dossier_code(other), "{other}");
        }
    }
}
