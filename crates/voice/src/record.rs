//! Recording a centre's own voice: the flow, without a terminal and without a device.
//!
//! A member of staff is shown one line after another, speaks it, hears it as it will sound and goes on.
//! Keys and recordings come in, orders go out; whoever carries them out is elsewhere.

use crate::Sound;
use crate::faults::Fault;
use crate::import::take;
use crate::phrase::Line;

/// What the person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Begin, end, or keep and go on: whatever is next.
    Go,
    /// Record this line once more.
    Again,
    /// Hear it once more.
    Listen,
    /// Go back a line.
    Back,
    /// Leave this line out.
    Skip,
    /// Stop for today; what was kept is kept.
    Leave,
}

/// What comes in.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A key.
    Press(Press),
    /// What was recorded since [`Order::Record`].
    Recorded(Result<Sound, String>),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// Show the line with this place on the sheet, from 0.
    Show(usize),
    /// Begin to record.
    Record,
    /// End the recording and give it back.
    Enough,
    /// Show what is wrong with the recording; when `again`, it cannot be kept.
    Tell {
        /// What is wrong.
        faults: Vec<Fault>,
        /// Whether it has to be recorded again.
        again: bool,
    },
    /// The device has failed, in its words.
    Trouble(String),
    /// Play this clip, as the hall will hear it.
    Play(Sound),
    /// Put this clip into the pack.
    Keep {
        /// The line's key.
        key: String,
        /// The clip.
        clip: Sound,
    },
    /// It is over: how many lines were kept, of how many.
    Done {
        /// Kept this time or before.
        kept: usize,
        /// Lines on the sheet.
        of: usize,
    },
}

#[derive(Clone, Debug, PartialEq)]
enum Phase {
    Ready,
    Recording,
    Judging(Sound),
    Over,
}

/// One sitting.
#[derive(Clone, Debug)]
pub struct Session {
    lines: Vec<Line>,
    kept: Vec<bool>,
    at: usize,
    phase: Phase,
}

impl Session {
    /// A sitting over these lines; those that `has` names were recorded before and are passed over.
    #[must_use]
    pub fn new(lines: Vec<Line>, has: impl Fn(&str) -> bool) -> Self {
        let kept: Vec<bool> = lines.iter().map(|line| has(&line.key)).collect();
        let at = kept.iter().position(|kept| !kept).unwrap_or(0);
        Self { lines, kept, at, phase: Phase::Ready }
    }

    /// What is shown first.
    #[must_use]
    pub fn begin(&mut self) -> Vec<Order> {
        if self.kept.iter().all(|kept| *kept) {
            return self.end();
        }
        vec![Order::Show(self.at)]
    }

    /// The sheet.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The key of the line that is shown.
    #[must_use]
    pub fn key(&self) -> &str {
        self.lines.get(self.at).map_or("", |line| line.key.as_str())
    }

    /// Whether it is over.
    #[must_use]
    pub fn over(&self) -> bool {
        self.phase == Phase::Over
    }

    /// What is to be done about an input; a key that means nothing now does nothing.
    pub fn step(&mut self, input: Input) -> Vec<Order> {
        let phase = std::mem::replace(&mut self.phase, Phase::Ready);
        match (input, phase) {
            (_, Phase::Over) => {
                self.phase = Phase::Over;
                Vec::new()
            }
            (Input::Recorded(recorded), Phase::Recording) => self.recorded(recorded),
            // A recording that nobody waits for any more.
            (Input::Recorded(_), phase) => {
                self.phase = phase;
                Vec::new()
            }
            (Input::Press(press), phase) => self.pressed(press, phase),
        }
    }

    fn pressed(&mut self, press: Press, phase: Phase) -> Vec<Order> {
        match (press, phase) {
            (Press::Leave, phase) => {
                let mut orders = stop(&phase);
                orders.append(&mut self.end());
                orders
            }
            (Press::Go | Press::Again, Phase::Ready) | (Press::Again, Phase::Judging(_)) => {
                self.phase = Phase::Recording;
                vec![Order::Record]
            }
            (Press::Go, Phase::Recording) => {
                self.phase = Phase::Recording;
                vec![Order::Enough]
            }
            (Press::Go, Phase::Judging(clip)) => {
                self.kept[self.at] = true;
                let key = self.lines[self.at].key.clone();
                let mut orders = vec![Order::Keep { key, clip }];
                orders.append(&mut self.next());
                orders
            }
            (Press::Listen, Phase::Judging(clip)) => {
                self.phase = Phase::Judging(clip.clone());
                vec![Order::Play(clip)]
            }
            (Press::Back, phase) => {
                self.at = self.at.saturating_sub(1);
                let mut orders = stop(&phase);
                orders.push(Order::Show(self.at));
                orders
            }
            (Press::Skip, phase) => {
                let mut orders = stop(&phase);
                orders.append(&mut self.next());
                orders
            }
            (Press::Listen | Press::Again, phase) => {
                self.phase = phase;
                Vec::new()
            }
            (Press::Go, Phase::Over) => self.end(),
        }
    }

    fn recorded(&mut self, recorded: Result<Sound, String>) -> Vec<Order> {
        let raw = match recorded {
            Ok(raw) => raw,
            Err(why) => return vec![Order::Trouble(why), Order::Show(self.at)],
        };
        match take(&raw, &self.lines[self.at]) {
            Ok((clip, faults)) => {
                self.phase = Phase::Judging(clip.clone());
                vec![Order::Tell { faults, again: false }, Order::Play(clip)]
            }
            Err(fault) => {
                vec![Order::Tell { faults: vec![fault], again: true }, Order::Show(self.at)]
            }
        }
    }

    /// The next line that is not yet kept, behind this one or before it.
    fn next(&mut self) -> Vec<Order> {
        let behind = (self.at + 1..self.lines.len()).find(|at| !self.kept[*at]);
        match behind {
            Some(at) => {
                self.at = at;
                vec![Order::Show(at)]
            }
            None => self.end(),
        }
    }

    fn end(&mut self) -> Vec<Order> {
        self.phase = Phase::Over;
        let kept = self.kept.iter().filter(|kept| **kept).count();
        vec![Order::Done { kept, of: self.lines.len() }]
    }
}

/// A recording that runs is ended before anything else begins.
fn stop(phase: &Phase) -> Vec<Order> {
    if *phase == Phase::Recording { vec![Order::Enough] } else { Vec::new() }
}

#[cfg(test)]
mod tests;
