//! New numbers: at the kiosk, at a counter without one, for a booking.

use queue::rule::{self, Lane};
use queue::{
    Arrival, Class, ClassId, CounterId, DIRECT, Number, Opening, Refusal, Service, ServiceId,
    Ticket, TicketId, What, Wish, booking_rank,
};
use rusqlite::{OptionalExtension, params};

use super::booking::{self, Live};
use super::ticket::print_word;
use super::{About, Ledger, by_id, counter, free_counter, intake, known_counter, moves};
use crate::{ActError, Error};

/// The numbers of a series since an instant that count against its limit: all but void ones.
pub(crate) const GIVEN: &str =
    "SELECT count(*) FROM ticket t WHERE t.day = ?1 AND t.prefix = ?2 AND t.issued_at >= ?3
     AND NOT EXISTS(SELECT 1 FROM leg l WHERE l.ticket_id = t.id AND l.state = 'void')";

/// What a new ticket is, beside its number.
struct New<'a> {
    service: &'a Service,
    service_id: i64,
    class: &'a Class,
    class_id: i64,
    rank: i64,
}

pub(super) fn issue(
    ledger: &mut Ledger<'_>,
    service: &ServiceId,
    wish: &Wish,
) -> Result<TicketId, ActError> {
    let (known, service_id) = known_service(ledger, service)?;
    let (class, class_id) = known_class(ledger, wish.class.as_ref())?;
    may_issue(ledger, known, wish)?;
    quota(ledger, known)?;
    let rank = rule::rank(ledger.at, class);
    give(ledger, &New { service: known, service_id, class, class_id, rank }, wish, None)
}

/// A number for somebody who booked. A promise is kept also when the half day's numbers are given
/// out; its number is one of them, so that whoever comes without a booking gets what is left.
pub(super) fn check_in(
    ledger: &mut Ledger<'_>,
    code: &queue::BookingCode,
    wish: &Wish,
) -> Result<TicketId, ActError> {
    let live = booking::live(ledger, code)?;
    let (known, service_id) = known_service(ledger, &live.booking.service)?;
    let (class, class_id) = known_class(ledger, wish.class.as_ref())?;
    let rule = known.appointments.clone().unwrap_or_default();
    if let Arrival::TooEarly { from } = queue::arrival(live.booking.slot, &rule, ledger.at) {
        return Err(Refusal::BookingEarly { code: code.clone(), from }.into());
    }
    may_issue(ledger, known, wish)?;
    let credit = rule::credit_ms(class.credit_min);
    let rank = booking_rank(live.booking.slot, &rule, ledger.at, credit);
    let new = New { service: known, service_id, class, class_id, rank };
    give(ledger, &new, wish, Some(&live))
}

/// Served at once: the visitor stands at the counter, no number is printed or called.
pub(super) fn direct(
    ledger: &mut Ledger<'_>,
    counter: &CounterId,
    service: &ServiceId,
) -> Result<TicketId, ActError> {
    let (known, service_id) = known_service(ledger, service)?;
    free_counter(ledger, counter)?;
    let counter_id = known_counter(ledger, counter)?;
    counter::open(ledger, counter, counter_id)?;
    let (class, class_id) = known_class(ledger, None)?;
    let number = next_number(ledger, DIRECT)?;
    let none = print_word(queue::PrintState::None);
    let id = insert_ticket(ledger, &number, class_id, &Wish::default(), none)?;
    ledger
        .db
        .prepare_cached(
            "INSERT INTO leg(ticket_id, leg_no, service_id, rank, state, counter_id, called_at,
                             started_at)
             VALUES(?1, 1, ?2, ?3, 'serving', ?4, ?3, ?3)",
        )?
        .execute(params![id.0, service_id, ledger.at.0, counter_id])?;
    let what = What::Direct { class: class.id.clone() };
    let about = About {
        ticket: Some((id, number)),
        service: Some(known.id.clone()),
        counter: Some(counter.clone()),
    };
    let event = ledger.emit(what, about)?;
    ledger.set_first_seq(id, &event)?;
    Ok(id)
}

pub(super) fn known_service<'a>(
    ledger: &Ledger<'a>,
    service: &ServiceId,
) -> Result<(&'a Service, i64), Refusal> {
    let unknown = || Refusal::UnknownService { service: service.clone() };
    let known = ledger.applied.site.service(service).ok_or_else(unknown)?;
    Ok((known, ledger.applied.service_id(service).ok_or_else(unknown)?))
}

fn known_class<'a>(
    ledger: &Ledger<'a>,
    class: Option<&ClassId>,
) -> Result<(&'a Class, i64), Refusal> {
    let site = &ledger.applied.site;
    let class = class.cloned().unwrap_or_else(|| site.ordinary());
    let unknown = || Refusal::UnknownClass { class: class.clone() };
    let known = site.class(&class).ok_or_else(unknown)?;
    Ok((known, ledger.applied.class_id(&class).ok_or_else(unknown)?))
}

/// Whether the service gives numbers now, to this asker, to this person.
fn may_issue(ledger: &Ledger<'_>, service: &Service, wish: &Wish) -> Result<(), ActError> {
    for next in &wish.then {
        known_service(ledger, next)?;
    }
    let service_id = ledger.applied.service_id(&service.id).unwrap_or_default();
    if service.paused || intake::is_paused(ledger, service_id)? {
        return Err(Refusal::Paused { service: service.id.clone() }.into());
    }
    if wish.asker == queue::Asker::Visitor {
        let applied = ledger.applied;
        match applied.site.opening_of(Some(service), &applied.wall, ledger.at) {
            Opening::Open => {}
            Opening::Early { from } | Opening::Break { from } => {
                return Err(Refusal::Closed { from: Some(from) }.into());
            }
            Opening::Closed { from } => return Err(Refusal::Closed { from }.into()),
        }
    }
    match held_by_person(ledger, service, wish)? {
        Some(number) => Err(Refusal::OneEach { number }.into()),
        None => Ok(()),
    }
}

/// The live number this person has for the service.
fn held_by_person(
    ledger: &Ledger<'_>,
    service: &Service,
    wish: &Wish,
) -> Result<Option<Number>, ActError> {
    let (Some(person), true) = (&wish.person, ledger.applied.site.rules.one_each) else {
        return Ok(None);
    };
    let id: Option<i64> = ledger
        .db
        .prepare_cached("SELECT ticket_id FROM person WHERE service_id = ?1 AND key = ?2")?
        .query_row(params![ledger.applied.service_id(&service.id), person.0], |row| row.get(0))
        .optional()?;
    let ticket: Option<Ticket> = match id {
        Some(id) => by_id(ledger.db, ledger.applied, TicketId(id))?,
        None => None,
    };
    // Whoever missed the turn for good is told to take a new number, so must get one.
    let live = |ticket: &Ticket| !ticket.state.ended() && !moves::missed_for_good(ledger, ticket);
    Ok(ticket.filter(live).map(|ticket| ticket.number))
}

/// The half day's numbers of a service that has a limit.
fn quota(ledger: &Ledger<'_>, service: &Service) -> Result<(), ActError> {
    if service.quota == 0 {
        return Ok(());
    }
    let applied = ledger.applied;
    let began = applied.site.session_began(Some(service), &applied.wall, ledger.at);
    let given: u32 = ledger.db.prepare_cached(GIVEN)?.query_row(
        params![ledger.day.0, service.prefix, began.map_or(0, |began| began.0)],
        |row| row.get(0),
    )?;
    if given < service.quota {
        return Ok(());
    }
    let sessions = applied.site.sessions_at(Some(service), &applied.wall, ledger.at);
    let early = i64::from(applied.site.issue_before_open_min);
    let from = sessions
        .iter()
        .skip_while(|session| session.close <= ledger.at)
        .nth(1)
        .map(|session| session.open.plus_min(-early));
    Err(Refusal::QuotaReached { service: service.id.clone(), from }.into())
}

fn next_number(ledger: &Ledger<'_>, prefix: &str) -> Result<Number, Error> {
    let count: u32 = ledger
        .db
        .prepare_cached(
            "INSERT INTO day_number(day, prefix, last) VALUES(?1, ?2, 1)
             ON CONFLICT(day, prefix) DO UPDATE SET last = last + 1 RETURNING last",
        )?
        .query_row(params![ledger.day.0, prefix], |row| row.get(0))?;
    Ok(Number::new(prefix, count))
}

fn insert_ticket(
    ledger: &Ledger<'_>,
    number: &Number,
    class_id: i64,
    wish: &Wish,
    print: &str,
) -> Result<TicketId, Error> {
    ledger
        .db
        .prepare_cached(
            "INSERT INTO ticket(day, prefix, number, class_id, procedure, issued_at, print, seq,
                                journey, told_from, told_to, told_work, dossiers, lang)
             VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            ledger.day.0,
            number.prefix(),
            number.count(),
            class_id,
            wish.procedure,
            ledger.at.0,
            print,
            serde_json::to_string(&wish.then)?,
            wish.told.map(|told| told.range.from_min),
            wish.told.map(|told| told.range.to_min),
            wish.told.map(|told| told.work_ms),
            wish.dossiers,
            wish.lang,
        ])?;
    Ok(TicketId(ledger.db.last_insert_rowid()))
}

/// Writes the number, its place and its event.
fn give(
    ledger: &mut Ledger<'_>,
    new: &New<'_>,
    wish: &Wish,
    booking: Option<&Live>,
) -> Result<TicketId, ActError> {
    let number = next_number(ledger, &new.service.prefix)?;
    let id = insert_ticket(ledger, &number, new.class_id, wish, print_word(wish.print))?;
    let lane = Lane::of(new.class);
    ledger.insert_leg(id, 1, new.service_id, lane, new.rank)?;
    if let (Some(person), true) = (&wish.person, ledger.applied.site.rules.one_each) {
        ledger
            .db
            .prepare_cached(
                "INSERT INTO person(service_id, key, ticket_id) VALUES(?1, ?2, ?3)
                 ON CONFLICT(service_id, key) DO UPDATE SET ticket_id = excluded.ticket_id",
            )?
            .execute(params![new.service_id, person.0, id.0])?;
    }
    if let Some(live) = booking {
        booking::used(ledger, live, id)?;
    }
    let what = What::Issued {
        class: new.class.id.clone(),
        rank: new.rank,
        procedure: wish.procedure,
        print: wish.print,
        dossiers: wish.dossiers,
        lane,
        then: wish.then.clone(),
        told: wish.told,
        lang: wish.lang.clone(),
        booking: booking.map(|live| live.booking.code.clone()),
    };
    let about =
        About { ticket: Some((id, number)), service: Some(new.service.id.clone()), counter: None };
    let event = ledger.emit(what, about)?;
    ledger.set_first_seq(id, &event)?;
    Ok(id)
}
