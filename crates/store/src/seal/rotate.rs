//! Changing the key: everything that is sealed is sealed anew, in one transaction.

use diesel::prelude::*;
use secrecy::SecretString;

use super::{Place, ROW, SealError, Sealer, SecretKey, State};
use crate::audit::{self, Action, Chain, Context, Difference, Target};
use crate::db::alone;
use crate::db::connection::first_locked;
use crate::db::schema::{mails, members, sealing_key, webhook_endpoints};
use crate::{Error, OpenError, Options, Tx};

/// Rows at a time.
const PIECE: i64 = 500;
/// Each meeting with a server that seals at the same moment may cost one try.
const TRIES: usize = 5;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotated {
    /// So many secrets are sealed with the new key.
    Now(usize),
    /// They were already.
    Before,
}

/// Why the key was not changed.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// The old key is not that of the database, or something does not open with it.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A secret does not open.
    #[error("{table}.{column} of {row} does not open with the present key; nothing was changed")]
    Broken {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id.
        row: String,
    },
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<diesel::result::Error> for RotateError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Seals everything anew, from the key of `options` to `new`. A process that still holds the old
/// one neither seals nor opens from the commit on.
pub fn rotate(
    options: &Options,
    context: &Context,
    new: &SecretKey,
) -> Result<Rotated, RotateError> {
    let mut tries = 0;
    loop {
        tries += 1;
        match alone::write(options, context.clone(), |tx| change(tx, new)) {
            // The database took the other side when both waited for each other.
            Err(RotateError::Store(Error::Unavailable(_))) if tries < TRIES => {}
            result => return result,
        }
    }
}

fn change(tx: &mut Tx<'_>, new: &SecretKey) -> Result<Rotated, RotateError> {
    let row = || sealing_key::table.filter(sealing_key::id.eq(ROW));
    let theirs: Option<String> = first_locked!(*tx, for_update, row().select(sealing_key::key_id))?;
    if theirs.as_deref() == Some(new.id().as_str()) {
        return Ok(Rotated::Before);
    }
    let ours = match (tx.sealer().key_id(), theirs) {
        (Some(ours), Some(theirs)) if ours == theirs => ours,
        (Some(ours), Some(theirs)) => return Err(SealError::OtherKey { ours, theirs }.into()),
        _ => {
            tx.sealer().check()?;
            return Err(SealError::NoKey.into());
        }
    };
    let from = tx.sealer().clone();
    let to = Sealer::of(State::with(new, new.id()));
    let count = seal_anew(tx, &from, &to)?;
    diesel::update(row())
        .set((
            sealing_key::key_id.eq(new.id()),
            sealing_key::created_at.eq(tx.now()),
        ))
        .execute(&mut **tx)?;
    let difference = Difference::none().changed("key_id", ours, new.id());
    let (action, target) = (Action::KeyRotated, Target::none());
    audit::record(tx, Chain::Installation, action, target, &difference)?;
    Ok(Rotated::Now(count))
}

/// Seals a column anew. `$place` is the column for which its texts were sealed.
macro_rules! column {
    ($tx:expr, $from:expr, $to:expr, $table:ident.$column:ident, $place:ident) => {{
        let place = (stringify!($table), stringify!($place));
        let mut count = 0;
        let mut last = String::new();
        loop {
            let rows: Vec<(String, Option<String>)> = $table::table
                .filter($table::$column.is_not_null())
                .filter($table::id.gt(&last))
                .order($table::id)
                .limit(PIECE)
                .select(($table::id, $table::$column.nullable()))
                .load(&mut **$tx)?;
            let Some((newest, _)) = rows.last() else {
                break Ok::<usize, RotateError>(count);
            };
            last.clone_from(newest);
            for (row, sealed) in rows {
                let Some(sealed) = sealed else { continue };
                let secret = open($from, place, &row, &sealed)?;
                let nonce = $tx.new_bytes();
                let (table, column) = place;
                let place = Place {
                    table,
                    column,
                    row: &row,
                };
                let sealed = $to.seal(place, &secret, nonce)?;
                diesel::update($table::table.filter($table::id.eq(&row)))
                    .set($table::$column.eq(sealed))
                    .execute(&mut **$tx)?;
                count += 1;
            }
        }
    }};
}

/// Makes the list of what is sealed, and the function that seals it anew.
macro_rules! sealed {
    ($($table:ident.$column:ident in $place:ident;)*) => {
        /// Table and column of everything that is sealed. A test compares it with the schema.
        pub const SEALED: &[(&str, &str)] = &[$((stringify!($table), stringify!($column))),*];

        fn seal_anew(tx: &mut Tx<'_>, from: &Sealer, to: &Sealer) -> Result<usize, RotateError> {
            Ok(0 $(+ column!(tx, from, to, $table.$column, $place)?)*)
        }
    };
}

sealed! {
    members.sealed_totp in sealed_totp;
    mails.sealed_text in sealed_text;
    webhook_endpoints.sealed_secret in sealed_secret;
    // It stands as it was sealed when it was the present one.
    webhook_endpoints.sealed_previous_secret in sealed_secret;
}

fn open(
    from: &Sealer,
    (table, column): (&'static str, &'static str),
    row: &str,
    sealed: &str,
) -> Result<SecretString, RotateError> {
    let place = Place { table, column, row };
    from.open(place, sealed).map_err(|error| match error {
        SealError::Broken | SealError::OtherKey { .. } => RotateError::Broken {
            table,
            column,
            row: row.to_owned(),
        },
        other => other.into(),
    })
}
