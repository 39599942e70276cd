//! Tables and columns as the database itself lists them.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::Error;
use super::tables::{COUNTER, LEFT_OUT, TABLES};
use crate::Connection;

/// A text of the catalogue.
#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// A column, in the order of the table.
#[derive(Clone, Debug, QueryableByName)]
pub(super) struct Column {
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    /// The type in the words of the database, in lower case.
    #[diesel(sql_type = Text)]
    pub(super) kind: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// The tables that there are. Refuses a database with one that would be forgotten.
pub(super) fn check_tables(conn: &mut Connection) -> Result<Vec<String>, Error> {
    let found: Vec<Name> = match conn {
        Connection::Postgres(conn) => diesel::sql_query(
            "SELECT table_name::text AS name FROM information_schema.tables
             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'",
        )
        .load(conn)?,
        Connection::Sqlite(conn) => diesel::sql_query(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
        )
        .load(conn)?,
    };
    let known = |name: &str| {
        TABLES.contains(&name) || LEFT_OUT.iter().any(|(left_out, _)| *left_out == name)
    };
    let names = found.into_iter().map(|table| table.name);
    let checked = names.map(|name| {
        if known(&name) {
            Ok(name)
        } else {
            Err(Error::UnknownTable(name))
        }
    });
    checked.collect()
}

/// The columns of a table of [`TABLES`].
pub(super) fn columns(conn: &mut Connection, table: &str) -> QueryResult<Vec<Column>> {
    match conn {
        Connection::Postgres(conn) => diesel::sql_query(
            "SELECT column_name::text AS name, data_type::text AS kind FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position",
        )
        .bind::<Text, _>(table)
        .load(conn),
        Connection::Sqlite(conn) => diesel::sql_query(
            "SELECT name, lower(type) AS kind FROM pragma_table_info(?) ORDER BY cid",
        )
        .bind::<Text, _>(table)
        .load(conn),
    }
}

/// How many rows a table has.
pub(super) fn count(conn: &mut Connection, table: &str) -> QueryResult<u64> {
    number(conn, &format!("SELECT count(*) AS number FROM \"{table}\""))
}

/// Whether a table has no rows.
pub(super) fn is_empty(conn: &mut Connection, table: &str) -> QueryResult<bool> {
    let any =
        format!("SELECT count(*) AS number FROM (SELECT 1 FROM \"{table}\" LIMIT 1) AS any_row");
    Ok(number(conn, &any)? == 0)
}

/// The last number that [`COUNTER`] gave out; 0 before the first.
pub(super) fn counter(conn: &mut Connection) -> QueryResult<u64> {
    let (table, column) = COUNTER;
    let query = match conn {
        Connection::Postgres(_) => format!(
            "SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS number FROM {table}_{column}_seq"
        ),
        Connection::Sqlite(_) => format!(
            "SELECT coalesce(max(seq), 0) AS number FROM sqlite_sequence WHERE name = '{table}'"
        ),
    };
    number(conn, &query)
}

/// Lets [`COUNTER`] go on after a number.
pub(super) fn set_counter(conn: &mut Connection, last: u64) -> QueryResult<()> {
    let (table, column) = COUNTER;
    if last == 0 {
        return Ok(());
    }
    match conn {
        Connection::Postgres(conn) => {
            diesel::sql_query(format!("SELECT setval('{table}_{column}_seq', {last})"))
                .execute(conn)?;
        }
        Connection::Sqlite(conn) => {
            diesel::sql_query(format!(
                "DELETE FROM sqlite_sequence WHERE name = '{table}'"
            ))
            .execute(conn)?;
            diesel::sql_query(format!(
                "INSERT INTO sqlite_sequence (name, seq) VALUES ('{table}', {last})"
            ))
            .execute(conn)?;
        }
    }
    Ok(())
}

fn number(conn: &mut Connection, query: &str) -> QueryResult<u64> {
    let found: Number = diesel::sql_query(query).get_result(conn)?;
    Ok(u64::try_from(found.number).unwrap_or(0))
}
