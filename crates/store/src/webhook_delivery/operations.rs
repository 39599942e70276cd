//! What people do about deliveries: send one again, make up for what was missed, try out an endpoint.

use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::row::Row;
use super::{State, WebhookDelivery, make};
use crate::audit::{self, Action, Difference, Target};
use crate::db::connection::first_locked;
use crate::db::schema::{event_positions, events, webhook_deliveries, webhook_endpoints};
use crate::error::Error;
use crate::ids::{DirectoryId, EventId, Id as _, WebhookDeliveryId, WebhookEndpointId};
use crate::webhook_endpoint::{Status, WebhookEndpoint};
use crate::{Timestamp, Tx, event, representation};

/// How many deliveries one [`recover`] brings back at most.
pub const MOST_RECOVERED: i64 = 10_000;

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// The endpoint is disabled.
    #[error("the webhook endpoint is disabled")]
    Disabled,
    /// The endpoint or the delivery was deleted meanwhile.
    #[error("the webhook endpoint or delivery is gone")]
    Gone,
    /// There is no event of that name for webhooks.
    #[error("there is no event `{0}` for webhooks")]
    UnknownEvent(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<diesel::result::Error> for ResendError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Has a delivery tried now, whatever became of it before.
pub fn resend(tx: &mut Tx<'_>, delivery: &WebhookDelivery) -> Result<WebhookDelivery, ResendError> {
    hold_enabled(tx, &delivery.webhook_endpoint_id)?;
    let own = webhook_deliveries::table.filter(webhook_deliveries::id.eq(&delivery.id));
    let changed = diesel::update(own).set(afresh(tx)).execute(&mut **tx)?;
    if changed == 0 {
        return Err(ResendError::Gone);
    }
    tx.has_deliveries();
    let row: Row = own.select(Row::as_select()).first(&mut **tx)?;
    let target = Target::new(&delivery.id, &delivery.event_name);
    let endpoint = delivery.webhook_endpoint_id.to_string();
    audit::note(
        tx,
        &delivery.workspace_id,
        Action::DeliveryResent,
        target,
        Difference::none().set("webhook_endpoint", endpoint),
    )?;
    Ok(row.try_into()?)
}

/// Writes down what was done to an endpoint.
fn note(
    tx: &mut Tx<'_>,
    endpoint: &WebhookEndpoint,
    action: Action,
    difference: Difference,
) -> Result<(), Error> {
    let target = Target::new(&endpoint.id, &endpoint.endpoint_url);
    audit::note(tx, &endpoint.workspace_id, action, target, difference)
}

/// Sends an endpoint again what failed since `since`, and for the first time what was published
/// since then while it was disabled; the oldest [`MOST_RECOVERED`] of each. Returns how many.
pub fn recover(
    tx: &mut Tx<'_>,
    endpoint: &WebhookEndpoint,
    since: Timestamp,
) -> Result<usize, ResendError> {
    hold_enabled(tx, &endpoint.id)?;
    let failed: Vec<WebhookDeliveryId> = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_endpoint_id.eq(&endpoint.id))
        .filter(webhook_deliveries::id.ge(WebhookDeliveryId::floor(since)))
        .filter(sql::<Bool>("state = 'failed'"))
        .order(webhook_deliveries::id)
        .limit(MOST_RECOVERED)
        .select(webhook_deliveries::id)
        .load(&mut **tx)?;
    let mut count = 0;
    for ids in failed.chunks(1_000) {
        count +=
            diesel::update(webhook_deliveries::table.filter(webhook_deliveries::id.eq_any(ids)))
                .set(afresh(tx))
                .execute(&mut **tx)?;
    }
    let missed = missed(tx, endpoint, since)?;
    count += missed.len();
    make::insert(tx, missed)?;
    tx.has_deliveries();
    let difference = Difference::none()
        .set("since", since.to_string())
        .set("deliveries", count);
    note(tx, endpoint, Action::WebhookRecovered, difference)?;
    Ok(count)
}

/// Sends an endpoint an example of an event.
pub fn send_test(
    tx: &mut Tx<'_>,
    endpoint: &WebhookEndpoint,
    event_name: &str,
) -> Result<WebhookDelivery, ResendError> {
    let Some(data) = representation::sample(event_name, tx.now()) else {
        return Err(ResendError::UnknownEvent(event_name.to_owned()));
    };
    hold_enabled(tx, &endpoint.id)?;
    let event_id: EventId = tx.new_id();
    let body = representation::test_event(&event_id, event_name, &data, tx.now());
    let id: WebhookDeliveryId = tx.new_id();
    diesel::insert_into(webhook_deliveries::table)
        .values((
            webhook_deliveries::id.eq(&id),
            webhook_deliveries::webhook_endpoint_id.eq(&endpoint.id),
            webhook_deliveries::workspace_id.eq(&endpoint.workspace_id),
            webhook_deliveries::event_id.eq(&event_id),
            webhook_deliveries::event_name.eq(event_name),
            webhook_deliveries::test_event.eq(body.to_string()),
            webhook_deliveries::state.eq(State::Pending.as_str()),
            webhook_deliveries::attempts.eq(0),
            webhook_deliveries::retries.eq(0),
            webhook_deliveries::next_attempt_at.eq(tx.now()),
            webhook_deliveries::created_at.eq(tx.now()),
        ))
        .execute(&mut **tx)?;
    tx.has_deliveries();
    let difference = Difference::none().set("event", event_name);
    note(tx, endpoint, Action::WebhookTested, difference)?;
    let own = webhook_deliveries::table.filter(webhook_deliveries::id.eq(&id));
    let row: Row = own.select(Row::as_select()).first(&mut **tx)?;
    Ok(row.try_into()?)
}

/// Due now, at the beginning of the schedule of retries.
#[derive(AsChangeset)]
#[diesel(table_name = webhook_deliveries, treat_none_as_null = true)]
struct Afresh {
    state: &'static str,
    retries: i32,
    next_attempt_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
}

fn afresh(tx: &Tx<'_>) -> Afresh {
    Afresh {
        state: State::Pending.as_str(),
        retries: 0,
        next_attempt_at: Some(tx.now()),
        finished_at: None,
    }
}

/// Holds the endpoint so that it is neither deleted nor disabled meanwhile.
fn hold_enabled(tx: &mut Tx<'_>, id: &WebhookEndpointId) -> Result<(), ResendError> {
    let status = webhook_endpoints::table
        .filter(webhook_endpoints::id.eq(id))
        .select(webhook_endpoints::status);
    let status: Option<String> = first_locked!(*tx, for_share, status)?;
    match status.as_deref().and_then(Status::parse) {
        Some(Status::Enabled) => Ok(()),
        Some(Status::Disabled) => Err(ResendError::Disabled),
        None => Err(ResendError::Gone),
    }
}

/// What the endpoint wants of what was published since then, and was never made a delivery of.
fn missed(
    tx: &mut Tx<'_>,
    endpoint: &WebhookEndpoint,
    since: Timestamp,
) -> Result<Vec<make::Due>, ResendError> {
    let Some(floor) = event::first_published_since(tx, since)? else {
        return Ok(Vec::new());
    };
    let known = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_endpoint_id.eq(&endpoint.id))
        .filter(webhook_deliveries::event_id.eq(events::id))
        .select(webhook_deliveries::id);
    let wanted = event_positions::workspace_id
        .eq(&endpoint.workspace_id)
        .and(event_positions::position.ge(floor))
        .and(event_positions::name.eq_any(&endpoint.events));
    Ok(event_positions::table
        .inner_join(events::table.on(events::seq.eq(event_positions::seq)))
        .filter(wanted)
        .filter(not(exists(known)))
        .order(event_positions::position)
        .limit(MOST_RECOVERED)
        .select((
            event_positions::position,
            events::seq,
            events::id,
            events::name,
            events::directory_id,
        ))
        .load::<(i64, i64, EventId, String, Option<DirectoryId>)>(&mut **tx)?
        .into_iter()
        .map(|(position, seq, event_id, name, directory_id)| make::Due {
            endpoint_id: endpoint.id.clone(),
            workspace_id: endpoint.workspace_id.clone(),
            position,
            seq,
            event_id,
            name,
            directory_id,
        })
        .collect())
}
