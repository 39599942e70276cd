//! Looking invitations up.

use diesel::prelude::*;

use super::{Invitation, Offer, PREFIX, Row};
use crate::db::schema::{invitations, members, workspaces};
use crate::error::Result;
use crate::ids::{InvitationId, WorkspaceId};
use crate::{Connection, Timestamp, token, workspace};

/// The invitation of that id in the workspace.
pub fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &InvitationId,
) -> Result<Option<Invitation>> {
    let mine = invitations::workspace_id
        .eq(workspace_id)
        .and(invitations::id.eq(id));
    let row: Option<Row> = invitations::table
        .filter(mine)
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(Invitation::try_from).transpose()
}

/// The workspace's open invitations, newest first, each with the name of who made it.
pub fn list(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
) -> Result<Vec<(Invitation, Option<String>)>> {
    let rows: Vec<(Row, Option<String>)> = invitations::table
        .left_join(members::table)
        .filter(invitations::workspace_id.eq(workspace_id))
        .order(invitations::id.desc())
        .select((Row::as_select(), members::name.nullable()))
        .load(conn)?;
    rows.into_iter()
        .map(|(row, inviter)| Ok((Invitation::try_from(row)?, inviter)))
        .collect()
}

/// What the secret of a link offers, if it works at `now`. A workspace that is about to be deleted
/// takes nobody in.
pub fn find_by_secret(
    conn: &mut Connection,
    secret: &str,
    now: Timestamp,
) -> Result<Option<Offer>> {
    if !token::is_well_formed(PREFIX, secret) {
        return Ok(None);
    }
    let works = invitations::secret_hash
        .eq(token::hash(secret))
        .and(invitations::expires_at.gt(now))
        .and(workspaces::delete_after.is_null());
    let found: Option<(Row, Option<String>)> = invitations::table
        .inner_join(workspaces::table)
        .left_join(members::table)
        .filter(works)
        .select((Row::as_select(), members::name.nullable()))
        .first(conn)
        .optional()?;
    let Some((row, inviter)) = found else {
        return Ok(None);
    };
    let workspace = workspace::find(conn, &row.workspace_id)?;
    let invitation = Invitation::try_from(row)?;
    Ok(workspace.map(|workspace| Offer {
        invitation,
        workspace,
        inviter,
    }))
}
