//! `GET /directories/{directory}`.

use actix_web::HttpRequest;
use rollcall_store::directory;
use rollcall_store::ids::DirectoryId;

use super::find;
use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::path;
use crate::reply::Reply;
use crate::representation;

/// Get a directory
#[utoipa::path(
    get,
    path = "/directories/{directory}",
    operation_id = "getDirectory",
    tag = "Directories",
    params(
        ("directory" = String, Path, description = "Its id."),
    ),
    responses(
        (status = 200, description = "The directory.", body = schemas::Directory),
    ),
)]
pub(crate) async fn show(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: DirectoryId = path::id(&request, "directory")?;
    let (directory, counts) = caller
        .read(move |conn, workspace_id| {
            let directory = find(conn, workspace_id, &id)?;
            let counts = directory::counts(conn, &directory.id)?;
            Ok((directory, counts))
        })
        .await?;
    let shown = representation::directory(&directory, counts, caller.api.settings());
    Ok(Reply::ok(shown))
}
