//! One voice at a time.
//!
//! One thread owns the output. Calls queue in the order they came, recalls first; a number that is
//! called again while it waits is said once; one that went to another counter is said for that
//! counter only; one that is older than a minute is not said at all. A device that dies in the
//! middle is opened again and the sentence said once more from its start.

use std::collections::VecDeque;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::compose::{Voices, compose};
use crate::output::{Output, OutputUrl, Playing};
use crate::phrase::{Call, Kind};

/// A call older than this is not spoken; the screen still shows it.
const STALE: Duration = Duration::from_secs(60);
/// Calls that may wait; beyond, the oldest is skipped.
const WAITING_MAX: usize = 32;
/// How often a playing device is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// Silence between two announcements.
const BETWEEN: Duration = Duration::from_millis(300);
/// First and longest pause between two tries to open a device.
const RETRY: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(30));

/// How the announcer speaks.
#[derive(Debug)]
pub struct Settings {
    /// Where sound goes.
    pub output: OutputUrl,
    /// The packs.
    pub voices: Voices,
    /// Louder or softer, in dB.
    pub volume_db: f32,
}

/// Say this call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Say {
    /// The caller's name for it.
    pub id: i64,
    /// What to say.
    pub call: Call,
    /// How long ago it was called.
    pub age: Duration,
}

/// Why a call was not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skip {
    /// The same number was called again meanwhile, and that call is said.
    Superseded,
    /// Older than a minute.
    Stale,
    /// The visitor is served already.
    Cancelled,
    /// Too many waited.
    Crowded,
    /// There is no sound.
    Silent,
}

impl Skip {
    /// The stable word, e.g. `superseded`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Superseded => "superseded",
            Self::Stale => "stale",
            Self::Cancelled => "cancelled",
            Self::Crowded => "crowded",
            Self::Silent => "no_sound",
        }
    }
}

/// What the announcer reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// The first sample was handed over.
    Begun {
        /// The call.
        id: i64,
    },
    /// Said to the end.
    Spoken {
        /// The call.
        id: i64,
        /// 2 when it had to start again.
        attempt: u32,
    },
    /// Not said.
    Skipped {
        /// The call.
        id: i64,
        /// Why.
        why: Skip,
    },
    /// A clip is missing: another voice, or only the chime, has called.
    Incomplete {
        /// The keys no pack had.
        missing: Vec<String>,
    },
    /// The output works, or why not.
    Sound(Result<(), String>),
}

enum Order {
    Say(Say),
    Hush(i64),
    Stop,
}

/// The handle of the announcer's thread; dropping it ends the thread and the sound.
#[derive(Debug)]
pub struct Announcer {
    orders: mpsc::Sender<Order>,
    thread: Option<JoinHandle<()>>,
}

impl Announcer {
    /// Starts the thread; `tell` is called on it with every report.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(
        settings: Settings,
        tell: impl FnMut(Report) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (orders, inbox) = mpsc::channel();
        let thread = std::thread::Builder::new().name("voice".into()).spawn(move || {
            let mut speaker = Speaker {
                settings,
                tell,
                inbox,
                waiting: VecDeque::new(),
                output: None,
                retry_at: Instant::now(),
                pause: RETRY.0,
                stopped: false,
            };
            speaker.run();
        })?;
        Ok(Self { orders, thread: Some(thread) })
    }

    /// Queues a call.
    pub fn say(&self, say: Say) {
        self.order(Order::Say(say));
    }

    /// Takes back a call that has not begun.
    pub fn hush(&self, id: i64) {
        self.order(Order::Hush(id));
    }

    fn order(&self, order: Order) {
        if self.orders.send(order).is_err() {
            tracing::error!("the announcer is gone");
        }
    }
}

impl Drop for Announcer {
    fn drop(&mut self) {
        if self.orders.send(Order::Stop).is_ok()
            && let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the announcer's thread panicked");
        }
    }
}

/// A call that waits, and since when.
struct Waiting {
    say: Say,
    since: Instant,
}

impl Waiting {
    fn age(&self) -> Duration {
        self.say.age + self.since.elapsed()
    }
}

/// How a playback ended.
enum End {
    Over,
    Lost,
    Stopped,
}

struct Speaker<T> {
    settings: Settings,
    tell: T,
    inbox: mpsc::Receiver<Order>,
    waiting: VecDeque<Waiting>,
    output: Option<Output>,
    retry_at: Instant,
    pause: Duration,
    stopped: bool,
}

impl<T: FnMut(Report)> Speaker<T> {
    fn run(&mut self) {
        self.open();
        while !self.stopped {
            self.take_all();
            if let Some(next) = self.next() {
                self.speak(&next.say);
                continue;
            }
            if self.stopped {
                return;
            }
            let wait = match &self.output {
                Some(_) => Duration::from_secs(3_600),
                None => self.retry_at.saturating_duration_since(Instant::now()),
            };
            match self.inbox.recv_timeout(wait) {
                Ok(order) => self.take(order),
                Err(RecvTimeoutError::Timeout) => self.open(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn open(&mut self) {
        if self.output.is_some() || Instant::now() < self.retry_at {
            return;
        }
        match Output::open(&self.settings.output) {
            Ok(output) => {
                self.output = Some(output);
                self.pause = RETRY.0;
                (self.tell)(Report::Sound(Ok(())));
            }
            Err(why) => self.no_sound(why),
        }
    }

    fn no_sound(&mut self, why: String) {
        tracing::warn!(why, "no sound");
        self.output = None;
        self.retry_at = Instant::now() + self.pause;
        self.pause = (self.pause * 2).min(RETRY.1);
        (self.tell)(Report::Sound(Err(why)));
    }

    fn take_all(&mut self) {
        while let Ok(order) = self.inbox.try_recv() {
            self.take(order);
        }
    }

    fn take(&mut self, order: Order) {
        match order {
            Order::Stop => self.stopped = true,
            Order::Hush(id) => self.skip_where(Skip::Cancelled, |say| say.id == id),
            Order::Say(say) => {
                // The newest call of a number is the one that holds, also when it names another
                // counter.
                let number = say.call.number.clone();
                self.skip_where(Skip::Superseded, |old| old.call.number == number);
                if self.waiting.len() >= WAITING_MAX
                    && let Some(oldest) = self.waiting.pop_front()
                {
                    (self.tell)(Report::Skipped { id: oldest.say.id, why: Skip::Crowded });
                }
                let waiting = Waiting { say, since: Instant::now() };
                // A recall is for somebody who is already late: before first calls, after recalls.
                let recall = waiting.say.call.kind == Kind::Recall;
                let first_call = self.waiting.iter().position(|w| w.say.call.kind == Kind::Call);
                match first_call.filter(|_| recall) {
                    Some(place) => self.waiting.insert(place, waiting),
                    None => self.waiting.push_back(waiting),
                }
            }
        }
    }

    fn skip_where(&mut self, why: Skip, matches: impl Fn(&Say) -> bool) {
        let skipped: Vec<i64> =
            self.waiting.iter().filter(|w| matches(&w.say)).map(|w| w.say.id).collect();
        self.waiting.retain(|waiting| !matches(&waiting.say));
        for id in skipped {
            (self.tell)(Report::Skipped { id, why });
        }
    }

    fn next(&mut self) -> Option<Waiting> {
        loop {
            let next = self.waiting.pop_front()?;
            if next.age() < STALE {
                return Some(next);
            }
            (self.tell)(Report::Skipped { id: next.say.id, why: Skip::Stale });
        }
    }

    fn speak(&mut self, say: &Say) {
        // Said twice when nobody waits behind it; a full hall hears each call once.
        let times = if self.waiting.is_empty() { 2 } else { 1 };
        let mut announcement = compose(&say.call, &self.settings.voices, times);
        if !announcement.missing.is_empty() {
            tracing::warn!(missing = ?announcement.missing, "clips are missing");
            let missing = std::mem::take(&mut announcement.missing);
            (self.tell)(Report::Incomplete { missing });
        }
        let gain = 10_f32.powf(self.settings.volume_db / 20.0);
        for sample in &mut announcement.samples {
            *sample = (*sample * gain).clamp(-1.0, 1.0);
        }
        let length = Duration::from_millis(announcement.millis());
        let started = Instant::now();
        for attempt in 1..=2 {
            self.open();
            let silent = self.output.as_ref().is_none_or(Output::silent);
            if silent {
                // Time passes as if it were heard, so that screen and queue behave the same.
                (self.tell)(Report::Skipped { id: say.id, why: Skip::Silent });
                self.wait(length, None);
                return;
            }
            if attempt == 1 {
                (self.tell)(Report::Begun { id: say.id });
            }
            match self.play(&announcement.samples, length) {
                End::Over => {
                    (self.tell)(Report::Spoken { id: say.id, attempt });
                    return;
                }
                End::Stopped => return,
                End::Lost if say.age + started.elapsed() < STALE => {}
                End::Lost => break,
            }
        }
        (self.tell)(Report::Skipped { id: say.id, why: Skip::Silent });
    }

    fn play(&mut self, samples: &[f32], length: Duration) -> End {
        let Some(output) = &self.output else { return End::Lost };
        match output.play(samples) {
            Ok(None) => End::Over,
            Ok(Some(playing)) => {
                let end = self.wait(length * 3 / 2 + Duration::from_secs(3), Some(&playing));
                drop(playing);
                match end {
                    End::Lost => {
                        self.no_sound("the sound device went away".to_owned());
                        End::Lost
                    }
                    End::Over => {
                        self.wait(BETWEEN, None);
                        End::Over
                    }
                    End::Stopped => End::Stopped,
                }
            }
            Err(why) => {
                self.no_sound(why);
                End::Lost
            }
        }
    }

    /// Takes orders until the sound is over, at most `limit`. A sound that is not over by then
    /// never will be.
    fn wait(&mut self, limit: Duration, playing: Option<&Playing>) -> End {
        let until = Instant::now() + limit;
        loop {
            if let Some(playing) = playing {
                if playing.lost() {
                    return End::Lost;
                }
                if playing.over() {
                    return End::Over;
                }
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return if playing.is_some() { End::Lost } else { End::Over };
            }
            let look = if playing.is_some() { LOOK.min(left) } else { left };
            match self.inbox.recv_timeout(look) {
                Ok(order) => self.take(order),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.stopped = true,
            }
            if self.stopped {
                return End::Stopped;
            }
        }
    }
}
