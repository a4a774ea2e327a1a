//! The applied centre, as the store needs it: parsed once, read anew when it was applied anew.

use std::collections::HashMap;

use queue::{ClassId, CounterId, ServiceId, Site, WallClock};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::Error;

/// The site with the numbers its codes have inside the database.
#[derive(Debug)]
pub(crate) struct Applied {
    pub(crate) version: i64,
    pub(crate) site: Site,
    pub(crate) wall: WallClock,
    services: Codes,
    counters: Codes,
    classes: Codes,
}

#[derive(Debug, Default)]
struct Codes {
    id: HashMap<String, i64>,
    code: HashMap<i64, String>,
}

impl Codes {
    fn read(db: &Connection, sql: &str) -> Result<Self, Error> {
        let mut codes = Self::default();
        let mut statement = db.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, code): (i64, String) = (row.get(0)?, row.get(1)?);
            codes.id.insert(code.clone(), id);
            codes.code.insert(id, code);
        }
        Ok(codes)
    }

    fn code(&self, id: i64) -> Result<String, Error> {
        self.code.get(&id).cloned().ok_or_else(|| Error::Stored(format!("no code for id {id}")))
    }
}

impl Applied {
    /// The version applied last; one seek.
    pub(crate) fn version(db: &Connection) -> Result<i64, Error> {
        let version = db
            .prepare_cached("SELECT max(version) FROM site")?
            .query_row([], |row| row.get::<_, Option<i64>>(0))
            .optional()?
            .flatten();
        version.ok_or_else(|| Error::Stored("no site was applied".into()))
    }

    /// Reads the site and its codes.
    pub(crate) fn read(db: &Connection) -> Result<Self, Error> {
        let (version, data): (i64, String) = db
            .prepare_cached("SELECT version, data FROM site ORDER BY version DESC LIMIT 1")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let site: Site = serde_json::from_str(&data)?;
        let wall = site.wall_clock().map_err(|error| Error::Stored(error.to_string()))?;
        Ok(Self {
            version,
            site,
            wall,
            services: Codes::read(db, "SELECT id, code FROM service")?,
            counters: Codes::read(db, "SELECT id, code FROM counter")?,
            classes: Codes::read(db, "SELECT id, code FROM class")?,
        })
    }

    pub(crate) fn service_id(&self, code: &ServiceId) -> Option<i64> {
        self.services.id.get(code.as_str()).copied()
    }

    pub(crate) fn counter_id(&self, code: &CounterId) -> Option<i64> {
        self.counters.id.get(code.as_str()).copied()
    }

    pub(crate) fn class_id(&self, code: &ClassId) -> Option<i64> {
        self.classes.id.get(code.as_str()).copied()
    }

    pub(crate) fn service(&self, id: i64) -> Result<ServiceId, Error> {
        self.services.code(id).map(ServiceId::from)
    }

    pub(crate) fn counter(&self, id: i64) -> Result<CounterId, Error> {
        self.counters.code(id).map(CounterId::from)
    }

    pub(crate) fn class(&self, id: i64) -> Result<ClassId, Error> {
        self.classes.code(id).map(ClassId::from)
    }
}

/// A site as it is kept.
pub(crate) fn text(site: &Site) -> Result<String, Error> {
    Ok(serde_json::to_string(site)?)
}

/// What the event of an applied site says of its text.
pub(crate) fn fingerprint(text: &[u8]) -> String {
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What is wrong with the site, if it does not read because its bytes have changed since it was
/// applied: the database does not look into a text. One that does not read and is what was applied
/// is of a newer program, and whole.
pub(crate) fn damage(db: &Connection) -> Result<Option<String>, Error> {
    let Err(error) = Applied::read(db) else { return Ok(None) };
    let kept: Option<(Vec<u8>, String)> = db
        .query_row(
            "SELECT CAST(s.data AS BLOB), json_extract(e.data, '$.site') FROM site s
             JOIN event e ON e.seq = s.seq ORDER BY s.version DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let changed = kept.is_some_and(|(text, applied)| fingerprint(&text) != applied);
    Ok(changed.then(|| format!("the centre's description: {error}")))
}

/// Ties the site written last to the event that applied it.
pub(crate) fn applied_by(db: &Connection, event: &queue::Event) -> Result<(), Error> {
    db.execute(
        "UPDATE site SET seq = ?1 WHERE version = (SELECT max(version) FROM site)",
        params![event.seq],
    )?;
    Ok(())
}

/// The site that ruled when an event was written.
pub(crate) fn at(db: &Connection, seq: i64) -> Result<Option<Site>, Error> {
    let data: Option<String> = db
        .prepare_cached("SELECT data FROM site WHERE seq < ?1 ORDER BY version DESC LIMIT 1")?
        .query_row(params![seq], |row| row.get(0))
        .optional()?;
    data.map(|data| serde_json::from_str(&data).map_err(Error::from)).transpose()
}

/// Writes a site and its codes; codes with a history stay, marked inactive.
pub(crate) fn write(db: &Connection, site: &Site) -> Result<(), Error> {
    let data = text(site)?;
    db.execute(
        "INSERT INTO site(version, seq, data)
         SELECT coalesce(max(version), 0) + 1, 0, ?1 FROM site",
        params![data],
    )?;
    db.execute_batch("UPDATE service SET active = 0; UPDATE counter SET active = 0;")?;
    for service in &site.services {
        db.execute(
            "INSERT INTO service(code) VALUES(?1) ON CONFLICT(code) DO UPDATE SET active = 1",
            params![service.id.as_str()],
        )?;
    }
    for counter in &site.counters {
        db.execute(
            "INSERT INTO counter(code) VALUES(?1) ON CONFLICT(code) DO UPDATE SET active = 1",
            params![counter.id.as_str()],
        )?;
    }
    for class in &site.classes {
        db.execute(
            "INSERT INTO class(code) VALUES(?1) ON CONFLICT(code) DO NOTHING",
            params![class.id.as_str()],
        )?;
    }
    Ok(())
}
