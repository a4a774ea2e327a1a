//! A centre's tables on this side: the same tables, rules and SQL as in a file.
//!
//! Triggers note which rows an action touches. What they are afterwards travels to the server, and
//! from there to the mirrors of the others, who take the rows as they are.

use queue::BusinessDay;
use rusqlite::{Connection, params};
use serde_json::{Map, Value};

use crate::{Error, schema};

/// All tables, those that others refer to first.
pub(crate) const TABLES: [&str; 16] = [
    "meta",
    "site",
    "service",
    "class",
    "counter",
    "day_number",
    "ticket",
    "leg",
    "counter_state",
    "intake",
    "officer",
    "officer_pin",
    "rated",
    "booking",
    "person",
    "event",
];

/// A table's name, its columns, and the SQL that is made from them once.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: Vec<Column>,
    /// Touched rows as they are now, a JSON array.
    touched: String,
    /// The keys of touched rows that are gone, a JSON array.
    gone: String,
    /// Removes rows by an array of objects that hold their keys.
    cut: String,
    /// Takes rows from an array of objects.
    put: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Its place in the key, from 1; 0 when it is not in it.
    key: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Number,
    Text,
    Bytes,
}

/// Which part of a centre's past a mirror has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    /// The first event from which on none is missing.
    pub(crate) seq: i64,
    /// Its day.
    pub(crate) day: BusinessDay,
}

impl Reach {
    pub(crate) const WHOLE: Self = Self { seq: 1, day: BusinessDay(0) };
}

/// An empty mirror, in a file without a name that is gone with it.
pub(crate) fn empty() -> Result<(Connection, Vec<Table>), Error> {
    let mut db = Connection::open("")?;
    db.set_prepared_statement_cache_capacity(128);
    // The server is durable and keeps the references; a mirror holds a part of the past only.
    db.execute_batch(
        "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;",
    )?;
    db.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
    let tx = db.transaction()?;
    schema::migrate(&tx, 0)?;
    let tables = TABLES.iter().map(|name| Table::of(&tx, name)).collect::<Result<Vec<_>, _>>()?;
    tx.commit()?;
    Ok((db, tables))
}

/// From here on touched rows are noted.
pub(crate) fn watch(db: &Connection, tables: &[Table]) -> Result<(), Error> {
    db.execute_batch(
        "CREATE TEMP TABLE touched(tab TEXT NOT NULL, k1, k2, PRIMARY KEY(tab, k1, k2));",
    )?;
    for table in tables {
        for (when, row) in [("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")] {
            let name = table.name;
            let keys = table.keys();
            let second = keys.get(1).map_or("''".to_owned(), |key| format!("{row}.{key}"));
            db.execute_batch(&format!(
                "CREATE TEMP TRIGGER touch_{name}_{when} AFTER {when} ON main.{name} BEGIN
                   INSERT INTO touched SELECT '{name}', {row}.{0}, {second}
                   WHERE NOT EXISTS(SELECT 1 FROM touched
                     WHERE tab = '{name}' AND k1 = {row}.{0} AND k2 = {second}); END;",
                keys.first().map_or("rowid", |key| key)
            ))?;
        }
    }
    Ok(())
}

/// What an action has touched, for the server; nothing when it wrote nothing.
pub(crate) fn touched(db: &Connection, tables: &[Table]) -> Result<Option<Value>, Error> {
    let (mut put, mut cut) = (Map::new(), Map::new());
    let names: Vec<String> = {
        let mut statement = db.prepare_cached("SELECT DISTINCT tab FROM touched")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        rows.collect::<Result<_, _>>()?
    };
    for table in tables.iter().filter(|table| names.iter().any(|name| name == table.name)) {
        for (sql, side) in [(&table.touched, &mut put), (&table.gone, &mut cut)] {
            let rows: String = db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
            if rows != "[]" {
                side.insert(table.name.to_owned(), serde_json::from_str(&rows)?);
            }
        }
    }
    if put.is_empty() && cut.is_empty() {
        return Ok(None);
    }
    Ok(Some(serde_json::json!({"put": put, "cut": cut})))
}

/// Forgets what was noted.
pub(crate) fn untouched(db: &Connection) -> Result<(), Error> {
    db.prepare_cached("DELETE FROM touched")?.execute([])?;
    Ok(())
}

/// Takes over what another program's action changed.
pub(crate) fn take(db: &Connection, tables: &[Table], rows: &Value) -> Result<(), Error> {
    let of = |side: &str, table: &Table| {
        rows.get(side).and_then(|side| side.get(table.name)).map(Value::to_string)
    };
    // A leg gives its place up before another takes it.
    for table in tables.iter().rev() {
        if let Some(keys) = of("cut", table) {
            db.prepare_cached(&table.cut)?.execute(params![keys])?;
        }
        if let Some(rows) = of("put", table).filter(|_| table.name != "event") {
            db.prepare_cached(&table.cut)?.execute(params![rows])?;
        }
    }
    for table in tables {
        if let Some(rows) = of("put", table) {
            db.prepare_cached(&table.put)?.execute(params![rows])?;
        }
    }
    Ok(())
}

impl Table {
    pub(crate) fn of(db: &Connection, name: &'static str) -> Result<Self, Error> {
        let mut statement =
            db.prepare("SELECT name, type, pk FROM pragma_table_info(?1) ORDER BY cid")?;
        let columns = statement
            .query_map(params![name], |row| {
                let kind: String = row.get(1)?;
                let kind = match kind.as_str() {
                    "INTEGER" => Kind::Number,
                    "BLOB" => Kind::Bytes,
                    _ => Kind::Text,
                };
                Ok(Column { name: row.get(0)?, kind, key: row.get(2)? })
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let mut table = Self {
            name,
            columns,
            touched: String::new(),
            gone: String::new(),
            cut: String::new(),
            put: String::new(),
        };
        table.write_sql();
        Ok(table)
    }

    fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<&Column> = self.columns.iter().filter(|column| column.key > 0).collect();
        keys.sort_by_key(|column| column.key);
        keys.into_iter().map(|column| column.name.as_str()).collect()
    }

    fn write_sql(&mut self) {
        let name = self.name;
        let keys = self.keys();
        let join: Vec<String> = keys
            .iter()
            .zip(["k1", "k2"])
            .map(|(key, column)| format!("t.{key} = c.{column}"))
            .collect();
        let join = join.join(" AND ");
        let gone: Vec<String> =
            keys.iter().zip(["k1", "k2"]).map(|(key, c)| format!("'{key}', c.{c}")).collect();
        let object = self.object("t");
        // The order of the joins is forced: the few touched rows lead.
        let touched = format!(
            "SELECT json_group_array(json_object({object}))
             FROM touched c CROSS JOIN {name} t ON {join} WHERE c.tab = '{name}'"
        );
        let gone = format!(
            "SELECT json_group_array(json_object({})) FROM touched c
             WHERE c.tab = '{name}' AND NOT EXISTS(SELECT 1 FROM {name} t WHERE {join})",
            gone.join(", ")
        );
        let given: Vec<String> =
            keys.iter().map(|key| format!("json_extract(value, '$.{key}')")).collect();
        let cut = format!(
            "DELETE FROM {name} WHERE ({}) IN (SELECT {} FROM json_each(?1))",
            keys.join(", "),
            given.join(", ")
        );
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let values: Vec<String> = self.columns.iter().map(Column::of_json).collect();
        let put = format!(
            "INSERT INTO {name}({}) SELECT {} FROM json_each(?1)",
            names.join(", "),
            values.join(", ")
        );
        (self.touched, self.gone, self.cut, self.put) = (touched, gone, cut, put);
    }

    /// The columns of a row as the arguments of `json_object`.
    fn object(&self, row: &str) -> String {
        let fields = self.columns.iter().map(|Column { name, kind, .. }| match kind {
            Kind::Bytes => format!(
                "'{name}', CASE WHEN {row}.{name} IS NULL THEN NULL ELSE '\\x' || hex({row}.{name}) END"
            ),
            Kind::Number | Kind::Text => format!("'{name}', {row}.{name}"),
        });
        fields.collect::<Vec<_>>().join(", ")
    }

    /// Every row of the table as JSON, in the order of its key.
    pub(crate) fn all_rows(&self) -> String {
        let keys = self.keys().join(", ");
        format!("SELECT json_object({}) FROM {} t ORDER BY {keys}", self.object("t"), self.name)
    }

    /// Takes one row from values in the order of the columns.
    pub(crate) fn insert(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let marks: Vec<String> = (1..=names.len()).map(|n| format!("?{n}")).collect();
        format!("INSERT INTO {}({}) VALUES({})", self.name, names.join(", "), marks.join(", "))
    }

    /// The columns as the server is asked for them.
    pub(crate) fn column_list(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        names.join(", ")
    }
}

impl Column {
    fn of_json(&self) -> String {
        let value = format!("json_extract(value, '$.{}')", self.name);
        match self.kind {
            Kind::Bytes => format!("unhex(substr({value}, 3))"),
            Kind::Number | Kind::Text => value,
        }
    }
}
