//! What every hall is told before everything else. It stands in the ledger alone: the last word of
//! today, and no table that could say otherwise.

use queue::{Alert, BusinessDay, CounterId, Emergency, Refusal, What, wording};
use rusqlite::{Connection, OptionalExtension, params};

use super::{About, Ledger, known_counter, officers};
use crate::{ActError, Error};

/// The last word on an emergency of a day.
const STANDS: &str = "SELECT seq FROM event INDEXED BY event_emergency
    WHERE day = ?1 AND kind IN ('emergency_raised','emergency_ended') ORDER BY seq DESC LIMIT 1";

pub(super) fn change(
    ledger: &mut Ledger<'_>,
    change: &Alert,
    by: Option<&CounterId>,
) -> Result<(), ActError> {
    if let Some(counter) = by {
        known_counter(ledger, counter)?;
        queue::may_alert(&officers(ledger.db)?, counter, ledger.officer_at(by)?.as_ref())?;
    }
    let what = match change {
        Alert::Raise { danger, text } => {
            let text = wording(&ledger.applied.site, *danger, text)?;
            What::EmergencyRaised { danger: *danger, text }
        }
        Alert::End => {
            emergency(ledger.db, ledger.day)?.ok_or(Refusal::NoEmergency)?;
            What::EmergencyEnded
        }
    };
    ledger.emit(what, About { counter: by.cloned(), ..About::nothing() })?;
    Ok(())
}

/// The message that stands in the halls.
pub(crate) fn emergency(db: &Connection, day: BusinessDay) -> Result<Option<Emergency>, Error> {
    let last = db.prepare_cached(STANDS)?.query_row(params![day.0], |row| row.get(0)).optional()?;
    let Some(seq) = last else { return Ok(None) };
    let events = crate::read::feed(db, seq - 1, 1)?;
    let mut stands = events.first().and_then(Emergency::of);
    if let Some(stands) = &mut stands {
        stands.heard = crate::read::hearing(db, seq)?;
    }
    Ok(stands)
}
