//! The screen that faces the visitor: each state as a picture at the sizes such screens have, and the
//! officer's keys through it. `LUOT_PICTURES=DIR` keeps what was drawn.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../ui/tests/window/mod.rs"]
mod window;

use std::cell::RefCell;
use std::rc::Rc;

use queue::Text;
use slint::platform::{Key, WindowEvent};
use slint::{ComponentHandle, SharedString};
use station::counter::{Sign, SignPage, Touch};
use ui::{Design, SignWindow};
use window::{Size, draw, platform};

/// 7″ and 10.1″ tablets, an office monitor, a television.
const SIZES: [Size; 4] = [(1024, 600), (1280, 800), (1366, 768), (1920, 1080)];

fn text(vi: &str, en: &str) -> Text {
    Text::new(vi, en)
}

fn said(page: SignPage, number: &str, title: (&str, &str)) -> Sign {
    Sign {
        page,
        centre: text("Trung tâm Phục vụ hành chính công tỉnh Yên Bái", "Yên Bái"),
        clock: "11:18".into(),
        place: text("Quầy", "Counter"),
        counter: "10".into(),
        number: number.into(),
        title: text(title.0, title.1),
        note: Text::default(),
        ..Sign::default()
    }
}

/// Every state with its name; the words are those of the flow.
fn states() -> Vec<(&'static str, Sign)> {
    let free = said(SignPage::Free, "", ("Mời chờ gọi số", "Please wait for your number"));
    let called = said(SignPage::Called, "H042", ("Mời vào", "Please come in"));
    let serving = said(SignPage::Serving, "H042", ("Đang phục vụ", "Now serving"));
    let mut paused = said(SignPage::Paused, "", ("Tạm dừng phục vụ", "Paused"));
    paused.note = text("Số thứ tự đã lấy vẫn có giá trị.", "Your number stays valid.");
    let mut closed = said(SignPage::Closed, "", ("Quầy đóng", "Counter closed"));
    closed.note = text("Mời theo dõi màn hình và loa.", "Please watch the screen and listen.");
    let unknown = Sign { counter: String::new(), ..closed.clone() };
    let wide = Sign { number: "M1000".into(), counter: "105".into(), ..called.clone() };
    let long = Sign {
        number: "05012".into(),
        counter: "Tiếp nhận và trả kết quả".into(),
        ..called.clone()
    };
    let direct = Sign { number: String::new(), ..serving.clone() };
    vec![
        ("free", free),
        ("called", called),
        ("serving", serving),
        ("direct", direct),
        ("paused", paused),
        ("closed", closed),
        ("unknown", unknown),
        ("wide", wide),
        ("long", long),
    ]
}

#[test]
fn every_state_is_whole_at_every_size() {
    platform();
    let window = SignWindow::new().unwrap();
    let mut complaints = Vec::new();
    for (name, sign) in states() {
        counter::sign::show(&window, &sign);
        for size in SIZES {
            let picture = draw(&window, Design::Sign, size, &format!("sign-{name}"));
            complaints.extend(picture.complaints());
            for words in [&sign.title.vi, &sign.title.en, &sign.note.vi, &sign.note.en] {
                let there = picture.texts.iter().any(|text| text.name == *words);
                assert!(there || words.is_empty(), "{}: {words:?} is not written", picture.name);
            }
            assert!(picture.labels.iter().any(|label| label.contains(&sign.title.vi)));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// The number is as large as the screen allows: at least a quarter of its height.
#[test]
fn the_number_is_the_largest_thing() {
    platform();
    let window = SignWindow::new().unwrap();
    let (_, called) = states().into_iter().find(|(name, _)| *name == "called").unwrap();
    counter::sign::show(&window, &called);
    for size in SIZES {
        let picture = draw(&window, Design::Sign, size, "sign-number");
        let digits = picture.figures.iter().min_by(|a, b| a.left.total_cmp(&b.left)).unwrap();
        let (top, bottom) = picture.ink_rows(digits);
        assert!((bottom - top) * 4 >= size.1, "{size:?}: {top}..{bottom}");
    }
}

/// A touch gives this window the keyboard; the officer's keys go on working.
#[test]
fn the_officers_keys_work_through_the_sign() {
    platform();
    let window = SignWindow::new().unwrap();
    window.show().unwrap();
    let touched = Rc::new(RefCell::new(Vec::new()));
    let pressed = Rc::clone(&touched);
    let touched_by_officer = move |touch| {
        if let Touch::Stroke(stroke) = touch {
            pressed.borrow_mut().push(stroke.name);
        }
    };
    counter::sign::wire(&window, touched_by_officer, |_| {});
    for text in [" ".into(), "r".into(), SharedString::from(Key::F2), Key::Tab.into()] {
        window.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
        window.window().dispatch_event(WindowEvent::KeyReleased { text });
    }
    assert_eq!(*touched.borrow(), ["Space", "r", "F2"]);
}
