//! Reading: the feed, the board, single tickets.

use queue::{
    Board, BusinessDay, CounterId, Event, Heard, Hearing, Number, OfficerId, PinHash, ServiceId,
    Shown, Ticket, TicketId, Timestamp, What, Why,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::act::{
    bookings, by_number, counter_states, emergency, kept_pin, live, officers, paused, ratings,
};
use crate::{Error, Store};

macro_rules! event_columns {
    () => {
        "SELECT e.seq, e.at, e.day, e.kind, e.ticket_id, e.service, e.counter, e.data,
                t.prefix, t.number, e.officer
         FROM event e LEFT JOIN ticket t ON t.id = e.ticket_id "
    };
}

pub(crate) const FEED: &str = concat!(event_columns!(), "WHERE e.seq > ?1 ORDER BY e.seq LIMIT ?2");
/// The end of the feed.
const LAST: &str = "SELECT seq, day FROM event ORDER BY seq DESC LIMIT 1";
/// The calls of a day, oldest first.
const CALLS: &str = "SELECT e.seq, e.at, e.ticket_id, e.counter, t.prefix, t.number
    FROM event e INDEXED BY event_call JOIN ticket t ON t.id = e.ticket_id
    WHERE e.day = ?1 AND e.kind IN ('called','recalled','resumed') ORDER BY e.seq";
/// What displays reported of a call.
const ANNOUNCED: &str = "SELECT at, data FROM event INDEXED BY event_announced
    WHERE kind = 'announced' AND json_extract(data, '$.call') = ?1 AND seq > ?1 ORDER BY seq";
/// Whether a call was taken back.
const TAKEN_BACK: &str = "SELECT EXISTS(SELECT 1 FROM event INDEXED BY event_undone
    WHERE kind = 'undone' AND json_extract(data, '$.of') = ?1)";

impl Store {
    /// The events after `after`, at most `limit`, in order and without a gap.
    ///
    /// # Errors
    /// [`Error::Gap`] when an event is missing, and whatever the database says.
    pub fn feed(&mut self, after: i64, limit: usize) -> Result<Vec<Event>, Error> {
        self.reach_seq(after + 1)?;
        self.read(|db, _| feed(db, after, limit))
    }

    /// The last events up to `until`, at most `limit`: as many of them as are at hand.
    ///
    /// # Errors
    /// As [`feed`](Self::feed).
    pub fn tail(&mut self, until: i64, limit: usize) -> Result<Vec<Event>, Error> {
        let wanted = until - i64::try_from(limit).unwrap_or(i64::MAX);
        let after = wanted.max(self.first_seq() - 1).max(0);
        let limit = usize::try_from(until - after).unwrap_or_default();
        self.read_here(|db, _| feed(db, after, limit))
    }

    /// [`feed`](Self::feed) for observers, who ask many times a second: a server is asked only when
    /// it has said that somebody committed, and once a second.
    ///
    /// # Errors
    /// As [`feed`](Self::feed).
    pub fn poll(&mut self, after: i64, limit: usize) -> Result<Vec<Event>, Error> {
        self.look()?;
        self.reach_seq(after + 1)?;
        self.read_here(|db, _| feed(db, after, limit))
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
    /// [`Error::Replaced`] when the file is not the one others see any more: a program that only
    /// reads would show the old one for ever. And whatever the database says.
    pub fn board(&mut self, now: Timestamp) -> Result<Board, Error> {
        self.still_ours()?;
        let now = self.corrected(now);
        self.read(|db, applied| {
            let (seq, last_day) = last(db)?.unwrap_or_default();
            let today = applied.wall.local(now).day;
            let bookings = bookings(db, applied)?;
            let day = last_day.max(today);
            let officers = officers(db)?;
            let mut board = Board { day, seq, bookings, officers, ..Board::default() };
            if last_day < today {
                // Yesterday's are closed by the first action of today.
                board.bookings.retain(|_, booking| applied.wall.local(booking.slot).day >= today);
                return Ok(board);
            }
            board.counters = counter_states(db, applied)?;
            board.ratings = ratings(db, last_day)?;
            board.paused = paused(db, applied)?;
            board.emergency = emergency(db, last_day)?;
            board.clock = clock(db, last_day)?;
            board.restored = crate::rescue::noted(db, last_day)?;
            board.tickets = live(db, applied)?.into_iter().map(|t| (t.id, t)).collect();
            board.recent = recent(db, last_day)?;
            board.served = db
                .prepare_cached(
                    "SELECT count(*) FROM ticket t JOIN leg l ON l.ticket_id = t.id
                     WHERE t.day = ?1 AND l.state = 'served'
                     AND NOT EXISTS(SELECT 1 FROM leg n
                                    WHERE n.ticket_id = t.id AND n.leg_no > l.leg_no)",
                )?
                .query_row(params![last_day.0], |row| row.get(0))?;
            Ok(board)
        })
    }

    /// An officer's PIN as it is kept; nothing for who has none, and for a login that asks for none.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn pin(&mut self, who: &OfficerId) -> Result<Option<PinHash>, Error> {
        self.read(|db, _| Ok(kept_pin(db, who)?.map(|(pin, _)| pin)))
    }

    /// The ticket with this number on this day; today is [`Board::day`].
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn ticket(&mut self, day: BusinessDay, number: &Number) -> Result<Option<Ticket>, Error> {
        self.reach_day(day)?;
        self.read(|db, applied| by_number(db, applied, day, number))
    }
}

/// The last hash of a day's chain: whoever keeps it can prove later that no event of the day was
/// changed, left out or added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainHead {
    /// The day.
    pub day: BusinessDay,
    /// Its last event so far.
    pub seq: i64,
    /// How many events the day has.
    pub events: i64,
    /// The hash, hexadecimal.
    pub hash: String,
}

impl Store {
    /// The chain head of a day; nothing for a day without events.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn chain_head(&mut self, day: BusinessDay) -> Result<Option<ChainHead>, Error> {
        self.reach_day(day)?;
        self.read(|db, _| {
            let first = first_of_day(db, day)?;
            let next = first_of_day(db, queue::next_day(day))?;
            let found: Option<(i64, Vec<u8>)> = db
                .prepare_cached(
                    "SELECT seq, hash FROM event WHERE seq >= ?1 AND seq < ?2 AND day = ?3
                     ORDER BY seq DESC LIMIT 1",
                )?
                .query_row(params![first, next, day.0], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            Ok(found.map(|(seq, hash)| ChainHead {
                day,
                seq,
                events: seq - first + 1,
                hash: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            }))
        })
    }

    /// All events of a day, in order.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn day(&mut self, day: BusinessDay) -> Result<Vec<Event>, Error> {
        self.reach_day(day)?;
        self.read(|db, _| {
            let first = first_of_day(db, day)?;
            let next = first_of_day(db, queue::next_day(day))?;
            feed(db, first - 1, usize::try_from(next - first).unwrap_or_default())
        })
    }

    /// The event of a number's last call on a day, by rule or by name.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn last_call(&mut self, day: BusinessDay, number: &Number) -> Result<Option<i64>, Error> {
        self.reach_day(day)?;
        self.read(|db, applied| {
            let Some(ticket) = by_number(db, applied, day, number)? else { return Ok(None) };
            let call = db
                .prepare_cached(
                    "SELECT max(seq) FROM event INDEXED BY event_call
                     WHERE day = ?1 AND kind IN ('called','recalled','resumed')
                     AND kind = 'called' AND ticket_id = ?2",
                )?
                .query_row(params![day.0, ticket.id.0], |row| row.get(0))?;
            Ok(call)
        })
    }

    /// What became of a call in the hall: each display that reported, what it showed and when, what
    /// its voice said, or why it did not. Empty for an event that is no call.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn hearing(&mut self, call: i64) -> Result<Vec<Hearing>, Error> {
        self.reach_seq(call)?;
        self.read(|db, _| hearing(db, call))
    }

    /// Why a number was called: the day is replayed up to the call, under the site of the time.
    /// Nothing for an event that is no call by rule or by name.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn why(&mut self, call: i64) -> Result<Option<Why>, Error> {
        self.reach_seq(call)?;
        self.read(|db, applied| {
            let Some(event) = feed(db, call - 1, 1)?.pop() else { return Ok(None) };
            let first = first_of_day(db, event.day)?;
            let mut board = Board { seq: first - 1, ..Board::default() };
            while board.seq < call - 1 {
                let page = usize::try_from(call - 1 - board.seq).unwrap_or(PAGE).min(PAGE);
                for earlier in feed(db, board.seq, page)? {
                    board.apply(&earlier).map_err(|gap| Error::Stored(gap.to_string()))?;
                }
            }
            let site = crate::site::at(db, call)?;
            Ok(queue::why(&board, site.as_ref().unwrap_or(&applied.site), &event))
        })
    }
}

/// How many events are read at once.
const PAGE: usize = 5_000;

/// The first event of a day, or where it would be: days never decrease along the feed, so it is
/// found by halving.
pub(crate) fn first_of_day(db: &Connection, day: BusinessDay) -> Result<i64, Error> {
    let (mut low, mut high) = (1, last(db)?.map_or(0, |(seq, _)| seq) + 1);
    // The event at a place or the next one there is: a mirror has only some of those before its day.
    let mut statement =
        db.prepare_cached("SELECT day, seq FROM event WHERE seq >= ?1 ORDER BY seq LIMIT 1")?;
    while low < high {
        let middle = low + (high - low) / 2;
        let found: i32 = statement.query_row(params![middle], |row| row.get(0))?;
        if found < day.0 { low = middle + 1 } else { high = middle }
    }
    let there = statement.query_row(params![low], |row| row.get(1)).optional()?;
    Ok(there.unwrap_or(low))
}

fn last(db: &Connection) -> Result<Option<(i64, BusinessDay)>, Error> {
    let last = db
        .prepare_cached(LAST)?
        .query_row([], |row| Ok((row.get(0)?, BusinessDay(row.get(1)?))))
        .optional()?;
    Ok(last)
}

pub(crate) fn day_of_last(db: &Connection) -> Result<BusinessDay, Error> {
    Ok(last(db)?.map(|(_, day)| day).unwrap_or_default())
}

/// The last calls as a board that saw them all would hold them. The whole day is gone through: what
/// a counter shows depends on which of its numbers were called elsewhere since.
fn recent(db: &Connection, day: BusinessDay) -> Result<Vec<Shown>, Error> {
    let mut statement = db.prepare_cached(CALLS)?;
    let mut rows = statement.query(params![day.0])?;
    let mut recent: Vec<Shown> = Vec::new();
    while let Some(row) = rows.next()? {
        let (counter, prefix): (String, String) = (row.get(3)?, row.get(4)?);
        let call = Shown {
            seq: row.get(0)?,
            at: Timestamp(row.get(1)?),
            ticket: TicketId(row.get(2)?),
            number: Number::new(prefix, row.get(5)?),
            counter: CounterId::from(counter),
            undone: false,
            heard: Vec::new(),
        };
        call.join(&mut recent);
    }
    for shown in &mut recent {
        shown.heard = hearing(db, shown.seq)?;
    }
    let mut taken_back = db.prepare_cached(TAKEN_BACK)?;
    for shown in &mut recent {
        shown.undone = taken_back.query_row(params![shown.seq], |row| row.get(0))?;
    }
    Ok(recent)
}

/// What became of a call at each display.
pub(crate) fn hearing(db: &Connection, call: i64) -> Result<Vec<Hearing>, Error> {
    let mut statement = db.prepare_cached(ANNOUNCED)?;
    let mut rows = statement.query(params![call])?;
    let mut known = Vec::new();
    while let Some(row) = rows.next()? {
        let facts: Announced = serde_json::from_str(&row.get::<_, String>(1)?)?;
        Hearing::note(&mut known, &facts.display, &facts.heard, Timestamp(row.get(0)?));
    }
    Ok(known)
}

#[derive(serde::Deserialize)]
struct Announced {
    #[serde(default)]
    display: String,
    #[serde(flatten)]
    heard: Heard,
}

/// When a clock was found wrong today for the last time.
pub(crate) fn clock(db: &Connection, day: BusinessDay) -> Result<Option<Timestamp>, Error> {
    let at = db
        .prepare_cached(
            "SELECT at FROM event INDEXED BY event_clock
             WHERE day = ?1 AND kind IN ('clock_held','clock_stepped') ORDER BY seq DESC LIMIT 1",
        )?
        .query_row(params![day.0], |row| row.get(0).map(Timestamp))
        .optional()?;
    Ok(at)
}

/// The events of one request: from `first` to the next request's first.
pub(crate) fn events_of_request(db: &Connection, first: i64) -> Result<Vec<Event>, Error> {
    let next: Option<i64> = db
        .prepare_cached(
            "SELECT seq FROM event WHERE seq > ?1 AND req IS NOT NULL ORDER BY seq LIMIT 1",
        )?
        .query_row(params![first], |row| row.get(0))
        .optional()?;
    let count = next.map_or(usize::MAX, |next| usize::try_from(next - first).unwrap_or_default());
    feed(db, first - 1, count)
}

/// What happened to one ticket from `first` on and before `before`.
pub(crate) fn events_of_ticket(
    db: &Connection,
    ticket: TicketId,
    first: i64,
    before: i64,
) -> Result<Vec<Event>, Error> {
    let mut statement = db.prepare_cached(concat!(
        event_columns!(),
        "WHERE e.seq >= ?1 AND e.seq < ?2 AND e.ticket_id = ?3 ORDER BY e.seq"
    ))?;
    let mut rows = statement.query(params![first, before, ticket.0])?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        events.push(read_event(row)?);
    }
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
    let number = prefix.zip(count).map(|(prefix, count)| Number::new(prefix, count));
    let what = what(facts, number.as_ref())?;
    Ok(Event {
        seq: row.get(0)?,
        at: Timestamp(row.get(1)?),
        day: BusinessDay(row.get(2)?),
        ticket: row.get::<_, Option<i64>>(4)?.map(TicketId),
        number,
        service: row.get::<_, Option<String>>(5)?.map(ServiceId::from),
        counter: row.get::<_, Option<String>>(6)?.map(CounterId::from),
        officer: row.get::<_, Option<String>>(10)?.map(OfficerId::from),
        what,
    })
}

/// An event's facts. A number written as text is ambiguous when its series is a digit and it goes
/// beyond 999: the text of a ticket inside an event is therefore not read, the ticket's row tells it.
fn what(mut facts: serde_json::Value, number: Option<&Number>) -> Result<What, Error> {
    if let (Some(text), Some(_)) = (facts.pointer_mut("/before/number"), number) {
        *text = "A001".into();
    }
    let mut what = serde_json::from_value(facts)?;
    if let (What::Undone { before, .. }, Some(number)) = (&mut what, number) {
        before.number.clone_from(number);
    }
    Ok(what)
}

#[cfg(test)]
mod tests;
