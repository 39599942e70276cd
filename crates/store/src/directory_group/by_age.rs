//! Groups by age, as the REST API lists them. Members whom the application does not see do not count.

use std::collections::{BTreeSet, HashMap};

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::DirectoryGroup;
use super::row::Row;
use crate::Connection;
use crate::by_age::{ByAge, load_by_age};
use crate::db::schema::{directory_groups, memberships};
use crate::directory::Directory;
use crate::error::Result;
use crate::fold::contains_pattern;
use crate::ids::{DirectoryGroupId, DirectoryId, DirectoryUserId, WorkspaceId};
use crate::page::Page;

/// Ids bound in one statement. SQLite allows 32,766 values.
const CHUNK: usize = 1000;

/// Which groups are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those that this person is in.
    pub member: Option<DirectoryUserId>,
    /// Those with this in their name, whatever the case.
    pub search: Option<String>,
}

/// The groups of a directory that are wanted.
pub fn page_by_age(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    filter: &Filter,
    request: &ByAge<DirectoryGroupId>,
) -> Result<Page<DirectoryGroup>> {
    let mut query = directory_groups::table
        .filter(directory_groups::directory_id.eq(directory_id))
        .select(Row::as_select())
        .into_boxed();
    if let Some(user_id) = &filter.member {
        let joined = memberships::table
            .filter(memberships::directory_user_id.eq(user_id))
            .select(memberships::directory_group_id);
        query = query.filter(directory_groups::id.eq_any(joined));
    }
    if let Some(text) = &filter.search {
        let found = directory_groups::display_name_folded.like(contains_pattern(text));
        query = query.filter(found.escape('\\'));
    }
    let page: Page<Row> = load_by_age!(conn, query, request, directory_groups::id, Row::cursor);
    let mut page = page.try_map(DirectoryGroup::try_from)?;
    count_seen(conn, page.items.iter_mut())?;
    Ok(page)
}

/// Takes the hidden members out of the count.
fn count_seen<'a>(
    conn: &mut Connection,
    groups: impl Iterator<Item = &'a mut DirectoryGroup>,
) -> Result<()> {
    let mut groups: HashMap<_, _> = groups.map(|group| (group.id.clone(), group)).collect();
    let ids: Vec<_> = groups.keys().cloned().collect();
    for chunk in ids.chunks(CHUNK) {
        let hidden: Vec<(DirectoryGroupId, i64)> = memberships::table
            .filter(memberships::directory_group_id.eq_any(chunk))
            .filter(memberships::hidden)
            .group_by(memberships::directory_group_id)
            .select((memberships::directory_group_id, count_star()))
            .load(conn)?;
        for (id, number) in hidden {
            if let Some(group) = groups.get_mut(&id) {
                group.member_count -= number;
            }
        }
    }
    Ok(())
}

/// The groups of several people, each list by the groups' age. People in no group are left out.
pub fn of_users(
    conn: &mut Connection,
    user_ids: &[DirectoryUserId],
) -> Result<HashMap<DirectoryUserId, Vec<DirectoryGroup>>> {
    let mut pairs: Vec<(DirectoryUserId, DirectoryGroupId)> = Vec::new();
    for chunk in user_ids.chunks(CHUNK) {
        let joined = memberships::table
            .filter(memberships::directory_user_id.eq_any(chunk))
            .select((
                memberships::directory_user_id,
                memberships::directory_group_id,
            ));
        pairs.extend(joined.load::<(DirectoryUserId, DirectoryGroupId)>(conn)?);
    }
    pairs.sort_unstable();
    let ids: BTreeSet<&DirectoryGroupId> = pairs.iter().map(|(_, group_id)| group_id).collect();
    let groups = whole(conn, &ids.into_iter().collect::<Vec<_>>())?;
    let mut lists: HashMap<_, Vec<DirectoryGroup>> = HashMap::new();
    for (user_id, group_id) in &pairs {
        // A group that was deleted between the two reads is not there any more.
        if let Some(group) = groups.get(group_id) {
            lists
                .entry(user_id.clone())
                .or_default()
                .push(group.clone());
        }
    }
    Ok(lists)
}

fn whole(
    conn: &mut Connection,
    ids: &[&DirectoryGroupId],
) -> Result<HashMap<DirectoryGroupId, DirectoryGroup>> {
    let mut groups = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<Row> = directory_groups::table
            .filter(directory_groups::id.eq_any(chunk.iter().copied()))
            .select(Row::as_select())
            .load(conn)?;
        for row in rows {
            let group = DirectoryGroup::try_from(row)?;
            groups.insert(group.id.clone(), group);
        }
    }
    count_seen(conn, groups.values_mut())?;
    Ok(groups)
}

/// The group of that id in the workspace, with its directory.
pub fn find_with_directory(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &DirectoryGroupId,
) -> Result<Option<(DirectoryGroup, Directory)>> {
    let directory_id: Option<DirectoryId> = directory_groups::table
        .filter(directory_groups::id.eq(id))
        .select(directory_groups::directory_id)
        .first(conn)
        .optional()?;
    let Some(directory_id) = directory_id else {
        return Ok(None);
    };
    let Some(directory) = crate::directory::find(conn, workspace_id, &directory_id)? else {
        return Ok(None);
    };
    let mut group = super::find(conn, &directory.id, id)?;
    count_seen(conn, group.iter_mut())?;
    Ok(group.map(|group| (group, directory)))
}
