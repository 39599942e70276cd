//! Webhook endpoints as stored, and their secrets.

use diesel::prelude::*;
use secrecy::SecretString;

use super::{Status, WebhookEndpoint};
use crate::Timestamp;
use crate::db::schema::webhook_endpoints;
use crate::error::{Error, Result};
use crate::ids::{Id as _, WebhookEndpointId, WorkspaceId};
use crate::seal::{Place, SealError, Sealer};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = webhook_endpoints, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub(crate) id: WebhookEndpointId,
    pub(super) workspace_id: WorkspaceId,
    pub(super) endpoint_url: String,
    pub(super) description: String,
    pub(super) events: String,
    pub(super) status: String,
    pub(super) sealed_secret: String,
    pub(super) sealed_previous_secret: Option<String>,
    pub(super) previous_secret_expires_at: Option<Timestamp>,
    pub(super) in_order: bool,
    pub(super) deliveries_per_second: i32,
    pub(crate) paced_until: Timestamp,
    pub(super) failing_since: Option<Timestamp>,
    pub(super) disabled_reason: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

impl TryFrom<Row> for WebhookEndpoint {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let inconsistent = |column, reason| Error::Inconsistent {
            table: "webhook_endpoints",
            column,
            row: row.id.to_string(),
            reason,
        };
        let events = serde_json::from_str(&row.events)
            .map_err(|error| inconsistent("events", error.to_string()))?;
        let status = Status::parse(&row.status)
            .ok_or_else(|| inconsistent("status", format!("`{}`", row.status)))?;
        Ok(Self {
            id: row.id,
            workspace_id: row.workspace_id,
            endpoint_url: row.endpoint_url,
            description: row.description,
            events,
            status,
            in_order: row.in_order,
            deliveries_per_second: row.deliveries_per_second,
            failing_since: row.failing_since,
            disabled_reason: row.disabled_reason,
            previous_secret_expires_at: row.previous_secret_expires_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            sealed_secret: row.sealed_secret,
            sealed_previous_secret: row.sealed_previous_secret,
        })
    }
}

/// Both secrets stand in the same place, so that the present one becomes the previous one as it is.
pub(super) fn place(id: &WebhookEndpointId) -> Place<'_> {
    Place {
        table: "webhook_endpoints",
        column: "sealed_secret",
        row: id.as_str(),
    }
}

/// The secret that signs what goes to the endpoint.
pub fn secret(sealer: &Sealer, endpoint: &WebhookEndpoint) -> Result<SecretString, SealError> {
    sealer.open(place(&endpoint.id), &endpoint.sealed_secret)
}

/// The secret from before, while it is still used at `now`.
pub(crate) fn previous_secret(
    sealer: &Sealer,
    endpoint: &WebhookEndpoint,
    now: Timestamp,
) -> Result<Option<SecretString>, SealError> {
    let live = endpoint
        .previous_secret_expires_at
        .is_some_and(|end| end > now);
    match &endpoint.sealed_previous_secret {
        Some(text) if live => sealer.open(place(&endpoint.id), text).map(Some),
        _ => Ok(None),
    }
}
