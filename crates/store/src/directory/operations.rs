//! Making, linking, renaming and deleting directories.

use diesel::prelude::*;

use super::{Directory, DirectoryState, Found, Row};
use crate::Tx;
use crate::audit::{self, Action, Difference, Target};
use crate::db::connection::first_locked;
use crate::db::schema::{
    directories, directory_groups, directory_users, provisioning_requests, workspaces,
};
use crate::directory_token::{self, NewToken, TokenError};
use crate::error::Result;
use crate::ids::DirectoryId;
use crate::organization::Organization;
use crate::provider::Provider;
use crate::{event, membership};

/// 24 letters and digits: 124 bits, so that endpoints cannot be guessed.
const KEY_LENGTH: usize = 24;

/// Makes a directory with its first bearer token.
pub fn create(
    tx: &mut Tx<'_>,
    organization: &Organization,
    provider: &Provider,
    name: &str,
) -> Result<(Directory, NewToken), TokenError> {
    let row = Row {
        id: tx.new_id(),
        workspace_id: organization.workspace_id.clone(),
        organization_id: organization.id.clone(),
        provider: provider.wire_name.to_owned(),
        name: name.to_owned(),
        endpoint_key: tx.new_key(KEY_LENGTH),
        state: DirectoryState::Validating.as_str().to_owned(),
        activated_at: None,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    diesel::insert_into(directories::table)
        .values(&row)
        .execute(&mut **tx)?;
    let directory = Directory::try_from(decided_for(tx, row)?)?;
    let difference = Difference::none()
        .set("name", name)
        .set("organization", organization.id.to_string())
        .set("provider", provider.wire_name);
    note(tx, &directory, Action::DirectoryCreated, difference)?;
    let token = directory_token::create(tx, &directory)?;
    Ok((directory, token))
}

fn decided_for(tx: &mut Tx<'_>, row: Row) -> Result<Found> {
    let decided = workspaces::table
        .filter(workspaces::id.eq(&row.workspace_id))
        .select((workspaces::deactivated_users, workspaces::endpoint_host));
    let (deactivated_users, endpoint_host) = decided.first(&mut **tx)?;
    Ok(Found {
        row,
        deactivated_users,
        endpoint_host,
    })
}

fn note(
    tx: &mut Tx<'_>,
    directory: &Directory,
    action: Action,
    difference: Difference,
) -> Result<()> {
    let target = Target::new(&directory.id, &directory.name);
    audit::note(tx, &directory.workspace_id, action, target, difference)
}

/// Links a directory upon the provider's first authenticated call, with `dsync.activated`.
/// A directory that is linked already stays as it is.
pub fn activate(tx: &mut Tx<'_>, directory: &Directory) -> Result<Directory> {
    let waiting = directories::id
        .eq(&directory.id)
        .and(directories::state.eq(DirectoryState::Validating.as_str()));
    let changed = diesel::update(directories::table.filter(waiting))
        .set((
            directories::state.eq(DirectoryState::Linked.as_str()),
            directories::activated_at.eq(tx.now()),
            directories::updated_at.eq(tx.now()),
        ))
        .execute(&mut **tx)?;
    let mut linked = directory.clone();
    linked.state = DirectoryState::Linked;
    if changed == 1 {
        linked.activated_at = Some(tx.now());
        linked.updated_at = tx.now();
        event::append_directory(tx, &linked, event::ACTIVATED)?;
    }
    Ok(linked)
}

/// Gives a directory another name; nothing happens to one that is called that already.
pub fn rename(tx: &mut Tx<'_>, directory: &Directory, name: &str) -> Result<()> {
    let own = directories::table
        .filter(directories::id.eq(&directory.id))
        .select(directories::name);
    let before: Option<String> = first_locked!(*tx, for_no_key_update, own)?;
    let Some(before) = before.filter(|before| before != name) else {
        return Ok(());
    };
    diesel::update(directories::table.filter(directories::id.eq(&directory.id)))
        .set((
            directories::name.eq(name),
            directories::updated_at.eq(tx.now()),
        ))
        .execute(&mut **tx)?;
    let difference = Difference::none().changed("name", before, name);
    let (action, target) = (Action::DirectoryUpdated, Target::new(&directory.id, name));
    audit::note(tx, &directory.workspace_id, action, target, difference)
}

/// Deletes a directory with everything in it: one `dsync.deleted`, nothing per user or group, as
/// WorkOS does. Its earlier events stay.
pub fn delete(tx: &mut Tx<'_>, directory: &Directory) -> Result<()> {
    if remove(tx, directory)? {
        note_deletion(tx, directory)?;
    }
    Ok(())
}

/// Writes down that a directory was deleted; apart, so that whoever deletes several does it last.
pub(crate) fn note_deletion(tx: &mut Tx<'_>, directory: &Directory) -> Result<()> {
    note(tx, directory, Action::DirectoryDeleted, Difference::none())
}

/// Deletes without writing it down; `false` when it was deleted already.
pub(crate) fn remove(tx: &mut Tx<'_>, directory: &Directory) -> Result<bool> {
    let own = directories::table
        .filter(directories::id.eq(&directory.id))
        .select(directories::id);
    let held: Option<DirectoryId> = first_locked!(*tx, for_update, own)?;
    if held.is_none() {
        return Ok(false);
    }
    // Groups before users: the order in which every other operation takes its locks.
    diesel::delete(
        directory_groups::table.filter(directory_groups::directory_id.eq(&directory.id)),
    )
    .execute(&mut **tx)?;
    membership::end_of_directory(tx, &directory.id)?;
    diesel::delete(directory_users::table.filter(directory_users::directory_id.eq(&directory.id)))
        .execute(&mut **tx)?;
    diesel::delete(
        provisioning_requests::table.filter(provisioning_requests::directory_id.eq(&directory.id)),
    )
    .execute(&mut **tx)?;
    diesel::delete(directories::table.filter(directories::id.eq(&directory.id)))
        .execute(&mut **tx)?;
    event::append_directory(tx, directory, event::DELETED)?;
    Ok(true)
}
