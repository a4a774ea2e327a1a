//! The JSON that scripts rely on.

use queue::{
    Board, CounterId, Duty, Event, Hearing, Site, State, Ticket, WallClock, slip_in_doubt,
};
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
        "leg": ticket.leg,
        "then": ticket.then,
        "dossiers": ticket.dossiers,
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

/// What became of a call: one entry a display.
pub(crate) fn heard(heard: &[Hearing], wall: &WallClock) -> Value {
    let one = |hearing: &Hearing| {
        let mut value = serde_json::to_value(hearing).unwrap_or_default();
        if let Some(object) = value.as_object_mut() {
            object.insert("shown".to_owned(), json!(hearing.shown.map(|at| wall.rfc3339(at))));
        }
        value
    };
    heard.iter().map(one).collect()
}

/// The day: who waits where, who is at which counter, the last calls.
pub(crate) fn board(board: &Board, site: &Site, wall: &WallClock, quiet: &[CounterId]) -> Value {
    let services: Vec<_> = site
        .services
        .iter()
        .map(|service| {
            json!({"service": service.id, "name": service.name.vi,
                   "waiting": board.waiting(&service.id), "paused": board.paused.get(&service.id)})
        })
        .collect();
    let of = |wanted: &[State]| -> Vec<_> {
        board.tickets.values().filter(|t| wanted.contains(&t.state)).map(ticket).collect()
    };
    let recent: Vec<_> = board
        .recent
        .iter()
        // Taken back: nobody is to go anywhere.
        .filter(|shown| !shown.undone)
        .map(|shown| {
            json!({"number": shown.number, "counter": shown.counter, "seq": shown.seq,
                   "at": wall.rfc3339(shown.at), "heard": heard(&shown.heard, wall)})
        })
        .collect();
    let counters: Vec<_> = board
        .counters
        .iter()
        .map(|(id, state)| {
            let duty = match &state.duty {
                Duty::Open => "open",
                Duty::Paused { .. } => "paused",
                Duty::Closed => "closed",
            };
            json!({"counter": id, "duty": duty, "officer": state.officer,
                   "since": wall.rfc3339(state.since), "answers": !quiet.contains(id)})
        })
        .collect();
    let in_doubt: Vec<_> =
        board.tickets.values().filter(|t| slip_in_doubt(t)).map(|t| &t.number).collect();
    json!({
        "day": board.day.to_string(),
        "seq": board.seq,
        "served": board.served,
        "services": services,
        "waiting": of(&[State::Waiting]),
        "at_counters": of(&[State::Called, State::Serving]),
        "missed": of(&[State::NoShow]),
        "parked": of(&[State::Parked]),
        "slips_in_doubt": in_doubt,
        "counters": counters,
        "recent": recent,
        "stranded": board.stranded(site),
        "emergency": board.emergency.as_ref().map(|stands| json!({
            "danger": stands.danger, "text": stands.text, "seq": stands.seq,
            "at": wall.rfc3339(stands.at), "heard": heard(&stands.heard, wall),
        })),
        "restored": board.restored.map(|at| wall.rfc3339(at)),
    })
}
