//! Finding groups.

use std::collections::HashMap;

use diesel::prelude::*;

use super::DirectoryGroup;
use super::row::Row;
use crate::Connection;
use crate::db::schema::{directory_groups, memberships};
use crate::error::Result;
use crate::fold::{contains_pattern, fold};
use crate::ids::{DirectoryGroupId, DirectoryId};
use crate::page::{Page, PageRequest, load_page};

/// Ids bound in one statement. SQLite allows 32,766 values.
const CHUNK: usize = 1000;

type Boxed<'a> = directory_groups::BoxedQuery<'a, <Connection as diesel::Connection>::Backend>;

/// What a provider looks groups up by. The name compares folded, ids exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupLookup {
    /// All groups.
    All,
    /// By `displayName`.
    DisplayName(String),
    /// By `externalId`.
    ExternalId(String),
    /// By our id.
    Id(String),
    /// By the id of a member.
    Member(String),
}

fn matching<'a>(directory_id: &'a DirectoryId, lookup: &'a GroupLookup) -> Boxed<'a> {
    let all = directory_groups::table
        .filter(directory_groups::directory_id.eq(directory_id))
        .into_boxed();
    match lookup {
        GroupLookup::All => all,
        GroupLookup::DisplayName(name) => {
            all.filter(directory_groups::display_name_folded.eq(fold(name)))
        }
        GroupLookup::ExternalId(id) => all.filter(directory_groups::external_id.eq(id)),
        GroupLookup::Id(id) => all.filter(directory_groups::id.eq(id)),
        GroupLookup::Member(user_id) => {
            let joined = memberships::table
                .filter(memberships::directory_user_id.eq(user_id))
                .select(memberships::directory_group_id);
            all.filter(directory_groups::id.eq_any(joined))
        }
    }
}

/// The group of that id in the directory.
pub fn find(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    id: &DirectoryGroupId,
) -> Result<Option<DirectoryGroup>> {
    let own = directory_groups::directory_id
        .eq(directory_id)
        .and(directory_groups::id.eq(id));
    let row: Option<Row> = directory_groups::table
        .filter(own)
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(DirectoryGroup::try_from).transpose()
}

/// Up to `limit` groups from `offset` on, in the order in which they were created.
pub fn list(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    lookup: &GroupLookup,
    offset: i64,
    limit: i64,
) -> Result<Vec<DirectoryGroup>> {
    if offset == 0 {
        return after(conn, directory_id, lookup, None, limit);
    }
    let ids = ids(conn, directory_id, lookup, offset, limit)?;
    by_ids(conn, directory_id, &ids)
}

/// The ids of up to `limit` groups from `offset` on, in the order in which they were created. An index alone
/// answers this for [`GroupLookup::All`], so that skipping many costs little.
fn ids(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    lookup: &GroupLookup,
    offset: i64,
    limit: i64,
) -> Result<Vec<DirectoryGroupId>> {
    let query = matching(directory_id, lookup)
        .order(directory_groups::id)
        .offset(offset)
        .limit(limit);
    Ok(query.select(directory_groups::id).load(conn)?)
}

/// The groups of those ids, in the order of `ids`. Those that are not in the directory are left out.
pub fn by_ids(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    ids: &[DirectoryGroupId],
) -> Result<Vec<DirectoryGroup>> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let own = directory_groups::directory_id
            .eq(directory_id)
            .and(directory_groups::id.eq_any(chunk));
        let query = directory_groups::table.filter(own);
        let rows: Vec<Row> = query.select(Row::as_select()).load(conn)?;
        for row in rows {
            let group = DirectoryGroup::try_from(row)?;
            found.insert(group.id.clone(), group);
        }
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// Up to `limit` groups that come after one, in the order in which they were created: the next piece of a walk
/// through a directory of any size.
pub fn after(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    lookup: &GroupLookup,
    last: Option<&DirectoryGroupId>,
    limit: i64,
) -> Result<Vec<DirectoryGroup>> {
    let mut query = matching(directory_id, lookup)
        .order(directory_groups::id)
        .limit(limit);
    if let Some(last) = last {
        query = query.filter(directory_groups::id.gt(last));
    }
    let rows: Vec<Row> = query.select(Row::as_select()).load(conn)?;
    rows.into_iter().map(DirectoryGroup::try_from).collect()
}

/// How many groups match.
pub fn count(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    lookup: &GroupLookup,
) -> Result<i64> {
    Ok(matching(directory_id, lookup).count().get_result(conn)?)
}

/// Groups by name. `search` is looked for in the name, or is a whole id.
pub fn page(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    search: Option<&str>,
    request: &PageRequest,
) -> Result<Page<DirectoryGroup>> {
    let mut query = matching(directory_id, &GroupLookup::All);
    if let Some(text) = search {
        let in_name = directory_groups::display_name_folded
            .like(contains_pattern(text))
            .escape('\\');
        query = query.filter(in_name.or(directory_groups::id.eq(text.to_owned())));
    }
    let boundary = boundary(conn, directory_id, request)?;
    let page: Page<Row> = load_page!(
        conn,
        query.select(Row::as_select()),
        request,
        boundary,
        directory_groups::display_name_folded,
        directory_groups::id,
        Row::cursor
    );
    page.try_map(DirectoryGroup::try_from)
}

fn boundary(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    request: &PageRequest,
) -> Result<Option<(String, DirectoryGroupId)>> {
    let Some((_, cursor)) = request.cursor() else {
        return Ok(None);
    };
    let own = directory_groups::directory_id
        .eq(directory_id)
        .and(directory_groups::id.eq(cursor));
    let query = directory_groups::table
        .filter(own)
        .select((directory_groups::display_name_folded, directory_groups::id));
    Ok(query.first(conn).optional()?)
}
