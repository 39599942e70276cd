//! Creating, changing and deleting groups.

use actix_web::http::StatusCode;
use rollcall_store::directory::Directory;
use rollcall_store::directory_group::{self, DirectoryGroup, GroupProfile, MemberChange};
use rollcall_store::ids::{DirectoryGroupId, Id as _};
use rollcall_store::membership::{self, MemberRef};
use rollcall_store::{Connection, Error as StoreError, Tx, provider};

use super::Terms;
use crate::auth::Provisioner;
use crate::error::ScimError;
use crate::handlers::summary;
use crate::protocol::Object;
use crate::protocol::group::{Group, MemberChange as SentMembers, Patch};
use crate::reply::Reply;
use crate::{mapping, representation};

/// Creates a group with its first members.
pub(crate) async fn create(by: &Provisioner, body: Object) -> Result<Reply, ScimError> {
    let Group { resource, members } = Group::parse(body)?;
    let summary = match members.len() {
        0 => format!("Created {}", name(&resource)),
        number => format!(
            "Created {} with {}",
            name(&resource),
            summary::people(number)
        ),
    };
    let (profile, members) = (mapping::group_profile(resource), mapping::members(members));
    let directory = by.directory.clone();
    let write = move |tx: &mut Tx<'_>| -> Result<_, ScimError> {
        let created = directory_group::create(tx, &directory, profile, &members.known);
        let group = refuse_unknown(created, members.unknown)?;
        let members = members_of(tx, &group)?;
        Ok((group, members))
    };
    let (group, members) = by
        .store
        .write_caused_by(by.request_id.clone(), write)
        .await?;
    Ok(answer(by, StatusCode::CREATED, &group, &members, summary))
}

/// Puts a whole group in the place of one.
pub(crate) async fn replace(
    by: &Provisioner,
    id: &str,
    terms: Terms,
    body: Object,
) -> Result<Reply, ScimError> {
    let Group { resource, members } = Group::parse(body)?;
    let profile = mapping::group_profile(resource);
    let members = SentMembers::Replace(members);
    change(by, id, terms, members, move |_| Ok(profile)).await
}

/// Lays a partial group over one. Unless the group is to be shown the answer is 204: Okta takes it, and echoing
/// 50,000 members for one change would be waste.
pub(crate) async fn patch(
    by: &Provisioner,
    id: &str,
    terms: Terms,
    body: Object,
) -> Result<Reply, ScimError> {
    let mut patch = Patch::parse(body)?;
    let members = patch.take_members();
    change(by, id, terms, members, move |current| {
        Ok(mapping::group_profile(
            patch.over(&current.profile.resource)?,
        ))
    })
    .await
}

/// Deletes a group; its people stay.
pub(crate) async fn delete(by: &Provisioner, id: &str, terms: Terms) -> Result<Reply, ScimError> {
    let (directory, id) = (by.directory.clone(), known(id)?);
    let write = move |tx: &mut Tx<'_>| -> Result<_, ScimError> {
        let group =
            directory_group::lock(tx, &directory.id, &id)?.ok_or(ScimError::GroupNotFound)?;
        terms.check(&representation::group_version(&group))?;
        directory_group::delete(tx, &directory, &group)?;
        Ok(group)
    };
    let group = by
        .store
        .write_caused_by(by.request_id.clone(), write)
        .await?;
    let summary = format!("Deleted {}", group.profile.display_name);
    // SCIM 1.1 says 200, but Okta documents 204.
    let status = if by.directory.provider == provider::OKTA_SCIM_11.wire_name {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::OK
    };
    Ok(Reply::empty(status, summary))
}

/// Holds the group, works out what it becomes, and stores it: all or nothing.
async fn change(
    by: &Provisioner,
    id: &str,
    terms: Terms,
    sent: SentMembers,
    edit: impl FnOnce(&DirectoryGroup) -> Result<GroupProfile, ScimError> + Send + 'static,
) -> Result<Reply, ScimError> {
    let (directory, id, shown) = (by.directory.clone(), known(id)?, terms.shown);
    let write = move |tx: &mut Tx<'_>| -> Result<_, ScimError> {
        let current =
            directory_group::lock(tx, &directory.id, &id)?.ok_or(ScimError::GroupNotFound)?;
        terms.check(&representation::group_version(&current))?;
        let profile = edit(&current)?;
        let (group, summary) = store(tx, &directory, current, profile, sent)?;
        let members = if shown {
            Some(members_of(tx, &group)?)
        } else {
            None
        };
        Ok((group, members, summary))
    };
    let (group, members, summary) = by
        .store
        .write_caused_by(by.request_id.clone(), write)
        .await?;
    Ok(match members {
        Some(members) => answer(by, StatusCode::OK, &group, &members, summary),
        None => Reply::empty(StatusCode::NO_CONTENT, summary)
            .at(representation::group_place(&by.endpoint, &group)),
    })
}

fn store(
    tx: &mut Tx<'_>,
    directory: &Directory,
    current: DirectoryGroup,
    profile: GroupProfile,
    sent: SentMembers,
) -> Result<(DirectoryGroup, String), ScimError> {
    let (version, old_name) = (current.version, current.profile.display_name.clone());
    let sent_members = summary::MemberChange::from(&sent);
    let (members, unknown): (MemberChange, _) = mapping::member_change(sent);
    let changed = directory_group::change(tx, directory, current, profile, members);
    let group = refuse_unknown(changed, unknown)?;
    let name = &group.profile.display_name;
    let summary = summary::changed_group(&old_name, name, group.version != version, sent_members);
    Ok((group, summary))
}

/// Names everybody who is unknown at once: those the store did not find, and those whose id cannot be one.
fn refuse_unknown(
    outcome: Result<DirectoryGroup, directory_group::Error>,
    mut unknown: Vec<String>,
) -> Result<DirectoryGroup, ScimError> {
    match outcome {
        Err(directory_group::Error::UnknownMembers(ids)) => {
            unknown.extend(ids);
            Err(ScimError::UnknownMembers(unknown))
        }
        Ok(_) if !unknown.is_empty() => Err(ScimError::UnknownMembers(unknown)),
        outcome => Ok(outcome?),
    }
}

/// The answer that shows a group.
pub(crate) fn answer(
    by: &Provisioner,
    status: StatusCode,
    group: &DirectoryGroup,
    members: &[MemberRef],
    summary: String,
) -> Reply {
    let body = representation::group(&by.endpoint, group, members);
    Reply::json(status, body.into(), summary).at(representation::group_place(&by.endpoint, group))
}

/// The members of one group.
pub(crate) fn members_of(
    conn: &mut Connection,
    group: &DirectoryGroup,
) -> Result<Vec<MemberRef>, StoreError> {
    let ids = std::slice::from_ref(&group.id);
    Ok(membership::members_of(conn, &group.directory_id, ids)?
        .remove(&group.id)
        .unwrap_or_default())
}

fn name(resource: &Object) -> &str {
    resource
        .get("displayName")
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default()
}

/// What cannot be an id of ours is no group's.
pub(crate) fn known(id: &str) -> Result<DirectoryGroupId, ScimError> {
    DirectoryGroupId::parse(id).ok_or(ScimError::GroupNotFound)
}
