//! Making and ending memberships.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Text};

use super::{CHUNK, Held};
use crate::db::schema::{directory_users, memberships};
use crate::error::Result;
use crate::ids::{DirectoryGroupId, DirectoryId, DirectoryUserId};
use crate::{Connection, Timestamp, Tx};

/// Makes people members. They are known not to be.
pub(crate) fn insert(tx: &mut Tx<'_>, group_id: &DirectoryGroupId, people: &Held) -> Result<()> {
    if people.hidden().is_empty() {
        return insert_alike(tx, group_id, people.ids(), false);
    }
    let (hidden, seen): (Vec<_>, Vec<_>) = people
        .ids()
        .iter()
        .cloned()
        .partition(|id| people.hidden().contains(id));
    insert_alike(tx, group_id, &seen, false)?;
    insert_alike(tx, group_id, &hidden, true)
}

fn insert_alike(
    tx: &mut Tx<'_>,
    group_id: &DirectoryGroupId,
    people: &[DirectoryUserId],
    hidden: bool,
) -> Result<()> {
    let now = tx.now();
    for people in people.chunks(CHUNK) {
        let rows = Rows {
            group_id,
            people,
            now,
            hidden,
        };
        match &mut **tx {
            Connection::Postgres(conn) => rows.execute(conn).map(drop)?,
            Connection::Sqlite(conn) => rows.insert_into_sqlite(conn)?,
        }
    }
    Ok(())
}

/// Hides a person, who is held, from the lists of their groups' members, or shows them there again.
pub(crate) fn hide(tx: &mut Tx<'_>, user_id: &DirectoryUserId, hidden: bool) -> Result<()> {
    diesel::update(memberships::table.filter(memberships::directory_user_id.eq(user_id)))
        .set(memberships::hidden.eq(hidden))
        .execute(&mut **tx)?;
    Ok(())
}

/// What one statement inserts.
struct Rows<'a> {
    group_id: &'a DirectoryGroupId,
    people: &'a [DirectoryUserId],
    now: Timestamp,
    hidden: bool,
}

impl Rows<'_> {
    fn insert_into_sqlite(&self, conn: &mut SqliteConnection) -> QueryResult<()> {
        let row = |user_id| {
            (
                memberships::directory_group_id.eq(self.group_id),
                memberships::directory_user_id.eq(user_id),
                memberships::created_at.eq(self.now),
                memberships::hidden.eq(self.hidden),
            )
        };
        let rows: Vec<_> = self.people.iter().map(row).collect();
        diesel::insert_into(memberships::table)
            .values(&rows)
            .execute(conn)
            .map(drop)
    }
}

/// One text for any number of rows, so that PostgreSQL plans it once.
impl QueryFragment<Pg> for Rows<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO memberships (directory_group_id, directory_user_id, created_at, hidden) SELECT ",
        );
        out.push_bind_param::<Text, _>(self.group_id)?;
        out.push_sql(", id, ");
        out.push_bind_param::<BigInt, _>(&self.now)?;
        out.push_sql(", ");
        out.push_bind_param::<Bool, _>(&self.hidden)?;
        out.push_sql(" FROM unnest(");
        out.push_bind_param::<Array<Text>, _>(&self.people)?;
        out.push_sql(") AS person (id)");
        Ok(())
    }
}

impl QueryId for Rows<'_> {
    type QueryId = Rows<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<PgConnection> for Rows<'_> {}

/// Ends memberships.
pub(crate) fn remove(
    tx: &mut Tx<'_>,
    group_id: &DirectoryGroupId,
    people: &[DirectoryUserId],
) -> Result<()> {
    for chunk in people.chunks(CHUNK) {
        let ended = memberships::directory_group_id
            .eq(group_id)
            .and(memberships::directory_user_id.eq_any(chunk));
        diesel::delete(memberships::table.filter(ended)).execute(&mut **tx)?;
    }
    Ok(())
}

/// Ends all memberships of a group, which is held. No reference of the database does that: one would be checked for
/// every row of a big push.
pub(crate) fn end_of_group(tx: &mut Tx<'_>, group_id: &DirectoryGroupId) -> Result<()> {
    diesel::delete(memberships::table.filter(memberships::directory_group_id.eq(group_id)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Ends all memberships of a directory. Its groups are gone already, so that nobody can join one meanwhile; its people
/// are still there.
pub(crate) fn end_of_directory(tx: &mut Tx<'_>, directory_id: &DirectoryId) -> Result<()> {
    let people = directory_users::table
        .filter(directory_users::directory_id.eq(directory_id))
        .select(directory_users::id);
    diesel::delete(memberships::table.filter(memberships::directory_user_id.eq_any(people)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Takes a person out of all groups.
pub(crate) fn leave_all(
    tx: &mut Tx<'_>,
    directory_id: &DirectoryId,
    user_id: &DirectoryUserId,
) -> Result<()> {
    let joined: Vec<DirectoryGroupId> = memberships::table
        .filter(memberships::directory_user_id.eq(user_id))
        .order(memberships::directory_group_id)
        .select(memberships::directory_group_id)
        .load(&mut **tx)?;
    for group_id in joined {
        let Some(group) = crate::directory_group::lock(tx, directory_id, &group_id)? else {
            continue;
        };
        let ended = memberships::directory_group_id
            .eq(&group_id)
            .and(memberships::directory_user_id.eq(user_id));
        let left = diesel::delete(memberships::table.filter(ended)).execute(&mut **tx)?;
        if left == 1 {
            crate::directory_group::count_members(tx, &group, group.member_count - 1)?;
        }
    }
    Ok(())
}
