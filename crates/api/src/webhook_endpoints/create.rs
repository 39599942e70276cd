//! `POST /webhook_endpoints`.

use rollcall_store::ids::WorkspaceId;
use rollcall_store::webhook_endpoint::{self, Changes, Defaults, New};
use rollcall_store::{Connection, workspace};
use serde_json::{Map, Value};

use super::{refusal, update};
use crate::body::Push;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::idempotency::Once;
use crate::reply::Reply;
use crate::representation;

fn parse(body: &Map<String, Value>) -> Result<Changes, ApiError> {
    let mut fields = Fields::of(body);
    let sent = update::read(&mut fields);
    for field in ["endpoint_url", "events"] {
        if fields.value(field).is_none() {
            fields.refuse(field, "required", format!("{field} is required."));
        }
    }
    fields.finish(sent)
}

/// What is not sent is what the workspace decided.
fn with_defaults(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    sent: Changes,
) -> Result<New, ApiError> {
    let workspace = workspace::find(conn, workspace_id)?.ok_or(ApiError::Unauthorized)?;
    let defaults = Defaults::from(&workspace);
    Ok(New {
        endpoint_url: sent.endpoint_url.unwrap_or_default(),
        description: sent.description.unwrap_or_default(),
        events: sent.events.unwrap_or_default(),
        in_order: sent.in_order.unwrap_or(defaults.in_order),
        deliveries_per_second: sent
            .deliveries_per_second
            .unwrap_or(defaults.deliveries_per_second),
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
    let sent = parse(&push.body)?;
    once.write(push, move |tx, workspace_id| {
        let new = with_defaults(tx, workspace_id, sent)?;
        let made = webhook_endpoint::create(tx, workspace_id, new);
        let (endpoint, secret) = made.map_err(|error| refusal(error, None))?;
        let shown = representation::webhook_endpoint(&endpoint, &secret);
        Ok(Reply::created(shown))
    })
    .await
}
