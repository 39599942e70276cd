//! `GET /directory_groups`.

use rollcall_store::directory::Directory;
use rollcall_store::directory_group::Filter;
use rollcall_store::ids::{DirectoryGroupId, DirectoryId, DirectoryUserId, WorkspaceId};
use rollcall_store::page::Page;
use rollcall_store::{Connection, directory_group, directory_user};

use crate::caller::Caller;
use crate::directories;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::list::ListRequest;
use crate::params::Params;
use crate::path::Named;
use crate::reply::Reply;
use crate::representation;

/// Whose groups are wanted: at least one of the two is named.
struct Of {
    directory: Option<DirectoryId>,
    user: Option<DirectoryUserId>,
}

fn parse(params: &Params) -> Result<Of, ApiError> {
    let of = Of {
        directory: params.text("directory")?.map(Named::read).transpose()?,
        user: params.text("user")?.map(Named::read).transpose()?,
    };
    if of.directory.is_none() && of.user.is_none() {
        let message = "directory or user is required.";
        return Err(ApiError::invalid("directory", "required", message));
    }
    Ok(of)
}

/// List directory groups
#[utoipa::path(
    get,
    path = "/directory_groups",
    operation_id = "listDirectoryGroups",
    tag = "Directory groups",
    params(
        schemas::ListParams,
        ("directory" = Option<String>, Query, description = "Groups of this directory."),
        ("user" = Option<String>, Query, description = "Groups that this person is in."),
        ("search" = Option<String>, Query, description = "A part of the name. An extension of Rollcall."),
    ),
    responses(
        (status = 200, description = "A page of groups.", body = schemas::List<schemas::DirectoryGroup>),
    ),
)]
pub(crate) async fn list(caller: Caller, params: Params) -> Result<Reply, ApiError> {
    let list: ListRequest<DirectoryGroupId> = ListRequest::read(&params)?;
    let of = parse(&params)?;
    let search = params.text("search")?.map(str::to_owned);
    let by_age = list.by_age.clone();
    let page = caller
        .read(move |conn, workspace_id| {
            let filter = Filter {
                member: of.user.clone(),
                search,
            };
            let Some(directory) = directory_of(conn, workspace_id, of)? else {
                return Ok(Page::empty());
            };
            let page = directory_group::page_by_age(conn, &directory.id, &filter, &by_age)?;
            Ok(page.map(|group| representation::directory_group(&directory, &group)))
        })
        .await?;
    Ok(list.answer(page))
}

/// The one directory in which to look; none when the person is of another than the one asked for.
fn directory_of(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    of: Of,
) -> Result<Option<Directory>, ApiError> {
    let named = match of.directory {
        Some(id) => Some(directories::find(conn, workspace_id, &id)?),
        None => None,
    };
    let Some(id) = of.user else {
        return Ok(named);
    };
    let found = directory_user::find_with_directory(conn, workspace_id, &id)?;
    let (_, own) = found.ok_or_else(|| id.not_found())?;
    let is_own = named.is_none_or(|named| named.id == own.id);
    Ok(is_own.then_some(own))
}
