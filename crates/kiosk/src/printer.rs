//! The printers' hand: orders in, ends and health out.

use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use devices::{
    BadFile, LinkUrl, MouthPlan, NotTaken, Outcome, PrinterConfig, PrinterEvent, Printers,
    Profiles, Readiness, RollPlan, SlipLayout, Width,
};
use station::config::{self, PrinterSection, StandIn};
use station::desk::Trouble;
use station::face::FaceError;
use station::flow::Inputs;
use station::kiosk::{Kiosk, Order, PaperState, PrintEnd, Printer as Report};

/// Where the flow's orders go before the printer is started.
pub(crate) fn channel() -> (mpsc::Sender<Order>, mpsc::Receiver<Order>) {
    mpsc::channel()
}

/// Passes an order on; never blocks the flow.
pub(crate) fn order(orders: &mpsc::Sender<Order>, order: Order) {
    if orders.send(order).is_err() {
        tracing::error!("the printer's hand is gone");
    }
}

/// Ends with the kiosk: the flow drops its sender, the thread sees it.
#[derive(Debug)]
pub(crate) struct Hand {
    _thread: JoinHandle<()>,
}

/// Starts the printers named in the config and the thread that passes orders to them. `queue` is
/// the queue's file, where it is one: the paper is counted beside it.
pub(crate) fn start(
    section: &PrinterSection,
    queue: Option<&Path>,
    orders: mpsc::Receiver<Order>,
    inputs: Inputs<Kiosk>,
) -> Result<Hand, FaceError> {
    let configs = configs(section, queue)?;
    let to = inputs.clone();
    let printers = Printers::start(configs, move |event| {
        report(event).into_iter().for_each(|report| to.device(report));
    })?;
    let thread = std::thread::Builder::new().name("orders".into()).spawn(move || {
        while let Ok(order) = orders.recv() {
            match order {
                Order::Print { job, slip } => {
                    if !printers.print(job, slip) {
                        let end = PrintEnd::NotStarted(busy());
                        inputs.device(Report::Ended { job, end });
                    }
                }
                Order::PaperChanged { unit } => printers.paper_changed(unit),
                // The voice's.
                Order::Read { .. } | Order::Hush | Order::Guessed(_) => {}
            }
        }
    })?;
    Ok(Hand { _thread: thread })
}

fn busy() -> Trouble {
    Trouble { vi: "Máy in đang bận.".into(), en: "The printer is busy.".into() }
}

/// Every printer of the section, the first one first.
fn configs(
    section: &PrinterSection,
    queue: Option<&Path>,
) -> Result<Vec<PrinterConfig>, FaceError> {
    let bad = |error: BadFile| FaceError::Hand(format!("printer: {error}"));
    let named = |path: &Path| (!path.as_os_str().is_empty()).then(|| path.to_owned());
    let profiles = match named(&section.profiles) {
        Some(file) => Profiles::with(&file).map_err(bad)?,
        None => Profiles::built_in().map_err(bad)?,
    };
    let layout = match named(&section.slip) {
        Some(file) => SlipLayout::load(&file).map_err(bad)?,
        None => SlipLayout::built_in().map_err(bad)?,
    };
    let (profiles, layout) = (Arc::new(profiles), Arc::new(layout));
    let mouth = MouthPlan {
        wait: Duration::from_secs(section.not_taken_s.into()),
        then: match section.not_taken {
            config::NotTaken::Retract => NotTaken::Retract,
            config::NotTaken::Eject => NotTaken::Eject,
        },
    };
    let one = |(unit, printer): (usize, StandIn)| {
        let url: Result<LinkUrl, devices::NotALink> = printer.url.parse();
        let url = url.map_err(|error| FaceError::Hand(format!("printer: {error}")))?;
        let width = if printer.width_mm == 58 { Width::Mm58 } else { Width::Mm80 };
        let profiles = Arc::clone(&profiles);
        let chosen = PrinterConfig::chosen(url, &printer.profile, width, profiles).map_err(bad)?;
        let roll = RollPlan {
            file: Some(section.count_file(unit, queue)),
            roll_mm: printer.roll_m * 1_000,
            near_end_mm: section.near_end_m * 1_000,
        };
        Ok(PrinterConfig { layout: Arc::clone(&layout), roll, mouth, ..chosen })
    };
    section.all().into_iter().enumerate().map(one).collect()
}

fn words(trouble: &devices::Trouble) -> Trouble {
    Trouble { vi: trouble.help_vi().to_owned(), en: trouble.help_en().to_owned() }
}

fn report(event: PrinterEvent) -> Vec<Report> {
    match event {
        PrinterEvent::Ready(readiness) => vec![Report::Ready, Report::Paper(paper(&readiness))],
        PrinterEvent::Trouble(trouble) => vec![Report::Down(words(&trouble))],
        PrinterEvent::NotTaken { job, then } => {
            vec![Report::NotTaken { job, retracted: then == NotTaken::Retract }]
        }
        PrinterEvent::Done { job, outcome } => {
            let end = match outcome {
                Outcome::Printed(_) => PrintEnd::Printed,
                Outcome::NotStarted(trouble) => PrintEnd::NotStarted(words(&trouble)),
                Outcome::Unknown(trouble) => PrintEnd::Unknown(words(&trouble)),
            };
            vec![Report::Ended { job, end }]
        }
    }
}

fn paper(readiness: &Readiness) -> PaperState {
    PaperState {
        near_end: readiness.near_end,
        tickets_left: readiness.left.map(|left| left.tickets),
        unit: readiness.unit,
        stands_in_for: readiness.stands_in_for.as_ref().map(words),
    }
}

#[cfg(test)]
mod tests;
