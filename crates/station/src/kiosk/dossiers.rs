//! "How many dossiers?": asked before the number where agents file for many at once.

use queue::{DOSSIERS_MAX, Dossiers, ServiceId};

use super::{At, Kiosk, Page, View};
use crate::Now;
use crate::flow::EffectOf;

impl Kiosk {
    pub(super) fn ask_dossiers(
        &mut self,
        service: ServiceId,
        procedure: Option<u32>,
        now: Now,
    ) -> Vec<EffectOf<Self>> {
        let known = self.site.as_ref().and_then(|(site, _)| site.service(&service));
        if known.is_some_and(|known| known.dossiers == Dossiers::Ask) {
            self.at = At::Dossiers { service, procedure };
            return Vec::new();
        }
        self.ask_priority(service, procedure, 0, now)
    }

    pub(super) fn answer_dossiers(&mut self, count: u32, now: Now) -> Vec<EffectOf<Self>> {
        let (At::Dossiers { service, procedure } | At::Many { service, procedure, .. }) = &self.at
        else {
            return Vec::new();
        };
        if self.away.is_some() || !(1..=DOSSIERS_MAX).contains(&count) {
            return Vec::new();
        }
        let (service, procedure) = (service.clone(), *procedure);
        self.ask_priority(service, procedure, count, now)
    }

    pub(super) fn many_dossiers(&mut self) {
        if let At::Dossiers { service, procedure } = &self.at {
            let (service, procedure) = (service.clone(), *procedure);
            self.at = At::Many { service, procedure, typed: String::new() };
        }
    }

    pub(super) fn show_many(&self, view: &mut View, typed: &str) {
        view.page = Page::Pad;
        self.t("Nộp bao nhiêu bộ hồ sơ?", "How many dossiers?").clone_into(&mut view.pad_title);
        view.pad_hint = self.say(
            "Bấm số bộ hồ sơ, nhiều nhất {}.",
            "Type the number of dossiers, {} at most.",
            &[&DOSSIERS_MAX],
        );
        typed.clone_into(&mut view.pad_shown);
        view.pad_ready = count_of(typed).is_some() && self.away.is_none();
    }
}

/// The count in figures that were typed.
pub(super) fn count_of(typed: &str) -> Option<u32> {
    typed.parse().ok().filter(|count| (1..=DOSSIERS_MAX).contains(count))
}

#[cfg(test)]
mod tests {
    use queue::{Action, ClassId};

    use super::*;
    use crate::config::KioskConfig;
    use crate::flow::{Effect, Flow, Input};
    use crate::kiosk::{Key, Layout, Touch};
    use crate::testing::{Feed, at, site};

    /// Who has all the papers for the land office's first procedure, where it asks.
    fn asked() -> Kiosk {
        let mut site = site();
        let land = site.services.iter_mut().find(|service| service.id.as_str() == "stnmt");
        land.unwrap().dossiers = Dossiers::Ask;
        let mut kiosk = Kiosk::new(KioskConfig::default(), Layout::UPRIGHT);
        let (board, experience) = (Box::new(Feed::default().board), Box::default());
        kiosk.step(Input::Board { site, board, tail: Vec::new(), experience }, at(0));
        for touch in [
            Touch::Tile("agency:stnmt".into()),
            Touch::Row("stnmt/0".into()),
            Touch::Take,
            Touch::Papers(true),
        ] {
            assert_eq!(press(&mut kiosk, touch), []);
        }
        page(&kiosk, Page::Dossiers);
        kiosk
    }

    fn press(kiosk: &mut Kiosk, touch: Touch) -> Vec<EffectOf<Kiosk>> {
        kiosk.step(Input::Touch(touch), at(0))
    }

    #[track_caller]
    fn page(kiosk: &Kiosk, page: Page) {
        assert_eq!(kiosk.view(at(0)).page, page);
    }

    fn typed(kiosk: &mut Kiosk, figures: &str) {
        for figure in figures.chars() {
            press(kiosk, Touch::Key(Key::Letter(figure)));
        }
    }

    /// What the number that follows is asked for with.
    fn brought(kiosk: &mut Kiosk) -> (u32, Option<ClassId>) {
        page(kiosk, Page::Priority);
        match &press(kiosk, Touch::Priority(true))[..] {
            [Effect::Act { action: Action::Issue { wish, .. }, .. }] => {
                (wish.dossiers, wish.class.clone())
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_touch_answers_and_the_number_bears_it() {
        for count in [1, 9] {
            let mut kiosk = asked();
            assert_eq!(press(&mut kiosk, Touch::Dossiers(count)), []);
            assert_eq!(brought(&mut kiosk), (count, Some("priority".into())));
        }
    }

    #[test]
    fn a_dozen_and_more_are_typed() {
        let mut kiosk = asked();
        press(&mut kiosk, Touch::ManyDossiers);
        page(&kiosk, Page::Pad);
        assert!(!kiosk.view(at(0)).pad_ready);
        typed(&mut kiosk, "0");
        assert!(!kiosk.view(at(0)).pad_ready, "nobody brings none");
        assert_eq!(press(&mut kiosk, Touch::Confirm), []);
        page(&kiosk, Page::Pad);
        press(&mut kiosk, Touch::Key(Key::Clear));
        typed(&mut kiosk, "12a34");
        assert_eq!(kiosk.view(at(0)).pad_shown, "123", "three figures at most, and figures only");
        press(&mut kiosk, Touch::Key(Key::Erase));
        press(&mut kiosk, Touch::Confirm);
        assert_eq!(brought(&mut kiosk).0, 12);
    }

    #[test]
    fn the_way_back_leads_through_the_question() {
        let mut kiosk = asked();
        press(&mut kiosk, Touch::ManyDossiers);
        press(&mut kiosk, Touch::Back);
        page(&kiosk, Page::Dossiers);
        press(&mut kiosk, Touch::Back);
        page(&kiosk, Page::Service);
        // What is out of bounds, or comes late, is no answer.
        let mut kiosk = asked();
        for count in [0, DOSSIERS_MAX + 1] {
            press(&mut kiosk, Touch::Dossiers(count));
            page(&kiosk, Page::Dossiers);
        }
        press(&mut kiosk, Touch::Dossiers(2));
        press(&mut kiosk, Touch::Dossiers(5));
        assert_eq!(brought(&mut kiosk).0, 2);
    }
}
