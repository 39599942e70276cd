//! Creating, changing and deleting users.

use actix_web::http::StatusCode;
use rollcall_store::directory_user::{self, DirectoryUser, Sent};
use rollcall_store::ids::{DirectoryId, DirectoryUserId, Id as _};
use rollcall_store::membership::{self, GroupRef};
use rollcall_store::{Connection, Error as StoreError, Tx};

use super::Terms;
use crate::auth::Provisioner;
use crate::error::ScimError;
use crate::handlers::summary;
use crate::protocol::user::{Patch, Replacement, User};
use crate::protocol::{Invalid, Object};
use crate::reply::Reply;
use crate::{mapping, representation};

/// Creates a user.
pub(crate) async fn create(by: &Provisioner, body: Object) -> Result<Reply, ScimError> {
    let profile = mapping::profile(User::create(body)?);
    let directory = by.directory.clone();
    let write = move |tx: &mut Tx<'_>| {
        directory_user::create(tx, &directory, profile).map_err(ScimError::from)
    };
    let user = by
        .store
        .write_caused_by(by.request_id.clone(), write)
        .await?;
    let summary = format!("Created {}", user.profile.label());
    Ok(answer(by, StatusCode::CREATED, &user, &[], summary))
}

/// Puts a whole user in the place of one.
pub(crate) async fn replace(
    by: &Provisioner,
    id: &str,
    terms: Terms,
    body: Object,
) -> Result<Reply, ScimError> {
    let replacement = Replacement::parse(body)?;
    let sent = Sent {
        user_name: Some(replacement.user_name().to_owned()),
        active: replacement.active(),
    };
    change(by, id, terms, sent, move |current| {
        Ok(replacement.over(current.profile.active))
    })
    .await
}

/// Lays a partial user over one.
pub(crate) async fn patch(
    by: &Provisioner,
    id: &str,
    terms: Terms,
    body: Object,
) -> Result<Reply, ScimError> {
    let patch = Patch::parse(body)?;
    let sent = Sent {
        user_name: patch.user_name().map(str::to_owned),
        active: patch.active(),
    };
    change(by, id, terms, sent, move |current| {
        patch.over(&current.profile.resource)
    })
    .await
}

/// Deletes a user. 200 without a body is what SCIM 1.1 answers; 204 came with 2.0.
pub(crate) async fn delete(by: &Provisioner, id: &str, terms: Terms) -> Result<Reply, ScimError> {
    let (directory, id) = (by.directory.clone(), known(id)?);
    let write = move |tx: &mut Tx<'_>| -> Result<_, ScimError> {
        let groups = match terms.if_match {
            Some(_) => groups_of(tx, &directory.id, &id)?,
            None => Vec::new(),
        };
        let user = directory_user::delete(tx, &directory, &id)?.ok_or(ScimError::UserNotFound)?;
        // A refusal takes the deletion back. Holding the person any earlier could lock the groups in the wrong order.
        terms.check(&representation::user_version(&user, &groups))?;
        Ok(user)
    };
    let user = by
        .store
        .write_caused_by(by.request_id.clone(), write)
        .await?;
    let summary = format!("Deleted {}", user.profile.label());
    Ok(Reply::empty(StatusCode::OK, summary))
}

/// Holds the person, works out what they become, and stores it: all or nothing.
async fn change(
    by: &Provisioner,
    id: &str,
    terms: Terms,
    sent: Sent,
    edit: impl FnOnce(&DirectoryUser) -> Result<User, Invalid> + Send + 'static,
) -> Result<Reply, ScimError> {
    let (directory, id) = (by.directory.clone(), known(id)?);
    let write = move |tx: &mut Tx<'_>| -> Result<_, ScimError> {
        let held = directory_user::lock_to_change(tx, &directory.id, &id, &sent)?;
        let current = held.ok_or(ScimError::UserNotFound)?;
        check(tx, &terms, &current)?;
        let (version, active) = (current.version, current.profile.active);
        let profile = mapping::profile(edit(&current)?);
        let user = directory_user::replace(tx, &directory, current, profile)?;
        let groups = groups_of(tx, &directory.id, &user.id)?;
        let label = user.profile.label();
        let summary =
            summary::changed_user(&label, user.version != version, active, user.profile.active);
        Ok((user, groups, summary))
    };
    let (user, groups, summary) = by
        .store
        .write_caused_by(by.request_id.clone(), write)
        .await?;
    Ok(answer(by, StatusCode::OK, &user, &groups, summary))
}

/// A user's version tells of their groups too, which are only read when a version was asked for.
fn check(conn: &mut Connection, terms: &Terms, user: &DirectoryUser) -> Result<(), ScimError> {
    if terms.if_match.is_none() {
        return Ok(());
    }
    let groups = groups_of(conn, &user.directory_id, &user.id)?;
    terms.check(&representation::user_version(user, &groups))
}

/// The answer that shows a user.
pub(crate) fn answer(
    by: &Provisioner,
    status: StatusCode,
    user: &DirectoryUser,
    groups: &[GroupRef],
    summary: String,
) -> Reply {
    let body = representation::user(&by.endpoint, user, groups);
    Reply::json(status, body.into(), summary).at(representation::user_place(
        &by.endpoint,
        user,
        groups,
    ))
}

/// The groups of one user.
pub(crate) fn groups_of(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    id: &DirectoryUserId,
) -> Result<Vec<GroupRef>, StoreError> {
    let groups = membership::groups_of(conn, directory_id, std::slice::from_ref(id))?;
    Ok(groups.into_values().next().unwrap_or_default())
}

/// What cannot be an id of ours is nobody's.
pub(crate) fn known(id: &str) -> Result<DirectoryUserId, ScimError> {
    DirectoryUserId::parse(id).ok_or(ScimError::UserNotFound)
}
