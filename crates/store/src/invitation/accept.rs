//! Joining by the link of an invitation.

use diesel::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Error, Offer, find_by_secret};
use crate::audit::{self, Action, Actor, Difference, Target};
use crate::db::schema::{invitations, workspace_members};
use crate::error::{Error as StoreError, Result, is_unique_violation};
use crate::fold::fold;
use crate::member::{self, Member, NewMember};
use crate::workspace_member::{self, hold};
use crate::{Tx, token};

/// Lets the one who was invited in. Who is in already keeps their role.
pub fn accept(tx: &mut Tx<'_>, secret: &SecretString, member: &Member) -> Result<Offer, Error> {
    let offer = redeem(tx, secret)?;
    if fold(&member.email) != fold(&offer.invitation.email) {
        return Err(Error::OtherAddress);
    }
    join(tx, &offer, member)?;
    Ok(offer)
}

/// Makes an account for the address that was invited, and lets it in. The address counts as
/// unproven, since a link may also have been handed over by who invited. Whatever the caller gives
/// as the address does not count.
pub fn accept_as_new(
    tx: &mut Tx<'_>,
    secret: &SecretString,
    new: NewMember,
) -> Result<(Offer, Member), Error> {
    let offer = redeem(tx, secret)?;
    let email = offer.invitation.email.clone();
    if member::find_by_email(tx, &email)?.is_some() {
        return Err(Error::EmailTaken);
    }
    let member = member::create(tx, NewMember { email, ..new }).map_err(|error| match error {
        StoreError::Database(error) if is_unique_violation(&error) => Error::EmailTaken,
        other => Error::Store(other),
    })?;
    join(tx, &offer, &member)?;
    Ok((offer, member))
}

fn redeem(tx: &mut Tx<'_>, secret: &SecretString) -> Result<Offer, Error> {
    let (secret, now) = (secret.expose_secret(), tx.now());
    let wanted = find_by_secret(tx, secret, now)?.ok_or(Error::LinkRefused)?;
    hold(tx, &wanted.workspace.id)?;
    // The workspace may have been deleted before it was held.
    let found = find_by_secret(tx, secret, now)?.ok_or(Error::LinkRefused)?;
    // Of two requests at once the deletion lets one through.
    let hash = token::hash(secret);
    let used = diesel::delete(invitations::table.filter(invitations::secret_hash.eq(hash)))
        .execute(&mut **tx)?;
    if used == 1 {
        Ok(found)
    } else {
        Err(Error::LinkRefused)
    }
}

fn join(tx: &mut Tx<'_>, offer: &Offer, member: &Member) -> Result<()> {
    let (workspace_id, invitation) = (&offer.workspace.id, &offer.invitation);
    if workspace_member::find(tx, workspace_id, &member.id)?.is_none() {
        let values = (
            workspace_members::workspace_id.eq(workspace_id),
            workspace_members::member_id.eq(&member.id),
            workspace_members::role.eq(invitation.role.as_str()),
            workspace_members::created_at.eq(tx.now()),
        );
        diesel::insert_into(workspace_members::table)
            .values(values)
            .execute(&mut **tx)?;
    }
    let actor = Actor::Member {
        id: member.id.clone(),
        email: member.email.clone(),
    };
    let difference = Difference::none().set("role", invitation.role.as_str());
    let target = Target::new(&invitation.id, &invitation.email);
    let action = Action::InvitationAccepted;
    audit::note_by(tx, actor, workspace_id, (action, target, difference))
}
