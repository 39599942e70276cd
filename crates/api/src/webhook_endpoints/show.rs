//! `GET /webhook_endpoints/{endpoint}`.

use actix_web::HttpRequest;

use super::{find, note_reads, shown};
use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::path;
use crate::reply::Reply;

/// Get a webhook endpoint
#[utoipa::path(
    get,
    path = "/webhook_endpoints/{endpoint}",
    operation_id = "getWebhookEndpoint",
    tag = "Webhook endpoints",
    extensions(("x-rollcall-extension" = json!(true))),
    params(
        ("endpoint" = String, Path, description = "Its id."),
    ),
    responses(
        (status = 200, description = "The endpoint.", body = schemas::WebhookEndpoint),
    ),
)]
pub(crate) async fn show(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id = path::id(&request, "endpoint")?;
    let endpoint = caller
        .read(move |conn, workspace_id| find(conn, workspace_id, &id))
        .await?;
    note_reads(&caller, vec![endpoint.clone()]).await?;
    Ok(Reply::ok(shown(caller.store().sealer(), &endpoint)?))
}
