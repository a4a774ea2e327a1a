//! A centre's queue on a PostgreSQL server, for programs on many machines.
//!
//! The one decision here: *the server keeps the truth, the rules decide on a mirror*. Each program
//! has the centre's tables in a private SQLite database, where the very code that works on a file
//! carries an action out. The rows it touched travel to the server in one round trip, together with
//! the end of the feed that the decision was taken on; under the lock of the centre's row the server
//! writes them if that is still the end, and else answers with what has happened since, upon which
//! the action is decided anew. So both stores mean the same because they run the same code, an
//! action costs one round trip, `seq` has no holes, and different centres never wait for each other.
//!
//! The end is told by four things: the epoch (another after a restore), the fence (moved by whoever
//! must be sure that nothing still under way will happen), the last event's `seq`, and its hash
//! (a server that was set back to a copy has other events at the same places).

mod address;
mod claim;
mod copy;
mod enrol;
pub(crate) mod mirror;
mod province;
mod reach;
mod set_back;
mod trouble;
mod wire;
mod write;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use queue::{BusinessDay, Timestamp};
use rusqlite::{Connection, TransactionBehavior};
use serde_json::Value;
use tokio_postgres::Client;
use tokio_postgres::types::{ToSql, Type};

pub(crate) use address::{Address, hidden};
pub(crate) use claim::{Backend, Held};
pub(crate) use copy::{create, open};
pub use enrol::Login;
pub(crate) use enrol::{enrol, retire, withdraw};
pub use province::{Provincial, Shipper};
pub(crate) use set_back::go_on;
pub(crate) use wire::Stirred;

use self::mirror::{Reach, Table};
use self::wire::Wire;
use crate::Error;
use crate::read::day_of_last;

/// The schema of the server that this program knows.
pub(crate) const VERSION: i64 = 2;
/// Observers look at least so often, whatever the server says unasked.
const POLL: Duration = Duration::from_secs(1);
/// Below this, a difference between two clocks is none, milliseconds.
const SKEW_MIN_MS: i64 = 2_000;

/// The line to a centre on a server, and where its mirror stands.
#[derive(Debug)]
pub(crate) struct Server {
    wire: Arc<Wire>,
    backend: Backend,
    whose: set_back::Whose,
    centre: i32,
    /// Tables that are not for this login.
    hidden: Vec<String>,
    tables: Vec<Table>,
    end: End,
    reach: Reach,
    /// The day the mirror was loaded on.
    loaded: BusinessDay,
    /// How far the server's clock is ahead of this machine's; beats go by it, too.
    skew_ms: Arc<AtomicI64>,
    asked_at: Instant,
    stirred: u64,
}

/// The end of the feed as a mirror knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct End {
    epoch: String,
    fence: i64,
    seq: i64,
    hash: Vec<u8>,
}

impl Server {
    pub(crate) fn stirred(&self) -> Arc<Stirred> {
        Arc::clone(&self.wire.stirred)
    }

    /// Whether the connection has ended.
    pub(crate) fn is_closed(&self) -> bool {
        self.wire.stirred.now().closed
    }

    /// The time of the server, which is that of the centre: programs on other machines may have
    /// clocks that differ from it.
    pub(crate) fn corrected(&self, now: Timestamp) -> Timestamp {
        now.plus_ms(self.skew_ms.load(Ordering::Relaxed))
    }

    /// Brings the mirror up to date; whether anything was new.
    pub(crate) fn sync(&mut self, db: &mut Connection) -> Result<bool, Error> {
        let since = self.since(false)?;
        self.take(db, &since)
    }

    /// Begins a new day's mirror: a program that runs for months must not gather them, nor keep all
    /// that it once looked up. Never in the middle of a reading that has asked for more.
    pub(crate) fn narrow(&mut self, db: &mut Connection) -> Result<(), Error> {
        if day_of_last(db)? > self.loaded { self.load(db, false) } else { Ok(()) }
    }

    /// The same as [`Server::sync`], unless nothing was heard and it was looked for a moment ago.
    pub(crate) fn sync_if_stirred(&mut self, db: &mut Connection) -> Result<bool, Error> {
        let stir = self.wire.stirred.now();
        let quiet = stir.count == self.stirred && self.asked_at.elapsed() < POLL;
        if quiet && !stir.closed { Ok(false) } else { self.sync(db) }
    }

    /// Nobody else acts at this centre until [`Server::give_up`] or a commit; the mirror is up to
    /// date.
    pub(crate) fn hold(&mut self, db: &mut Connection) -> Result<(), Error> {
        loop {
            let since = self.since(true)?;
            if since.get("rows").is_some_and(Value::is_array) {
                self.take(db, &since)?;
                return Ok(());
            }
            // All is read anew, for which nobody is made to wait.
            self.give_up()?;
            self.take(db, &since)?;
        }
    }

    pub(crate) fn give_up(&self) -> Result<(), Error> {
        self.wire.ask(|client| async move { client.batch_execute("ROLLBACK").await })
    }

    /// From here on nothing that was sent before can happen any more.
    pub(crate) fn fence(&mut self, db: &mut Connection) -> Result<(), Error> {
        let centre = self.centre;
        self.wire.ask(move |client| async move {
            client.execute("SELECT luot.fence($1)", &[&centre]).await
        })?;
        self.sync(db)?;
        Ok(())
    }

    /// Sends an action's rows; `held` when [`Server::hold`] was called for it. Answered with what
    /// has happened since when others were first and nothing was written. An error may mean that
    /// they were written.
    pub(crate) fn send(&mut self, rows: &Value, held: bool) -> Result<Option<Value>, Error> {
        const COMMIT: &str = "SELECT luot.commit_action($1, $2, $3, $4, $5, $6::text::jsonb)::text";
        let (end, centre) = (self.end.clone(), self.centre);
        let (seq, hash) = last_event(rows)?;
        let text = rows.to_string();
        let answer = self.wire.ask(move |client| async move {
            let given: [(&(dyn ToSql + Sync), Type); 6] = [
                (&centre, Type::INT4),
                (&end.epoch, Type::TEXT),
                (&end.fence, Type::INT8),
                (&end.seq, Type::INT8),
                (&end.hash, Type::BYTEA),
                (&text, Type::TEXT),
            ];
            let asked = one(&client, COMMIT, &given);
            if !held {
                return asked.await;
            }
            // Both on their way before the first is answered.
            let (answer, ended) = tokio::join!(asked, client.batch_execute("COMMIT"));
            ended.and(answer)
        })?;
        let mut answer: Value = serde_json::from_str(&answer)?;
        let since = answer.get_mut("since").map(Value::take);
        if since.is_none() {
            (self.end.seq, self.end.hash) = (seq, hash);
        }
        Ok(since)
    }

    fn since(&mut self, hold: bool) -> Result<Value, Error> {
        const LOOK: &str = "SELECT luot.since($1, $2, $3, $4)::text";
        const HOLD: &str = "SELECT luot.hold($1, $2, $3, $4)::text";
        let (end, centre) = (self.end.clone(), self.centre);
        // Counted before the look: what comes during it is looked for once more.
        self.stirred = self.wire.stirred.now().count;
        let (before, asked) = (clock_ms(), Instant::now());
        let text = self.wire.ask(move |client| async move {
            let given: [(&(dyn ToSql + Sync), Type); 4] = [
                (&centre, Type::INT4),
                (&end.epoch, Type::TEXT),
                (&end.seq, Type::INT8),
                (&end.hash, Type::BYTEA),
            ];
            if !hold {
                return one(&client, LOOK, &given).await;
            }
            let begun = client.batch_execute("BEGIN");
            let (begun, held) = tokio::join!(begun, one(&client, HOLD, &given));
            begun.and(held)
        })?;
        let since: Value = serde_json::from_str(&text)?;
        self.asked_at = Instant::now();
        self.compare_clocks(before, asked.elapsed(), &since);
        Ok(since)
    }

    fn compare_clocks(&mut self, before: i64, took: Duration, since: &Value) {
        let Some(server) = since.get("now").and_then(Value::as_i64) else { return };
        let took = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        let skew = server.saturating_sub(before.saturating_add(took / 2));
        let skew = if skew.abs() > SKEW_MIN_MS.saturating_add(took) { skew } else { 0 };
        let before = self.skew_ms.swap(skew, Ordering::Relaxed);
        if (skew - before).abs() > SKEW_MIN_MS {
            tracing::warn!(skew_ms = skew, "this machine's clock is not the server's");
        }
    }

    /// Takes over what the server has told; whether there was anything.
    fn take(&mut self, db: &mut Connection, since: &Value) -> Result<bool, Error> {
        let Some(changes) = since.get("rows").and_then(Value::as_array) else {
            tracing::info!(centre = self.centre, "the mirror is read anew");
            self.load(db, self.reach == Reach::WHOLE)?;
            return Ok(true);
        };
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for rows in changes {
            mirror::take(&tx, &self.tables, rows)?;
        }
        mirror::untouched(&tx)?;
        tx.commit()?;
        let end = End::read(since)?;
        let moved = end.seq != self.end.seq;
        self.end = end;
        Ok(moved)
    }

    /// The day's key of persons.
    pub(crate) fn key_of_day(&self, day: BusinessDay) -> Result<Vec<u8>, Error> {
        let (centre, day) = (self.centre, i64::from(day.0));
        self.wire.ask(move |client| async move {
            let row = client.query_one("SELECT luot.key_of_day($1, $2)", &[&centre, &day]).await?;
            Ok(row.get(0))
        })
    }
}

impl End {
    fn read(since: &Value) -> Result<Self, Error> {
        let text = |name: &str| since.get(name).and_then(Value::as_str).map(str::to_owned);
        let number = |name: &str| since.get(name).and_then(Value::as_i64);
        let read = || {
            Some(Self {
                epoch: text("epoch")?,
                fence: number("fence")?,
                seq: number("seq")?,
                hash: bytes(&text("hash")?)?,
            })
        };
        read().ok_or_else(|| Error::Stored(format!("the server's answer: {since}")))
    }
}

/// Asks for one text in one round trip: a statement that is prepared first would take two.
async fn one(
    client: &Client,
    sql: &str,
    given: &[(&(dyn ToSql + Sync), Type)],
) -> Result<String, tokio_postgres::Error> {
    let rows = client.query_typed(sql, given).await?;
    rows.first().map_or_else(|| Ok(String::new()), |row| row.try_get(0))
}

/// The `seq` and hash of the last event among the rows of an action.
fn last_event(rows: &Value) -> Result<(i64, Vec<u8>), Error> {
    let events = rows.pointer("/put/event").and_then(Value::as_array);
    let last = events.and_then(|events| events.iter().max_by_key(|event| seq_of(event)));
    let hash = last.and_then(|event| event.get("hash")).and_then(Value::as_str);
    let hash = hash.and_then(|hash| bytes(hash.strip_prefix("\\x").unwrap_or(hash)));
    match (last.map(seq_of), hash) {
        (Some(seq), Some(hash)) => Ok((seq, hash)),
        _ => Err(Error::Stored("an action without an event".into())),
    }
}

fn seq_of(event: &Value) -> i64 {
    event.get("seq").and_then(Value::as_i64).unwrap_or_default()
}

/// Hexadecimal digits as bytes.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pair = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    (0..hex.len()).step_by(2).map(pair).collect()
}

/// This machine's wall clock.
#[expect(
    clippy::disallowed_methods,
    reason = "only compared with the server's, never an event's time"
)]
fn clock_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
