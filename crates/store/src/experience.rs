//! What the tables tell about waits: how long visits take and how well estimates held.

use std::collections::BTreeMap;

use queue::wait::{
    Calibration, Compared, EARLIER_MAX, Experience, Pace, Pair, Quantiles, Range, Today, hours,
};
use queue::{BusinessDay, ServiceId, TicketId, Timestamp};
use rusqlite::{Connection, params};

use crate::site::Applied;
use crate::{Error, Store};

/// How many legs are looked at for the pace of earlier days, over all services.
const LEGS_MAX: i64 = 20_000;
/// How many calls are looked at for the calibration.
const CALLS_MAX: i64 = 6_000;

macro_rules! not_taken_back {
    () => {
        "NOT EXISTS(SELECT 1 FROM event u INDEXED BY event_undone
                    WHERE u.kind = 'undone' AND json_extract(u.data, '$.of') = e.seq)"
    };
}

/// A number that was told a wait, and when it was called.
struct Lived {
    ticket: TicketId,
    service: i64,
    issued_at: Timestamp,
    called_at: Timestamp,
    range: Range,
    work_ms: i64,
}

impl Store {
    /// What earlier days and this one tell about waits. A few milliseconds; once a minute is often
    /// enough.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn experience(&mut self, now: Timestamp) -> Result<Experience, Error> {
        let now = self.corrected(now);
        self.read(|db, applied| {
            let today = applied.wall.local(now).day;
            Ok(Experience {
                paces: paces(db, applied, today)?,
                calibrations: calibrations(db, applied, today)?,
                today: Today::of(&waits(db, today)?),
            })
        })
    }

    /// What was told on a day and what came of it, for the day's report. Only of those whom it was
    /// meant for: a visitor with a head start is told the wait of the ordinary class, which is never
    /// the shorter one, and being called before it makes that no worse.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn compared(&mut self, day: BusinessDay) -> Result<Vec<Compared>, Error> {
        self.reach_day(day)?;
        self.read(|db, _| {
            let lived = lived(db, day, queue::next_day(day))?;
            let compared = |lived: Lived| Compared {
                range: lived.range,
                waited_ms: lived.called_at.since(lived.issued_at),
            };
            Ok(lived.into_iter().map(compared).collect())
        })
    }
}

impl Store {
    /// How long each number of a day waited until its first call, milliseconds, in the order of
    /// the calls. A call that was taken back brought nobody to a counter.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn waits(&mut self, day: BusinessDay) -> Result<Vec<i64>, Error> {
        self.reach_day(day)?;
        self.read(|db, _| waits(db, day))
    }
}

/// The waits of a day, milliseconds, in the order of the first calls.
fn waits(db: &Connection, day: BusinessDay) -> Result<Vec<i64>, Error> {
    let mut statement = db.prepare_cached(concat!(
        "SELECT min(e.at) - t.issued_at FROM event e INDEXED BY event_call
         JOIN ticket t ON t.id = e.ticket_id
         WHERE e.day = ?1 AND e.kind IN ('called','recalled','resumed') AND ",
        not_taken_back!(),
        " GROUP BY e.ticket_id ORDER BY min(e.seq)"
    ))?;
    let waits = statement.query_map(params![day.0], |row| row.get(0))?;
    Ok(waits.collect::<Result<_, _>>()?)
}

fn paces(
    db: &Connection,
    applied: &Applied,
    today: BusinessDay,
) -> Result<BTreeMap<ServiceId, Pace>, Error> {
    let mut statement = db.prepare_cached(
        "SELECT l.service_id, t.day, l.ended_at - l.called_at
         FROM (SELECT * FROM leg ORDER BY id DESC LIMIT ?1) l JOIN ticket t ON t.id = l.ticket_id
         WHERE l.state IN ('served','no_show','transferred') AND l.called_at IS NOT NULL
         AND l.ended_at IS NOT NULL ORDER BY l.ended_at DESC, l.id DESC",
    )?;
    let mut rows = statement.query(params![LEGS_MAX])?;
    let mut seen: BTreeMap<i64, (Vec<i64>, Vec<i64>)> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (service, day, duration): (i64, i32, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (earlier, of_today) = seen.entry(service).or_default();
        if day == today.0 {
            of_today.push(duration);
        } else if earlier.len() < EARLIER_MAX {
            earlier.push(duration);
        }
    }
    let mut paces = BTreeMap::new();
    for (id, (mut earlier, mut of_today)) in seen {
        earlier.reverse();
        of_today.reverse();
        let service = applied.service(id)?;
        let usual = applied.site.service(&service).map_or(0, |service| service.usual_min);
        let prior = if usual == 0 { queue::wait::PRIOR_MS } else { i64::from(usual) * 60_000 };
        paces.insert(service, Pace::of(prior, earlier, of_today));
    }
    Ok(paces)
}

fn calibrations(
    db: &Connection,
    applied: &Applied,
    today: BusinessDay,
) -> Result<BTreeMap<ServiceId, Calibration>, Error> {
    let mut pairs: BTreeMap<i64, Vec<Pair>> = BTreeMap::new();
    let mut all = Vec::new();
    for lived in lived(db, BusinessDay(0), today)? {
        let service = applied.service(lived.service)?;
        let known = applied.site.service(&service);
        let sessions = applied.site.sessions_at(known, &applied.wall, lived.issued_at);
        let waited_ms = hours::open_ms(&sessions, lived.issued_at, lived.called_at);
        let pair = Pair { work_ms: lived.work_ms, waited_ms };
        pairs.entry(lived.service).or_default().push(pair);
        all.push(pair);
    }
    let quantiles = Quantiles::default();
    let centre = Calibration::learn(&Calibration::default(), &all, quantiles);
    let mut learned = BTreeMap::new();
    for service in &applied.site.services {
        let own = applied.service_id(&service.id).and_then(|id| pairs.get(&id));
        let own = own.map_or(centre, |own| Calibration::learn(&centre, own, quantiles));
        learned.insert(service.id.clone(), own);
    }
    Ok(learned)
}

/// The first call of each number of the ordinary class that was told something, of days from `from`
/// on and before `until`, oldest first. Whoever has a head start waits by another measure, and a call
/// that was taken back was none.
fn lived(db: &Connection, from: BusinessDay, until: BusinessDay) -> Result<Vec<Lived>, Error> {
    let mut statement = db.prepare_cached(concat!(
        "SELECT e.ticket_id, e.at, t.issued_at, t.told_from, t.told_to, t.told_work, l.service_id
         FROM event e INDEXED BY event_call JOIN ticket t ON t.id = e.ticket_id
         JOIN leg l ON l.ticket_id = t.id AND l.leg_no = 1
         WHERE e.kind IN ('called','recalled','resumed') AND e.day >= ?1 AND e.day < ?2
         AND t.told_work IS NOT NULL AND l.lane = 0 AND ",
        not_taken_back!(),
        " ORDER BY e.day DESC, e.seq DESC LIMIT ?3"
    ))?;
    let mut rows = statement.query(params![from.0, until.0, CALLS_MAX])?;
    let mut calls = Vec::new();
    while let Some(row) = rows.next()? {
        calls.push(Lived {
            ticket: TicketId(row.get(0)?),
            called_at: Timestamp(row.get(1)?),
            issued_at: Timestamp(row.get(2)?),
            range: Range { from_min: row.get(3)?, to_min: row.get(4)? },
            work_ms: row.get(5)?,
            service: row.get(6)?,
        });
    }
    calls.reverse();
    let mut first = std::collections::HashSet::new();
    calls.retain(|call| first.insert(call.ticket));
    Ok(calls)
}
