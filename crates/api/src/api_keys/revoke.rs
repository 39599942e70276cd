//! `DELETE /api_keys/{key}`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use rollcall_store::api_key;
use rollcall_store::ids::ApiKeyId;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::path::{self, Named as _};
use crate::reply::Reply;

/// At once. A key may end itself.
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
