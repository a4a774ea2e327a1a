//! Looking: the board, the check.

use queue::{Lang, State, slip_in_doubt};

use crate::act::wall;
use crate::{Desk, Failure, Outcome, json};

pub(crate) fn board(desk: &Desk) -> Outcome {
    let mut store = desk.store()?;
    let site = store.site()?;
    let wall = wall(&site)?;
    let board = store.board(desk.now())?;
    if desk.json {
        let quiet = store.quiet_counters(desk.now())?;
        return desk.say(&json::board(&board, &site, &wall, &quiet).to_string());
    }
    desk.say(&format!("{}  {}", site.name.vi, board.day))?;
    if let Some(stands) = &board.emergency {
        let (danger, text) = (stands.danger.word(), &stands.text.vi);
        desk.say(&format!("  EMERGENCY ({danger}): {text}; luot emergency end"))?;
        for at in &stands.heard {
            let shown = if at.shown.is_some() { "shown" } else { "not shown" };
            let spoken = if at.spoken() { "spoken" } else { "not spoken" };
            desk.say(&format!("    {}: {shown}, {spoken}", at.display))?;
        }
    }
    for service in &site.services {
        let waiting = board.waiting(&service.id);
        if waiting > 0 {
            desk.say(&format!(
                "  {:<4} {:<40} {waiting:>4} waiting",
                service.prefix, service.name.vi
            ))?;
        }
    }
    for (service, reason) in &board.paused {
        desk.say(&format!(
            "  {service} gives no numbers: {reason}; luot resume-service {service}"
        ))?;
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
    for ticket in board.tickets.values().filter(|ticket| slip_in_doubt(ticket)) {
        desk.say(&format!(
            "  {:<6} the slip may not be out; ask its visitor",
            ticket.number.to_string()
        ))?;
    }
    for one in board.stranded(&site) {
        desk.say(&format!("  nobody calls {}", one.words(Lang::En)))?;
    }
    if let Some(at) = board.restored {
        desk.say(&format!(
            "  restored from a copy at {}; numbers given shortly before are on paper only",
            wall.rfc3339(at)
        ))?;
    }
    for counter in store.quiet_counters(desk.now())? {
        desk.say(&format!(
            "  counter {counter} does not answer; luot take-over COUNTER {counter}"
        ))?;
    }
    desk.say(&format!("  served today: {}", board.served))
}

pub(crate) fn check(desk: &Desk) -> Outcome {
    let mut store = desk.store()?;
    let findings = store.check()?;
    let (site, board) = (store.site()?, store.board(desk.now())?);
    if let Some(at) = board.restored {
        let at = wall(&site)?.rfc3339(at);
        desk.note(&format!("restored from a copy at {at}; the damaged file lies beside it"))?;
    }
    // Not out of order: the site was applied in spite of it, or a service lost its last counter.
    for one in board.stranded(&site) {
        desk.note(&format!("nobody calls {}\n  {}", one.words(Lang::En), one.words(Lang::Vi)))?;
    }
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
    Err(Failure::Bad {
        what: format!("{} findings\n{}", findings.len(), said.join("\n")),
        help: "stop issuing on this file and restore the last good backup".into(),
    })
}
