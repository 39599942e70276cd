//! Looking directories up.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::{Authentication, Counts, Directory, Found};
use crate::by_age::{ByAge, load_by_age};
use crate::db::schema::{
    directories, directory_groups, directory_tokens, directory_users, workspaces,
};
use crate::error::Result;
use crate::fold::contains_pattern;
use crate::ids::{DirectoryId, DirectoryTokenId, OrganizationId, WorkspaceId};
use crate::page::Page;
use crate::{Connection, Timestamp};

#[diesel::declare_sql_function]
extern "SQL" {
    /// Lower case, as far as the database knows it.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// What a token is worth at an endpoint: nothing while the workspace is deleted. `token_hash` is the hash of what the caller sent.
pub fn authenticate(
    conn: &mut Connection,
    endpoint_key: &str,
    token_hash: &str,
    now: Timestamp,
) -> Result<Authentication> {
    let works = directory_tokens::token_hash.eq(token_hash).and(
        directory_tokens::expires_at
            .is_null()
            .or(directory_tokens::expires_at.gt(now)),
    );
    let accepted: Option<(Found, DirectoryTokenId)> = directories::table
        .inner_join(directory_tokens::table)
        .inner_join(workspaces::table)
        .filter(directories::endpoint_key.eq(endpoint_key).and(works))
        .filter(workspaces::delete_after.is_null())
        .select((Found::as_select(), directory_tokens::id))
        .first(conn)
        .optional()?;
    if let Some((found, token_id)) = accepted {
        return Ok(Authentication::Accepted {
            directory: found.try_into()?,
            token_id,
        });
    }
    let found: Option<Found> = directories::table
        .inner_join(workspaces::table)
        .filter(directories::endpoint_key.eq(endpoint_key))
        .select(Found::as_select())
        .first(conn)
        .optional()?;
    Ok(Authentication::Refused {
        directory: found.map(Directory::try_from).transpose()?,
    })
}

/// The directory of that id in the workspace.
pub fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &DirectoryId,
) -> Result<Option<Directory>> {
    let mine = directories::workspace_id
        .eq(workspace_id)
        .and(directories::id.eq(id));
    let found: Option<Found> = directories::table
        .inner_join(workspaces::table)
        .filter(mine)
        .select(Found::as_select())
        .first(conn)
        .optional()?;
    found.map(Directory::try_from).transpose()
}

/// Which directories of a workspace are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this organization alone.
    pub organization_id: Option<OrganizationId>,
    /// With this in their name, whatever the case.
    pub search: Option<String>,
}

/// The workspace's directories by age.
pub fn page(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    filter: &Filter,
    request: &ByAge<DirectoryId>,
) -> Result<Page<Directory>> {
    let mut query = directories::table
        .inner_join(workspaces::table)
        .filter(directories::workspace_id.eq(workspace_id))
        .select(Found::as_select())
        .into_boxed();
    if let Some(id) = &filter.organization_id {
        query = query.filter(directories::organization_id.eq(id));
    }
    if let Some(text) = &filter.search {
        // SQLite's own lower case is that of ASCII; a workspace has too few directories to keep a folded column for them.
        let pattern = contains_pattern(text);
        query = query.filter(lower(directories::name).like(pattern).escape('\\'));
    }
    let page: Page<Found> = load_by_age!(conn, query, request, directories::id, |found: &Found| {
        found.row.id.to_string()
    });
    page.try_map(Directory::try_from)
}

/// The organization's directories, oldest first.
pub fn for_organization(
    conn: &mut Connection,
    organization_id: &OrganizationId,
) -> Result<Vec<Directory>> {
    for_organizations(conn, std::slice::from_ref(organization_id))
}

/// The directories of several organizations, oldest first.
pub fn for_organizations(
    conn: &mut Connection,
    organization_ids: &[OrganizationId],
) -> Result<Vec<Directory>> {
    let rows: Vec<Found> = directories::table
        .inner_join(workspaces::table)
        .filter(directories::organization_id.eq_any(organization_ids))
        .order(directories::id)
        .select(Found::as_select())
        .load(conn)?;
    rows.into_iter().map(Directory::try_from).collect()
}

/// The directories of those ids in the workspace.
pub fn by_ids(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    ids: &[DirectoryId],
) -> Result<HashMap<DirectoryId, Directory>> {
    let mine = directories::workspace_id
        .eq(workspace_id)
        .and(directories::id.eq_any(ids));
    let rows: Vec<Found> = directories::table
        .inner_join(workspaces::table)
        .filter(mine)
        .select(Found::as_select())
        .load(conn)?;
    let named = rows
        .into_iter()
        .map(|found| Ok((found.row.id.clone(), Directory::try_from(found)?)));
    named.collect()
}

/// How many users and groups each of several directories has. Those that have neither are left out.
pub fn counts_of(
    conn: &mut Connection,
    ids: &[DirectoryId],
) -> Result<HashMap<DirectoryId, Counts>> {
    let mut counts: HashMap<_, Counts> = HashMap::new();
    let users: Vec<(DirectoryId, bool, i64)> = directory_users::table
        .filter(directory_users::directory_id.eq_any(ids))
        .group_by((directory_users::directory_id, directory_users::active))
        .select((
            directory_users::directory_id,
            directory_users::active,
            count_star(),
        ))
        .load(conn)?;
    for (id, active, number) in users {
        let of_directory = counts.entry(id).or_default();
        of_directory.users += number;
        of_directory.active_users += if active { number } else { 0 };
    }
    let hidden: Vec<(DirectoryId, i64)> = directory_users::table
        .filter(directory_users::directory_id.eq_any(ids))
        .filter(directory_users::hidden_at.is_not_null())
        .group_by(directory_users::directory_id)
        .select((directory_users::directory_id, count_star()))
        .load(conn)?;
    for (id, number) in hidden {
        counts.entry(id).or_default().hidden_users = number;
    }
    let groups: Vec<(DirectoryId, i64)> = directory_groups::table
        .filter(directory_groups::directory_id.eq_any(ids))
        .group_by(directory_groups::directory_id)
        .select((directory_groups::directory_id, count_star()))
        .load(conn)?;
    for (id, number) in groups {
        counts.entry(id).or_default().groups = number;
    }
    Ok(counts)
}

/// How many users and groups a directory has.
pub fn counts(conn: &mut Connection, directory_id: &DirectoryId) -> Result<Counts> {
    let users = directory_users::table.filter(directory_users::directory_id.eq(directory_id));
    Ok(Counts {
        users: users.count().get_result(conn)?,
        active_users: users
            .filter(directory_users::active.eq(true))
            .count()
            .get_result(conn)?,
        hidden_users: users
            .filter(directory_users::hidden_at.is_not_null())
            .count()
            .get_result(conn)?,
        groups: directory_groups::table
            .filter(directory_groups::directory_id.eq(directory_id))
            .count()
            .get_result(conn)?,
    })
}
