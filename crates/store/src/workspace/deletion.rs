//! Deleting a workspace: at first it only rests, so that it can be undone; later it is taken away in small steps.

use std::time::Duration;

use diesel::prelude::*;

use super::operations::{held, note, save};
use super::row::Row;
use super::{Error, Workspace};
use crate::audit::{self, Action, Chain, Difference, Target};
use crate::db::connection::first_locked;
use crate::db::schema::{
    directories, directory_groups, directory_sequences, directory_users, event_outbox,
    event_positions, events, memberships, provisioning_requests, webhook_endpoints, workspaces,
};
use crate::error::Result;
use crate::ids::{
    DirectoryGroupId, DirectoryId, DirectoryUserId, ProvisioningRequestId, WorkspaceId,
};
use crate::{Connection, Timestamp, Tx};

/// For how long a deletion can be undone.
pub const GRACE: Duration = Duration::from_hours(7 * 24);

/// Deletes a workspace. From the next request on nothing opens it but the undoing, for [`GRACE`]. None when it is deleted already;
/// then its time stays.
pub fn delete(tx: &mut Tx<'_>, id: &WorkspaceId) -> Result<Option<Workspace>, Error> {
    let mut workspace = held(tx, id)?.ok_or(Error::Gone)?;
    if workspace.delete_after.is_some() {
        return Ok(None);
    }
    let after = tx.now().plus(GRACE);
    workspace.delete_after = Some(after);
    save(tx, &workspace)?;
    let difference = Difference::none().set("delete_after", after.to_string());
    note(tx, &workspace, Action::WorkspaceDeleted, difference)?;
    Ok(Some(workspace))
}

/// Undoes a deletion, as long as its time has not come.
pub fn restore(tx: &mut Tx<'_>, id: &WorkspaceId) -> Result<Workspace, Error> {
    let mut workspace = held(tx, id)?.ok_or(Error::Gone)?;
    let Some(after) = workspace.delete_after else {
        return Ok(workspace);
    };
    if after <= tx.now() {
        return Err(Error::Gone);
    }
    workspace.delete_after = None;
    save(tx, &workspace)?;
    note(
        tx,
        &workspace,
        Action::WorkspaceRestored,
        Difference::none(),
    )?;
    Ok(workspace)
}

/// The workspaces whose time has come.
pub fn due(conn: &mut Connection, now: Timestamp) -> Result<Vec<WorkspaceId>> {
    Ok(workspaces::table
        .filter(workspaces::delete_after.le(now))
        .order(workspaces::delete_after)
        .select(workspaces::id)
        .load(conn)?)
}

/// Takes away at most `limit` rows of each kind of a workspace whose time has come, and the workspace once nothing large is
/// left. Its audit log stays. Says how many rows went; nothing is left to do when none did.
pub fn purge(tx: &mut Tx<'_>, id: &WorkspaceId, limit: i64) -> Result<usize> {
    let now = tx.now();
    let own = || {
        let due = workspaces::id.eq(id).and(workspaces::delete_after.le(now));
        workspaces::table.filter(due)
    };
    let row: Option<Row> = first_locked!(*tx, for_update, own().select(Row::as_select()))?;
    let Some(row) = row else {
        return Ok(0);
    };
    let gone = purge_events(tx, id, limit)? + purge_directories(tx, id, limit)?;
    if gone > 0 {
        return Ok(gone);
    }
    let workspace = Workspace::try_from(row)?;
    diesel::delete(workspaces::table.filter(workspaces::id.eq(id))).execute(&mut **tx)?;
    note_purge(tx, &workspace)?;
    Ok(1)
}

/// In both logs: the workspace's ends with it, and the installation's is the one that somebody can still look at.
fn note_purge(tx: &mut Tx<'_>, workspace: &Workspace) -> Result<()> {
    for chain in [Chain::Workspace(&workspace.id), Chain::Installation] {
        let target = Target::new(&workspace.id, &workspace.name);
        let nothing = Difference::none();
        audit::record(tx, chain, Action::WorkspacePurged, target, &nothing)?;
    }
    Ok(())
}

/// Nothing is sent to its endpoints any more; what was, [`webhook_delivery`](crate::webhook_delivery) forgets as with any endpoint
/// that is gone.
fn purge_events(tx: &mut Tx<'_>, id: &WorkspaceId, limit: i64) -> Result<usize> {
    diesel::delete(webhook_endpoints::table.filter(webhook_endpoints::workspace_id.eq(id)))
        .execute(&mut **tx)?;
    let positions: Vec<i64> = event_positions::table
        .filter(event_positions::workspace_id.eq(id))
        .limit(limit)
        .select(event_positions::position)
        .load(&mut **tx)?;
    let numbers: Vec<i64> = events::table
        .filter(events::workspace_id.eq(id))
        .limit(limit)
        .select(events::seq)
        .load(&mut **tx)?;
    let gone =
        diesel::delete(event_positions::table.filter(event_positions::position.eq_any(positions)))
            .execute(&mut **tx)?;
    diesel::delete(event_outbox::table.filter(event_outbox::seq.eq_any(&numbers)))
        .execute(&mut **tx)?;
    let events =
        diesel::delete(events::table.filter(events::seq.eq_any(&numbers))).execute(&mut **tx)?;
    Ok(gone + events)
}

/// One directory after the other: what is in it, then itself.
fn purge_directories(tx: &mut Tx<'_>, id: &WorkspaceId, limit: i64) -> Result<usize> {
    let directory: Option<DirectoryId> = directories::table
        .filter(directories::workspace_id.eq(id))
        .order(directories::id)
        .select(directories::id)
        .first(&mut **tx)
        .optional()?;
    let Some(directory) = directory else {
        return Ok(0);
    };
    let gone = purge_groups(tx, &directory, limit)?
        + purge_users(tx, &directory, limit)?
        + purge_requests(tx, &directory, limit)?;
    if gone > 0 {
        return Ok(gone);
    }
    let sequence = directory_sequences::directory_id.eq(&directory);
    diesel::delete(directory_sequences::table.filter(sequence)).execute(&mut **tx)?;
    Ok(
        diesel::delete(directories::table.filter(directories::id.eq(&directory)))
            .execute(&mut **tx)?,
    )
}

/// A group goes once it is empty, since its memberships may be many.
fn purge_groups(tx: &mut Tx<'_>, directory: &DirectoryId, limit: i64) -> Result<usize> {
    let group: Option<DirectoryGroupId> = directory_groups::table
        .filter(directory_groups::directory_id.eq(directory))
        .order(directory_groups::id)
        .select(directory_groups::id)
        .first(&mut **tx)
        .optional()?;
    let Some(group) = group else {
        return Ok(0);
    };
    let members: Vec<DirectoryUserId> = memberships::table
        .filter(memberships::directory_group_id.eq(&group))
        .limit(limit)
        .select(memberships::directory_user_id)
        .load(&mut **tx)?;
    let own = memberships::directory_group_id
        .eq(&group)
        .and(memberships::directory_user_id.eq_any(members));
    let gone = diesel::delete(memberships::table.filter(own)).execute(&mut **tx)?;
    if gone > 0 {
        return Ok(gone);
    }
    Ok(
        diesel::delete(directory_groups::table.filter(directory_groups::id.eq(&group)))
            .execute(&mut **tx)?,
    )
}

fn purge_users(tx: &mut Tx<'_>, directory: &DirectoryId, limit: i64) -> Result<usize> {
    let users: Vec<DirectoryUserId> = directory_users::table
        .filter(directory_users::directory_id.eq(directory))
        .limit(limit)
        .select(directory_users::id)
        .load(&mut **tx)?;
    Ok(
        diesel::delete(directory_users::table.filter(directory_users::id.eq_any(users)))
            .execute(&mut **tx)?,
    )
}

fn purge_requests(tx: &mut Tx<'_>, directory: &DirectoryId, limit: i64) -> Result<usize> {
    let requests: Vec<ProvisioningRequestId> = provisioning_requests::table
        .filter(provisioning_requests::directory_id.eq(directory))
        .limit(limit)
        .select(provisioning_requests::id)
        .load(&mut **tx)?;
    Ok(diesel::delete(
        provisioning_requests::table.filter(provisioning_requests::id.eq_any(requests)),
    )
    .execute(&mut **tx)?)
}
