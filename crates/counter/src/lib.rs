//! The face of `ui/counter.slint`: the officer's window.
//!
//! Nothing is decided here. A press becomes a touch of `station::counter`, a view of it becomes
//! the window's properties.

use queue::Lang;
use slint::{ComponentHandle, SharedString};
use station::args::Args;
use station::config::CounterConfig;
use station::counter::{Choice, Counter as CounterFlow, Doing, Page, Row, Touch, View};
use station::face::{self, FaceError};
use station::flow::{self, Inputs, Stage};
use station::watchdog;
use ui::{Counter, CounterChoice, CounterPage, CounterWindow, Design, Frame, WaitRow};

/// Runs the counter until its window is closed.
///
/// # Errors
/// When the config, the store's address or the display cannot be used.
pub fn run(args: Args) -> Result<(), FaceError> {
    let (mut config, url) = face::config(&args, |config: &CounterConfig| &config.store)?;
    if let Some(counter) = args.counter {
        config.counter = counter;
    }
    let hand = |error: ui::FrameError| FaceError::Hand(error.to_string());
    let frame = Frame::open(Design::Desk, args.windowed, args.snapshot).map_err(hand)?;
    let frame = frame.at(args.place);
    let window = CounterWindow::new().map_err(|error| FaceError::Hand(error.to_string()))?;
    let (weak, shown) = (window.as_weak(), frame.clone());
    let running = flow::run(
        CounterFlow::new(&config),
        Stage {
            url,
            clock: station::Clock::system(),
            show: Box::new(move |view: View| {
                let shown = shown.clone();
                let told = weak.upgrade_in_event_loop(move |window| {
                    show(&window, &view);
                    let whole = !view.centre.is_empty() || !view.link.is_empty();
                    if let Err(error) = if whole { shown.complete(&window) } else { Ok(()) } {
                        tracing::error!(%error, "no picture");
                    }
                });
                if told.is_err() {
                    tracing::debug!("the window is closed");
                }
            }),
            order: Box::new(|nothing| match nothing {}),
        },
    )?;
    wire(&window, &running.inputs());
    let inputs = running.inputs();
    let _watched = ui::every(watchdog::period(), move || inputs.pulse(watchdog::feed));
    frame.follow(&window);
    frame.run(&window).map_err(hand)
}

fn wire(window: &CounterWindow, inputs: &Inputs<CounterFlow>) {
    let counter = window.global::<Counter>();
    let press = |touch: Touch| {
        let inputs = inputs.clone();
        move || inputs.touch(touch.clone())
    };
    counter.on_open(press(Touch::Open));
    counter.on_main(press(Touch::Main));
    counter.on_finish(press(Touch::Finish));
    counter.on_recall(press(Touch::Recall));
    counter.on_start(press(Touch::Start));
    counter.on_no_show(press(Touch::NoShow));
    counter.on_take_over(press(Touch::TakeOver));
    counter.on_undo(press(Touch::Undo));
    counter.on_leave(press(Touch::Leave));
    counter.on_switch_language(press(Touch::Language));
    let inputs = inputs.clone();
    counter.on_choose(move |code| inputs.touch(Touch::Choose(code.into())));
}

/// Copies a view into the window's properties.
pub fn show(window: &CounterWindow, view: &View) {
    ui::speak(view.lang == Lang::En);
    let counter = window.global::<Counter>();
    counter.set_page(match view.page {
        Page::Choose => CounterPage::Choose,
        Page::Work => CounterPage::Work,
    });
    let text = |text: &String| SharedString::from(text);
    counter.set_authority(text(&view.authority));
    counter.set_centre(text(&view.centre));
    counter.set_motto(text(&view.motto));
    counter.set_clock(text(&view.clock));
    counter.set_date(text(&view.date));
    counter.set_language(text(&view.language));
    counter.set_counters(ui::model(view.counters.iter().map(choice)));
    counter.set_chosen(text(&view.chosen));
    counter.set_chosen_title(text(&view.chosen_title));
    counter.set_chosen_text(text(&view.chosen_text));
    counter.set_name(text(&view.name));
    counter.set_services(text(&view.services));
    counter.set_zone(text(&view.zone));
    counter.set_link(text(&view.link));
    counter.set_state_kind(SharedString::from(match view.doing {
        Doing::Idle => "idle",
        Doing::Called => "called",
        Doing::Serving => "serving",
    }));
    counter.set_state_chip(text(&view.state_chip));
    counter.set_facts(text(&view.facts));
    counter.set_number(text(&view.number));
    counter.set_timer_label(text(&view.timer_label));
    counter.set_timer(text(&view.timer));
    counter.set_procedure(text(&view.procedure));
    counter.set_service(text(&view.service));
    counter.set_main_label(text(&view.main_label));
    counter.set_main_next(text(&view.main_next));
    counter.set_main_enabled(view.main_enabled);
    counter.set_can_finish(view.can_finish);
    counter.set_can_recall(view.can_recall);
    counter.set_can_start(view.can_start);
    counter.set_can_no_show(view.can_no_show);
    counter.set_notice(text(&view.notice));
    counter.set_left_behind(view.left_behind);
    counter.set_can_take_over(view.can_take_over);
    counter.set_refusal(text(&view.refusal));
    counter.set_waiting_count(i32::try_from(view.waiting.len()).unwrap_or(i32::MAX));
    counter.set_waiting(ui::model(view.waiting.iter().map(row)));
    counter.set_longest(text(&view.longest));
    counter.set_today(text(&view.today));
}

fn choice(choice: &Choice) -> CounterChoice {
    CounterChoice {
        code: choice.code.as_str().into(),
        label: choice.label.as_str().into(),
        state: choice.state.as_str().into(),
    }
}

fn row(row: &Row) -> WaitRow {
    WaitRow {
        number: row.number.as_str().into(),
        service: row.service.as_str().into(),
        chip: row.chip.as_str().into(),
        age: row.age.as_str().into(),
        late: row.late,
    }
}
