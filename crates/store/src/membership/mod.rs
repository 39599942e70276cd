//! Memberships: who is in which group. Rows of their own, so that adding one member to a group
//! of 50,000 costs what it costs in a group of ten, and no two changes overwrite each other.

mod held;
mod write;

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use crate::Connection;
use crate::db::schema::{directory_groups, directory_users, memberships};
use crate::directory_user::{DirectoryUser, Row};
use crate::error::Result;
use crate::fold::contains_pattern;
use crate::ids::{DirectoryGroupId, DirectoryId, DirectoryUserId};
use crate::page::{Page, PageRequest, load_page};
pub(crate) use held::Held;
pub(crate) use write::{end_of_directory, end_of_group, hide, insert, leave_all, remove};

/// Ids bound in one statement. SQLite allows 32,766 values; a row of a batch takes four.
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
