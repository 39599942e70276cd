//! Who belongs to a workspace, and as what. Whoever changes that holds the workspace's row, so that
//! the last owner is still the last one when the change is made.

use diesel::prelude::*;

use crate::audit::{self, Action, Difference, Target};
use crate::db::connection::first_locked;
use crate::db::schema::{members, workspace_members, workspaces};
use crate::error::{Error as StoreError, Result};
use crate::ids::{MemberId, WorkspaceId};
use crate::member::Member;
use crate::page::{Page, PageRequest, load_page};
use crate::rights::Right;
use crate::workspace::Role;
use crate::{Connection, Timestamp, Tx, invitation};

/// A member as one of their workspaces knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceMember {
    /// The person.
    pub member: Member,
    /// What they may do there.
    pub role: Role,
    /// When they joined.
    pub joined_at: Timestamp,
}

/// Why somebody's role was not changed, or why they are still there.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody of that id is in the workspace.
    #[error("nobody of that id is in the workspace")]
    NotFound,
    /// Whoever does it may not (any more).
    #[error("this takes a right that they do not have")]
    NotAllowed(Right),
    /// Nobody would be left to own the workspace.
    #[error("they are the last owner")]
    LastOwner,
    /// The role is another by now.
    #[error("the role was changed meanwhile")]
    Changed(Role),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

type Row = (Member, String, Timestamp);

fn of_row((member, role, joined_at): Row) -> Result<WorkspaceMember> {
    Ok(WorkspaceMember {
        role: stored_role(&role, "workspace_members", &member.id)?,
        member,
        joined_at,
    })
}

/// Reads a stored role.
pub(crate) fn stored_role(text: &str, table: &'static str, row: &impl ToString) -> Result<Role> {
    Role::parse(text).ok_or_else(|| StoreError::Inconsistent {
        table,
        column: "role",
        row: row.to_string(),
        reason: format!("no role is called {text:?}"),
    })
}

/// The member of that id in the workspace.
pub fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &MemberId,
) -> Result<Option<WorkspaceMember>> {
    let mine = workspace_members::workspace_id
        .eq(workspace_id)
        .and(workspace_members::member_id.eq(id));
    let row: Option<Row> = workspace_members::table
        .inner_join(members::table)
        .filter(mine)
        .select((
            Member::as_select(),
            workspace_members::role,
            workspace_members::created_at,
        ))
        .first(conn)
        .optional()?;
    row.map(of_row).transpose()
}

/// Whether the account with that address, if there is one, is in the workspace.
pub(crate) fn has_email(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    email_folded: &str,
) -> Result<bool> {
    let mine = workspace_members::workspace_id
        .eq(workspace_id)
        .and(members::email_folded.eq(email_folded));
    let found: Option<MemberId> = workspace_members::table
        .inner_join(members::table)
        .filter(mine)
        .select(members::id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// The workspace's members by their addresses.
pub fn page(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    request: &PageRequest,
) -> Result<Page<WorkspaceMember>> {
    let boundary = boundary(conn, workspace_id, request)?;
    let query = workspace_members::table
        .inner_join(members::table)
        .filter(workspace_members::workspace_id.eq(workspace_id))
        .select((
            Member::as_select(),
            workspace_members::role,
            workspace_members::created_at,
        ))
        .into_boxed();
    let rows: Page<Row> = load_page!(
        conn,
        query,
        request,
        boundary,
        members::email_folded,
        members::id,
        |(member, ..): &Row| member.id.to_string()
    );
    rows.try_map(of_row)
}

fn boundary(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    request: &PageRequest,
) -> Result<Option<(String, MemberId)>> {
    let Some((_, cursor)) = request.cursor() else {
        return Ok(None);
    };
    let mine = workspace_members::workspace_id
        .eq(workspace_id)
        .and(workspace_members::member_id.eq(cursor));
    let query = workspace_members::table
        .inner_join(members::table)
        .filter(mine)
        .select((members::email_folded, members::id));
    Ok(query.first(conn).optional()?)
}

/// Holds a workspace's row until the transaction ends.
pub(crate) fn hold(tx: &mut Tx<'_>, workspace_id: &WorkspaceId) -> Result<()> {
    let own = workspaces::table
        .filter(workspaces::id.eq(workspace_id))
        .select(workspaces::id);
    let _held: Option<WorkspaceId> = first_locked!(*tx, for_no_key_update, own)?;
    Ok(())
}

/// Refuses unless the member may, at this moment, give and take those roles.
pub(crate) fn require(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    by: &MemberId,
    roles: &[Role],
) -> Result<(), Error> {
    let right = if roles.contains(&Role::Owner) {
        Right::ManageOwners
    } else {
        Right::ManageMembers
    };
    match find(tx, workspace_id, by)? {
        Some(acting) if acting.role.may(right) => Ok(()),
        _ => Err(Error::NotAllowed(right)),
    }
}

/// Gives a member another role on behalf of `by`; the answer is the member as they were. `from` is
/// the role that `by` saw; one that is `to` already stays as it is. What they invited others to and
/// could not any more is revoked.
pub fn change_role(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    by: &MemberId,
    id: &MemberId,
    (from, to): (Role, Role),
) -> Result<WorkspaceMember, Error> {
    hold(tx, workspace_id)?;
    let found = find(tx, workspace_id, id)?.ok_or(Error::NotFound)?;
    require(tx, workspace_id, by, &[found.role, to])?;
    if found.role == to {
        return Ok(found);
    }
    if found.role != from {
        return Err(Error::Changed(found.role));
    }
    require_another_owner(tx, workspace_id, &found)?;
    diesel::update(workspace_members::table.find((workspace_id, id)))
        .set(workspace_members::role.eq(to.as_str()))
        .execute(&mut **tx)?;
    invitation::revoke_of(tx, workspace_id, id, Some(to))?;
    let difference = Difference::none().changed("role", from.as_str(), to.as_str());
    note(tx, workspace_id, Action::RoleChanged, &found, difference)?;
    Ok(found)
}

/// Takes a member out of the workspace on behalf of `by`. Their open invitations are revoked.
pub fn remove(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    by: &MemberId,
    id: &MemberId,
) -> Result<WorkspaceMember, Error> {
    hold(tx, workspace_id)?;
    let found = find(tx, workspace_id, id)?.ok_or(Error::NotFound)?;
    require(tx, workspace_id, by, &[found.role])?;
    take_out(tx, workspace_id, found, Action::MemberRemoved)
}

/// Takes a member out of the workspace at their own wish, whatever their role.
pub fn leave(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    id: &MemberId,
) -> Result<WorkspaceMember, Error> {
    hold(tx, workspace_id)?;
    let found = find(tx, workspace_id, id)?.ok_or(Error::NotFound)?;
    take_out(tx, workspace_id, found, Action::MemberLeft)
}

fn take_out(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    found: WorkspaceMember,
    action: Action,
) -> Result<WorkspaceMember, Error> {
    require_another_owner(tx, workspace_id, &found)?;
    diesel::delete(workspace_members::table.find((workspace_id, &found.member.id)))
        .execute(&mut **tx)?;
    invitation::revoke_of(tx, workspace_id, &found.member.id, None)?;
    let difference = Difference::none().changed("role", found.role.as_str(), None::<&str>);
    note(tx, workspace_id, action, &found, difference)?;
    Ok(found)
}

/// Whether the member is the only owner who can sign in.
pub fn is_last_owner(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &MemberId,
) -> Result<bool> {
    let owners: Vec<MemberId> = workspace_members::table
        .inner_join(members::table)
        .filter(workspace_members::workspace_id.eq(workspace_id))
        .filter(workspace_members::role.eq(Role::Owner.as_str()))
        .filter(members::disabled_at.is_null().or(members::id.eq(id)))
        .order(members::id)
        .limit(2)
        .select(members::id)
        .load(conn)?;
    Ok(owners == [id.clone()])
}

/// The addresses of those who own the workspace and can sign in.
pub fn owner_emails(conn: &mut Connection, workspace_id: &WorkspaceId) -> Result<Vec<String>> {
    Ok(workspace_members::table
        .inner_join(members::table)
        .filter(workspace_members::workspace_id.eq(workspace_id))
        .filter(workspace_members::role.eq(Role::Owner.as_str()))
        .filter(members::disabled_at.is_null())
        .order(members::id)
        .select(members::email)
        .load(conn)?)
}

fn require_another_owner(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    found: &WorkspaceMember,
) -> Result<(), Error> {
    if found.role == Role::Owner && is_last_owner(tx, workspace_id, &found.member.id)? {
        return Err(Error::LastOwner);
    }
    Ok(())
}

fn note(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    action: Action,
    found: &WorkspaceMember,
    difference: Difference,
) -> Result<()> {
    let target = Target::new(&found.member.id, &found.member.email);
    audit::note(tx, workspace_id, action, target, difference)
}
