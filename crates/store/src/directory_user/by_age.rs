//! People by age, as the REST API lists them: without those whom the application does not see.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{DirectoryUser, Row};
use crate::Connection;
use crate::by_age::{ByAge, load_by_age};
use crate::db::schema::{directories, directory_user_emails, directory_users, memberships};
use crate::directory::Directory;
use crate::error::Result;
use crate::fold::{contains_pattern, fold};
use crate::ids::{DirectoryGroupId, DirectoryId, DirectoryUserId, WorkspaceId};
use crate::page::Page;

/// Among whom people are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Among {
    /// All people of a workspace.
    Workspace(WorkspaceId),
    /// The people of a directory.
    Directory(DirectoryId),
    /// The members of a group.
    Group(DirectoryGroupId),
}

/// Which of them are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those with one of these ids.
    pub ids: Option<Vec<DirectoryUserId>>,
    /// The active or the inactive ones.
    pub active: Option<bool>,
    /// Those with this in their names, user name, e-mail address or ids, whatever the case.
    pub search: Option<String>,
}

impl Filter {
    /// Keeps those alone that have one of these ids as well.
    pub fn keep(&mut self, ids: Vec<DirectoryUserId>) {
        self.ids = Some(match self.ids.take() {
            Some(kept) => kept.into_iter().filter(|id| ids.contains(id)).collect(),
            None => ids,
        });
    }
}

macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let mut query = $query.filter(directory_users::hidden_at.is_null());
        if let Some(ids) = &$filter.ids {
            query = query.filter(directory_users::id.eq_any(ids));
        }
        if let Some(active) = $filter.active {
            query = query.filter(directory_users::active.eq(active));
        }
        if let Some(text) = &$filter.search {
            let found = directory_users::search_text.like(contains_pattern(text));
            query = query.filter(found.escape('\\'));
        }
        query
    }};
}

/// The people that are wanted.
pub fn page_by_age(
    conn: &mut Connection,
    among: &Among,
    filter: &Filter,
    request: &ByAge<DirectoryUserId>,
) -> Result<Page<DirectoryUser>> {
    let page = match among {
        Among::Group(group_id) => page_of_group(conn, group_id, filter, request)?,
        Among::Directory(id) => {
            let all = directory_users::table.filter(directory_users::directory_id.eq(id));
            let query = narrowed!(all.select(Row::as_select()).into_boxed(), filter);
            load_by_age!(conn, query, request, directory_users::id, Row::cursor)
        }
        Among::Workspace(id) => {
            let own = directories::table
                .filter(directories::workspace_id.eq(id))
                .select(directories::id);
            let all = directory_users::table.filter(directory_users::directory_id.eq_any(own));
            let query = narrowed!(all.select(Row::as_select()).into_boxed(), filter);
            load_by_age!(conn, query, request, directory_users::id, Row::cursor)
        }
    };
    page.try_map(DirectoryUser::try_from)
}

/// In the order of the memberships, whose index begins with the group: a page of a large group reads no more than itself.
fn page_of_group(
    conn: &mut Connection,
    group_id: &DirectoryGroupId,
    filter: &Filter,
    request: &ByAge<DirectoryUserId>,
) -> Result<Page<Row>> {
    if *filter == Filter::default() {
        return page_of_members(conn, group_id, request);
    }
    let is_member = directory_users::id.eq(memberships::directory_user_id);
    let members = memberships::table
        .inner_join(directory_users::table.on(is_member))
        .filter(memberships::directory_group_id.eq(group_id))
        .filter(memberships::hidden.eq(false))
        .select(Row::as_select());
    let query = narrowed!(members.into_boxed(), filter);
    Ok(load_by_age!(
        conn,
        query,
        request,
        memberships::directory_user_id,
        Row::cursor
    ))
}

/// First who it is, then the people: joined, PostgreSQL would walk through all people of the directory.
fn page_of_members(
    conn: &mut Connection,
    group_id: &DirectoryGroupId,
    request: &ByAge<DirectoryUserId>,
) -> Result<Page<Row>> {
    let members = memberships::table
        .filter(memberships::directory_group_id.eq(group_id))
        .filter(memberships::hidden.eq(false))
        .select(memberships::directory_user_id)
        .into_boxed();
    let page: Page<DirectoryUserId> = load_by_age!(
        conn,
        members,
        request,
        memberships::directory_user_id,
        |id: &DirectoryUserId| id.to_string()
    );
    let rows: Vec<(DirectoryUserId, Row)> = directory_users::table
        .filter(directory_users::id.eq_any(&page.items))
        .select((directory_users::id, Row::as_select()))
        .load(conn)?;
    let mut found: HashMap<_, _> = rows.into_iter().collect();
    Ok(page.filter_map(|id| found.remove(&id)))
}

/// The ids of the people of a directory with that e-mail address, primary or not, whatever the case. By one index
/// after the other, since no index finds both at once.
pub fn ids_of_email(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    email: &str,
) -> Result<Vec<DirectoryUserId>> {
    let email = fold(email);
    let primary = directory_users::table
        .filter(directory_users::directory_id.eq(directory_id))
        .filter(directory_users::email_folded.eq(&email))
        .select(directory_users::id);
    let secondary = directory_user_emails::table
        .filter(directory_user_emails::directory_id.eq(directory_id))
        .filter(directory_user_emails::email_folded.eq(&email))
        .select(directory_user_emails::directory_user_id);
    let mut ids: Vec<DirectoryUserId> = primary.load(conn)?;
    ids.extend(secondary.load::<DirectoryUserId>(conn)?);
    Ok(ids)
}

/// The ids of the people of a directory with that `idp_id`: their `externalId`, or the user name of those who have none.
pub fn ids_of_idp_id(
    conn: &mut Connection,
    directory_id: &DirectoryId,
    idp_id: &str,
) -> Result<Vec<DirectoryUserId>> {
    let own = directory_users::table
        .filter(directory_users::directory_id.eq(directory_id))
        .select(directory_users::id);
    let without_external_id = own
        .filter(directory_users::user_name_folded.eq(fold(idp_id)))
        .filter(directory_users::user_name.eq(idp_id))
        .filter(directory_users::external_id.is_null());
    let mut ids: Vec<DirectoryUserId> = own
        .filter(directory_users::external_id.eq(idp_id))
        .load(conn)?;
    ids.extend(without_external_id.load::<DirectoryUserId>(conn)?);
    Ok(ids)
}

/// The person of that id in the workspace, with their directory.
pub fn find_with_directory(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &DirectoryUserId,
) -> Result<Option<(DirectoryUser, Directory)>> {
    let directory_id: Option<DirectoryId> = directory_users::table
        .filter(directory_users::id.eq(id))
        .filter(directory_users::hidden_at.is_null())
        .select(directory_users::directory_id)
        .first(conn)
        .optional()?;
    let Some(directory_id) = directory_id else {
        return Ok(None);
    };
    let Some(directory) = crate::directory::find(conn, workspace_id, &directory_id)? else {
        return Ok(None);
    };
    let user = super::find(conn, &directory.id, id)?;
    Ok(user.map(|user| (user, directory)))
}
