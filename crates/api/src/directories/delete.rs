//! `DELETE /directories/{directory}`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use rollcall_store::directory;
use rollcall_store::ids::DirectoryId;

use super::find;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::path;
use crate::reply::Reply;

/// Delete a directory
///
/// At once, though the status is the one of WorkOS, which deletes later.
#[utoipa::path(
    delete,
    path = "/directories/{directory}",
    operation_id = "deleteDirectory",
    tag = "Directories",
    params(
        ("directory" = String, Path, description = "Its id."),
    ),
    responses(
        (status = 202, description = "It is deleted."),
    ),
)]
pub(crate) async fn delete(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: DirectoryId = path::id(&request, "directory")?;
    caller
        .write(move |tx, workspace_id| {
            let directory = find(tx, workspace_id, &id)?;
            directory::delete(tx, &directory)?;
            Ok(Reply::empty(StatusCode::ACCEPTED))
        })
        .await
}
