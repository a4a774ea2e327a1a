//! The services that staff have paused for the day.

use std::collections::BTreeMap;

use queue::{CounterId, Intake, ServiceId, What};
use rusqlite::{Connection, params};

use super::issue::known_service;
use super::officer::supervises;
use super::{About, Ledger, known_counter};
use crate::site::Applied;
use crate::{ActError, Error};

pub(super) fn change(
    ledger: &mut Ledger<'_>,
    service: &ServiceId,
    change: &Intake,
    by: Option<&CounterId>,
) -> Result<(), ActError> {
    let (_, service_id) = known_service(ledger, service)?;
    if let Some(counter) = by {
        known_counter(ledger, counter)?;
    }
    supervises(ledger, by, service)?;
    let what = match change {
        Intake::Pause { reason } => {
            ledger
                .db
                .prepare_cached(
                    "INSERT INTO intake(service_id, reason) VALUES(?1, ?2)
                     ON CONFLICT(service_id) DO UPDATE SET reason = excluded.reason",
                )?
                .execute(params![service_id, reason])?;
            What::ServicePaused { reason: reason.clone() }
        }
        Intake::Resume => {
            ledger
                .db
                .prepare_cached("DELETE FROM intake WHERE service_id = ?1")?
                .execute(params![service_id])?;
            What::ServiceResumed
        }
    };
    let about = About { service: Some(service.clone()), counter: by.cloned(), ticket: None };
    ledger.emit(what, about)?;
    Ok(())
}

pub(super) fn is_paused(ledger: &Ledger<'_>, service_id: i64) -> Result<bool, Error> {
    let sql = "SELECT EXISTS(SELECT 1 FROM intake WHERE service_id = ?1)";
    Ok(ledger.db.prepare_cached(sql)?.query_row(params![service_id], |row| row.get(0))?)
}

/// The paused services, and why each is.
pub(crate) fn paused(
    db: &Connection,
    applied: &Applied,
) -> Result<BTreeMap<ServiceId, String>, Error> {
    let mut statement = db.prepare_cached("SELECT service_id, reason FROM intake")?;
    let mut rows = statement.query([])?;
    let mut paused = BTreeMap::new();
    while let Some(row) = rows.next()? {
        paused.insert(applied.service(row.get(0)?)?, row.get(1)?);
    }
    Ok(paused)
}
