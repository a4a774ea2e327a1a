//! A soft sound at a counter: somebody has come, and nobody was waiting.

use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::chime::bells;
use crate::output::{Output, OutputUrl};

/// One bell note, E5, for one person and not for a hall.
const NOTE: [(f32, f32); 1] = [(659.26, 0.0)];
const SECONDS: f32 = 0.7;
/// −12 dB under the hall's chime.
const GAIN: f32 = 0.25;
/// How often a sound that plays is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// A sound that is not over by then never will be.
const LIMIT: Duration = Duration::from_secs(3);

/// The bell's thread; the output is open only while it sounds, so that other programs have it.
#[derive(Debug)]
pub struct Bell {
    rings: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Bell {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(output: OutputUrl) -> std::io::Result<Self> {
        // One that waits is enough: two at once are one sound.
        let (rings, inbox) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new().name("bell".into()).spawn(move || {
            let samples: Vec<f32> =
                bells(&NOTE, SECONDS).into_iter().map(|sample| sample * GAIN).collect();
            while inbox.recv().is_ok() {
                if let Err(why) = sound(&output, &samples, &inbox) {
                    tracing::warn!(why, "the bell is silent");
                }
            }
        })?;
        Ok(Self { rings: Some(rings), thread: Some(thread) })
    }

    /// Rings, unless it is about to. Never blocks.
    pub fn ring(&self) {
        if let Some(rings) = &self.rings
            && rings.try_send(()).is_err()
        {
            tracing::debug!("the bell rings already");
        }
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        drop(self.rings.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the bell's thread panicked");
        }
    }
}

fn sound(url: &OutputUrl, samples: &[f32], inbox: &mpsc::Receiver<()>) -> Result<(), String> {
    let output = Output::open(url)?;
    let Some(playing) = output.play(samples, Vec::new())? else { return Ok(()) };
    let until = Instant::now() + LIMIT;
    while !playing.over() && !playing.lost() && Instant::now() < until {
        if inbox.recv_timeout(LOOK) == Err(RecvTimeoutError::Disconnected) {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ring_is_heard_softer_than_a_call() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bell.wav");
        let bell = Bell::start(OutputUrl::Wav(path.clone())).unwrap();
        bell.ring();
        drop(bell);
        let heard = crate::wav::read_wav(&path).unwrap();
        let peak = heard.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        assert!(heard.len() > 20_000 && (0.05..0.2).contains(&peak), "{} {peak}", heard.len());
    }
}
