//! A sound that can be broken off, and only where one clip ends and the next has not begun.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rodio::buffer::SamplesBuffer;
use rodio::{ChannelCount, SampleRate, Source};

/// Tells a sound to break off, and whether it did.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scissors(Arc<Flags>);

#[derive(Debug, Default)]
struct Flags {
    wanted: AtomicBool,
    done: AtomicBool,
}

impl Scissors {
    pub(super) fn cut(&self) {
        self.0.wanted.store(true, Ordering::Relaxed);
    }

    /// Whether something was left out.
    pub(super) fn has_cut(&self) -> bool {
        self.0.done.load(Ordering::Relaxed)
    }
}

pub(super) struct Cut {
    sound: SamplesBuffer,
    /// Where clips begin, in samples, in order.
    seams: std::iter::Peekable<std::vec::IntoIter<usize>>,
    at: usize,
    scissors: Scissors,
    over: bool,
}

impl Cut {
    pub(super) fn new(sound: SamplesBuffer, seams: Vec<usize>, scissors: Scissors) -> Self {
        Self { sound, seams: seams.into_iter().peekable(), at: 0, scissors, over: false }
    }
}

impl Iterator for Cut {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if self.seams.next_if(|seam| *seam <= self.at).is_some()
            && self.scissors.0.wanted.load(Ordering::Relaxed)
        {
            self.over = true;
            self.scissors.0.done.store(true, Ordering::Relaxed);
        }
        if self.over {
            return None;
        }
        self.at += 1;
        self.sound.next()
    }
}

impl Source for Cut {
    fn current_span_len(&self) -> Option<usize> {
        if self.over { Some(0) } else { self.sound.current_span_len() }
    }

    fn channels(&self) -> ChannelCount {
        self.sound.channels()
    }

    fn sample_rate(&self) -> SampleRate {
        self.sound.sample_rate()
    }

    fn total_duration(&self) -> Option<Duration> {
        self.sound.total_duration()
    }
}

#[cfg(test)]
mod tests {
    use super::super::buffer;
    use super::*;

    #[test]
    fn it_ends_at_the_next_seam_and_nowhere_else() {
        let sound: Vec<f32> = (0_u8..100).map(f32::from).collect();
        for (wanted_at, ends) in [(0, 0), (1, 30), (29, 30), (30, 30), (31, 60), (61, 100)] {
            let scissors = Scissors::default();
            let mut cut = Cut::new(buffer(&sound), vec![0, 30, 60], scissors.clone());
            let mut heard: Vec<f32> = cut.by_ref().take(wanted_at).collect();
            scissors.cut();
            heard.extend(cut);
            assert_eq!(heard, sound[..ends], "{wanted_at}");
            assert_eq!(scissors.has_cut(), ends < 100, "{wanted_at}");
        }
        let whole: Vec<f32> = Cut::new(buffer(&sound), vec![0, 30], Scissors::default()).collect();
        assert_eq!(whole, sound);
    }
}
