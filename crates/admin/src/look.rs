//! Looking: the feed, the board, the check.

use std::time::Duration;

use queue::State;

use crate::{Desk, Failure, Outcome, json};

/// How many events are read at once.
const PAGE: usize = 1_000;

pub(crate) fn events(desk: &Desk, after: i64, follow: bool) -> Outcome {
    let mut store = desk.store()?;
    let wall = wall(&mut store)?;
    let mut news = store.news();
    let mut seen = after;
    loop {
        let events = store.feed(seen, PAGE)?;
        for event in &events {
            seen = event.seq;
            if desk.json {
                desk.say(&json::event(event, &wall).to_string())?;
                continue;
            }
            let number = event.number.as_ref().map(ToString::to_string).unwrap_or_default();
            let at = event.counter.as_ref().map(|c| format!("counter {c}")).unwrap_or_default();
            let (when, kind) = (wall.rfc3339(event.at), event.what.kind());
            desk.say(&format!("{:>7}  {when}  {kind:<12} {number:<6} {at}", event.seq))?;
        }
        if events.len() == PAGE {
            continue;
        }
        if !follow {
            return Ok(());
        }
        news.wait(Duration::from_millis(50));
    }
}

pub(crate) fn board(desk: &Desk) -> Outcome {
    let mut store = desk.store()?;
    let wall = wall(&mut store)?;
    let site = store.site()?;
    let board = store.board(desk.now())?;
    if desk.json {
        return desk.say(&json::board(&board, &site, &wall).to_string());
    }
    desk.say(&format!("{}  {}", site.name.vi, board.day))?;
    for service in &site.services {
        let waiting = board.waiting(&service.id);
        if waiting > 0 {
            desk.say(&format!(
                "  {:<4} {:<40} {waiting:>4} waiting",
                service.prefix, service.name.vi
            ))?;
        }
    }
    let held = |state: State| matches!(state, State::Called | State::Serving);
    for ticket in board.tickets.values().filter(|ticket| held(ticket.state)) {
        let counter = ticket.counter.as_ref().map(ToString::to_string).unwrap_or_default();
        desk.say(&format!(
            "  {:<6} {:<8} counter {counter}",
            ticket.number.to_string(),
            ticket.state.word()
        ))?;
    }
    desk.say(&format!("  served today: {}", board.served))
}

pub(crate) fn check(desk: &Desk) -> Outcome {
    let mut store = desk.store()?;
    let findings = store.check()?;
    if desk.json {
        let list: Vec<_> =
            findings.iter().map(|f| serde_json::json!({"vi": f.vi, "en": f.en})).collect();
        desk.say(&serde_json::json!({"ok": findings.is_empty(), "findings": list}).to_string())?;
    } else if findings.is_empty() {
        desk.say("in order: the file, the feed, the numbers, and the state against the log")?;
    }
    if findings.is_empty() {
        return Ok(());
    }
    let said: Vec<_> =
        findings.iter().map(|finding| format!("- {}\n  {}", finding.en, finding.vi)).collect();
    Err(Failure::Cannot {
        what: format!("{} findings\n{}", findings.len(), said.join("\n")),
        help: "stop issuing on this file and restore the last good backup".into(),
    })
}

fn wall(store: &mut store::Store) -> Result<queue::WallClock, Failure> {
    let site = store.site()?;
    site.wall_clock().map_err(|error| Failure::Cannot {
        what: error.to_string(),
        help: "apply a site with a known time zone".into(),
    })
}
