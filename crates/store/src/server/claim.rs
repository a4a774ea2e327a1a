//! Whose counter is it, on a server: a lock of the connection, and a beat in a table.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use queue::{CounterId, Timestamp};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::Server;
use super::wire::Wire;
use crate::Error;

/// The server's end of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Backend {
    pub(crate) pid: i32,
    /// When it began: the same number is given again to another.
    pub(crate) since: String,
}

/// A counter that is this connection's until it is given back or the connection ends.
#[derive(Debug)]
pub(crate) struct Held {
    wire: Arc<Wire>,
    backend: Backend,
    centre: i32,
    counter: CounterId,
    skew_ms: Arc<AtomicI64>,
}

impl Held {
    /// Says that the program answers; `false` when another one has the counter.
    pub(crate) fn beat(&self, now: Timestamp) -> Result<bool, Error> {
        let (centre, counter) = (self.centre, self.counter.to_string());
        let at = now.plus_ms(self.skew_ms.load(Ordering::Relaxed)).0;
        self.wire.ask(move |client| async move {
            let row = client
                .query_one("SELECT luot.claim($1, $2, $3)", &[&centre, &counter, &at])
                .await?;
            Ok(row.get(0))
        })
    }

    pub(crate) fn counter(&self) -> &CounterId {
        &self.counter
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let (centre, counter) = (self.centre, self.counter.to_string());
        let given_back = self.wire.ask(move |client| async move {
            client.execute("SELECT luot.release($1, $2)", &[&centre, &counter]).await
        });
        if let Err(error) = given_back {
            // It ends with the connection.
            tracing::debug!(%error, "a counter was not given back");
        }
    }
}

impl Server {
    pub(crate) fn claim(&self, counter: &CounterId, now: Timestamp) -> Result<Option<Held>, Error> {
        let held = Held {
            wire: Arc::clone(&self.wire),
            backend: self.backend.clone(),
            centre: self.centre,
            counter: counter.clone(),
            skew_ms: Arc::clone(&self.skew_ms),
        };
        Ok(if held.beat(now)? { Some(held) } else { None })
    }

    /// Claims a counter anew that was held by a connection which is lost. The server may not know
    /// yet that it is: its end is ended first.
    pub(crate) fn reclaim(&self, lost: &Held, now: Timestamp) -> Result<Option<Held>, Error> {
        let Backend { pid, since } = lost.backend.clone();
        self.wire.ask(move |client| async move {
            let sql = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                       WHERE pid = $1 AND backend_start::text = $2 AND pid <> pg_backend_pid()";
            client.query(sql, &[&pid, &since]).await
        })?;
        self.claim(&lost.counter, now)
    }

    /// Claims a counter whoever has it: the connection that does is ended.
    pub(crate) fn seize(&self, counter: &CounterId, now: Timestamp) -> Result<Option<Held>, Error> {
        let (centre, code) = (self.centre, counter.to_string());
        self.wire.ask(move |client| async move {
            let sql = "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
                       WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
                         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                         AND classid = $1::int4::oid
                         AND objid = (hashtext($2)::bigint & 4294967295)::oid";
            client.query(sql, &[&centre, &code]).await
        })?;
        self.claim(counter, now)
    }

    /// When each counter's program said last that it answers, in one round trip.
    pub(crate) fn beats(&self) -> Result<BTreeMap<CounterId, Timestamp>, Error> {
        let centre = self.centre;
        self.wire.ask(move |client| async move {
            let sql = "SELECT counter, at FROM luot.beat WHERE centre = $1";
            let rows = client.query_typed(sql, &[(&centre, Type::INT4)]).await?;
            let beat = |row: &Row| (row.get::<_, String>(0).into(), Timestamp(row.get(1)));
            Ok(rows.iter().map(beat).collect())
        })
    }
}
