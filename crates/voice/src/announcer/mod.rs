//! One voice at a time.
//!
//! One thread owns the output. Calls queue in the order they came, recalls first; a number that is
//! called again while it waits is said once; one that went to another counter is said for that
//! counter only; one that is older than a minute is not said at all. A device that dies in the
//! middle is opened again and the sentence said once more from its start. An emergency breaks off
//! whatever is said, between two clips, and is repeated until it is ended; then the call it broke off
//! is said once more, and those that waited, as far as they are not too old.

mod alarm;
mod line;

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::Sound;
use crate::chime::notice_chime;
use crate::compose::{Announcement, Voices, compose_for, compose_message};
use crate::output::{Output, OutputUrl, Playing};
use crate::phrase::{Call, Notice};

use alarm::Alarm;
pub use alarm::Emergency;
use line::{Line, STALE};

/// How often a playing device is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// Silence between two announcements.
const BETWEEN: Duration = Duration::from_millis(300);
/// How soft the chime of a test is: to be heard by who stands beside it.
const TEST_DB: i32 = -24;
/// First and longest pause between two tries to open a device.
const RETRY: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(30));

/// How the announcer speaks.
#[derive(Debug)]
pub struct Settings {
    /// Where sound goes.
    pub output: OutputUrl,
    /// The packs.
    pub voices: Voices,
    /// How long a call waits for [`Announcer::go`] once it is begun; zero never waits. A hall that
    /// dies after the word is on record does not say it again, so the record comes first.
    pub gate: Duration,
    /// Reads free text.
    pub reader: crate::Speaker,
}

/// Say this call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Say {
    /// The caller's name for it.
    pub id: i64,
    /// What to say.
    pub what: Saying,
    /// The language of the visitor who is called, e.g. `en`; empty: none that is known.
    pub lang: String,
    /// How long ago it was called.
    pub age: Duration,
    /// Louder or softer than the packs are recorded, dB; nothing in quiet hours.
    pub gain_db: Option<i32>,
}

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saying {
    /// A call.
    Call(Call),
    /// Something that concerns everybody: the sentence of it, and what is read by the command for free
    /// text in place of the sentence; empty: the sentence is meant.
    Notice(Option<Notice>, String),
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
    /// These are quiet hours.
    Quiet,
    /// The text could not be read, and there is no sentence in its place.
    Unread,
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
            Self::Quiet => "quiet_hours",
            Self::Unread => "unread",
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
    /// Free text that should be read was not, and the log says why.
    Unread {
        /// Whose it was.
        id: i64,
    },
    /// The output works, or why not.
    Sound(Result<(), String>),
    /// What the test of the loudspeaker found.
    Tested(Result<(), String>),
}

enum Order {
    Say(Say),
    Go(i64),
    Test,
    Hush(i64),
    Emergency(Option<Emergency>),
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
                line: Line::default(),
                test: false,
                output: None,
                retry_at: Instant::now(),
                pause: RETRY.0,
                gone: 0,
                alarm: None,
                alarming: None,
                broken_off: None,
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

    /// Tries the loudspeaker as soon as nobody waits: a soft chime, played to its end.
    pub fn test(&self) {
        self.order(Order::Test);
    }

    /// It is on record that this call is being said.
    pub fn go(&self, id: i64) {
        self.order(Order::Go(id));
    }

    /// Takes back a call that has not begun.
    pub fn hush(&self, id: i64) {
        self.order(Order::Hush(id));
    }

    /// Says this before everything else until another takes its place, or none.
    pub fn emergency(&self, emergency: Option<Emergency>) {
        self.order(Order::Emergency(emergency));
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

/// How a playback ended.
enum End {
    Over,
    /// Broken off for an emergency, or because it has ended.
    Cut,
    Lost,
    Stopped,
}

struct Speaker<T> {
    settings: Settings,
    tell: T,
    inbox: mpsc::Receiver<Order>,
    line: Line,
    /// A test is asked for.
    test: bool,
    output: Option<Output>,
    retry_at: Instant,
    pause: Duration,
    /// The last call whose beginning is on record.
    gone: i64,
    /// The emergency that stands.
    alarm: Option<Alarm>,
    /// The emergency that has its turn now.
    alarming: Option<i64>,
    /// The call that an emergency broke off.
    broken_off: Option<i64>,
    stopped: bool,
}

impl<T: FnMut(Report)> Speaker<T> {
    fn run(&mut self) {
        self.open();
        while !self.stopped {
            self.take_all();
            if let Some(alarm) = self.alarm.clone() {
                self.alarm(&alarm);
                continue;
            }
            if let Some(next) = self.next() {
                self.speak(&next);
                continue;
            }
            if std::mem::take(&mut self.test) {
                self.try_out();
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
            Order::Go(id) => self.gone = id,
            Order::Test => self.test = true,
            Order::Emergency(emergency) => self.raise(emergency),
            Order::Hush(id) => {
                let skipped = self.line.hush(id);
                self.skip(skipped);
            }
            Order::Say(say) => {
                let skipped = self.line.put(say, Instant::now());
                self.skip(skipped);
            }
        }
    }

    fn skip(&mut self, skipped: Vec<(i64, Skip)>) {
        for (id, why) in skipped {
            (self.tell)(Report::Skipped { id, why });
        }
    }

    fn next(&mut self) -> Option<Say> {
        let (stale, next) = self.line.next(Instant::now());
        self.skip(stale);
        next
    }

    /// The free text of a notice as sound; whether it can be said at all.
    fn read(&mut self, say: &Say) -> Result<Option<Sound>, Skip> {
        let Saying::Notice(notice, text) = &say.what else { return Ok(None) };
        if text.is_empty() {
            return Ok(None);
        }
        let read = self.settings.reader.say(text);
        if read.is_none() && !self.settings.reader.is_off() {
            (self.tell)(Report::Unread { id: say.id });
        }
        // A chime after which nothing is said would only make people look up.
        if read.is_none() && notice.is_none() { Err(Skip::Unread) } else { Ok(read) }
    }

    fn composed(&mut self, say: &Say, read: Option<&Sound>) -> Announcement {
        let pace = self.line.pace();
        let voices = &self.settings.voices;
        let mut announcement = match &say.what {
            Saying::Call(call) => compose_for(call, voices, pace.times, Some(say.lang.as_str())),
            Saying::Notice(notice, _) => compose_message(*notice, read, voices),
        };
        if pace.short {
            announcement.shorten();
        }
        if !announcement.missing.is_empty() {
            tracing::warn!(missing = ?announcement.missing, "clips are missing");
            let missing = std::mem::take(&mut announcement.missing);
            (self.tell)(Report::Incomplete { missing });
        }
        announcement
    }

    fn speak(&mut self, say: &Say) {
        let read = match self.read(say) {
            Ok(read) => read,
            Err(why) => return (self.tell)(Report::Skipped { id: say.id, why }),
        };
        let mut announcement = self.composed(say, read.as_ref());
        announcement.louder(say.gain_db.unwrap_or_default());
        let started = Instant::now();
        let again = self.broken_off.take() == Some(say.id);
        for attempt in if again { 2..=2 } else { 1..=2 } {
            self.open();
            if attempt == 2 && !self.comes_back(STALE.saturating_sub(say.age + started.elapsed())) {
                break;
            }
            let silent = self.output.as_ref().is_none_or(Output::silent);
            if silent || say.gain_db.is_none() {
                // Time passes as if it were heard, so that screen and queue behave the same.
                let why = if silent { Skip::Silent } else { Skip::Quiet };
                (self.tell)(Report::Skipped { id: say.id, why });
                self.wait(Duration::from_millis(announcement.millis()), None);
                return;
            }
            if attempt == 1 {
                (self.tell)(Report::Begun { id: say.id });
            }
            match self.play(&announcement, say.id) {
                End::Over => {
                    (self.tell)(Report::Spoken { id: say.id, attempt });
                    return;
                }
                End::Cut => {
                    self.broken_off = Some(say.id);
                    let age = say.age + started.elapsed();
                    self.line.put_back(Say { age, ..say.clone() }, Instant::now());
                    return;
                }
                End::Stopped => return,
                End::Lost if say.age + started.elapsed() < STALE => {}
                End::Lost => break,
            }
        }
        (self.tell)(Report::Skipped { id: say.id, why: Skip::Silent });
    }

    /// Whether a lost output is there again within a time: a sentence that broke off is said once more.
    fn comes_back(&mut self, within: Duration) -> bool {
        let until = Instant::now() + within;
        while self.output.is_none() && !self.stopped && Instant::now() < until {
            let next = self.retry_at.min(until).saturating_duration_since(Instant::now());
            self.wait(next, None);
            self.open();
        }
        self.output.is_some()
    }

    /// A record that does not come is not waited for: a call that is not heard is worse than one that
    /// may be heard twice.
    fn wait_for_go(&mut self, id: i64) {
        let until = Instant::now() + self.settings.gate;
        while self.gone != id && !self.stopped && !self.must_stop() {
            let left = until.saturating_duration_since(Instant::now());
            match self.inbox.recv_timeout(left) {
                Ok(order) => self.take(order),
                Err(RecvTimeoutError::Timeout) => return,
                Err(RecvTimeoutError::Disconnected) => self.stopped = true,
            }
        }
    }

    /// The chime begins at once; the sentence follows it when the beginning is on record.
    fn play(&mut self, announcement: &Announcement, id: i64) -> End {
        let length = Duration::from_millis(announcement.millis());
        let whole = self.settings.gate.is_zero()
            || self.gone == id
            || self.output.as_ref().is_some_and(Output::at_once);
        if whole {
            self.wait_for_go(id);
        }
        if self.must_stop() {
            return End::Cut;
        }
        let Some(output) = &self.output else { return End::Lost };
        let (chime, sentence) = announcement.samples.split_at(announcement.chime);
        let first = if whole { &announcement.samples } else { chime };
        match output.play(first, announcement.seams(0..first.len())) {
            Ok(None) => End::Over,
            Ok(Some(playing)) => {
                if !whole {
                    self.wait_for_go(id);
                    if self.must_stop() {
                        playing.cut();
                    }
                    let rest = announcement.chime..announcement.samples.len();
                    playing.go_on(sentence, announcement.seams(rest));
                }
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
                    other @ (End::Cut | End::Stopped) => other,
                }
            }
            Err(why) => {
                self.no_sound(why);
                End::Lost
            }
        }
    }

    /// A soft chime through the output, to its end: what a dead device cannot do.
    fn try_out(&mut self) {
        self.open();
        let mut announcement = Announcement::ring(notice_chime());
        announcement.louder(TEST_DB);
        let found = match &self.output {
            None => Err("no sound output can be opened".to_owned()),
            Some(output) if output.silent() => Err("sound is off".to_owned()),
            Some(_) => match self.play(&announcement, self.gone) {
                End::Over => Ok(()),
                End::Lost => Err("the sound output does not play to the end".to_owned()),
                End::Cut | End::Stopped => return,
            },
        };
        (self.tell)(Report::Tested(found));
    }

    /// Takes orders until the sound is over, or is broken off for an emergency, at most `limit`. A sound that is not over by then
    /// never will be.
    fn wait(&mut self, limit: Duration, playing: Option<&Playing>) -> End {
        let until = Instant::now() + limit;
        loop {
            if let Some(playing) = playing {
                if playing.lost() {
                    return End::Lost;
                }
                if playing.over() {
                    return if playing.has_cut() { End::Cut } else { End::Over };
                }
            }
            if self.must_stop() {
                match playing {
                    Some(playing) => playing.cut(),
                    None => return End::Cut,
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

#[cfg(test)]
mod alarm_tests;
#[cfg(test)]
mod tests;
