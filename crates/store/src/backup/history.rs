//! When the last backup was taken, as the audit log tells.

use diesel::prelude::*;

use crate::audit::{Action, Chain};
use crate::db::schema::{audit_entries, directory_users};
use crate::error::Result;
use crate::{Connection, Timestamp};

/// What there is to say of backups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// No provider has pushed anybody, and no backup was taken.
    NothingToLose,
    /// There is something to lose, and no backup was ever taken.
    Never,
    /// The last backup is of that time.
    Last(Timestamp),
}

/// Looks it up.
pub fn history(conn: &mut Connection) -> Result<History> {
    let last: Option<Timestamp> = audit_entries::table
        .filter(audit_entries::chain.eq(Chain::Installation.as_str()))
        .filter(audit_entries::action.eq(Action::BackedUp.as_str()))
        .order(audit_entries::number.desc())
        .select(audit_entries::created_at)
        .first(conn)
        .optional()?;
    if let Some(at) = last {
        return Ok(History::Last(at));
    }
    let anybody = directory_users::table.select(directory_users::id).limit(1);
    let anybody: Option<String> = anybody.first(conn).optional()?;
    Ok(anybody.map_or(History::NothingToLose, |_| History::Never))
}
