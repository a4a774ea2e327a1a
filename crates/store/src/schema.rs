//! The tables of a queue, one file a centre, as the migrations build them.
//!
//! Times are Unix milliseconds UTC, a day is the centre's local `yyyymmdd`, ranks are milliseconds.
//! `ticket` is the paper, `leg` one place in one queue; `event` is append-only and may not change.
//!
//! A new store runs every migration; an older one runs those it lacks, one transaction for all, after
//! a backup. There is no way back: a newer file is refused by an older program.

use rusqlite::Connection;

use crate::Error;

/// "Lượt" as SQLite's application id.
pub(crate) const APPLICATION_ID: i64 = 0x4c75_6f74;

/// What each version adds to the one before it.
const MIGRATIONS: [&str; 3] = [
    include_str!("../migrations/0001_first_day.sql"),
    include_str!("../migrations/0002_whole_life.sql"),
    include_str!("../migrations/0003_staff.sql"),
];

/// The schema this program writes.
pub(crate) const VERSION: i64 = MIGRATIONS.len() as i64;

/// Brings a database from `found` to [`VERSION`] inside the caller's transaction.
pub(crate) fn migrate(db: &Connection, found: i64) -> Result<(), Error> {
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or_default()) {
        db.execute_batch(migration)?;
    }
    db.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}
