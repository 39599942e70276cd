//! `/Users` and `/Users/{id}`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use rollcall_store::directory_user::{self, DirectoryUser};
use rollcall_store::ids::{DirectoryUserId, Id as _};
use rollcall_store::membership::{self, GroupRef};
use rollcall_store::{Connection, Error as StoreError};

use super::summary;
use crate::auth::Provisioner;
use crate::body::Push;
use crate::error::ScimError;
use crate::protocol::user::{Patch, Replacement, User};
use crate::protocol::{Invalid, list as envelope, paging::ListQuery};
use crate::reply::Reply;
use crate::{lookup, mapping, representation};

pub(crate) async fn list(
    provisioner: Provisioner,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let query = ListQuery::parse(request.query_string())?;
    let wanted = lookup::users(query.filter.as_ref())?;
    let (directory_id, offset, count) = (
        provisioner.directory.id.clone(),
        query.offset(),
        query.count,
    );
    let read = move |conn: &mut Connection| -> Result<_, StoreError> {
        let total = directory_user::count(conn, &directory_id, &wanted)?;
        let users = if count > 0 && offset < total {
            directory_user::list(conn, &directory_id, &wanted, offset, count)?
        } else {
            Vec::new()
        };
        let ids: Vec<_> = users.iter().map(|user| user.id.clone()).collect();
        let groups = membership::groups_of(conn, &directory_id, &ids)?;
        Ok((total, users, groups))
    };
    let (total, users, groups) = provisioner.store.read(read).await?;
    let groups_of = |user: &DirectoryUser| groups.get(&user.id).map_or(&[][..], Vec::as_slice);
    let resources: Vec<_> = users
        .iter()
        .map(|user| representation::user(&provisioner.endpoint, user, groups_of(user)))
        .collect();
    let summary = summary::listed("users", &query, total, resources.len());
    Ok(Reply::json(
        StatusCode::OK,
        envelope::envelope(&resources, total, query.start_index),
        summary,
    ))
}

pub(crate) async fn create(Push { provisioner, body }: Push) -> Result<Reply, ScimError> {
    let profile = mapping::profile(User::create(body)?);
    let directory = provisioner.directory.clone();
    let user = provisioner
        .store
        .write_caused_by(provisioner.request_id.clone(), move |tx| {
            directory_user::create(tx, &directory, profile).map_err(ScimError::from)
        })
        .await?;
    let summary = format!("Created {}", user.profile.label());
    Ok(answer(
        &provisioner,
        StatusCode::CREATED,
        &user,
        &[],
        summary,
    ))
}

pub(crate) async fn read(
    provisioner: Provisioner,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let (directory_id, id) = (provisioner.directory.id.clone(), id(&request)?);
    let read = move |conn: &mut Connection| -> Result<_, ScimError> {
        let user =
            directory_user::find(conn, &directory_id, &id)?.ok_or(ScimError::UserNotFound)?;
        let groups = groups_of(conn, &user)?;
        Ok((user, groups))
    };
    let (user, groups) = provisioner.store.read(read).await?;
    let summary = format!("Read {}", user.profile.label());
    Ok(answer(
        &provisioner,
        StatusCode::OK,
        &user,
        &groups,
        summary,
    ))
}

pub(crate) async fn replace(
    Push { provisioner, body }: Push,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let replacement = Replacement::parse(body)?;
    change(provisioner, id(&request)?, move |current| {
        replacement.over(current.profile.active)
    })
    .await
}

pub(crate) async fn patch(
    Push { provisioner, body }: Push,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let patch = Patch::parse(body)?;
    change(provisioner, id(&request)?, move |current| {
        patch.over(&current.profile.resource)
    })
    .await
}

pub(crate) async fn delete(
    provisioner: Provisioner,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let (directory, id) = (provisioner.directory.clone(), id(&request)?);
    let deleted = provisioner
        .store
        .write_caused_by(provisioner.request_id.clone(), move |tx| {
            directory_user::delete(tx, &directory, &id)
        })
        .await?;
    let user: DirectoryUser = deleted.ok_or(ScimError::UserNotFound)?;
    // 200 without a body is what SCIM 1.1 answers; 204 came with 2.0.
    Ok(Reply::empty(
        StatusCode::OK,
        format!("Deleted {}", user.profile.label()),
    ))
}

/// Holds the person, works out what they become, and stores it: all or nothing.
async fn change(
    provisioner: Provisioner,
    id: DirectoryUserId,
    edit: impl FnOnce(&DirectoryUser) -> Result<User, Invalid> + Send + 'static,
) -> Result<Reply, ScimError> {
    let directory = provisioner.directory.clone();
    let write = move |tx: &mut rollcall_store::Tx<'_>| -> Result<_, ScimError> {
        let current =
            directory_user::lock(tx, &directory.id, &id)?.ok_or(ScimError::UserNotFound)?;
        let (version, active) = (current.version, current.profile.active);
        let profile = mapping::profile(edit(&current)?);
        let user = directory_user::replace(tx, &directory, current, profile)?;
        let groups = groups_of(tx, &user)?;
        let label = user.profile.label();
        let summary =
            summary::changed_user(&label, user.version != version, active, user.profile.active);
        Ok((user, groups, summary))
    };
    let (user, groups, summary) = provisioner
        .store
        .write_caused_by(provisioner.request_id.clone(), write)
        .await?;
    Ok(answer(
        &provisioner,
        StatusCode::OK,
        &user,
        &groups,
        summary,
    ))
}

fn answer(
    provisioner: &Provisioner,
    status: StatusCode,
    user: &DirectoryUser,
    groups: &[GroupRef],
    summary: String,
) -> Reply {
    let body = representation::user(&provisioner.endpoint, user, groups);
    Reply::json(status, body, summary).at(representation::user_place(&provisioner.endpoint, user))
}

fn groups_of(conn: &mut Connection, user: &DirectoryUser) -> Result<Vec<GroupRef>, StoreError> {
    let ids = std::slice::from_ref(&user.id);
    Ok(membership::groups_of(conn, &user.directory_id, ids)?
        .remove(&user.id)
        .unwrap_or_default())
}

/// The id in the path. What cannot be an id of ours is nobody's.
fn id(request: &HttpRequest) -> Result<DirectoryUserId, ScimError> {
    let id = request.match_info().get("id").unwrap_or_default();
    DirectoryUserId::parse(id).ok_or(ScimError::UserNotFound)
}
