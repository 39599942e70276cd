//! Forms that make something carry a key of their own: sending one twice makes one thing.

use std::time::Duration;

use diesel::prelude::*;

use crate::db::connection::on_either;
use crate::db::schema::form_submissions;
use crate::error::Result;
use crate::ids::{FormKey, MemberId, WorkspaceId};
use crate::workspace::{self, Workspace};
use crate::{Connection, Tx};

const KEPT: Duration = Duration::from_hours(48);

/// What became of a form's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody sent this form yet: go on, and [`record`] what it made.
    Fresh,
    /// The form was sent before and made this.
    Made(String),
}

/// Takes a form's key. A second request with the key waits for the first and learns what it made.
pub fn claim(tx: &mut Tx<'_>, workspace_id: &WorkspaceId, key: &FormKey) -> Result<Claim> {
    let old = form_submissions::created_at.lt(tx.now().minus(KEPT));
    diesel::delete(form_submissions::table.filter(old)).execute(&mut **tx)?;
    let values = (
        form_submissions::form_key.eq(key),
        form_submissions::workspace_id.eq(workspace_id),
        form_submissions::made.eq(""),
        form_submissions::created_at.eq(tx.now()),
    );
    let inserted = on_either!(*tx, conn => diesel::insert_into(form_submissions::table)
        .values(&values)
        .on_conflict_do_nothing()
        .execute(conn))?;
    if inserted == 1 {
        return Ok(Claim::Fresh);
    }
    let mine = form_submissions::form_key
        .eq(key)
        .and(form_submissions::workspace_id.eq(workspace_id));
    let made = form_submissions::table
        .filter(mine)
        .select(form_submissions::made);
    Ok(Claim::Made(
        made.first(&mut **tx).optional()?.unwrap_or_default(),
    ))
}

/// The workspace that a form made, if the member is in it.
pub fn workspace_made(
    conn: &mut Connection,
    key: &FormKey,
    member_id: &MemberId,
) -> Result<Option<Workspace>> {
    let made: Option<WorkspaceId> = form_submissions::table
        .filter(form_submissions::form_key.eq(key))
        .select(form_submissions::workspace_id)
        .first(conn)
        .optional()?;
    let mine = workspace::of_member(conn, member_id)?;
    let found = mine
        .into_iter()
        .find(|(each, _)| Some(&each.id) == made.as_ref());
    Ok(found.map(|(workspace, _)| workspace))
}

/// Writes down what a form made.
pub fn record(tx: &mut Tx<'_>, key: &FormKey, made: &str) -> Result<()> {
    diesel::update(form_submissions::table.filter(form_submissions::form_key.eq(key)))
        .set(form_submissions::made.eq(made))
        .execute(&mut **tx)?;
    Ok(())
}
