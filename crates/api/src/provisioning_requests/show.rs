//! `GET /provisioning_requests/{request}`.

use actix_web::HttpRequest;
use rollcall_store::event::{self, Event};
use rollcall_store::ids::ProvisioningRequestId;
use rollcall_store::provisioning_request::{self, Listed};
use serde_json::{Value, json};

use super::shown;
use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::path::{self, Named as _};
use crate::reply::Reply;

/// A push of a group can make tens of thousands.
const MOST_EVENTS: i64 = 100;

/// Get one request with its bodies and events
///
/// With bodies, caller, and the first of the events that were made.
#[utoipa::path(
    get,
    path = "/provisioning_requests/{request}",
    operation_id = "getProvisioningRequest",
    tag = "Provisioning requests",
    extensions(("x-rollcall-extension" = json!(true))),
    params(
        ("request" = String, Path, description = "Its id, as in an event's `context`."),
    ),
    responses(
        (status = 200, description = "The request.", body = schemas::WholeProvisioningRequest),
    ),
)]
pub(crate) async fn show(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: ProvisioningRequestId = path::id(&request, "request")?;
    let (request, events, count) = caller
        .read(move |conn, workspace_id| {
            let found = provisioning_request::find_in_workspace(conn, workspace_id, &id)?;
            let request = found.ok_or_else(|| id.not_found())?;
            let directory_id = &request.directory_id;
            let events = event::for_request(conn, directory_id, &request.id, MOST_EVENTS)?;
            let count = event::count_for_request(conn, directory_id, &request.id)?;
            Ok((request, events, count))
        })
        .await?;
    let bodies = (request.request_body.clone(), request.response_body.clone());
    let directory_id = request.directory_id.clone();
    let mut whole = shown(&directory_id, &Listed::from(&request));
    whole["directory_token_id"] = json!(request.directory_token_id);
    whole["user_agent"] = json!(request.user_agent);
    whole["request_body"] = json!(bodies.0);
    whole["response_body"] = json!(bodies.1);
    whole["events"] = events.iter().map(reference).collect();
    whole["event_count"] = json!(count);
    Ok(Reply::ok(whole))
}

fn reference(event: &Event) -> Value {
    json!({ "object": "event", "id": event.id, "event": event.name })
}
