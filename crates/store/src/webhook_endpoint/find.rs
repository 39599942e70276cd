//! Finding webhook endpoints.

use diesel::prelude::*;

use super::WebhookEndpoint;
use super::row::Row;
use crate::Connection;
use crate::by_age::{ByAge, load_by_age};
use crate::db::schema::webhook_endpoints;
use crate::error::Result;
use crate::ids::{WebhookEndpointId, WorkspaceId};
use crate::page::{Page, PageRequest, load_newest_page};

/// The endpoint of that id in the workspace.
pub fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &WebhookEndpointId,
) -> Result<Option<WebhookEndpoint>> {
    let mine = webhook_endpoints::workspace_id
        .eq(workspace_id)
        .and(webhook_endpoints::id.eq(id));
    let row: Option<Row> = webhook_endpoints::table
        .filter(mine)
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(WebhookEndpoint::try_from).transpose()
}

/// The workspace's endpoints, newest first.
pub fn page(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    request: &PageRequest,
) -> Result<Page<WebhookEndpoint>> {
    let query = webhook_endpoints::table
        .filter(webhook_endpoints::workspace_id.eq(workspace_id))
        .select(Row::as_select())
        .into_boxed();
    let rows = load_newest_page!(
        conn,
        query,
        request,
        webhook_endpoints::id,
        WebhookEndpointId,
        |row: &Row| row.id.to_string()
    );
    rows.try_map(WebhookEndpoint::try_from)
}

/// The workspace's endpoints by age.
pub fn page_by_age(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    request: &ByAge<WebhookEndpointId>,
) -> Result<Page<WebhookEndpoint>> {
    let query = webhook_endpoints::table
        .filter(webhook_endpoints::workspace_id.eq(workspace_id))
        .select(Row::as_select())
        .into_boxed();
    let rows = load_by_age!(conn, query, request, webhook_endpoints::id, |row: &Row| row
        .id
        .to_string());
    rows.try_map(WebhookEndpoint::try_from)
}
