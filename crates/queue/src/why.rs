//! "Why was this one called?": always answerable, from the ledger alone.

use serde::Serialize;

use crate::rule::{Lane, choose};
use crate::{Board, ClassId, CounterId, Event, Number, ServiceId, Site, State, What};

/// Why a number was called when it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Why {
    /// The number.
    pub number: Number,
    /// The counter that called it.
    pub counter: CounterId,
    /// Its service.
    pub service: ServiceId,
    /// Its class.
    pub class: ClassId,
    /// How long it had waited, milliseconds.
    pub waited_ms: i64,
    /// The head start of its class, minutes.
    pub class_credit_min: u32,
    /// The head start of its service at this counter, minutes.
    pub counter_credit_min: u32,
    /// What decided.
    pub decided: Decided,
    /// Those who had come earlier, were waiting for this counter too, and were passed.
    pub passed: Vec<Number>,
}

/// What decided a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Decided {
    /// The rule: the least rank of all heads.
    Rule,
    /// The counter's ratio: after so many priority numbers it was an ordinary number's turn.
    Ratio,
    /// It had been sent to this very counter.
    Sent,
    /// An officer called it out of order.
    Officer {
        /// The reason given.
        reason: String,
    },
    /// The ledger does not show why: the rule of the time would have called another number.
    Unexplained {
        /// Whom the rule would have called.
        instead: Option<Number>,
    },
}

/// Explains a call from the board as it stood just before it. Nothing for an event that is no
/// call, or concerns a ticket the board does not hold.
#[must_use]
pub fn why(before: &Board, site: &Site, call: &Event) -> Option<Why> {
    let What::Called { reason, .. } = &call.what else { return None };
    let ticket = before.tickets.get(&call.ticket?)?;
    let counter = site.counter(call.counter.as_ref()?)?;
    let policy = before.policy_of(counter);
    let heads: Vec<_> = before
        .tickets
        .values()
        .filter(|waiting| waiting.state == State::Waiting)
        .filter_map(|waiting| waiting.as_head(counter))
        .filter(|head| policy.takes(head))
        .collect();
    let chosen = choose(heads.clone(), policy);
    let least = heads.iter().min_by_key(|head| head.key());
    let number_of =
        |head: &crate::rule::Head| Some(before.tickets.get(&head.ticket)?.number.clone());
    let by_rule = chosen.as_ref().is_some_and(|head| head.ticket == ticket.id);
    let decided = match reason {
        Some(reason) => Decided::Officer { reason: reason.clone() },
        None if !by_rule => Decided::Unexplained { instead: chosen.as_ref().and_then(number_of) },
        None if ticket.only.is_some() => Decided::Sent,
        None if least.is_some_and(|least| least.ticket != ticket.id) => Decided::Ratio,
        None => Decided::Rule,
    };
    let passed = heads
        .iter()
        .filter_map(|head| before.tickets.get(&head.ticket))
        .filter(|other| (other.issued_at, other.id) < (ticket.issued_at, ticket.id))
        .map(|other| other.number.clone())
        .collect();
    let class = site.class(&ticket.class);
    Some(Why {
        number: ticket.number.clone(),
        counter: counter.id.clone(),
        service: ticket.service.clone(),
        class: ticket.class.clone(),
        waited_ms: call.at.since(ticket.issued_at),
        class_credit_min: match ticket.lane {
            Lane::Priority => class.map_or(0, |class| class.credit_min),
            Lane::Ordinary => 0,
        },
        counter_credit_min: counter.services.get(&ticket.service).copied().unwrap_or_default(),
        decided,
        passed,
    })
}
