//! Several printers that stand in for each other: one thread each, and one that hands jobs on.
//!
//! A job goes to the first printer that is well. Only what a printer did *not start* goes to the
//! next one: what it may have printed would be on paper twice.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc;
use std::thread::JoinHandle;

use queue::Slip;

use super::{Outcome, Printer, PrinterConfig, PrinterEvent, Readiness};
use crate::trouble::{Code, Trouble};

/// Inputs that may wait: jobs, and what the printers tell.
const INPUTS_MAX: usize = 64;

enum Input {
    Print { job: u64, slip: Box<Slip> },
    NewRoll { unit: usize },
    Told { unit: usize, event: PrinterEvent },
    Stop,
}

/// The handle of all printers; dropping it ends their threads after the jobs in hand.
#[derive(Debug)]
pub struct Printers {
    inputs: mpsc::SyncSender<Input>,
    thread: Option<JoinHandle<()>>,
}

impl Printers {
    /// Starts a thread for each printer, the first being the one that prints while it can. `tell`
    /// is called with the health of all, which is "ready" while any is, and with every job's end.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(
        configs: Vec<PrinterConfig>,
        tell: impl FnMut(PrinterEvent) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (inputs, inbox) = mpsc::sync_channel(INPUTS_MAX);
        let mut units = Vec::new();
        for (unit, config) in configs.into_iter().enumerate() {
            let to = inputs.clone();
            units.push(Printer::start(config, move |event| {
                // Nobody hears it any more when all printers are being ended.
                drop(to.send(Input::Told { unit, event }));
            })?);
        }
        let health = units.iter().map(|_| None).collect();
        let thread = std::thread::Builder::new().name("printers".into()).spawn(move || {
            let group = Group { units, health, jobs: BTreeMap::new(), tell, told: None };
            group.run(inbox);
        })?;
        Ok(Self { inputs, thread: Some(thread) })
    }

    /// Hands a slip over; `false` when too many wait, in which case nothing will be printed.
    #[must_use]
    pub fn print(&self, job: u64, slip: Box<Slip>) -> bool {
        self.inputs.try_send(Input::Print { job, slip }).is_ok()
    }

    /// A new roll was put into a printer (0 is the first): its paper is counted anew.
    pub fn paper_changed(&self, unit: usize) {
        if self.inputs.try_send(Input::NewRoll { unit }).is_err() {
            tracing::warn!(unit, "the printers are too busy to hear of a new roll");
        }
    }
}

impl Drop for Printers {
    fn drop(&mut self) {
        if self.inputs.send(Input::Stop).is_ok()
            && let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the printers' thread panicked");
        }
    }
}

struct Pending {
    slip: Box<Slip>,
    /// The printers that may still try it.
    left: VecDeque<usize>,
    /// The first one's trouble, which is the one staff have to mend.
    why: Option<Trouble>,
}

struct Group<T> {
    units: Vec<Printer>,
    health: Vec<Option<PrinterEvent>>,
    jobs: BTreeMap<u64, Pending>,
    tell: T,
    told: Option<PrinterEvent>,
}

impl<T: FnMut(PrinterEvent)> Group<T> {
    fn run(mut self, inbox: mpsc::Receiver<Input>) {
        while let Ok(input) = inbox.recv() {
            match input {
                Input::Print { job, slip } => {
                    let left = self.order();
                    self.jobs.insert(job, Pending { slip, left, why: None });
                    self.hand_on(job);
                }
                Input::NewRoll { unit } => {
                    if !self.units.get(unit).is_some_and(Printer::paper_changed) {
                        tracing::warn!(unit, "the printer is too busy to hear of a new roll");
                    }
                }
                Input::Told { unit, event } => self.told_by(unit, event),
                Input::Stop => break,
            }
        }
        // The printers must not wait for an inbox that nobody reads while they are ended.
        drop(inbox);
    }

    /// Those that are well first, each kind in the config's order.
    fn order(&self) -> VecDeque<usize> {
        let well =
            |unit: &usize| matches!(self.health.get(*unit), Some(Some(PrinterEvent::Ready(_))));
        let (first, then): (Vec<usize>, Vec<usize>) = (0..self.units.len()).partition(well);
        first.into_iter().chain(then).collect()
    }

    fn hand_on(&mut self, job: u64) {
        let Some(mut pending) = self.jobs.remove(&job) else { return };
        while let Some(unit) = pending.left.pop_front() {
            let slip = pending.slip.clone();
            if self.units.get(unit).is_some_and(|printer| printer.print(job, slip)) {
                self.jobs.insert(job, pending);
                return;
            }
        }
        let why = pending.why.unwrap_or_else(|| Trouble::new(Code::Offline, "too many jobs wait"));
        (self.tell)(PrinterEvent::Done { job, outcome: Outcome::NotStarted(why) });
    }

    fn told_by(&mut self, unit: usize, event: PrinterEvent) {
        match event {
            PrinterEvent::Ready(_) | PrinterEvent::Trouble(_) => {
                if let Some(health) = self.health.get_mut(unit) {
                    *health = Some(event);
                }
                self.tell_health();
            }
            PrinterEvent::Done { job, outcome: Outcome::NotStarted(trouble) } => {
                if let Some(pending) = self.jobs.get_mut(&job) {
                    tracing::info!(job, unit, %trouble, "not started here");
                    pending.why.get_or_insert(trouble);
                    self.hand_on(job);
                }
            }
            PrinterEvent::Done {
                job,
                outcome: outcome @ (Outcome::Printed(_) | Outcome::Unknown(_)),
            } => {
                self.jobs.remove(&job);
                (self.tell)(PrinterEvent::Done { job, outcome });
            }
            PrinterEvent::NotTaken { .. } => (self.tell)(event),
        }
    }

    /// Tells how all together are, when it has changed. A printer that has said nothing yet is
    /// waited for unless another one is well.
    fn tell_health(&mut self) {
        let mut trouble = None;
        let mut whole = None;
        for (unit, health) in self.health.iter().enumerate() {
            match health {
                Some(PrinterEvent::Ready(readiness)) => {
                    let stands_in_for = trouble.clone();
                    let readiness = Readiness { unit, stands_in_for, ..readiness.clone() };
                    whole = Some(PrinterEvent::Ready(readiness));
                    break;
                }
                Some(PrinterEvent::Trouble(why)) => {
                    trouble.get_or_insert_with(|| why.clone());
                }
                Some(PrinterEvent::Done { .. } | PrinterEvent::NotTaken { .. }) | None => {}
            }
        }
        let all_spoke = self.health.iter().all(Option::is_some);
        let whole = whole.or_else(|| trouble.filter(|_| all_spoke).map(PrinterEvent::Trouble));
        if whole.is_some() && whole != self.told {
            whole.clone().into_iter().for_each(&mut self.tell);
            self.told = whole;
        }
    }
}
