//! What the clock asks of the loudspeaker: how loud, notices, a test each morning.

use queue::{Action, Heard, Timestamp};

use super::{EffectOf, Hall, Order, Record};
use crate::Now;
use crate::flow::Effect;
use crate::words::{clock, pick};

/// Orders of the clock that are older than this were slept through and are left out, minutes.
const LATE_MIN: u16 = 5;
/// That the loudspeaker works is said for so long after its test.
const FINE_MS: i64 = 30 * 60_000;

impl Hall {
    /// The volume of this minute; nothing in quiet hours.
    pub(super) fn gain_db(&self, now: Now) -> Option<i32> {
        let minute = self.site.as_ref().map_or(720, |(_, wall)| wall.local(now.wall).minute);
        self.config.sound.volume_at(minute)
    }

    /// What has become due since the last step.
    pub(super) fn by_the_clock(&mut self, now: Now) -> Vec<EffectOf<Self>> {
        let Some((_, wall)) = &self.site else { return Vec::new() };
        let local = wall.local(now.wall);
        let (day, minute) = (local.day, local.minute);
        let before = match self.ticked.replace((day, minute)) {
            Some((same, before)) if same == day => before.max(minute.saturating_sub(LATE_MIN)),
            // A new day, or a hall that starts: only what comes from now on.
            _ => return Vec::new(),
        };
        let due = |at: Option<u16>| at.is_some_and(|at| before < at && at <= minute);
        let mut effects = Vec::new();
        if due(self.config.sound.self_test_minute()) {
            effects.push(Effect::Order(Order::Test));
        }
        // On a day on which no counter has opened there is nobody to tell anything.
        if self.board.counters.is_empty() {
            return effects;
        }
        let gain_db = self.gain_db(now);
        let notices = self.config.sound.notice.iter().zip(1..);
        effects.extend(notices.filter(|(notice, _)| due(notice.minute())).map(|(notice, id)| {
            let (say, text) = (notice.say, notice.text.trim().to_owned());
            Effect::Order(Order::Notice { id: -id, say, text, gain_db })
        }));
        effects
    }

    /// Keeps what a test found, on the screen and in the ledger.
    pub(super) fn tested(&mut self, fault: Option<String>, now: Now) -> EffectOf<Self> {
        self.test = Some((now.wall, fault.clone()));
        let heard = Heard::Tested { fault };
        let action =
            Action::Announce { call: 0, display: self.config.name.clone(), heard: heard.clone() };
        Effect::Act { tag: Record { call: 0, heard }, action }
    }

    /// What the header says of the loudspeaker, and whether it is good news.
    pub(super) fn sound_note(&self, now: Now) -> (String, bool) {
        let lang = self.config.lang;
        if let Some(trouble) = &self.sound {
            return (trouble.words(lang).to_owned(), false);
        }
        let (Some((at, fault)), Some((_, wall))) = (&self.test, &self.site) else {
            return (String::new(), false);
        };
        let time = |at: Timestamp| clock(wall.local(at).minute);
        match fault {
            Some(_) => {
                let words = pick(lang, "Loa: thử không đạt lúc", "Loudspeaker: test failed at");
                (format!("{words} {}", time(*at)), false)
            }
            None if now.wall.since(*at) < FINE_MS => {
                let words = pick(lang, "Loa: đã thử tốt lúc", "Loudspeaker: tested well at");
                (format!("{words} {}", time(*at)), true)
            }
            None => (String::new(), false),
        }
    }
}
