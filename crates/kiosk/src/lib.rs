//! The face of `ui/kiosk.slint`, and the printer's hand.
//!
//! Nothing is decided here. A press becomes a touch of `station::kiosk`, a view of it becomes the
//! window's properties, an order to print goes to the printer's thread and its end comes back.

mod aloud;
mod guesses;
mod printer;
mod qr;
mod scanner;
mod show;

use std::sync::mpsc;

use aloud::Say;
use queue::Tries;
use slint::ComponentHandle;
use station::args::Args;
use station::config::KioskConfig;
use station::face::{self, FaceError};
use station::flow::{self, Stage};
use station::guesses::Guesses;
use station::kiosk::{Key, Kiosk as KioskFlow, Layout, Order, Touch, View};
use station::watchdog;
use ui::{Design, Frame, Kiosk, KioskWindow};

pub use show::show;

/// Runs the kiosk until its window is closed.
///
/// # Errors
/// When the config, the store's address, the printer's address or the display cannot be used.
pub fn run(args: Args) -> Result<(), FaceError> {
    let (mut config, url) = face::config(&args, |config: &KioskConfig| &config.store)?;
    if config.read_aloud.found() == Some(false) {
        tracing::warn!(command = ?config.read_aloud.command, "the read-aloud's program is not there");
        config.read_aloud.command.clear();
    }
    let hand = |error: ui::FrameError| FaceError::Hand(error.to_string());
    let frame = Frame::open(Design::Turned, args.windowed, args.snapshot).map_err(hand)?;
    let frame = frame.at(args.place);
    let window = KioskWindow::new().map_err(|error| FaceError::Hand(error.to_string()))?;
    let layout = if frame.landscape() { Layout::LYING } else { Layout::UPRIGHT };
    let (orders, jobs) = printer::channel();
    let (voice, texts) = mpsc::channel();
    let (guessed, tries) = mpsc::channel();
    let (weak, shown) = (window.as_weak(), frame.clone());
    let queue = url.path().map(std::path::Path::to_owned);
    let kept = Guesses::of(queue.as_deref());
    let hands = Hands { printers: orders, voice, guessed };
    let running = flow::run(
        KioskFlow::new(config.clone(), layout).guessed(kept.known()),
        Stage {
            url,
            clock: station::Clock::system(),
            show: Box::new(move |view: View| {
                let shown = shown.clone();
                let told = weak.upgrade_in_event_loop(move |window| {
                    show(&window, &view);
                    let whole = !view.centre.is_empty() || view.banner.is_some();
                    if let Err(error) = if whole { shown.complete(&window) } else { Ok(()) } {
                        tracing::error!(%error, "no picture");
                    }
                });
                if told.is_err() {
                    tracing::debug!("the window is closed");
                }
            }),
            order: Box::new(move |order: Order| hands.pass(order)),
        },
    )?;
    let _printer = printer::start(&config.printer, queue.as_deref(), jobs, running.inputs())?;
    let _voice = aloud::start(config.read_aloud.clone(), texts)?;
    let _guesses = guesses::start(kept, tries)?;
    let _scanner = scanner::start(&config.scanner, running.inputs())?;
    let inputs = running.inputs();
    wire(&window, move |touch| inputs.touch(touch));
    let inputs = running.inputs();
    let _watched = ui::every(watchdog::period(), move || inputs.pulse(watchdog::feed));
    frame.follow(&window);
    frame.run(&window).map_err(hand)
}

/// Who takes the orders.
struct Hands {
    printers: mpsc::Sender<Order>,
    voice: mpsc::Sender<Say>,
    guessed: mpsc::Sender<Tries>,
}

impl Hands {
    /// Passes an order to the hand whose it is; never blocks the flow.
    fn pass(&self, order: Order) {
        let passed = match order {
            Order::Print { .. } | Order::PaperChanged { .. } => {
                return printer::order(&self.printers, order);
            }
            Order::Read { text, lang, volume } => {
                self.voice.send(Say::Read { text, lang, volume }).is_ok()
            }
            Order::Hush => self.voice.send(Say::Hush).is_ok(),
            Order::Guessed(tries) => self.guessed.send(tries).is_ok(),
        };
        if !passed {
            tracing::error!("a hand's thread is gone");
        }
    }
}

/// Connects the window's presses with whoever takes them, the flow.
pub fn wire(window: &KioskWindow, take: impl Fn(Touch) + Clone + 'static) {
    let kiosk = window.global::<Kiosk>();
    let press = |touch: Touch| {
        let take = take.clone();
        move || take(touch.clone())
    };
    kiosk.on_touched(press(Touch::Touched));
    kiosk.on_take(press(Touch::Take));
    kiosk.on_back(press(Touch::Back));
    kiosk.on_accept(press(Touch::Accept));
    kiosk.on_done(press(Touch::Done));
    kiosk.on_reprint(press(Touch::Reprint));
    kiosk.on_call_staff(press(Touch::CallStaff));
    kiosk.on_switch_language(press(Touch::Language));
    kiosk.on_toggle_contrast(press(Touch::Contrast));
    kiosk.on_toggle_large(press(Touch::Large));
    kiosk.on_toggle_low(press(Touch::Low));
    kiosk.on_search(press(Touch::Search));
    kiosk.on_booked(press(Touch::Booked));
    kiosk.on_staff(press(Touch::Staff));
    kiosk.on_read(press(Touch::Read));
    kiosk.on_confirm(press(Touch::Confirm));
    kiosk.on_erase(press(Touch::Key(Key::Erase)));
    kiosk.on_clear(press(Touch::Key(Key::Clear)));
    kiosk.on_meant(press(Touch::Meant));
    kiosk.on_types(|text| letter(&text).is_some());
    let with = || take.clone();
    let to = with();
    kiosk.on_choose_tile(move |code| to(Touch::Tile(code.into())));
    let to = with();
    kiosk.on_choose_row(move |code| to(Touch::Row(code.into())));
    let to = with();
    kiosk.on_deed(move |code| to(Touch::Deed(code.into())));
    let to = with();
    kiosk.on_turn_tiles(move |by| to(Touch::TurnTiles(by)));
    let to = with();
    kiosk.on_turn_rows(move |by| to(Touch::TurnRows(by)));
    let to = with();
    kiosk.on_answer_papers(move |complete| to(Touch::Papers(complete)));
    kiosk.on_many_dossiers(press(Touch::ManyDossiers));
    let to = with();
    kiosk.on_answer_dossiers(move |count| {
        to(Touch::Dossiers(u32::try_from(count).unwrap_or_default()));
    });
    let to = with();
    kiosk.on_key(move |text| {
        if let Some(letter) = letter(&text) {
            to(Touch::Key(Key::Letter(letter)));
        }
    });
    let to = with();
    kiosk.on_answer_priority(move |yes| to(Touch::Priority(yes)));
}

/// What a key says, if that is one letter, figure or space.
fn letter(text: &str) -> Option<char> {
    let mut letters = text.chars();
    let letter = letters.next().filter(|letter| letter.is_alphanumeric() || *letter == ' ')?;
    letters.next().is_none().then_some(letter)
}
