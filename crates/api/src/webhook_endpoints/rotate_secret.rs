//! `POST /webhook_endpoints/{endpoint}/rotate_secret`.

use std::time::Duration;

use actix_web::HttpRequest;
use rollcall_store::ids::WebhookEndpointId;
use rollcall_store::webhook_endpoint;
use serde_json::{Map, Value};

use super::{find, refusal, shown};
use crate::body::Push;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::idempotency::Once;
use crate::path;
use crate::reply::Reply;

/// How long both secrets sign unless something else is said.
const OVERLAP: Duration = Duration::from_hours(24);
const LONGEST_OVERLAP: Duration = Duration::from_hours(7 * 24);

fn parse(body: &Map<String, Value>) -> Result<Duration, ApiError> {
    let mut fields = Fields::of(body);
    let Some(value) = fields.value("overlap_seconds") else {
        return Ok(OVERLAP);
    };
    let overlap = value.as_u64().map(Duration::from_secs);
    let overlap = overlap.filter(|overlap| *overlap <= LONGEST_OVERLAP);
    if overlap.is_none() {
        let message = "overlap_seconds must be a whole number from 0 to 604800, which is a week.";
        fields.refuse("overlap_seconds", "invalid", message);
    }
    fields.finish(overlap.unwrap_or(OVERLAP))
}

/// Give an endpoint a new secret
#[utoipa::path(
    post,
    path = "/webhook_endpoints/{endpoint}/rotate_secret",
    operation_id = "rotateWebhookSecret",
    tag = "Webhook endpoints",
    extensions(("x-rollcall-extension" = json!(true))),
    params(
        ("endpoint" = String, Path, description = "Its id."),
    ),
    request_body = schemas::RotateWebhookSecret,
    responses(
        (status = 200, description = "The endpoint with its new secret; the one before signs as well for a while.", body = schemas::WebhookEndpoint),
    ),
)]
pub(crate) async fn rotate(
    once: Once,
    push: Push,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let id: WebhookEndpointId = path::id(&request, "endpoint")?;
    let overlap = parse(&push.body)?;
    once.write(push, move |tx, workspace_id| {
        let endpoint = find(tx, workspace_id, &id)?;
        let rotated = webhook_endpoint::rotate_secret(tx, &endpoint, overlap);
        rotated.map_err(|error| refusal(error, Some(&id)))?;
        let endpoint = find(tx, workspace_id, &id)?;
        Ok(Reply::ok(shown(tx.sealer(), &endpoint)?))
    })
    .await
}
