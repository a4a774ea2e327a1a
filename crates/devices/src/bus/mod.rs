//! The LED modules and keypads of counters on one serial line, served by one thread.
//!
//! RS-485 is half duplex with one master: whoever speaks waits until the line is free again. Of what
//! a module is to show only the last value counts; it is sent again now and then, because a module
//! that had lost its power is empty, and blanked when the program ends. A line that is gone (an
//! adapter pulled out) is opened again by itself.

mod frame;
mod plan;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use frame::{BadFrame, Frame};
pub use plan::{Align, BadBus, BusPlan, Charset, Keypad, Led};

use crate::link::{Link, LinkUrl};
use crate::profile::FlowControl;
use crate::trouble::Trouble;

/// Between two frames: adapters that turn the line round by themselves need it.
const GAP: Duration = Duration::from_millis(25);
/// How often everything is shown again.
const REFRESH: Duration = Duration::from_secs(30);
/// A line that is gone is looked for again after so long.
const AGAIN: Duration = Duration::from_secs(2);
/// A key that speaks twice within this was pressed once: contacts bounce.
const BOUNCE: Duration = Duration::from_millis(250);
/// How long a module may take the bytes.
const STALL: Duration = Duration::from_secs(1);
/// Bytes of a Modbus answer to function 16.
const WRITTEN: usize = 8;

/// What the bus's thread reports.
#[derive(Debug)]
pub enum BusEvent {
    /// The line is open.
    Ready,
    /// A key was pressed: what it means by the config.
    Pressed(String),
    /// The LED module of this address does not answer; told once until it does again.
    Silent(u8),
    /// The line is gone, or cannot be opened; told once until it is back.
    Lost(Trouble),
}

enum Order {
    Show { counter: String, text: String },
}

/// The handle of a bus's thread; dropping it blanks the modules and ends the thread.
#[derive(Debug)]
pub struct Bus {
    orders: Option<mpsc::Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self::Show { counter, text } = self;
        write!(f, "Show {text:?} at {counter:?}")
    }
}

impl Bus {
    /// Starts the thread; `tell` is called on it.
    ///
    /// # Errors
    /// When the plan does not fit together, and when the operating system gives no thread.
    pub fn start(
        plan: BusPlan,
        tell: impl FnMut(BusEvent) + Send + 'static,
    ) -> std::io::Result<Self> {
        let line = plan.check().map_err(std::io::Error::other)?;
        let (orders, inbox) = mpsc::channel();
        let shown = plan.led.iter().map(|led| (led.address, String::new())).collect();
        let mut worker =
            Worker { plan, line, orders: inbox, shown, stale: BTreeSet::new(), tell, lost: false };
        let thread = std::thread::Builder::new().name("bus".into()).spawn(move || worker.run())?;
        Ok(Self { orders: Some(orders), thread: Some(thread) })
    }

    /// From now on the modules of this counter show this; empty: nothing. Never blocks.
    pub fn show(&self, counter: &str, text: &str) {
        let order = Order::Show { counter: counter.to_owned(), text: text.to_owned() };
        if self.orders.as_ref().is_none_or(|orders| orders.send(order).is_err()) {
            tracing::warn!("the bus's thread is gone");
        }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the bus's thread panicked");
        }
    }
}

struct Worker<T> {
    plan: BusPlan,
    line: LinkUrl,
    orders: mpsc::Receiver<Order>,
    /// What each module is to show, by its address.
    shown: BTreeMap<u8, String>,
    /// The modules that may show something else.
    stale: BTreeSet<u8>,
    tell: T,
    lost: bool,
}

/// What is known of the modules while the line is open.
#[derive(Default)]
struct Known {
    silent: BTreeSet<u8>,
    /// The key that each keypad reported last, and when.
    held: BTreeMap<u8, (char, Instant)>,
    /// The keypad whose turn it is.
    turn: usize,
    /// What a keypad that is not asked has said so far.
    heard: Vec<u8>,
}

impl<T: FnMut(BusEvent)> Worker<T> {
    fn run(&mut self) {
        loop {
            let ended = Link::open(&self.line, FlowControl::None, AGAIN)
                .and_then(|mut link| self.serve(&mut link));
            match ended {
                Ok(()) => return,
                Err(trouble) => {
                    if !std::mem::replace(&mut self.lost, true) {
                        (self.tell)(BusEvent::Lost(trouble));
                    }
                }
            }
            if !self.take_orders(Instant::now() + AGAIN) {
                return;
            }
        }
    }

    /// Serves the modules until the handle is dropped; an error when the line is gone.
    fn serve(&mut self, link: &mut Link) -> Result<(), Trouble> {
        link.drain()?;
        self.lost = false;
        (self.tell)(BusEvent::Ready);
        let mut known = Known::default();
        self.stale = self.shown.keys().copied().collect();
        let mut refreshed = Instant::now();
        let unasked = self.plan.keypad.iter().position(|keypad| keypad.poll.is_none());
        loop {
            let busy = !self.stale.is_empty() || !self.plan.keypad.is_empty();
            let next = if busy { Instant::now() + GAP } else { refreshed + REFRESH };
            if !self.take_orders(next) {
                return self.blank(link);
            }
            if refreshed.elapsed() >= REFRESH {
                self.stale = self.shown.keys().copied().collect();
                refreshed = Instant::now();
            }
            if let Some(address) = self.stale.pop_first() {
                self.show(link, address, &mut known)?;
            } else {
                self.ask(link, &mut known)?;
            }
            if let Some(at) = unasked {
                self.listen(link, at, &mut known)?;
            }
        }
    }

    /// Takes what is ordered until then; false when the handle was dropped.
    fn take_orders(&mut self, until: Instant) -> bool {
        loop {
            match self.orders.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Order::Show { counter, text }) => {
                    for led in self.plan.led.iter().filter(|led| led.counter == counter) {
                        let before = self.shown.insert(led.address, text.clone());
                        if before.as_ref() != Some(&text) {
                            self.stale.insert(led.address);
                        }
                    }
                    if !self.stale.is_empty() && until > Instant::now() + GAP {
                        // Whoever was called looks up at once.
                        return true;
                    }
                }
                Err(RecvTimeoutError::Timeout) => return true,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    fn show(&mut self, link: &mut Link, address: u8, known: &mut Known) -> Result<(), Trouble> {
        let Some(led) = self.plan.led.iter().find(|led| led.address == address) else {
            return Ok(());
        };
        let text = self.shown.get(&address).map(String::as_str).unwrap_or_default();
        link.send(&led.shows(text), STALL).map_err(|(_, trouble)| trouble)?;
        if led.frame.is_some() {
            // These modules only listen.
            return Ok(());
        }
        let answer = link.receive(self.answer_until(), |got| got.len() >= WRITTEN)?;
        let written = answer.windows(WRITTEN).any(|bytes| {
            let (bytes, check) = bytes.split_at(WRITTEN - 2);
            bytes[..2] == [address, 16] && frame::crc16(bytes).to_le_bytes() == check
        });
        if written {
            known.silent.remove(&address);
        } else if known.silent.insert(address) {
            (self.tell)(BusEvent::Silent(address));
        }
        Ok(())
    }

    fn answer_until(&self) -> Instant {
        Instant::now() + Duration::from_millis(self.plan.answer_ms)
    }

    /// Asks the next keypad.
    fn ask(&mut self, link: &mut Link, known: &mut Known) -> Result<(), Trouble> {
        let count = self.plan.keypad.len().max(1);
        known.turn = (known.turn + 1) % count;
        let Some(keypad) = self.plan.keypad.get(known.turn) else { return Ok(()) };
        let Some(poll) = &keypad.poll else { return Ok(()) };
        link.send(&poll.write(keypad.address, &[]), STALL).map_err(|(_, trouble)| trouble)?;
        let found = |got: &[u8]| {
            (0..got.len()).find_map(|at| keypad.reply.read_key(keypad.address, &got[at..]))
        };
        // What is as long as an answer and none is noise, or says that no key is down.
        let whole = |got: &[u8]| found(got).is_some() || got.len() >= keypad.reply.length();
        let got = link.receive(self.answer_until(), whole)?;
        match found(&got) {
            None => drop(known.held.remove(&keypad.address)),
            Some((key, _)) => {
                // A key that is held down is one press.
                let before = known.held.insert(keypad.address, (key, Instant::now()));
                if before.is_none_or(|(held, _)| held != key) {
                    press(keypad, key, &mut self.tell);
                }
            }
        }
        Ok(())
    }

    /// Hears a keypad that speaks by itself.
    fn listen(&mut self, link: &mut Link, at: usize, known: &mut Known) -> Result<(), Trouble> {
        let keypad = &self.plan.keypad[at];
        known.heard.extend(link.receive(Instant::now() + GAP, |_| true)?);
        let mut from = 0;
        while from < known.heard.len() {
            let Some((key, length)) = keypad.reply.read_key(keypad.address, &known.heard[from..])
            else {
                from += 1;
                continue;
            };
            from += length;
            known.heard.drain(..from);
            from = 0;
            let now = Instant::now();
            let before = known.held.insert(keypad.address, (key, now));
            let bounced = |(held, then): (char, Instant)| held == key && now - then < BOUNCE;
            if !before.is_some_and(bounced) {
                press(keypad, key, &mut self.tell);
            }
        }
        // The beginning of a frame may be among the last bytes; what is before them is noise.
        let most = keypad.reply.length().saturating_sub(1);
        known.heard.drain(..known.heard.len().saturating_sub(most));
        Ok(())
    }

    /// Nothing is left to be called when the program ends.
    fn blank(&mut self, link: &mut Link) -> Result<(), Trouble> {
        for led in &self.plan.led {
            link.send(&led.shows(""), STALL).map_err(|(_, trouble)| trouble)?;
            // The modules' pause, also when nobody is left to order anything.
            link.receive(Instant::now() + GAP, |got| got.len() >= WRITTEN)?;
        }
        Ok(())
    }
}

fn press(keypad: &Keypad, key: char, tell: &mut impl FnMut(BusEvent)) {
    match keypad.keys.get(&key) {
        Some(deed) => tell(BusEvent::Pressed(deed.clone())),
        None => tracing::info!(key = %key, address = keypad.address, "a key without a meaning"),
    }
}
