//! Reading: the feed, the board, single tickets.

use queue::{
    Board, BusinessDay, CounterId, Event, Number, RECENT_MAX, ServiceId, Shown, Ticket, TicketId,
    Timestamp,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::act::{by_number, live};
use crate::site::Applied;
use crate::{Error, Store};

pub(crate) const FEED: &str =
    "SELECT e.seq, e.at, e.day, e.kind, e.ticket_id, e.service, e.counter, e.data,
    t.prefix, t.number FROM event e LEFT JOIN ticket t ON t.id = e.ticket_id
    WHERE e.seq > ?1 ORDER BY e.seq LIMIT ?2";
const CALLS: &str = "SELECT e.seq, e.at, e.ticket_id, e.counter, t.prefix, t.number
    FROM event e INDEXED BY event_call JOIN ticket t ON t.id = e.ticket_id
    WHERE e.day = ?1 AND e.kind IN ('called','recalled','resumed') ORDER BY e.seq DESC";

impl Store {
    /// The events after `after`, at most `limit`, in order and without a gap.
    ///
    /// # Errors
    /// [`Error::Gap`] when an event is missing, and whatever the database says.
    pub fn feed(&mut self, after: i64, limit: usize) -> Result<Vec<Event>, Error> {
        self.read(|db, _| feed(db, after, limit))
    }

    /// The last event's place in the feed; 0 before the first.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn last_seq(&mut self) -> Result<i64, Error> {
        self.read(|db, _| last(db).map(|last| last.map_or(0, |(seq, _)| seq)))
    }

    /// The day as it stands, and the event it is true at. On a day on which nothing has happened
    /// yet the board is empty, whatever yesterday left.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn board(&mut self, now: Timestamp) -> Result<Board, Error> {
        self.read(|db, applied| {
            let (seq, last_day) = last(db)?.unwrap_or_default();
            let today = applied.wall.local(now).day;
            let mut board = Board { day: last_day.max(today), seq, ..Board::default() };
            if last_day < today {
                return Ok(board);
            }
            board.tickets = live(db, applied)?.into_iter().map(|t| (t.id, t)).collect();
            board.recent = recent(db, last_day)?;
            board.served = db
                .prepare_cached(
                    "SELECT count(*) FROM ticket t JOIN leg l ON l.ticket_id = t.id
                     WHERE t.day = ?1 AND l.state = 'served'",
                )?
                .query_row(params![last_day.0], |row| row.get(0))?;
            Ok(board)
        })
    }

    /// The ticket with this number on this day; today is [`Board::day`].
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn ticket(&mut self, day: BusinessDay, number: &Number) -> Result<Option<Ticket>, Error> {
        self.read(|db, applied| by_number(db, applied, day, number))
    }
}

fn last(db: &Connection) -> Result<Option<(i64, BusinessDay)>, Error> {
    let last = db
        .prepare_cached("SELECT seq, day FROM event ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, BusinessDay(row.get(1)?))))
        .optional()?;
    Ok(last)
}

pub(crate) fn day_of_last(db: &Connection) -> Result<BusinessDay, Error> {
    Ok(last(db)?.map(|(_, day)| day).unwrap_or_default())
}

fn recent(db: &Connection, day: BusinessDay) -> Result<Vec<Shown>, Error> {
    let mut statement = db.prepare_cached(CALLS)?;
    let mut rows = statement.query(params![day.0])?;
    let mut recent: Vec<Shown> = Vec::new();
    while let Some(row) = rows.next()? {
        let ticket = TicketId(row.get(2)?);
        if recent.iter().any(|shown| shown.ticket == ticket) {
            continue;
        }
        let (counter, prefix): (String, String) = (row.get(3)?, row.get(4)?);
        recent.push(Shown {
            seq: row.get(0)?,
            at: Timestamp(row.get(1)?),
            ticket,
            number: Number::new(prefix, row.get(5)?),
            counter: CounterId::from(counter),
        });
        if recent.len() == RECENT_MAX {
            break;
        }
    }
    Ok(recent)
}

/// The events of one request: from its first to the next request's first.
pub(crate) fn events_of_request(
    db: &Connection,
    _applied: &Applied,
    first: i64,
) -> Result<Vec<Event>, Error> {
    let next: Option<i64> = db
        .prepare_cached(
            "SELECT seq FROM event WHERE seq > ?1 AND req IS NOT NULL ORDER BY seq LIMIT 1",
        )?
        .query_row(params![first], |row| row.get(0))
        .optional()?;
    let mut events = feed(db, first - 1, 16)?;
    events.retain(|event| next.is_none_or(|next| event.seq < next));
    Ok(events)
}

pub(crate) fn feed(db: &Connection, after: i64, limit: usize) -> Result<Vec<Event>, Error> {
    let mut statement = db.prepare_cached(FEED)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![after, limit])?;
    let mut events = Vec::new();
    let mut expected = after + 1;
    while let Some(row) = rows.next()? {
        let event = read_event(row)?;
        if event.seq != expected {
            return Err(Error::Gap { after: expected - 1 });
        }
        expected += 1;
        events.push(event);
    }
    Ok(events)
}

fn read_event(row: &Row<'_>) -> Result<Event, Error> {
    let (kind, data): (String, String) = (row.get(3)?, row.get(7)?);
    let mut facts: serde_json::Value = serde_json::from_str(&data)?;
    if let Some(object) = facts.as_object_mut() {
        object.insert("kind".to_owned(), kind.into());
    }
    let prefix: Option<String> = row.get(8)?;
    let count: Option<u32> = row.get(9)?;
    Ok(Event {
        seq: row.get(0)?,
        at: Timestamp(row.get(1)?),
        day: BusinessDay(row.get(2)?),
        ticket: row.get::<_, Option<i64>>(4)?.map(TicketId),
        number: prefix.zip(count).map(|(prefix, count)| Number::new(prefix, count)),
        service: row.get::<_, Option<String>>(5)?.map(ServiceId::from),
        counter: row.get::<_, Option<String>>(6)?.map(CounterId::from),
        what: serde_json::from_value(facts)?,
    })
}

#[cfg(test)]
mod tests;
