//! A server that was put back to an older copy of itself.
//!
//! What was given since the copy may be on paper, so nobody may go on as if nothing had been. A copy
//! that was read into a database again shows by itself: each centre notes where it stands (the
//! cluster, its timeline, the table), and actions are refused where it stands elsewhere. Files that
//! were copied back show nothing; there it shows to every program that knows more of the same line
//! of history than the server does, and that program tells the server so, for all. The way on is
//! [`Store::go_on`](crate::Store::go_on): another epoch, numbers that leave out what may be on
//! paper, and an event that says so.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use queue::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::wire::Wire;
use super::{Address, End, Server, copy, mirror};
use crate::backup::{LeftOut, left_out};
use crate::site::Applied;
use crate::{Error, rescue};

/// Under this key a centre keeps below which number no ticket's identity is given again.
const FLOOR: &str = "ticket_floor";

/// A centre by the address that leads to it and its code.
pub(super) type Whose = (String, String);

/// How far this process has seen each centre's line.
static SEEN: Mutex<BTreeMap<Whose, End>> = Mutex::new(BTreeMap::new());

/// Remembers a line's end for whoever opens it next.
pub(super) fn remember(whose: &Whose, end: &End) {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let further =
        seen.get(whose).is_none_or(|known| known.epoch != end.epoch || known.seq < end.seq);
    if further && end.seq > 0 {
        seen.insert(whose.clone(), end.clone());
    }
}

/// Whether a centre stands where it was left and has all that this process has seen of it.
pub(super) fn stands(wire: &Wire, centre: i32, whose: &Whose) -> Result<bool, Error> {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner).get(whose).cloned();
    wire.ask(move |client| async move {
        let End { epoch, seq, hash, .. } = seen.unwrap_or_default();
        let sql = "SELECT luot.stands($1, $2, $3, $4)";
        Ok(client.query_one(sql, &[&centre, &epoch, &seq, &hash]).await?.get(0))
    })
}

/// Lets a centre go on; nothing when it stands and `force` is not given. The last event of the copy.
pub(crate) fn go_on(
    address: &Address,
    skip: u32,
    force: bool,
    now: Timestamp,
) -> Result<Option<i64>, Error> {
    let (mut db, mut server, stands) = copy::open_anyway(address)?;
    if stands && !force {
        return Ok(None);
    }
    server.hold(&mut db)?;
    let from = server.end.seq;
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    mirror::untouched(&tx)?;
    let applied = Applied::read(&tx)?;
    let how = LeftOut { from, skip, daykey: None };
    let event = left_out(&tx, &applied, &how, server.corrected(now), |_| BTreeMap::new())?;
    rescue::note(&tx, &event)?;
    set_floor(&tx)?;
    let rows = mirror::touched(&tx, &server.tables)?;
    let rows = rows.ok_or_else(|| Error::Stored("an action without an event".into()))?;
    let (centre, text) = (server.centre, rows.to_string());
    server.wire.ask(move |client| async move {
        let sql = "SELECT luot.go_on($1, $2::text::jsonb)";
        client.execute(sql, &[&centre, &text]).await?;
        client.batch_execute("COMMIT").await
    })?;
    Ok(Some(from))
}

/// Notes how far identities are given, where mirrors find it: their own count is not a table.
fn set_floor(db: &Connection) -> Result<(), Error> {
    db.execute(
        "INSERT INTO meta(key, value)
           SELECT ?1, seq FROM sqlite_sequence WHERE name = 'ticket'
         ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        params![FLOOR],
    )?;
    Ok(())
}

/// Goes on above the noted identity in a mirror that was just loaded.
pub(super) fn keep_floor(db: &Connection) -> Result<(), Error> {
    let floor: Option<i64> = db
        .query_row(
            "SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?1",
            params![FLOOR],
            |row| row.get(0),
        )
        .optional()?;
    let Some(floor) = floor else { return Ok(()) };
    let sql = "UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = 'ticket'";
    if db.execute(sql, params![floor])? == 0 {
        let sql = "INSERT INTO sqlite_sequence(name, seq) VALUES('ticket', ?1)";
        db.execute(sql, params![floor])?;
    }
    Ok(())
}

impl Drop for Server {
    fn drop(&mut self) {
        remember(&self.whose, &self.end);
    }
}
