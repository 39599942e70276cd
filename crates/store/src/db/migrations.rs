//! The twin migrations, embedded. Both folders hold the same names; a test keeps them alike.

use diesel::connection::SimpleConnection as _;
use diesel::migration::MigrationSource;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::{DbConnection as Connection, Purpose};
use super::url::DatabaseUrl;
use crate::error::OpenError;

const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// Any number does, as long as every process takes the same one.
const ADVISORY_LOCK: &str = "SELECT pg_advisory_lock(7226955)";
const ADVISORY_UNLOCK: &str = "SELECT pg_advisory_unlock(7226955)";

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn failed(error: &Failure) -> OpenError {
    OpenError::Migration(error.to_string())
}

/// Brings the database of that URL up to date; says how many migrations ran. On PostgreSQL a
/// second process waits for the first.
pub fn migrate(url: &DatabaseUrl) -> Result<usize, OpenError> {
    run(&mut Connection::open(url, Purpose::Write)?)
}

/// How many migrations are missing in the database of that URL.
pub fn missing(url: &DatabaseUrl) -> Result<usize, OpenError> {
    pending(&mut Connection::open(url, Purpose::Write)?)
}

/// The version of the newest migration that this program has, for example `20261124000013`.
pub(crate) fn newest() -> Result<String, OpenError> {
    let all = MigrationSource::<Sqlite>::migrations(&SQLITE).map_err(|error| failed(&error))?;
    let versions = all.iter().map(|migration| migration.name().version());
    let newest = versions.max().map(|version| version.to_string());
    Ok(newest.unwrap_or_default())
}

/// Takes back every migration; for the test that each `down.sql` undoes its `up.sql`.
pub fn revert_all(url: &DatabaseUrl) -> Result<usize, OpenError> {
    let mut connection = Connection::open(url, Purpose::Write)?;
    match &mut connection {
        Connection::Postgres(inner) => inner.revert_all_migrations(POSTGRES).map(|done| done.len()),
        Connection::Sqlite(inner) => inner.revert_all_migrations(SQLITE).map(|done| done.len()),
    }
    .map_err(|error| failed(&error))
}

pub(crate) fn pending(connection: &mut Connection) -> Result<usize, OpenError> {
    match connection {
        Connection::Postgres(inner) => inner
            .pending_migrations(POSTGRES)
            .map(|missing| missing.len()),
        Connection::Sqlite(inner) => inner
            .pending_migrations(SQLITE)
            .map(|missing| missing.len()),
    }
    .map_err(|error| failed(&error))
}

pub(crate) fn run(connection: &mut Connection) -> Result<usize, OpenError> {
    match connection {
        Connection::Postgres(inner) => {
            // Building an index on a large table may take longer than a request may.
            let prepared =
                inner.batch_execute(&format!("SET statement_timeout = 0; {ADVISORY_LOCK}"));
            prepared.map_err(|error| OpenError::Migration(error.to_string()))?;
            let done = inner
                .run_pending_migrations(POSTGRES)
                .map(|done| done.len());
            // The lock also ends with the connection, so a failure here loses nothing.
            let _ = inner.batch_execute(ADVISORY_UNLOCK);
            done
        }
        Connection::Sqlite(inner) => inner.run_pending_migrations(SQLITE).map(|done| done.len()),
    }
    .map_err(|error| failed(&error))
}
