//! `POST /directories/{directory}/sync`.

use actix_web::HttpRequest;
use rollcall_store::ids::DirectoryId;

use super::find;
use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::path;
use crate::reply::Reply;

/// Have a provider read again
///
/// WorkOS has a provider read again that it polls (Python SDK 10, `create_directory_sync`). Ours push by
/// themselves, and cannot be asked.
#[utoipa::path(
    post,
    path = "/directories/{directory}/sync",
    operation_id = "syncDirectory",
    tag = "Directories",
    params(
        ("directory" = String, Path, description = "Its id."),
    ),
    responses(
        (status = 422, description = "Always: providers push to directories here.", body = schemas::Refusal),
    ),
)]
pub(crate) async fn sync(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: DirectoryId = path::id(&request, "directory")?;
    caller
        .read(move |conn, workspace_id| find(conn, workspace_id, &id))
        .await?;
    Err(ApiError::Refused {
        code: "directory_sync_not_supported",
        message: "The provider of this directory pushes by itself, and cannot be told to."
            .to_owned(),
    })
}
