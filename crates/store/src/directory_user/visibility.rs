//! Who is hidden from the application: people whom the provider deactivated, where the workspace wants to be told of
//! that as of a deletion.

use super::{DirectoryUser, Profile};
use crate::directory::Directory;
use crate::error::Result;
use crate::workspace::DeactivatedUsers;
use crate::{Timestamp, Tx, directory_group, event, membership};

/// Since when the person is hidden. What the workspace decided counts at the moment of a deactivation; whoever is
/// inactive already stays as they are, hidden or not, until they come back.
pub(super) fn hidden_at(
    tx: &Tx<'_>,
    directory: &Directory,
    before: Option<&DirectoryUser>,
    profile: &Profile,
) -> Option<Timestamp> {
    match (profile.active, before) {
        (true, _) => None,
        (false, Some(user)) if !user.profile.active => user.hidden_at,
        (false, _) => (directory.deactivated_users == DeactivatedUsers::Delete).then(|| tx.now()),
    }
}

/// Tells of somebody who was created; not of somebody who was hidden from the start.
pub(super) fn tell_created(
    tx: &mut Tx<'_>,
    directory: &Directory,
    user: &DirectoryUser,
) -> Result<()> {
    match user.hidden_at {
        None => event::append_user(tx, directory, user, event::USER_CREATED),
        Some(_) => Ok(()),
    }
}

/// Tells of a change. To the application, who gets hidden is deleted, and who comes back is created again, with the
/// same id and then with each group they are in.
pub(super) fn tell_changed(
    tx: &mut Tx<'_>,
    directory: &Directory,
    before: &DirectoryUser,
    after: &DirectoryUser,
) -> Result<()> {
    match (before.hidden_at, after.hidden_at) {
        (None, None) => event::append_user_updated(tx, directory, before, after),
        (None, Some(_)) => {
            membership::hide(tx, &after.id, true)?;
            event::append_user(tx, directory, after, event::USER_DELETED)
        }
        (Some(_), None) => {
            membership::hide(tx, &after.id, false)?;
            event::append_user(tx, directory, after, event::USER_CREATED)?;
            let groups = directory_group::hold_of_user(tx, &after.id)?;
            event::append_memberships_of(tx, directory, after, &groups)
        }
        (Some(_), Some(_)) => Ok(()),
    }
}

/// Tells of a deletion, unless the application was told of it before.
pub(super) fn tell_deleted(
    tx: &mut Tx<'_>,
    directory: &Directory,
    user: &DirectoryUser,
) -> Result<()> {
    match user.hidden_at {
        None => event::append_user(tx, directory, user, event::USER_DELETED),
        Some(_) => Ok(()),
    }
}
