//! Deleting a workspace, what it looks like until it is gone, and undoing that.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::rights::Right;
use rollcall_store::workspace::{self, Error};
use rollcall_store::workspace_member;

use super::settings::{Forms, refused};
use crate::auth::{EvenDeleted, InWorkspace};
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::Confirmation;
use crate::pages::members::letters::Writer;
use crate::reauthenticated::Reauthenticated;
use crate::shell::Shell;
use crate::time::When;
use crate::visit::see_other;

#[derive(Template)]
#[template(path = "pages/workspaces/deleted.html")]
struct DeletedPage {
    shell: Shell,
    name: String,
    /// When it is taken away.
    after: When,
    /// Whether its time has come, and there is nothing to undo.
    over: bool,
    may_restore: bool,
    restore: String,
}

/// Deletes the workspace, once its name was typed. Every owner is told by mail, for whoever does it may not be who they seem.
pub(crate) async fn delete(
    Reauthenticated(who): Reauthenticated<InWorkspace>,
    form: web::Form<Confirmation>,
) -> Result<HttpResponse, PageError> {
    let state = form.check(&who.workspace.name, "deleted");
    if !state.is_valid() {
        let forms = Forms {
            delete: state,
            ..Forms::default()
        };
        return refused(&who, forms).await;
    }
    let (id, page, writer) = (
        who.workspace.id.clone(),
        who.links.deleted(),
        Writer::new(&who),
    );
    let deleted = who.store().write(move |tx| {
        let after = workspace::delete(tx, &id)?.and_then(|deleted| deleted.delete_after);
        let Some(after) = after else { return Ok(()) };
        for email in workspace_member::owner_emails(tx, &id)? {
            writer.tell_deletion(tx, &email, (after, &page))?;
        }
        Ok::<_, Error>(())
    });
    deleted.await?;
    Ok(see_other(&who.links.deleted(), []))
}

/// The one page that a deleted workspace has.
pub(crate) async fn show(EvenDeleted(who): EvenDeleted) -> Result<HttpResponse, PageError> {
    let Some(after) = who.workspace.delete_after else {
        return Ok(see_other(&who.links.home(), []));
    };
    let now = who.now();
    who.ok(&DeletedPage {
        shell: who.visit.plain_shell("This workspace is deleted"),
        name: who.workspace.name.clone(),
        after: When::new(after, now),
        over: after <= now,
        may_restore: who.role.may(Right::DeleteWorkspace),
        restore: who.links.restore(),
    })
}

/// Undoes the deletion. Nothing happens to a workspace that is not deleted.
pub(crate) async fn restore(EvenDeleted(who): EvenDeleted) -> Result<HttpResponse, PageError> {
    let id = who.workspace.id.clone();
    if who.workspace.delete_after.is_none() {
        return Ok(see_other(&who.links.home(), []));
    }
    let restored = who.store().write(move |tx| workspace::restore(tx, &id));
    match restored.await {
        Ok(workspace) => {
            let flash = Flash::new(Deed::WorkspaceRestored, workspace.name);
            Ok(who.done(&who.links.organizations(), &flash))
        }
        // Its time came while somebody looked at the page, which says so now.
        Err(Error::Gone) => Ok(see_other(&who.links.deleted(), [])),
        Err(error) => Err(error.into()),
    }
}
