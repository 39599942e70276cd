//! `DELETE /webhook_endpoints/{endpoint}`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use rollcall_store::webhook_endpoint;

use super::find;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::path;
use crate::reply::Reply;

/// Delete a webhook endpoint
#[utoipa::path(
    delete,
    path = "/webhook_endpoints/{endpoint}",
    operation_id = "deleteWebhookEndpoint",
    tag = "Webhook endpoints",
    params(
        ("endpoint" = String, Path, description = "Its id."),
    ),
    responses(
        (status = 204, description = "It is deleted."),
    ),
)]
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
