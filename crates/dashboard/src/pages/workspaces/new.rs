//! A new workspace, owned by whoever makes it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::form_submission::{self, Claim};
use rollcall_store::ids::{FormKey, Id as _};
use rollcall_store::workspace::{self, Workspace};
use serde::Deserialize;

use super::{PATH, list, may_create};
use crate::auth::{SignedIn, require_second_factor};
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::FormState;
use crate::shell::Shell;
use crate::urls::Links;

#[derive(Template)]
#[template(path = "pages/workspaces/new.html")]
struct NewPage {
    shell: Shell,
    form: FormState,
    form_key: FormKey,
    /// Whether this installation lets them make one.
    allowed: bool,
}

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct NewWorkspace {
    #[serde(default)]
    name: String,
    #[serde(default)]
    form_key: String,
}

/// Why nothing was made: the form was sent before, or the store failed.
enum NotMade {
    SentBefore,
    Store(rollcall_store::Error),
}

impl From<rollcall_store::Error> for NotMade {
    fn from(error: rollcall_store::Error) -> Self {
        Self::Store(error)
    }
}

/// The form.
pub(crate) async fn show(who: SignedIn) -> Result<HttpResponse, PageError> {
    if let Some(refusal) = refused(&who).await? {
        return Ok(refusal);
    }
    let form_key = who.visit.store().new_id();
    who.visit
        .ok(&page(&who, FormState::default(), form_key, true))
}

/// Makes the workspace; sent twice, the form makes one.
pub(crate) async fn create(
    who: SignedIn,
    form: web::Form<NewWorkspace>,
) -> Result<HttpResponse, PageError> {
    if let Some(refusal) = refused(&who).await? {
        return Ok(refusal);
    }
    let mut state = FormState::default().with("name", &form.name);
    let name = state.name("name", &form.name, "a name for the workspace");
    let form_key = FormKey::parse(&form.form_key).unwrap_or_else(|| who.visit.store().new_id());
    if !state.is_valid() {
        return who.visit.refused(&page(&who, state, form_key, true));
    }
    let workspace = make(&who, name, form_key).await?;
    let home = Links::new(&workspace.slug).organizations();
    let flash = Flash::new(Deed::WorkspaceCreated, workspace.name);
    Ok(who.visit.done(&home, &flash))
}

/// The form's key belongs to the workspace that the form makes, so that one is made before it is known whether the form was sent
/// already; if it was, all of that is rolled back.
async fn make(who: &SignedIn, name: String, key: FormKey) -> Result<Workspace, PageError> {
    let (owner, used) = (who.member.id.clone(), key.clone());
    let made = who.visit.store().write(move |tx| {
        let workspace = workspace::create_owned(tx, &name, &owner)?;
        match form_submission::claim(tx, &workspace.id, &used)? {
            Claim::Fresh => Ok(workspace),
            Claim::Made(_) => Err(NotMade::SentBefore),
        }
    });
    match made.await {
        Ok(workspace) => Ok(workspace),
        Err(NotMade::Store(error)) => Err(error.into()),
        Err(NotMade::SentBefore) => {
            let owner = who.member.id.clone();
            let found = who
                .visit
                .store()
                .read_persistently(move |conn| form_submission::workspace_made(conn, &key, &owner));
            found.await?.ok_or(PageError::NotFound)
        }
    }
}

/// The answer to somebody who may not make one.
async fn refused(who: &SignedIn) -> Result<Option<HttpResponse>, PageError> {
    let settings = who.visit.app.settings();
    require_second_factor(&who.visit, &who.member, settings.require_second_factor)?;
    if may_create(settings, &list::of(who).await?) {
        return Ok(None);
    }
    let form_key = who.visit.store().new_id();
    let page = page(who, FormState::default(), form_key, false);
    who.visit.page(StatusCode::FORBIDDEN, &page).map(Some)
}

fn page(who: &SignedIn, form: FormState, form_key: FormKey, allowed: bool) -> NewPage {
    let shell = who.visit.plain_shell("New workspace");
    NewPage {
        shell: shell.crumb("Workspaces", PATH.to_owned()),
        form,
        form_key,
        allowed,
    }
}
