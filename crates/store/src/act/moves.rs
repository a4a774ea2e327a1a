//! Tickets that change queues or leave: transfer, requeue, cancel, void.

use queue::rule;
use queue::{
    CounterId, Number, Refusal, ReturnPlace, ServiceId, State, Step, Target, Ticket, TicketId, What,
};

use super::officer::supervises;
use super::{Ledger, known_counter, queue_step};
use crate::ActError;

pub(super) fn transfer(
    ledger: &mut Ledger<'_>,
    number: &Number,
    to: &Target,
    by: Option<&CounterId>,
) -> Result<TicketId, ActError> {
    let ticket = ledger.today(number)?;
    of_others(ledger, &ticket, by)?;
    let (service, only, only_id) = target(ledger, &ticket, to)?;
    let unknown = || Refusal::UnknownService { service: service.clone() };
    let service_id = ledger.applied.service_id(&service).ok_or_else(unknown)?;
    queue_step(&ticket, Step::Transfer)?;
    // A visitor sent to the wrong queue does not start again, where the centre has it so.
    let keeps = ledger.applied.site.rules.transfer_keeps_arrival;
    let class = ledger.applied.site.class(&ticket.class);
    let credit = class.map_or(0, |class| rule::credit_ms(class.credit_min));
    let rank = if keeps { ticket.rank } else { ledger.at.0.saturating_sub(credit) };
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
    if missed_for_good(ledger, &ticket) {
        return Err(Refusal::TooLate { number: ticket.number }.into());
    }
    let missed = ticket.state == State::NoShow;
    let end = missed && ledger.applied.site.rules.missed_place == ReturnPlace::End;
    let rank = if end { ledger.at.0 } else { ticket.rank };
    let event = ledger.emit_at(What::Requeued { rank }, &ticket, by)?;
    ledger.set_waiting(&ticket, rank, &event)?;
    Ok(ticket.id)
}

/// Whether the turn was missed too long ago to come back.
pub(super) fn missed_for_good(ledger: &Ledger<'_>, ticket: &Ticket) -> bool {
    let limit = i64::from(ledger.applied.site.rules.missed_return_min) * 60_000;
    let since = ticket.ended_at.map_or(0, |ended| ledger.at.since(ended));
    ticket.state == State::NoShow && limit > 0 && since > limit
}

/// A number that the asking counter has, or set aside, is its own; any other is the supervisor's.
fn of_others(ledger: &Ledger<'_>, ticket: &Ticket, by: Option<&CounterId>) -> Result<(), ActError> {
    if ticket.counter.as_ref() == by { Ok(()) } else { supervises(ledger, by, &ticket.service) }
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
    if step == Step::Void {
        of_others(ledger, &ticket, by)?;
    }
    let state = queue_step(&ticket, step)?;
    let event = ledger.emit_at(what, &ticket, by.or(ticket.counter.as_ref()))?;
    ledger.set_ended(&ticket, state, &event)?;
    Ok(ticket.id)
}
