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
    dead: bool,
    lost: bool,
    looks: u32,
    playing: Vec<f32>,
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

    pub(super) fn play(&self, samples: &[f32]) -> Result<(), String> {
        self.with(|state| {
            (state.looks, state.playing) = (0, samples.to_vec());
            if state.works() { Ok(()) } else { Err("takes nothing".to_owned()) }
        })
    }

    pub(super) fn go_on(&self, samples: &[f32]) {
        self.with(|state| {
            state.lost |= !state.works();
            state.playing.extend_from_slice(samples);
        });
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
            let over = state.looks >= LOOKS && !state.lost;
            if over && !state.playing.is_empty() {
                let heard = std::mem::take(&mut state.playing);
                state.heard.push(heard);
            }
            over
        })
    }
}
