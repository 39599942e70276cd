//! Finding groups.

use diesel::prelude::*;

use super::DirectoryGroup;
use super::row::Row;
use crate::Connection;
use crate::db::schema::directory_groups;
use crate::error::Result;
use crate::fold::{contains_pattern, fold};
use crate::ids::{DirectoryGroupId, DirectoryId};
use crate::page::{Page, PageRequest, load_page};

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
    let query = matching(directory_id, lookup)
        .order(directory_groups::id)
        .offset(offset)
        .limit(limit);
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
