//! What the hall's window shows, worked out from the flow.

use queue::Shown;
use queue::wait::Asker;
use queue::{CounterId, Site};

use super::{Call, FRESH_MS, Hall, LOST_MS, View, Wait};
use crate::Now;
use crate::words::{clock, long_date, pick, range};

/// How many fields the slide and the band name: the busiest.
const WAITS_MAX: usize = 4;

impl Hall {
    /// Each counter's number while somebody is called to it or served there.
    fn signs(&self, site: &Site) -> Vec<(CounterId, String)> {
        let ours = site.counters.iter().filter(|counter| self.ours(&counter.id));
        let number = |counter: &queue::Counter| {
            crate::counter::shown_number(self.board.held_by(&counter.id))
        };
        ours.map(|counter| (counter.id.clone(), number(counter))).collect()
    }

    pub(super) fn show(&self, now: Now) -> View {
        let lang = self.config.lang;
        let mut view = View {
            lang,
            evening: self.evening(now),
            // Below English there is nothing to add.
            english_below: self.config.english_below && lang == queue::Lang::Vi,
            layout: self.layout,
            shift: self.shift(now),
            ..View::default()
        };
        if let Some((since, _)) = &self.lost
            && (now.up_ms - since >= LOST_MS || self.site.is_none())
        {
            view.trouble =
                pick(lang, "Mời theo hướng dẫn của cán bộ", "Please follow the staff").to_owned();
        }
        (view.sound_note, view.sound_fine) = self.sound_note(now);
        view.emergency = self.message();
        let Some((site, wall)) = &self.site else { return view };
        let local = wall.local(now.wall);
        site.name.get(lang).clone_into(&mut view.centre);
        view.clock = clock(local.minute);
        view.date = long_date(lang, &local);
        view.waits.clone_from(&self.waits);
        // Beside a message to leave the room nothing else is worth reading.
        if view.emergency.is_none() {
            view.band = self.band(now);
            view.slide = self.slide(now);
        }
        view.kept = self.kept();
        view.signs = self.signs(site);
        let ours: Vec<_> =
            self.board.recent.iter().filter(|s| !s.undone && self.ours(&s.counter)).collect();
        let mut big: Vec<&Shown> = self
            .stage
            .calls()
            .filter_map(|call| ours.iter().find(|shown| shown.seq == call).copied())
            .collect();
        if big.is_empty() {
            // A hall that starts anew, or whose last call was taken back, shows the one before.
            big.extend(ours.first());
        }
        let rows = usize::try_from(self.layout.rows).unwrap_or_default();
        let below = if self.layout.upright { rows } else { rows * 2 };
        view.recent = ours
            .iter()
            .filter(|shown| !big.iter().any(|large| large.seq == shown.seq))
            .take(below)
            .map(|shown| self.call(shown, now))
            .collect();
        view.calls = big.iter().map(|shown| self.call(shown, now)).collect();
        view
    }

    fn call(&self, shown: &Shown, now: Now) -> Call {
        let came = self.came_ms.get(&shown.seq);
        let (zone, arrow) = self.zone(&shown.counter);
        Call {
            seq: shown.seq,
            number: shown.number.to_string(),
            counter: self.label(&shown.counter),
            zone,
            arrow,
            fresh: came.is_some_and(|came| now.up_ms - came < FRESH_MS),
            speaking: self.speaking == Some(shown.seq),
        }
    }

    /// The busiest fields of this hall, reckoned anew.
    pub(super) fn reckon(&self, now: Now) -> Vec<Wait> {
        let Some((site, wall)) = &self.site else { return Vec::new() };
        let lang = self.config.lang;
        let here = |service: &&queue::Service| {
            let mut takers = site.counters.iter().filter(|c| c.services.contains_key(&service.id));
            takers.any(|counter| self.ours(&counter.id))
        };
        let mut busy: Vec<_> = site
            .services
            .iter()
            .filter(here)
            .map(|service| (self.board.waiting(&service.id), service))
            .filter(|(waiting, _)| *waiting > 0)
            .collect();
        busy.sort_by_key(|(waiting, _)| std::cmp::Reverse(*waiting));
        let told = |service: &queue::Service| {
            let asker = Asker::newcomer(&service.id, now.wall);
            self.experience.estimate(&self.board, site, wall, &asker, now.wall).ok()
        };
        let wait = |(waiting, service): &(usize, &queue::Service)| {
            let told = told(service).map(|estimate| estimate.range);
            let bare = told.map(|told| format!("{}–{}", told.from_min, told.to_min));
            Wait {
                name: service.short_name(lang).to_owned(),
                people: waiting.to_string(),
                minutes: told.map(|told| range(lang, told)).unwrap_or_default(),
                range: bare.unwrap_or_default(),
            }
        };
        busy.iter().take(WAITS_MAX).map(wait).collect()
    }
}
