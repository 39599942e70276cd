//! `/Groups` and `/Groups/{id}`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use rollcall_store::directory_group::{self, DirectoryGroup, GroupProfile, MemberChange};
use rollcall_store::ids::{DirectoryGroupId, Id as _};
use rollcall_store::membership::{self, MemberRef};
use rollcall_store::{Connection, Error as StoreError, Tx};

use super::summary;
use crate::auth::Provisioner;
use crate::body::Push;
use crate::error::ScimError;
use crate::protocol::group::{Group, MemberChange as SentMembers, Patch};
use crate::protocol::{Object, list as envelope, paging::ListQuery};
use crate::reply::Reply;
use crate::{lookup, mapping, representation};

pub(crate) async fn list(
    provisioner: Provisioner,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let query = ListQuery::parse(request.query_string())?;
    let wanted = lookup::groups(query.filter.as_ref())?;
    let (directory_id, offset, count) = (
        provisioner.directory.id.clone(),
        query.offset(),
        query.count,
    );
    let read = move |conn: &mut Connection| -> Result<_, StoreError> {
        let total = directory_group::count(conn, &directory_id, &wanted)?;
        let groups = if count > 0 && offset < total {
            directory_group::list(conn, &directory_id, &wanted, offset, count)?
        } else {
            Vec::new()
        };
        let ids: Vec<_> = groups.iter().map(|group| group.id.clone()).collect();
        let members = membership::members_of(conn, &directory_id, &ids)?;
        Ok((total, groups, members))
    };
    let (total, groups, members) = provisioner.store.read(read).await?;
    let members_of = |group: &DirectoryGroup| members.get(&group.id).map_or(&[][..], Vec::as_slice);
    let resources: Vec<_> = groups
        .iter()
        .map(|group| representation::group(&provisioner.endpoint, group, members_of(group)))
        .collect();
    let summary = summary::listed("groups", &query, total, resources.len());
    Ok(Reply::json(
        StatusCode::OK,
        envelope::envelope(&resources, total, query.start_index),
        summary,
    ))
}

pub(crate) async fn create(Push { provisioner, body }: Push) -> Result<Reply, ScimError> {
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
    let directory = provisioner.directory.clone();
    let write = move |tx: &mut Tx<'_>| -> Result<_, ScimError> {
        let created = directory_group::create(tx, &directory, profile, &members.known);
        let group = refuse_unknown(created, members.unknown)?;
        let members = members_of(tx, &group)?;
        Ok((group, members))
    };
    let (group, members) = provisioner
        .store
        .write_caused_by(provisioner.request_id.clone(), write)
        .await?;
    Ok(answer(
        &provisioner,
        StatusCode::CREATED,
        &group,
        &members,
        summary,
    ))
}

pub(crate) async fn read(
    provisioner: Provisioner,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let (directory_id, id) = (provisioner.directory.id.clone(), id(&request)?);
    let read = move |conn: &mut Connection| -> Result<_, ScimError> {
        let group =
            directory_group::find(conn, &directory_id, &id)?.ok_or(ScimError::GroupNotFound)?;
        let members = members_of(conn, &group)?;
        Ok((group, members))
    };
    let (group, members) = provisioner.store.read(read).await?;
    let summary = format!("Read {}", group.profile.display_name);
    Ok(answer(
        &provisioner,
        StatusCode::OK,
        &group,
        &members,
        summary,
    ))
}

pub(crate) async fn replace(
    Push { provisioner, body }: Push,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let Group { resource, members } = Group::parse(body)?;
    let profile = mapping::group_profile(resource);
    let directory = provisioner.directory.clone();
    let id = id(&request)?;
    let write = move |tx: &mut Tx<'_>| -> Result<_, ScimError> {
        let current =
            directory_group::lock(tx, &directory.id, &id)?.ok_or(ScimError::GroupNotFound)?;
        let change = Change {
            profile,
            members: SentMembers::Replace(members),
        };
        let (group, summary) = change.make(tx, &directory, current)?;
        let members = members_of(tx, &group)?;
        Ok((group, members, summary))
    };
    let (group, members, summary) = provisioner
        .store
        .write_caused_by(provisioner.request_id.clone(), write)
        .await?;
    Ok(answer(
        &provisioner,
        StatusCode::OK,
        &group,
        &members,
        summary,
    ))
}

/// Answers 204: Okta takes it, and echoing 50,000 members for one change would be waste.
pub(crate) async fn patch(
    Push { provisioner, body }: Push,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let patch = Patch::parse(body)?;
    let directory = provisioner.directory.clone();
    let id = id(&request)?;
    let write = move |tx: &mut Tx<'_>| -> Result<_, ScimError> {
        let current =
            directory_group::lock(tx, &directory.id, &id)?.ok_or(ScimError::GroupNotFound)?;
        let profile = mapping::group_profile(patch.over(&current.profile.resource)?);
        Change {
            profile,
            members: patch.members,
        }
        .make(tx, &directory, current)
    };
    let (group, summary) = provisioner
        .store
        .write_caused_by(provisioner.request_id.clone(), write)
        .await?;
    let place = representation::group_place(&provisioner.endpoint, &group);
    Ok(Reply::empty(StatusCode::NO_CONTENT, summary).at(place))
}

pub(crate) async fn delete(
    provisioner: Provisioner,
    request: HttpRequest,
) -> Result<Reply, ScimError> {
    let (directory, id) = (provisioner.directory.clone(), id(&request)?);
    let write = move |tx: &mut Tx<'_>| -> Result<_, ScimError> {
        let group =
            directory_group::lock(tx, &directory.id, &id)?.ok_or(ScimError::GroupNotFound)?;
        directory_group::delete(tx, &directory, &group)?;
        Ok(group)
    };
    let group = provisioner
        .store
        .write_caused_by(provisioner.request_id.clone(), write)
        .await?;
    Ok(Reply::empty(
        StatusCode::NO_CONTENT,
        format!("Deleted {}", group.profile.display_name),
    ))
}

/// What a PUT or PATCH makes of a group.
struct Change {
    profile: GroupProfile,
    members: SentMembers,
}

impl Change {
    fn make(
        self,
        tx: &mut Tx<'_>,
        directory: &rollcall_store::directory::Directory,
        current: DirectoryGroup,
    ) -> Result<(DirectoryGroup, String), ScimError> {
        let (version, old_name) = (current.version, current.profile.display_name.clone());
        let (members, unknown): (MemberChange, _) = mapping::member_change(self.members.clone());
        let changed = directory_group::change(tx, directory, current, self.profile, members);
        let group = refuse_unknown(changed, unknown)?;
        let name = &group.profile.display_name;
        let summary =
            summary::changed_group(&old_name, name, group.version != version, &self.members);
        Ok((group, summary))
    }
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

fn answer(
    provisioner: &Provisioner,
    status: StatusCode,
    group: &DirectoryGroup,
    members: &[MemberRef],
    summary: String,
) -> Reply {
    let body = representation::group(&provisioner.endpoint, group, members);
    Reply::json(status, body, summary).at(representation::group_place(&provisioner.endpoint, group))
}

fn members_of(conn: &mut Connection, group: &DirectoryGroup) -> Result<Vec<MemberRef>, StoreError> {
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

/// The id in the path. What cannot be an id of ours is no group's.
fn id(request: &HttpRequest) -> Result<DirectoryGroupId, ScimError> {
    let id = request.match_info().get("id").unwrap_or_default();
    DirectoryGroupId::parse(id).ok_or(ScimError::GroupNotFound)
}
