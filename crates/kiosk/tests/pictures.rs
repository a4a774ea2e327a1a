//! Every page of the kiosk as a picture, in both languages and three sizes, judged as a visitor
//! would judge it. `LUOT_PICTURES=DIR` keeps what was drawn.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each face uses its part")]
#[path = "../../station/src/testing.rs"]
mod testing;
#[path = "visit/mod.rs"]
mod visit;
#[path = "../../ui/tests/window/mod.rs"]
mod window;

use queue::Lang;
use slint::ComponentHandle;
use station::Now;
use station::kiosk::{Page, Touch, View, sentences};
use ui::{Design, Fit, KioskWindow};
use visit::{Visit, pages, resized};
use window::{Picture, Size, Spot, draw, platform, vietnamese};

/// 20 mm on a 21.5″ screen of 1080×1920.
const TOUCH_PX: f32 = 81.0;
/// Nothing to be touched stands above this when all is moved down: 1,220 mm above the floor (EN 301
/// 549, 8.3) on a screen of 476 mm whose lower edge is at 900 mm.
const LOW_TOP: f32 = 640.0;

/// All pages at one size.
fn drawn(size: Size, judge: impl Fn(&View, &Picture) -> Vec<String>) {
    platform();
    let window = KioskWindow::new().unwrap();
    window.global::<Fit>().set_landscape(size.0 > size.1);
    let mut complaints = Vec::new();
    for (lang, tongue) in [(Lang::Vi, "vi"), (Lang::En, "en")] {
        for (name, view) in pages(lang, size.0 < size.1) {
            if !window::wanted(name) {
                continue;
            }
            kiosk::show(&window, &view);
            let picture = draw(&window, Design::Turned, size, &format!("kiosk-{name}-{tongue}"));
            complaints.extend(judge(&view, &picture));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// What is resized, at one size; nothing to be touched stands above the reach of one who sits.
fn drawn_resized(size: Size, modes: &[Touch], name: &str) {
    platform();
    let window = KioskWindow::new().unwrap();
    window.global::<Fit>().set_landscape(size.0 > size.1);
    let mut complaints = Vec::new();
    for (lang, tongue) in [(Lang::Vi, "vi"), (Lang::En, "en")] {
        for (page, view) in resized(lang, size.0 < size.1, modes) {
            if !window::wanted(page) {
                continue;
            }
            kiosk::show(&window, &view);
            let picture =
                draw(&window, Design::Turned, size, &format!("kiosk-{name}-{page}-{tongue}"));
            complaints.extend(sound(&view, &picture));
            if view.mode.low {
                let high = picture.controls.iter().filter(|control| control.top < LOW_TOP);
                complaints.extend(
                    high.map(|c| format!("{}: “{}” is out of reach: {c:?}", picture.name, c.name)),
                );
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn with_larger_letters_every_page_is_whole() {
    drawn_resized((1080, 1920), &[Touch::Large], "large");
}

#[test]
fn with_larger_letters_lying_down_every_page_is_whole() {
    drawn_resized((1920, 1080), &[Touch::Large], "large-lying");
}

#[test]
fn in_the_black_theme_every_page_is_whole() {
    drawn_resized((1080, 1920), &[Touch::Contrast], "black");
}

#[test]
fn in_the_black_theme_lying_down_every_page_is_whole() {
    drawn_resized((1920, 1080), &[Touch::Contrast], "black-lying");
}

#[test]
fn moved_down_every_page_is_whole_and_within_reach() {
    drawn_resized((1080, 1920), &[Touch::Low], "low");
}

#[test]
fn large_and_moved_down_every_page_is_whole_and_within_reach() {
    drawn_resized((1080, 1920), &[Touch::Large, Touch::Low], "large-low");
}

/// What a visitor must find on the page; what lies below the screen's edge is not found there.
fn promised(view: &View) -> Vec<&str> {
    match view.page {
        Page::Home | Page::Agency | Page::Priority | Page::Meant => Vec::new(),
        Page::Papers => vec![&view.title],
        Page::Dossiers => vec![&view.field],
        Page::Search => {
            let rows = view.rows.iter().map(|row| row.title.as_str());
            rows.chain((!view.query.is_empty()).then_some(view.query.as_str())).collect()
        }
        Page::Service | Page::Offer => vec![&view.waiting, &view.where_to],
        Page::Ticket => vec![&view.place, &view.zone, &view.wait_line, &view.countdown],
        Page::NoPaper => vec![&view.place, &view.zone, &view.countdown],
        Page::Closed => vec![&view.closed_title, &view.closed_text],
        Page::Pad => vec![&view.pad_title, &view.pad_hint, &view.pad_shown],
        Page::Staff | Page::StaffList | Page::StaffFind => {
            let deeds = view.staff_rows.iter().flat_map(|row| &row.deeds).chain(&view.staff_deeds);
            let rows = view.staff_rows.iter().flat_map(|row| [&row.title, &row.detail]);
            let words = deeds.map(|deed| &deed.text).chain(rows).chain(&view.staff_lines);
            words.map(String::as_str).chain([view.staff_title.as_str()]).collect()
        }
    }
}

/// Nothing is cut, missing or overlapping, nothing leaves its ground, and English is English.
fn sound(view: &View, picture: &Picture) -> Vec<String> {
    let mut complaints = picture.complaints();
    // What was found has its words marked and its name on the whole row.
    let row = |text: &str| {
        view.page == Page::Search && picture.labels.iter().any(|l| l.starts_with(text))
    };
    let missing = |text: &&str| !picture.texts.iter().any(|spot| spot.name == *text) && !row(text);
    // A number that is looked for has neither a wait nor a place yet.
    let missing = promised(view).into_iter().filter(|text| !text.is_empty()).filter(missing);
    complaints.extend(missing.map(|text| format!("{}: {text:?} is missing", picture.name)));
    // What is read aloud is what is shown.
    let unseen = |sentence: &String| !picture.labels.iter().any(|label| label.contains(sentence));
    let unseen = sentences(view).into_iter().filter(unseen);
    complaints
        .extend(unseen.map(|said| format!("{}: {said:?} is read and not shown", picture.name)));
    if view.lang == Lang::En {
        let left = vietnamese(&picture.texts);
        complaints.extend(left.iter().map(|text| format!("{}: not English: {text}", picture.name)));
    }
    complaints
}

#[test]
fn upright_every_page_is_whole_and_a_finger_finds_every_control() {
    drawn((1080, 1920), |view, picture| {
        let mut complaints = sound(view, picture);
        let small = |control: &&Spot| control.width().min(control.height()) < TOUCH_PX;
        let small = picture.controls.iter().filter(small);
        complaints.extend(small.map(|c| format!("{}: “{}” is small: {c:?}", picture.name, c.name)));
        complaints
    });
}

#[test]
fn lying_down_every_page_is_whole() {
    drawn((1920, 1080), sound);
}

#[test]
fn on_a_small_screen_every_page_is_whole() {
    drawn((1366, 768), sound);
}

#[test]
fn stacked_marks_stand_whole_above_their_capitals_in_every_weight() {
    platform();
    let window = KioskWindow::new().unwrap();
    window.global::<Fit>().set_landscape(false);
    let land = [Touch::Tile("agency:stnmt".into())];
    let mut view = Visit::new("yenbai", Lang::Vi, true).press(land).view(Page::Agency);
    // Where regular, semi-bold and bold stand on this page, and how large.
    let weights = [("1", 28.0), ("2", 34.0), ("3", 38.0)];
    let mut tops = |capital: char| {
        let [regular, semi, bold] = weights.map(|(mark, _)| format!("{capital}{mark}"));
        (view.authority, view.field, view.centre) = (regular, semi, bold);
        kiosk::show(&window, &view);
        let page = draw(&window, Design::Turned, (1080, 1920), "kiosk-marks-vi");
        assert_eq!(page.complaints(), [""; 0]);
        weights.map(|(mark, px)| {
            let text = page.text(&format!("{capital}{mark}"));
            (page.first_ink_of_letter(text), px)
        })
    };
    for (plain, stacked) in [('E', "ỄỂ"), ('O', "ỖỔ"), ('A', "ẪẨẴẲ")] {
        let bare = tops(plain);
        for capital in stacked.chars() {
            for ((top, px), (bare, _)) in tops(capital).into_iter().zip(bare) {
                #[expect(clippy::cast_precision_loss, reason = "a few rows")]
                let rise = (bare - top) as f32 / px;
                // One mark alone rises by 0.2 of the font's size, two by 0.3 and more.
                assert!(rise > 0.28, "{capital} at {px} px rises by {rise} only");
            }
        }
    }
}
