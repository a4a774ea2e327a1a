//! From a press to an action.

use queue::{Action, CounterStep, Finishing, Refusal, Shift, State};

use super::ask::{Ask, Then, Took};
use super::said::HELPING;
use super::taken::Taken;
use super::watch::Watching;
use super::{Asked, Counter, Deed, Press, Stroke, Tag, Touch, Words};
use crate::Now;
use crate::flow::{Effect, EffectOf};
use crate::words;

/// The same press again within this time is a nervous one, milliseconds.
pub(super) const DOUBLE_MS: i64 = 400;
/// The lists on the right.
const TABS: usize = 4;

type Effects = Vec<EffectOf<Counter>>;

impl Counter {
    pub(super) fn touch(&mut self, touch: Touch, now: Now) -> Effects {
        let opens = matches!(
            touch,
            Touch::Open
                | Touch::Stroke(_)
                | Touch::Pad(_)
                | Touch::Field(_)
                | Touch::Account(_)
                | Touch::Language
        );
        if self.at_door() && self.door.locked && !opens {
            return Vec::new();
        }
        match touch {
            Touch::Language => self.lang = words::other(self.lang),
            Touch::Choose(code) if self.open.is_none() => {
                self.chosen = queue::CounterId::from(code);
                self.refusal = None;
                self.taken = Taken::No;
            }
            Touch::Choose(_) => {}
            Touch::Open if self.at_door() => return self.sign_in(now),
            Touch::Open if matches!(self.taken, Taken::Asked(..)) => return self.take(now),
            Touch::Open => return self.claim(self.chosen.clone()),
            Touch::Stroke(stroke) if self.at_door() => return self.stroke_at_door(&stroke, now),
            Touch::Field(pin) => self.door.at_pin = pin,
            Touch::Account(who) => self.door.who = who,
            Touch::Do(deed) => {
                let key = self.keys.key(deed).cloned();
                if key.as_ref().is_none_or(|key| self.fresh(&Press::Key(key.clone()), now)) {
                    let wanted = self.deed(deed, now);
                    return self.guarded(key.map(Press::Key), wanted, now);
                }
            }
            Touch::Stroke(stroke) => return self.stroke(&stroke, now),
            Touch::Pad(key) => return self.pad(key, now),
            Touch::Pick(row) => return self.pick(row, now),
            Touch::Commit => return self.commit_now(false, now),
            Touch::CommitNext => return self.commit_now(true, now),
            Touch::Close => {
                self.ask = Ask::default();
                self.taken = Taken::No;
            }
            Touch::Typed(text) => {
                self.ask.typed.clear();
                self.ask.paste(&text);
            }
            Touch::Words(text) => self.ask.words = text,
            Touch::Count(by) => self.ask.count(by),
            Touch::Scroll(list, by) => self.watch_scroll(list, by, now),
            Touch::Tab(tab) => self.tab = tab.min(TABS - 1),
            Touch::Back(number) => return self.back(&number, now),
        }
        Vec::new()
    }

    /// Whether a press is not the second half of a nervous one.
    fn fresh(&self, press: &Press, now: Now) -> bool {
        self.guard.as_ref().is_none_or(|(last, at)| last != press || now.up_ms - at >= DOUBLE_MS)
    }

    fn just_moved(&self, now: Now) -> bool {
        self.moved_ms.is_some_and(|moved| now.up_ms - moved < DOUBLE_MS)
    }

    /// Remembers a press that did something.
    fn guarded(&mut self, press: Option<Press>, wanted: Effects, now: Now) -> Effects {
        if !wanted.is_empty() || self.ask.asked != Asked::Nothing {
            self.guard = press.map(|press| (press, now.up_ms)).or(self.guard.take());
        }
        wanted
    }

    /// A key went down.
    fn stroke(&mut self, stroke: &Stroke, now: Now) -> Effects {
        if self.ask.asked != Asked::Nothing {
            return self.stroke_into_ask(stroke, now);
        }
        if self.open.is_none() {
            return Vec::new();
        }
        let key = stroke.key();
        // Whoever leans on a key must not call the next.
        if stroke.repeat || !self.fresh(&Press::Key(key.clone()), now) {
            return Vec::new();
        }
        if self.watching.open {
            if stroke.name == "Esc" {
                self.watching = Watching::default();
            }
            self.watch_arrow(&stroke.name, now);
        }
        match stroke.name.as_str() {
            _ if self.watching.open => {}
            "Left" => self.tab = self.tab.saturating_sub(1),
            "Right" => self.tab = (self.tab + 1).min(TABS - 1),
            _ => {}
        }
        let Some(deed) = self.keys.deed(&key) else { return Vec::new() };
        let wanted = self.deed(deed, now);
        self.guarded(Some(Press::Key(key)), wanted, now)
    }

    fn stroke_into_ask(&mut self, stroke: &Stroke, now: Now) -> Effects {
        if stroke.name == "Esc" {
            self.ask = Ask::default();
            self.refusal = None;
            return Vec::new();
        }
        if !stroke.ctrl {
            let rows = self.rows(&self.ask, now).len();
            let mut ask = std::mem::take(&mut self.ask);
            let took = ask.take(stroke, rows, now);
            self.ask = ask;
            match took {
                Took::Field => return Vec::new(),
                Took::Row(_) if self.just_moved(now) => return Vec::new(),
                Took::Row(row) if !stroke.repeat => return self.pick_nth(row, now),
                Took::Row(_) | Took::No => {}
            }
        }
        let key = stroke.key();
        let fresh = self.fresh(&Press::Key(key.clone()), now);
        if stroke.repeat || !fresh || (self.ask.is_search() && self.just_moved(now)) {
            return Vec::new();
        }
        let finish = self.ask.asked == Asked::Finish;
        let deed = self.keys.deed(&key);
        let wanted = match (stroke.name.as_str(), deed) {
            // A scanner ends a code with Enter: that keeps the code and ends nothing.
            ("Enter", _) if finish && !self.ask.typed.is_empty() => {
                self.ask.keep_code();
                self.guard = Some((Press::Key(key), now.up_ms));
                return Vec::new();
            }
            ("Enter", _) => self.commit_now(false, now),
            (_, Some(Deed::Finish)) if finish => self.commit_now(false, now),
            (_, Some(Deed::Main)) if finish => self.commit_now(true, now),
            (_, Some(Deed::NoShow)) if self.ask.asked == Asked::Number => self.end_marked(now),
            _ => return Vec::new(),
        };
        self.guarded(Some(Press::Key(key)), wanted, now)
    }

    /// The marked number of the list is not called but ended.
    fn end_marked(&mut self, now: Now) -> Effects {
        let marked = self.rows(&self.ask, now).into_iter().nth(self.ask.at).map(|row| row.then);
        if let Some(Then::Reason(number)) = marked {
            self.ask = Ask::new(Asked::End, Some(number));
        }
        Vec::new()
    }

    /// A row by its figure.
    fn pick_nth(&mut self, row: usize, now: Now) -> Effects {
        let label = self.listed(now).into_iter().nth(row);
        label.map(|label| self.pick(label, now)).unwrap_or_default()
    }

    /// A row by what stands on it; one that is gone by now is nobody.
    fn pick(&mut self, label: String, now: Now) -> Effects {
        if !self.fresh(&Press::Row(label.clone()), now) {
            return Vec::new();
        }
        let chosen = self.rows(&self.ask, now).into_iter().find(|row| row.label == label);
        let wanted = chosen.map(|row| self.then(row.then)).unwrap_or_default();
        self.guarded(Some(Press::Row(label)), wanted, now)
    }

    /// What stands on the rows of the open dialog.
    pub(super) fn listed(&self, now: Now) -> Vec<String> {
        if self.ask.asked == Asked::Nothing {
            return Vec::new();
        }
        self.rows(&self.ask, now).into_iter().map(|row| row.label).collect()
    }

    /// The list may have moved under the mark: it stays with its row. A press that was meant for the
    /// list as it stood is not taken for the new one.
    pub(super) fn keep_mark(&mut self, before: &[String], now: Now) {
        let after = self.listed(now);
        if after == before {
            return;
        }
        self.moved_ms = Some(now.up_ms);
        let marked = before.get(self.ask.at);
        self.ask.at =
            marked.and_then(|row| after.iter().position(|other| other == row)).unwrap_or_default();
    }

    /// The dialog's end; what was typed stays until the store has said that it is done.
    fn commit_now(&mut self, and_next: bool, now: Now) -> Effects {
        if self.pending || self.away.is_some() || !self.fresh(&Press::Commit, now) {
            return Vec::new();
        }
        let finish = self.ask.asked == Asked::Finish;
        if finish && !and_next && !self.ask.typed.is_empty() {
            self.ask.keep_code();
            return Vec::new();
        }
        let Some(then) = self.commit(&self.ask, now) else { return Vec::new() };
        self.usual = self.ask.outcome.or(self.usual);
        let wanted = self.then(then);
        if and_next && finish && !wanted.is_empty() && !self.queue().is_empty() {
            self.next = self.open.clone().map(|counter| Action::CallNext { counter });
        }
        self.guarded(Some(Press::Commit), wanted, now)
    }

    fn then(&mut self, then: Then) -> Effects {
        match then {
            Then::Act(action) => {
                let deed = match self.ask.asked {
                    Asked::Nothing => Deed::Main,
                    Asked::Finish => Deed::Finish,
                    Asked::Park => Deed::Park,
                    Asked::Transfer => Deed::Transfer,
                    Asked::Number | Asked::Reason => Deed::Number,
                    Asked::Direct => Deed::Direct,
                    Asked::Returns => Deed::Returns,
                    Asked::End => Deed::End,
                    Asked::Pause => Deed::Pause,
                    Asked::Services => Deed::Services,
                    Asked::Move | Asked::Void => Deed::Watch,
                    Asked::Officers | Asked::Agencies => Deed::Officers,
                    Asked::Papers => Deed::Papers,
                };
                self.press(deed, action)
            }
            Then::Reason(number) => {
                self.ask = Ask::new(Asked::Reason, Some(number));
                Vec::new()
            }
            Then::Move(number) => {
                self.ask = Ask::of_all(Asked::Transfer, number);
                Vec::new()
            }
            Then::Void(number) => {
                self.ask = Ask::of_all(Asked::End, number);
                Vec::new()
            }
            Then::Officer(who) => {
                self.ask = Ask::agencies(who);
                Vec::new()
            }
            Then::Outcome(outcome) => {
                self.ask.outcome = Some(outcome);
                Vec::new()
            }
        }
    }

    fn press(&mut self, deed: Deed, action: Action) -> Effects {
        if self.away.is_some() {
            return Vec::new();
        }
        let wanted = self.act(action);
        if !wanted.is_empty() {
            self.pressed = Some(Words::deed(deed));
        }
        wanted
    }

    fn at_counter(&mut self, deed: Deed, step: CounterStep) -> Effects {
        let Some(counter) = self.open.clone() else { return Vec::new() };
        self.press(deed, Action::AtCounter { counter, step })
    }

    /// What a key or its button does now; nothing where it makes no sense.
    fn deed(&mut self, deed: Deed, now: Now) -> Effects {
        if deed == Deed::Strip {
            // The window's own business: whoever works elsewhere need not wait for the store.
            self.strip = !self.strip;
            return Vec::new();
        }
        if self.pending || self.away.is_some() {
            return Vec::new();
        }
        let can = self.caps(now);
        if self.watching.open {
            let asked = self.watch_deed(deed);
            return asked.map(|asked| self.open_ask(asked)).unwrap_or_default();
        }
        match deed {
            Deed::Main if can.main => self.main(),
            Deed::Start if can.called => self.at_counter(deed, CounterStep::Start),
            Deed::Recall if can.called => self.at_counter(deed, CounterStep::Recall),
            Deed::NoShow if can.called => self.at_counter(deed, CounterStep::NoShow),
            Deed::Finish if can.finish => self.finish(),
            Deed::Park if can.move_on => self.about_held(Asked::Park),
            Deed::Transfer if can.move_on => self.about_held(Asked::Transfer),
            Deed::End if can.finish => self.about_held(Asked::End),
            Deed::Requeue if can.requeue => self.requeue(),
            Deed::Number => self.when_free(Asked::Number),
            Deed::Direct => self.direct(),
            Deed::Returns => self.open_ask(Asked::Returns),
            Deed::Pause => self.pause(),
            Deed::Undo => {
                let counter = self.open.clone();
                counter
                    .map(|counter| self.press(deed, Action::Undo { counter }))
                    .unwrap_or_default()
            }
            Deed::Help if can.help => self.help(now),
            Deed::TakeOver if can.take_over => self.take_over(),
            Deed::Leave => self.leave(),
            Deed::Rate => {
                self.ask_rating(now);
                Vec::new()
            }
            Deed::Services if can.supervise => self.open_ask(Asked::Services),
            Deed::Officers if can.supervise => self.open_ask(Asked::Officers),
            Deed::Watch if can.supervise => {
                self.watching = Watching::opened();
                self.refusal = None;
                Vec::new()
            }
            Deed::Papers if self.has_papers() => self.about_held(Asked::Papers),
            Deed::Main
            | Deed::Start
            | Deed::Recall
            | Deed::NoShow
            | Deed::Finish
            | Deed::Park
            | Deed::Transfer
            | Deed::End
            | Deed::Requeue
            | Deed::Help
            | Deed::Services
            | Deed::Strip
            | Deed::Watch
            | Deed::Officers
            | Deed::Papers
            | Deed::TakeOver => Vec::new(),
        }
    }

    fn has_papers(&self) -> bool {
        let (Some(held), Some((site, _))) = (self.held(), &self.site) else { return false };
        !self.papers(site, held).is_empty()
    }

    fn main(&mut self) -> Effects {
        let Some(counter) = self.open.clone() else { return Vec::new() };
        match self.held().map(|ticket| ticket.state) {
            None if self.paused().is_some() => self.go_on(),
            Some(State::Called) => self.at_counter(Deed::Start, CounterStep::Start),
            Some(_) if self.must_say_outcome() => self.about_held(Asked::Finish),
            Some(_) if self.queue().is_empty() => {
                self.at_counter(Deed::Finish, CounterStep::finish())
            }
            _ => self.press(Deed::Main, Action::CallNext { counter }),
        }
    }

    fn finish(&mut self) -> Effects {
        if self.finishing() == Finishing::Quick {
            return self.at_counter(Deed::Finish, CounterStep::finish());
        }
        let usual = self.usual;
        let wanted = self.about_held(Asked::Finish);
        self.ask.outcome = usual;
        wanted
    }

    fn about_held(&mut self, asked: Asked) -> Effects {
        let held = self.held();
        let about = held.map(|ticket| ticket.number.clone());
        let brought = held.map_or(0, |ticket| ticket.dossiers);
        self.refusal = None;
        self.ask = Ask::new(asked, about);
        self.ask.brings(brought);
        Vec::new()
    }

    fn open_ask(&mut self, asked: Asked) -> Effects {
        self.refusal = None;
        self.ask = Ask::new(asked, None);
        Vec::new()
    }

    /// Nobody else is called while a visitor is here.
    fn when_free(&mut self, asked: Asked) -> Effects {
        if self.holds_somebody() { Vec::new() } else { self.open_ask(asked) }
    }

    fn holds_somebody(&mut self) -> bool {
        let held = self.held().map(|ticket| ticket.number.clone());
        if let (Some(number), Some(counter)) = (&held, self.open.clone()) {
            self.refuse(&Refusal::StillHeld { counter, number: number.clone() });
        }
        held.is_some()
    }

    fn direct(&mut self) -> Effects {
        let only = self.own().filter(|counter| counter.services.len() == 1);
        let only = only.and_then(|counter| {
            let service = counter.services.keys().next()?.clone();
            Some(Action::Direct { counter: counter.id.clone(), service })
        });
        match only {
            _ if self.holds_somebody() => Vec::new(),
            Some(action) => self.press(Deed::Direct, action),
            None => self.open_ask(Asked::Direct),
        }
    }

    fn pause(&mut self) -> Effects {
        if self.paused().is_some() { self.go_on() } else { self.when_free(Asked::Pause) }
    }

    fn go_on(&mut self) -> Effects {
        let Some(counter) = self.open.clone() else { return Vec::new() };
        let officer = self.board.officer_at(&counter).cloned();
        self.press(Deed::Pause, Action::Shift { counter, change: Shift::Open { officer } })
    }

    fn requeue(&mut self) -> Effects {
        let number = self.held().map(|ticket| ticket.number.clone());
        let by = self.open.clone();
        let action = number.map(|number| Action::Requeue { number, by });
        action.map(|action| self.press(Deed::Requeue, action)).unwrap_or_default()
    }

    fn help(&mut self, now: Now) -> Effects {
        let number = self.other_in_need(now).map(|(_, ticket)| ticket.number.clone());
        let (Some(counter), Some(number)) = (self.open.clone(), number) else { return Vec::new() };
        let reason = HELPING.to_owned();
        self.press(Deed::Help, Action::Call { counter, number, reason })
    }

    fn take_over(&mut self) -> Effects {
        let from = self.stranded().map(|(from, _)| from.clone());
        match (self.open.clone(), from) {
            (Some(counter), Some(from)) => {
                self.press(Deed::TakeOver, Action::TakeOver { counter, from })
            }
            _ => Vec::new(),
        }
    }

    /// One press on a row of those set aside or missed.
    fn back(&mut self, number: &str, now: Now) -> Effects {
        let press = Press::Back(number.to_owned());
        if self.pending || self.away.is_some() || !self.fresh(&press, now) {
            return Vec::new();
        }
        let Some(here) = self.open.clone() else { return Vec::new() };
        let ticket = self.board.tickets.values().find(|t| t.number.to_string() == number).cloned();
        let Some(ticket) = ticket else { return Vec::new() };
        if ticket.state == State::Parked && self.holds_somebody() {
            return Vec::new();
        }
        let action = self.bring_back(&here, &ticket);
        let wanted = self.press(Deed::Returns, action);
        self.guarded(Some(press), wanted, now)
    }

    /// A counter is left only when no visitor is there: a ticket is never stranded by a key.
    fn leave(&mut self) -> Effects {
        let Some(counter) = self.open.clone() else { return Vec::new() };
        // What is under way may bring somebody to this counter.
        if self.pending || self.holds_somebody() {
            return Vec::new();
        }
        self.open = None;
        self.watching = Watching::default();
        self.door = super::Door::default();
        self.refusal = None;
        self.strip = false;
        self.pending = true;
        let close = Action::Shift { counter, change: Shift::Close };
        vec![Effect::Act { tag: Tag::Step, action: close }, Effect::Release]
    }
}
