//! The thread of one printer.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use queue::Slip;

use super::{NotTaken, Order, Outcome, PrinterConfig, PrinterEvent, Readiness, talk};
use crate::escpos_job::{encode, part, resync};
use crate::layout::{Painter, Paper};
use crate::link::Link;
use crate::profile::{FlowControl, Profile};
use crate::roll::Roll;
use crate::status::Seen;
use crate::trouble::{Code, Trouble};

/// A mouth is looked at so often while it is to become free.
const LOOKS_MAX: u32 = 10;
/// And so many times as often as an idle printer.
const LOOKS_A_PROBE: u32 = 8;

/// A slip that stands in the mouth.
#[derive(Clone, Copy, Debug)]
struct InMouth {
    job: Option<u64>,
    since: Instant,
}

pub(super) struct Worker<T> {
    config: PrinterConfig,
    tell: T,
    painter: Painter,
    /// Known from the config, or once the printer was asked.
    profile: Option<Profile>,
    link: Option<Link>,
    told: Option<PrinterEvent>,
    /// A job broke off: the printer may wait for the rest of a band.
    broken: bool,
    roll: Roll,
    /// The roll was empty: what is there now is another one.
    ran_out: bool,
    mouth: Option<InMouth>,
}

impl<T: FnMut(PrinterEvent)> Worker<T> {
    pub(super) fn new(config: PrinterConfig, tell: T, painter: Painter) -> Self {
        Self {
            profile: config.profile.clone(),
            roll: Roll::open(config.roll.clone()),
            config,
            tell,
            painter,
            link: None,
            told: None,
            broken: false,
            ran_out: false,
            mouth: None,
        }
    }

    pub(super) fn run(&mut self, inbox: &mpsc::Receiver<Order>) {
        self.probe();
        loop {
            let limits = &self.config.limits;
            let well = matches!(self.told, Some(PrinterEvent::Ready(_)));
            let pause = if well { limits.probe } else { limits.retry };
            match inbox.recv_timeout(pause) {
                Ok(Order::Print { job, slip }) => {
                    let outcome = self.print(job, &slip);
                    match &outcome {
                        Outcome::Printed(confirmed) => tracing::debug!(job, ?confirmed, "slip"),
                        Outcome::NotStarted(_) | Outcome::Unknown(_) => {
                            tracing::warn!(job, ?outcome, "slip");
                        }
                    }
                    (self.tell)(PrinterEvent::Done { job, outcome });
                    self.probe();
                }
                Ok(Order::NewRoll) => {
                    self.roll.changed();
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
            Ok(seen) => {
                self.watch_mouth(seen);
                self.roll.sensor(seen.near_end);
                PrinterEvent::Ready(Readiness {
                    near_end: seen.near_end,
                    left: self.roll.left(),
                    ..Readiness::default()
                })
            }
            Err(trouble) => PrinterEvent::Trouble(trouble),
        };
        if self.told.as_ref() != Some(&event) {
            if let PrinterEvent::Trouble(trouble) = &event {
                tracing::warn!(code = trouble.code.word(), detail = trouble.detail, "printer");
            }
            (self.tell)(event.clone());
            self.told = Some(event);
        }
    }

    /// Opens the wire where it is not and asks for the status.
    fn ready(&mut self) -> Result<Seen, Trouble> {
        let seen = self.asked();
        match &seen {
            Ok(_) if self.ran_out => {
                self.ran_out = false;
                self.roll.changed();
            }
            Ok(_) => {}
            Err(trouble) => {
                self.ran_out |= trouble.code == Code::PaperOut;
                let says_so = matches!(
                    trouble.code,
                    Code::PaperOut
                        | Code::CoverOpen
                        | Code::Cutter
                        | Code::Jam
                        | Code::Offline
                        | Code::Error
                );
                // What does not answer is opened anew; what answers is told to try again.
                if !says_so {
                    self.link = None;
                } else if matches!(trouble.code, Code::Cutter | Code::Error) {
                    self.recover();
                }
            }
        }
        seen
    }

    fn asked(&mut self) -> Result<Seen, Trouble> {
        let limits = self.config.limits;
        if self.link.is_none() {
            let flow = self.profile.as_ref().map_or(FlowControl::Hardware, |known| known.flow);
            let link = Link::open(&self.config.url, flow, limits.connect)?;
            let link = self.link.insert(link);
            if self.broken
                && let Some(profile) = &self.profile
            {
                let bytes = resync(profile, profile.dots(self.config.width));
                link.send(&bytes, limits.stall).map_err(|(_, trouble)| trouble)?;
            }
        }
        let no_wire = || Trouble::new(Code::NoLink, "no wire");
        let link = self.link.as_mut().ok_or_else(no_wire)?;
        if self.profile.is_none() {
            let config = &self.config;
            let known = talk::identify(link, &config.url, &config.profiles, &limits)?;
            self.profile = Some(known);
        }
        let profile = self.profile.as_ref().ok_or_else(no_wire)?;
        // A printer that never answers can still have hung up, which the drain in it sees.
        let seen = talk::ask_all(link, profile, &limits)?;
        if self.broken {
            link.send(&part(profile), limits.stall).map_err(|(_, trouble)| trouble)?;
            self.broken = false;
        }
        Ok(seen)
    }

    /// `DLE ENQ 2`: ends an error whose cause is gone and forgets what was not printed, of which
    /// the outcome was told long ago. A printer without an error does not hear it.
    fn recover(&mut self) {
        let can = self.profile.as_ref().is_some_and(|profile| profile.recover);
        if can
            && let Some(link) = &mut self.link
            && let Err((_, trouble)) = link.send(&[0x10, 0x05, 2], self.config.limits.stall)
        {
            tracing::debug!(%trouble, "the printer could not be told to recover");
            self.link = None;
        }
    }

    fn print(&mut self, job: u64, slip: &Slip) -> Outcome {
        let ready = self.ready().and_then(|seen| self.free_mouth(seen));
        if let Err(trouble) = ready {
            return Outcome::NotStarted(trouble);
        }
        let (Some(link), Some(profile)) = (&mut self.link, &self.profile) else {
            return Outcome::NotStarted(Trouble::new(Code::NoLink, "no wire"));
        };
        let paper = Paper::of(profile, self.config.width);
        let picture = self.painter.draw(slip, &self.config.layout, paper);
        let bytes = match encode(&picture, id_of(job), profile) {
            Ok(job) => job,
            Err(error) => return Outcome::NotStarted(Trouble::new(Code::Error, error.to_string())),
        };
        let mm = profile.slip_mm(picture.height());
        let takes = Duration::from_millis(1_000 * u64::from(mm) / u64::from(profile.speed_mm_s));
        let outcome = talk::send(link, &bytes, profile, &self.config.limits, takes);
        match &outcome {
            Outcome::NotStarted(_) => self.link = None,
            Outcome::Printed(_) => {
                self.roll.took(mm);
                if profile.presenter.is_some() {
                    self.mouth = Some(InMouth { job: Some(job), since: Instant::now() });
                }
            }
            Outcome::Unknown(_) => {
                self.roll.took(mm);
                // What a broken job left in the kernel ends with the wire; what it left in the
                // printer is made up for on the next one.
                self.link = None;
                self.broken = true;
            }
        }
        outcome
    }

    /// Sees whether the slip was taken, and whether it has waited long enough.
    fn watch_mouth(&mut self, seen: Seen) {
        if !seen.in_mouth {
            self.mouth = None;
            return;
        }
        let waits = *self.mouth.get_or_insert(InMouth { job: None, since: Instant::now() });
        if waits.since.elapsed() >= self.config.mouth.wait {
            self.dispose(waits.job, self.config.mouth.then);
        }
    }

    /// Makes way for the next slip. One that has not waited its time is let go, not taken in: its
    /// visitor may be about to take it.
    fn free_mouth(&mut self, seen: Seen) -> Result<(), Trouble> {
        if !seen.in_mouth {
            self.mouth = None;
            return Ok(());
        }
        let waits = self.mouth.take();
        let plan = self.config.mouth;
        let then = match waits {
            Some(waits) if waits.since.elapsed() < plan.wait => NotTaken::Eject,
            Some(_) | None => plan.then,
        };
        self.dispose(waits.and_then(|waits| waits.job), then);
        let limits = self.config.limits;
        for _ in 0..LOOKS_MAX {
            let (Some(link), Some(profile)) = (&mut self.link, &self.profile) else { break };
            // Nothing is expected: the wait for it gives the paper its time.
            link.receive(Instant::now() + limits.probe / LOOKS_A_PROBE, |_| false)?;
            if !talk::ask_all(link, profile, &limits)?.in_mouth {
                return Ok(());
            }
        }
        Err(Trouble::new(Code::Mouth, "the slip before does not leave the mouth"))
    }

    fn dispose(&mut self, job: Option<u64>, then: NotTaken) {
        let presenter = self.profile.as_ref().and_then(|profile| profile.presenter.as_ref());
        let (Some(presenter), Some(link)) = (presenter, &mut self.link) else { return };
        let command = match then {
            NotTaken::Retract => &presenter.retract,
            NotTaken::Eject => &presenter.eject,
        };
        if let Err((_, trouble)) = link.send(&command.0, self.config.limits.stall) {
            tracing::warn!(%trouble, "the mouth could not be emptied");
            return;
        }
        tracing::info!(job, ?then, "a slip was not taken");
        // If it stands there still, its time begins anew.
        self.mouth = None;
        (self.tell)(PrinterEvent::NotTaken { job, then });
    }
}

/// Four printable bytes that name a job to the printer, other ones after a restart: an answer that
/// comes late must not name a job of now.
fn id_of(job: u64) -> [u8; 4] {
    const LETTERS: u64 = 94;
    let mut rest = u64::from(std::process::id()).wrapping_mul(4_099).wrapping_add(job);
    [(); 4].map(|()| {
        let letter = u8::try_from(rest % LETTERS).unwrap_or_default();
        rest /= LETTERS;
        b'!' + letter
    })
}
