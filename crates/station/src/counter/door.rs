//! Who sits at the counter: signing in, the lock, and what a role may do.
//!
//! A centre that has enlisted nobody works without it: whoever sits there is the officer.

use queue::{Action, Counter as Place, CounterId, OfficerId, Role, Shift, Site};
use zeroize::Zeroizing;

use super::{Counter, Stroke, Tag};
use crate::Now;
use crate::flow::{Effect, EffectOf};
use crate::pin::Pin;

/// Longer than any account.
const ACCOUNT_MAX: usize = 40;

/// The sign-in page and who came through it.
#[derive(Default)]
pub(super) struct Door {
    /// What stands in the account's field.
    pub(super) who: String,
    /// What stands in the PIN's field; out of memory when it is dropped.
    pin: Zeroizing<String>,
    /// The keys go into the PIN's field.
    pub(super) at_pin: bool,
    /// Who is signed in.
    pub(super) signed: Option<OfficerId>,
    /// The officer went away from the counter; a visitor may still be there.
    pub(super) locked: bool,
    /// When somebody last pressed, on [`Now::up_ms`].
    pressed_ms: i64,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door")
            .field("who", &self.who)
            .field("signed", &self.signed)
            .finish_non_exhaustive()
    }
}

impl Door {
    /// A closed one, with an account in its field.
    pub(super) fn of(who: String) -> Self {
        Self { who, ..Self::default() }
    }

    /// How many figures of a PIN are there.
    pub(super) fn figures(&self) -> usize {
        self.pin.chars().count()
    }

    fn typed(&mut self, stroke: &Stroke) {
        let pin = self.at_pin;
        match stroke.name.as_str() {
            "Backspace" if pin => drop(self.pin.pop()),
            "Backspace" => drop(self.who.pop()),
            "Up" => self.at_pin = false,
            "Down" => self.at_pin = true,
            _ if pin => {
                let room = self.pin.len() < *crate::pin::LENGTH.end();
                let figure = stroke.figure().filter(|_| room);
                let figure =
                    figure.and_then(|figure| char::from_digit(u32::try_from(figure).ok()?, 10));
                self.pin.extend(figure);
            }
            _ => {
                let room = self.who.chars().count() < ACCOUNT_MAX;
                let text = stroke.text().filter(|text| room && *text != " ");
                self.who.push_str(text.unwrap_or_default());
            }
        }
    }
}

impl Counter {
    /// Whether nobody works here without a PIN.
    pub(super) fn needs_pin(&self) -> bool {
        !self.board.officers.is_empty()
    }

    /// Whether the sign-in page stands between the officer and the counter.
    pub(super) fn at_door(&self) -> bool {
        self.needs_pin() && (self.door.signed.is_none() || self.door.locked)
    }

    /// What whoever is signed in may do; without officers nobody is more than an officer.
    pub(super) fn role(&self) -> Role {
        let who = self.door.signed.as_ref().and_then(|who| self.board.officers.get(who));
        who.map(|officer| officer.role).unwrap_or_default()
    }

    /// Whether the one at the door works at a counter; unknown is yes, and the queue decides.
    pub(super) fn may_sit(&self, site: &Site, place: &Place) -> bool {
        let who = OfficerId::from(self.door.who.trim());
        self.board.officers.get(&who).is_none_or(|officer| officer.works_at(site, place))
    }

    /// Whoever is signed in, where they do not work at a counter: the PIN was tried at another one.
    pub(super) fn stranger_at(&self, counter: &CounterId) -> Option<OfficerId> {
        let (site, _) = self.site.as_ref()?;
        let who = self.door.signed.as_ref()?;
        let place = site.counter(counter)?;
        (!self.board.officers.get(who)?.works_at(site, place)).then(|| who.clone())
    }

    /// A key on the sign-in page.
    pub(super) fn stroke_at_door(&mut self, stroke: &Stroke, now: Now) -> Vec<EffectOf<Self>> {
        match stroke.name.as_str() {
            "Enter" if stroke.repeat => {}
            "Enter" if !self.door.at_pin => self.door.at_pin = true,
            "Enter" => return self.sign_in(now),
            "Left" => self.choose_beside(-1),
            "Right" => self.choose_beside(1),
            _ if !stroke.ctrl => self.door.typed(stroke),
            _ => {}
        }
        Vec::new()
    }

    /// The next counter at which the officer works.
    fn choose_beside(&mut self, by: isize) {
        let Some((site, _)) = self.site.as_ref().filter(|_| !self.door.locked) else { return };
        let mine: Vec<_> = site
            .counters
            .iter()
            .filter(|place| self.may_sit(site, place))
            .map(|place| &place.id)
            .collect();
        let at = mine.iter().position(|id| **id == self.chosen);
        let next =
            at.map_or(0, |at| at.saturating_add_signed(by).min(mine.len().saturating_sub(1)));
        if let Some(chosen) = mine.get(next) {
            self.chosen = (*chosen).clone();
        }
    }

    /// Tries the PIN; what was typed of it is gone with the try.
    pub(super) fn sign_in(&mut self, now: Now) -> Vec<EffectOf<Self>> {
        let counter = self.open.clone().unwrap_or_else(|| self.chosen.clone());
        let who = OfficerId::from(self.door.who.trim());
        if self.pending
            || who.as_str().is_empty()
            || self.door.pin.is_empty()
            || counter.as_str().is_empty()
        {
            return Vec::new();
        }
        let pin = Pin::new(&std::mem::take(&mut self.door.pin));
        self.pending = true;
        self.refusal = None;
        self.door.pressed_ms = now.up_ms;
        vec![Effect::SignIn { tag: Tag::Door, who, counter, pin }]
    }

    /// It was the right one.
    pub(super) fn signed_in(&mut self) -> Vec<EffectOf<Self>> {
        let who = OfficerId::from(self.door.who.trim());
        self.door.signed = Some(who.clone());
        self.door.locked = false;
        self.door.at_pin = false;
        let Some(counter) = self.open.clone() else { return self.claim(self.chosen.clone()) };
        // Somebody else goes on with the visitor of whoever went away, and the ledger says who.
        if self.board.officer_at(&counter) == Some(&who) {
            return Vec::new();
        }
        self.act(Action::Shift { counter, change: Shift::Open { officer: Some(who) } })
    }

    /// Somebody pressed something: the lock begins anew. When it falls nothing of the visit changes.
    pub(super) fn watch_door(&mut self, pressed: bool, now: Now) {
        if pressed && !self.door.locked {
            self.door.pressed_ms = now.up_ms;
        }
        let idle = now.up_ms - self.door.pressed_ms;
        let due = self.lock_after_ms.is_some_and(|after| idle >= after);
        if due && self.open.is_some() && self.door.signed.is_some() && !self.door.locked {
            self.door.locked = true;
            self.door.at_pin = true;
            self.ask = super::Ask::default();
            self.watching = super::Watching::default();
            self.refusal = None;
        }
    }

    /// When the lock falls, on [`Now::up_ms`].
    pub(super) fn lock_at_ms(&self) -> Option<i64> {
        let waits = self.open.is_some() && self.door.signed.is_some() && !self.door.locked;
        self.lock_after_ms.filter(|_| waits).map(|after| self.door.pressed_ms + after)
    }
}
