//! Who would wait for nobody: tickets and bookings that a centre's counters do not reach.

use serde::{Deserialize, Serialize};

use super::Board;
use crate::rule::Policy;
use crate::{BookingCode, CounterId, Lang, Number, ServiceId, Site, State, Ticket};

/// Somebody whom no counter of the site calls, by what is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stranded", rename_all = "snake_case")]
pub enum Stranded {
    /// Waits, or is set aside, for a service that no counter calls this kind of number of.
    Waiting {
        /// The number.
        number: Number,
        /// The service.
        service: ServiceId,
    },
    /// Was sent to a counter that is gone.
    Sent {
        /// The number.
        number: Number,
        /// The counter.
        counter: CounterId,
    },
    /// Is called to, or stands at, a counter that is gone.
    Held {
        /// The number.
        number: Number,
        /// The counter.
        counter: CounterId,
    },
    /// Will go on to a service that no counter calls.
    Bound {
        /// The number.
        number: Number,
        /// The service.
        service: ServiceId,
    },
    /// Has booked a service that gives no numbers any more.
    Booked {
        /// The booking.
        code: BookingCode,
        /// The service.
        service: ServiceId,
    },
}

impl Stranded {
    /// What is the matter and what to do, in one line.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        match lang {
            Lang::Vi => self.vi(),
            Lang::En => self.en(),
        }
    }

    fn vi(&self) -> String {
        match self {
            Self::Waiting { number, service } => {
                format!("{number}: không quầy nào gọi “{service}”; luot transfer {number} LĨNH-VỰC")
            }
            Self::Sent { number, counter } => format!(
                "{number}: chờ riêng quầy {counter} không còn; luot transfer {number} LĨNH-VỰC"
            ),
            Self::Held { number, counter } => {
                format!("{number}: đang ở quầy {counter} không còn; luot take-over QUẦY {counter}")
            }
            Self::Bound { number, service } => {
                format!("{number}: sẽ sang “{service}” mà không quầy nào gọi; báo trước cho khách")
            }
            Self::Booked { code, service } => {
                format!("Lịch hẹn {code}: “{service}” không còn phát số; hãy báo và hủy lịch hẹn")
            }
        }
    }

    fn en(&self) -> String {
        match self {
            Self::Waiting { number, service } => {
                format!("{number}: no counter calls {service}; luot transfer {number} SERVICE")
            }
            Self::Sent { number, counter } => format!(
                "{number}: waits for counter {counter}, which is gone; luot transfer {number} SERVICE"
            ),
            Self::Held { number, counter } => format!(
                "{number}: is at counter {counter}, which is gone; luot take-over COUNTER {counter}"
            ),
            Self::Bound { number, service } => {
                format!(
                    "{number}: will go on to {service}, which no counter calls; tell its visitor"
                )
            }
            Self::Booked { code, service } => {
                format!("booking {code}: {service} gives no numbers; tell who booked and cancel it")
            }
        }
    }
}

impl Board {
    /// Everybody whom the counters of `site` would not reach, in the order of the tickets.
    #[must_use]
    pub fn stranded(&self, site: &Site) -> Vec<Stranded> {
        let tickets = self.tickets.values().filter_map(|ticket| of(ticket, site));
        let bookings =
            self.bookings.values().filter(|booking| site.service(&booking.service).is_none());
        let bookings = bookings.map(|booking| Stranded::Booked {
            code: booking.code.clone(),
            service: booking.service.clone(),
        });
        tickets.chain(bookings).collect()
    }
}

fn of(ticket: &Ticket, site: &Site) -> Option<Stranded> {
    let number = ticket.number.clone();
    match ticket.state {
        State::Waiting | State::Parked => {
            let called = site.counters.iter().any(|counter| {
                let policy = Policy::of(counter, 0);
                ticket.as_head(counter).is_some_and(|head| policy.takes(&head))
            });
            if !called {
                return Some(match &ticket.only {
                    Some(counter) => Stranded::Sent { number, counter: counter.clone() },
                    None => Stranded::Waiting { number, service: ticket.service.clone() },
                });
            }
        }
        State::Called | State::Serving => {
            if let Some(counter) = ticket.counter.as_ref().filter(|id| site.counter(id).is_none()) {
                return Some(Stranded::Held { number, counter: counter.clone() });
            }
        }
        State::NoShow | State::Served | State::Cancelled | State::Void => return None,
    }
    let beyond = ticket.then.iter().find(|next| site.counters_of(next).next().is_none());
    beyond.map(|service| Stranded::Bound { number, service: service.clone() })
}
