//! Who belongs to a workspace.

use diesel::prelude::*;

use super::Role;
use crate::Tx;
use crate::audit::{self, Action, Difference, Target};
use crate::db::schema::{members, workspace_members};
use crate::error::Result;
use crate::ids::{MemberId, WorkspaceId};

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
