//! "Tra cứu thủ tục": the visitor types, what is found stands above the keys.

use queue::Site;

use super::{At, Kiosk, Page, Row, View};
use crate::find::{Finder, Hit, QUERY_MAX};
use crate::words::waiting;

/// What is being looked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lookup {
    query: String,
    hits: Vec<Hit>,
}

/// A key of the keyboard on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// A letter, a figure or a space.
    Letter(char),
    /// The last letter away.
    Erase,
    /// All of it away.
    Clear,
}

impl Kiosk {
    pub(super) fn look_up(&mut self) {
        if self.at == At::Home {
            self.refused = None;
            self.row_page = 0;
            self.lookup = Some(Lookup::default());
            self.at = At::Search;
        }
    }

    pub(super) fn key(&mut self, key: &Key) {
        if self.pad_key(key) {
            return;
        }
        let (At::Search, Some(lookup)) = (&self.at, &mut self.lookup) else { return };
        let query = &mut lookup.query;
        match key {
            Key::Letter(letter) if letter.is_control() => return,
            // Spaces only between words.
            Key::Letter(letter) if letter.is_whitespace() => {
                if query.is_empty() || query.ends_with(' ') {
                    return;
                }
                query.push(' ');
            }
            Key::Letter(letter) => {
                if query.chars().count() < QUERY_MAX {
                    query.extend(letter.to_lowercase());
                }
            }
            Key::Erase => drop(query.pop()),
            Key::Clear => query.clear(),
        }
        self.row_page = 0;
        self.search();
    }

    /// Looks again: the query, the language or the centre is another.
    pub(super) fn search(&mut self) {
        if let Some(lookup) = &mut self.lookup {
            lookup.hits = self.finder.find(&lookup.query);
        }
    }

    pub(super) fn index(&mut self) {
        if let Some((site, _)) = &self.site {
            self.finder = Finder::of_site(site, self.lang, self.further_code());
            self.search();
        }
    }

    pub(super) fn show_lookup(&self, view: &mut View, site: &Site) {
        let Some(lookup) = &self.lookup else { return };
        view.page = Page::Search;
        lookup.query.clone_into(&mut view.query);
        let row = |hit| self.hit_row(site, hit, &lookup.query);
        let rows = lookup.hits.iter().filter_map(row).collect();
        self.show_rows(view, rows, self.layout.hits(self.mode));
        let found = lookup.hits.len();
        let procedures = if found == 1 { "{} procedure" } else { "{} procedures" };
        view.found = match (lookup.query.is_empty(), found) {
            (true, _) => String::new(),
            (_, 0) => self.t("Không tìm thấy", "Nothing found").to_owned(),
            _ => self.say("{} thủ tục phù hợp", procedures, &[&found]),
        };
        view.nothing = !lookup.query.is_empty() && found == 0;
        view.sides = site.help_desk().map(|desk| self.service_tile(desk)).into_iter().collect();
    }

    fn hit_row(&self, site: &Site, hit: &Hit, query: &str) -> Option<Row> {
        let entry = self.finder.entries().get(hit.entry)?;
        let service = site.service(&entry.service)?;
        let agency = site.agencies.iter().find(|agency| agency.id == service.agency);
        Some(Row {
            code: match entry.procedure {
                Some(index) => format!("{}/{index}", service.id),
                None => service.id.to_string(),
            },
            title: entry.name.clone(),
            marked: self.finder.marked(hit.entry, query),
            detail: if entry.field == entry.name { String::new() } else { entry.field.clone() },
            letter: service.prefix.clone(),
            icon: agency.map_or_else(|| service.icon.clone(), |agency| agency.icon.clone()),
            waiting: waiting(self.tongue(), self.board.waiting(&service.id)),
        })
    }
}
