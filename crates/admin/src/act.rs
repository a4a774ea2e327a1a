//! Actions from the command line.

use queue::{Action, CounterId, CounterStep, Number, Site, Target, Wish};
use uuid::Uuid;

use crate::cli::{Act, Request};
use crate::{Desk, Failure, Outcome, json};

pub(crate) fn act(desk: &Desk, act: Act) -> Outcome {
    let mut store = desk.store()?;
    let site = store.site()?;
    let (action, request) = action(&site, act)?;
    let request = request.request.unwrap_or_else(Uuid::now_v7);
    let done = store.act(request, &action, desk.now())?;
    let Some(ticket) = &done.ticket else { return Ok(()) };
    if desk.json {
        return desk.say(&json::ticket(ticket).to_string());
    }
    let at = ticket.counter.as_ref().map(|c| format!(" at counter {c}")).unwrap_or_default();
    let again = if done.repeated { " (this request was done before)" } else { "" };
    desk.say(&format!("{} {}{at}{again}", ticket.number, ticket.state))
}

fn action(site: &Site, act: Act) -> Result<(Action, Request), Failure> {
    let number = |text: &str| number(site, text);
    let at = |counter: String, step| Action::AtCounter { counter: counter.into(), step };
    Ok(match act {
        Act::Issue { service, class, request } => {
            let wish = Wish { class: class.map(Into::into), ..Wish::default() };
            (Action::Issue { service: service.into(), wish }, request)
        }
        Act::CallNext { counter, request } => {
            (Action::CallNext { counter: CounterId::from(counter) }, request)
        }
        Act::Call { counter, number: text, reason, request } => {
            let number = number(&text)?;
            (Action::Call { counter: counter.into(), number, reason }, request)
        }
        Act::Recall { counter, request } => (at(counter, CounterStep::Recall), request),
        Act::Start { counter, request } => (at(counter, CounterStep::Start), request),
        Act::Finish { counter, request } => (at(counter, CounterStep::finish()), request),
        Act::NoShow { counter, request } => (at(counter, CounterStep::NoShow), request),
        Act::Park { counter, request } => (at(counter, CounterStep::park()), request),
        Act::Resume { counter, number: text, request } => {
            (Action::Resume { counter: counter.into(), number: number(&text)? }, request)
        }
        Act::Transfer { number: text, service, request } => {
            let to = Target::Service(service.into());
            (Action::Transfer { number: number(&text)?, to, by: None }, request)
        }
        Act::Requeue { number: text, request } => {
            (Action::Requeue { number: number(&text)?, by: None }, request)
        }
        Act::Cancel { number: text, request } => {
            (Action::Cancel { number: number(&text)?, by: None }, request)
        }
    })
}

/// A number as people write it.
pub(crate) fn number(site: &Site, text: &str) -> Result<Number, Failure> {
    site.number(text).ok_or_else(|| Failure::Cannot {
        what: format!("{text:?} is not a number of this centre"),
        help: "write it as it is printed, e.g. K012".into(),
    })
}
