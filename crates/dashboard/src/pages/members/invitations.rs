//! Open invitations: sent again with a new link, or taken back.

use actix_web::{HttpResponse, web};
use rollcall_store::ids::{Id as _, InvitationId};
use rollcall_store::invitation;
use serde::Deserialize;

use super::invitation_refusal;
use super::invite::{Made, shown_once};
use super::letters::Writer;
use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::reauthenticated::Reauthenticated;

/// Which invitation.
#[derive(Deserialize)]
pub(crate) struct InvitationPath {
    invitation: String,
}

impl InvitationPath {
    fn id(&self) -> Result<InvitationId, PageError> {
        InvitationId::parse(&self.invitation).ok_or(PageError::NotFound)
    }
}

/// Makes a new link, mails it and shows it this once; the old one works no more.
pub(crate) async fn resend(
    Reauthenticated(who): Reauthenticated<InWorkspace>,
    path: web::Path<InvitationPath>,
) -> Result<HttpResponse, PageError> {
    let id = path.id()?;
    let (workspace_id, by, writer) = (
        who.workspace.id.clone(),
        who.member.id.clone(),
        Writer::new(&who),
    );
    let renewed = who.store().write(move |tx| {
        let (invitation, secret) = invitation::renew(tx, &workspace_id, &by, &id)?;
        let link = writer.link(&secret);
        let posted = writer.invite(tx, &invitation, &link)?;
        Ok(Made {
            invitation,
            link,
            posted,
        })
    });
    match renewed.await {
        Ok(made) => shown_once(&who, made, "Invited again"),
        Err(error) => Err(invitation_refusal(&who, error)),
    }
}

/// Takes an invitation back.
pub(crate) async fn revoke(
    Reauthenticated(who): Reauthenticated<InWorkspace>,
    path: web::Path<InvitationPath>,
) -> Result<HttpResponse, PageError> {
    let id = path.id()?;
    let (workspace_id, by) = (who.workspace.id.clone(), who.member.id.clone());
    let revoked = who
        .store()
        .write(move |tx| invitation::revoke(tx, &workspace_id, &by, &id));
    let revoked = revoked
        .await
        .map_err(|error| invitation_refusal(&who, error))?;
    let flash = Flash::new(Deed::InvitationRevoked, revoked.email);
    Ok(who.done(&who.links.members(), &flash))
}
