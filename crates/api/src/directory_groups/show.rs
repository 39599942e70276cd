//! `GET /directory_groups/{group}`.

use actix_web::HttpRequest;
use rollcall_store::directory_group;
use rollcall_store::ids::DirectoryGroupId;

use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::path::{self, Named as _};
use crate::reply::Reply;
use crate::representation;

/// Get a directory group
#[utoipa::path(
    get,
    path = "/directory_groups/{group}",
    operation_id = "getDirectoryGroup",
    tag = "Directory groups",
    params(
        ("group" = String, Path, description = "Its id."),
    ),
    responses(
        (status = 200, description = "The group.", body = schemas::DirectoryGroup),
    ),
)]
pub(crate) async fn show(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: DirectoryGroupId = path::id(&request, "group")?;
    let (group, directory) = caller
        .read(move |conn, workspace_id| {
            let found = directory_group::find_with_directory(conn, workspace_id, &id)?;
            found.ok_or_else(|| id.not_found())
        })
        .await?;
    Ok(Reply::ok(representation::directory_group(
        &directory, &group,
    )))
}
