//! Copies a view into the window's properties.

use queue::Lang;
use slint::{ComponentHandle, SharedString};
use station::kiosk::{BannerKind, Deed, Page, Row, Tile, View};
use ui::{
    Kiosk, KioskDeed, KioskHours, KioskPage, KioskPaper, KioskRow, KioskStaffRow, KioskTile,
    KioskWindow, Theme, ThemeName,
};

use crate::qr;

/// Copies a view into the window's properties.
pub fn show(window: &KioskWindow, view: &View) {
    match view.further.as_str() {
        "" => ui::speak(view.lang == Lang::En),
        code => drop(ui::speak_further(code)),
    }
    let theme = if view.mode.contrast { ThemeName::Contrast } else { ThemeName::Light };
    window.global::<Theme>().set_name(theme);
    let kiosk = window.global::<Kiosk>();
    show_frame(&kiosk, view);
    show_choice(&kiosk, view);
    show_ticket(&kiosk, view);
    show_staff(&kiosk, view);
    kiosk.set_page(page(view.page));
}

fn text(text: &str) -> SharedString {
    SharedString::from(text)
}

fn page(page: Page) -> KioskPage {
    match page {
        Page::Home => KioskPage::Home,
        Page::Agency => KioskPage::Agency,
        Page::Search => KioskPage::Search,
        Page::Service => KioskPage::Service,
        Page::Papers => KioskPage::Papers,
        Page::Dossiers => KioskPage::Dossiers,
        Page::Priority => KioskPage::Priority,
        Page::Meant => KioskPage::Meant,
        Page::Ticket => KioskPage::Ticket,
        Page::Offer => KioskPage::Offer,
        Page::NoPaper => KioskPage::NoPaper,
        Page::Closed => KioskPage::Closed,
        Page::Pad => KioskPage::Pad,
        Page::Staff => KioskPage::Staff,
        Page::StaffList => KioskPage::StaffList,
        Page::StaffFind => KioskPage::StaffFind,
    }
}

fn show_frame(kiosk: &Kiosk<'_>, view: &View) {
    kiosk.set_authority(text(&view.authority));
    kiosk.set_centre(text(&view.centre));
    kiosk.set_clock(text(&view.clock));
    kiosk.set_date(text(&view.date));
    kiosk.set_language(text(&view.language));
    kiosk.set_contrast(view.mode.contrast);
    kiosk.set_large(view.mode.large);
    kiosk.set_low(view.mode.low);
    kiosk.set_can_low(view.can_low);
    let (kind, title, words) = match &view.banner {
        None => ("", "", ""),
        Some(banner) => {
            let kind = match banner.kind {
                BannerKind::Warn => "warn",
                BannerKind::Bad => "bad",
                BannerKind::Good => "good",
                BannerKind::StillThere => "still-there",
            };
            (kind, banner.title.as_str(), banner.text.as_str())
        }
    };
    kiosk.set_banner_kind(text(kind));
    kiosk.set_banner_title(text(title));
    kiosk.set_banner_text(text(words));
    kiosk.set_closed_title(text(&view.closed_title));
    kiosk.set_closed_text(text(&view.closed_text));
    kiosk.set_hours(ui::model(
        view.hours.iter().map(|(days, times)| KioskHours { days: text(days), times: text(times) }),
    ));
}

fn show_choice(kiosk: &Kiosk<'_>, view: &View) {
    kiosk.set_tiles(ui::model(view.tiles.iter().map(tile)));
    kiosk.set_mains(ui::model(view.mains.iter().map(tile)));
    kiosk.set_sides(ui::model(view.sides.iter().map(tile)));
    kiosk.set_scan_hint(text(&view.scan_hint));
    kiosk.set_tile_page(count(view.tile_page));
    kiosk.set_tile_pages(count(view.tile_pages));
    kiosk.set_letter(text(&view.letter));
    kiosk.set_icon(text(&view.icon));
    kiosk.set_field(text(&view.field));
    kiosk.set_rows(ui::model(view.rows.iter().map(row)));
    kiosk.set_row_page(count(view.row_page));
    kiosk.set_row_pages(count(view.row_pages));
    kiosk.set_query(text(&view.query));
    kiosk.set_found(text(&view.found));
    kiosk.set_nothing(view.nothing);
    kiosk.set_title(text(&view.title));
    kiosk.set_fee(text(&view.fee));
    kiosk.set_limit(text(&view.limit));
    kiosk.set_papers(ui::model(
        view.papers.iter().map(|paper| KioskPaper { title: text(paper), detail: text("") }),
    ));
    kiosk.set_basis(text(&view.basis));
    kiosk.set_online(view.online);
    let link = view.link.as_deref().and_then(qr::picture);
    kiosk.set_has_link(link.is_some());
    kiosk.set_link(link.unwrap_or_default());
    kiosk.set_waiting(text(&view.waiting));
    kiosk.set_estimate(text(&view.estimate));
    kiosk.set_where(text(&view.where_to));
    kiosk.set_priority_lead(text(&view.priority_lead));
}

fn show_ticket(kiosk: &Kiosk<'_>, view: &View) {
    kiosk.set_number(text(&view.number));
    kiosk.set_place(text(&view.place));
    kiosk.set_zone(text(&view.zone));
    kiosk.set_ahead(text(&view.ahead));
    kiosk.set_turn(text(&view.turn));
    let picture = view.qr.as_deref().and_then(qr::picture);
    kiosk.set_has_qr(picture.is_some());
    kiosk.set_qr(picture.unwrap_or_default());
    kiosk.set_printing(view.printing);
    kiosk.set_can_reprint(view.can_reprint);
    kiosk.set_can_accept(view.can_accept);
    kiosk.set_can_take(view.can_take);
    kiosk.set_paper_line(text(&view.paper_line));
    kiosk.set_countdown(text(&view.countdown));
    kiosk.set_wait_line(text(&view.wait_line));
}

fn show_staff(kiosk: &Kiosk<'_>, view: &View) {
    kiosk.set_can_read(view.can_read);
    kiosk.set_can_book(view.can_book);
    kiosk.set_pad_title(text(&view.pad_title));
    kiosk.set_pad_hint(text(&view.pad_hint));
    kiosk.set_pad_shown(text(&view.pad_shown));
    kiosk.set_pad_ready(view.pad_ready);
    kiosk.set_staff_title(text(&view.staff_title));
    kiosk.set_staff_lines(ui::model(view.staff_lines.iter().map(|line| text(line))));
    kiosk.set_staff_deeds(ui::model(view.staff_deeds.iter().map(deed)));
    kiosk.set_staff_rows(ui::model(view.staff_rows.iter().map(|row| KioskStaffRow {
        title: text(&row.title),
        detail: text(&row.detail),
        deeds: ui::model(row.deeds.iter().map(deed)),
    })));
}

fn deed(deed: &Deed) -> KioskDeed {
    KioskDeed {
        code: text(&deed.code),
        icon: text(&deed.icon),
        text: text(&deed.text),
        name: text(&deed.name),
        usable: deed.usable,
        main: deed.main,
    }
}

fn tile(tile: &Tile) -> KioskTile {
    KioskTile {
        code: text(&tile.code),
        letter: text(&tile.letter),
        icon: text(&tile.icon),
        name: text(&tile.name),
        waiting: count(tile.waiting),
        note: text(&tile.note),
        usable: tile.usable,
        label: text(&tile.label),
    }
}

fn row(row: &Row) -> KioskRow {
    KioskRow {
        code: text(&row.code),
        title: text(&row.title),
        marked: bold(&row.marked),
        detail: text(&row.detail),
        letter: text(&row.letter),
        icon: text(&row.icon),
        waiting: text(&row.waiting),
    }
}

/// What was asked for in bold. Every sign that could be markup is taken out of its meaning.
fn bold(parts: &[(String, bool)]) -> slint::StyledText {
    let mut markdown = String::new();
    for (part, hit) in parts {
        let mark = if *hit { "**" } else { "" };
        markdown.push_str(mark);
        for letter in part.chars() {
            if letter.is_ascii_punctuation() {
                markdown.push('\\');
            }
            markdown.push(letter);
        }
        markdown.push_str(mark);
    }
    slint::StyledText::from_markdown(&markdown).unwrap_or_else(|error| {
        tracing::warn!(%error, "a name is shown without its marks");
        let plain: String = parts.iter().map(|(part, _)| part.as_str()).collect();
        slint::StyledText::from_plain_text(&plain)
    })
}

fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
