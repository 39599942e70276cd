//! The end of somebody's membership.

use actix_web::{HttpResponse, web};
use rollcall_store::workspace_member;

use super::letters::Writer;
use super::{MemberPath, refusal, show};
use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::reauthenticated::Reauthenticated;

/// Takes a member out of the workspace, which acts with their next request; they are told.
pub(crate) async fn remove(
    Reauthenticated(who): Reauthenticated<InWorkspace>,
    path: web::Path<MemberPath>,
) -> Result<HttpResponse, PageError> {
    let id = path.id()?;
    if id == who.member.id {
        let found = show::find(&who, id).await?;
        return show::refused(
            &who,
            found,
            "This is you. To go, leave the workspace instead.",
        );
    }
    let (workspace_id, by, writer) = (
        who.workspace.id.clone(),
        who.member.id.clone(),
        Writer::new(&who),
    );
    let gone = id.clone();
    let removed = who.store().write(move |tx| {
        let removed = workspace_member::remove(tx, &workspace_id, &by, &gone)?;
        writer.tell_removal(tx, &removed.member.email)?;
        Ok(removed)
    });
    match removed.await {
        Ok(removed) => {
            let flash = Flash::new(Deed::MemberRemoved, removed.member.name);
            Ok(who.done(&who.links.members(), &flash))
        }
        Err(workspace_member::Error::LastOwner) => {
            let found = show::find(&who, id).await?;
            let words = "They are the last owner. Make somebody else an owner first.";
            show::refused(&who, found, words)
        }
        Err(error) => Err(refusal(&who, error)),
    }
}
