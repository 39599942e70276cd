//! Restoring a backup.

use std::collections::BTreeMap;
use std::io::Read;

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::catalogue::{self, Column};
use super::format::{Header, Line, Reader};
use super::tables::{SINGLE_ROWS, TABLES};
use super::{Error, Summary};
use crate::audit::{self, Action, Chain, Context, Difference, Target};
use crate::db::alone;
use crate::db::connection::Purpose;
use crate::db::migrations;
use crate::{Connection, DatabaseUrl, Options, Tx, publisher};

/// Bytes of rows that are handed to the database at once.
const PIECE: usize = 256 << 10;

/// Puts a backup into an empty database, which is made and migrated where need be: all of it, or
/// nothing. Nobody else may use the database meanwhile.
pub fn restore(options: &Options, context: Context, input: impl Read) -> Result<Summary, Error> {
    let mut reader = Reader::start(input)?;
    let header = reader.header.clone();
    check_schema(&header)?;
    check_unused(&options.url)?;
    migrations::migrate(&options.url)?;
    let rows = alone::write(options, context, |tx| {
        take_hold(tx)?;
        let rows = copy(tx, &mut reader)?;
        if rows != header.rows {
            return Err(Error::Damaged(
                "its tables have other numbers of rows".to_owned(),
            ));
        }
        catalogue::set_counter(tx, header.last_seq)?;
        gather_statistics(tx)?;
        publisher::step_down(tx)?;
        let difference = Difference::none().set("made_at", header.made_at.as_str());
        let (action, target) = (Action::Restored, Target::none());
        audit::record(tx, Chain::Installation, action, target, &difference)?;
        Ok::<_, Error>(rows.values().sum())
    })?;
    Ok(Summary { header, rows })
}

fn check_schema(header: &Header) -> Result<(), Error> {
    let ours = migrations::newest()?;
    if header.schema == ours {
        return Ok(());
    }
    Err(Error::OtherSchema {
        program: header.program.clone(),
        theirs: header.schema.clone(),
        ours,
    })
}

/// Refuses a database in use, or of another program, before anything is migrated in it.
fn check_unused(url: &DatabaseUrl) -> Result<(), Error> {
    let mut conn = Connection::open(url, Purpose::Write)?;
    let tables = catalogue::check_tables(&mut conn)?;
    check_empty(&mut conn, &tables)
}

/// Refuses a database that holds something, as far as it has the tables for it.
fn check_empty(conn: &mut Connection, tables: &[String]) -> Result<(), Error> {
    for table in TABLES {
        let is_there = tables.iter().any(|name| name == table);
        if is_there && !SINGLE_ROWS.contains(table) && !catalogue::is_empty(conn, table)? {
            return Err(Error::NotEmpty((*table).to_owned()));
        }
    }
    Ok(())
}

/// Keeps everybody else out, and makes sure that there is nothing to be lost.
fn take_hold(tx: &mut Tx<'_>) -> Result<(), Error> {
    let conn: &mut Connection = tx;
    let found = catalogue::check_tables(conn)?;
    if let Connection::Postgres(conn) = conn {
        let tables = TABLES.join(", ");
        diesel::sql_query(format!("LOCK TABLE {tables} IN EXCLUSIVE MODE")).execute(conn)?;
    }
    check_empty(conn, &found)?;
    for table in SINGLE_ROWS {
        diesel::sql_query(format!("DELETE FROM \"{table}\"")).execute(conn)?;
    }
    Ok(())
}

/// Lets PostgreSQL plan well from the first query on, instead of from when it finds the time.
fn gather_statistics(conn: &mut Connection) -> QueryResult<()> {
    if let Connection::Postgres(conn) = conn {
        diesel::sql_query(format!("ANALYZE {}", TABLES.join(", "))).execute(conn)?;
    }
    Ok(())
}

/// Copies every row; how many each table got.
fn copy<R: Read>(
    conn: &mut Connection,
    reader: &mut Reader<R>,
) -> Result<BTreeMap<String, u64>, Error> {
    let mut rows = BTreeMap::new();
    let mut into: Option<Filling> = None;
    loop {
        match reader.next()? {
            Line::Row(row) => into.as_mut().ok_or_else(unexpected)?.add(conn, row)?,
            Line::Table { table, columns } => {
                let next = Filling::begin(conn, table, &columns)?;
                if let Some(filled) = into.replace(next) {
                    filled.finish(conn, &mut rows)?;
                }
            }
            Line::End => {
                if let Some(filled) = into {
                    filled.finish(conn, &mut rows)?;
                }
                return Ok(rows);
            }
        }
    }
}

fn unexpected() -> Error {
    Error::Damaged("a table or column is none of this schema".to_owned())
}

/// A table that is being filled.
struct Filling {
    table: String,
    insert: String,
    /// A JSON array of the rows that wait, without its end.
    waiting: String,
    rows: u64,
}

impl Filling {
    /// Names go into the statement, so they have to be the catalogue's.
    fn begin(conn: &mut Connection, table: String, columns: &[String]) -> Result<Self, Error> {
        if !TABLES.contains(&table.as_str()) {
            return Err(unexpected());
        }
        let known = catalogue::columns(conn, &table)?;
        let chosen = columns.iter().map(|name| {
            let found = known.iter().find(|column| column.name == *name);
            found.ok_or_else(unexpected)
        });
        let chosen: Vec<&Column> = chosen.collect::<Result<_, _>>()?;
        Ok(Self {
            insert: insert(conn, &table, &chosen),
            table,
            waiting: String::new(),
            rows: 0,
        })
    }

    fn add(&mut self, conn: &mut Connection, row: &str) -> Result<(), Error> {
        self.waiting
            .push(if self.waiting.is_empty() { '[' } else { ',' });
        self.waiting.push_str(row);
        self.rows += 1;
        if self.waiting.len() < PIECE {
            return Ok(());
        }
        self.write(conn)
    }

    fn write(&mut self, conn: &mut Connection) -> Result<(), Error> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.waiting.push(']');
        let insert = diesel::sql_query(&self.insert).bind::<Text, _>(&self.waiting);
        insert.execute(conn)?;
        self.waiting.clear();
        Ok(())
    }

    fn finish(
        mut self,
        conn: &mut Connection,
        rows: &mut BTreeMap<String, u64>,
    ) -> Result<(), Error> {
        self.write(conn)?;
        match rows.insert(self.table, self.rows) {
            None => Ok(()),
            Some(_) => Err(Error::Damaged("a table stands in it twice".to_owned())),
        }
    }
}

/// A statement that inserts the rows of one JSON array.
fn insert(conn: &Connection, table: &str, columns: &[&Column]) -> String {
    let names: Vec<String> = columns
        .iter()
        .map(|column| format!("\"{}\"", column.name))
        .collect();
    let postgres = matches!(conn, Connection::Postgres(_));
    let values: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(place, column)| {
            if postgres {
                format!("(value ->> {place})::{}", column.kind)
            } else {
                format!("value ->> {place}")
            }
        })
        .collect();
    let source = if postgres {
        "jsonb_array_elements($1::jsonb) AS one(value)"
    } else {
        "json_each(?)"
    };
    let (names, values) = (names.join(", "), values.join(", "));
    format!("INSERT INTO \"{table}\" ({names}) SELECT {values} FROM {source}")
}
