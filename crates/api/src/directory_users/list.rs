//! `GET /directory_users`.

use std::collections::BTreeSet;

use rollcall_store::directory_user::{Among, DirectoryUser, Filter};
use rollcall_store::ids::{DirectoryGroupId, DirectoryId, DirectoryUserId, WorkspaceId};
use rollcall_store::page::Page;
use rollcall_store::{Connection, directory, directory_group, directory_user};
use serde_json::Value;

use crate::caller::Caller;
use crate::directories;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::list::ListRequest;
use crate::params::Params;
use crate::path::Named;
use crate::reply::Reply;
use crate::representation;

/// What is asked for besides the page.
struct Request {
    directory: Option<DirectoryId>,
    group: Option<DirectoryGroupId>,
    idp_id: Option<String>,
    email: Option<String>,
    active: Option<bool>,
    search: Option<String>,
}

fn parse(params: &Params) -> Result<Request, ApiError> {
    let text = |name| Ok::<_, ApiError>(params.text(name)?.map(str::to_owned));
    let request = Request {
        directory: params.text("directory")?.map(Named::read).transpose()?,
        group: params.text("group")?.map(Named::read).transpose()?,
        idp_id: text("idp_id")?,
        email: text("email")?,
        active: active(params)?,
        search: text("search")?,
    };
    let everywhere = request.directory.is_none() && request.group.is_none();
    if everywhere && request.search.is_none() {
        let message = "directory or group is required, or search to look through the workspace.";
        return Err(ApiError::invalid("directory", "required", message));
    }
    if request.directory.is_none() && (request.idp_id.is_some() || request.email.is_some()) {
        let message = "directory is required with idp_id and email.";
        return Err(ApiError::invalid("directory", "required", message));
    }
    Ok(request)
}

fn active(params: &Params) -> Result<Option<bool>, ApiError> {
    match params.text("state")? {
        None => Ok(None),
        Some("active") => Ok(Some(true)),
        Some("inactive") => Ok(Some(false)),
        Some(_) => {
            let message = "state must be active or inactive.";
            Err(ApiError::invalid("state", "invalid", message))
        }
    }
}

/// List directory users
#[utoipa::path(
    get,
    path = "/directory_users",
    operation_id = "listDirectoryUsers",
    tag = "Directory users",
    params(
        schemas::ListParams,
        ("directory" = Option<String>, Query, description = "People of this directory."),
        ("group" = Option<String>, Query, description = "Members of this group."),
        ("idp_id" = Option<String>, Query, description = "The person with this id at the provider; needs `directory`."),
        ("email" = Option<String>, Query, description = "People with this e-mail address, primary or not; needs `directory`."),
        ("state" = Option<String>, Query, description = "`active` or `inactive`. An extension of Rollcall."),
        ("search" = Option<String>, Query, description = "A part of a name, user name, e-mail address or id; without `directory` and `group` in the whole workspace. An extension of Rollcall."),
    ),
    responses(
        (status = 200, description = "A page of people.", body = schemas::List<schemas::DirectoryUser>),
    ),
)]
pub(crate) async fn list(caller: Caller, params: Params) -> Result<Reply, ApiError> {
    let list: ListRequest<DirectoryUserId> = ListRequest::read(&params)?;
    let wanted = parse(&params)?;
    let by_age = list.by_age.clone();
    let page = caller
        .read(move |conn, workspace_id| {
            let (among, filter) = narrow(conn, workspace_id, wanted)?;
            let page = directory_user::page_by_age(conn, &among, &filter, &by_age)?;
            show(conn, workspace_id, page)
        })
        .await?;
    Ok(list.answer(page))
}

fn show(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    page: Page<DirectoryUser>,
) -> Result<Page<Value>, ApiError> {
    let ids: Vec<_> = page.items.iter().map(|user| user.id.clone()).collect();
    let of: BTreeSet<_> = page
        .items
        .iter()
        .map(|user| user.directory_id.clone())
        .collect();
    let of: Vec<_> = of.into_iter().collect();
    let directories = directory::by_ids(conn, workspace_id, &of)?;
    let groups = directory_group::of_users(conn, &ids)?;
    // Somebody whose directory was deleted between the reads is left out.
    Ok(page.filter_map(|user| {
        let groups = groups.get(&user.id).map_or(&[][..], Vec::as_slice);
        let directory = directories.get(&user.directory_id)?;
        Some(representation::directory_user(directory, &user, groups))
    }))
}

/// Turns what is asked for into what the store looks for; refuses directories and groups that are not the workspace's.
fn narrow(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    wanted: Request,
) -> Result<(Among, Filter), ApiError> {
    let mut filter = Filter {
        ids: None,
        active: wanted.active,
        search: wanted.search,
    };
    let mut among = Among::Workspace(workspace_id.clone());
    if let Some(id) = wanted.directory {
        directories::find(conn, workspace_id, &id)?;
        if let Some(email) = &wanted.email {
            filter.keep(directory_user::ids_of_email(conn, &id, email)?);
        }
        if let Some(idp_id) = &wanted.idp_id {
            filter.keep(directory_user::ids_of_idp_id(conn, &id, idp_id)?);
        }
        among = Among::Directory(id);
    }
    if let Some(id) = wanted.group {
        let found = directory_group::find_with_directory(conn, workspace_id, &id)?;
        let (group, _) = found.ok_or_else(|| id.not_found())?;
        if let Among::Directory(directory_id) = &among
            && *directory_id != group.directory_id
        {
            filter.keep(Vec::new());
        }
        among = Among::Group(id);
    }
    Ok((among, filter))
}
