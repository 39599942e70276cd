//! Forgetting: deliveries and attempts that are old, or whose endpoint is gone, in small steps.

use diesel::prelude::*;

use crate::db::schema::{webhook_attempts, webhook_deliveries, webhook_endpoints};
use crate::error::Result;
use crate::ids::{Id as _, WebhookAttemptId, WebhookDeliveryId, WebhookEndpointId, WorkspaceId};
use crate::{Connection, Timestamp, Tx};

/// Deletes at most `limit` deliveries and as many attempts made before `before`; says how many rows went.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<usize> {
    let old: Vec<WebhookDeliveryId> = webhook_deliveries::table
        .filter(webhook_deliveries::id.lt(WebhookDeliveryId::floor(before)))
        .order(webhook_deliveries::id)
        .limit(limit)
        .select(webhook_deliveries::id)
        .load(&mut **tx)?;
    let deliveries = forget_deliveries(tx, &old)?;
    let old: Vec<WebhookAttemptId> = webhook_attempts::table
        .filter(webhook_attempts::id.lt(WebhookAttemptId::floor(before)))
        .order(webhook_attempts::id)
        .limit(limit)
        .select(webhook_attempts::id)
        .load(&mut **tx)?;
    let attempts = forget_attempts(tx, &old)?;
    Ok(deliveries + attempts)
}

/// The same, of one workspace alone: at most `limit` of each of its endpoints.
pub fn prune_of_workspace(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    before: Timestamp,
    limit: i64,
) -> Result<usize> {
    let endpoints: Vec<WebhookEndpointId> = webhook_endpoints::table
        .filter(webhook_endpoints::workspace_id.eq(workspace_id))
        .order(webhook_endpoints::id)
        .select(webhook_endpoints::id)
        .load(&mut **tx)?;
    let mut gone = 0;
    for endpoint in endpoints {
        let old = webhook_deliveries::webhook_endpoint_id
            .eq(&endpoint)
            .and(webhook_deliveries::id.lt(WebhookDeliveryId::floor(before)));
        let old: Vec<WebhookDeliveryId> = webhook_deliveries::table
            .filter(old)
            .order(webhook_deliveries::id)
            .limit(limit)
            .select(webhook_deliveries::id)
            .load(&mut **tx)?;
        gone += forget_deliveries(tx, &old)?;
        let old = webhook_attempts::webhook_endpoint_id
            .eq(&endpoint)
            .and(webhook_attempts::id.lt(WebhookAttemptId::floor(before)));
        let old: Vec<WebhookAttemptId> = webhook_attempts::table
            .filter(old)
            .order(webhook_attempts::id)
            .limit(limit)
            .select(webhook_attempts::id)
            .load(&mut **tx)?;
        gone += forget_attempts(tx, &old)?;
    }
    Ok(gone)
}

fn forget_deliveries(tx: &mut Tx<'_>, ids: &[WebhookDeliveryId]) -> Result<usize> {
    let gone = webhook_deliveries::table.filter(webhook_deliveries::id.eq_any(ids));
    Ok(diesel::delete(gone).execute(&mut **tx)?)
}

fn forget_attempts(tx: &mut Tx<'_>, ids: &[WebhookAttemptId]) -> Result<usize> {
    let gone = webhook_attempts::table.filter(webhook_attempts::id.eq_any(ids));
    Ok(diesel::delete(gone).execute(&mut **tx)?)
}

/// Deletes at most `limit` deliveries and as many attempts of an endpoint that is gone; says how many rows went.
pub fn prune_of(tx: &mut Tx<'_>, gone: &WebhookEndpointId, limit: i64) -> Result<usize> {
    let ids: Vec<WebhookDeliveryId> = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_endpoint_id.eq(gone))
        .limit(limit)
        .select(webhook_deliveries::id)
        .load(&mut **tx)?;
    let deliveries = forget_deliveries(tx, &ids)?;
    let ids: Vec<WebhookAttemptId> = webhook_attempts::table
        .filter(webhook_attempts::webhook_endpoint_id.eq(gone))
        .limit(limit)
        .select(webhook_attempts::id)
        .load(&mut **tx)?;
    let attempts = forget_attempts(tx, &ids)?;
    Ok(deliveries + attempts)
}

/// The endpoints that are gone and have deliveries or attempts left.
pub fn endpoints_gone(conn: &mut Connection) -> Result<Vec<WebhookEndpointId>> {
    let mut gone = Vec::new();
    let mut after = String::new();
    // From one endpoint to the next along the index: few steps, however many deliveries each has.
    while let Some(id) = next_endpoint(conn, &after)? {
        let known = webhook_endpoints::table
            .filter(webhook_endpoints::id.eq(&id))
            .select(webhook_endpoints::id);
        if known.first::<WebhookEndpointId>(conn).optional()?.is_none() {
            gone.push(id.clone());
        }
        after = id.to_string();
    }
    Ok(gone)
}

fn next_endpoint(conn: &mut Connection, after: &str) -> Result<Option<WebhookEndpointId>> {
    let of_deliveries: Option<WebhookEndpointId> = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_endpoint_id.gt(after))
        .order(webhook_deliveries::webhook_endpoint_id)
        .select(webhook_deliveries::webhook_endpoint_id)
        .first(conn)
        .optional()?;
    let of_attempts: Option<WebhookEndpointId> = webhook_attempts::table
        .filter(webhook_attempts::webhook_endpoint_id.gt(after))
        .order(webhook_attempts::webhook_endpoint_id)
        .select(webhook_attempts::webhook_endpoint_id)
        .first(conn)
        .optional()?;
    Ok(of_deliveries.into_iter().chain(of_attempts).min())
}
