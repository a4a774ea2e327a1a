//! The ledger: what happened, why, and the proof that nothing was changed.

use std::time::Duration;

use queue::{BusinessDay, Decided, Event, Timestamp, WallClock, What, Why};

use crate::act::{instant, number, wall};
use crate::cli::EventsArgs;
use crate::{Desk, Failure, Outcome, json};

/// How many events are read at once.
const PAGE: usize = 1_000;

/// Which events are wanted.
struct Filter {
    args: EventsArgs,
    number: Option<String>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl Filter {
    fn wants(&self, event: &Event) -> bool {
        let same =
            |wanted: &Option<String>, found: Option<String>| wanted.is_none() || *wanted == found;
        let out_of_order = matches!(&event.what, What::Called { reason: Some(_), .. });
        same(&self.number, event.number.as_ref().map(ToString::to_string))
            && same(&self.args.counter, event.counter.as_ref().map(ToString::to_string))
            && same(&self.args.officer, event.officer.as_ref().map(ToString::to_string))
            && same(&self.args.kind, Some(event.what.kind().to_owned()))
            && self.args.day.is_none_or(|day| event.day == day)
            && self.from.is_none_or(|from| event.at >= from)
            && self.to.is_none_or(|to| event.at <= to)
            && (!self.args.out_of_order || out_of_order)
    }
}

pub(crate) fn events(desk: &Desk, args: &EventsArgs) -> Outcome {
    let mut store = desk.store()?;
    let site = store.site()?;
    let wall = wall(&site)?;
    let day = args.day.unwrap_or_else(|| wall.local(desk.now()).day);
    let time =
        |text: &Option<String>| text.as_deref().map(|text| instant(&wall, day, text)).transpose();
    let number = args.number.as_deref().map(|text| number(&site, text)).transpose()?;
    let filter = Filter {
        number: number.map(|number| number.to_string()),
        from: time(&args.from)?,
        to: time(&args.to)?,
        args: args.clone(),
    };
    let mut news = store.news();
    let mut seen = args.after;
    loop {
        let events = store.feed(seen, PAGE)?;
        seen = events.last().map_or(seen, |event| event.seq);
        for event in events.iter().filter(|event| filter.wants(event)) {
            say(desk, event, &wall)?;
        }
        if events.len() == PAGE {
            continue;
        }
        if !args.follow {
            return Ok(());
        }
        // Whoever only listens must not hold a file that is to be restored, nor read one moved away.
        store.still_ours()?;
        news.wait(Duration::from_millis(50));
    }
}

fn say(desk: &Desk, event: &Event, wall: &WallClock) -> Outcome {
    if desk.json {
        return desk.say(&json::event(event, wall).to_string());
    }
    let number = event.number.as_ref().map(ToString::to_string).unwrap_or_default();
    let at = event.counter.as_ref().map(|c| format!("counter {c}")).unwrap_or_default();
    let officer = event.officer.as_ref().map(|o| format!(" ({o})")).unwrap_or_default();
    let reason =
        if let What::Called { reason: Some(reason), .. } | What::Voided { reason } = &event.what {
            format!(": {reason}")
        } else {
            String::new()
        };
    let (when, kind) = (wall.rfc3339(event.at), event.what.kind());
    desk.say(&format!("{:>7}  {when}  {kind:<14} {number:<6} {at}{officer}{reason}", event.seq))
}

pub(crate) fn why(desk: &Desk, text: &str, day: Option<BusinessDay>) -> Outcome {
    let mut store = desk.store()?;
    let site = store.site()?;
    let day = match day {
        Some(day) => day,
        None => store.board(desk.now())?.day,
    };
    let number = number(&site, text)?;
    let call = store.last_call(day, &number)?.ok_or_else(|| Failure::Cannot {
        what: format!("{number} was not called on {day}"),
        help: "luot events --number shows what happened to it".into(),
    })?;
    let why = store.why(call)?.ok_or_else(|| Failure::Cannot {
        what: format!("event {call} is no call"),
        help: "luot events --number shows what happened to it".into(),
    })?;
    if desk.json {
        return desk.say(&serde_json::to_string(&why).unwrap_or_default());
    }
    explain(desk, &why)
}

fn explain(desk: &Desk, why: &Why) -> Outcome {
    let minutes = why.waited_ms / 60_000;
    desk.say(&format!(
        "{} was called to counter {} after {minutes} min (service {}, class {})",
        why.number, why.counter, why.service, why.class
    ))?;
    let decided = match &why.decided {
        Decided::Rule => "the rule: it counted as having come first of all who waited here".into(),
        Decided::Ratio => "the counter's ratio: it was an ordinary number's turn".into(),
        Decided::Sent => "it had been sent to this counter".into(),
        Decided::Officer { reason } => format!("an officer called it out of order: {reason}"),
        Decided::Unexplained { instead } => match instead {
            Some(other) => format!("NOT by the rule, which would have called {other}"),
            None => "NOT by the rule".into(),
        },
    };
    desk.say(&format!("  decided by {decided}"))?;
    if why.class_credit_min + why.counter_credit_min > 0 {
        desk.say(&format!(
            "  head start: {} min by its class, {} min by this counter's preference",
            why.class_credit_min, why.counter_credit_min
        ))?;
    }
    if why.passed.is_empty() {
        return desk.say("  nobody who had come earlier was passed");
    }
    let passed: Vec<_> = why.passed.iter().map(ToString::to_string).collect();
    desk.say(&format!("  passed, though they had come earlier: {}", passed.join(", ")))
}

pub(crate) fn head(desk: &Desk, day: Option<BusinessDay>) -> Outcome {
    let mut store = desk.store()?;
    let day = match day {
        Some(day) => day,
        None => store.board(desk.now())?.day,
    };
    let head = store.chain_head(day)?.ok_or_else(|| Failure::Cannot {
        what: format!("nothing happened on {day}"),
        help: "write the day as 2026-11-23".into(),
    })?;
    if desk.json {
        let said = serde_json::json!({"day": day.to_string(), "seq": head.seq,
            "events": head.events, "hash": head.hash});
        return desk.say(&said.to_string());
    }
    desk.say(&format!("{day}: {} events up to {}\n{}", head.events, head.seq, head.hash))
}
