//! Actions from the command line.

use queue::{
    Action, Alert, BookingCode, BusinessDay, CounterId, CounterStep, Danger, Finish, Intake,
    Number, Outcome as Came, Shift, Site, Target, Text, Timestamp, WallClock, What, Wish,
};
use store::{ActError, Done};
use uuid::Uuid;

use crate::cli::{CounterAct, Request, TicketAct};
use crate::{Desk, Failure, Outcome, json};

/// What an action is read against: the centre, its clock, and the time.
struct Reader<'a> {
    site: &'a Site,
    wall: WallClock,
    now: Timestamp,
}

pub(crate) fn at_counter(desk: &Desk, act: CounterAct) -> Outcome {
    carry_out(desk, |reader| reader.at_counter(act))
}

pub(crate) fn of_ticket(desk: &Desk, act: TicketAct) -> Outcome {
    carry_out(desk, |reader| reader.of_ticket(act))
}

fn carry_out(
    desk: &Desk,
    read: impl FnOnce(&Reader<'_>) -> Result<(Action, Request), Failure>,
) -> Outcome {
    let mut store = desk.store()?;
    let site = store.site()?;
    let reader = Reader { site: &site, wall: wall(&site)?, now: desk.now() };
    let (action, request) = read(&reader)?;
    let request = request.request.unwrap_or_else(Uuid::now_v7);
    let done = match store.act(request, &action, desk.now()) {
        Err(ActError::Store(error)) if error.outcome_unknown() => settle(desk, request, &action)?,
        done => done?,
    };
    if desk.json {
        return match &done.ticket {
            Some(ticket) => desk.say(&json::ticket(ticket).to_string()),
            None => done
                .events
                .iter()
                .try_for_each(|event| desk.say(&json::event(event, &reader.wall).to_string())),
        };
    }
    let again = if done.repeated { " (this request was done before)" } else { "" };
    if let Some(ticket) = &done.ticket {
        let at = ticket.counter.as_ref().map(|c| format!(" at counter {c}")).unwrap_or_default();
        return desk.say(&format!("{} {}{at}{again}", ticket.number, ticket.state));
    }
    for event in &done.events {
        let what = match (&event.what, &event.counter) {
            (What::Booked { code, slot } | What::BookingMoved { code, slot }, _) => {
                format!("booking {code} at {}", reader.wall.rfc3339(*slot))
            }
            (what, Some(counter)) => format!("{} {counter}", what.kind()),
            (what, None) => what.kind().to_owned(),
        };
        desk.say(&format!("{what}{again}"))?;
    }
    Ok(())
}

/// Whether an action was done whose answer was lost; said with its request id where even that cannot
/// be told, because the same id never does it twice.
fn settle(desk: &Desk, request: Uuid, action: &Action) -> Result<Done, Failure> {
    let mut store = desk.store().map_err(|_| unsettled(request))?;
    match store.settled(request, action) {
        Ok(Some(done)) => Ok(done),
        Ok(None) => Err(Failure::Cannot {
            what: "the action was not done".into(),
            help: "give the command again".into(),
        }),
        Err(ActError::Refused(refusal)) => Err(Failure::Refused(refusal)),
        Err(ActError::Store(_)) => Err(unsettled(request)),
    }
}

fn unsettled(request: Uuid) -> Failure {
    Failure::Cannot {
        what: "it is not known whether the action was done".into(),
        help: format!("give the same command with --request {request}: it does nothing twice"),
    }
}

impl Reader<'_> {
    fn at_counter(&self, act: CounterAct) -> Result<(Action, Request), Failure> {
        let at = |counter: String, step| Action::AtCounter { counter: counter.into(), step };
        Ok(match act {
            CounterAct::Recall { counter, request } => (at(counter, CounterStep::Recall), request),
            CounterAct::Start { counter, request } => (at(counter, CounterStep::Start), request),
            CounterAct::NoShow { counter, request } => (at(counter, CounterStep::NoShow), request),
            CounterAct::Finish { counter, outcome, dossiers, code, request } => {
                let outcome = outcome.as_deref().map(outcome_of).transpose()?;
                let noted = Finish { outcome, dossiers, codes: code };
                (at(counter, CounterStep::Finish(noted)), request)
            }
            CounterAct::Park { counter, until, request } => {
                let until = until.as_deref().map(|text| self.instant(text)).transpose()?;
                (at(counter, CounterStep::Park { until }), request)
            }
            CounterAct::CallNext { counter, request } => {
                (Action::CallNext { counter: CounterId::from(counter) }, request)
            }
            CounterAct::Undo { counter, request } => {
                (Action::Undo { counter: counter.into() }, request)
            }
            CounterAct::TakeOver { counter, from, request } => {
                (Action::TakeOver { counter: counter.into(), from: from.into() }, request)
            }
            CounterAct::Open { counter, officer, request } => {
                let change = Shift::Open { officer: officer.map(Into::into) };
                (Action::Shift { counter: counter.into(), change }, request)
            }
            CounterAct::Pause { counter, reason, request } => {
                let change = Shift::Pause { reason };
                (Action::Shift { counter: counter.into(), change }, request)
            }
            CounterAct::Close { counter, request } => {
                (Action::Shift { counter: counter.into(), change: Shift::Close }, request)
            }
            CounterAct::PauseService { service, reason, request } => {
                (intake(service, Intake::Pause { reason }), request)
            }
            CounterAct::ResumeService { service, request } => {
                (intake(service, Intake::Resume), request)
            }
            CounterAct::Emergency { what, text, en, request } => {
                let change = alert(&what, Text::new(text, en))?;
                (Action::Emergency { change, by: None }, request)
            }
            CounterAct::ConfirmDate { request } => (Action::ConfirmDate, request),
        })
    }

    fn of_ticket(&self, act: TicketAct) -> Result<(Action, Request), Failure> {
        let number = |text: &str| number(self.site, text);
        Ok(match act {
            TicketAct::Issue { service, class, dossiers, then, request } => {
                let then = then.into_iter().map(Into::into).collect();
                let class = class.map(Into::into);
                let wish = Wish { class, dossiers, then, ..Wish::default() };
                (Action::Issue { service: service.into(), wish }, request)
            }
            TicketAct::Direct { counter, service, request } => {
                (Action::Direct { counter: counter.into(), service: service.into() }, request)
            }
            TicketAct::Call { counter, number: text, reason, request } => {
                let number = number(&text)?;
                (Action::Call { counter: counter.into(), number, reason }, request)
            }
            TicketAct::Resume { counter, number: text, request } => {
                (Action::Resume { counter: counter.into(), number: number(&text)? }, request)
            }
            TicketAct::Transfer { number: text, service, counter, request } => {
                let to = match (service, counter) {
                    (_, Some(counter)) => Target::Counter(counter.into()),
                    (service, None) => Target::Service(service.unwrap_or_default().into()),
                };
                (Action::Transfer { number: number(&text)?, to, by: None }, request)
            }
            TicketAct::Requeue { number: text, request } => {
                (Action::Requeue { number: number(&text)?, by: None }, request)
            }
            TicketAct::Cancel { number: text, request } => {
                (Action::Cancel { number: number(&text)?, by: None }, request)
            }
            TicketAct::Void { number: text, reason, request } => {
                (Action::Void { number: number(&text)?, reason, by: None }, request)
            }
            TicketAct::Book { service, slot, request } => {
                (Action::Book { service: service.into(), slot: self.instant(&slot)? }, request)
            }
            TicketAct::Rebook { code, slot, request } => {
                let (code, slot) = (BookingCode(code), self.instant(&slot)?);
                (Action::MoveBooking { code, slot }, request)
            }
            TicketAct::Unbook { code, request } => {
                (Action::CancelBooking { code: BookingCode(code) }, request)
            }
            TicketAct::CheckIn { code, request } => {
                (Action::CheckIn { code: BookingCode(code), wish: Wish::default() }, request)
            }
        })
    }

    fn instant(&self, text: &str) -> Result<Timestamp, Failure> {
        instant(&self.wall, self.wall.local(self.now).day, text)
    }
}

fn alert(what: &str, text: Text) -> Result<Alert, Failure> {
    if what == "end" {
        return Ok(Alert::End);
    }
    match Danger::from_word(&what.replace('-', "_")) {
        Some(danger) => Ok(Alert::Raise { danger, text }),
        None => Err(Failure::Bad {
            what: format!("{what:?} is no emergency"),
            help: "evacuation, power-cut, failure, other, or end".into(),
        }),
    }
}

fn intake(service: String, change: Intake) -> Action {
    Action::Intake { service: service.into(), change, by: None }
}

/// "08:30" of `day`, or "2026-11-24 08:30".
pub(crate) fn instant(
    wall: &WallClock,
    day: BusinessDay,
    text: &str,
) -> Result<Timestamp, Failure> {
    let (day, clock) = match text.trim().split_once([' ', 'T']) {
        Some((day, clock)) => (day.parse().ok(), clock),
        None => (Some(day), text.trim()),
    };
    let minute = clock.split_once(':').and_then(|(hour, minute)| {
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        // Lazily: what is no hour need not fit when it is multiplied.
        (hour < 24 && minute < 60).then(|| hour * 60 + minute)
    });
    day.zip(minute).and_then(|(day, minute)| wall.instant(day, minute)).ok_or_else(|| {
        Failure::Cannot {
            what: format!("{text:?} is not a time"),
            help: "write 08:30, or \"2026-11-24 08:30\"".into(),
        }
    })
}

fn outcome_of(word: &str) -> Result<Came, Failure> {
    Came::from_word(word).ok_or_else(|| Failure::Cannot {
        what: format!("{word:?} is not an outcome"),
        help: format!("one of {}", Came::ALL.map(Came::word).join(", ")),
    })
}

/// A number as people write it; also of a service that the site has no more, for its tickets live on.
pub(crate) fn number(site: &Site, text: &str) -> Result<Number, Failure> {
    site.number(text).or_else(|| text.parse().ok()).ok_or_else(|| Failure::Cannot {
        what: format!("{text:?} is not a number of this centre"),
        help: "write it as it is printed, e.g. K012".into(),
    })
}

/// The centre's clock.
pub(crate) fn wall(site: &Site) -> Result<WallClock, Failure> {
    site.wall_clock().map_err(|error| Failure::Cannot {
        what: error.to_string(),
        help: "apply a site with a known time zone".into(),
    })
}

#[cfg(test)]
mod tests;
