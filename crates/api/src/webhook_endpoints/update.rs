//! `PATCH /webhook_endpoints/{endpoint}`.

use actix_web::HttpRequest;
use rollcall_store::ids::WebhookEndpointId;
use rollcall_store::webhook_endpoint::{self, Changes, LONGEST_DESCRIPTION, Status};
use serde_json::{Map, Value};

use super::{find, refusal, shown};
use crate::body::Push;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::path;
use crate::reply::Reply;

/// What no server is reached by.
const LONGEST_URL: usize = 2000;

fn parse(body: &Map<String, Value>) -> Result<Changes, ApiError> {
    let mut fields = Fields::of(body);
    let changes = read(&mut fields);
    fields.finish(changes)
}

/// Reads everything that can be said of an endpoint.
pub(super) fn read(fields: &mut Fields<'_>) -> Changes {
    Changes {
        endpoint_url: fields.optional_text("endpoint_url", LONGEST_URL),
        description: fields.optional_text("description", LONGEST_DESCRIPTION),
        events: fields.optional_texts("events"),
        status: status(fields),
        in_order: fields.optional_bool("in_order"),
        deliveries_per_second: rate(fields),
    }
}

fn status(fields: &mut Fields<'_>) -> Option<Status> {
    let text = fields.optional_text("status", 100)?;
    let status = Status::parse(&text);
    if status.is_none() {
        fields.refuse("status", "invalid", "status must be enabled or disabled.");
    }
    status
}

fn rate(fields: &mut Fields<'_>) -> Option<i32> {
    let value = fields.value("deliveries_per_second")?;
    let rate = value.as_i64().and_then(|rate| i32::try_from(rate).ok());
    if rate.is_none() {
        let message = "deliveries_per_second must be a whole number from 1 to 1000.";
        fields.refuse("deliveries_per_second", "invalid", message);
    }
    rate
}

/// Update a webhook endpoint
#[utoipa::path(
    patch,
    path = "/webhook_endpoints/{endpoint}",
    operation_id = "updateWebhookEndpoint",
    tag = "Webhook endpoints",
    params(
        ("endpoint" = String, Path, description = "Its id."),
    ),
    request_body = schemas::UpdateWebhookEndpoint,
    responses(
        (status = 200, description = "The endpoint.", body = schemas::WebhookEndpoint),
        (status = 409, description = "There is an endpoint of that URL.", body = schemas::Refusal),
    ),
)]
pub(crate) async fn update(
    Push { caller, body }: Push,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let id: WebhookEndpointId = path::id(&request, "endpoint")?;
    let changes = parse(&body)?;
    let (key, now) = (caller.key_id.clone(), caller.now());
    caller
        .write(move |tx, workspace_id| {
            let endpoint = find(tx, workspace_id, &id)?;
            let result = webhook_endpoint::update(tx, &endpoint, changes);
            let endpoint = result.map_err(|error| refusal(error, Some(&id)))?;
            let unnoted = webhook_endpoint::unnoted_reads(tx, &key, vec![endpoint.clone()], now)?;
            webhook_endpoint::note_reads(tx, &unnoted)?;
            Ok(Reply::ok(shown(tx.sealer(), &endpoint)?))
        })
        .await
}
