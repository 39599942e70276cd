//! `POST /webhook_endpoints`.

use rollcall_store::webhook_endpoint::{self, DELIVERIES_PER_SECOND, New};
use serde_json::{Map, Value};

use super::{refusal, update};
use crate::body::Push;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::idempotency::Once;
use crate::reply::Reply;
use crate::representation;

fn parse(body: &Map<String, Value>) -> Result<New, ApiError> {
    let mut fields = Fields::of(body);
    let changes = update::read(&mut fields);
    for field in ["endpoint_url", "events"] {
        if fields.value(field).is_none() {
            fields.refuse(field, "required", format!("{field} is required."));
        }
    }
    fields.finish(New {
        endpoint_url: changes.endpoint_url.unwrap_or_default(),
        description: changes.description.unwrap_or_default(),
        events: changes.events.unwrap_or_default(),
        in_order: changes.in_order.unwrap_or_default(),
        deliveries_per_second: changes
            .deliveries_per_second
            .unwrap_or(DELIVERIES_PER_SECOND),
    })
}

/// Create a webhook endpoint
#[utoipa::path(
    post,
    path = "/webhook_endpoints",
    operation_id = "createWebhookEndpoint",
    tag = "Webhook endpoints",
    request_body = schemas::CreateWebhookEndpoint,
    responses(
        (status = 201, description = "The endpoint.", body = schemas::WebhookEndpoint),
        (status = 409, description = "There is an endpoint of that URL.", body = schemas::Refusal),
    ),
)]
pub(crate) async fn create(once: Once, push: Push) -> Result<Reply, ApiError> {
    let new = parse(&push.body)?;
    once.write(push, move |tx, workspace_id| {
        let made = webhook_endpoint::create(tx, workspace_id, new);
        let (endpoint, secret) = made.map_err(|error| refusal(error, None))?;
        let shown = representation::webhook_endpoint(&endpoint, &secret);
        Ok(Reply::created(shown))
    })
    .await
}
