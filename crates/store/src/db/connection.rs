//! One connection to either database.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use super::url::DatabaseUrl;
use crate::error::OpenError;

/// A connection to PostgreSQL or SQLite. Queries are written once, on this type. Elsewhere it
/// goes by the name `Connection`; here the derived code needs that name for diesel's trait.
#[derive(diesel::MultiConnection)]
pub enum DbConnection {
    /// A PostgreSQL session.
    Postgres(PgConnection),
    /// An open SQLite file.
    Sqlite(SqliteConnection),
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Read,
    Write,
}

/// Runs one query body on the connection behind the enum, for what the enum's own dialect cannot say.
macro_rules! on_either {
    ($conn:expr, $inner:ident => $body:expr) => {
        match &mut *$conn {
            $crate::Connection::Postgres($inner) => $body,
            $crate::Connection::Sqlite($inner) => $body,
        }
    };
}
pub(crate) use on_either;

/// Loads at most one row and holds it until the transaction ends. PostgreSQL locks the row
/// (`$lock` is `for_no_key_update` or `for_share` …); SQLite's one writer needs no lock.
macro_rules! first_locked {
    ($conn:expr, $lock:ident, $query:expr) => {{
        use diesel::prelude::*;
        match &mut *$conn {
            $crate::Connection::Postgres(inner) => $query.$lock().first(inner).optional(),
            $crate::Connection::Sqlite(inner) => $query.first(inner).optional(),
        }
    }};
}
pub(crate) use first_locked;

/// The same of all rows that the query finds.
macro_rules! load_locked {
    ($conn:expr, $lock:ident, $query:expr) => {{
        use diesel::prelude::*;
        match &mut *$conn {
            $crate::Connection::Postgres(inner) => $query.$lock().load(inner),
            $crate::Connection::Sqlite(inner) => $query.load(inner),
        }
    }};
}
pub(crate) use load_locked;

impl DbConnection {
    /// Connects. SQLite's file and folder are made when missing, readable by this user alone.
    pub(crate) fn open(url: &DatabaseUrl, purpose: Purpose) -> Result<Self, OpenError> {
        match (url.sqlite_path(), url.libpq()) {
            (Some(path), _) => open_sqlite(url, path, purpose),
            (None, Some(libpq)) => open_postgres(url, &libpq),
            (None, None) => Err(unreachable(url, &"no such kind of database")),
        }
    }
}

fn unreachable(url: &DatabaseUrl, reason: &dyn ToString) -> OpenError {
    OpenError::Unreachable {
        url: url.to_string(),
        reason: reason.to_string().trim().to_owned(),
    }
}

fn open_postgres(url: &DatabaseUrl, libpq: &str) -> Result<DbConnection, OpenError> {
    let mut connection =
        PgConnection::establish(libpq).map_err(|error| unreachable(url, &error))?;
    // A statement that runs for half a minute has gone wrong; stopping it frees the connection.
    connection
        .batch_execute("SET statement_timeout = '30s'; SET timezone = 'UTC'")
        .map_err(|error| unreachable(url, &error))?;
    Ok(DbConnection::Postgres(connection))
}

fn open_sqlite(
    url: &DatabaseUrl,
    path: &Path,
    purpose: Purpose,
) -> Result<DbConnection, OpenError> {
    make_file(path).map_err(|source| OpenError::File {
        path: path.display().to_string(),
        source,
    })?;
    let mut connection = SqliteConnection::establish(&path.to_string_lossy())
        .map_err(|error| unreachable(url, &error))?;
    let for_purpose = match purpose {
        Purpose::Read => "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY;",
        // A savepoint keeps what it changed. Of a large write that is much, so it may go to a file.
        Purpose::Write => "PRAGMA temp_store = FILE;",
    };
    // busy_timeout first: switching to WAL itself may have to wait.
    connection
        .batch_execute(&format!(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON; {for_purpose}"
        ))
        .map_err(|error| unreachable(url, &error))?;
    Ok(DbConnection::Sqlite(connection))
}

fn make_file(path: &Path) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let mut folder = DirBuilder::new();
    let mut file = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
        folder.mode(0o700);
        file.mode(0o600);
    }
    if let Some(parent) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        folder.recursive(true).create(parent)?;
    }
    file.write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map(drop)
}
