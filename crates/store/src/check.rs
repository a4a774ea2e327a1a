//! Is everything in order? The file, the feed and its chain, the numbers, and the state against
//! the log.

use std::collections::{BTreeMap, BTreeSet};

use queue::{Board, BoardGap, BusinessDay, Event};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::act::{Row, bookings, counter_states, officers, paused};
use crate::read::feed;
use crate::site::Applied;
use crate::{Error, Store};

use self::past::Past;

mod past;

/// How many events are replayed at once.
const PAGE: usize = 5_000;

/// Something that is not in order, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

fn finding(vi: String, en: String) -> Finding {
    Finding { vi, en }
}

impl Store {
    /// Verifies the file, the feed and its chain, the numbers of each day, and that replaying the
    /// log gives the very state that is stored. Nothing found means in order.
    ///
    /// # Errors
    /// When the database cannot be read at all.
    pub fn check(&mut self) -> Result<Vec<Finding>, Error> {
        self.reach_all()?;
        self.read(|db, applied| {
            let mut findings = file(db)?;
            findings.extend(tail(db)?);
            findings.extend(numbers(db)?);
            let broken = chain(db, 1)?;
            match replay(db, applied) {
                Ok(differences) => findings.extend(differences),
                // A log that is missing a page cannot be replayed, and that was found already.
                Err(_) if !broken.is_empty() => {}
                Err(error) => return Err(error),
            }
            findings.extend(broken);
            Ok(findings)
        })
    }
}

fn file(db: &Connection) -> Result<Vec<Finding>, Error> {
    let verdict: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    let mut findings = Vec::new();
    if verdict != "ok" {
        let vi = format!("Tệp dữ liệu bị hỏng: {verdict}");
        findings.push(finding(vi, format!("the file is damaged: {verdict}")));
    }
    let broken: Option<String> = {
        let mut statement = db.prepare("PRAGMA foreign_key_check")?;
        let mut rows = statement.query([])?;
        rows.next()?.map(|row| row.get(0)).transpose()?
    };
    if let Some(table) = broken {
        let vi = format!("Bảng {table} tham chiếu dòng không tồn tại");
        findings.push(finding(vi, format!("table {table} refers to a row that is not there")));
    }
    Ok(findings)
}

/// A day's numbers run from 1 to the last one given, each once.
fn numbers(db: &Connection) -> Result<Vec<Finding>, Error> {
    let mut statement = db.prepare(
        "SELECT n.day, n.prefix, n.last, count(t.id)
         FROM day_number n LEFT JOIN ticket t ON t.day = n.day AND t.prefix = n.prefix
         GROUP BY n.day, n.prefix
         HAVING count(t.id) + n.skipped <> n.last OR coalesce(max(t.number), n.last) > n.last",
    )?;
    let mut rows = statement.query([])?;
    let mut findings = Vec::new();
    while let Some(row) = rows.next()? {
        let (day, prefix, last): (i64, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let given: i64 = row.get(3)?;
        findings.push(finding(
            format!("Ngày {day}, dãy {prefix}: đã phát đến {last} nhưng chỉ có {given} số"),
            format!("day {day}, series {prefix}: {last} numbers were given, {given} are there"),
        ));
    }
    Ok(findings)
}

/// The file itself counts the events that were ever written: those cut off at the end leave a chain
/// that is whole.
pub(crate) fn tail(db: &Connection) -> Result<Vec<Finding>, Error> {
    let (written, last): (i64, i64) = db.query_row(
        "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0),
                coalesce((SELECT max(seq) FROM event), 0)",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if written == last {
        return Ok(Vec::new());
    }
    Ok(vec![finding(
        format!("Nhật ký kết thúc ở sự kiện {last} nhưng đã ghi đến {written}"),
        format!("the log ends at event {last}, but {written} were written"),
    )])
}

/// Each event's hash follows from its row and the event before it on the same day; from the first
/// event of a day on.
pub(crate) fn chain(db: &Connection, first: i64) -> Result<Vec<Finding>, Error> {
    let mut statement = db.prepare(
        "SELECT seq, at, day, kind, ticket_id, number, service, counter, data, hash, officer
         FROM event WHERE seq >= ?1 ORDER BY seq",
    )?;
    let mut rows = statement.query([first])?;
    let (mut expected, mut day, mut before) = (first, 0, Vec::new());
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        if seq != expected {
            return Ok(vec![finding(
                format!("Nhật ký thiếu sự kiện {expected}"),
                format!("event {expected} is missing"),
            )]);
        }
        expected += 1;
        let (kind, data): (String, String) = (row.get(3)?, row.get(8)?);
        let number: Option<String> = row.get(5)?;
        let service: Option<String> = row.get(6)?;
        let counter: Option<String> = row.get(7)?;
        let officer: Option<String> = row.get(10)?;
        let this_day: i32 = row.get(2)?;
        let hashed = Row {
            at: row.get(1)?,
            day: this_day,
            kind: &kind,
            ticket: row.get(4)?,
            number: number.as_deref(),
            service: service.as_deref(),
            counter: counter.as_deref(),
            officer: officer.as_deref(),
            data: &data,
        };
        let hash: Vec<u8> = row.get(9)?;
        let prior: &[u8] = if this_day == day { &before } else { &[] };
        if hashed.hash(prior) != hash {
            let on = BusinessDay(this_day);
            return Ok(vec![finding(
                format!("Sự kiện {seq} ngày {on} đã bị sửa sau khi ghi"),
                format!("event {seq} of {on} was changed after it was written"),
            )]);
        }
        day = this_day;
        before = hash;
    }
    Ok(Vec::new())
}

/// Folds the whole log and compares it with the stored state: every ticket that ever was, the
/// counters of the day, and the bookings to come.
fn replay(db: &Connection, applied: &Applied) -> Result<Vec<Finding>, Error> {
    let (mut board, mut past) = (Board::default(), Past::default());
    let mut findings = Vec::new();
    loop {
        let events: Vec<Event> = feed(db, board.seq, PAGE)?;
        for event in &events {
            if let Err(gap @ (BoardGap::Missing { .. } | BoardGap::UnknownTicket { .. })) =
                board.apply(event)
            {
                findings.push(finding(
                    format!("Nhật ký không khớp ở sự kiện {} ngày {}", event.seq, event.day),
                    format!("the log contradicts itself at event {}: {gap}", event.seq),
                ));
                return Ok(findings);
            }
            findings.extend(past.follow(db, applied, event)?);
        }
        if events.len() < PAGE {
            break;
        }
    }
    findings.extend(past.end(db, applied)?);
    findings.extend(differing(&board.counters, &counter_states(db, applied)?).into_iter().map(
        |counter| {
            finding(
                format!("Quầy {counter}: trạng thái không khớp nhật ký"),
                format!("counter {counter}: the stored state is not what the log says"),
            )
        },
    ));
    findings.extend(differing(&board.paused, &paused(db, applied)?).into_iter().map(|service| {
        finding(
            format!("Lĩnh vực {service}: trạng thái không khớp nhật ký"),
            format!("service {service}: the stored state is not what the log says"),
        )
    }));
    findings.extend(differing(&board.officers, &officers(db)?).into_iter().map(|officer| {
        finding(
            format!("Cán bộ {officer}: trạng thái không khớp nhật ký"),
            format!("officer {officer}: the stored state is not what the log says"),
        )
    }));
    findings.extend(differing(&board.bookings, &bookings(db, applied)?).into_iter().map(|code| {
        finding(
            format!("Lịch hẹn {code}: trạng thái không khớp nhật ký"),
            format!("booking {code}: the stored state is not what the log says"),
        )
    }));
    Ok(findings)
}

/// The keys under which two maps do not hold the same, in order.
fn differing<'a, K: Ord, V: PartialEq>(
    one: &'a BTreeMap<K, V>,
    other: &'a BTreeMap<K, V>,
) -> BTreeSet<&'a K> {
    one.keys().chain(other.keys()).filter(|key| one.get(*key) != other.get(*key)).collect()
}
