//! Workspaces as stored.

use diesel::prelude::*;

use super::{DeactivatedUsers, Workspace};
use crate::Timestamp;
use crate::db::schema::workspaces;
use crate::error::{Error, Result};
use crate::ids::WorkspaceId;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = workspaces, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct Row {
    id: WorkspaceId,
    slug: String,
    name: String,
    created_at: Timestamp,
    updated_at: Timestamp,
    deactivated_users: Option<String>,
    second_factor_required_at: Option<Timestamp>,
    endpoint_host: Option<String>,
    event_retention_days: Option<i32>,
    webhook_in_order: Option<bool>,
    webhook_deliveries_per_second: Option<i32>,
    delete_after: Option<Timestamp>,
}

impl From<&Workspace> for Row {
    fn from(workspace: &Workspace) -> Self {
        let of = workspace.clone();
        Self {
            id: of.id,
            slug: of.slug,
            name: of.name,
            created_at: of.created_at,
            updated_at: of.updated_at,
            deactivated_users: Some(of.deactivated_users.as_str().to_owned()),
            second_factor_required_at: of.second_factor_required_at,
            endpoint_host: of.endpoint_host,
            event_retention_days: of.event_retention_days,
            webhook_in_order: of.webhook_in_order,
            webhook_deliveries_per_second: of.webhook_deliveries_per_second,
            delete_after: of.delete_after,
        }
    }
}

impl TryFrom<Row> for Workspace {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            deactivated_users: DeactivatedUsers::from_stored(
                row.deactivated_users.as_deref(),
                &row.id,
            )?,
            id: row.id,
            slug: row.slug,
            name: row.name,
            created_at: row.created_at,
            updated_at: row.updated_at,
            second_factor_required_at: row.second_factor_required_at,
            endpoint_host: row.endpoint_host,
            event_retention_days: row.event_retention_days,
            webhook_in_order: row.webhook_in_order,
            webhook_deliveries_per_second: row.webhook_deliveries_per_second,
            delete_after: row.delete_after,
        })
    }
}

impl DeactivatedUsers {
    /// Reads the column; nothing in it is the default.
    pub(crate) fn from_stored(text: Option<&str>, workspace: &WorkspaceId) -> Result<Self> {
        let Some(text) = text else {
            return Ok(Self::default());
        };
        Self::parse(text).ok_or_else(|| Error::Inconsistent {
            table: "workspaces",
            column: "deactivated_users",
            row: workspace.to_string(),
            reason: format!("{text:?} is neither keep nor delete"),
        })
    }
}
