//! Making deliveries of what was published.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::State;
use crate::Tx;
use crate::db::connection::on_either;
use crate::db::schema::{webhook_deliveries, webhook_endpoints};
use crate::error::{Error, Result};
use crate::ids::{DirectoryId, EventId, WebhookDeliveryId, WebhookEndpointId, WorkspaceId};
use crate::publisher::Waiting;

/// Rows in one statement; each takes thirteen values, of which SQLite allows 32,766.
const CHUNK: usize = 1_000;

/// A delivery to make.
pub(super) struct Due {
    pub(super) endpoint_id: WebhookEndpointId,
    pub(super) workspace_id: WorkspaceId,
    pub(super) position: i64,
    pub(super) seq: i64,
    pub(super) event_id: EventId,
    pub(super) name: String,
    pub(super) directory_id: Option<DirectoryId>,
}

/// Who wants which events.
struct Subscription {
    endpoint_id: WebhookEndpointId,
    workspace_id: WorkspaceId,
    names: BTreeSet<String>,
}

/// Makes the deliveries of just published events. Returns the endpoints that were given some.
pub(crate) fn make(
    tx: &mut Tx<'_>,
    published: &[(i64, Waiting)],
) -> Result<BTreeSet<WebhookEndpointId>> {
    let subscriptions = subscriptions(tx, published)?;
    let mut due = Vec::new();
    for (position, event) in published {
        let wanting = subscriptions
            .iter()
            .filter(|to| to.workspace_id == event.workspace_id && to.names.contains(&event.name));
        due.extend(wanting.map(|to| Due {
            endpoint_id: to.endpoint_id.clone(),
            workspace_id: event.workspace_id.clone(),
            position: *position,
            seq: event.seq,
            event_id: event.id.clone(),
            name: event.name.clone(),
            directory_id: event.directory_id.clone(),
        }));
    }
    let served = due.iter().map(|due| due.endpoint_id.clone()).collect();
    insert(tx, due)?;
    Ok(served)
}

/// Inserts deliveries that are due at once.
pub(super) fn insert(tx: &mut Tx<'_>, due: Vec<Due>) -> Result<()> {
    let now = tx.now();
    let rows: Vec<_> = due
        .into_iter()
        .map(|due| {
            (
                webhook_deliveries::id.eq(tx.new_id::<WebhookDeliveryId>()),
                webhook_deliveries::webhook_endpoint_id.eq(due.endpoint_id),
                webhook_deliveries::workspace_id.eq(due.workspace_id),
                webhook_deliveries::event_id.eq(due.event_id),
                webhook_deliveries::event_name.eq(due.name),
                webhook_deliveries::seq.eq(due.seq),
                webhook_deliveries::position.eq(due.position),
                webhook_deliveries::directory_id.eq(due.directory_id),
                webhook_deliveries::state.eq(State::Pending.as_str()),
                webhook_deliveries::attempts.eq(0),
                webhook_deliveries::retries.eq(0),
                webhook_deliveries::next_attempt_at.eq(now),
                webhook_deliveries::created_at.eq(now),
            )
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        on_either!(*tx, conn => diesel::insert_into(webhook_deliveries::table).values(chunk).execute(conn))?;
    }
    Ok(())
}

/// The enabled endpoints of the workspaces, held so that none is deleted meanwhile.
fn subscriptions(tx: &mut Tx<'_>, published: &[(i64, Waiting)]) -> Result<Vec<Subscription>> {
    let workspaces: BTreeSet<&WorkspaceId> = published
        .iter()
        .map(|(_, event)| &event.workspace_id)
        .collect();
    if workspaces.is_empty() {
        return Ok(Vec::new());
    }
    let enabled = webhook_endpoints::workspace_id
        .eq_any(workspaces)
        .and(webhook_endpoints::status.eq("enabled"));
    let query = webhook_endpoints::table
        .filter(enabled)
        .order(webhook_endpoints::id)
        .select((
            webhook_endpoints::id,
            webhook_endpoints::workspace_id,
            webhook_endpoints::events,
        ));
    let rows: Vec<(WebhookEndpointId, WorkspaceId, String)> = match &mut **tx {
        crate::Connection::Postgres(conn) => query.for_key_share().load(conn)?,
        crate::Connection::Sqlite(conn) => query.load(conn)?,
    };
    rows.into_iter()
        .map(|(endpoint_id, workspace_id, names)| {
            let names = serde_json::from_str(&names).map_err(|error| Error::Inconsistent {
                table: "webhook_endpoints",
                column: "events",
                row: endpoint_id.to_string(),
                reason: error.to_string(),
            })?;
            Ok(Subscription {
                endpoint_id,
                workspace_id,
                names,
            })
        })
        .collect()
}
