//! Who signs in at counters, and with which PIN.

use std::collections::BTreeMap;

use queue::{
    CounterId, Officer, OfficerId, PinHash, Refusal, Role, ServiceId, Staffing, Tries, What,
};
use rusqlite::{Connection, OptionalExtension, params};

use super::{About, Ledger, known_counter};
use crate::{ActError, Error};

pub(super) fn staff(ledger: &mut Ledger<'_>, change: &Staffing) -> Result<(), ActError> {
    match change {
        Staffing::Enlist { who, pin } => enlist(ledger, who, pin.as_ref()),
        Staffing::ResetPin { who, pin } => reset(ledger, who, pin),
        Staffing::Assign { who, agencies, by } => assign(ledger, who, agencies, by),
        Staffing::Dismiss { who } => dismiss(ledger, who),
        Staffing::TryPin { who, counter, right } => try_pin(ledger, who, counter, *right),
    }
}

fn enlist(ledger: &mut Ledger<'_>, who: &Officer, pin: Option<&PinHash>) -> Result<(), ActError> {
    if who.id.as_str().trim().is_empty() {
        return Err(Refusal::UnknownOfficer { officer: who.id.clone() }.into());
    }
    if pin.is_none() && kept_pin(ledger.db, &who.id)?.is_none() {
        return Err(Refusal::PinMissing.into());
    }
    ledger
        .db
        .prepare_cached(
            "INSERT INTO officer(code, name, role, agencies) VALUES(?1, ?2, ?3, ?4)
             ON CONFLICT(code) DO UPDATE SET name = excluded.name, role = excluded.role,
               agencies = excluded.agencies",
        )?
        .execute(params![
            who.id.as_str(),
            who.name,
            who.role.word(),
            serde_json::to_string(&who.agencies).map_err(Error::from)?
        ])?;
    ledger.emit(What::OfficerEnlisted { who: who.clone() }, About::nothing())?;
    match pin {
        Some(pin) => reset(ledger, &who.id, pin),
        None => Ok(()),
    }
}

fn reset(ledger: &mut Ledger<'_>, who: &OfficerId, pin: &PinHash) -> Result<(), ActError> {
    known(ledger, who)?;
    ledger
        .db
        .prepare_cached(
            "INSERT INTO officer_pin(code, pin) VALUES(?1, ?2)
             ON CONFLICT(code) DO UPDATE SET pin = excluded.pin, wrong = 0, pauses = 0, until = 0",
        )?
        .execute(params![who.as_str(), pin.0])?;
    ledger.emit(What::PinReset { who: who.clone() }, About::nothing())?;
    Ok(())
}

fn assign(
    ledger: &mut Ledger<'_>,
    who: &OfficerId,
    agencies: &[String],
    by: &CounterId,
) -> Result<(), ActError> {
    known_counter(ledger, by)?;
    let officers = officers(ledger.db)?;
    let unknown = || Refusal::UnknownOfficer { officer: who.clone() };
    let known = officers.get(who).ok_or_else(unknown)?;
    let asks = ledger.officer_at(Some(by))?;
    queue::may_assign(&officers, by, asks.as_ref(), known, agencies)?;
    let site = &ledger.applied.site;
    if let Some(agency) = agencies.iter().find(|code| site.agencies.iter().all(|a| a.id != **code))
    {
        return Err(Refusal::UnknownAgency { agency: agency.clone() }.into());
    }
    ledger
        .db
        .prepare_cached("UPDATE officer SET agencies = ?2 WHERE code = ?1")?
        .execute(params![who.as_str(), serde_json::to_string(agencies).map_err(Error::from)?])?;
    let who = Officer { agencies: agencies.to_vec(), ..known.clone() };
    let about = About { counter: Some(by.clone()), ..About::nothing() };
    ledger.emit(What::OfficerEnlisted { who }, about)?;
    Ok(())
}

/// Refused when whoever is signed in at a counter does not supervise a service. A kiosk and a command
/// line have their own keepers.
pub(super) fn supervises(
    ledger: &Ledger<'_>,
    by: Option<&CounterId>,
    service: &ServiceId,
) -> Result<(), ActError> {
    let Some(counter) = by else { return Ok(()) };
    let (officers, who) = (officers(ledger.db)?, ledger.officer_at(by)?);
    let site = &ledger.applied.site;
    queue::may_supervise(&officers, site, counter, who.as_ref(), service)?;
    Ok(())
}

fn dismiss(ledger: &mut Ledger<'_>, who: &OfficerId) -> Result<(), ActError> {
    known(ledger, who)?;
    for sql in ["DELETE FROM officer_pin WHERE code = ?1", "DELETE FROM officer WHERE code = ?1"] {
        ledger.db.prepare_cached(sql)?.execute(params![who.as_str()])?;
    }
    ledger.emit(What::OfficerDismissed { who: who.clone() }, About::nothing())?;
    Ok(())
}

/// A wrong one is on record as well: its event is written, and whoever asked says no.
fn try_pin(
    ledger: &mut Ledger<'_>,
    who: &OfficerId,
    counter: &CounterId,
    right: bool,
) -> Result<(), ActError> {
    known_counter(ledger, counter)?;
    let officer = known(ledger, who)?;
    let site = &ledger.applied.site;
    if !site.counter(counter).is_some_and(|counter| officer.works_at(site, counter)) {
        let (officer, counter) = (who.clone(), counter.clone());
        return Err(Refusal::OtherAgency { officer, counter }.into());
    }
    let Some((_, tries)) = kept_pin(ledger.db, who)? else {
        return Err(Refusal::PinMissing.into());
    };
    let wait = tries.wait_ms(ledger.at.0);
    if wait > 0 {
        return Err(Refusal::PinLocked { until: ledger.at.plus_ms(wait) }.into());
    }
    let (tries, what) = if right {
        (Tries::default(), What::SignedIn { who: who.clone() })
    } else {
        let tries = tries.after_wrong(ledger.at.0);
        (tries, What::PinWrong { who: who.clone(), tries })
    };
    ledger
        .db
        .prepare_cached(
            "UPDATE officer_pin SET wrong = ?2, pauses = ?3, until = ?4 WHERE code = ?1",
        )?
        .execute(params![who.as_str(), tries.wrong, tries.pauses, tries.until_ms])?;
    let about = About { counter: Some(counter.clone()), ..About::nothing() };
    ledger.emit(what, about)?;
    Ok(())
}

fn known(ledger: &Ledger<'_>, who: &OfficerId) -> Result<Officer, ActError> {
    let mut officers = officers(ledger.db)?;
    officers.remove(who).ok_or_else(|| Refusal::UnknownOfficer { officer: who.clone() }.into())
}

/// Who may sign in.
pub(crate) fn officers(db: &Connection) -> Result<BTreeMap<OfficerId, Officer>, Error> {
    let mut statement = db.prepare_cached("SELECT code, name, role, agencies FROM officer")?;
    let mut rows = statement.query([])?;
    let mut officers = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (code, role): (String, String) = (row.get(0)?, row.get(2)?);
        let agencies: String = row.get(3)?;
        let officer = Officer {
            id: code.into(),
            name: row.get(1)?,
            role: Role::from_word(&role).ok_or_else(|| Error::Stored(format!("role {role}")))?,
            agencies: serde_json::from_str(&agencies)?,
        };
        officers.insert(officer.id.clone(), officer);
    }
    Ok(officers)
}

/// An officer's PIN as it is kept, and how many were wrong.
pub(crate) fn kept_pin(
    db: &Connection,
    who: &OfficerId,
) -> Result<Option<(PinHash, Tries)>, Error> {
    let sql = "SELECT pin, wrong, pauses, until FROM officer_pin WHERE code = ?1";
    let kept = db.prepare_cached(sql)?.query_row(params![who.as_str()], |row| {
        let tries = Tries { wrong: row.get(1)?, pauses: row.get(2)?, until_ms: row.get(3)? };
        Ok((PinHash(row.get(0)?), tries))
    });
    Ok(kept.optional()?)
}
