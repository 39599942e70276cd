//! Making, renewing and revoking.

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Error, Invitation, LIFETIME, MOST, PREFIX, Row, find, note};
use crate::audit::{Action, Difference};
use crate::db::schema::invitations;
use crate::error::Result;
use crate::fold::fold;
use crate::ids::{InvitationId, MemberId, WorkspaceId};
use crate::rights::Right;
use crate::workspace::Role;
use crate::workspace_member::{self, hold, require};
use crate::{Connection, Tx, token};

/// Invites an address on behalf of a member; the answer holds the secret of the link, which is
/// known this once. Whether there is an account with the address makes no difference.
pub fn create(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    by: &MemberId,
    email: &str,
    role: Role,
) -> Result<(Invitation, SecretString), Error> {
    hold(tx, workspace_id)?;
    require(tx, workspace_id, by, &[role])?;
    require_free(tx, workspace_id, &fold(email))?;
    let secret = tx.new_token(PREFIX);
    let invitation = Invitation {
        id: tx.new_id(),
        workspace_id: workspace_id.clone(),
        email: email.to_owned(),
        role,
        invited_by: Some(by.clone()),
        created_at: tx.now(),
        sent_at: tx.now(),
        expires_at: tx.now().plus(LIFETIME),
    };
    let values = (
        invitations::id.eq(&invitation.id),
        invitations::workspace_id.eq(workspace_id),
        invitations::email.eq(email),
        invitations::email_folded.eq(fold(email)),
        invitations::role.eq(role.as_str()),
        invitations::secret_hash.eq(token::hash(secret.expose_secret())),
        invitations::invited_by.eq(by),
        invitations::created_at.eq(invitation.created_at),
        invitations::sent_at.eq(invitation.sent_at),
        invitations::expires_at.eq(invitation.expires_at),
    );
    diesel::insert_into(invitations::table)
        .values(values)
        .execute(&mut **tx)?;
    let difference = Difference::none()
        .set("role", role.as_str())
        .set("expires_at", invitation.expires_at.to_string());
    note(tx, &invitation, Action::InvitationCreated, difference)?;
    Ok((invitation, secret))
}

/// Refuses an address that is a member's or invited, and more than a workspace can look through.
fn require_free(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    email_folded: &str,
) -> Result<(), Error> {
    if workspace_member::has_email(conn, workspace_id, email_folded)? {
        return Err(Error::AlreadyMember);
    }
    let own = invitations::workspace_id.eq(workspace_id);
    let same: i64 = invitations::table
        .filter(own.and(invitations::email_folded.eq(email_folded)))
        .count()
        .get_result(conn)?;
    if same > 0 {
        return Err(Error::AlreadyInvited);
    }
    let open: i64 = invitations::table.filter(own).count().get_result(conn)?;
    if open >= MOST {
        return Err(Error::TooMany);
    }
    Ok(())
}

/// Makes a new link, which works for another [`LIFETIME`]; the old one works no more.
pub fn renew(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    by: &MemberId,
    id: &InvitationId,
) -> Result<(Invitation, SecretString), Error> {
    let old = find_to_change(tx, workspace_id, by, id)?;
    let secret = tx.new_token(PREFIX);
    let renewed = Invitation {
        sent_at: tx.now(),
        expires_at: tx.now().plus(LIFETIME),
        invited_by: Some(by.clone()),
        ..old.clone()
    };
    diesel::update(invitations::table.filter(invitations::id.eq(id)))
        .set((
            invitations::secret_hash.eq(token::hash(secret.expose_secret())),
            invitations::sent_at.eq(renewed.sent_at),
            invitations::expires_at.eq(renewed.expires_at),
            invitations::invited_by.eq(by),
        ))
        .execute(&mut **tx)?;
    let (from, to) = (old.expires_at.to_string(), renewed.expires_at.to_string());
    let difference = Difference::none().changed("expires_at", from, to);
    note(tx, &renewed, Action::InvitationRenewed, difference)?;
    Ok((renewed, secret))
}

/// Takes an invitation back.
pub fn revoke(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    by: &MemberId,
    id: &InvitationId,
) -> Result<Invitation, Error> {
    let invitation = find_to_change(tx, workspace_id, by, id)?;
    delete(tx, &invitation)?;
    Ok(invitation)
}

fn find_to_change(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    by: &MemberId,
    id: &InvitationId,
) -> Result<Invitation, Error> {
    hold(tx, workspace_id)?;
    let found = find(tx, workspace_id, id)?.ok_or(Error::NotFound)?;
    require(tx, workspace_id, by, &[found.role])?;
    Ok(found)
}

fn delete(tx: &mut Tx<'_>, invitation: &Invitation) -> Result<()> {
    diesel::delete(invitations::table.filter(invitations::id.eq(&invitation.id)))
        .execute(&mut **tx)?;
    note(
        tx,
        invitation,
        Action::InvitationRevoked,
        Difference::none(),
    )
}

/// Revokes whatever a member invited to, in all workspaces: they may know the links.
pub(crate) fn revoke_all_of(tx: &mut Tx<'_>, by: &MemberId) -> Result<()> {
    let workspaces: Vec<WorkspaceId> = invitations::table
        .filter(invitations::invited_by.eq(by))
        .order(invitations::workspace_id)
        .select(invitations::workspace_id)
        .distinct()
        .load(&mut **tx)?;
    // All of them before anything is written down, which holds the chains of the audit log.
    for workspace_id in &workspaces {
        hold(tx, workspace_id)?;
    }
    for workspace_id in &workspaces {
        revoke_of(tx, workspace_id, by, None)?;
    }
    Ok(())
}

/// Revokes what a member invited to, and could not with the role that they have now, if any.
pub(crate) fn revoke_of(
    tx: &mut Tx<'_>,
    workspace_id: &WorkspaceId,
    by: &MemberId,
    now: Option<Role>,
) -> Result<()> {
    let rows: Vec<Row> = invitations::table
        .filter(invitations::workspace_id.eq(workspace_id))
        .filter(invitations::invited_by.eq(by))
        .order(invitations::id)
        .select(Row::as_select())
        .load(&mut **tx)?;
    for row in rows {
        let invitation = Invitation::try_from(row)?;
        let right = match invitation.role {
            Role::Owner => Right::ManageOwners,
            Role::Admin | Role::Operator | Role::Viewer => Right::ManageMembers,
        };
        if !now.is_some_and(|role| role.may(right)) {
            delete(tx, &invitation)?;
        }
    }
    Ok(())
}
