//! Looking domains up.

use diesel::prelude::*;

use super::OrganizationDomain;
use super::row::Row;
use crate::Connection;
use crate::db::schema::organization_domains;
use crate::error::Result;
use crate::ids::{OrganizationDomainId, OrganizationId, WorkspaceId};

/// The domain of that id in the workspace.
pub fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &OrganizationDomainId,
) -> Result<Option<OrganizationDomain>> {
    let mine = organization_domains::workspace_id
        .eq(workspace_id)
        .and(organization_domains::id.eq(id));
    let row: Option<Row> = organization_domains::table
        .filter(mine)
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(OrganizationDomain::try_from).transpose()
}

/// The domains of several organizations, oldest first.
pub fn for_organizations(
    conn: &mut Connection,
    organization_ids: &[OrganizationId],
) -> Result<Vec<OrganizationDomain>> {
    let rows: Vec<Row> = organization_domains::table
        .filter(organization_domains::organization_id.eq_any(organization_ids))
        .order(organization_domains::id)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(OrganizationDomain::try_from).collect()
}
