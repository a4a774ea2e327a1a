//! A line to a server with somebody on it: who counts how often it is spoken, makes it long, and
//! cuts it, also so that neither end is told.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;

/// A line, opened for as long as the test runs.
#[derive(Clone, Debug, Default)]
pub struct Line(Arc<State>);

#[derive(Debug, Default)]
struct State {
    port: AtomicUsize,
    /// How often the program has spoken after it was answered.
    trips: Mutex<Trips>,
    /// How long everything is under way, milliseconds each way.
    delay_ms: AtomicU64,
    /// What the server says is swallowed from here on, and the line cut.
    deaf: AtomicBool,
    /// Calls are hung up on.
    shut: AtomicBool,
    /// Connections that were made so far.
    made: AtomicUsize,
    /// Those before this one are holes: all that is said in them is swallowed, and nobody told.
    holes: AtomicUsize,
    /// The same for what the server says only.
    mute: AtomicUsize,
    /// What the server says unasked is swallowed, and how often it was.
    no_notices: AtomicBool,
    notices: AtomicUsize,
    /// An answer that is to be lost on the way.
    lost: Mutex<Option<Lost>>,
}

/// The next answers with `answer` in them to a question with `asked` in it.
#[derive(Debug)]
struct Lost {
    asked: Vec<u8>,
    answer: Vec<u8>,
    times: usize,
    /// The connection that asked, until it is answered.
    on: Option<usize>,
}

#[derive(Debug, Default)]
struct Trips {
    count: usize,
    asking: bool,
}

impl Line {
    /// Opens a line to a port of this machine.
    ///
    /// # Errors
    /// When no port is free.
    pub fn to(server: u16) -> Result<Self> {
        let line = Self::default();
        let door = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        line.0.port.store(door.local_addr()?.port().into(), Ordering::SeqCst);
        let ends = line.clone();
        std::thread::spawn(move || {
            for program in door.incoming() {
                // One that cannot be carried on is hung up, as a server that is down does.
                if let Err(error) = program.and_then(|program| ends.connect(program, server)) {
                    crate::say(&format!("a test's line: {error}"));
                }
            }
        });
        Ok(line)
    }

    /// An address of the server as one over this line.
    #[must_use]
    pub fn over(&self, url: &str, server: u16) -> String {
        let port = self.0.port.load(Ordering::SeqCst);
        url.replace(&format!(":{server}/"), &format!(":{port}/"))
    }

    /// How often a program has spoken and been answered.
    #[must_use]
    pub fn trips(&self) -> usize {
        self.0.trips.lock().unwrap_or_else(PoisonError::into_inner).count
    }

    /// From here on everything is under way for so long, each way.
    pub fn delay(&self, each_way: Duration) {
        let ms = u64::try_from(each_way.as_millis()).unwrap_or(u64::MAX);
        self.0.delay_ms.store(ms, Ordering::SeqCst);
    }

    /// The server's next word ends its connection and is heard by nobody.
    pub fn deaf(&self, deaf: bool) {
        self.0.deaf.store(deaf, Ordering::SeqCst);
    }

    /// From here on notices (`NotificationResponse`) that come while nothing was asked get lost.
    pub fn without_notices(&self) {
        self.0.no_notices.store(true, Ordering::SeqCst);
    }

    /// How many have got lost.
    #[must_use]
    pub fn notices(&self) -> usize {
        self.0.notices.load(Ordering::SeqCst)
    }

    /// The next `times` answers with `answer` in them to questions with `asked` in them are lost, and
    /// their connections end; all else goes on.
    pub fn lose(&self, asked: &str, answer: &str, times: usize) {
        let (asked, answer) = (asked.into(), answer.into());
        *self.lost() = Some(Lost { asked, answer, times, on: None });
    }

    /// How many of the answers that were to be lost still have to come.
    #[must_use]
    pub fn to_lose(&self) -> usize {
        self.lost().as_ref().map_or(0, |lost| lost.times)
    }

    fn lost(&self) -> MutexGuard<'_, Option<Lost>> {
        self.0.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this part is an answer that is lost.
    fn loses(&self, at: usize, part: &[u8], asks: bool) -> bool {
        let mut lost = self.lost();
        let Some(lost) = lost.as_mut().filter(|lost| lost.times > 0) else { return false };
        let holds = |words: &[u8]| part.windows(words.len()).any(|window| window == words);
        if asks {
            if holds(&lost.asked) {
                lost.on = Some(at);
            }
            return false;
        }
        let loses = lost.on == Some(at) && holds(&lost.answer);
        if loses {
            lost.times -= 1;
            lost.on = None;
        }
        loses
    }

    /// Nobody gets through who calls from here on, or again; who is through stays so.
    pub fn shut(&self, shut: bool) {
        self.0.shut.store(shut, Ordering::SeqCst);
    }

    /// The connections there are become holes, and neither end is told. New ones work.
    pub fn hole(&self) {
        self.0.holes.store(self.0.made.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// The same for what the server says: it goes on hearing.
    pub fn mute(&self) {
        self.0.mute.store(self.0.made.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    fn connect(&self, program: TcpStream, server: u16) -> std::io::Result<()> {
        if self.0.shut.load(Ordering::SeqCst) {
            return Ok(());
        }
        let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server))?;
        // Small words are not held back to be sent with the next.
        program.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let at = self.0.made.fetch_add(1, Ordering::SeqCst);
        let (from, to) = (program.try_clone()?, server.try_clone()?);
        self.carry(at, from, to, true);
        self.carry(at, server, program, false);
        Ok(())
    }

    /// One direction: a thread that hears and one that says it later.
    fn carry(&self, at: usize, from: TcpStream, to: TcpStream, asks: bool) {
        let (heard, due) = channel();
        let line = self.clone();
        std::thread::spawn(move || line.hear(at, from, &heard, asks));
        std::thread::spawn(move || say(&due, to));
    }

    fn hear(&self, at: usize, mut from: TcpStream, heard: &Sender<(Instant, Vec<u8>)>, asks: bool) {
        let mut part = [0; 65_536];
        while let Ok(length) = from.read(&mut part) {
            if length == 0 {
                break;
            }
            self.count(asks);
            let lost = self.loses(at, &part[..length], asks);
            if lost || !asks && self.0.deaf.load(Ordering::SeqCst) {
                drop(from.shutdown(Shutdown::Both));
                break;
            }
            // Said unasked, a notice stands alone and at the front.
            if !asks && part[0] == b'A' && self.0.no_notices.load(Ordering::SeqCst) {
                self.0.notices.fetch_add(1, Ordering::SeqCst);
                continue;
            }
            let mute = !asks && at < self.0.mute.load(Ordering::SeqCst);
            if mute || at < self.0.holes.load(Ordering::SeqCst) {
                continue;
            }
            let delay = Duration::from_millis(self.0.delay_ms.load(Ordering::SeqCst));
            if heard.send((Instant::now() + delay, part[..length].to_vec())).is_err() {
                break;
            }
        }
        if at < self.0.holes.load(Ordering::SeqCst) {
            // Nor is the other end told that this one has hung up.
            std::mem::forget(heard.clone());
        }
    }

    fn count(&self, asks: bool) {
        let mut trips = self.0.trips.lock().unwrap_or_else(PoisonError::into_inner);
        if asks && !trips.asking {
            trips.count += 1;
        }
        trips.asking = asks;
    }
}

/// Says each part when it is due; hangs up when nothing more is to come.
fn say(due: &Receiver<(Instant, Vec<u8>)>, mut to: TcpStream) {
    while let Ok((due, part)) = due.recv() {
        while let Some(rest) = due.checked_duration_since(Instant::now()) {
            std::thread::park_timeout(rest);
        }
        if to.write_all(&part).is_err() {
            break;
        }
    }
    drop(to.shutdown(Shutdown::Both));
}
