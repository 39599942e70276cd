//! Provisioning requests: every SCIM call of a provider, kept so that people can see what was sent.

use diesel::prelude::*;

use crate::by_age::{ByAge, load_by_age};
use crate::db::connection::on_either;
use crate::db::schema::{directories, provisioning_requests};
use crate::error::Result;
use crate::ids::{DirectoryId, DirectoryTokenId, Id as _, ProvisioningRequestId, WorkspaceId};
use crate::page::{Page, PageRequest, load_newest_page};
use crate::{Connection, Timestamp, Tx};

/// Rows in one statement; each takes thirteen values, of which SQLite allows 32,766.
const CHUNK: usize = 200;

// Without defaults diesel inserts many rows by one statement; with them, on SQLite, by one each in a transaction of its own.
/// One SCIM call, as logged. Bodies have their secrets blotted out before they come here.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = provisioning_requests, treat_none_as_default_value = false)]
pub struct ProvisioningRequest {
    /// Its id, also the answer's `X-Request-ID`.
    pub id: ProvisioningRequestId,
    /// The directory whose endpoint was called.
    pub directory_id: DirectoryId,
    /// The token that opened it; `None` when the call was refused for its token.
    pub directory_token_id: Option<DirectoryTokenId>,
    /// The HTTP method.
    pub method: String,
    /// The path below the endpoint, for example `/Users`.
    pub path: String,
    /// The query string, without its question mark.
    pub query: String,
    /// The HTTP status of the answer.
    pub status: i32,
    /// How long the answer took.
    pub duration_micros: i64,
    /// What was asked and what became of it, in one plain line.
    pub summary: String,
    /// The body that was sent.
    pub request_body: Option<String>,
    /// The body of the answer.
    pub response_body: Option<String>,
    /// The caller's `User-Agent`.
    pub user_agent: String,
    /// When the call came.
    pub created_at: Timestamp,
}

/// A row of the list of requests: all but the bodies.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = provisioning_requests)]
pub struct Listed {
    /// See [`ProvisioningRequest::id`].
    pub id: ProvisioningRequestId,
    /// See [`ProvisioningRequest::method`].
    pub method: String,
    /// See [`ProvisioningRequest::path`].
    pub path: String,
    /// See [`ProvisioningRequest::query`].
    pub query: String,
    /// See [`ProvisioningRequest::status`].
    pub status: i32,
    /// See [`ProvisioningRequest::duration_micros`].
    pub duration_micros: i64,
    /// See [`ProvisioningRequest::summary`].
    pub summary: String,
    /// See [`ProvisioningRequest::created_at`].
    pub created_at: Timestamp,
}

impl From<&ProvisioningRequest> for Listed {
    fn from(request: &ProvisioningRequest) -> Self {
        Self {
            id: request.id.clone(),
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            status: request.status,
            duration_micros: request.duration_micros,
            summary: request.summary.clone(),
            created_at: request.created_at,
        }
    }
}

/// How many requests came since some time, and how many of them were refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// All requests.
    pub requests: i64,
    /// Those answered with a status of 400 or more.
    pub refused: i64,
}

/// Stores requests.
pub fn insert_batch(tx: &mut Tx<'_>, requests: &[ProvisioningRequest]) -> Result<()> {
    for chunk in requests.chunks(CHUNK) {
        on_either!(*tx, conn => diesel::insert_into(provisioning_requests::table).values(chunk).execute(conn))?;
    }
    Ok(())
}

/// The request of that id in the directory.
pub fn find(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    id: &ProvisioningRequestId,
) -> Result<Option<ProvisioningRequest>> {
    let own = provisioning_requests::directory_id
        .eq(directory_id)
        .and(provisioning_requests::id.eq(id));
    let query = provisioning_requests::table
        .filter(own)
        .select(ProvisioningRequest::as_select());
    Ok(query.first(conn).optional()?)
}

/// The request of that id in the workspace.
pub fn find_in_workspace(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &ProvisioningRequestId,
) -> Result<Option<ProvisioningRequest>> {
    let own = directories::table
        .filter(directories::workspace_id.eq(workspace_id))
        .select(directories::id);
    let query = provisioning_requests::table
        .filter(provisioning_requests::id.eq(id))
        .filter(provisioning_requests::directory_id.eq_any(own))
        .select(ProvisioningRequest::as_select());
    Ok(query.first(conn).optional()?)
}

/// The directory's requests by age.
pub fn page_by_age(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    refused_only: bool,
    request: &ByAge<ProvisioningRequestId>,
) -> Result<Page<Listed>> {
    let mut query = provisioning_requests::table
        .filter(provisioning_requests::directory_id.eq(directory_id))
        .select(Listed::as_select())
        .into_boxed();
    if refused_only {
        query = query.filter(provisioning_requests::status.ge(400));
    }
    Ok(load_by_age!(
        conn,
        query,
        request,
        provisioning_requests::id,
        |row: &Listed| row.id.to_string()
    ))
}

/// The directory's requests, newest first.
pub fn page(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    refused_only: bool,
    request: &PageRequest,
) -> Result<Page<Listed>> {
    let mut query = provisioning_requests::table
        .filter(provisioning_requests::directory_id.eq(directory_id))
        .select(Listed::as_select())
        .into_boxed();
    if refused_only {
        query = query.filter(provisioning_requests::status.ge(400));
    }
    Ok(load_newest_page!(
        conn,
        query,
        request,
        provisioning_requests::id,
        ProvisioningRequestId,
        |row: &Listed| row.id.to_string()
    ))
}

/// The directory's newest request.
pub fn latest(conn: &mut Connection, directory_id: &DirectoryId) -> Result<Option<Listed>> {
    Ok(page(conn, directory_id, false, &PageRequest::first(1))?
        .items
        .pop())
}

/// How many requests the directory had since `since`, and how many were refused.
pub fn traffic(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    since: Timestamp,
) -> Result<Traffic> {
    let recent = provisioning_requests::directory_id
        .eq(directory_id)
        .and(provisioning_requests::id.ge(ProvisioningRequestId::floor(since)));
    let requests = provisioning_requests::table.filter(recent);
    Ok(Traffic {
        requests: requests.clone().count().get_result(conn)?,
        refused: requests
            .filter(provisioning_requests::status.ge(400))
            .count()
            .get_result(conn)?,
    })
}

/// Deletes up to `limit` requests older than `before`; says how many went.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<usize> {
    let old: Vec<ProvisioningRequestId> = provisioning_requests::table
        .filter(provisioning_requests::created_at.lt(before))
        .order(provisioning_requests::created_at)
        .limit(limit)
        .select(provisioning_requests::id)
        .load(&mut **tx)?;
    Ok(
        diesel::delete(provisioning_requests::table.filter(provisioning_requests::id.eq_any(old)))
            .execute(&mut **tx)?,
    )
}
