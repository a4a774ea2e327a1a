//! What `luot bench` needs from inside: a store of any size, and the time of the SQL alone.

use std::time::{Duration, Instant};

use queue::{Action, BusinessDay, CounterId, ServiceId, Site, Timestamp, Wish};
use rusqlite::{Connection, TransactionBehavior, params};
use uuid::Uuid;

use crate::{Error, Store, StoreUrl};

/// The time of one issue and one call, without the disk: the medians of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SqlTime {
    /// Giving a number.
    pub issue: Duration,
    /// Calling the next.
    pub call: Duration,
}

/// Makes a store with so many who wait for `service` and so many finished tickets of earlier days.
///
/// The rows are as the ledger would have left them, but for one event instead of several a ticket
/// and for hashes that chain nothing: what is measured writes into `event` and its index of
/// requests, so both must have the history's size.
///
/// # Errors
/// Whatever the disk says.
pub fn fill(
    url: &StoreUrl,
    site: &Site,
    service: &ServiceId,
    waiting: u32,
    history: u32,
    now: Timestamp,
) -> Result<Store, Error> {
    // The site is applied before the first day of the history, because days never decrease.
    let mut store = Store::create(url, site, Timestamp(0))?;
    let (service_id, prefix, day) = store.read(|_, applied| {
        let known = applied.site.service(service).map(|known| known.prefix.clone());
        let unknown = || Error::Stored(format!("no service {service}"));
        let id = applied.service_id(service).ok_or_else(unknown)?;
        Ok((id, known.ok_or_else(unknown)?, applied.wall.local(now).day))
    })?;
    let db = store.connection()?;
    db.pragma_update(None, "synchronous", "OFF")?;
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO ticket(day, prefix, number, class_id, issued_at, print, seq)
         SELECT 20200101 + i / 1000, 'H', i % 1000 + 1, 1, i, 'none', 1 FROM n WHERE ?1 > 0",
        params![history],
    )?;
    tx.execute(
        "INSERT INTO leg(ticket_id, leg_no, service_id, rank, state, counter_id, called_at,
                         started_at, ended_at)
         SELECT id, 1, ?1, issued_at, 'served', 1, issued_at + 60000, issued_at + 90000,
                issued_at + 600000 FROM ticket",
        params![service_id],
    )?;
    fill_events(&tx, service, day, now)?;
    let last: i64 =
        tx.query_row("SELECT coalesce(max(id), 0) FROM ticket", [], |row| row.get(0))?;
    tx.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO ticket(day, prefix, number, class_id, issued_at, print, seq)
         SELECT ?2, ?3, i, 1, ?4 - ?1 + i, 'none', 1 FROM n",
        params![waiting, day.0, prefix, now.0],
    )?;
    tx.execute(
        "INSERT INTO day_number(day, prefix, last) VALUES(?1, ?2, ?3)",
        params![day.0, prefix, waiting],
    )?;
    tx.execute(
        "INSERT INTO leg(ticket_id, leg_no, service_id, rank, state)
         SELECT id, 1, ?1, issued_at, 'waiting' FROM ticket WHERE id > ?2",
        params![service_id, last],
    )?;
    tx.commit()?;
    let db = store.connection()?;
    db.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(store)
}

/// An event for each ticket there is, and one of today. Requests grow as those of programs do,
/// which carry the time.
fn fill_events(
    db: &Connection,
    service: &ServiceId,
    day: BusinessDay,
    now: Timestamp,
) -> Result<(), Error> {
    db.execute(
        "INSERT INTO event(at, day, kind, ticket_id, number, service, counter, data, req, digest,
                           hash)
         SELECT issued_at, day, CASE id % 2 WHEN 0 THEN 'called' ELSE 'finished' END, id,
                format('%s%03d', prefix, number), ?1, '1',
                CASE id % 2 WHEN 0 THEN '{\"calls\":1,\"reason\":null,\"streak\":0}' ELSE '{}' END,
                CAST(format('%016d', id) AS BLOB), randomblob(32), randomblob(32)
         FROM ticket ORDER BY id",
        params![service.as_str()],
    )?;
    db.execute(
        "INSERT INTO event(at, day, kind, data, req, digest, hash)
         VALUES(?1, ?2, 'date_confirmed', '{}', zeroblob(16), x'', randomblob(32))",
        params![now.0, day.0],
    )?;
    Ok(())
}

impl Store {
    /// Carries both actions out and takes them back before the commit, again and again: what
    /// remains is the SQL, without the disk.
    ///
    /// # Errors
    /// Whatever the database or the rules say.
    pub fn time_sql(
        &mut self,
        service: &ServiceId,
        counter: &CounterId,
        rounds: usize,
        now: Timestamp,
    ) -> Result<SqlTime, Error> {
        let issue = Action::Issue { service: service.clone(), wish: Wish::default() };
        let call = Action::CallNext { counter: counter.clone() };
        let (mut issues, mut calls) = (Vec::new(), Vec::new());
        // The first rounds fill the caches.
        for round in 0..rounds + rounds / 10 {
            let issue = self.time_one(&issue, now)?;
            let call = self.time_one(&call, now)?;
            if round >= rounds / 10 {
                issues.push(issue);
                calls.push(call);
            }
        }
        Ok(SqlTime { issue: median(issues), call: median(calls) })
    }

    fn time_one(&mut self, action: &Action, now: Timestamp) -> Result<Duration, Error> {
        let mut took = Duration::ZERO;
        let start = Instant::now();
        let undone = self.rehearse(Uuid::now_v7(), action, now, || took = start.elapsed());
        match undone {
            Ok(()) => Ok(took),
            Err(crate::ActError::Store(error)) => Err(error),
            Err(crate::ActError::Refused(refusal)) => Err(Error::Stored(refusal.to_string())),
        }
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
