//! Events as rows, and those that a provisioning request made.

use diesel::prelude::*;

use super::Event;
use crate::db::schema::events;
use crate::error::{Error, Result};
use crate::ids::{DirectoryId, EventId, OrganizationId, ProvisioningRequestId, WorkspaceId};
use crate::{Connection, Timestamp};

#[derive(Queryable, Selectable)]
#[diesel(table_name = events)]
pub(super) struct Row {
    pub(super) seq: i64,
    id: EventId,
    workspace_id: WorkspaceId,
    organization_id: OrganizationId,
    directory_id: Option<DirectoryId>,
    name: String,
    data: String,
    provisioning_request_id: Option<ProvisioningRequestId>,
    created_at: Timestamp,
}

impl TryFrom<Row> for Event {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let data = serde_json::from_str(&row.data).map_err(|error| Error::Inconsistent {
            table: "events",
            column: "data",
            row: row.id.to_string(),
            reason: error.to_string(),
        })?;
        Ok(Self {
            id: row.id,
            seq: row.seq,
            workspace_id: row.workspace_id,
            organization_id: row.organization_id,
            directory_id: row.directory_id,
            name: row.name,
            data,
            provisioning_request_id: row.provisioning_request_id,
            created_at: row.created_at,
        })
    }
}

/// The events a provisioning request made, published or not, in order, at most `limit`.
pub fn for_request(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    request_id: &ProvisioningRequestId,
    limit: i64,
) -> Result<Vec<Event>> {
    let made = events::provisioning_request_id
        .eq(request_id)
        .and(events::directory_id.eq(directory_id));
    let rows: Vec<Row> = events::table
        .filter(made)
        .order(events::seq)
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Event::try_from).collect()
}

/// How many events a provisioning request made.
pub fn count_for_request(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    request_id: &ProvisioningRequestId,
) -> Result<i64> {
    let made = events::provisioning_request_id
        .eq(request_id)
        .and(events::directory_id.eq(directory_id));
    Ok(events::table.filter(made).count().get_result(conn)?)
}

/// A directory's events with a `seq` greater than `after_seq`, published or not, in that order, at most `limit`.
pub fn for_directory(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    after_seq: i64,
    limit: i64,
) -> Result<Vec<Event>> {
    let wanted = events::directory_id
        .eq(directory_id)
        .and(events::seq.gt(after_seq));
    let rows: Vec<Row> = events::table
        .filter(wanted)
        .order(events::seq)
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Event::try_from).collect()
}
