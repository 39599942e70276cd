//! `/webhook_endpoints`. WorkOS has the list, `POST`, `PATCH` and `DELETE`; the rest is an extension of ours.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod deliveries;
pub(crate) mod list;
pub(crate) mod recover;
pub(crate) mod rotate_secret;
pub(crate) mod send_test_event;
pub(crate) mod show;
pub(crate) mod update;

use rollcall_store::Connection;
use rollcall_store::ids::{WebhookEndpointId, WorkspaceId};
use rollcall_store::seal::{SealError, Sealer};
use rollcall_store::webhook_delivery::ResendError;
use rollcall_store::webhook_endpoint::{self, Error, WebhookEndpoint};
use serde_json::Value;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::path::Named;
use crate::representation;

/// The endpoint of that id in the workspace, or the refusal that says there is none.
pub(crate) fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &WebhookEndpointId,
) -> Result<WebhookEndpoint, ApiError> {
    webhook_endpoint::find(conn, workspace_id, id)?.ok_or_else(|| id.not_found())
}

/// Writes down that the caller reads the secrets of these endpoints. Call it before they are given.
async fn note_reads(caller: &Caller, endpoints: Vec<WebhookEndpoint>) -> Result<(), ApiError> {
    let (key, now) = (caller.key_id.clone(), caller.now());
    let unnoted = caller
        .read(move |conn, _| Ok(webhook_endpoint::unnoted_reads(conn, &key, endpoints, now)?))
        .await?;
    if unnoted.is_empty() {
        return Ok(());
    }
    caller
        .write(move |tx, _| Ok(webhook_endpoint::note_reads(tx, &unnoted)?))
        .await
}

/// An endpoint with its secret, which WorkOS shows on every read.
fn shown(sealer: &Sealer, endpoint: &WebhookEndpoint) -> Result<Value, ApiError> {
    let secret = webhook_endpoint::secret(sealer, endpoint).map_err(|error| locked(&error))?;
    Ok(representation::webhook_endpoint(endpoint, &secret))
}

fn locked(error: &SealError) -> ApiError {
    ApiError::SecretsLocked(error.to_string())
}

/// Why an endpoint was not made or changed, in the terms of this API.
fn refusal(error: Error, id: Option<&WebhookEndpointId>) -> ApiError {
    let message = error.to_string();
    match error {
        Error::DuplicateUrl => ApiError::Conflict {
            code: "duplicate_endpoint",
            message: "There is a webhook endpoint of that URL already.".to_owned(),
        },
        Error::InvalidUrl(reason) => ApiError::Refused {
            code: "invalid_url",
            message: format!("A webhook cannot go to that URL: {reason}."),
        },
        Error::NoEvents => {
            ApiError::invalid("events", "required", "events must name at least one.")
        }
        Error::UnknownEvent(name) => unknown_event("events", &name),
        Error::InvalidRate => ApiError::invalid(
            "deliveries_per_second",
            "invalid",
            "deliveries_per_second must be a whole number from 1 to 1000.",
        ),
        Error::LongDescription => ApiError::invalid(
            "description",
            "too_long",
            "description must not be longer than 500 characters.",
        ),
        Error::Gone => id.map_or(ApiError::Internal(message), Named::not_found),
        Error::Secret(error) => locked(&error),
        Error::Store(error) => ApiError::Store(error),
    }
}

/// Why nothing was sent, in the terms of this API.
pub(crate) fn send_refusal(error: ResendError, gone: ApiError) -> ApiError {
    match error {
        ResendError::Disabled => ApiError::Conflict {
            code: "endpoint_disabled",
            message: "The webhook endpoint is disabled. Enable it first.".to_owned(),
        },
        ResendError::Gone => gone,
        ResendError::UnknownEvent(name) => unknown_event("event", &name),
        ResendError::Store(error) => ApiError::Store(error),
    }
}

fn unknown_event(field: &str, name: &str) -> ApiError {
    let message = format!("There is no event '{name}' for webhooks.");
    ApiError::invalid(field, "invalid", message)
}
