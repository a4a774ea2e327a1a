//! The band below: who waits where, how long it takes, who was called in vain, what the centre says,
//! each for a while. A turn is one repaint; nothing moves.

use queue::{State, Timestamp};

use super::{Band, Hall, Item};
use crate::Now;
use crate::words::pick;

/// How long each page stands.
const PAGE_MS: i64 = 10_000;
/// Fields on a page with the number of people, on one with minutes, and numbers called in vain: of a
/// lying screen, and of an upright one.
const PEOPLE_MAX: [usize; 2] = [4, 2];
const RANGES_MAX: [usize; 2] = [3, 1];
const MISSED_MAX: [usize; 2] = [6, 4];
/// A number that was called in vain is news for this long.
const MISSED_MS: i64 = 30 * 60_000;

impl Hall {
    /// The page that stands now.
    pub(super) fn band(&self, now: Now) -> Band {
        let mut pages = self.pages(now.wall);
        let turn = usize::try_from(now.up_ms / PAGE_MS).unwrap_or_default() % pages.len().max(1);
        if pages.is_empty() { Band::default() } else { pages.swap_remove(turn) }
    }

    /// When the next page comes; never while there is only one.
    pub(super) fn band_turns(&self, now: Now) -> Option<i64> {
        let many = self.pages(now.wall).len() > 1;
        many.then(|| (now.up_ms / PAGE_MS + 1) * PAGE_MS)
    }

    fn pages(&self, now: Timestamp) -> Vec<Band> {
        let lang = self.config.lang;
        let free = || pick(lang, "Không thu tiền lấy số", "Numbers are free").to_owned();
        let item = |name: &str, figure: &str| Item { name: name.into(), figure: figure.into() };
        let mut pages = Vec::new();
        let waits = &self.waits;
        let title = |vi: &str, en: &str| pick(lang, vi, en).to_owned();
        let upright = usize::from(self.layout.upright);
        if waits.is_empty() {
            pages.push(Band { notice: free(), ..Band::default() });
        }
        for some in waits.chunks(PEOPLE_MAX[upright]) {
            let items = some.iter().map(|wait| item(&wait.name, &wait.people)).collect();
            pages.push(Band { title: title("Đang chờ", "Waiting"), items, notice: free() });
        }
        let known: Vec<_> = waits.iter().filter(|wait| !wait.minutes.is_empty()).collect();
        for some in known.chunks(RANGES_MAX[upright]) {
            let title = title("Chờ khoảng", "Expected");
            let items = some.iter().map(|wait| item(&wait.name, &wait.minutes)).collect();
            pages.push(Band { title, items, notice: String::new() });
        }
        let missed = self.missed(now);
        if !missed.is_empty() {
            let notice = pick(lang, "Mời báo Quầy hướng dẫn", "Please ask the help desk");
            pages.push(Band {
                title: title("Lỡ lượt", "Missed"),
                items: missed.iter().map(|number| item("", number)).collect(),
                notice: notice.to_owned(),
            });
        }
        for notice in &self.config.notices {
            let notice = notice.get(lang).to_owned();
            pages.push(Band { notice, ..Band::default() });
        }
        pages
    }

    /// Numbers called in vain in this hall, the latest first.
    fn missed(&self, now: Timestamp) -> Vec<String> {
        if !self.config.missed {
            return Vec::new();
        }
        let mut missed: Vec<_> = self
            .board
            .tickets
            .values()
            .filter(|ticket| ticket.state == State::NoShow)
            .filter(|ticket| ticket.counter.as_ref().is_none_or(|counter| self.ours(counter)))
            .filter_map(|ticket| Some((ticket.ended_at.or(ticket.called_at)?, ticket)))
            .filter(|(at, _)| now.since(*at) < MISSED_MS)
            .collect();
        missed.sort_by_key(|(at, ticket)| (std::cmp::Reverse(*at), ticket.id));
        missed
            .iter()
            .take(MISSED_MAX[usize::from(self.layout.upright)])
            .map(|(_, ticket)| ticket.number.to_string())
            .collect()
    }
}
