//! Events: facts that happened, appended in the transaction that makes them true.
//!
//! An operation first holds the rows it changes and then appends, so the number an event draws
//! is greater than that of every event it depends on: within a directory `seq` is the order of things.

use diesel::prelude::*;
use serde_json::{Value, json};

use crate::db::connection::on_either;
use crate::db::schema::events;
use crate::directory::Directory;
use crate::directory_group::DirectoryGroup;
use crate::directory_token::DirectoryToken;
use crate::directory_user::DirectoryUser;
use crate::error::{Error, Result};
use crate::ids::{DirectoryId, EventId, OrganizationId, ProvisioningRequestId, WorkspaceId};
use crate::membership::Held;
use crate::representation as shape;
use crate::{Connection, Timestamp, Tx};

/// A directory was linked.
pub const ACTIVATED: &str = "dsync.activated";
/// A directory was deleted.
pub const DELETED: &str = "dsync.deleted";
/// A person was created.
pub const USER_CREATED: &str = "dsync.user.created";
/// A person changed.
pub const USER_UPDATED: &str = "dsync.user.updated";
/// A person was deleted.
pub const USER_DELETED: &str = "dsync.user.deleted";
/// A group was created.
pub const GROUP_CREATED: &str = "dsync.group.created";
/// A group changed.
pub const GROUP_UPDATED: &str = "dsync.group.updated";
/// A group was deleted.
pub const GROUP_DELETED: &str = "dsync.group.deleted";
/// A person joined a group.
pub const USER_ADDED: &str = "dsync.group.user_added";
/// A person left a group.
pub const USER_REMOVED: &str = "dsync.group.user_removed";
/// A bearer token was made.
pub const TOKEN_CREATED: &str = "dsync.token.created";
/// A bearer token was revoked.
pub const TOKEN_REVOKED: &str = "dsync.token.revoked";

/// Rows in one statement; each takes eight values, of which SQLite allows 32,766.
const CHUNK: usize = 200;

/// One fact that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Its place among the events of its directory.
    pub seq: i64,
    /// The tenant.
    pub workspace_id: WorkspaceId,
    /// The customer.
    pub organization_id: OrganizationId,
    /// The directory.
    pub directory_id: DirectoryId,
    /// What happened, for example `dsync.user.created`.
    pub name: String,
    /// To whom, in the shape of WorkOS's events.
    pub data: Value,
    /// The provisioning request that asked for it.
    pub provisioning_request_id: Option<ProvisioningRequestId>,
    /// When.
    pub created_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = events)]
struct Row {
    seq: i64,
    id: EventId,
    workspace_id: WorkspaceId,
    organization_id: OrganizationId,
    directory_id: DirectoryId,
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

/// The events a provisioning request made, in order, at most `limit`.
pub fn for_request(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    request_id: &ProvisioningRequestId,
    limit: i64,
) -> Result<Vec<Event>> {
    let rows: Vec<Row> = events::table
        .filter(
            events::provisioning_request_id
                .eq(request_id)
                .and(events::directory_id.eq(directory_id)),
        )
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

/// A directory's events after `seq`, in order, at most `limit`.
pub fn for_directory(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    after_seq: i64,
    limit: i64,
) -> Result<Vec<Event>> {
    let rows: Vec<Row> = events::table
        .filter(
            events::directory_id
                .eq(directory_id)
                .and(events::seq.gt(after_seq)),
        )
        .order(events::seq)
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Event::try_from).collect()
}

pub(crate) fn append_directory(
    tx: &mut Tx<'_>,
    directory: &Directory,
    name: &'static str,
) -> Result<()> {
    let data = if name == DELETED {
        shape::deleted_directory(directory)
    } else {
        shape::directory(directory)
    };
    append(tx, directory, &[(name, data)])
}

pub(crate) fn append_token(
    tx: &mut Tx<'_>,
    directory: &Directory,
    token: &DirectoryToken,
    name: &'static str,
) -> Result<()> {
    append(tx, directory, &[(name, shape::token(directory, token))])
}

pub(crate) fn append_user(
    tx: &mut Tx<'_>,
    directory: &Directory,
    user: &DirectoryUser,
    name: &'static str,
) -> Result<()> {
    append(tx, directory, &[(name, shape::user(directory, user))])
}

pub(crate) fn append_user_updated(
    tx: &mut Tx<'_>,
    directory: &Directory,
    before: &DirectoryUser,
    after: &DirectoryUser,
) -> Result<()> {
    let data = shape::updated(
        &shape::user(directory, before),
        shape::user(directory, after),
    );
    append(tx, directory, &[(USER_UPDATED, data)])
}

pub(crate) fn append_group(
    tx: &mut Tx<'_>,
    directory: &Directory,
    group: &DirectoryGroup,
    name: &'static str,
) -> Result<()> {
    append(tx, directory, &[(name, shape::group(directory, group))])
}

pub(crate) fn append_group_updated(
    tx: &mut Tx<'_>,
    directory: &Directory,
    before: &DirectoryGroup,
    after: &DirectoryGroup,
) -> Result<()> {
    let data = shape::updated(
        &shape::group(directory, before),
        shape::group(directory, after),
    );
    append(tx, directory, &[(GROUP_UPDATED, data)])
}

pub(crate) fn append_memberships(
    tx: &mut Tx<'_>,
    directory: &Directory,
    group: &DirectoryGroup,
    name: &'static str,
    people: &Held,
) -> Result<()> {
    let (directory_id, group) = (
        json!(directory.id),
        shape::group(directory, group).to_string(),
    );
    people.in_pieces(tx, |tx, people| {
        for chunk in people.chunks(CHUNK) {
            let payloads = chunk.iter().map(|user| {
                let user = shape::user(directory, user);
                // The group, the same for all, is written out once.
                format!(r#"{{"directory_id":{directory_id},"user":{user},"group":{group}}}"#)
            });
            let facts: Vec<_> = payloads.map(|payload| (name, payload)).collect();
            append_texts(tx, directory, &facts)?;
        }
        Ok(())
    })
}

fn append(tx: &mut Tx<'_>, directory: &Directory, facts: &[(&'static str, Value)]) -> Result<()> {
    let texts: Vec<_> = facts
        .iter()
        .map(|(name, data)| (*name, data.to_string()))
        .collect();
    append_texts(tx, directory, &texts)
}

fn append_texts(
    tx: &mut Tx<'_>,
    directory: &Directory,
    facts: &[(&'static str, String)],
) -> Result<()> {
    let rows: Vec<_> = facts
        .iter()
        .map(|(name, data)| {
            (
                events::id.eq(tx.new_id::<EventId>()),
                events::workspace_id.eq(&directory.workspace_id),
                events::organization_id.eq(&directory.organization_id),
                events::directory_id.eq(&directory.id),
                events::name.eq(*name),
                events::data.eq(data),
                events::provisioning_request_id.eq(tx.cause().cloned()),
                events::created_at.eq(tx.now()),
            )
        })
        .collect();
    on_either!(*tx, conn => diesel::insert_into(events::table).values(&rows).execute(conn))?;
    Ok(())
}
