//! The desk: the one thread of a program that holds its store.
//!
//! Requests go in, answers and news come out, in order. The desk never guesses: when the store
//! stops in the middle of an action it is opened again and the same request is made once more
//! under the same id, which tells whether it had been done. Where even that fails, the answer is
//! owed: it comes when the store is back and can say whether the action was done, and is never
//! done then. While the store is away the desk says so and keeps trying; nothing is kept back to
//! be done later, because a call that comes a minute late is worse than a refusal now.

mod claim;
mod day;
mod sign_in;
mod trouble;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use queue::wait::Experience;
use queue::{Action, Board, BusinessDay, CounterId, Event, OfficerId, PersonKey, Refusal, Site};
use store::{ActError, Claim, Done, Store, StoreUrl};
use uuid::Uuid;

use crate::Clock;
use crate::pin::Pin;
use crate::scan::Id;

use claim::taken_in;
pub use trouble::Trouble;

/// How often the feed is read when nobody wakes the desk.
const POLL: Duration = Duration::from_millis(50);
/// How long after a store went away it is tried again.
const REOPEN: Duration = Duration::from_millis(250);
/// So often that time doubles from one try in vain to the next.
const REOPEN_DOUBLED: u32 = 5;
/// The board is read anew at least this often, milliseconds, whatever the feed said.
const REFRESH_MS: i64 = 60_000;
/// How often a claimed counter says that it still answers, milliseconds.
const BEAT_MS: i64 = 5_000;
/// A wall clock that jumps by more than this beside the steady one is put on record, milliseconds.
const STEP_MS: i64 = 120_000;
/// How many last events come with a new board.
const TAIL: usize = 200;
/// How many requests may wait for the desk.
const REQUESTS_MAX: usize = 64;

/// What the desk says.
#[derive(Debug)]
pub enum News {
    /// The state as a whole: at the start, after a gap, on a new day and once a minute.
    Board {
        /// The centre, as applied last.
        site: Box<Site>,
        /// The day.
        board: Box<Board>,
        /// The last events up to the board's `seq`, oldest first.
        tail: Vec<Event>,
        /// What the centre has learned of its waits.
        experience: Box<Experience>,
    },
    /// The counters that hold a visitor and do not answer; told when it changes.
    Quiet(Vec<CounterId>),
    /// Another program took this program's counter, which the board tells by whom, or had it while the
    /// connection to the server was lost.
    ClaimLost(CounterId),
    /// What happened since, in order; already told boards may be told again.
    Events(Vec<Event>),
    /// The answer to a request.
    Answer {
        /// The request's id.
        request: Uuid,
        /// What was done, or why not.
        answer: Answer,
    },
    /// The store cannot be reached or used.
    Away(Trouble),
}

/// What became of a request.
#[derive(Debug)]
pub enum Answer {
    /// Done and durable.
    Done(Box<Done>),
    /// The counter is this program's.
    Claimed(CounterId),
    /// Who it is, for today.
    Person(PersonKey),
    /// What has happened on a day.
    Day(Vec<Event>),
    /// The rules say no.
    Refused(Refusal),
    /// It could not be done; nothing is known to have changed.
    Failed(Trouble),
}

enum Order {
    Act { request: Uuid, action: Action },
    Claim { request: Uuid, counter: CounterId },
    Take { request: Uuid, counter: CounterId, officer: Option<OfficerId> },
    Know { request: Uuid, id: Id },
    Day { request: Uuid, day: BusinessDay },
    SignIn { request: Uuid, who: OfficerId, counter: CounterId, pin: Pin },
    Release,
    Pulse(Pulse),
    Wake,
    Stop,
}

/// Done when a pulse has come through.
pub type Pulse = Box<dyn FnOnce() + Send>;

/// The handle of a running desk; dropping it ends the thread.
pub struct Desk {
    orders: mpsc::SyncSender<Order>,
    thread: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Desk")
    }
}

impl Desk {
    /// Starts the thread. `tell` is called on it with everything the desk has to say, first of all
    /// a board or the reason why there is none.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(
        url: StoreUrl,
        clock: Clock,
        tell: impl FnMut(News) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (orders, inbox) = mpsc::sync_channel(REQUESTS_MAX);
        let wake = orders.clone();
        let thread = std::thread::Builder::new().name("desk".into()).spawn(move || {
            Worker::new(url, clock, tell, wake).run(&inbox);
        })?;
        Ok(Self { orders, thread: Some(thread) })
    }

    /// Asks for an action; the answer comes as [`News::Answer`] with the same id. `false` when the
    /// desk is overwhelmed or gone, in which case nothing was asked.
    #[must_use]
    pub fn act(&self, request: Uuid, action: Action) -> bool {
        self.orders.try_send(Order::Act { request, action }).is_ok()
    }

    /// Asks for a counter of one's own; `Answer::Claimed` or a refusal follows.
    #[must_use]
    pub fn claim(&self, request: Uuid, counter: CounterId) -> bool {
        self.orders.try_send(Order::Claim { request, counter }).is_ok()
    }

    /// Asks for a counter that another program has; `Answer::Claimed` or a refusal follows.
    #[must_use]
    pub fn take(&self, request: Uuid, counter: CounterId, officer: Option<OfficerId>) -> bool {
        self.orders.try_send(Order::Take { request, counter, officer }).is_ok()
    }

    /// Asks for the day's key of whoever has this id; `Answer::Person` follows.
    #[must_use]
    pub fn know(&self, request: Uuid, id: Id) -> bool {
        self.orders.try_send(Order::Know { request, id }).is_ok()
    }

    /// Asks for all that has happened on a day; `Answer::Day` follows.
    #[must_use]
    pub fn day(&self, request: Uuid, day: BusinessDay) -> bool {
        self.orders.try_send(Order::Day { request, day }).is_ok()
    }

    /// Asks whether this is the officer's PIN; [`Answer::Done`] or a refusal follows, and the try is
    /// on record.
    #[must_use]
    pub fn sign_in(&self, request: Uuid, who: OfficerId, counter: CounterId, pin: Pin) -> bool {
        self.orders.try_send(Order::SignIn { request, who, counter, pin }).is_ok()
    }

    /// Does this once the desk has looked at its store, or knows that it is away.
    pub fn pulse(&self, pulse: Pulse) {
        if self.orders.try_send(Order::Pulse(pulse)).is_err() {
            tracing::warn!("no pulse; the desk is overwhelmed or gone");
        }
    }

    /// Gives the claimed counter back. Never blocks: the desk may be waiting for whoever asks.
    pub fn release(&self) {
        if self.orders.try_send(Order::Release).is_err() {
            tracing::error!("a counter was not given back; the desk is overwhelmed or gone");
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // The thread ends at the latest when its channel does; a full channel is drained first.
        if self.orders.send(Order::Stop).is_ok()
            && let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the desk thread panicked");
        }
    }
}

struct Open {
    store: Store,
    /// Dropped with the store, which ends the watcher of its news.
    _alive: Arc<()>,
    seq: i64,
    day: BusinessDay,
    read_at_ms: i64,
}

struct Worker<T> {
    url: StoreUrl,
    clock: Clock,
    tell: T,
    wake: mpsc::SyncSender<Order>,
    /// One wake is enough: more would take the room of requests while a commit is slow.
    woken: Arc<AtomicBool>,
    open: Option<Open>,
    claim: Option<Claim>,
    /// Requests whose outcome only the store can tell, and the store is away.
    owed: Vec<(Uuid, Action)>,
    /// When the claimed counter last said that it answers, and the others were last looked at.
    beaten_ms: i64,
    quiet: Vec<CounterId>,
    /// How far the wall clock stands from the steady one.
    offset_ms: i64,
    /// The file was found damaged: it is looked through before it is opened again.
    damaged: bool,
    /// How often it was tried in vain to open the store.
    tried: u32,
}

/// How long to wait after so many tries in vain: a moment after a cut, and up to eight seconds while a
/// server is down, whose programs must not all storm it when it comes up.
fn before_retry(tried: u32) -> Duration {
    REOPEN * 2_u32.pow(tried.min(REOPEN_DOUBLED))
}

fn offset(clock: &Clock) -> i64 {
    let now = clock.now();
    now.wall.0 - now.up_ms
}

impl<T: FnMut(News)> Worker<T> {
    fn new(url: StoreUrl, clock: Clock, tell: T, wake: mpsc::SyncSender<Order>) -> Self {
        Self {
            url,
            offset_ms: offset(&clock),
            clock,
            tell,
            wake,
            woken: Arc::default(),
            open: None,
            claim: None,
            owed: Vec::new(),
            beaten_ms: 0,
            quiet: Vec::new(),
            damaged: false,
            tried: 0,
        }
    }

    fn run(&mut self, inbox: &mpsc::Receiver<Order>) {
        self.reopen();
        loop {
            let pause = if self.open.is_some() { POLL } else { before_retry(self.tried) };
            match inbox.recv_timeout(pause) {
                Ok(Order::Act { request, action }) => self.act(request, &action),
                Ok(Order::Claim { request, counter }) => self.claim(request, counter),
                Ok(Order::Take { request, counter, officer }) => {
                    self.take(request, counter, officer);
                }
                Ok(Order::Know { request, id }) => self.know(request, &id),
                Ok(Order::Day { request, day }) => self.day(request, day),
                Ok(Order::SignIn { request, who, counter, pin }) => {
                    self.sign_in(request, who, counter, &pin);
                }
                Ok(Order::Pulse(pulse)) => {
                    self.catch_up();
                    pulse();
                }
                Ok(Order::Release) => self.claim = None,
                Ok(Order::Wake) => self.woken.store(false, Ordering::SeqCst),
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Order::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            }
            if self.open.is_none() {
                self.reopen();
            }
            self.watch_clock();
            self.catch_up();
            self.beat();
        }
    }

    /// The wall clock must not move by itself: a jump is put on record and shown.
    fn watch_clock(&mut self) {
        let by_ms = offset(&self.clock) - self.offset_ms;
        if by_ms.abs() <= STEP_MS || self.open.is_none() {
            return;
        }
        tracing::warn!(by_ms, "the wall clock jumped");
        match self.try_act(Uuid::now_v7(), &Action::ClockStepped { by_ms }) {
            Ok(Ok(_)) => {}
            Ok(Err(refusal)) => tracing::warn!(%refusal, "the jump is not on record"),
            Err(error) => tracing::warn!(%error, "the jump could not be put on record"),
        }
        self.offset_ms += by_ms;
    }

    /// Says that this counter answers, and sees which others do not.
    fn beat(&mut self) {
        let now = self.clock.now();
        if self.open.is_none() || now.up_ms - self.beaten_ms < BEAT_MS {
            return;
        }
        self.beaten_ms = now.up_ms;
        self.beat_claim();
        let Some(open) = &mut self.open else { return };
        // A program that only reads must let go of a file that is to be restored, too.
        let looked = open.store.still_ours().and_then(|()| open.store.quiet_counters(now.wall));
        match looked {
            Ok(quiet) if quiet != self.quiet => {
                self.quiet.clone_from(&quiet);
                (self.tell)(News::Quiet(quiet));
            }
            Ok(_) => {}
            Err(error) => self.away(&error),
        }
    }

    fn reopen(&mut self) {
        match self.opened() {
            Ok(store) => {
                self.damaged = false;
                self.tried = 0;
                let alive = Arc::new(());
                watch(store.news(), &self.wake, &self.woken, Arc::downgrade(&alive));
                self.open = Some(Open {
                    store,
                    _alive: alive,
                    seq: 0,
                    day: BusinessDay::default(),
                    read_at_ms: 0,
                });
                self.claim_anew();
                self.read_all();
                self.settle();
            }
            Err(error) => {
                self.tried += 1;
                self.away(&error);
            }
        }
    }

    /// Opens the store; one whose file is damaged is first put back from its last good copy, which
    /// the ledger says and every counter shows.
    fn opened(&self) -> Result<Store, store::Error> {
        let now = self.clock.now().wall;
        if self.damaged {
            Store::rescue(&self.url, &Store::backup_folder(&self.url), now)?;
        }
        Store::open_or_rescue(&self.url, now).map(|(store, _)| store)
    }

    /// Gives the answers that are owed, if the store can tell them now.
    fn settle(&mut self) {
        while let Some((request, action)) = self.owed.first().cloned() {
            let Some(open) = &mut self.open else { return };
            let answer = match open.store.settled(request, &action) {
                Ok(Some(done)) => Answer::Done(Box::new(done)),
                Ok(None) => Answer::Failed(not_done()),
                Err(ActError::Refused(refusal)) => Answer::Refused(refusal),
                Err(ActError::Store(error)) => {
                    self.away(&error);
                    return;
                }
            };
            self.owed.remove(0);
            (self.tell)(News::Answer { request, answer });
        }
    }

    fn away(&mut self, error: &store::Error) {
        tracing::warn!(%error, "the store is away");
        self.open = None;
        self.damaged |= error.file_is_damaged();
        (self.tell)(News::Away(error.into()));
    }

    fn read_all(&mut self) {
        let now = self.clock.now();
        let Some(open) = &mut self.open else { return };
        let read = open.store.site().and_then(|site| {
            let board = open.store.board(now.wall)?;
            let tail = open.store.tail(board.seq, TAIL)?;
            let experience = open.store.experience(now.wall)?;
            Ok((site, board, tail, experience))
        });
        match read {
            Ok((site, board, tail, experience)) => {
                open.seq = board.seq;
                open.day = board.day;
                open.read_at_ms = now.up_ms;
                // First, so that the counter is not asked for again.
                self.look_for_taker(|counter| {
                    board.counters.get(counter).map_or(0, |state| state.taken)
                });
                (self.tell)(News::Board {
                    site: Box::new(site),
                    board: Box::new(board),
                    tail,
                    experience: Box::new(experience),
                });
            }
            Err(error) => self.away(&error),
        }
    }

    fn catch_up(&mut self) {
        let Some(open) = &mut self.open else { return };
        if self.clock.now().up_ms - open.read_at_ms >= REFRESH_MS {
            self.read_all();
            return;
        }
        match open.store.poll(open.seq, 1_000) {
            Ok(events) if events.is_empty() => {}
            Ok(events) => {
                open.seq = events.last().map_or(open.seq, |event| event.seq);
                let other_site =
                    events.iter().any(|e| matches!(e.what, queue::What::SiteApplied { .. }));
                let taken = taken_in(&events);
                (self.tell)(News::Events(events));
                self.look_for_taker(|counter| taken.get(counter).copied().unwrap_or_default());
                if other_site {
                    self.read_all();
                }
            }
            Err(error) => self.away(&error),
        }
    }

    fn act(&mut self, request: Uuid, action: &Action) {
        let mut answer = self.try_act(request, action);
        let doubtful = matches!(&answer, Err(error) if error.outcome_unknown());
        if doubtful {
            self.open = None;
            self.reopen();
            answer = self.settled_or_tried(request, action);
        }
        let answer = match answer {
            Ok(Ok(done)) => Answer::Done(Box::new(done)),
            Ok(Err(refusal)) => Answer::Refused(refusal),
            Err(error) => {
                let trouble = Trouble::from(&error);
                // Only a store that is opened anew settles what is owed.
                if doubtful || error.store_is_lost() {
                    self.away(&error);
                }
                if doubtful {
                    self.owed.push((request, action.clone()));
                    return;
                }
                Answer::Failed(trouble)
            }
        };
        // News first: whoever acted sees the board that holds what was done.
        self.catch_up();
        (self.tell)(News::Answer { request, answer });
    }

    /// After an outcome that is not known. On a server what was sent may still be on its way, behind
    /// whoever holds the centre; asking anew could be refused and the first come through after all.
    fn settled_or_tried(
        &mut self,
        request: Uuid,
        action: &Action,
    ) -> Result<Result<Done, Refusal>, store::Error> {
        if self.url.path().is_none()
            && let Some(open) = &mut self.open
        {
            match open.store.settled(request, action) {
                Ok(Some(done)) => return Ok(Ok(done)),
                Ok(None) => {}
                Err(ActError::Refused(refusal)) => return Ok(Err(refusal)),
                Err(ActError::Store(error)) => return Err(error),
            }
        }
        self.try_act(request, action)
    }

    fn try_act(
        &mut self,
        request: Uuid,
        action: &Action,
    ) -> Result<Result<Done, Refusal>, store::Error> {
        let now = self.clock.now().wall;
        let Some(open) = &mut self.open else { return Err(store::Error::Away) };
        match open.store.act_under(self.claim.as_ref(), request, action, now) {
            Ok(done) => Ok(Ok(done)),
            Err(ActError::Refused(refusal)) => Ok(Err(refusal)),
            Err(ActError::Store(error)) => Err(error),
        }
    }

    fn know(&mut self, request: Uuid, id: &Id) {
        let now = self.clock.now().wall;
        let answer = match &mut self.open {
            None => Answer::Failed(Trouble::from(&store::Error::Away)),
            Some(open) => match open.store.person(id.reveal(), now) {
                Ok(key) => Answer::Person(key),
                Err(ActError::Refused(refusal)) => Answer::Refused(refusal),
                Err(ActError::Store(error)) => Answer::Failed(Trouble::from(&error)),
            },
        };
        (self.tell)(News::Answer { request, answer });
    }
}

fn not_done() -> Trouble {
    Trouble {
        vi: "Thao tác vừa rồi chưa được thực hiện. Xin bấm lại.".into(),
        en: "The last action was not done. Please press again.".into(),
    }
}

/// Wakes the desk at once when another program has committed, until the store is closed.
fn watch(
    news: store::News,
    wake: &mpsc::SyncSender<Order>,
    woken: &Arc<AtomicBool>,
    alive: Weak<()>,
) {
    let (wake, pending) = (wake.clone(), Arc::clone(woken));
    let watcher = std::thread::Builder::new().name("nudge".into()).spawn(move || {
        let mut news = news;
        loop {
            let woken = news.wait(Duration::from_secs(1));
            if alive.upgrade().is_none() {
                return;
            }
            // A full channel means the desk is awake already.
            if woken == store::Woken::Nudge
                && !pending.swap(true, Ordering::SeqCst)
                && matches!(wake.try_send(Order::Wake), Err(mpsc::TrySendError::Disconnected(_)))
            {
                return;
            }
        }
    });
    if let Err(error) = watcher {
        tracing::warn!(%error, "no nudge thread; the feed is polled");
    }
}

#[cfg(test)]
mod tests;
