//! The kiosk as one works it who sees nothing, or has only a keyboard: by the names of its controls,
//! from the first page to the number, and every page by its keys.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each face uses its part")]
#[path = "../../station/src/testing.rs"]
mod testing;
#[allow(dead_code, reason = "the pictures use the rest")]
#[path = "visit/mod.rs"]
mod visit;
#[path = "../../ui/tests/window/mod.rs"]
mod window;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery, mock_elapsed_time};
use queue::{Lang, PrintState};
use slint::ComponentHandle;
use slint::platform::{Key as Code, PointerEventButton, WindowEvent};
use station::Now;
use station::desk::Answer;
use station::flow::{Effect, Flow, Input};
use station::kiosk::{Kiosk, Page, PrintEnd, Printer, Tag, Touch};
use testing::{at, ticket};
use ui::{Design, Fit, KioskWindow};
use visit::{PIN, Visit, pages};

fn opened(upright: bool) -> KioskWindow {
    let window = KioskWindow::new().unwrap();
    window.global::<Fit>().set_landscape(!upright);
    let size = if upright { (1080, 1920) } else { (1920, 1080) };
    let physical = slint::PhysicalSize::new(size.0, size.1);
    window.window().set_size(physical);
    Design::Turned.fit(window.window(), physical);
    window.show().unwrap();
    window
}

/// Conditions and rows follow their models at the next step of time.
fn settle() {
    mock_elapsed_time(Duration::from_millis(20));
}

/// The controls of a page; the query gives those of a repeated component several times.
fn controls(window: &KioskWindow) -> Vec<ElementHandle> {
    let mut found: Vec<ElementHandle> = Vec::new();
    for element in ElementQuery::from_root(window).match_inherits("Press").find_all() {
        let same = |known: &ElementHandle| {
            known.accessible_label() == element.accessible_label()
                && known.absolute_position() == element.absolute_position()
        };
        if !found.iter().any(same) {
            found.push(element);
        }
    }
    found
}

fn key(window: &KioskWindow, text: impl Into<slint::SharedString>) {
    let text = text.into();
    window.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
    window.window().dispatch_event(WindowEvent::KeyReleased { text });
}

/// A machine with a visitor who knows only what controls are called.
struct Walker {
    window: KioskWindow,
    kiosk: Rc<RefCell<Kiosk>>,
    /// What the flow wanted since it was last looked at.
    wanted: Rc<RefCell<Vec<Tag>>>,
}

impl Walker {
    fn new(lang: Lang) -> Self {
        let window = opened(true);
        let kiosk = Rc::new(RefCell::new(Visit::new("yenbai", lang, true).kiosk));
        let wanted = Rc::new(RefCell::new(Vec::new()));
        let (flow, tags) = (Rc::clone(&kiosk), Rc::clone(&wanted));
        kiosk::wire(&window, move |touch| {
            let effects = flow.borrow_mut().step(Input::Touch(touch), at(0));
            tags.borrow_mut().extend(effects.into_iter().filter_map(|effect| match effect {
                Effect::Act { tag, .. }
                | Effect::Know { tag, .. }
                | Effect::Take { tag, .. }
                | Effect::Claim { tag, .. } => Some(tag),
                Effect::Release | Effect::SignIn { .. } | Effect::Day { .. } | Effect::Order(_) => {
                    None
                }
            }));
        });
        let walker = Self { window, kiosk, wanted };
        walker.look();
        walker
    }

    fn look(&self) {
        kiosk::show(&self.window, &self.kiosk.borrow().view(at(0)));
        settle();
    }

    /// Presses the control whose name begins so, as a screen reader would.
    #[track_caller]
    fn press(&self, name: &str) -> &Self {
        let all = controls(&self.window);
        let label = |control: &ElementHandle| control.accessible_label().unwrap_or_default();
        let enabled = |control: &&ElementHandle| control.accessible_enabled() != Some(false);
        // A key of one letter is called by all of its name.
        let whole = |control: &&ElementHandle| label(control) == name;
        let begins = |control: &&ElementHandle| label(control).starts_with(name);
        let names: Vec<_> = all.iter().filter_map(ElementHandle::accessible_label).collect();
        let control = all.iter().filter(enabled).find(whole);
        let control = control.or_else(|| all.iter().filter(enabled).find(begins));
        let control = control.unwrap_or_else(|| panic!("{name} of {names:?}"));
        assert_eq!(control.accessible_role(), Some(AccessibleRole::Button), "{name}");
        control.invoke_accessible_default_action();
        self.look();
        self
    }

    /// What the store says to what was wanted last.
    #[track_caller]
    fn answer(&self, tag: &Tag, print: PrintState) -> &Self {
        let wanted = self.wanted.borrow_mut().pop();
        assert_eq!(wanted.as_ref(), Some(tag));
        let (ticket, events) = (Some(ticket(42, print)), Vec::new());
        let done = store::Done { ticket, events, repeated: false, code: None };
        let answer = Input::Answer { tag: tag.clone(), answer: Answer::Done(Box::new(done)) };
        let effects = self.kiosk.borrow_mut().step(answer, at(0));
        self.wanted.borrow_mut().extend(effects.into_iter().filter_map(|effect| match effect {
            Effect::Act { tag, .. } => Some(tag),
            Effect::Know { .. }
            | Effect::Claim { .. }
            | Effect::Take { .. }
            | Effect::Release
            | Effect::SignIn { .. }
            | Effect::Day { .. }
            | Effect::Order(_) => None,
        }));
        self.look();
        self
    }

    #[track_caller]
    fn at(&self, page: Page) -> &Self {
        assert_eq!(self.kiosk.borrow().view(at(0)).page, page);
        self
    }
}

fn walk(lang: Lang) {
    let t = |vi: &'static str, en: &'static str| if lang == Lang::Vi { vi } else { en };
    let walker = Walker::new(lang);
    // By what is typed, to the number.
    walker.at(Page::Home).press(t("Tra cứu thủ tục", "Find a procedure")).at(Page::Search);
    for letter in "DAT DAI".chars() {
        walker.press(&match letter {
            ' ' => t("Dấu cách", "Space").to_owned(),
            letter => letter.to_string(),
        });
    }
    walker.press(t("Xóa một chữ", "Erase")).press(t("Xóa hết", "Clear"));
    walker.press(t("Quay lại", "Back")).at(Page::Home);
    // Every way to see and reach it, there and back.
    for mode in [t("Chữ to", "Larger text"), t("Tương phản", "Contrast"), t("Hạ thấp", "Lower")]
    {
        walker.press(mode).press(mode);
    }
    walker.press(t("Tài nguyên và", "Land and Environment")).at(Page::Agency);
    let first = walker.kiosk.borrow().view(at(0)).rows[0].title.clone();
    walker.press(&first).at(Page::Service);
    walker.press(t("Lấy số thứ tự", "Take a number")).at(Page::Papers);
    walker.press(t("Đủ", "All")).at(Page::Priority);
    walker.press(t("Không", "No")).answer(&Tag::Issue, PrintState::Pending).at(Page::Ticket);
    walker.answer(&Tag::Printing { job: 1 }, PrintState::Printing);
    let end = Input::Device(Printer::Ended { job: 1, end: PrintEnd::Printed });
    walker.kiosk.borrow_mut().step(end, at(0));
    walker.look();
    let labels = ElementQuery::from_root(&walker.window).find_all();
    let said = labels.iter().filter_map(ElementHandle::accessible_label);
    assert!(said.into_iter().any(|label| label.contains("H042")), "the number is said");
    walker.press(t("Xong", "Done")).at(Page::Home);
    // Staff, with the keyboard for the way in.
    walker.window.window().dispatch_event(WindowEvent::KeyPressed { text: Code::Control.into() });
    key(&walker.window, Code::F12);
    walker.window.window().dispatch_event(WindowEvent::KeyReleased { text: Code::Control.into() });
    walker.look();
    walker.at(Page::Pad);
    for figure in PIN.chars() {
        walker.press(&figure.to_string());
    }
    walker.press(t("Xác nhận", "Confirm")).at(Page::Staff);
    walker.press(t("Đã thay giấy", "Paper changed")).press(t("In thử", "Trial print"));
    walker.press(t("In lại một số", "Print a number again")).at(Page::StaffFind);
    walker.press(t("Quay lại", "Back")).press(t("Tạm dừng lĩnh vực", "Pause a service"));
    walker.at(Page::StaffList).press(t("Quay lại", "Back"));
    walker.press(t("Phát nhiều số", "Many numbers")).at(Page::StaffList);
    walker.press(t("Chọn Kế hoạch", "Choose Planning")).at(Page::Staff);
    walker.press(t("10 số", "10 numbers")).press(t("Không", "No")).press(t("Quay lại", "Back"));
    walker.press(t("Xong", "Done")).at(Page::Home);
    // The other language, by its own name.
    walker.press(t("English", "Tiếng Việt"));
    assert_ne!(walker.kiosk.borrow().view(at(0)).lang, lang);
}

#[test]
fn a_visitor_and_staff_walk_by_the_names_of_the_controls_in_vietnamese() {
    window::platform();
    walk(Lang::Vi);
}

#[test]
fn a_visitor_and_staff_walk_by_the_names_of_the_controls_in_english() {
    window::platform();
    walk(Lang::En);
}

/// A finger on the mark in the header for so long; whether staff were asked for.
fn held(window: &KioskWindow, ms: u64) -> bool {
    let asked = Rc::new(Cell::new(false));
    let told = Rc::clone(&asked);
    kiosk::wire(window, move |touch| told.set(told.get() || touch == Touch::Staff));
    let mark = ElementQuery::from_root(window).match_inherits("Mark").find_first().unwrap();
    let (corner, size) = (mark.absolute_position(), mark.size());
    let position =
        slint::LogicalPosition::new(corner.x + size.width / 2.0, corner.y + size.height / 2.0);
    let button = PointerEventButton::Left;
    let send = |event| window.window().dispatch_event(event);
    send(WindowEvent::PointerMoved { position });
    send(WindowEvent::PointerPressed { position, button });
    // In steps, as a program that draws lives through them.
    (0..ms / 100).for_each(|_| mock_elapsed_time(Duration::from_millis(100)));
    let within = asked.get();
    send(WindowEvent::PointerReleased { position, button });
    mock_elapsed_time(Duration::from_secs(10));
    assert_eq!(asked.get(), within, "nothing comes of it after the finger has gone");
    within
}

/// The way in for staff opens to who holds the mark for three seconds, and to nobody who touches it.
#[test]
fn only_a_mark_that_is_held_for_three_seconds_asks_staff_for_their_pin() {
    window::platform();
    for (upright, modes) in [(true, None), (false, None), (true, Some(Touch::Low))] {
        let window = opened(upright);
        let view = Visit::new("yenbai", Lang::Vi, upright).press(modes).view(Page::Home);
        kiosk::show(&window, &view);
        settle();
        assert!(!held(&window, 100));
        assert!(!held(&window, 2_900));
        // A hold is one hold: two of them are not added up.
        assert!(!held(&window, 2_000));
        assert!(held(&window, 3_100));
        assert!(!held(&window, 2_900));
    }
}

/// What the controls of every page do is done by their names and by Tab and Return, and none has no
/// name.
fn keyed(upright: bool) {
    window::platform();
    let mut complaints = Vec::new();
    for lang in [Lang::Vi, Lang::En] {
        for (page, view) in pages(lang, upright) {
            let window = opened(upright);
            let touched = Rc::new(RefCell::new(BTreeSet::new()));
            let into = Rc::clone(&touched);
            kiosk::wire(&window, move |touch| {
                if touch != Touch::Touched {
                    into.borrow_mut().insert(format!("{touch:?}"));
                }
            });
            kiosk::show(&window, &view);
            settle();
            let all = controls(&window);
            let mut say = |what: String| complaints.push(format!("{page} {lang:?}: {what}"));
            for control in &all {
                if control.accessible_label().is_none_or(|label| label.trim().is_empty()) {
                    say(format!("a control without a name at {:?}", control.absolute_position()));
                }
                control.invoke_accessible_default_action();
            }
            let by_name = touched.take();
            // A space is typed where a search is, and Return confirms where all figures are there.
            let presses: slint::SharedString =
                if view.page == Page::Pad { " ".into() } else { Code::Return.into() };
            for _ in 0..=all.len() {
                key(&window, Code::Tab);
                key(&window, presses.clone());
            }
            let by_key = touched.take();
            let lost: Vec<_> = by_name.difference(&by_key).collect();
            if !lost.is_empty() {
                say(format!("out of the keyboard's reach: {lost:?}"));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn upright_every_page_is_worked_by_keys_alone() {
    keyed(true);
}

#[test]
fn lying_down_every_page_is_worked_by_keys_alone() {
    keyed(false);
}

/// A further language is found by its folder; what it does not say yet is said in Vietnamese.
#[test]
fn a_third_language_is_found_and_falls_back() {
    window::platform();
    let window = opened(true);
    let mut view = Visit::new("yenbai", Lang::Vi, true).view(Page::Home);
    let names = |window: &KioskWindow| -> BTreeSet<String> {
        let labels = controls(window).into_iter().filter_map(|c| c.accessible_label());
        labels.map(String::from).collect()
    };
    kiosk::show(&window, &view);
    settle();
    let vietnamese = names(&window);
    assert!(vietnamese.contains("Tra cứu thủ tục"));
    assert!(ui::speak_further("tyz"), "ui/lang/tyz is bundled");
    view.further = "tyz".into();
    kiosk::show(&window, &view);
    settle();
    assert_eq!(names(&window), vietnamese, "nothing of it is translated yet");
    // One that is translated is not shown in Vietnamese, and one that is not there is no trouble.
    assert!(ui::speak_further("en") && !ui::speak_further("xxx"));
    view.further = "en".into();
    kiosk::show(&window, &view);
    settle();
    assert!(names(&window).contains("Find a procedure"));
    view.further = "xxx".into();
    kiosk::show(&window, &view);
    settle();
    assert_eq!(names(&window), vietnamese);
}
