//! Who is next at a counter, and what happens to whoever was there.

use queue::{CounterStep, Number, State};

use super::{Answer, DESKS, Hall, MINUTE, Slip, desk_of};

/// How far a counter prefers a service, in minutes; nothing where it does not take it.
fn prefers(desk: usize, service: usize) -> Option<i64> {
    [
        [Some(0), Some(10), None],
        [Some(0), None, None],
        [None, Some(0), Some(0)],
        [Some(0), None, Some(5)],
    ][desk][service]
}

/// The second counter calls ordinary numbers only, the fourth priority numbers only.
fn takes(desk: usize, slip: &Slip) -> bool {
    match desk {
        1 => !slip.priority(),
        3 => slip.priority(),
        _ => true,
    }
}

impl Hall {
    pub(super) fn desk(code: &queue::CounterId) -> Result<usize, &'static str> {
        desk_of(code.as_str()).ok_or("unknown_counter")
    }

    pub(super) fn free(&self, code: &queue::CounterId) -> Result<usize, &'static str> {
        let desk = Self::desk(code)?;
        if self.held_by(desk).is_some() { Err("still_held") } else { Ok(desk) }
    }

    pub(super) fn numbered(&self, number: &Number) -> Result<usize, &'static str> {
        let is = |slip: &Slip| {
            slip.day == self.day && slip.series == number.prefix() && slip.count == number.count()
        };
        self.slips.iter().position(is).ok_or("unknown_number")
    }

    /// Everybody this counter may call, with the key of the rule.
    fn queue_of(&self, desk: usize) -> Vec<((i64, usize), bool)> {
        let waiting = self
            .slips
            .iter()
            .enumerate()
            .filter(|(_, slip)| slip.state == State::Waiting && slip.day == self.day);
        waiting
            .filter_map(|(index, slip)| match slip.only {
                Some(only) if only == desk => Some(((slip.rank, index), slip.priority())),
                Some(_) => None,
                None if !takes(desk, slip) => None,
                None => {
                    let credit = prefers(desk, slip.service)? * MINUTE;
                    Some(((slip.rank - credit, index), slip.priority()))
                }
            })
            .collect()
    }

    fn next_of(&self, desk: usize) -> Option<usize> {
        let queue = self.queue_of(desk);
        let ratio = if DESKS[desk] == "1" { 2 } else { 0 };
        let ordinary = queue.iter().filter(|(_, priority)| !priority).min();
        let turn = ratio > 0 && self.desks[desk].streak >= ratio;
        match ordinary {
            Some(((_, slip), _)) if turn => Some(*slip),
            _ => queue.iter().min().map(|((_, slip), _)| *slip),
        }
    }

    pub(super) fn open(&mut self, desk: usize) {
        if self.desks[desk].duty != Some(queue::Duty::Open) {
            self.desks[desk].duty = Some(queue::Duty::Open);
            self.desks[desk].since = self.at;
        }
    }

    pub(super) fn call_next(&mut self, code: &queue::CounterId) -> Answer {
        let desk = Self::desk(code)?;
        if let Some(held) = self.held_by(desk) {
            self.finish(held);
        }
        let slip = self.next_of(desk).ok_or("nobody_waiting")?;
        self.call(slip, desk)
    }

    pub(super) fn call_number(&mut self, code: &queue::CounterId, number: &Number) -> Answer {
        let slip = self.numbered(number)?;
        let desk = self.free(code)?;
        match self.slips[slip].state {
            State::Waiting => self.call(slip, desk),
            State::Called | State::Serving => Err("taken_by_other"),
            _ => Err("state"),
        }
    }

    fn call(&mut self, slip: usize, desk: usize) -> Answer {
        self.open(desk);
        let streak = &mut self.desks[desk].streak;
        *streak = if self.slips[slip].priority() { *streak + 1 } else { 0 };
        self.bring(slip, desk);
        Ok(Some(slip))
    }

    fn bring(&mut self, slip: usize, desk: usize) {
        let at = self.at;
        self.change(slip, true, |slip| {
            (slip.state, slip.desk, slip.called) = (State::Called, Some(desk), Some(at));
            (slip.calls, slip.back) = (slip.calls + 1, None);
        });
    }

    pub(super) fn resume(&mut self, code: &queue::CounterId, number: &Number) -> Answer {
        let slip = self.numbered(number)?;
        let desk = self.free(code)?;
        match self.slips[slip].state {
            State::Parked => {}
            State::Called | State::Serving => return Err("taken_by_other"),
            _ => return Err("state"),
        }
        self.open(desk);
        self.bring(slip, desk);
        Ok(Some(slip))
    }

    pub(super) fn take_over(&mut self, to: &queue::CounterId, from: &queue::CounterId) -> Answer {
        let desk = self.free(to)?;
        let slip = self.held_by(Self::desk(from)?).ok_or("nothing_held")?;
        self.open(desk);
        self.change(slip, false, |slip| slip.desk = Some(desk));
        Ok(Some(slip))
    }

    pub(super) fn at_desk(&mut self, code: &queue::CounterId, step: &CounterStep) -> Answer {
        let slip = self.held_by(Self::desk(code)?).ok_or("nothing_held")?;
        let (at, called) = (self.at, self.slips[slip].state == State::Called);
        match step {
            CounterStep::Recall | CounterStep::Start | CounterStep::NoShow if !called => {
                return Err("state");
            }
            CounterStep::Park { .. } if self.slips[slip].series == "+" => return Err("no_number"),
            CounterStep::Recall => self.change(slip, false, |slip| {
                (slip.called, slip.calls) = (Some(at), slip.calls + 1);
            }),
            CounterStep::Start => self.change(slip, true, |slip| {
                (slip.state, slip.started) = (State::Serving, Some(at));
            }),
            CounterStep::NoShow => self.change(slip, true, |slip| slip.end(State::NoShow, at)),
            CounterStep::Finish(_) => self.finish(slip),
            CounterStep::Park { until } => self.change(slip, true, |slip| {
                (slip.state, slip.back) = (State::Parked, until.map(|until| until.0));
            }),
        }
        Ok(Some(slip))
    }

    /// The visit ends, or its journey goes on with the same place by arrival.
    fn finish(&mut self, slip: usize) {
        let at = self.at;
        self.change(slip, true, |slip| {
            if slip.then.is_empty() {
                slip.end(State::Served, at);
            } else {
                slip.wait(slip.rank);
                slip.service = slip.then.remove(0);
                (slip.only, slip.leg) = (None, slip.leg + 1);
            }
        });
    }

    pub(super) fn undo(&mut self, code: &queue::CounterId) -> Answer {
        let desk = Self::desk(code)?;
        let undo = self.desks[desk].undo.take().ok_or("nothing_to_undo")?;
        let limit = i64::from(self.rules.undo_s) * 1_000;
        let touched = undo.before.iter().map(|(slip, _)| self.slips[*slip].touched);
        if limit == 0 || self.at - undo.at > limit || !touched.eq(undo.touched.iter().copied()) {
            return Err("nothing_to_undo");
        }
        self.desks[desk].streak = undo.streak;
        let mut who = None;
        for (slip, before) in undo.before.into_iter().rev() {
            let held = before.desk.and_then(|desk| self.held_by(desk));
            if before.state.at_counter() && held.is_some_and(|held| held != slip) {
                return Err("nothing_to_undo");
            }
            let (touched, print) = (self.slips[slip].touched + 1, self.slips[slip].print);
            self.slips[slip] = Slip { touched, print, ..before };
            who = Some(slip);
        }
        Ok(who)
    }
}
