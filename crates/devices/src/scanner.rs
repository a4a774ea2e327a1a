//! A scanner of codes on a serial line (USB CDC), read as bytes.
//!
//! Never as a keyboard: a printed code can press Ctrl and Alt through a keyboard wedge (`BadBarcode`,
//! `PacSec` 2015), and a desktop's input method spoils Vietnamese. A code ends with CR or LF, or when
//! the line has been silent for a moment; what is longer than a kilobyte or no UTF-8 is no code.

use std::fmt;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use zeroize::{Zeroize, Zeroizing};

use crate::link::{Link, LinkUrl};
use crate::profile::FlowControl;
use crate::trouble::Trouble;

/// Bytes of the longest code.
const CODE_MAX: usize = 1_024;
/// A code is at its end when nothing came for so long.
const SILENCE: Duration = Duration::from_millis(50);
/// How long the line is listened to before the thread looks whether it is to end.
const LISTEN: Duration = Duration::from_millis(250);
/// A scanner that is gone is looked for again after so long.
const AGAIN: Duration = Duration::from_secs(2);

/// What a code said: shown to nobody who does not ask, gone from memory when dropped.
pub struct Scanned(Zeroizing<String>);

impl Scanned {
    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Scanned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scanned({} bytes)", self.0.len())
    }
}

/// What the scanner's thread reports.
#[derive(Debug)]
pub enum ScannerEvent {
    /// A code was read.
    Read(Scanned),
    /// It can be read from.
    Ready,
    /// It is gone, or cannot be opened.
    Trouble(Trouble),
}

/// The handle of a scanner's thread; dropping it ends the thread.
#[derive(Debug)]
pub struct Scanner {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Scanner {
    /// Starts the thread; `tell` is called on it.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(
        url: LinkUrl,
        mut tell: impl FnMut(ScannerEvent) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let thread = std::thread::Builder::new().name("scanner".into()).spawn(move || {
            let mut was_well = true;
            while !over(&stopped, Duration::ZERO) {
                let Err(trouble) = listen(&url, &stopped, &mut tell, &mut was_well) else { return };
                if std::mem::replace(&mut was_well, false) {
                    tell(ScannerEvent::Trouble(trouble));
                }
                if over(&stopped, AGAIN) {
                    return;
                }
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Scanner {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the scanner's thread panicked");
        }
    }
}

/// Whether the handle was dropped, waiting so long for it.
fn over(stopped: &mpsc::Receiver<()>, wait: Duration) -> bool {
    !matches!(stopped.recv_timeout(wait), Err(RecvTimeoutError::Timeout))
}

/// Reads codes until the handle is dropped; an error when the line is gone.
fn listen(
    url: &LinkUrl,
    stopped: &mpsc::Receiver<()>,
    tell: &mut impl FnMut(ScannerEvent),
    well: &mut bool,
) -> Result<(), Trouble> {
    // A scanner's line has no wires for flow control.
    let mut link = Link::open(url, FlowControl::None, AGAIN)?;
    // What was scanned while nobody listened is nobody's here.
    link.drain()?;
    tell(ScannerEvent::Ready);
    *well = true;
    let mut code = Zeroizing::new(Vec::with_capacity(CODE_MAX));
    let mut too_long = false;
    while !over(stopped, Duration::ZERO) {
        let wait = if code.is_empty() && !too_long { LISTEN } else { SILENCE };
        let mut got = link.receive(Instant::now() + wait, ended)?;
        let silent = got.is_empty();
        for part in got.split_inclusive(|byte| is_end(*byte)) {
            let letters = part.strip_suffix(b"\r").or(part.strip_suffix(b"\n")).unwrap_or(part);
            too_long |= code.len() + letters.len() > CODE_MAX;
            if !too_long {
                code.extend_from_slice(letters);
            }
            if part.last().is_some_and(|byte| is_end(*byte)) {
                finish(&mut code, &mut too_long, tell);
            }
        }
        got.zeroize();
        if silent {
            finish(&mut code, &mut too_long, tell);
        }
    }
    Ok(())
}

/// One code is over; what is no text, or too long, is dropped without a word of what it held.
fn finish(code: &mut Zeroizing<Vec<u8>>, too_long: &mut bool, tell: &mut impl FnMut(ScannerEvent)) {
    if std::mem::take(too_long) {
        tracing::warn!("a code of more than {CODE_MAX} bytes was dropped");
    } else if !code.is_empty() {
        match std::str::from_utf8(code) {
            Ok(text) => tell(ScannerEvent::Read(Scanned(Zeroizing::new(text.to_owned())))),
            Err(_) => tracing::warn!(
                "a code that is no UTF-8 was dropped; set the scanner to UTF-8 or raw"
            ),
        }
    }
    code.zeroize();
}

fn ended(bytes: &[u8]) -> bool {
    bytes.last().is_some_and(|byte| is_end(*byte))
}

fn is_end(byte: u8) -> bool {
    byte == b'\r' || byte == b'\n'
}
