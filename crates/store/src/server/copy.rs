//! Whole centres: from a server into a mirror, and from a file or a mirror onto a server.

use std::sync::Arc;
use std::time::Instant;

use queue::BusinessDay;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, TransactionBehavior, params_from_iter};
use tokio_postgres::Row;

use super::mirror::{self, Kind, Reach, Table};
use super::wire::Wire;
use super::{Address, Backend, End, Server, VERSION, set_back};
use crate::Error;
use crate::read::day_of_last;

/// How many legs a mirror has beside those of the last two days: as many as waits are estimated from.
const LEGS: i64 = 20_000;
/// How many rows are sent at once.
const PAGE: usize = 2_000;
/// The server's lock for making a schema: "Lượt".
const MAKING: i64 = 0x4c75_6f74;

const SCHEMA: [&str; 3] = [
    include_str!("../../migrations/postgres/0001_centres.sql"),
    include_str!("../../migrations/postgres/0001_doors.sql"),
    include_str!("../../migrations/postgres/0001_rights.sql"),
];

/// A centre on a server: its id, what the login may be there, its code, the tables that are not for it.
type Known = (i32, Option<String>, String, Vec<String>);

/// Opens a centre: the connection, its mirror, and the line to the server.
pub(crate) fn open(address: &Address) -> Result<(Connection, Server), Error> {
    let (db, server, stands) = open_anyway(address)?;
    if stands { Ok((db, server)) } else { Err(Error::SetBack) }
}

/// The same of a server that was put back to an older copy, and whether it stands where it was left.
pub(super) fn open_anyway(address: &Address) -> Result<(Connection, Server, bool), Error> {
    let wire = Arc::new(Wire::connect(address)?);
    known_schema(&wire, address)?;
    let code = address.site().map(str::to_owned);
    let (centres, backend) = wire.ask(move |client| async move {
        let sql = "SELECT id, luot.role_at(id), code, luot.hidden_at(id) FROM luot.centre
                   WHERE NOT carried AND ($1::text IS NULL OR code = $1) ORDER BY id";
        let rows = client.query(sql, &[&code]).await?;
        let centres: Vec<Known> =
            rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect();
        let sql = "SELECT pid, backend_start::text FROM pg_stat_activity
                   WHERE pid = pg_backend_pid()";
        let row = client.query_one(sql, &[]).await?;
        Ok((centres, Backend { pid: row.get(0), since: row.get(1) }))
    })?;
    let (centre, hidden, code) = match centres.as_slice() {
        [] => {
            return Err(Error::NoCentre { detail: format!("no centre for this login: {address}") });
        }
        [(centre, Some(_), code, hidden)] => (*centre, hidden.clone(), code.clone()),
        [(_, None, ..)] => return Err(Error::Forbidden { detail: "not a program of it".into() }),
        [..] => return Err(Error::WhichSite { url: address.to_string() }),
    };
    let whose = (address.to_string(), code);
    let stands = set_back::stands(&wire, centre, &whose)?;
    let listen = format!("LISTEN luot_{centre}");
    if let Err(error) = wire.ask(move |client| async move { client.batch_execute(&listen).await }) {
        // An engine without notices: news is looked for, as below every notice.
        tracing::warn!(%error, "the server gives no notices");
    }
    let (mut db, tables) = mirror::empty()?;
    mirror::watch(&db, &tables)?;
    let mut server = Server {
        wire,
        backend,
        whose,
        centre,
        hidden,
        tables,
        end: End::default(),
        reach: Reach::WHOLE,
        loaded: BusinessDay(0),
        skew_ms: Arc::default(),
        asked_at: Instant::now(),
        stirred: 0,
    };
    server.load(&mut db, false)?;
    // Tells the difference of the clocks.
    server.sync(&mut db)?;
    Ok((db, server, stands))
}

pub(super) fn known_schema(wire: &Wire, address: &Address) -> Result<(), Error> {
    let found: i64 = wire.ask(|client| async move {
        Ok(client.query_one("SELECT schema FROM luot.about", &[]).await?.get(0))
    })?;
    if found > VERSION {
        let path = address.to_string().into();
        return Err(Error::Newer { path, found, known: VERSION });
    }
    if found < VERSION {
        // No release has made one: it is carried into a file by the program that did.
        let detail = format!("its tables are of schema {found}, this program knows {VERSION}");
        return Err(Error::Server { detail });
    }
    Ok(())
}

/// Puts a whole centre, as it stands in `db`, onto a server under its code: all of it or nothing.
/// The schema is made when there is none.
pub(crate) fn create(address: &Address, code: &str, db: &Connection) -> Result<(), Error> {
    let wire = Wire::connect(address)?;
    make_schema(&wire, "luot", &SCHEMA)?;
    known_schema(&wire, address)?;
    wire.ask(|client| async move { client.batch_execute("BEGIN").await })?;
    let name = code.to_owned();
    let made = wire.ask(move |client| async move {
        let sql = "INSERT INTO luot.centre(code, epoch, place) VALUES($1, '', luot.place())
                   ON CONFLICT(code) WHERE NOT carried DO NOTHING RETURNING id";
        Ok(client.query_opt(sql, &[&name]).await?.map(|row| row.get::<_, i32>(0)))
    })?;
    let exists = || Error::Exists { path: format!("{address}, {code}").into() };
    let centre = made.ok_or_else(exists)?;
    for name in mirror::TABLES {
        upload(&wire, centre, &Table::of(db, name)?, db)?;
    }
    wire.ask_much(move |client| async move {
        let sql = "UPDATE luot.centre c SET
                     epoch = (SELECT value FROM luot.meta WHERE centre = c.id AND key = 'epoch'),
                     (last_seq, last_hash) = (SELECT seq, hash FROM luot.event
                       WHERE centre = c.id ORDER BY seq DESC LIMIT 1)
                   WHERE id = $1";
        client.execute(sql, &[&centre]).await?;
        client.batch_execute("COMMIT").await
    })
}

/// Makes a schema where there is none; two who do so at once do it once.
pub(super) fn make_schema(
    wire: &Wire,
    name: &'static str,
    parts: &'static [&'static str],
) -> Result<(), Error> {
    wire.ask(move |client| async move {
        client.batch_execute("BEGIN").await?;
        client.execute("SELECT pg_advisory_xact_lock($1)", &[&MAKING]).await?;
        let sql = "SELECT EXISTS(SELECT 1 FROM pg_namespace WHERE nspname = $1::text::name)";
        if !client.query_one(sql, &[&name]).await?.get::<_, bool>(0) {
            for part in parts {
                client.batch_execute(part).await?;
            }
        }
        client.batch_execute("COMMIT").await
    })
}

fn upload(wire: &Wire, centre: i32, table: &Table, db: &Connection) -> Result<(), Error> {
    let mut statement = db.prepare(&table.all_rows())?;
    let mut rows = statement.query([])?;
    loop {
        let mut page = Vec::new();
        while page.len() < PAGE
            && let Some(row) = rows.next()?
        {
            page.push(row.get::<_, String>(0)?);
        }
        if page.is_empty() {
            return Ok(());
        }
        let last = page.len() < PAGE;
        let text = format!("{{\"put\": {{\"{}\": [{}]}}}}", table.name, page.join(","));
        wire.ask_much(move |client| async move {
            let sql = "SELECT luot.write_rows($1, $2::text::jsonb)";
            client.execute(sql, &[&centre, &text]).await
        })?;
        if last {
            return Ok(());
        }
    }
}

/// What is loaded of each table.
fn part_of(table: &Table, whole: bool) -> &'static str {
    if whole {
        return "true";
    }
    match table.name {
        "ticket" => "id >= $2",
        "leg" => "ticket_id >= $2",
        // The last one always, so that its id is not given again.
        "booking" => {
            "(state = 'booked' OR ticket_id >= $2
              OR id = (SELECT max(id) FROM luot.booking WHERE centre = $1))"
        }
        "day_number" => "day >= $3",
        "event" => {
            "(day >= $3 OR ticket_id >= $2 AND kind IN ('called','recalled','resumed','undone'))"
        }
        _ => "true",
    }
}

impl Server {
    /// What is asked to read the centre anew, for each table; `$1` is the centre, `$2` the first
    /// ticket and `$3` the first day.
    pub(super) fn asked(&self, whole: bool) -> Vec<Option<String>> {
        let asked = |table: &Table| {
            format!(
                "SELECT {} FROM luot.{} WHERE centre = $1 AND $2::bigint IS NOT NULL
                 AND $3::bigint IS NOT NULL AND {}",
                table.column_list(),
                table.name,
                part_of(table, whole)
            )
        };
        let shown = |table: &Table| !self.hidden.iter().any(|name| name == table.name);
        self.tables.iter().map(|table| shown(table).then(|| asked(table))).collect()
    }

    /// Reads the centre anew, the whole of it or what a day needs.
    pub(super) fn load(&mut self, db: &mut Connection, whole: bool) -> Result<(), Error> {
        let (asked, centre) = (self.asked(whole), self.centre);
        let (end, day, rows) = self
            .wire
            .ask_much(move |client| async move { read_all(&client, centre, &asked).await })?;
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        clear(&tx)?;
        for (table, rows) in self.tables.iter().zip(&rows) {
            fill(&tx, table, rows)?;
        }
        set_back::keep_floor(&tx)?;
        mirror::untouched(&tx)?;
        let first: Option<i64> =
            tx.query_row("SELECT min(seq) FROM event WHERE day >= ?1", [day], |row| row.get(0))?;
        tx.commit()?;
        self.end = end;
        let day = BusinessDay(i32::try_from(day).unwrap_or_default());
        self.loaded = day_of_last(db)?;
        self.reach = if whole { Reach::WHOLE } else { Reach { seq: first.unwrap_or(1), day } };
        Ok(())
    }
}

type All = (End, i64, Vec<Vec<Row>>);

/// Everything at one instant.
async fn read_all(
    client: &tokio_postgres::Client,
    centre: i32,
    asked: &[Option<String>],
) -> Result<All, tokio_postgres::Error> {
    client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let sql = "SELECT epoch, fence, last_seq, last_hash FROM luot.centre WHERE id = $1";
    let row = client.query_one(sql, &[&centre]).await?;
    let end = End { epoch: row.get(0), fence: row.get(1), seq: row.get(2), hash: row.get(3) };
    // The last day and the one before it: whoever reads on from yesterday's end finds it here.
    let sql = "WITH last AS (SELECT max(day) AS day FROM luot.event WHERE centre = $1)
               SELECT coalesce((SELECT max(e.day) FROM luot.event e, last
                                WHERE centre = $1 AND e.day < last.day),
                               (SELECT day FROM last), 0),
                      coalesce((SELECT min(ticket_id) FROM luot.leg WHERE centre = $1 AND id >
                        (SELECT max(id) FROM luot.leg WHERE centre = $1) - $2), 0)";
    let row = client.query_one(sql, &[&centre, &LEGS]).await?;
    let (day, ticket): (i64, i64) = (row.get(0), row.get(1));
    let mut tables = Vec::new();
    for sql in asked {
        tables.push(match sql {
            Some(sql) => client.query(sql.as_str(), &[&centre, &ticket, &day]).await?,
            None => Vec::new(),
        });
    }
    client.batch_execute("COMMIT").await?;
    Ok((end, day, tables))
}

/// Empties the mirror. The log is append-only in a mirror, too, so its guard is put away meanwhile.
fn clear(db: &Connection) -> Result<(), Error> {
    let guard: String =
        db.query_row("SELECT sql FROM sqlite_schema WHERE name = 'event_no_delete'", [], |row| {
            row.get(0)
        })?;
    db.execute_batch("DROP TRIGGER event_no_delete")?;
    for name in mirror::TABLES.iter().rev() {
        db.execute_batch(&format!("DELETE FROM {name}"))?;
    }
    db.execute_batch("DELETE FROM sqlite_sequence")?;
    db.execute_batch(&guard)?;
    Ok(())
}

fn fill(db: &Connection, table: &Table, rows: &[Row]) -> Result<(), Error> {
    let mut insert = db.prepare(&table.insert())?;
    for row in rows {
        let cells = table.columns.iter().enumerate().map(|(at, column)| cell(row, at, column.kind));
        insert.execute(params_from_iter(cells.collect::<Result<Vec<_>, _>>()?))?;
    }
    Ok(())
}

fn cell(row: &Row, at: usize, kind: Kind) -> Result<Cell, Error> {
    let read = || -> Result<Cell, tokio_postgres::Error> {
        Ok(match kind {
            Kind::Number => row.try_get::<_, Option<i64>>(at)?.map_or(Cell::Null, Cell::Integer),
            Kind::Text => row.try_get::<_, Option<String>>(at)?.map_or(Cell::Null, Cell::Text),
            Kind::Bytes => row.try_get::<_, Option<Vec<u8>>>(at)?.map_or(Cell::Null, Cell::Blob),
        })
    };
    read().map_err(|error| Error::Stored(error.to_string()))
}
