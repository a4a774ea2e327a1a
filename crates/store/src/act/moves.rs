//! Tickets that change queues or leave: transfer, requeue, cancel, void.

use queue::{
    CounterId, Number, Refusal, ReturnPlace, ServiceId, State, Step, Target, Ticket, TicketId, What,
};

use super::{Ledger, known_counter, queue_step};
use crate::ActError;

pub(super) fn transfer(
    ledger: &mut Ledger<'_>,
    number: &Number,
    to: &Target,
    by: Option<&CounterId>,
) -> Result<TicketId, ActError> {
    let ticket = ledger.today(number)?;
    let (service, only, only_id) = target(ledger, &ticket, to)?;
    let unknown = || Refusal::UnknownService { service: service.clone() };
    let service_id = ledger.applied.service_id(&service).ok_or_else(unknown)?;
    queue_step(&ticket, Step::Transfer)?;
    // A visitor sent to the wrong queue does not start again, where the centre has it so.
    let keeps = ledger.applied.site.rules.transfer_keeps_arrival;
    let rank = if keeps { ticket.rank } else { ledger.at.0 };
    let what = What::Transferred { from: ticket.service.clone(), rank, only };
    let moved = Ticket { service, ..ticket.clone() };
    let event = ledger.emit_at(what, &moved, by)?;
    ledger.set_transferred(&ticket, &event)?;
    ledger.next_leg(&ticket, service_id, rank, only_id)?;
    Ok(ticket.id)
}

type Place = (ServiceId, Option<CounterId>, Option<i64>);

fn target(ledger: &Ledger<'_>, ticket: &Ticket, to: &Target) -> Result<Place, Refusal> {
    match to {
        Target::Service(service) => {
            let unknown = || Refusal::UnknownService { service: service.clone() };
            ledger.applied.site.service(service).ok_or_else(unknown)?;
            Ok((service.clone(), None, None))
        }
        Target::Counter(counter) => {
            let id = known_counter(ledger, counter)?;
            Ok((ticket.service.clone(), Some(counter.clone()), Some(id)))
        }
    }
}

/// Back into the queue: a missed turn by the centre's rule, a call taken back at its old place.
pub(super) fn requeue(
    ledger: &mut Ledger<'_>,
    number: &Number,
    by: Option<&CounterId>,
) -> Result<TicketId, ActError> {
    let ticket = ledger.today(number)?;
    queue_step(&ticket, Step::Requeue)?;
    let rules = &ledger.applied.site.rules;
    let missed = ticket.state == State::NoShow;
    let limit = i64::from(rules.missed_return_min) * 60_000;
    let since = ticket.ended_at.map_or(0, |ended| ledger.at.since(ended));
    if missed && limit > 0 && since > limit {
        return Err(Refusal::TooLate { number: ticket.number }.into());
    }
    let end = missed && rules.missed_place == ReturnPlace::End;
    let rank = if end { ledger.at.0 } else { ticket.rank };
    let event = ledger.emit_at(What::Requeued { rank }, &ticket, by)?;
    ledger.set_waiting(&ticket, rank, &event)?;
    Ok(ticket.id)
}

/// Cancel and void: the ticket's last step.
pub(super) fn end(
    ledger: &mut Ledger<'_>,
    number: &Number,
    step: Step,
    what: What,
    by: Option<&CounterId>,
) -> Result<TicketId, ActError> {
    let ticket = ledger.today(number)?;
    let state = queue_step(&ticket, step)?;
    let event = ledger.emit_at(what, &ticket, by.or(ticket.counter.as_ref()))?;
    ledger.set_ended(&ticket, state, &event)?;
    Ok(ticket.id)
}
