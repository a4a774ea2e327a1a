//! The province: a centre's events go to a central database, which is only read there.
//!
//! Where to go on is what the destination has, so nothing is kept here: a shipper that is killed, a
//! centre that was offline for days and a page sent twice all come to the same. A restore begins
//! another line of history (epoch), which is sent from its beginning and counts from then on.

use rusqlite::{Connection, params};
use tokio_postgres::types::Type;

use super::Address;
use super::copy::make_schema;
use super::enrol::{login_of, make_login};
use super::wire::Wire;
use crate::url::Place;
use crate::{Error, Store, StoreUrl};

const SCHEMA: [&str; 1] = [include_str!("../../migrations/postgres/0001_province.sql")];
/// Events sent at once.
const PAGE: i64 = 5_000;

const ROWS: &str = "SELECT count(*), coalesce(max(seq), ?1), json_group_array(json_object('seq', seq, 'at', at, 'day', day,
      'kind', kind, 'ticket_id', ticket_id, 'number', number, 'service', service,
      'counter', counter, 'data', json(data), 'hash', hex(hash)))
    FROM (SELECT * FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2)";

const BOARD: &str = "SELECT site, day, service, waiting, called, median_min, p90_min, within_15
    FROM province.board ORDER BY site, service";

/// The way of a centre's events to a central database.
#[derive(Debug)]
pub struct Shipper {
    wire: Wire,
    /// The line that is being sent, and how far the destination has it.
    line: Option<(String, i64)>,
}

/// What waits and waited in one service of one centre, as the central database tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Provincial {
    /// The centre's code.
    pub site: String,
    /// The day, `yyyymmdd`.
    pub day: i64,
    /// The service's code.
    pub service: String,
    /// Who waits now.
    pub waiting: i64,
    /// Numbers called that day.
    pub called: i64,
    /// The median wait, minutes; nothing before the first call, like those below.
    pub median_min: Option<f64>,
    /// What nine of ten waited at most, minutes.
    pub p90_min: Option<f64>,
    /// The share that waited 15 minutes at most.
    pub within_15: Option<f64>,
}

impl Shipper {
    /// Goes to a central database; its tables are made when there are none.
    ///
    /// # Errors
    /// [`Error::Address`] for anything but a server, and whatever the server says.
    pub fn connect(to: &StoreUrl) -> Result<Self, Error> {
        let wire = Wire::connect(server_of(to)?)?;
        make_schema(&wire, "province", &SCHEMA)?;
        Ok(Self { wire, line: None })
    }

    /// Makes the login with which a centre ships, or gives it a new password: it adds to its own site
    /// and reads no other. The address is told once and kept nowhere else.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a login that may not make others, [`Error::Address`] for a file, and
    /// whatever the server says.
    pub fn enrol(to: &StoreUrl, site: &str) -> Result<String, Error> {
        let login = login_of(site, "ship");
        made(to, &login, "luot_shipper", Some(site.to_owned()))
    }

    /// Makes the login that reads the province's figures and changes nothing.
    ///
    /// # Errors
    /// As for [`enrol`](Self::enrol).
    pub fn enrol_reader(to: &StoreUrl) -> Result<String, Error> {
        made(to, "luot_province_reader", "luot_province", None)
    }

    /// Sends what the destination does not have, at most a few thousand events; how many there
    /// were. Nothing of the centre waits for it.
    ///
    /// # Errors
    /// [`Error::Gap`] when the destination has more of this line than the centre itself, and
    /// whatever either side says.
    pub fn ship(&mut self, store: &mut Store) -> Result<i64, Error> {
        store.reach_all()?;
        let (epoch, site, name, last) = store.read(|db, applied| {
            let (site, name) = (applied.site.id.clone(), applied.site.name.vi.clone());
            Ok((epoch(db)?, site, name, last(db)?))
        })?;
        let from = match &self.line {
            Some((known, from)) if *known == epoch => *from,
            _ => self.begin(&site, &epoch, &name)?,
        };
        if from > last {
            return Err(Error::Gap { after: last });
        }
        // What was just read: a look would bring what another line of history has at these places.
        let (sent, until, rows): (i64, i64, String) = store.read_here(|db, _| {
            let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
            Ok(db.query_row(ROWS, params![from, PAGE], row)?)
        })?;
        if until != from + sent {
            // Whatever is missing here would be missing there for ever.
            return Err(Error::Gap { after: from });
        }
        if sent > 0 {
            self.send(&site, &epoch, rows)?;
        }
        self.line = Some((epoch, from + sent));
        Ok(sent)
    }

    /// How far the destination has a line.
    fn begin(&self, site: &str, epoch: &str, name: &str) -> Result<i64, Error> {
        let (site, epoch, name) = (site.to_owned(), epoch.to_owned(), name.to_owned());
        self.wire.ask(move |client| async move {
            let sql = "INSERT INTO province.line(site, epoch, name) VALUES($1, $2, $3)
                       ON CONFLICT(site, epoch) DO UPDATE SET name = excluded.name";
            client.execute(sql, &[&site, &epoch, &name]).await?;
            let sql = "SELECT coalesce(max(seq), 0) FROM province.event
                       WHERE site = $1 AND epoch = $2";
            Ok(client.query_one(sql, &[&site, &epoch]).await?.get(0))
        })
    }

    fn send(&self, site: &str, epoch: &str, rows: String) -> Result<(), Error> {
        const SEND: &str = "WITH given AS (
              SELECT r.* FROM jsonb_to_recordset($3::text::jsonb) AS r(seq bigint, at bigint,
                day bigint, kind text, ticket_id bigint, number text, service text, counter text,
                data jsonb, hash text)
            ), days AS (
              INSERT INTO province.day SELECT DISTINCT $1, $2, day FROM given
              ON CONFLICT(site, epoch, day) DO NOTHING
            )
            INSERT INTO province.event SELECT $1, $2, given.* FROM given
            ON CONFLICT(site, epoch, seq) DO NOTHING";
        let (site, epoch) = (site.to_owned(), epoch.to_owned());
        self.wire.ask_much(move |client| async move {
            let given: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] =
                [(&site, Type::TEXT), (&epoch, Type::TEXT), (&rows, Type::TEXT)];
            client.query_typed(SEND, &given).await.map(drop)
        })
    }

    /// What waits now and what was waited today, of every centre.
    ///
    /// # Errors
    /// Whatever the server says.
    pub fn board(&self) -> Result<Vec<Provincial>, Error> {
        let rows = self.wire.ask_much(|client| async move { client.query(BOARD, &[]).await })?;
        let rows = rows.iter().map(|row| Provincial {
            site: row.get(0),
            day: row.get(1),
            service: row.get(2),
            waiting: row.get(3),
            called: row.get(4),
            median_min: row.get(5),
            p90_min: row.get(6),
            within_15: row.get(7),
        });
        Ok(rows.collect())
    }
}

fn made(
    to: &StoreUrl,
    login: &str,
    group: &'static str,
    site: Option<String>,
) -> Result<String, Error> {
    let address = server_of(to)?;
    let Shipper { wire, .. } = Shipper::connect(to)?;
    let name = login.to_owned();
    let password: String = wire.ask(move |client| async move {
        client.batch_execute("BEGIN").await?;
        let password = make_login(&client, &name, group).await?;
        if let Some(site) = site {
            let sql = "INSERT INTO province.member(login, site) VALUES($1::text::name, $2)
                       ON CONFLICT(login) DO UPDATE SET site = excluded.site";
            client.execute(sql, &[&name, &site]).await?;
        }
        client.batch_execute("COMMIT").await?;
        Ok(password)
    })?;
    Ok(address.of_login(login, &password, None))
}

fn server_of(url: &StoreUrl) -> Result<&Address, Error> {
    match url.place() {
        Place::Server(address) => Ok(address),
        Place::File(_) => Err(Error::Address { url: url.to_string() }),
    }
}

fn epoch(db: &Connection) -> Result<String, Error> {
    Ok(db.query_row("SELECT value FROM meta WHERE key = 'epoch'", [], |row| row.get(0))?)
}

fn last(db: &Connection) -> Result<i64, Error> {
    Ok(db.query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get(0))?)
}
