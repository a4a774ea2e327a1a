//! What faces the visitor at the counter.
//!
//! One state for all that hangs there, LED module and window, so that both say the same. It bears
//! the number and nothing else of anybody, and both languages at once: nobody chooses one here.

use queue::{Duty, Site, State, Text, Ticket, WallClock};

use super::{Counter, SignWhy};
use crate::Now;
use crate::words::clock;

/// What the counter says to whom it faces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignPage {
    /// Nobody works here.
    #[default]
    Closed,
    /// Back in a while.
    Paused,
    /// Nobody has been called.
    Free,
    /// The number is to come in.
    Called,
    /// The number is here.
    Serving,
    /// How was it?
    Rate,
    /// What was wrong?
    Why,
    /// The rating is in the ledger.
    Thanks,
    /// The rating could not be put into the ledger.
    Failed,
}

/// The counter's own sign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sign {
    /// What it says.
    pub page: SignPage,
    /// The centre.
    pub centre: Text,
    /// "10:42".
    pub clock: String,
    /// "Quầy".
    pub place: Text,
    /// The counter's number or name; empty: none is chosen.
    pub counter: String,
    /// The number that is called or served; empty: nobody's. An LED module shows this alone.
    pub number: String,
    /// "Mời vào".
    pub title: Text,
    /// What there is to do.
    pub note: Text,
    /// The faces, the best first, each with its [`queue::Level::word`].
    pub levels: Vec<(&'static str, Text)>,
    /// What may have been wrong.
    pub whys: Vec<SignWhy>,
    /// "Gửi".
    pub send: Text,
    /// "Không đánh giá".
    pub back: Text,
}

/// The number as it stands on a sign; a visit without one has none to show.
pub(crate) fn shown_number(held: Option<&Ticket>) -> String {
    let given = held.map(|ticket| &ticket.number).filter(|number| !number.is_direct());
    given.map(ToString::to_string).unwrap_or_default()
}

impl Counter {
    /// What stands on the sign. An officer who has gone away behind the lock is away for whoever
    /// comes, too; a visitor who is here stays there.
    pub(super) fn sign(&self, now: Now) -> Sign {
        let Some((site, wall)) = &self.site else { return Sign::default() };
        let mut sign = self.nobody(site, wall, now);
        let open = self.open.as_ref().or(self.wanted.as_ref());
        let Some(counter) = open.and_then(|id| site.counter(id)) else { return sign };
        counter.label().clone_into(&mut sign.counter);
        let held = self.board.held_by(&counter.id);
        let duty = self.board.counters.get(&counter.id).map(|state| &state.duty);
        sign.page = match (held.map(|ticket| ticket.state), duty) {
            (Some(State::Called), _) => SignPage::Called,
            (Some(_), _) => SignPage::Serving,
            (None, Some(Duty::Closed) | None) => SignPage::Closed,
            (None, Some(Duty::Paused { .. })) => SignPage::Paused,
            (None, Some(Duty::Open)) if self.door.locked => SignPage::Paused,
            (None, Some(Duty::Open)) if self.at_door() => SignPage::Closed,
            (None, Some(Duty::Open)) => SignPage::Free,
        };
        sign.number = shown_number(held);
        (sign.title, sign.note) = words(sign.page);
        self.show_rating(&mut sign);
        sign
    }

    fn nobody(&self, site: &Site, wall: &WallClock, now: Now) -> Sign {
        let (title, note) = words(SignPage::Closed);
        let clock = clock(wall.local(now.wall).minute);
        let place = Text::new("Quầy", "Counter");
        Sign { centre: site.name.clone(), clock, place, title, note, ..Sign::default() }
    }
}

fn words(page: SignPage) -> (Text, Text) {
    match page {
        SignPage::Closed => (
            Text::new("Quầy đóng", "Counter closed"),
            Text::new("Mời theo dõi màn hình và loa.", "Please watch the screen and listen."),
        ),
        SignPage::Paused => (
            Text::new("Tạm dừng phục vụ", "Paused"),
            Text::new("Số thứ tự đã lấy vẫn có giá trị.", "Your number stays valid."),
        ),
        SignPage::Free => {
            (Text::new("Mời chờ gọi số", "Please wait for your number"), Text::default())
        }
        SignPage::Called => (Text::new("Mời vào", "Please come in"), Text::default()),
        SignPage::Serving => (Text::new("Đang phục vụ", "Now serving"), Text::default()),
        SignPage::Rate | SignPage::Why | SignPage::Thanks | SignPage::Failed => {
            (Text::default(), Text::default())
        }
    }
}
