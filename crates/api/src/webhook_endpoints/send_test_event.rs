//! `POST /webhook_endpoints/{endpoint}/send_test_event`.

use actix_web::HttpRequest;
use rollcall_store::ids::WebhookEndpointId;
use rollcall_store::webhook_delivery;
use serde_json::{Map, Value};

use super::{find, send_refusal};
use crate::body::Push;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::idempotency::Once;
use crate::path::{self, Named as _};
use crate::reply::Reply;
use crate::representation;

fn parse(body: &Map<String, Value>) -> Result<String, ApiError> {
    let mut fields = Fields::of(body);
    let event = fields.text("event", 100);
    fields.finish(event)
}

/// Send an endpoint an example of an event
#[utoipa::path(
    post,
    path = "/webhook_endpoints/{endpoint}/send_test_event",
    operation_id = "sendTestEvent",
    tag = "Webhook endpoints",
    extensions(("x-rollcall-extension" = json!(true))),
    params(
        ("endpoint" = String, Path, description = "Its id."),
    ),
    request_body = schemas::SendTestEvent,
    responses(
        (status = 201, description = "The delivery.", body = schemas::WebhookDelivery),
        (status = 409, description = "The endpoint is disabled.", body = schemas::Refusal),
    ),
)]
pub(crate) async fn send(once: Once, push: Push, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: WebhookEndpointId = path::id(&request, "endpoint")?;
    let event = parse(&push.body)?;
    once.write(push, move |tx, workspace_id| {
        let endpoint = find(tx, workspace_id, &id)?;
        let sent = webhook_delivery::send_test(tx, &endpoint, &event);
        let delivery = sent.map_err(|error| send_refusal(error, id.not_found()))?;
        Ok(Reply::created(representation::webhook_delivery(&delivery)))
    })
    .await
}
