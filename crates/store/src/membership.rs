//! Memberships: who is in which group. Rows of their own, so that adding one member to a group
//! of 50,000 costs what it costs in a group of ten, and no two changes overwrite each other.

use std::collections::{BTreeSet, HashMap};

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Text};

use crate::db::schema::{directory_groups, directory_users, memberships};
use crate::directory_user::{DirectoryUser, Row};
use crate::error::Result;
use crate::fold::contains_pattern;
use crate::ids::{DirectoryGroupId, DirectoryId, DirectoryUserId};
use crate::page::{Page, PageRequest, load_page};
use crate::{Connection, Timestamp, Tx};

/// Ids bound in one statement. SQLite allows 32,766 values; a row of a batch takes three.
const CHUNK: usize = 1000;

/// A group as a person's membership shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRef {
    /// The group.
    pub id: DirectoryGroupId,
    /// Its name.
    pub display_name: String,
}

/// A person as a group's membership shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRef {
    /// The person.
    pub id: DirectoryUserId,
    /// Their user name.
    pub user_name: String,
}

/// The groups of several people, each list by the groups' age. People in no group are left out.
pub fn groups_of(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    user_ids: &[DirectoryUserId],
) -> Result<HashMap<DirectoryUserId, Vec<GroupRef>>> {
    let mut groups: HashMap<_, Vec<GroupRef>> = HashMap::new();
    for chunk in user_ids.chunks(CHUNK) {
        let rows: Vec<(DirectoryUserId, DirectoryGroupId, String)> = memberships::table
            .inner_join(directory_groups::table)
            .filter(memberships::directory_user_id.eq_any(chunk))
            .filter(directory_groups::directory_id.eq(directory_id))
            .order(directory_groups::id)
            .select((
                memberships::directory_user_id,
                directory_groups::id,
                directory_groups::display_name,
            ))
            .load(conn)?;
        for (user_id, id, display_name) in rows {
            groups
                .entry(user_id)
                .or_default()
                .push(GroupRef { id, display_name });
        }
    }
    Ok(groups)
}

/// The members of several groups, each list by the people's age. Empty groups are left out.
pub fn members_of(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    group_ids: &[DirectoryGroupId],
) -> Result<HashMap<DirectoryGroupId, Vec<MemberRef>>> {
    let mut members: HashMap<_, Vec<MemberRef>> = HashMap::new();
    for chunk in group_ids.chunks(CHUNK) {
        let rows: Vec<(DirectoryGroupId, DirectoryUserId, String)> = memberships::table
            .inner_join(directory_users::table)
            .filter(memberships::directory_group_id.eq_any(chunk))
            .filter(directory_users::directory_id.eq(directory_id))
            .order((
                memberships::directory_group_id,
                memberships::directory_user_id,
            ))
            .select((
                memberships::directory_group_id,
                directory_users::id,
                directory_users::user_name,
            ))
            .load(conn)?;
        for (group_id, id, user_name) in rows {
            members
                .entry(group_id)
                .or_default()
                .push(MemberRef { id, user_name });
        }
    }
    Ok(members)
}

/// A group's members by name. `search` is looked for in names, user name, e-mail address and ids.
pub fn members_page(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    group_id: &DirectoryGroupId,
    search: Option<&str>,
    request: &PageRequest,
) -> Result<Page<DirectoryUser>> {
    let mut query = directory_users::table
        .inner_join(memberships::table)
        .filter(directory_users::directory_id.eq(directory_id))
        .filter(memberships::directory_group_id.eq(group_id))
        .select(Row::as_select())
        .into_boxed();
    if let Some(text) = search {
        query = query.filter(
            directory_users::search_text
                .like(contains_pattern(text))
                .escape('\\'),
        );
    }
    let boundary = crate::directory_user::boundary(conn, directory_id, request)?;
    let page: Page<Row> = load_page!(
        conn,
        query,
        request,
        boundary,
        directory_users::sort_name,
        directory_users::id,
        Row::cursor
    );
    page.try_map(DirectoryUser::try_from)
}

/// Which of `user_ids` are members now; all members when `None`.
pub(crate) fn present(
    conn: &mut Connection,
    group_id: &DirectoryGroupId,
    user_ids: Option<&BTreeSet<DirectoryUserId>>,
) -> Result<BTreeSet<DirectoryUserId>> {
    let own = memberships::table
        .filter(memberships::directory_group_id.eq(group_id))
        .select(memberships::directory_user_id);
    let Some(user_ids) = user_ids else {
        return Ok(own.load::<DirectoryUserId>(conn)?.into_iter().collect());
    };
    let ids: Vec<&DirectoryUserId> = user_ids.iter().collect();
    let mut found = BTreeSet::new();
    for chunk in ids.chunks(CHUNK) {
        let query = own.filter(memberships::directory_user_id.eq_any(chunk.iter().copied()));
        found.extend(query.load::<DirectoryUserId>(conn)?);
    }
    Ok(found)
}

/// People who were found in a directory, held against changes until the transaction ends: what a membership event says
/// of them is then still true. Few are kept whole; of many only the ids, to be read again piece by piece, so that a
/// push of 50,000 never has them all in memory.
pub(crate) struct Held {
    ids: Vec<DirectoryUserId>,
    whole: Option<Vec<DirectoryUser>>,
}

impl Held {
    /// The people of those ids in the directory, in the order of their ids.
    pub(crate) fn find(
        tx: &mut Tx<'_>,
        directory_id: &DirectoryId,
        user_ids: &BTreeSet<DirectoryUserId>,
    ) -> Result<Self> {
        let ids: Vec<&DirectoryUserId> = user_ids.iter().collect();
        if ids.len() <= CHUNK {
            let whole = hold_whole(tx, directory_id, &ids)?;
            let ids = whole.iter().map(|user| user.id.clone()).collect();
            let whole = Some(whole);
            return Ok(Self { ids, whole });
        }
        let mut found = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            found.extend(hold_ids(tx, directory_id, chunk)?);
        }
        Ok(Self {
            ids: found,
            whole: None,
        })
    }

    /// Their ids, in order.
    pub(crate) fn ids(&self) -> &[DirectoryUserId] {
        &self.ids
    }

    /// How many they are.
    pub(crate) fn count(&self) -> i64 {
        i64::try_from(self.ids.len()).unwrap_or(i64::MAX)
    }

    /// Shows them to `work` in their order, some at a time.
    pub(crate) fn in_pieces(
        &self,
        tx: &mut Tx<'_>,
        mut work: impl FnMut(&mut Tx<'_>, &[DirectoryUser]) -> Result<()>,
    ) -> Result<()> {
        if let Some(whole) = &self.whole {
            return work(tx, whole);
        }
        for chunk in self.ids.chunks(CHUNK) {
            let rows: Vec<Row> = directory_users::table
                .filter(directory_users::id.eq_any(chunk))
                .order(directory_users::id)
                .select(Row::as_select())
                .load(&mut **tx)?;
            let people = rows
                .into_iter()
                .map(DirectoryUser::try_from)
                .collect::<Result<Vec<_>>>()?;
            work(tx, &people)?;
        }
        Ok(())
    }
}

fn hold_whole(
    tx: &mut Tx<'_>,
    directory_id: &DirectoryId,
    ids: &[&DirectoryUserId],
) -> Result<Vec<DirectoryUser>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let own = directory_users::directory_id
        .eq(directory_id)
        .and(directory_users::id.eq_any(ids.iter().copied()));
    let query = directory_users::table
        .filter(own)
        .order(directory_users::id);
    let rows: Vec<Row> = match &mut **tx {
        Connection::Postgres(conn) => query.select(Row::as_select()).for_share().load(conn),
        Connection::Sqlite(conn) => query.select(Row::as_select()).load(conn),
    }?;
    rows.into_iter().map(DirectoryUser::try_from).collect()
}

fn hold_ids(
    tx: &mut Tx<'_>,
    directory_id: &DirectoryId,
    ids: &[&DirectoryUserId],
) -> Result<Vec<DirectoryUserId>> {
    let own = directory_users::directory_id
        .eq(directory_id)
        .and(directory_users::id.eq_any(ids.iter().copied()));
    let query = directory_users::table
        .filter(own)
        .order(directory_users::id)
        .select(directory_users::id);
    let found = match &mut **tx {
        Connection::Postgres(conn) => query.for_share().load(conn),
        Connection::Sqlite(conn) => query.load(conn),
    };
    Ok(found?)
}

/// Makes people members. They are known not to be.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    group_id: &DirectoryGroupId,
    people: &[DirectoryUserId],
) -> Result<()> {
    let now = tx.now();
    for people in people.chunks(CHUNK) {
        let rows = Rows {
            group_id,
            people,
            now,
        };
        match &mut **tx {
            Connection::Postgres(conn) => rows.execute(conn).map(drop)?,
            Connection::Sqlite(conn) => rows.insert_into_sqlite(conn)?,
        }
    }
    Ok(())
}

/// What one statement inserts.
struct Rows<'a> {
    group_id: &'a DirectoryGroupId,
    people: &'a [DirectoryUserId],
    now: Timestamp,
}

impl Rows<'_> {
    fn insert_into_sqlite(&self, conn: &mut SqliteConnection) -> QueryResult<()> {
        let row = |user_id| {
            (
                memberships::directory_group_id.eq(self.group_id),
                memberships::directory_user_id.eq(user_id),
                memberships::created_at.eq(self.now),
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
            "INSERT INTO memberships (directory_group_id, directory_user_id, created_at) SELECT ",
        );
        out.push_bind_param::<Text, _>(self.group_id)?;
        out.push_sql(", id, ");
        out.push_bind_param::<BigInt, _>(&self.now)?;
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
