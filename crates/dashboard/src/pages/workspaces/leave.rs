//! Leaving a workspace.

use actix_web::{HttpResponse, web};
use rollcall_store::workspace_member::{self, Error};

use super::PATH;
use super::settings::{Forms, refused};
use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::{Confirmation, FormState};

/// Takes whoever asks out of the workspace, once its name was typed. Somebody has to stay who owns it.
pub(crate) async fn leave(
    who: InWorkspace,
    form: web::Form<Confirmation>,
) -> Result<HttpResponse, PageError> {
    let state = form.check(&who.workspace.name, "changed");
    if !state.is_valid() {
        return again(&who, state).await;
    }
    let (workspace_id, member_id) = (who.workspace.id.clone(), who.member.id.clone());
    let left = who
        .store()
        .write(move |tx| workspace_member::leave(tx, &workspace_id, &member_id));
    match left.await {
        Ok(_) => {
            let flash = Flash::new(Deed::WorkspaceLeft, who.workspace.name.as_str());
            Ok(who.done(PATH, &flash))
        }
        Err(Error::LastOwner) => {
            let mut state = FormState::default();
            state.refuse_all(
                "Nobody else here is an owner. Make somebody one first, or delete the workspace.",
            );
            again(&who, state).await
        }
        Err(Error::Store(error)) => Err(error.into()),
        Err(_) => Err(PageError::NotFound),
    }
}

async fn again(who: &InWorkspace, leave: FormState) -> Result<HttpResponse, PageError> {
    let forms = Forms {
        leave,
        ..Forms::default()
    };
    refused(who, forms).await
}
