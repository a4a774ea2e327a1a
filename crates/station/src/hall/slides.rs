//! What a hall shows while nobody is called: the waits, what the centre promises, its pictures.

use super::{Hall, Kept, Slide};
use crate::Now;
use crate::words::pick;

/// Below so many turns a percentage says nothing.
const TURNS_LEAST: u32 = 20;
/// Fewer ratings than this are nobody's business.
const RATED_LEAST: u32 = 20;
/// The picture wanders to the next place this often.
const SHIFT_MS: i64 = 10 * 60_000;
/// A round of places in which each edge is left as often as the other.
const PLACES: [(i32, i32); 8] =
    [(0, 0), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (1, -1)];

impl Hall {
    /// Whether nobody was called for a while and the store answers.
    pub(super) fn calm(&self, now: Now) -> bool {
        self.lost.is_none()
            && self.last_call_ms.is_none_or(|last| now.up_ms - last >= self.calm_ms())
    }

    /// The slide that stands now.
    pub(super) fn slide(&self, now: Now) -> Slide {
        if !self.calm(now) {
            return Slide::None;
        }
        let mut slides = self.slides();
        let turn = usize::try_from(now.up_ms / self.slide_ms()).unwrap_or_default();
        let turn = turn % slides.len().max(1);
        if slides.is_empty() { Slide::None } else { slides.swap_remove(turn) }
    }

    /// When the next slide comes.
    pub(super) fn slide_turns(&self, now: Now) -> Option<i64> {
        let many = self.calm(now) && self.slides().len() > 1;
        many.then(|| (now.up_ms / self.slide_ms() + 1) * self.slide_ms())
    }

    fn slides(&self) -> Vec<Slide> {
        let lang = self.config.lang;
        let mut slides = Vec::new();
        if !self.waits.is_empty() {
            slides.push(Slide::Waits);
        }
        slides.extend(self.rated().map(Slide::Text));
        let texts = self.config.slides.texts.iter();
        slides.extend(texts.map(|text| Slide::Text(text.get(lang).to_owned())));
        slides.extend(self.pictures.iter().cloned().map(Slide::Picture));
        slides
    }

    /// How today's visitors were content, with how many of them said so: a share alone convinces
    /// nobody, and few say too much of each.
    fn rated(&self) -> Option<String> {
        let (ratings, served) = (self.board.ratings, self.board.served);
        (ratings.rated >= RATED_LEAST).then(|| match self.config.lang {
            queue::Lang::Vi => format!(
                "Hôm nay {} trên {} lượt đánh giá là hài lòng, trong {served} lượt đã phục vụ.",
                ratings.satisfied, ratings.rated
            ),
            queue::Lang::En => format!(
                "Today {} of {} ratings say satisfied, of {served} visits served.",
                ratings.satisfied, ratings.rated
            ),
        })
    }

    fn slide_ms(&self) -> i64 {
        i64::from(self.config.slides.seconds) * 1_000
    }

    /// How many of today's waits were no longer than the country asks; hidden while they are few.
    pub(super) fn kept(&self) -> Kept {
        let (within, turns) = (self.experience.today.within, self.experience.today.turns);
        if turns < TURNS_LEAST {
            return Kept::default();
        }
        Kept {
            percent: format!("{}%", within * 100 / turns),
            turns: match self.config.lang {
                queue::Lang::Vi => format!("{within} trên {turns} lượt"),
                queue::Lang::En => format!("{within} of {turns} turns"),
            },
        }
    }

    /// Where the picture stands, so that no line burns itself into the glass.
    pub(super) fn shift(&self, now: Now) -> (i32, i32) {
        let far = i32::from(self.config.screen.shift_px);
        let place = usize::try_from(now.up_ms / SHIFT_MS).unwrap_or_default() % PLACES.len();
        let (right, down) = PLACES[place];
        (right * far, down * far)
    }

    /// The code of a counter's zone, where this hall has it said and the centre has more than one.
    pub(super) fn said_zone(&self, counter: &queue::CounterId) -> String {
        let site = self.site.as_ref().filter(|(site, _)| site.zones.len() > 1);
        let known = site.and_then(|(site, _)| site.counter(counter));
        known.filter(|_| self.config.sound.zones).map(|c| c.zone.clone()).unwrap_or_default()
    }

    /// "Khu B", where the centre has more than one.
    pub(super) fn zone(
        &self,
        counter: &queue::CounterId,
    ) -> (String, Option<crate::config::Arrow>) {
        let Some((site, _)) = &self.site else { return Default::default() };
        let zone = site.counter(counter).map(|counter| counter.zone.clone()).unwrap_or_default();
        if zone.is_empty() || site.zones.len() < 2 {
            return Default::default();
        }
        let arrow = self.config.way.iter().find(|way| way.zone == zone).map(|way| way.arrow);
        (format!("{} {zone}", pick(self.config.lang, "Khu", "Zone")), arrow)
    }
}
