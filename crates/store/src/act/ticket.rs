//! Reading tickets: the paper and its latest leg as one value.

use queue::wait::Range;
use queue::{BusinessDay, Number, PrintState, State, Ticket, TicketId, Timestamp, Told};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::call::lane_of;
use crate::Error;
use crate::site::Applied;

macro_rules! ticket_columns {
    () => {
        "SELECT t.id, t.prefix, t.number, t.class_id, t.procedure, t.issued_at, t.print, t.seq,
                l.service_id, l.rank, l.state, l.counter_id, l.called_at, l.started_at, l.ended_at,
                l.calls, l.lane, l.leg_no, l.only_counter, l.return_at, t.journey, t.told_from,
                t.told_to, t.told_work, t.dossiers, t.lang "
    };
}

/// The head of one service's queue and lane: one seek, however many wait.
pub(crate) const HEAD: &str = "SELECT ticket_id, rank FROM leg INDEXED BY leg_waiting
    WHERE state = 'waiting' AND only_counter IS NULL AND service_id = ?1 AND lane = ?2
    ORDER BY rank, ticket_id LIMIT 1";
/// The first of those who were sent to one counter.
pub(crate) const SENT: &str = "SELECT ticket_id, rank, lane FROM leg INDEXED BY leg_sent
    WHERE state = 'waiting' AND only_counter = ?1 ORDER BY rank, ticket_id LIMIT 1";
pub(crate) const BY_ID: &str = concat!(
    ticket_columns!(),
    "FROM ticket t JOIN leg l ON l.ticket_id = t.id
     WHERE t.id = ?1 ORDER BY l.leg_no DESC LIMIT 1"
);
pub(crate) const BY_NUMBER: &str =
    "SELECT id FROM ticket WHERE day = ?1 AND prefix = ?2 AND number = ?3";
pub(crate) const HELD_BY: &str = concat!(
    ticket_columns!(),
    "FROM leg l INDEXED BY leg_counter JOIN ticket t ON t.id = l.ticket_id
     WHERE l.counter_id = ?1 AND l.state IN ('called','serving')"
);
pub(crate) const LIVE: &str = concat!(
    ticket_columns!(),
    "FROM leg l INDEXED BY leg_live JOIN ticket t ON t.id = l.ticket_id
     WHERE l.state IN ('waiting','called','serving','parked','no_show')"
);

pub(crate) fn by_id(
    db: &Connection,
    applied: &Applied,
    id: TicketId,
) -> Result<Option<Ticket>, Error> {
    one(db, applied, BY_ID, id.0)
}

pub(crate) fn held_by(
    db: &Connection,
    applied: &Applied,
    counter: i64,
) -> Result<Option<Ticket>, Error> {
    one(db, applied, HELD_BY, counter)
}

pub(crate) fn by_number(
    db: &Connection,
    applied: &Applied,
    day: BusinessDay,
    number: &Number,
) -> Result<Option<Ticket>, Error> {
    let id: Option<i64> = db
        .prepare_cached(BY_NUMBER)?
        .query_row(params![day.0, number.prefix(), number.count()], |row| row.get(0))
        .optional()?;
    id.map_or(Ok(None), |id| by_id(db, applied, TicketId(id)))
}

/// All tickets that have not ended.
pub(crate) fn live(db: &Connection, applied: &Applied) -> Result<Vec<Ticket>, Error> {
    let mut statement = db.prepare_cached(LIVE)?;
    let mut rows = statement.query([])?;
    let mut tickets = Vec::new();
    while let Some(row) = rows.next()? {
        tickets.push(read(row, applied)?);
    }
    Ok(tickets)
}

fn one(db: &Connection, applied: &Applied, sql: &str, key: i64) -> Result<Option<Ticket>, Error> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params![key])?;
    rows.next()?.map(|row| read(row, applied)).transpose()
}

fn read(row: &Row<'_>, applied: &Applied) -> Result<Ticket, Error> {
    let prefix: String = row.get(1)?;
    let state: String = row.get(10)?;
    let print: String = row.get(6)?;
    let counter: Option<i64> = row.get(11)?;
    let at = |index: usize| -> Result<Option<Timestamp>, Error> {
        Ok(row.get::<_, Option<i64>>(index)?.map(Timestamp))
    };
    Ok(Ticket {
        id: TicketId(row.get(0)?),
        number: Number::new(prefix, row.get(2)?),
        class: applied.class(row.get(3)?)?,
        procedure: row.get(4)?,
        issued_at: Timestamp(row.get(5)?),
        print: print_state(&print)?,
        seq: row.get(7)?,
        service: applied.service(row.get(8)?)?,
        rank: row.get(9)?,
        state: State::from_word(&state)
            .ok_or_else(|| Error::Stored(format!("unknown state {state:?}")))?,
        counter: counter.map(|id| applied.counter(id)).transpose()?,
        called_at: at(12)?,
        started_at: at(13)?,
        ended_at: at(14)?,
        calls: row.get(15)?,
        lane: lane_of(row.get(16)?),
        leg: row.get(17)?,
        only: row.get::<_, Option<i64>>(18)?.map(|id| applied.counter(id)).transpose()?,
        return_at: at(19)?,
        then: serde_json::from_str(&row.get::<_, String>(20)?)?,
        told: told(row.get(21)?, row.get(22)?, row.get(23)?),
        dossiers: row.get(24)?,
        lang: row.get(25)?,
    })
}

fn told(from: Option<u32>, to: Option<u32>, work: Option<i64>) -> Option<Told> {
    let range = Range { from_min: from?, to_min: to? };
    Some(Told { range, work_ms: work? })
}

const PRINT_WORDS: [(PrintState, &str); 5] = [
    (PrintState::Pending, "pending"),
    (PrintState::Printing, "printing"),
    (PrintState::Printed, "printed"),
    (PrintState::Unconfirmed, "unconfirmed"),
    (PrintState::None, "none"),
];

pub(crate) fn print_word(print: PrintState) -> &'static str {
    PRINT_WORDS.iter().find(|(state, _)| *state == print).map_or("none", |(_, word)| word)
}

fn print_state(word: &str) -> Result<PrintState, Error> {
    let known = PRINT_WORDS.iter().find(|(_, known)| *known == word);
    known
        .map(|(state, _)| *state)
        .ok_or_else(|| Error::Stored(format!("unknown print state {word:?}")))
}
