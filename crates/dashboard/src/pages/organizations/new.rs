//! A new organization.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::form_submission::{self, Claim};
use rollcall_store::ids::{FormKey, Id as _, OrganizationId};
use rollcall_store::{Tx, organization};
use serde::Deserialize;

use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::FormState;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "pages/organizations/new.html")]
struct NewPage {
    shell: Shell,
    form: FormState,
    form_key: FormKey,
}

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct NewOrganization {
    name: String,
    #[serde(default)]
    form_key: String,
}

/// The form.
pub(crate) async fn show(who: InWorkspace) -> Result<HttpResponse, PageError> {
    let form_key = who.store().new_id();
    who.ok(&page(&who, FormState::default(), form_key))
}

/// Makes the organization; sent twice, the form makes one.
pub(crate) async fn create(
    who: InWorkspace,
    form: web::Form<NewOrganization>,
) -> Result<HttpResponse, PageError> {
    let mut state = FormState::default().with("name", &form.name);
    let name = state.name("name", &form.name, "the organization’s name");
    let form_key = FormKey::parse(&form.form_key).unwrap_or_else(|| who.store().new_id());
    if !state.is_valid() {
        return who.refused(&page(&who, state, form_key));
    }
    let (workspace_id, new_name) = (who.workspace.id.clone(), name.clone());
    let made = who.store().write(move |tx: &mut Tx<'_>| {
        if let Claim::Made(id) = form_submission::claim(tx, &workspace_id, &form_key)? {
            return Ok(OrganizationId::parse(&id));
        }
        let organization = organization::create(tx, &workspace_id, &new_name)?;
        form_submission::record(tx, &form_key, organization.id.as_str())?;
        Ok::<_, PageError>(Some(organization.id))
    });
    let id = made.await?.ok_or(PageError::NotFound)?;
    Ok(who.done(
        &who.links.organization(&id),
        &Flash::new(Deed::OrganizationCreated, name),
    ))
}

fn page(who: &InWorkspace, form: FormState, form_key: FormKey) -> NewPage {
    let shell = who
        .shell("New organization")
        .crumb("Organizations", who.links.organizations());
    NewPage {
        shell,
        form,
        form_key,
    }
}
