//! Appending: the event rows and, beside each, the row that has it published.

use std::fmt::Display;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use serde_json::{Value, json};

use super::{DELETED, GROUP_UPDATED, USER_ADDED, USER_UPDATED};
use crate::db::schema::{event_outbox, events};
use crate::directory::Directory;
use crate::directory_group::DirectoryGroup;
use crate::directory_token::DirectoryToken;
use crate::directory_user::DirectoryUser;
use crate::error::Result;
use crate::ids::{DirectoryId, EventId, OrganizationId, ProvisioningRequestId, WorkspaceId};
use crate::membership::Held;
use crate::representation as shape;
use crate::{Connection, Timestamp, Tx};

/// Rows in one statement; on SQLite each takes eight values, of which it allows 32,766.
const CHUNK: usize = 200;

/// Whose event it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) workspace: &'a WorkspaceId,
    pub(crate) organization: &'a OrganizationId,
    /// None for what happens to the organization itself.
    pub(crate) directory: Option<&'a DirectoryId>,
}

impl<'a> From<&'a Directory> for Subject<'a> {
    fn from(directory: &'a Directory) -> Self {
        Self {
            workspace: &directory.workspace_id,
            organization: &directory.organization_id,
            directory: Some(&directory.id),
        }
    }
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

/// Tells of each of `people` whom the application sees.
pub(crate) fn append_memberships(
    tx: &mut Tx<'_>,
    directory: &Directory,
    group: &DirectoryGroup,
    name: &'static str,
    people: &Held,
) -> Result<()> {
    // The group, the same for all, is written out once.
    let group = shape::group(directory, group).to_string();
    let directory_id = json!(directory.id);
    people.in_pieces(tx, |tx, people| {
        for chunk in people.chunks(CHUNK) {
            let seen = chunk.iter().filter(|user| user.hidden_at.is_none());
            let payloads = seen.map(|user| {
                let user = shape::user_text(directory, user);
                membership(&directory_id, &user, &group)
            });
            let facts: Vec<_> = payloads.map(|payload| (name, payload)).collect();
            append_texts(tx, directory.into(), facts)?;
        }
        Ok(())
    })
}

/// Tells that a person is in each of these groups.
pub(crate) fn append_memberships_of(
    tx: &mut Tx<'_>,
    directory: &Directory,
    user: &DirectoryUser,
    groups: &[DirectoryGroup],
) -> Result<()> {
    let user = shape::user_text(directory, user).to_string();
    let directory_id = json!(directory.id);
    for chunk in groups.chunks(CHUNK) {
        let payloads = chunk
            .iter()
            .map(|group| membership(&directory_id, &user, &shape::group(directory, group)));
        let facts = payloads.map(|payload| (USER_ADDED, payload)).collect();
        append_texts(tx, directory.into(), facts)?;
    }
    Ok(())
}

fn membership(directory_id: &Value, user: &dyn Display, group: &dyn Display) -> String {
    format!(r#"{{"directory_id":{directory_id},"user":{user},"group":{group}}}"#)
}

/// Appends facts about one subject, in order.
pub(crate) fn append<'a>(
    tx: &mut Tx<'_>,
    subject: impl Into<Subject<'a>>,
    facts: &[(&'static str, Value)],
) -> Result<()> {
    let texts = facts.iter().map(|(name, data)| (*name, data.to_string()));
    append_texts(tx, subject.into(), texts.collect())
}

fn append_texts(
    tx: &mut Tx<'_>,
    subject: Subject<'_>,
    facts: Vec<(&'static str, String)>,
) -> Result<()> {
    if facts.is_empty() {
        return Ok(());
    }
    let (names, payloads) = facts.into_iter().unzip::<_, _, Vec<_>, Vec<_>>();
    let rows = Rows {
        ids: names.iter().map(|_| tx.new_id()).collect(),
        names,
        payloads,
        subject,
        cause: tx.cause().cloned(),
        now: tx.now(),
    };
    match &mut **tx {
        Connection::Postgres(conn) => rows.execute(conn).map(drop)?,
        Connection::Sqlite(conn) => rows.insert_into_sqlite(conn)?,
    }
    tx.has_events();
    Ok(())
}

/// What one statement inserts.
struct Rows<'a> {
    ids: Vec<EventId>,
    names: Vec<&'static str>,
    payloads: Vec<String>,
    subject: Subject<'a>,
    cause: Option<ProvisioningRequestId>,
    now: Timestamp,
}

impl Rows<'_> {
    fn insert_into_sqlite(&self, conn: &mut SqliteConnection) -> QueryResult<()> {
        let facts = self.ids.iter().zip(&self.names).zip(&self.payloads);
        let rows: Vec<_> = facts
            .map(|((id, name), payload)| {
                (
                    events::id.eq(id),
                    events::workspace_id.eq(self.subject.workspace),
                    events::organization_id.eq(self.subject.organization),
                    events::directory_id.eq(self.subject.directory),
                    events::name.eq(*name),
                    events::data.eq(payload),
                    events::provisioning_request_id.eq(&self.cause),
                    events::created_at.eq(self.now),
                )
            })
            .collect();
        let numbers: Vec<i64> = diesel::insert_into(events::table)
            .values(&rows)
            .returning(events::seq)
            .get_results(conn)?;
        let waiting: Vec<_> = numbers
            .into_iter()
            .map(|seq| event_outbox::seq.eq(seq))
            .collect();
        diesel::insert_into(event_outbox::table)
            .values(waiting)
            .execute(conn)
            .map(drop)
    }
}

/// One round trip for any number of rows, and one text, so that PostgreSQL plans it once. The
/// rows draw their numbers in the order of the arrays.
impl QueryFragment<Pg> for Rows<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "WITH made AS (INSERT INTO events (id, name, data, workspace_id, organization_id, \
             directory_id, provisioning_request_id, created_at) SELECT id, name, data, ",
        );
        out.push_bind_param::<Text, _>(self.subject.workspace)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(self.subject.organization)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.subject.directory)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.cause)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.now)?;
        out.push_sql(" FROM unnest(");
        out.push_bind_param::<Array<Text>, _>(&self.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.names)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.payloads)?;
        out.push_sql(
            ") WITH ORDINALITY AS fact (id, name, data, place) ORDER BY place RETURNING seq) \
             INSERT INTO event_outbox (seq) SELECT seq FROM made",
        );
        Ok(())
    }
}

impl QueryId for Rows<'_> {
    type QueryId = Rows<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<PgConnection> for Rows<'_> {}
