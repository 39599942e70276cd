//! Webhook deliveries: one event for one endpoint, made when the event is published.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::Tx;
use crate::db::connection::on_either;
use crate::db::schema::{webhook_deliveries, webhook_endpoints};
use crate::error::{Error, Result};
use crate::ids::{WebhookDeliveryId, WebhookEndpointId, WorkspaceId};
use crate::publisher::Waiting;

/// The state of a delivery that is not over.
pub const PENDING: &str = "pending";

/// Rows in one statement; each takes eleven values, of which SQLite allows 32,766.
const CHUNK: usize = 1_000;

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
    let wanted = published.iter().flat_map(|(position, event)| {
        subscriptions
            .iter()
            .filter(|to| to.workspace_id == event.workspace_id && to.names.contains(&event.name))
            .map(move |to| (*position, event, &to.endpoint_id))
    });
    let rows: Vec<_> = wanted
        .map(|(position, event, endpoint_id)| {
            (
                webhook_deliveries::id.eq(tx.new_id::<WebhookDeliveryId>()),
                webhook_deliveries::webhook_endpoint_id.eq(endpoint_id),
                webhook_deliveries::workspace_id.eq(&event.workspace_id),
                webhook_deliveries::event_id.eq(&event.id),
                webhook_deliveries::event_name.eq(&event.name),
                webhook_deliveries::seq.eq(event.seq),
                webhook_deliveries::position.eq(position),
                webhook_deliveries::directory_id.eq(event.directory_id.as_ref()),
                webhook_deliveries::state.eq(PENDING),
                webhook_deliveries::attempts.eq(0),
                webhook_deliveries::next_attempt_at.eq(tx.now()),
                webhook_deliveries::created_at.eq(tx.now()),
            )
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        on_either!(*tx, conn => diesel::insert_into(webhook_deliveries::table).values(chunk).execute(conn))?;
    }
    let served = subscriptions.iter().filter(|to| {
        published.iter().any(|(_, event)| {
            to.workspace_id == event.workspace_id && to.names.contains(&event.name)
        })
    });
    Ok(served.map(|to| to.endpoint_id.clone()).collect())
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
