//! A printer: one thread that owns the wire, one job at a time, three possible ends.

mod group;
mod talk;
mod worker;

use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use queue::Slip;

use crate::data::BadFile;
use crate::layout::{Painter, SlipLayout, Width};
use crate::link::{self, Link, LinkUrl};
use crate::profile::{FlowControl, Profile, Profiles};
use crate::roll::{PaperLeft, RollPlan};
use crate::trouble::{Code, Trouble};

pub use group::Printers;
use worker::Worker;

/// Jobs that may wait; a kiosk has one visitor.
const JOBS_MAX: usize = 4;

/// How long a printer may take for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How often an idle printer is asked how it is.
    pub probe: Duration,
    /// How often one in trouble is.
    pub retry: Duration,
    /// A connection.
    pub connect: Duration,
    /// A status answer.
    pub answer: Duration,
    /// No byte taken for so long: the printer has stopped.
    pub stall: Duration,
    /// The paper, after the last byte was taken.
    pub finish: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            probe: Duration::from_secs(2),
            retry: Duration::from_secs(1),
            connect: Duration::from_secs(1),
            answer: Duration::from_millis(400),
            stall: Duration::from_secs(2),
            finish: Duration::from_secs(6),
        }
    }
}

impl Limits {
    /// Everything so many times as fast, for a printer that is played by a program.
    #[must_use]
    pub fn hurried(by: u32) -> Self {
        let all = Self::default();
        Self {
            probe: all.probe / by,
            retry: all.retry / by,
            connect: all.connect / by,
            answer: all.answer / by,
            stall: all.stall / by,
            finish: all.finish / by,
        }
    }

    /// How long after a fault is gone the printer is found well at the latest: a try that began
    /// before and fails as slowly as it can, the pause, and a try that answers as slowly as it may.
    #[must_use]
    pub fn back_within(&self, questions: u32) -> Duration {
        self.connect.max(self.answer) + self.retry + self.connect + self.answer * questions
    }
}

/// What becomes of a slip that nobody takes from the mouth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NotTaken {
    /// Taken in again, so that nobody else takes it.
    #[default]
    Retract,
    /// Let go, for a printer that cannot take it in.
    Eject,
}

/// How long a slip may wait in the mouth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MouthPlan {
    /// So long.
    pub wait: Duration,
    /// And then.
    pub then: NotTaken,
}

impl Default for MouthPlan {
    fn default() -> Self {
        Self { wait: Duration::from_secs(20), then: NotTaken::Retract }
    }
}

/// What the printer is.
#[derive(Clone, Debug)]
pub struct PrinterConfig {
    /// Where it is.
    pub url: LinkUrl,
    /// What it can do; nothing: it is asked.
    pub profile: Option<Profile>,
    /// What it may turn out to be.
    pub profiles: Arc<Profiles>,
    /// Its paper.
    pub width: Width,
    /// How a slip looks.
    pub layout: Arc<SlipLayout>,
    /// How its paper is counted.
    pub roll: RollPlan,
    /// Its mouth, where the profile has one.
    pub mouth: MouthPlan,
    /// How long it may take.
    pub limits: Limits,
}

impl PrinterConfig {
    /// A printer with everything as it comes with the program; the profile `auto` is found out.
    ///
    /// # Errors
    /// [`BadFile`] when there is no profile of this name.
    pub fn named(url: LinkUrl, profile: &str, width: Width) -> Result<Self, BadFile> {
        let built_in = Arc::new(Profiles::built_in()?);
        Self::chosen(url, profile, width, built_in)
    }

    /// The same, of profiles a centre has added to.
    ///
    /// # Errors
    /// [`BadFile`] when there is no profile of this name.
    pub fn chosen(
        url: LinkUrl,
        profile: &str,
        width: Width,
        profiles: Arc<Profiles>,
    ) -> Result<Self, BadFile> {
        let chosen = profiles.choose(profile)?;
        Ok(Self {
            url,
            profile: chosen,
            profiles,
            width,
            layout: Arc::new(SlipLayout::built_in()?),
            roll: RollPlan::default(),
            mouth: MouthPlan::default(),
            limits: Limits::default(),
        })
    }
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The slip is out.
    Printed(Confirmed),
    /// Nothing was printed.
    NotStarted(Trouble),
    /// It may or may not be out; never printed again by itself.
    Unknown(Trouble),
}

/// What stands behind "printed".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// The printer named the job after printing it.
    ByJob,
    /// The printer processed everything up to the end of the job.
    ByBarrier,
    /// The printer was well when the paper had to be out.
    ByStatus,
    /// The printer took every byte and cannot say more.
    ByWire,
}

/// What the printer's thread reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrinterEvent {
    /// It can print.
    Ready(Readiness),
    /// It cannot.
    Trouble(Trouble),
    /// A job has ended.
    Done {
        /// The number given with the job.
        job: u64,
        /// How.
        outcome: Outcome,
    },
    /// A slip stood in the mouth too long, or in the way of the next one.
    NotTaken {
        /// Its job; nothing for a slip of before the start.
        job: Option<u64>,
        /// What was done with it.
        then: NotTaken,
    },
}

/// How well a printer is that can print.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// A staff matter: the roll is nearly empty.
    pub near_end: bool,
    /// What is left on the roll, where it is counted.
    pub left: Option<PaperLeft>,
    /// Which printer prints: 0 is the first, others stand in for it.
    pub unit: usize,
    /// Why the printers before it do not.
    pub stands_in_for: Option<Trouble>,
}

enum Order {
    Print { job: u64, slip: Box<Slip> },
    NewRoll,
    Stop,
}

/// The handle of a printer's thread; dropping it ends the thread after the job in hand.
#[derive(Debug)]
pub struct Printer {
    orders: mpsc::SyncSender<Order>,
    thread: Option<JoinHandle<()>>,
}

impl Printer {
    /// Starts the thread; `tell` is called on it with every change of health and every job's end.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(
        config: PrinterConfig,
        tell: impl FnMut(PrinterEvent) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (orders, inbox) = mpsc::sync_channel(JOBS_MAX);
        let thread = std::thread::Builder::new().name("printer".into()).spawn(move || {
            Worker::new(config, tell, Painter::default()).run(&inbox);
        })?;
        Ok(Self { orders, thread: Some(thread) })
    }

    /// Asks a printer once how it is, without printing anything and without starting a thread;
    /// `true`: the roll is nearly empty. Of a file only whether it can be written is looked at.
    ///
    /// # Errors
    /// What keeps it from printing; [`Code::InUse`](crate::Code::InUse) while another program holds
    /// it.
    pub fn ask(config: &PrinterConfig) -> Result<bool, Trouble> {
        let limits = &config.limits;
        if let LinkUrl::File(path) = &config.url {
            return link::writable(path).map(|()| false);
        }
        let flow = config.profile.as_ref().map_or(FlowControl::Hardware, |known| known.flow);
        let mut link = Link::open(&config.url, flow, limits.connect)?;
        let profile = match &config.profile {
            Some(known) => known.clone(),
            // Not by its name: one that does not know that question may print it.
            None => config.profiles.unnamed().cloned().ok_or_else(|| {
                Trouble::new(Code::Error, "the list of printer profiles is not complete")
            })?,
        };
        Ok(talk::ask_all(&mut link, &profile, limits)?.near_end)
    }

    /// Hands a slip over; `false` when too many wait, in which case nothing will be printed.
    #[must_use]
    pub fn print(&self, job: u64, slip: Box<Slip>) -> bool {
        self.orders.try_send(Order::Print { job, slip }).is_ok()
    }

    /// A new roll was put in: its paper is counted anew. `false` when the printer is too busy to
    /// hear it.
    #[must_use]
    pub fn paper_changed(&self) -> bool {
        self.orders.try_send(Order::NewRoll).is_ok()
    }
}

impl Drop for Printer {
    fn drop(&mut self) {
        if self.orders.send(Order::Stop).is_ok()
            && let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the printer's thread panicked");
        }
    }
}

#[cfg(test)]
mod tests;
