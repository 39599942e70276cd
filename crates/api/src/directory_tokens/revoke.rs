//! `DELETE /directories/{directory}/tokens/{token}`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use rollcall_store::directory_token;
use rollcall_store::ids::{DirectoryId, DirectoryTokenId};

use crate::caller::Caller;
use crate::directories;
use crate::error::ApiError;
use crate::path::{self, Named as _};
use crate::reply::Reply;

/// Revoke a bearer token
#[utoipa::path(
    delete,
    path = "/directories/{directory}/tokens/{token}",
    operation_id = "revokeDirectoryToken",
    tag = "Directory tokens",
    extensions(("x-rollcall-extension" = json!(true))),
    params(
        ("directory" = String, Path, description = "The directory's id."),
        ("token" = String, Path, description = "The token's id."),
    ),
    responses(
        (status = 204, description = "It opens nothing any more."),
    ),
)]
pub(crate) async fn revoke(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: DirectoryId = path::id(&request, "directory")?;
    let token_id: DirectoryTokenId = path::id(&request, "token")?;
    caller
        .write(move |tx, workspace_id| {
            let directory = directories::find(tx, workspace_id, &id)?;
            if directory_token::revoke(tx, &directory, &token_id)? {
                Ok(Reply::empty(StatusCode::NO_CONTENT))
            } else {
                Err(token_id.not_found())
            }
        })
        .await
}
