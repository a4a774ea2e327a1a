//! A device in which any operation can fail, and which remembers what was heard to the end.

use std::sync::{Arc, Mutex};

/// How often a sound is looked at until it is over.
const LOOKS: u32 = 4;

#[allow(unreachable_pub, reason = "a variant of a public type holds it")]
#[derive(Clone, Debug, Default)]
pub struct Device(Arc<Mutex<State>>);

impl PartialEq for Device {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Device {}

#[derive(Debug, Default)]
struct State {
    operations: u32,
    fails_at: Vec<u32>,
    /// Looks until a sound is over.
    length: u32,
    dead: bool,
    lost: bool,
    looks: u32,
    playing: Vec<f32>,
    /// Where it may be broken off.
    seams: Vec<usize>,
    cut: bool,
    has_cut: bool,
    heard: Vec<Vec<f32>>,
}

impl State {
    /// Counts an operation; whether it works.
    fn works(&mut self) -> bool {
        self.operations += 1;
        !self.dead && !self.fails_at.contains(&self.operations)
    }
}

impl Device {
    /// A device whose operations of these places fail, counted from 1: opening, handing over, looking.
    pub(crate) fn failing(at: &[u32]) -> Self {
        let device = Self::default();
        device.with(|state| state.fails_at = at.to_vec());
        device
    }

    /// A device on which a sound takes a while.
    pub(crate) fn slow() -> Self {
        let device = Self::default();
        device.with(|state| state.length = 20);
        device
    }

    /// Waits until what sounds was looked at so often.
    pub(crate) fn looked(&self, often: u32) {
        while self.with(|state| state.looks) < often {
            std::thread::yield_now();
        }
    }

    fn with<T>(&self, of: impl FnOnce(&mut State) -> T) -> T {
        of(&mut self.0.lock().unwrap())
    }

    /// Unplugged, or plugged in again.
    pub(crate) fn unplug(&self, dead: bool) {
        self.with(|state| state.dead = dead);
    }

    /// What was played to its end, in order.
    pub(crate) fn heard(&self) -> Vec<Vec<f32>> {
        self.with(|state| state.heard.clone())
    }

    pub(crate) fn operations(&self) -> u32 {
        self.with(|state| state.operations)
    }

    pub(super) fn open(&self) -> Result<(), String> {
        self.with(|state| {
            state.lost = !state.works();
            if state.lost { Err("cannot be opened".to_owned()) } else { Ok(()) }
        })
    }

    pub(super) fn play(&self, samples: &[f32], seams: &[usize]) -> Result<(), String> {
        self.with(|state| {
            (state.looks, state.playing) = (0, samples.to_vec());
            (state.seams, state.cut, state.has_cut) = (seams.to_vec(), false, false);
            if state.works() { Ok(()) } else { Err("takes nothing".to_owned()) }
        })
    }

    pub(super) fn go_on(&self, samples: &[f32], seams: &[usize]) {
        self.with(|state| {
            state.lost |= !state.works();
            let before = state.playing.len();
            state.seams.extend(seams.iter().map(|seam| before + seam));
            state.playing.extend_from_slice(samples);
        });
    }

    pub(super) fn cut(&self) {
        self.with(|state| state.cut = true);
    }

    pub(super) fn has_cut(&self) -> bool {
        self.with(|state| state.has_cut)
    }

    pub(super) fn lost(&self) -> bool {
        self.with(|state| {
            state.lost |= !state.works();
            state.lost
        })
    }

    pub(super) fn over(&self) -> bool {
        self.with(|state| {
            state.looks += 1;
            let length = state.length.max(LOOKS);
            // So far it has got by now.
            let at = state.playing.len() * state.looks.min(length) as usize / length as usize;
            if state.cut
                && !state.has_cut
                && let Some(seam) = state.seams.iter().find(|s| **s >= at)
            {
                state.has_cut = true;
                state.playing.truncate(*seam);
                state.looks = length;
            }
            let over = state.looks >= length && !state.lost;
            if over && !state.playing.is_empty() {
                let heard = std::mem::take(&mut state.playing);
                state.heard.push(heard);
            }
            over
        })
    }
}
