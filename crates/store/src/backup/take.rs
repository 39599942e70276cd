//! Taking a backup.

use std::collections::BTreeMap;
use std::io::Write;

use diesel::connection::DefaultLoadingMode;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::catalogue::{self, Column};
use super::format::{FORM, Header, Writer};
use super::tables::TABLES;
use super::{Error, Summary};
use crate::audit::{self, Action, Chain, Context, Difference, Target};
use crate::db::alone;
use crate::db::connection::Purpose;
use crate::db::migrations;
use crate::{Connection, Options, seal};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Writes a backup of the database as it is at this moment, while others go on writing. The audit
/// log says so first: what leaves the house is written down even when the disk fills up half-way.
pub fn take(options: &Options, context: Context, out: impl Write) -> Result<Summary, Error> {
    let missing = options.url.sqlite_path().filter(|path| !path.exists());
    if missing.is_some() {
        return Err(Error::NoDatabase(options.url.to_string()));
    }
    alone::write(options, context, |tx| {
        let (action, target) = (Action::BackedUp, Target::none());
        audit::record(tx, Chain::Installation, action, target, &Difference::none())
            .map_err(Error::from)
    })?;
    let mut conn = Connection::open(&options.url, Purpose::Read)?;
    alone::read(&mut conn, |conn| {
        catalogue::check_tables(conn)?;
        let header = header(conn, options)?;
        let mut writer = Writer::start(out, &header)?;
        for table in TABLES {
            copy(conn, table, &mut writer)?;
        }
        writer.end()?;
        let rows = header.rows.values().sum();
        Ok(Summary { header, rows })
    })
}

fn header(conn: &mut Connection, options: &Options) -> Result<Header, Error> {
    let mut rows = BTreeMap::new();
    for table in TABLES {
        rows.insert((*table).to_owned(), catalogue::count(conn, table)?);
    }
    Ok(Header {
        rollcall_backup: FORM,
        made_at: options.clock.now().to_string(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema: migrations::newest()?,
        key_id: seal::key_in_use(conn)?,
        last_seq: catalogue::counter(conn)?,
        rows,
    })
}

fn copy<W: Write>(conn: &mut Connection, table: &str, writer: &mut Writer<W>) -> Result<(), Error> {
    let columns = catalogue::columns(conn, table)?;
    let names = columns.iter().map(|column| column.name.clone());
    writer.table(table, names.collect())?;
    let query = diesel::sql_query(select(conn, table, &columns));
    // One row after the other on both: a table need not fit into memory.
    match conn {
        Connection::Postgres(conn) => {
            for row in query.load_iter::<Row, PgRowByRowLoadingMode>(conn)? {
                writer.line(&row?.line)?;
            }
        }
        Connection::Sqlite(conn) => {
            for row in query.load_iter::<Row, DefaultLoadingMode>(conn)? {
                writer.line(&row?.line)?;
            }
        }
    }
    Ok(())
}

/// A query of the rows as JSON arrays, which both databases write alike but for blanks.
fn select(conn: &Connection, table: &str, columns: &[Column]) -> String {
    let (array, value): (_, fn(&Column) -> String) = match conn {
        Connection::Postgres(_) => ("json_build_array", |column| format!("\"{}\"", column.name)),
        Connection::Sqlite(_) => ("json_array", sqlite_value),
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    let values = values.join(", ");
    format!("SELECT CAST({array}({values}) AS TEXT) AS line FROM \"{table}\"")
}

fn sqlite_value(column: &Column) -> String {
    let name = &column.name;
    match column.kind.as_str() {
        "boolean" => format!("json(CASE \"{name}\" WHEN 0 THEN 'false' WHEN 1 THEN 'true' END)"),
        _ => format!("\"{name}\""),
    }
}
