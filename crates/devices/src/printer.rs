//! A printer: one thread that owns the wire, one job at a time, three possible ends.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use queue::Slip;

use crate::escpos_job::{Confirm, Job, encode};
use crate::layout::{Painter, Width};
use crate::link::{self, Link, LinkUrl};
use crate::status::{self, Reply};
use crate::trouble::{Code, Trouble};

/// How often an idle printer is asked how it is.
const PROBE: Duration = Duration::from_secs(2);
/// How long a status answer may take.
const ANSWER: Duration = Duration::from_millis(400);
/// No byte taken for so long: the printer has stopped.
const STALL: Duration = Duration::from_secs(2);
/// How long the paper may take after the last byte was taken.
const FINISH: Duration = Duration::from_secs(6);
/// Jobs that may wait; a kiosk has one visitor.
const JOBS_MAX: usize = 4;

/// What a kind of printer can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Answers status questions and confirms jobs (Epson TM and compatibles).
    Epson,
    /// Takes bytes and says nothing.
    Generic,
}

impl Profile {
    /// The profile of this name; `auto` picks by the address: a file says nothing, a wire is
    /// taken for an Epson.
    #[must_use]
    pub fn named(name: &str, url: &LinkUrl) -> Option<Self> {
        match name {
            "auto" if matches!(url, LinkUrl::File(_)) => Some(Self::Generic),
            "auto" | "epson" => Some(Self::Epson),
            "generic" | "virtual" => Some(Self::Generic),
            _ => None,
        }
    }

    fn confirm(self) -> Confirm {
        match self {
            Self::Epson => Confirm::ProcessId,
            Self::Generic => Confirm::None,
        }
    }
}

/// What the printer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrinterConfig {
    /// Where it is.
    pub url: LinkUrl,
    /// What it can say.
    pub profile: Profile,
    /// Its paper.
    pub width: Width,
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
    /// The printer took every byte and cannot say more.
    ByWire,
}

/// What the printer's thread reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrinterEvent {
    /// It can print; whether the roll is near its end.
    Ready {
        /// A staff matter: the roll is nearly empty.
        near_end: bool,
    },
    /// It cannot.
    Trouble(Trouble),
    /// A job has ended.
    Done {
        /// The number given with the job.
        job: u64,
        /// How.
        outcome: Outcome,
    },
}

enum Order {
    Print { job: u64, slip: Box<Slip> },
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
            let painter = Painter::default();
            Worker { config, tell, painter, link: None, told: None }.run(&inbox);
        })?;
        Ok(Self { orders, thread: Some(thread) })
    }

    /// Asks a printer once how it is, without printing anything and without starting a thread;
    /// `true`: the roll is nearly empty. Of a file only whether it can be written is looked at.
    ///
    /// # Errors
    /// What keeps it from printing; [`Code::InUse`] while another program holds it.
    pub fn ask(config: &PrinterConfig) -> Result<bool, Trouble> {
        match &config.url {
            LinkUrl::File(path) => link::writable(path).map(|()| false),
            LinkUrl::Tcp(_) | LinkUrl::Lp(_) | LinkUrl::Serial { .. } => {
                greet(&mut Link::open(&config.url)?, config.profile)
            }
        }
    }

    /// Hands a slip over; `false` when too many wait, in which case nothing will be printed.
    #[must_use]
    pub fn print(&self, job: u64, slip: Box<Slip>) -> bool {
        self.orders.try_send(Order::Print { job, slip }).is_ok()
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

struct Worker<T> {
    config: PrinterConfig,
    tell: T,
    painter: Painter,
    link: Option<Link>,
    told: Option<PrinterEvent>,
}

impl<T: FnMut(PrinterEvent)> Worker<T> {
    fn run(&mut self, inbox: &mpsc::Receiver<Order>) {
        self.probe();
        loop {
            match inbox.recv_timeout(PROBE) {
                Ok(Order::Print { job, slip }) => {
                    let outcome = self.print(job, &slip);
                    tracing::info!(job, ?outcome, "slip");
                    (self.tell)(PrinterEvent::Done { job, outcome });
                    self.probe();
                }
                Ok(Order::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => self.probe(),
            }
        }
    }

    /// Asks how the printer is and tells it when it has changed.
    fn probe(&mut self) {
        let event = match self.ready() {
            Ok(near_end) => PrinterEvent::Ready { near_end },
            Err(trouble) => {
                self.link = None;
                PrinterEvent::Trouble(trouble)
            }
        };
        if self.told.as_ref() != Some(&event) {
            if let PrinterEvent::Trouble(trouble) = &event {
                tracing::warn!(code = trouble.code.word(), detail = trouble.detail, "printer");
            }
            (self.tell)(event.clone());
            self.told = Some(event);
        }
    }

    /// Opens the wire where it is not and asks for the status; `true`: the roll is nearly empty.
    fn ready(&mut self) -> Result<bool, Trouble> {
        let mut link = match self.link.take() {
            Some(link) => link,
            None => Link::open(&self.config.url)?,
        };
        let near_end = greet(&mut link, self.config.profile)?;
        self.link = Some(link);
        Ok(near_end)
    }

    fn print(&mut self, job: u64, slip: &Slip) -> Outcome {
        let picture = self.painter.draw(slip, self.config.width);
        let encoded = encode(&picture, id_of(job), self.config.profile.confirm());
        let bytes = match encoded {
            Ok(job) => job,
            Err(error) => return Outcome::NotStarted(Trouble::new(Code::Error, error.to_string())),
        };
        if let Err(trouble) = self.ready() {
            self.link = None;
            return Outcome::NotStarted(trouble);
        }
        let Some(link) = &mut self.link else {
            return Outcome::NotStarted(Trouble::new(Code::NoLink, "no wire"));
        };
        match send(link, &bytes, self.config.profile) {
            Ok(confirmed) => Outcome::Printed(confirmed),
            Err(outcome) => {
                // What a broken job left in the printer or in the kernel ends with the wire.
                self.link = None;
                outcome
            }
        }
    }
}

/// Asks how the printer at the other end is; `true`: the roll is nearly empty.
fn greet(link: &mut Link, profile: Profile) -> Result<bool, Trouble> {
    // A printer that never answers can still have hung up.
    link.drain()?;
    let mut near_end = false;
    if profile == Profile::Epson {
        for n in status::QUESTIONS {
            let answer = ask(link, n)?;
            status::read(n, answer)?;
            near_end |= n == 4 && status::near_end(answer);
        }
    }
    Ok(near_end)
}

fn ask(link: &mut Link, n: u8) -> Result<u8, Trouble> {
    link.send(&status::question(n), STALL).map_err(|(_, trouble)| trouble)?;
    let deadline = Instant::now() + ANSWER;
    let got = link.receive(deadline, |got| got.iter().any(|byte| status::is_answer(*byte)))?;
    let answer = got.into_iter().find(|byte| status::is_answer(*byte));
    answer.ok_or_else(|| Trouble::new(Code::NoAnswer, format!("no answer to status question {n}")))
}

fn send(link: &mut Link, job: &Job, profile: Profile) -> Result<Confirmed, Outcome> {
    link.send(&job.bytes, STALL).map_err(|(sent, trouble)| match sent {
        0 => Outcome::NotStarted(trouble),
        _ => Outcome::Unknown(trouble),
    })?;
    if profile == Profile::Generic {
        return Ok(Confirmed::ByWire);
    }
    let deadline = Instant::now() + FINISH;
    let by_job = |got: &[u8]| status::reply(got, job.id) == Some(Reply::ProcessId);
    // A barrier alone may be followed by the job's own name a moment later.
    let mut barrier_at = None;
    let got = link
        .receive(deadline, |got| {
            if by_job(got) {
                return true;
            }
            if status::reply(got, job.id) == Some(Reply::Barrier) && barrier_at.is_none() {
                barrier_at = Some(Instant::now());
            }
            barrier_at.is_some()
        })
        .map_err(Outcome::Unknown)?;
    if by_job(&got) {
        return Ok(Confirmed::ByJob);
    }
    if barrier_at.is_some() {
        let more =
            link.receive(Instant::now() + ANSWER, |more| by_job(&[got.as_slice(), more].concat()));
        let more = more.map_err(Outcome::Unknown)?;
        let all = [got, more].concat();
        return Ok(if by_job(&all) { Confirmed::ByJob } else { Confirmed::ByBarrier });
    }
    let why = status::QUESTIONS
        .into_iter()
        .find_map(|n| ask(link, n).and_then(|answer| status::read(n, answer)).err())
        .unwrap_or_else(|| Trouble::new(Code::NoAnswer, "the job was not confirmed"));
    Err(Outcome::Unknown(why))
}

/// Four printable bytes that name a job to the printer.
fn id_of(job: u64) -> [u8; 4] {
    let text = format!("{:04}", job % 10_000);
    let mut id = [b'0'; 4];
    id.copy_from_slice(&text.as_bytes()[..4]);
    id
}
