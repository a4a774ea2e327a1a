//! From a ticket to the words on its slip.

use queue::{Lang, Site, Slip, Ticket, WallClock};

use crate::words::{Tongue, clock, counters, date, people, pick, turn};

/// How many papers a slip lists; the full list stands on the kiosk.
const PAPERS_MAX: usize = 3;

/// Where the ticket is served: "Quầy 9 hoặc 10".
#[must_use]
pub fn place<'a>(site: &Site, ticket: &Ticket, tongue: impl Into<Tongue<'a>>) -> String {
    let tongue = tongue.into();
    let labels: Vec<_> = site.counters_of(&ticket.service).map(queue::Counter::label).collect();
    match labels.as_slice() {
        // More than three are a zone, not a choice to remember.
        [first, .., last] if labels.len() > 3 => {
            tongue.say("Quầy {}–{}", "Counters {}–{}", &[first, last])
        }
        labels => counters(tongue, labels),
    }
}

/// The page on which a visitor follows the ticket; nothing where the centre has none.
///
/// The address tells no more than the hall shows: the day and the number.
#[must_use]
pub fn follow_url(site: &Site, ticket: &Ticket, wall: &WallClock) -> Option<String> {
    let day = wall.local(ticket.issued_at).day.0;
    (!site.follow_url.is_empty()).then(|| format!("{}{day}-{}", site.follow_url, ticket.number))
}

/// The check code as a fact on the slip.
#[must_use]
pub fn check_code(lang: Lang, code: &str) -> (String, String) {
    (pick(lang, "Mã kiểm tra:", "Check code:").to_owned(), code.to_owned())
}

/// The rule for a missed call, by the centre's rules: where the help desk is, and until when.
fn missed(site: &Site, lang: Lang) -> String {
    let minutes = site.rules.missed_return_min;
    match (lang, minutes) {
        (Lang::Vi, 0) => "Nếu lỡ lượt, mời báo Quầy hướng dẫn để được gọi lại.".into(),
        (Lang::En, 0) => "Missed your turn? Tell the help desk to be called again.".into(),
        (Lang::Vi, _) => {
            format!(
                "Nếu lỡ lượt, mời báo Quầy hướng dẫn trong vòng {minutes} phút để được gọi lại."
            )
        }
        (Lang::En, _) => format!(
            "Missed your turn? Tell the help desk within {minutes} minutes to be called again."
        ),
    }
}

/// The slip of a ticket in one language. `ahead` is how many the rule calls before it.
#[must_use]
pub fn compose(site: &Site, wall: &WallClock, ticket: &Ticket, ahead: usize, lang: Lang) -> Slip {
    let issued = wall.local(ticket.issued_at);
    let day = date(issued.day);
    let service = site.service(&ticket.service);
    let index = ticket.procedure.and_then(|index| usize::try_from(index).ok());
    let procedure = service.zip(index).and_then(|(service, index)| service.procedures.get(index));
    let papers: Vec<_> = procedure
        .map(|p| p.papers.iter().take(PAPERS_MAX).map(|paper| paper.get(lang)).collect())
        .unwrap_or_default();
    let zone = service.map(|service| service.zone.as_str()).unwrap_or_default();
    let t = |vi: &str, en: &str| pick(lang, vi, en).to_owned();
    let valid = match lang {
        Lang::Vi => format!("Phiếu có giá trị trong ngày {day}."),
        Lang::En => format!("Valid on {day}."),
    };
    let hotline = match (site.hotline.as_str(), lang) {
        ("", _) => String::new(),
        (phone, Lang::Vi) => format!(" Phản ánh, kiến nghị: {phone}."),
        (phone, Lang::En) => format!(" Hotline: {phone}."),
    };
    Slip {
        authority: site.authority.get(lang).to_owned(),
        centre: site.name.get(lang).to_owned(),
        title: t("PHIẾU SỐ THỨ TỰ", "QUEUE TICKET"),
        number: ticket.number.to_string(),
        copy_mark: None,
        place: place(site, ticket, lang),
        zone: if zone.is_empty() { String::new() } else { site.zone_name(zone, lang) },
        service: (
            t("Lĩnh vực:", "Field:"),
            service.map(|service| service.name.get(lang).to_owned()).unwrap_or_default(),
        ),
        procedure: procedure.map(|p| p.name.get(lang).to_owned()).unwrap_or_default(),
        ahead: (t("Số người chờ trước", "Ahead of you"), people(lang, ahead)),
        estimate: ticket.told.map(|told| {
            let label = t("Dự kiến đến lượt", "Expected turn");
            (label, turn(wall, ticket.issued_at, told.range))
        }),
        issued: match lang {
            Lang::Vi => ("Lấy số lúc:".into(), format!("{} ngày {day}", clock(issued.minute))),
            Lang::En => ("Issued:".into(), format!("{} on {day}", clock(issued.minute))),
        },
        code: None,
        prepare: (!papers.is_empty())
            .then(|| (t("Chuẩn bị sẵn:", "Have ready:"), format!("{}.", papers.join("; ")))),
        qr: follow_url(site, ticket, wall),
        qr_words: (
            t("Quét mã để theo dõi lượt", "Scan to follow your turn"),
            t("Không cần cài đặt, không cần tên.", "No app, no name needed."),
        ),
        foot: vec![
            t(
                "Vui lòng giữ phiếu và chú ý loa, màn hình.",
                "Keep this ticket; watch the screen and listen.",
            ),
            missed(site, lang),
        ],
        foot_bold: t(
            "Mỗi người một số cho một lĩnh vực. Không thu tiền lấy số.",
            "One number per person and field. Numbers are free.",
        ),
        last: format!("{valid}{hotline} {}", pick(lang, "Xin cảm ơn.", "Thank you.")),
    }
}
