//! `POST /webhook_endpoints/{endpoint}/recover`.

use actix_web::HttpRequest;
use rollcall_store::ids::WebhookEndpointId;
use rollcall_store::{Timestamp, webhook_delivery};
use serde_json::{Map, Value, json};

use super::{find, send_refusal};
use crate::body::Push;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::idempotency::Once;
use crate::path::{self, Named as _};
use crate::reply::Reply;

fn parse(body: &Map<String, Value>) -> Result<Timestamp, ApiError> {
    let mut fields = Fields::of(body);
    let text = fields.text("since", 100);
    let since = Timestamp::parse(&text);
    if since.is_none() && !text.is_empty() {
        let message = "since must be a time, as in 2026-01-02T03:04:05Z.";
        fields.refuse("since", "invalid", message);
    }
    fields.finish(since.unwrap_or(Timestamp::from_micros(0)))
}

/// Send again what failed or was missed since a time
#[utoipa::path(
    post,
    path = "/webhook_endpoints/{endpoint}/recover",
    operation_id = "recoverWebhooks",
    tag = "Webhook endpoints",
    extensions(("x-rollcall-extension" = json!(true))),
    params(
        ("endpoint" = String, Path, description = "Its id."),
    ),
    request_body = schemas::RecoverWebhooks,
    responses(
        (status = 202, description = "How many deliveries are on their way.", body = schemas::WebhookRecovery),
        (status = 409, description = "The endpoint is disabled.", body = schemas::Refusal),
    ),
)]
pub(crate) async fn recover(
    once: Once,
    push: Push,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let id: WebhookEndpointId = path::id(&request, "endpoint")?;
    let since = parse(&push.body)?;
    once.write(push, move |tx, workspace_id| {
        let endpoint = find(tx, workspace_id, &id)?;
        let recovered = webhook_delivery::recover(tx, &endpoint, since);
        let count = recovered.map_err(|error| send_refusal(error, id.not_found()))?;
        let shown =
            json!({ "object": "webhook_recovery", "webhook_endpoint_id": id, "count": count });
        Ok(Reply::accepted(shown))
    })
    .await
}
