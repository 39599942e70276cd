//! Looking workspaces up.

use diesel::prelude::*;

use super::row::Row;
use super::{Contents, Role, Workspace};
use crate::Connection;
use crate::db::schema::{
    directories, directory_groups, directory_users, organizations, workspace_members, workspaces,
};
use crate::error::Result;
use crate::ids::{MemberId, WorkspaceId};

/// The workspace of that id.
pub fn find(conn: &mut Connection, id: &WorkspaceId) -> Result<Option<Workspace>> {
    let query = workspaces::table.filter(workspaces::id.eq(id));
    let row: Option<Row> = query.select(Row::as_select()).first(conn).optional()?;
    row.map(Workspace::try_from).transpose()
}

/// The workspace of that slug.
pub fn find_by_slug(conn: &mut Connection, slug: &str) -> Result<Option<Workspace>> {
    let query = workspaces::table.filter(workspaces::slug.eq(slug));
    let row: Option<Row> = query.select(Row::as_select()).first(conn).optional()?;
    row.map(Workspace::try_from).transpose()
}

/// The first workspace of that name that is not deleted; for scripts that name an existing one.
pub fn find_by_name(conn: &mut Connection, name: &str) -> Result<Option<Workspace>> {
    let live = workspaces::name
        .eq(name)
        .and(workspaces::delete_after.is_null());
    let query = workspaces::table.filter(live).order(workspaces::id);
    let row: Option<Row> = query.select(Row::as_select()).first(conn).optional()?;
    row.map(Workspace::try_from).transpose()
}

/// The workspaces a member belongs to, oldest first, each with the member's role.
pub fn of_member(conn: &mut Connection, member_id: &MemberId) -> Result<Vec<(Workspace, Role)>> {
    let rows: Vec<(Row, String)> = workspaces::table
        .inner_join(workspace_members::table)
        .filter(workspace_members::member_id.eq(member_id))
        .order(workspaces::id)
        .select((Row::as_select(), workspace_members::role))
        .load(conn)?;
    rows.into_iter()
        .map(|(row, role)| Ok((row.try_into()?, Role::from_stored(&role, member_id)?)))
        .collect()
}

/// The workspaces that decided for how many days their events are kept, and for how many.
pub fn retentions(conn: &mut Connection) -> Result<Vec<(WorkspaceId, i32)>> {
    Ok(workspaces::table
        .filter(workspaces::event_retention_days.is_not_null())
        .order(workspaces::id)
        .select((
            workspaces::id,
            workspaces::event_retention_days.assume_not_null(),
        ))
        .load(conn)?)
}

/// How much a workspace holds.
pub fn contents(conn: &mut Connection, id: &WorkspaceId) -> Result<Contents> {
    let own = || directories::table.filter(directories::workspace_id.eq(id));
    let ids = || own().select(directories::id);
    Ok(Contents {
        organizations: organizations::table
            .filter(organizations::workspace_id.eq(id))
            .count()
            .get_result(conn)?,
        directories: own().count().get_result(conn)?,
        users: directory_users::table
            .filter(directory_users::directory_id.eq_any(ids()))
            .count()
            .get_result(conn)?,
        groups: directory_groups::table
            .filter(directory_groups::directory_id.eq_any(ids()))
            .count()
            .get_result(conn)?,
    })
}
