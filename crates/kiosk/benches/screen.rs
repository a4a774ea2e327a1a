//! `cargo bench -p kiosk --bench screen`: from a visitor's touch to the next screen.
//!
//! The real window in memory at 1080×1920, the real flow behind it: what is measured is a finger's
//! press and release on a control, the flow's step, its view put into the window, and the whole next
//! frame drawn by the software renderer. A display adds its own way to the glass. The frame is drawn
//! anew each time, where a window draws only what has changed.

#![expect(clippy::unwrap_used, reason = "a measurement that fails ends")]
#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

#[path = "../../ui/tests/bar/mod.rs"]
mod bar;
#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../../station/src/testing.rs"]
mod testing;
#[allow(dead_code, reason = "the pictures use the rest")]
#[path = "../tests/visit/mod.rs"]
mod visit;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use i_slint_backend_testing::{ElementHandle, ElementQuery, TestingBackend, TestingBackendOptions};
use queue::Lang;
use slint::platform::{PointerEventButton, WindowEvent, update_timers_and_animations};
use slint::{ComponentHandle, LogicalPosition, PhysicalSize};
use station::Now;
use station::flow::{Flow, Input};
use station::kiosk::{Kiosk, Page, Touch};
use testing::at;
use ui::{Design, Fit, KioskWindow};
use visit::Visit;

/// Touches of one kind; the first few warm the fonts.
const ROUNDS: usize = 200;
const WARM: usize = 5;

/// What is touched on the way, and the page that it leads to.
const WAY: [(&str, Page); 8] = [
    ("Tài nguyên và", Page::Agency),
    ("Cấp đổi", Page::Service),
    ("Lấy số thứ tự", Page::Papers),
    ("Đủ", Page::Priority),
    ("Quay lại", Page::Service),
    ("Quay lại", Page::Agency),
    ("Quay lại", Page::Home),
    ("Tương phản", Page::Home),
];

fn main() {
    // `cargo test` runs benches once, to see that they run.
    let rounds = if std::env::args().any(|word| word == "--bench") { ROUNDS } else { 1 };
    let options = TestingBackendOptions {
        mock_time: false,
        threading: false,
        renderer_name: Some("software".into()),
    };
    slint::platform::set_platform(Box::new(TestingBackend::new(options))).unwrap();
    let window = KioskWindow::new().unwrap();
    window.global::<Fit>().set_landscape(false);
    let size = PhysicalSize::new(1080, 1920);
    window.window().set_size(size);
    Design::Turned.fit(window.window(), size);
    window.show().unwrap();
    let kiosk = Rc::new(RefCell::new(Visit::new("yenbai", Lang::Vi, true).kiosk));
    let flow = Rc::clone(&kiosk);
    kiosk::wire(&window, move |touch: Touch| {
        drop(flow.borrow_mut().step(Input::Touch(touch), at(0)));
    });
    draw(&window, &kiosk);
    let mut times = Vec::new();
    for round in 0..rounds + WARM {
        for (name, page) in WAY {
            let took = touch(&window, &kiosk, name);
            assert_eq!(kiosk.borrow().view(at(0)).page, page, "{name}");
            if round >= WARM {
                times.push(took);
            }
        }
    }
    bar::tell("touch → next screen drawn", times);
}

/// One touch of a finger on the control whose name begins so, until the next screen is drawn.
fn touch(window: &KioskWindow, kiosk: &Rc<RefCell<Kiosk>>, name: &str) -> Duration {
    let all = ElementQuery::from_root(window).match_inherits("Press").find_all();
    let named = |control: &&ElementHandle| {
        control.accessible_label().is_some_and(|label| label.starts_with(name))
    };
    let control = all.iter().find(named).unwrap();
    let (corner, size) = (control.absolute_position(), control.size());
    let position = LogicalPosition::new(corner.x + size.width / 2.0, corner.y + size.height / 2.0);
    let button = PointerEventButton::Left;
    let start = Instant::now();
    window.window().dispatch_event(WindowEvent::PointerPressed { position, button });
    window.window().dispatch_event(WindowEvent::PointerReleased { position, button });
    draw(window, kiosk);
    start.elapsed()
}

fn draw(window: &KioskWindow, kiosk: &Rc<RefCell<Kiosk>>) {
    kiosk::show(window, &kiosk.borrow().view(at(0)));
    update_timers_and_animations();
    drop(window.window().take_snapshot().unwrap());
}
