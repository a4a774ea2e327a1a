//! From page to page, before a number is taken.

use queue::{Lang, ServiceId};

use super::{At, Kiosk, Mode};
use crate::words::{other, other_language as other_name};

impl Kiosk {
    /// The centre's language, the other one, then the further ones, and from the start again.
    pub(super) fn next_language(&mut self) {
        let lang = self.config.lang;
        (self.lang, self.further) = match self.after(self.turn()) {
            0 => (lang, None),
            1 => (other(lang), None),
            // What it does not say is said in Vietnamese.
            place => (Lang::Vi, Some(place - 2)),
        };
        self.index();
    }

    /// The own name of the language that the button switches to.
    pub(super) fn next_language_name(&self) -> String {
        let lang = self.config.lang;
        match self.after(self.turn()) {
            0 => other_name(other(lang)).to_owned(),
            1 => other_name(lang).to_owned(),
            place => self.config.further[place - 2].name.clone(),
        }
    }

    /// The further language that is shown; empty: none.
    pub(super) fn further_code(&self) -> &str {
        let further = self.further.and_then(|further| self.config.further.get(further));
        further.map(|further| further.code.as_str()).unwrap_or_default()
    }

    /// The language that the visitor reads, by its code: in it the hall calls, too, where it can.
    pub(super) fn spoken_code(&self) -> String {
        match (self.further_code(), self.lang) {
            ("", Lang::Vi) => "vi".to_owned(),
            ("", Lang::En) => "en".to_owned(),
            (further, _) => further.to_owned(),
        }
    }

    /// Where the button stands.
    fn turn(&self) -> usize {
        self.further.map_or(usize::from(self.lang != self.config.lang), |further| further + 2)
    }

    fn after(&self, tongue: usize) -> usize {
        (tongue + 1) % (2 + self.config.further.len())
    }

    /// Fewer or more things on a page: the first page again.
    pub(super) fn resize(&mut self, change: impl FnOnce(&mut Mode)) {
        change(&mut self.mode);
        self.tile_page = 0;
        self.row_page = 0;
    }

    pub(super) fn choose_tile(&mut self, code: &str) {
        let Some((site, _)) = &self.site else { return };
        self.refused = None;
        self.row_page = 0;
        if let Some(agency) = code.strip_prefix("agency:") {
            let services: Vec<_> = site.services_of(agency).collect();
            match services.as_slice() {
                [only] if only.procedures.is_empty() => {
                    self.at = At::Service { service: only.id.clone(), procedure: None };
                }
                [] => {}
                _ => self.at = At::Agency { agency: agency.to_owned() },
            }
        } else if let Some(service) = site.service(&ServiceId::from(code)) {
            self.at = At::Service { service: service.id.clone(), procedure: None };
        }
    }

    pub(super) fn choose_row(&mut self, code: &str) {
        // "service" or "service/procedure".
        let (service, procedure) = match code.split_once('/') {
            Some((service, index)) => (service, index.parse().ok()),
            None => (code, None),
        };
        let service = ServiceId::from(service);
        if self.site.as_ref().is_some_and(|(site, _)| site.service(&service).is_some()) {
            self.at = At::Service { service, procedure };
        }
    }

    pub(super) fn back(&mut self) {
        self.refused = None;
        self.staff_called = false;
        self.at = match std::mem::replace(&mut self.at, At::Home) {
            At::Papers { service, procedure }
            | At::Dossiers { service, procedure }
            | At::Priority { service, procedure, .. } => At::Service { service, procedure },
            At::Many { service, procedure, .. } => At::Dossiers { service, procedure },
            At::Meant { choice } | At::Offer { choice } => {
                At::Service { service: choice.service, procedure: choice.procedure }
            }
            At::Service { .. } if self.lookup.is_some() => At::Search,
            At::Service { service, .. } => self.agency_of(&service),
            // A number on its way or on the screen is left by "done" only.
            stays @ (At::Issuing { .. } | At::Arriving | At::Ticket(_)) => stays,
            At::Home | At::Agency { .. } | At::Search | At::Code(_) => {
                self.lookup = None;
                At::Home
            }
            At::Staff(place) => self.staff_back(&place),
        };
    }

    pub(super) fn agency_of(&self, service: &ServiceId) -> At {
        let Some((site, _)) = &self.site else { return At::Home };
        let agency = site.service(service).map(|s| s.agency.clone()).unwrap_or_default();
        let one = site.services_of(&agency).count() == 1
            && site.services_of(&agency).all(|s| s.procedures.is_empty());
        if agency.is_empty() || one { At::Home } else { At::Agency { agency } }
    }
}
