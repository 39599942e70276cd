//! `DELETE /webhook_endpoints/{endpoint}`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use rollcall_store::webhook_endpoint;

use super::find;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::path;
use crate::reply::Reply;

pub(crate) async fn delete(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id = path::id(&request, "endpoint")?;
    caller
        .write(move |tx, workspace_id| {
            let endpoint = find(tx, workspace_id, &id)?;
            webhook_endpoint::delete(tx, &endpoint)?;
            Ok(Reply::empty(StatusCode::NO_CONTENT))
        })
        .await
}
