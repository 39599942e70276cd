//! `DELETE /api_keys/{key}`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use rollcall_store::api_key;
use rollcall_store::ids::ApiKeyId;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::path::{self, Named as _};
use crate::reply::Reply;

/// Revoke an API key
///
/// At once. A key may end itself.
#[utoipa::path(
    delete,
    path = "/api_keys/{key}",
    operation_id = "revokeApiKey",
    tag = "API keys",
    extensions(("x-rollcall-extension" = json!(true))),
    params(
        ("key" = String, Path, description = "Its id."),
    ),
    responses(
        (status = 204, description = "It opens nothing any more."),
    ),
)]
pub(crate) async fn revoke(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: ApiKeyId = path::id(&request, "key")?;
    caller
        .write(move |tx, workspace_id| {
            if api_key::revoke(tx, workspace_id, &id)? {
                Ok(Reply::empty(StatusCode::NO_CONTENT))
            } else {
                Err(id.not_found())
            }
        })
        .await
}
