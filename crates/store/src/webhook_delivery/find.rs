//! Finding webhook deliveries.

use diesel::dsl::{AsSelect, IntoBoxed, Select, count_star, min, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::row::Row;
use super::{State, WebhookDelivery};
use crate::by_age::{ByAge, load_by_age};
use crate::db::schema::{webhook_deliveries, webhook_endpoints};
use crate::error::Result;
use crate::ids::{EventId, WebhookDeliveryId, WorkspaceId};
use crate::page::{Page, PageRequest, load_newest_page};
use crate::webhook_endpoint::{Status, WebhookEndpoint};
use crate::{Connection, Timestamp};

type Backend = <Connection as diesel::Connection>::Backend;

/// A delivery with the URL it goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForEvent {
    /// The delivery.
    pub delivery: WebhookDelivery,
    /// Its endpoint's URL.
    pub endpoint_url: String,
}

/// What waits to be delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Deliveries that are not over, of enabled endpoints.
    pub pending: i64,
    /// When the oldest of them was made.
    pub oldest: Option<Timestamp>,
}

/// What waits to be delivered in all workspaces.
pub fn backlog(conn: &mut Connection) -> Result<Backlog> {
    let waiting = webhook_deliveries::next_attempt_at
        .is_not_null()
        .and(webhook_endpoints::status.eq(Status::Enabled.as_str()));
    let (pending, oldest) = webhook_deliveries::table
        .inner_join(webhook_endpoints::table)
        .filter(waiting)
        .select((count_star(), min(webhook_deliveries::created_at)))
        .first(conn)?;
    Ok(Backlog { pending, oldest })
}

/// The delivery of that id in the workspace, if its endpoint is still there.
pub fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &WebhookDeliveryId,
) -> Result<Option<WebhookDelivery>> {
    let mine = webhook_endpoints::workspace_id
        .eq(workspace_id)
        .and(webhook_deliveries::id.eq(id));
    let row: Option<Row> = webhook_deliveries::table
        .inner_join(webhook_endpoints::table)
        .filter(mine)
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(WebhookDelivery::try_from).transpose()
}

/// An endpoint's deliveries, newest first; of one state alone if one is named.
pub fn page(
    conn: &mut Connection,
    endpoint: &WebhookEndpoint,
    state: Option<State>,
    request: &PageRequest,
) -> Result<Page<WebhookDelivery>> {
    let query = of_endpoint(endpoint, state);
    let rows = load_newest_page!(
        conn,
        query,
        request,
        webhook_deliveries::id,
        WebhookDeliveryId,
        |row: &Row| row.id.to_string()
    );
    rows.try_map(WebhookDelivery::try_from)
}

/// An endpoint's deliveries by age; of one state alone if one is named.
pub fn page_by_age(
    conn: &mut Connection,
    endpoint: &WebhookEndpoint,
    state: Option<State>,
    request: &ByAge<WebhookDeliveryId>,
) -> Result<Page<WebhookDelivery>> {
    let query = of_endpoint(endpoint, state);
    let rows = load_by_age!(conn, query, request, webhook_deliveries::id, |row: &Row| {
        row.id.to_string()
    });
    rows.try_map(WebhookDelivery::try_from)
}

type Boxed<'a> = IntoBoxed<'a, Select<webhook_deliveries::table, AsSelect<Row, Backend>>, Backend>;

fn of_endpoint(endpoint: &WebhookEndpoint, state: Option<State>) -> Boxed<'_> {
    let query = webhook_deliveries::table
        .select(Row::as_select())
        .into_boxed()
        .filter(webhook_deliveries::webhook_endpoint_id.eq(&endpoint.id));
    match state {
        // Spelt out, or SQLite does not see that the index of failed ones serves.
        Some(State::Failed) => query.filter(sql::<Bool>("webhook_deliveries.state = 'failed'")),
        Some(state) => query.filter(webhook_deliveries::state.eq(state.as_str())),
        None => query,
    }
}

/// The deliveries of an event of the workspace, oldest endpoint first.
pub fn for_event(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    event_id: &EventId,
) -> Result<Vec<ForEvent>> {
    let mine = webhook_endpoints::workspace_id
        .eq(workspace_id)
        .and(webhook_deliveries::event_id.eq(event_id));
    let rows: Vec<(Row, String)> = webhook_deliveries::table
        .inner_join(webhook_endpoints::table)
        .filter(mine)
        .order(webhook_endpoints::id)
        .select((Row::as_select(), webhook_endpoints::endpoint_url))
        .load(conn)?;
    let found = rows.into_iter().map(|(row, endpoint_url)| {
        Ok(ForEvent {
            delivery: row.try_into()?,
            endpoint_url,
        })
    });
    found.collect()
}

/// How many of an endpoint's deliveries are not over, counted no further than `limit`.
pub fn waiting(conn: &mut Connection, endpoint: &WebhookEndpoint, limit: i64) -> Result<usize> {
    let open: Vec<i32> = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_endpoint_id.eq(&endpoint.id))
        .filter(webhook_deliveries::next_attempt_at.is_not_null())
        .limit(limit)
        .select(webhook_deliveries::attempts)
        .load(conn)?;
    Ok(open.len())
}
