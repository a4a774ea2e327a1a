//! The screen read aloud: what is said is what is shown, in the order in which eyes would find it.

use queue::Lang;

use super::{At, Kiosk, Order, Page, View};
use crate::Now;
use crate::flow::{Effect, EffectOf};
use crate::words::pick;

/// How much louder or softer one press makes it, percent.
const STEP: u8 = 10;

/// Whether a page is another one than before; what changes on a page by itself is not read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    page: std::mem::Discriminant<At>,
    turned: (usize, usize),
    lang: (Lang, Option<usize>),
}

impl Kiosk {
    pub(super) fn spot(&self) -> Spot {
        let turned = (self.tile_page, self.row_page);
        Spot { page: std::mem::discriminant(&self.at), turned, lang: (self.lang, self.further) }
    }

    pub(super) fn can_read(&self) -> bool {
        !self.config.read_aloud.command.is_empty()
    }

    /// "Đọc màn hình".
    pub(super) fn read(&mut self, now: Now) -> Vec<EffectOf<Self>> {
        // The voice speaks the two languages that it was made for.
        let further = self.further.take();
        let text = sentences(&self.show(now)).join("\n");
        self.further = further;
        if !self.can_read() || text.is_empty() {
            return Vec::new();
        }
        self.reading = true;
        let (lang, volume) = (self.lang, self.volume);
        vec![Effect::Order(Order::Read { text, lang, volume })]
    }

    /// After anything that happened: another page ends the voice, or is read by itself.
    pub(super) fn read_on(&mut self, before: &Spot, now: Now) -> Vec<EffectOf<Self>> {
        if self.spot() == *before {
            return Vec::new();
        }
        let was = std::mem::take(&mut self.reading);
        if self.config.read_aloud.when_large && self.mode.large {
            let read = self.read(now);
            if !read.is_empty() {
                return read;
            }
        }
        if was { vec![Effect::Order(Order::Hush)] } else { Vec::new() }
    }

    /// Staff set how loud it is, until the machine is started again.
    pub(super) fn turn_volume(&mut self, louder: bool) {
        self.volume = if louder {
            (self.volume + STEP).min(100)
        } else {
            self.volume.saturating_sub(STEP).max(STEP)
        };
        tracing::info!(percent = self.volume, "staff set the volume of the read-aloud");
    }
}

/// What a page says, sentence by sentence. Pages of staff and what is typed are not read: others
/// listen.
#[must_use]
pub fn sentences(view: &View) -> Vec<String> {
    let t = |vi: &str, en: &str| pick(view.lang, vi, en).to_owned();
    let mut said: Vec<String> = Vec::new();
    if let Some(banner) = &view.banner {
        said.extend([banner.title.clone(), banner.text.clone()]);
    }
    let tiles = view.tiles.iter().chain(&view.mains).chain(&view.sides);
    let rows = view.rows.iter().map(|row| row.title.clone());
    match view.page {
        Page::Home => {
            let large = view.mode.large;
            said.extend(view.banner.is_none().then(|| match large {
                true => t("Mời chọn lĩnh vực", "Choose a field"),
                false => t("Mời chọn lĩnh vực cần giải quyết", "Choose a field"),
            }));
            said.extend(tiles.map(|tile| tile.label.clone()));
        }
        Page::Agency => {
            said.extend([view.field.clone(), t("Mời chọn thủ tục", "Choose a procedure")]);
            said.extend(rows);
        }
        Page::Search => {
            // Moved down there is no room for the heading.
            let heading = (!view.mode.low).then(|| t("Tra cứu thủ tục", "Find a procedure"));
            said.extend(heading.into_iter().chain([view.found.clone()]));
            said.extend(rows);
        }
        Page::Service => said.extend([
            view.title.clone(),
            view.fee.clone(),
            view.limit.clone(),
            view.waiting.clone(),
            view.estimate.clone(),
            view.where_to.clone(),
            if view.printing { String::new() } else { t("Lấy số thứ tự", "Take a number") },
        ]),
        Page::Papers => {
            said.push(t("Ông/bà đã có đủ giấy tờ?", "Have you got all the papers?"));
            said.push(view.title.clone());
            said.extend(view.papers.iter().cloned());
        }
        Page::Dossiers => said.extend([
            t("Ông/bà nộp bao nhiêu bộ hồ sơ?", "How many dossiers do you hand in?"),
            t(
                "Nộp thay nhiều người: mỗi người tính một bộ.",
                "If you file for several people, count one for each.",
            ),
        ]),
        Page::Priority => said.extend([
            t("Ông/bà thuộc đối tượng được ưu tiên?", "Are you entitled to priority?"),
            view.priority_lead.clone(),
        ]),
        Page::Meant => said.push(t("Ông/bà cần lấy số này?", "Do you need this number?")),
        Page::Offer => said.extend([view.waiting.clone(), view.where_to.clone()]),
        Page::Ticket => said.extend([
            view.number.clone(),
            view.place.clone(),
            view.zone.clone(),
            view.ahead.clone(),
            view.turn.clone(),
            view.wait_line.clone(),
        ]),
        Page::NoPaper => {
            said.extend([view.number.clone(), view.place.clone(), view.zone.clone()]);
        }
        Page::Closed => said.extend([view.closed_title.clone(), view.closed_text.clone()]),
        Page::Pad => said.extend([view.pad_title.clone(), view.pad_hint.clone()]),
        Page::Staff | Page::StaffList | Page::StaffFind => said.clear(),
    }
    said.retain(|sentence| !sentence.is_empty());
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::KioskConfig;
    use crate::flow::{Flow, Input};
    use crate::kiosk::{Layout, Touch};
    use crate::testing::{Feed, at, site};

    fn kiosk(command: &[&str], when_large: bool) -> Kiosk {
        let mut config = KioskConfig::default();
        config.read_aloud.command = command.iter().map(ToString::to_string).collect();
        config.read_aloud.when_large = when_large;
        let mut kiosk = Kiosk::new(config, Layout::UPRIGHT);
        let (board, experience) = (Box::new(Feed::default().board), Box::default());
        let site = site();
        kiosk.step(Input::Board { site, board, tail: Vec::new(), experience }, at(0));
        kiosk
    }

    fn press(kiosk: &mut Kiosk, touch: Touch) -> Vec<EffectOf<Kiosk>> {
        kiosk.step(Input::Touch(touch), at(0))
    }

    #[test]
    fn the_page_is_read_when_asked_for_and_another_page_ends_it() {
        let mut kiosk = kiosk(&["espeak-ng"], false);
        assert!(kiosk.view(at(0)).can_read);
        press(&mut kiosk, Touch::Tile("agency:stnmt".into()));
        press(&mut kiosk, Touch::Row("stnmt/0".into()));
        let effects = press(&mut kiosk, Touch::Read);
        let [Effect::Order(Order::Read { text, lang: Lang::Vi, volume: 80 })] = &effects[..] else {
            panic!("{effects:?}");
        };
        assert_eq!(*text, sentences(&kiosk.view(at(0))).join("\n"));
        assert!(text.contains("Đang chờ: 0 người\n"), "{text}");
        assert_eq!(press(&mut kiosk, Touch::Contrast), [], "the same page");
        assert_eq!(press(&mut kiosk, Touch::Back), [Effect::Order(Order::Hush)]);
        assert_eq!(press(&mut kiosk, Touch::Back), [], "it is silent already");
    }

    #[test]
    fn large_letters_read_by_themselves_where_the_centre_says_so() {
        let mut kiosk = kiosk(&["espeak-ng"], true);
        let tile = || Touch::Tile("agency:stnmt".into());
        assert_eq!(press(&mut kiosk, tile()), []);
        press(&mut kiosk, Touch::Back);
        press(&mut kiosk, Touch::Large);
        let read = press(&mut kiosk, tile());
        assert!(matches!(&read[..], [Effect::Order(Order::Read { .. })]), "{read:?}");
        let english = press(&mut kiosk, Touch::Language);
        assert!(matches!(&english[..], [Effect::Order(Order::Read { lang: Lang::En, .. })]));
    }

    #[test]
    fn without_a_program_there_is_no_button_and_no_voice() {
        let mut kiosk = kiosk(&[], true);
        assert!(!kiosk.view(at(0)).can_read);
        press(&mut kiosk, Touch::Large);
        assert_eq!(press(&mut kiosk, Touch::Read), []);
        assert_eq!(press(&mut kiosk, Touch::Tile("agency:stnmt".into())), []);
    }
}
