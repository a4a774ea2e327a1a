//! A counter that another program has: asked whether to take it, and told when it was taken.

use queue::{CounterId, Lang, Number, Site};

use super::door::Door;
use super::press::DOUBLE_MS;
use super::{Counter, Tag, View};
use crate::Now;
use crate::flow::{Effect, EffectOf};
use crate::words::clock;

/// What stands between this program and a counter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Taken {
    /// Nothing.
    #[default]
    No,
    /// Another program has it; since when the officer is asked, on [`Now::up_ms`].
    Asked(CounterId, i64),
    /// Another program took it from here, and this visitor with it.
    Lost(CounterId, Option<Number>),
}

impl Counter {
    /// Another program has the counter: the officer is asked whether to go on there.
    pub(super) fn ask_to_take(&mut self, counter: CounterId, now: Now) {
        self.refusal = None;
        self.chosen = counter.clone();
        self.taken = Taken::Asked(counter, now.up_ms);
    }

    /// The officer says yes; not with the second half of the press that asked.
    pub(super) fn take(&mut self, now: Now) -> Vec<EffectOf<Self>> {
        let Taken::Asked(counter, since_ms) = self.taken.clone() else { return Vec::new() };
        if self.pending || self.open.is_some() || now.up_ms - since_ms < DOUBLE_MS {
            return Vec::new();
        }
        self.pending = true;
        self.refusal = None;
        vec![Effect::Take { tag: Tag::Take, counter, officer: self.door.signed.clone() }]
    }

    /// Another program has this one's counter by now, and the visitor with it: this one stops, and
    /// whoever sits here signs in anew.
    pub(super) fn lose(&mut self, counter: CounterId) {
        if self.open.as_ref().or(self.wanted.as_ref()) != Some(&counter) {
            return;
        }
        let held = self.board.held_by(&counter).map(|ticket| ticket.number.clone());
        self.open = None;
        self.wanted = None;
        self.chosen = CounterId::default();
        self.pending = false;
        self.next = None;
        self.pressed = None;
        self.owed = None;
        self.ask = super::Ask::default();
        self.strip = false;
        self.watching = super::Watching::default();
        self.refusal = None;
        let who = self.door.signed.take().map(|who| who.to_string()).unwrap_or_default();
        self.door = Door::of(who);
        self.taken = Taken::Lost(counter, held);
    }

    pub(super) fn show_taken(&self, view: &mut View, site: &Site) {
        match &self.taken {
            Taken::No => {}
            Taken::Asked(counter, _) => self.show_question(view, site, counter),
            Taken::Lost(counter, held) => self.show_loss(view, site, counter, held.as_ref()),
        }
    }

    fn show_question(&self, view: &mut View, site: &Site, counter: &CounterId) {
        let label = label(site, counter);
        view.take = true;
        view.alert = match (self.lang, self.name_at(counter)) {
            (Lang::Vi, Some(who)) => format!("Quầy {label} đang do {who} giữ ở máy khác"),
            (Lang::Vi, None) => format!("Quầy {label} đang mở ở máy khác"),
            (Lang::En, Some(who)) => format!("{who} has counter {label} at another machine"),
            (Lang::En, None) => format!("Counter {label} is open at another machine"),
        };
        let held = self.board.held_by(counter).map(|ticket| &ticket.number);
        view.alert_text = match (self.lang, held) {
            (Lang::Vi, Some(number)) => {
                format!(
                    "Nhận quầy? Máy kia dừng ngay, khách {number} ở lại quầy và không bị gọi lại."
                )
            }
            (Lang::Vi, None) => "Nhận quầy? Máy kia dừng ngay. Không có ai ở quầy.".into(),
            (Lang::En, Some(number)) => format!(
                "Take it over? The other machine stops at once; {number} stays and is not called again."
            ),
            (Lang::En, None) => {
                "Take it over? The other machine stops at once. Nobody is at the counter.".into()
            }
        };
    }

    fn show_loss(&self, view: &mut View, site: &Site, counter: &CounterId, held: Option<&Number>) {
        let label = label(site, counter);
        let state = self.board.counters.get(counter);
        // Who it was is on the board of a program that was not cut off, or is connected again.
        let taken = state.filter(|state| state.taken > 0);
        let wall = self.site.as_ref().map(|(_, wall)| wall);
        let at = taken.zip(wall).map(|(state, wall)| clock(wall.local(state.since).minute));
        view.alert = match (self.lang, at, self.name_at(counter)) {
            (Lang::Vi, Some(at), Some(who)) => {
                format!("{who} đã nhận quầy {label} ở máy khác lúc {at}")
            }
            (Lang::Vi, Some(at), None) => format!("Quầy {label} đã được nhận ở máy khác lúc {at}"),
            (Lang::Vi, None, _) => {
                format!("Quầy {label} đã được mở ở máy khác khi máy này mất liên lạc")
            }
            (Lang::En, Some(at), Some(who)) => {
                format!("{who} took counter {label} over at another machine at {at}")
            }
            (Lang::En, Some(at), None) => {
                format!("Counter {label} was taken over at another machine at {at}")
            }
            (Lang::En, None, _) => {
                format!("Counter {label} was opened at another machine while this one was cut off")
            }
        };
        view.alert_text = match (self.lang, held) {
            (Lang::Vi, Some(number)) => {
                format!(
                    "Khách {number} do máy đó phục vụ tiếp. Máy này đã dừng; mời chọn quầy khác."
                )
            }
            (Lang::Vi, None) => "Máy này đã dừng. Mời chọn quầy khác.".into(),
            (Lang::En, Some(number)) => {
                format!(
                    "{number} is served there from now on. This machine has stopped; choose another counter."
                )
            }
            (Lang::En, None) => "This machine has stopped. Choose another counter.".into(),
        };
    }

    /// Who is signed in at a counter, by name.
    fn name_at(&self, counter: &CounterId) -> Option<&str> {
        let who = self.board.officer_at(counter)?;
        let known = self.board.officers.get(who).map(|officer| officer.name.as_str());
        Some(known.filter(|name| !name.is_empty()).unwrap_or(who.as_str()))
    }
}

fn label<'a>(site: &'a Site, counter: &'a CounterId) -> &'a str {
    site.counter(counter).map_or(counter.as_str(), queue::Counter::label)
}
