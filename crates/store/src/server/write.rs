//! An action on a server: decided on the mirror, sent, and decided anew when others were first.

use std::sync::Arc;

use rusqlite::{Connection, TransactionBehavior};
use serde_json::Value;

use super::{Server, mirror};
use crate::open::{Home, refresh};
use crate::site::Applied;
use crate::{ActError, Error, Store};

/// How often an action is decided without holding the centre. Whoever holds it makes the others
/// wait for two round trips instead of one, and is sure to come through.
const TRIES: u32 = 2;

/// What became of one attempt.
enum Attempt<T> {
    /// Written, durable.
    Done(T),
    /// Nothing was to be written: refused, or the answer to a request that was carried out before.
    Idle(Result<T, ActError>),
    /// Others were first; this has happened since.
    Behind(Value),
}

impl Store {
    /// Runs `write` as one durable transaction on the server. Whatever comes of it, the centre is not
    /// held afterwards: everybody else would wait.
    pub(crate) fn write_to_server<T>(
        &mut self,
        mut write: impl FnMut(&Connection, &Applied) -> Result<T, ActError>,
    ) -> Result<T, ActError> {
        let (Some(db), Home::Server(server)) = (self.db.as_mut(), &mut self.home) else {
            return Err(Error::Away.into());
        };
        let mut held = false;
        let outcome = decide(db, server, &mut self.applied, &mut write, &mut held);
        if held && server.give_up().is_err() {
            // The server lets go of the centre when the connection ends.
            self.lost = true;
        }
        if let Err(ActError::Store(error)) = &outcome
            && error.store_is_lost()
        {
            self.lost = true;
        }
        outcome
    }
}

fn decide<T>(
    db: &mut Connection,
    server: &mut Server,
    applied: &mut Option<Arc<Applied>>,
    write: &mut impl FnMut(&Connection, &Applied) -> Result<T, ActError>,
    held: &mut bool,
) -> Result<T, ActError> {
    let (mut tries, mut fresh) = (0, false);
    loop {
        if tries >= TRIES {
            // Also when it fails half way.
            *held = true;
            server.hold(db)?;
            fresh = true;
        }
        let attempt = attempt(db, server, applied, write, *held)?;
        match attempt {
            Attempt::Done(done) => {
                *held = false;
                return Ok(done);
            }
            // What was decided on an old state is no answer: a visitor may have come since.
            Attempt::Idle(outcome) if fresh || !server.sync(db)? => return outcome,
            Attempt::Idle(_) => fresh = true,
            Attempt::Behind(since) => {
                *held = false;
                server.take(db, &since)?;
                tries += 1;
            }
        }
    }
}

fn attempt<T>(
    db: &mut Connection,
    server: &mut Server,
    applied: &mut Option<Arc<Applied>>,
    write: &mut impl FnMut(&Connection, &Applied) -> Result<T, ActError>,
    held: bool,
) -> Result<Attempt<T>, Error> {
    if server.is_closed() {
        return Err(Error::Unreachable { detail: "the connection has ended".into() });
    }
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    mirror::untouched(&tx)?;
    refresh(applied, &tx)?;
    let known = applied.as_ref().ok_or(Error::Away)?;
    let done = match write(&tx, known) {
        Ok(done) => done,
        Err(error) => return Ok(Attempt::Idle(Err(error))),
    };
    let Some(rows) = mirror::touched(&tx, &server.tables)? else {
        return Ok(Attempt::Idle(Ok(done)));
    };
    let sent = match server.send(&rows, held) {
        // It was on its way: the server may have written it and not been able to say so.
        Err(Error::Unreachable { detail }) => return Err(Error::OutcomeUnknown { detail }),
        sent => sent?,
    };
    if let Some(since) = sent {
        return Ok(Attempt::Behind(since));
    }
    mirror::untouched(&tx)?;
    tx.commit()?;
    Ok(Attempt::Done(done))
}
