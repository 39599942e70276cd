//! Webhook deliveries as stored.

use diesel::prelude::*;

use super::{State, WebhookDelivery};
use crate::Timestamp;
use crate::db::schema::webhook_deliveries;
use crate::error::{Error, Result};
use crate::ids::{DirectoryId, EventId, WebhookDeliveryId, WebhookEndpointId, WorkspaceId};

/// All but the body of a test event.
#[derive(Queryable, Selectable)]
#[diesel(table_name = webhook_deliveries)]
pub(super) struct Row {
    pub(super) id: WebhookDeliveryId,
    webhook_endpoint_id: WebhookEndpointId,
    workspace_id: WorkspaceId,
    event_id: EventId,
    event_name: String,
    directory_id: Option<DirectoryId>,
    #[diesel(select_expression = webhook_deliveries::test_event.is_not_null())]
    is_test: bool,
    state: String,
    attempts: i32,
    next_attempt_at: Option<Timestamp>,
    created_at: Timestamp,
    finished_at: Option<Timestamp>,
}

impl TryFrom<Row> for WebhookDelivery {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let state = State::parse(&row.state).ok_or_else(|| Error::Inconsistent {
            table: "webhook_deliveries",
            column: "state",
            row: row.id.to_string(),
            reason: format!("`{}`", row.state),
        })?;
        Ok(Self {
            id: row.id,
            webhook_endpoint_id: row.webhook_endpoint_id,
            workspace_id: row.workspace_id,
            event_id: row.event_id,
            event_name: row.event_name,
            directory_id: row.directory_id,
            is_test: row.is_test,
            state,
            attempts: row.attempts,
            next_attempt_at: row.next_attempt_at,
            created_at: row.created_at,
            finished_at: row.finished_at,
        })
    }
}
