//! The JSON that scripts rely on.

use queue::{Board, Event, Site, State, Ticket, WallClock};
use serde_json::{Value, json};

/// A ticket: at least `number`, `id`, `service`, `class`, `state`, `seq`; of a call also `counter`.
pub(crate) fn ticket(ticket: &Ticket) -> Value {
    json!({
        "number": ticket.number,
        "id": ticket.id.0,
        "service": ticket.service,
        "class": ticket.class,
        "state": ticket.state.word(),
        "counter": ticket.counter,
        "calls": ticket.calls,
        "print": ticket.print,
        "seq": ticket.seq,
    })
}

/// An event: `seq`, `at` (RFC 3339), `kind`, `number`, `service`, `counter` and the kind's facts.
pub(crate) fn event(event: &Event, wall: &WallClock) -> Value {
    let mut value = serde_json::to_value(event).unwrap_or_default();
    if let Some(object) = value.as_object_mut() {
        object.insert("at".to_owned(), wall.rfc3339(event.at).into());
        object.insert("day".to_owned(), event.day.to_string().into());
    }
    value
}

/// The day: who waits where, who is at which counter, the last calls.
pub(crate) fn board(board: &Board, site: &Site, wall: &WallClock) -> Value {
    let services: Vec<_> = site
        .services
        .iter()
        .map(|service| json!({"service": service.id, "name": service.name.vi, "waiting": board.waiting(&service.id)}))
        .collect();
    let of = |wanted: &[State]| -> Vec<_> {
        board.tickets.values().filter(|t| wanted.contains(&t.state)).map(ticket).collect()
    };
    let recent: Vec<_> = board
        .recent
        .iter()
        .map(|shown| {
            json!({"number": shown.number, "counter": shown.counter, "seq": shown.seq,
                   "at": wall.rfc3339(shown.at)})
        })
        .collect();
    json!({
        "day": board.day.to_string(),
        "seq": board.seq,
        "served": board.served,
        "services": services,
        "waiting": of(&[State::Waiting]),
        "at_counters": of(&[State::Called, State::Serving]),
        "missed": of(&[State::NoShow]),
        "recent": recent,
    })
}
