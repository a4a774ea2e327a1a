//! What the hall's window shows, worked out from the flow.

use queue::wait::Asker;
use queue::{Lang, Shown, Site, WallClock};

use super::{BIG_MAX, Call, FRESH_MS, Hall, LOST_MS, TOGETHER_MS, View, Wait};
use crate::Now;
use crate::words::{clock, long_date, pick, range};

/// How many last calls stand below the big area.
const RECENT_MAX: usize = 4;
/// How many fields the band names: the busiest.
const WAITS_MAX: usize = 4;

impl Hall {
    pub(super) fn show(&self, now: Now) -> View {
        let lang = self.config.lang;
        let mut view = View {
            lang,
            evening: self.evening(),
            english_below: self.config.english_below,
            notice: pick(lang, "Không thu tiền lấy số", "Numbers are free").to_owned(),
            ..View::default()
        };
        if let Some((since, _)) = &self.lost
            && (now.up_ms - since >= LOST_MS || self.site.is_none())
        {
            view.trouble =
                pick(lang, "Mời theo hướng dẫn của cán bộ", "Please follow the staff").to_owned();
        }
        view.sound_note = self.sound.as_ref().map(|t| t.words(lang).to_owned()).unwrap_or_default();
        let Some((site, wall)) = &self.site else { return view };
        let local = wall.local(now.wall);
        site.name.get(lang).clone_into(&mut view.centre);
        view.clock = clock(local.minute);
        view.date = long_date(lang, &local);
        view.waits = self.waits(site, wall, lang, now);
        view.calm = view.trouble.is_empty()
            && !view.waits.is_empty()
            && self.last_call_ms.is_none_or(|last| now.up_ms - last >= self.calm_ms());
        let ours: Vec<_> =
            self.board.recent.iter().filter(|s| !s.undone && self.ours(&s.counter)).collect();
        let big = self.big(&ours, now);
        let call = |shown: &&Shown| self.call(shown, now);
        // Together they stand in the order in which they are spoken.
        view.calls = ours[..big].iter().rev().map(call).collect();
        view.recent = ours[big..].iter().take(RECENT_MAX).map(call).collect();
        view
    }

    /// How many of the newest calls share the big area: those that came within a few seconds, as
    /// long as one of them is fresh or still to be said. Then the newest stands alone again.
    fn big(&self, calls: &[&Shown], now: Now) -> usize {
        let Some(newest) = calls.first() else { return 0 };
        let together = calls
            .iter()
            .take(BIG_MAX)
            .take_while(|shown| newest.at.since(shown.at) < TOGETHER_MS)
            .count();
        let open = |shown: &&Shown| {
            self.came_ms.get(&shown.seq).is_some_and(|came| now.up_ms - came < FRESH_MS)
                || self.unsaid.values().any(|call| *call == shown.seq)
                || self.speaking == Some(shown.seq)
        };
        if calls[..together].iter().any(open) { together.max(1) } else { 1 }
    }

    fn call(&self, shown: &Shown, now: Now) -> Call {
        let came = self.came_ms.get(&shown.seq);
        Call {
            number: shown.number.to_string(),
            counter: self.label(&shown.counter),
            fresh: came.is_some_and(|came| now.up_ms - came < FRESH_MS),
            speaking: self.speaking == Some(shown.seq),
        }
    }

    fn waits(&self, site: &Site, wall: &WallClock, lang: Lang, now: Now) -> Vec<Wait> {
        let mut busy: Vec<_> = site
            .services
            .iter()
            .map(|service| (self.board.waiting(&service.id), service))
            .filter(|(waiting, _)| *waiting > 0)
            .collect();
        busy.sort_by_key(|(waiting, _)| std::cmp::Reverse(*waiting));
        let told = |service: &queue::Service| {
            let asker = Asker::newcomer(&service.id, now.wall);
            self.experience.estimate(&self.board, site, wall, &asker, now.wall).ok()
        };
        let wait = |(waiting, service): &(usize, &queue::Service)| Wait {
            name: service.short_name(lang).to_owned(),
            people: waiting.to_string(),
            minutes: told(service).map(|e| range(lang, e.range)).unwrap_or_default(),
        };
        busy.iter().take(WAITS_MAX).map(wait).collect()
    }
}
