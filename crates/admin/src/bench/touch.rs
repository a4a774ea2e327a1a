//! `luot bench --printer`: from a visitor's touch to the whole job in a printer.
//!
//! The kiosk's own flow, desk, store and printer's thread, with a window's touches made here and a
//! printer on a loopback port that answers at once: what is measured is our part of the way, from
//! the touch that takes the number (two commits on this disk, the slip's picture, the questions
//! before a job) to the job's last byte read by the printer. A window adds its frame, a real printer
//! its answers to four questions.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use devices::{LinkUrl, PrinterConfig, PrinterEvent, Printers, RollPlan, Width};
use queue::{Site, Timestamp};
use station::Clock;
use station::config::KioskConfig;
use station::flow::{self, Stage};
use station::kiosk::{Kiosk, Layout, Order, Page, PrintEnd, Printer as Report, Touch, View};
use store::Store;

use super::{Bar, SERVICE, at, place};
use crate::{Desk, Failure, Outcome};

/// Visitors of one run; the first few warm the fonts.
const VISITORS: usize = 300;
const WARM: usize = 10;
/// Monday 23 November 2026, 08:00 in Việt Nam: the centre is open.
const OPEN: Timestamp = Timestamp(1_795_395_600_000);
/// What the design asks for.
const BAR: Duration = Duration::from_millis(150);
/// A guard against a run without an end.
const PATIENCE: Duration = Duration::from_secs(60);

/// What comes back while a visitor stands there.
enum Seen {
    View(Box<View>),
    /// The printer has the whole job.
    Handed(Instant),
}

pub(super) fn touched(desk: &Desk, folder: &Path, bars: &mut Vec<Bar>) -> Outcome {
    let (url, site) = place(desk, folder, "touch", 1)?;
    let site = open_all_week(site)?;
    drop(Store::create(&url, &site, OPEN)?);
    let (tell, seen) = mpsc::channel();
    let config = printer(folder, tell.clone())?;
    let (orders, jobs) = mpsc::channel();
    let clock = Clock::by_hand(OPEN);
    let stage = Stage {
        url,
        clock: clock.clone(),
        show: Box::new(move |view: View| drop(tell.send(Seen::View(Box::new(view))))),
        order: Box::new(move |order: Order| drop(orders.send(order))),
    };
    let running = flow::run(Kiosk::new(KioskConfig::default(), Layout::UPRIGHT), stage)?;
    let inputs = running.inputs();
    let to = inputs.clone();
    let printers = Printers::start(vec![config], move |event| match event {
        PrinterEvent::Done { job, .. } => {
            to.device(Report::Ended { job, end: PrintEnd::Printed });
        }
        PrinterEvent::Ready(_) => to.device(Report::Ready),
        PrinterEvent::Trouble(_) | PrinterEvent::NotTaken { .. } => {}
    })?;
    let hand = std::thread::Builder::new().name("orders".into()).spawn(move || {
        while let Ok(order) = jobs.recv() {
            if let Order::Print { job, slip } = order
                && !printers.print(job, slip)
            {
                return;
            }
        }
    })?;
    until(&seen, |seen| matches!(seen, Seen::View(view) if !view.centre.is_empty()))?;
    let mut times = Vec::new();
    for visitor in 0..VISITORS + WARM {
        let took = visit(&inputs, &seen)?;
        if visitor >= WARM {
            times.push(took);
        }
        // The next in a quick line of people, as far as the flow can tell: a kiosk asks whoever takes
        // numbers faster.
        clock.advance_ms(8_000);
    }
    drop(running);
    drop(hand.join());
    let (p50, p99) = (at(&mut times, 50), at(&mut times, 99));
    bars.push(Bar {
        what: format!("touch → whole job in a TCP printer, n = {VISITORS}"),
        measured: format!("p50 {p50:.1?}, p99 {p99:.1?}"),
        bar: "p99 ≤ 150 ms".into(),
        of_disk: false,
        kept: Some(p99 <= BAR),
    });
    Ok(())
}

/// One visitor: chooses, takes, gets the slip, leaves.
fn visit(inputs: &flow::Inputs<Kiosk>, seen: &mpsc::Receiver<Seen>) -> Result<Duration, Failure> {
    inputs.touch(Touch::Tile(SERVICE.into()));
    until(seen, |seen| matches!(seen, Seen::View(view) if view.page == Page::Service))?;
    let start = Instant::now();
    inputs.touch(Touch::Take);
    let mut handed = None;
    until(seen, |seen| {
        if let Seen::Handed(at) = seen {
            handed = Some(*at);
        }
        let over = |view: &View| view.page == Page::Ticket && !view.printing;
        handed.is_some() && matches!(seen, Seen::View(view) if over(view))
    })?;
    inputs.touch(Touch::Done);
    until(seen, |seen| matches!(seen, Seen::View(view) if view.page == Page::Home))?;
    let handed = handed.ok_or_else(|| stuck("no job came"))?;
    Ok(handed.duration_since(start))
}

fn until(seen: &mpsc::Receiver<Seen>, mut holds: impl FnMut(&Seen) -> bool) -> Outcome {
    loop {
        let next = seen.recv_timeout(PATIENCE).map_err(|_| stuck("the kiosk says nothing more"))?;
        if holds(&next) {
            return Ok(());
        }
    }
}

fn stuck(what: &str) -> Failure {
    Failure::Cannot { what: what.to_owned(), help: "run it again and report it".into() }
}

/// The centre that is measured, open whatever the day.
fn open_all_week(mut site: Site) -> Result<Site, Failure> {
    let all_day = "mon = [\"00:00-24:00\"]\ntue = [\"00:00-24:00\"]\nwed = [\"00:00-24:00\"]\n\
        thu = [\"00:00-24:00\"]\nfri = [\"00:00-24:00\"]\nsat = [\"00:00-24:00\"]\n\
        sun = [\"00:00-24:00\"]\n";
    site.hours = toml::from_str(all_day).map_err(|error| stuck(&error.to_string()))?;
    Ok(site)
}

/// A printer that answers at once, and what our side of it is.
fn printer(folder: &Path, tell: mpsc::Sender<Seen>) -> Result<PrinterConfig, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = LinkUrl::Tcp(listener.local_addr()?.to_string());
    std::thread::Builder::new().name("paper".into()).spawn(move || {
        for wire in listener.incoming().flatten() {
            if let Err(error) = answer(wire, &tell) {
                tracing::debug!(%error, "the printer's wire ended");
            }
        }
    })?;
    let config = PrinterConfig::named(url, "epson-tm-t82", Width::Mm80);
    let config = config.map_err(|error| stuck(&error.to_string()))?;
    let file = Some(folder.join("printer1.paper"));
    let roll = RollPlan { file, roll_mm: 65_000, ..RollPlan::default() };
    Ok(PrinterConfig { roll, ..config })
}

fn answer(mut wire: TcpStream, tell: &mpsc::Sender<Seen>) -> std::io::Result<()> {
    wire.set_nodelay(true)?;
    let (mut got, mut buffer) = (Vec::new(), vec![0; 65_536]);
    loop {
        let read = wire.read(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
        let arrived = Instant::now();
        got.extend_from_slice(&buffer[..read]);
        while got.len() >= 3 && got.starts_with(&[0x10, 0x04]) {
            got.drain(..3);
            wire.write_all(&[0x12])?;
        }
        // A job ends with the question for its name and the barrier.
        let ending = got.len().checked_sub(14).map(|at| &got[at..]);
        if let Some([0x1D, 0x28, 0x48, 6, 0, 48, 48, a, b, c, d, 0x1D, 0x72, 1]) = ending {
            let reply = [0x37, 0x22, *a, *b, *c, *d, 0x00, 0x00];
            wire.write_all(&reply)?;
            got.clear();
            drop(tell.send(Seen::Handed(arrived)));
        }
    }
}
