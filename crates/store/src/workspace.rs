//! Workspaces: the tenants. Nothing crosses from one to another.

use diesel::prelude::*;

use crate::audit::{self, Action, Difference, Target};
use crate::db::schema::{members, workspace_members, workspaces};
use crate::error::{Error, Result};
use crate::ids::{MemberId, WorkspaceId};
use crate::{Connection, Timestamp, Tx};

/// A tenant: one SaaS team, or one of its environments.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = workspaces, treat_none_as_default_value = false)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name in dashboard URLs: lower-case letters, digits and hyphens; unique; never changes.
    pub slug: String,
    /// What people read.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a member may do in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything, also deleting the workspace.
    Owner,
    /// Everything but that.
    Admin,
    /// Runs directories.
    Operator,
    /// Looks.
    Viewer,
}

impl Role {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Operator => "operator",
            Self::Viewer => "viewer",
        }
    }

    fn from_stored(text: &str, member: &MemberId) -> Result<Self> {
        [Self::Owner, Self::Admin, Self::Operator, Self::Viewer]
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| Error::Inconsistent {
                table: "workspace_members",
                column: "role",
                row: member.to_string(),
                reason: format!("no role is called {text:?}"),
            })
    }
}

/// Makes a workspace. Its slug comes from its name, with a number when another has that slug.
pub fn create(tx: &mut Tx<'_>, name: &str) -> Result<Workspace> {
    let workspace = Workspace {
        id: tx.new_id(),
        slug: free_slug(tx, &slug(name))?,
        name: name.to_owned(),
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    diesel::insert_into(workspaces::table)
        .values(&workspace)
        .execute(&mut **tx)?;
    let (action, target) = (Action::WorkspaceCreated, Target::new(&workspace.id, name));
    audit::note(tx, &workspace.id, action, target, Difference::none())?;
    Ok(workspace)
}

/// The workspace of that slug.
pub fn find_by_slug(conn: &mut Connection, slug: &str) -> Result<Option<Workspace>> {
    let query = workspaces::table
        .filter(workspaces::slug.eq(slug))
        .select(Workspace::as_select());
    Ok(query.first(conn).optional()?)
}

/// The first workspace of that name; for scripts that name an existing one.
pub fn find_by_name(conn: &mut Connection, name: &str) -> Result<Option<Workspace>> {
    let query = workspaces::table
        .filter(workspaces::name.eq(name))
        .order(workspaces::id)
        .select(Workspace::as_select());
    Ok(query.first(conn).optional()?)
}

/// The workspaces a member belongs to, oldest first, each with the member's role.
pub fn of_member(conn: &mut Connection, member_id: &MemberId) -> Result<Vec<(Workspace, Role)>> {
    let rows: Vec<(Workspace, String)> = workspaces::table
        .inner_join(workspace_members::table)
        .filter(workspace_members::member_id.eq(member_id))
        .order(workspaces::id)
        .select((Workspace::as_select(), workspace_members::role))
        .load(conn)?;
    rows.into_iter()
        .map(|(workspace, role)| Ok((workspace, Role::from_stored(&role, member_id)?)))
        .collect()
}

/// Lets a member into a workspace; one who is in already keeps the role.
pub fn admit(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    member_id: &MemberId,
    role: Role,
) -> Result<()> {
    let known: i64 = workspace_members::table
        .filter(
            workspace_members::workspace_id
                .eq(workspace_id)
                .and(workspace_members::member_id.eq(member_id)),
        )
        .count()
        .get_result(&mut **tx)?;
    if known == 0 {
        let values = (
            workspace_members::workspace_id.eq(workspace_id),
            workspace_members::member_id.eq(member_id),
            workspace_members::role.eq(role.as_str()),
            workspace_members::created_at.eq(tx.now()),
        );
        diesel::insert_into(workspace_members::table)
            .values(values)
            .execute(&mut **tx)?;
        let email: String = members::table
            .filter(members::id.eq(member_id))
            .select(members::email)
            .first(&mut **tx)?;
        let difference = Difference::none().set("role", role.as_str());
        let (action, target) = (Action::MemberAdded, Target::new(member_id, email));
        audit::note(tx, workspace_id, action, target, difference)?;
    }
    Ok(())
}

fn free_slug(conn: &mut Connection, wanted: &str) -> Result<String> {
    let mut candidate = wanted.to_owned();
    let mut number = 2;
    while find_by_slug(conn, &candidate)?.is_some() {
        candidate = format!("{wanted}-{number}");
        number += 1;
    }
    Ok(candidate)
}

fn slug(name: &str) -> String {
    let words: Vec<String> = name
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let slug: String = words.join("-").chars().take(40).collect();
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "workspace".to_owned()
    } else {
        slug.to_owned()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_slug_keeps_ascii_letters_and_digits() {
        assert_eq!(super::slug("Acme Staging (EU)"), "acme-staging-eu");
        assert_eq!(super::slug("日本"), "workspace");
    }
}
