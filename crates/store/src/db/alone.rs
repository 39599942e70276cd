//! Transactions that concern the whole database and take as long as they take, for commands: on a
//! connection of their own, on the thread that asks.

use std::sync::Arc;

use diesel::connection::SimpleConnection as _;

use super::connection::{DbConnection as Connection, Purpose};
use super::migrations;
use super::store::{Options, rng};
use super::transaction::{Circumstances, Durability, EventsMade, Randomness, Tx};
use crate::audit::Context;
use crate::error::{Error, OpenError};
use crate::seal::Sealer;

/// Writes: `work` takes effect whole when it answers `Ok`, and not at all otherwise. An older
/// schema is refused and not migrated, since a server may be using it.
pub(crate) fn write<T, E>(
    options: &Options,
    context: Context,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E>
where
    E: From<Error> + From<OpenError>,
{
    let mut conn = Connection::open(&options.url, Purpose::Write)?;
    match migrations::pending(&mut conn)? {
        0 => {}
        pending => return Err(OpenError::OldSchema { pending }.into()),
    }
    let now = options.clock.now();
    let sealer = Sealer::new(&mut conn, options.secret_key.as_ref(), now).map_err(Error::from)?;
    let circumstances = Circumstances {
        now,
        randomness: Randomness::new(rng(options.seed)),
        cause: None,
        durability: Durability::Forced,
        events_made: EventsMade::default(),
        sealer,
        webhook_networks: Arc::new(options.webhook_networks.clone()),
        context: Arc::new(context),
    };
    let begin = match conn {
        Connection::Postgres(_) => "BEGIN",
        // At once, or the first write could find that somebody else has written meanwhile.
        Connection::Sqlite(_) => "BEGIN IMMEDIATE",
    };
    transact(&mut conn, begin, |conn| {
        work(&mut Tx::new(conn, circumstances))
    })
}

/// Reads one state of the database, whatever is written meanwhile.
pub(crate) fn read<T, E: From<Error>>(
    conn: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    let begin = match conn {
        Connection::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        Connection::Sqlite(_) => "BEGIN",
    };
    transact(conn, begin, work)
}

fn transact<T, E: From<Error>>(
    conn: &mut Connection,
    begin: &str,
    work: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    if let Connection::Postgres(conn) = conn {
        conn.batch_execute("SET statement_timeout = 0")
            .map_err(Error::from)?;
    }
    conn.batch_execute(begin).map_err(Error::from)?;
    let result = work(conn);
    let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = conn.batch_execute(end).map_err(Error::from);
    // What the work says matters more than that its transaction could not be ended.
    let value = result?;
    ended?;
    Ok(value)
}
