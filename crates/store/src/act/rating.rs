//! What visitors think: once a visit, and no visit is told from its rating.

use queue::{BusinessDay, Complaint, Level, Ratings, Refusal, State, TicketId, What};
use rusqlite::{Connection, params};

use super::{About, Ledger, by_id};
use crate::{ActError, Error};

pub(super) fn rate(
    ledger: &mut Ledger<'_>,
    ticket: TicketId,
    level: Level,
    why: &[Complaint],
) -> Result<(), ActError> {
    let known =
        by_id(ledger.db, ledger.applied, ticket)?.ok_or(Refusal::UnknownTicket { ticket })?;
    let sql = "SELECT day FROM ticket WHERE id = ?1";
    let day = ledger.db.prepare_cached(sql)?.query_row(params![ticket.0], |row| row.get(0));
    if known.state != State::Served || BusinessDay(day.map_err(Error::from)?) != ledger.day {
        return Err(Refusal::NotServed.into());
    }
    let sql = "INSERT INTO rated(ticket_id) VALUES(?1) ON CONFLICT DO NOTHING";
    if ledger.db.prepare_cached(sql)?.execute(params![ticket.0])? == 0 {
        return Err(Refusal::RatedBefore.into());
    }
    let mut why = why.to_vec();
    why.sort_unstable();
    why.dedup();
    // The service and nothing else: whom it concerns is nobody's business.
    let about = About { service: Some(known.service), ..About::nothing() };
    ledger.emit(What::Rated { level, why }, about)?;
    Ok(())
}

/// A day's ratings together.
pub(crate) fn ratings(db: &Connection, day: BusinessDay) -> Result<Ratings, Error> {
    let sql = "SELECT json_extract(data, '$.level') FROM event WHERE day = ?1 AND kind = 'rated'";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params![day.0])?;
    let mut ratings = Ratings::default();
    while let Some(row) = rows.next()? {
        let word: String = row.get(0)?;
        let level = Level::from_word(&word);
        ratings.add(level.ok_or_else(|| Error::Stored(format!("rating {word}")))?);
    }
    Ok(ratings)
}
