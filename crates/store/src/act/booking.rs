//! Bookings: times promised ahead.

use std::collections::BTreeMap;

use queue::{Booking, BookingCode, Refusal, ServiceId, TicketId, Timestamp, What};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::{About, Ledger};
use crate::site::Applied;
use crate::{ActError, Error};

/// A booking with its row.
pub(super) struct Live {
    pub(super) row: i64,
    pub(super) booking: Booking,
}

pub(super) fn book(
    ledger: &mut Ledger<'_>,
    service: &ServiceId,
    slot: Timestamp,
) -> Result<Option<TicketId>, ActError> {
    let service_id = free_slot(ledger, service, slot, None)?;
    let code = new_code(ledger)?;
    ledger
        .db
        .prepare_cached(
            "INSERT INTO booking(code, service_id, slot_at, state) VALUES(?1, ?2, ?3, 'booked')",
        )?
        .execute(params![code.0, service_id, slot.0])?;
    emit(ledger, service, What::Booked { code, slot })
}

pub(super) fn reschedule(
    ledger: &mut Ledger<'_>,
    code: &BookingCode,
    slot: Timestamp,
) -> Result<Option<TicketId>, ActError> {
    let known = live(ledger, code)?;
    free_slot(ledger, &known.booking.service, slot, Some(known.row))?;
    ledger
        .db
        .prepare_cached("UPDATE booking SET slot_at = ?2 WHERE id = ?1")?
        .execute(params![known.row, slot.0])?;
    let what = What::BookingMoved { code: code.clone(), slot };
    emit(ledger, &known.booking.service, what)
}

pub(super) fn cancel(
    ledger: &mut Ledger<'_>,
    code: &BookingCode,
) -> Result<Option<TicketId>, ActError> {
    let known = live(ledger, code)?;
    set_state(ledger, known.row, "cancelled", None)?;
    emit(ledger, &known.booking.service, What::BookingCancelled { code: code.clone() })
}

/// The booking was used for this ticket; the event is the ticket's own.
pub(super) fn used(ledger: &Ledger<'_>, live: &Live, ticket: TicketId) -> Result<(), Error> {
    set_state(ledger, live.row, "used", Some(ticket))
}

/// The bookings of `day` or before that nobody used end with it.
pub(super) fn lapse(ledger: &Ledger<'_>) -> Result<Vec<BookingCode>, Error> {
    let today = ledger.applied.wall.instant(ledger.day, 0).unwrap_or(ledger.at);
    let mut statement = ledger.db.prepare_cached(
        "UPDATE booking SET state = 'lapsed' WHERE state = 'booked' AND slot_at < ?1
         RETURNING code",
    )?;
    let rows = statement.query_map(params![today.0], |row| row.get(0).map(BookingCode))?;
    let mut codes = rows.collect::<Result<Vec<_>, _>>()?;
    codes.sort();
    Ok(codes)
}

pub(super) fn live(ledger: &Ledger<'_>, code: &BookingCode) -> Result<Live, ActError> {
    let found: Option<(i64, i64, i64)> = ledger
        .db
        .prepare_cached(
            "SELECT id, service_id, slot_at FROM booking WHERE state = 'booked' AND code = ?1",
        )?
        .query_row(params![code.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let (row, service, slot) =
        found.ok_or_else(|| Refusal::UnknownBooking { code: code.clone() })?;
    let service = ledger.applied.service(service)?;
    let booking = Booking { code: code.clone(), service, slot: Timestamp(slot) };
    Ok(Live { row, booking })
}

/// All bookings still to come, by code.
pub(crate) fn bookings(
    db: &Connection,
    applied: &Applied,
) -> Result<BTreeMap<BookingCode, Booking>, Error> {
    let mut statement = db.prepare_cached(
        "SELECT code, service_id, slot_at FROM booking INDEXED BY booking_code
         WHERE state = 'booked'",
    )?;
    let mut rows = statement.query([])?;
    let mut all = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let code = BookingCode(row.get(0)?);
        let service = applied.service(row.get(1)?)?;
        let slot = Timestamp(row.get(2)?);
        all.insert(code.clone(), Booking { code, service, slot });
    }
    Ok(all)
}

fn set_state(
    ledger: &Ledger<'_>,
    row: i64,
    state: &str,
    ticket: Option<TicketId>,
) -> Result<(), Error> {
    ledger
        .db
        .prepare_cached("UPDATE booking SET state = ?2, ticket_id = ?3 WHERE id = ?1")?
        .execute(params![row, state, ticket.map(|ticket| ticket.0)])?;
    Ok(())
}

fn emit(
    ledger: &mut Ledger<'_>,
    service: &ServiceId,
    what: What,
) -> Result<Option<TicketId>, ActError> {
    let about = About { service: Some(service.clone()), ..About::nothing() };
    ledger.emit(what, about)?;
    Ok(None)
}

/// The service's row, if it takes bookings for this slot and one place of it is free.
fn free_slot(
    ledger: &Ledger<'_>,
    service: &ServiceId,
    slot: Timestamp,
    except: Option<i64>,
) -> Result<i64, ActError> {
    let unknown = || Refusal::UnknownService { service: service.clone() };
    let known = ledger.applied.site.service(service).ok_or_else(unknown)?;
    let id = ledger.applied.service_id(service).ok_or_else(unknown)?;
    let no_slot = || Refusal::NoSlot { service: service.clone() };
    let rule = known.appointments.as_ref().ok_or_else(no_slot)?;
    let (applied, local) = (ledger.applied, ledger.applied.wall.local(slot));
    let sessions = applied.site.sessions_on(local.day, Some(known));
    let on_the_grid = sessions.iter().any(|session| {
        (session.open_min..session.close_min).contains(&local.minute)
            && (local.minute - session.open_min) % rule.slot_min == 0
    });
    let ahead = slot.since(ledger.at);
    let far = i64::from(rule.days_ahead) * 24 * 3_600_000;
    if !on_the_grid || ahead <= 0 || ahead > far || local.second != 0 {
        return Err(no_slot().into());
    }
    let booked: u32 = ledger
        .db
        .prepare_cached(
            "SELECT count(*) FROM booking WHERE state = 'booked' AND service_id = ?1
             AND slot_at = ?2 AND id <> ?3",
        )?
        .query_row(params![id, slot.0, except.unwrap_or_default()], |row| row.get(0))?;
    if booked < rule.per_slot {
        Ok(id)
    } else {
        Err(Refusal::SlotFull { service: service.clone() }.into())
    }
}

/// Six digits that no live booking has. They follow from the ledger's last hash, which nobody
/// outside can know, so that a code cannot be guessed from the one before it.
fn new_code(ledger: &Ledger<'_>) -> Result<BookingCode, Error> {
    for attempt in 0_u32.. {
        let hash = Sha256::new()
            .chain_update(ledger.last_hash())
            .chain_update(ledger.request_id())
            .chain_update(attempt.to_be_bytes())
            .finalize();
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&hash[..8]);
        let code = format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000);
        let taken: Option<i64> = ledger
            .db
            .prepare_cached("SELECT id FROM booking WHERE state = 'booked' AND code = ?1")?
            .query_row(params![code], |row| row.get(0))
            .optional()?;
        if taken.is_none() {
            return Ok(BookingCode(code));
        }
    }
    Err(Error::Stored("all booking codes are taken".into()))
}
