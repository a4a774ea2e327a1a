//! The printer's hand: orders in, ends and health out.

use std::sync::mpsc;
use std::thread::JoinHandle;

use devices::{LinkUrl, Outcome, Printer, PrinterConfig, PrinterEvent, Profile, Width};
use station::config::PrinterSection;
use station::desk::Trouble;
use station::face::FaceError;
use station::flow::Inputs;
use station::kiosk::{Kiosk, Order, PrintEnd, Printer as Report};

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

/// Starts the printer named in the config and the thread that passes orders to it.
pub(crate) fn start(
    section: &PrinterSection,
    orders: mpsc::Receiver<Order>,
    inputs: Inputs<Kiosk>,
) -> Result<Hand, FaceError> {
    let mistake = |error: &dyn std::fmt::Display| FaceError::Hand(format!("printer: {error}"));
    let url: LinkUrl = section.url.parse().map_err(|error: devices::NotALink| mistake(&error))?;
    let profile = Profile::named(&section.profile, &url).ok_or_else(|| {
        mistake(&format!("{:?} is not a profile; auto, epson or generic", section.profile))
    })?;
    let width = if section.width_mm == 58 { Width::Mm58 } else { Width::Mm80 };
    let to = inputs.clone();
    let printer = Printer::start(PrinterConfig { url, profile, width }, move |event| {
        to.device(report(event));
    })?;
    let thread = std::thread::Builder::new().name("orders".into()).spawn(move || {
        while let Ok(Order::Print { job, slip }) = orders.recv() {
            if !printer.print(job, slip) {
                let busy = Trouble {
                    vi: "Máy in đang bận.".into(),
                    en: "The printer is busy.".into(),
                };
                inputs.device(Report::Ended { job, end: PrintEnd::NotStarted(busy) });
            }
        }
    })?;
    Ok(Hand { _thread: thread })
}

fn report(event: PrinterEvent) -> Report {
    let words = |trouble: &devices::Trouble| Trouble {
        vi: trouble.help_vi().to_owned(),
        en: trouble.help_en().to_owned(),
    };
    match event {
        PrinterEvent::Ready { .. } => Report::Ready,
        PrinterEvent::Trouble(trouble) => Report::Down(words(&trouble)),
        PrinterEvent::Done { job, outcome } => {
            let end = match outcome {
                Outcome::Printed(_) => PrintEnd::Printed,
                Outcome::NotStarted(trouble) => PrintEnd::NotStarted(words(&trouble)),
                Outcome::Unknown(trouble) => PrintEnd::Unknown(words(&trouble)),
            };
            Report::Ended { job, end }
        }
    }
}
