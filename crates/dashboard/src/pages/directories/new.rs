//! A new directory, and the one page that shows its bearer token.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::directory::{self, Directory};
use rollcall_store::directory_token::{NewToken, TokenError};
use rollcall_store::form_submission::{self, Claim};
use rollcall_store::ids::{DirectoryId, FormKey, Id as _};
use rollcall_store::provider::{self, PROVIDERS, Provider};
use serde::Deserialize;

use super::guide::Guide;
use super::head::Steps;
use crate::auth::AtOrganization;
use crate::error::PageError;
use crate::forms::FormState;
use crate::pages::tokens::TokenPage;
use crate::shell::Shell;
use crate::visit::see_other;

#[derive(Template)]
#[template(path = "pages/directories/new.html")]
struct NewPage {
    shell: Shell,
    form: FormState,
    form_key: FormKey,
    action: String,
    cancel: String,
    providers: &'static [Provider],
}

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct NewDirectory {
    #[serde(default)]
    provider: String,
    name: String,
    #[serde(default)]
    form_key: String,
}

/// What sending the form led to.
enum Made {
    Now(Box<(Directory, NewToken)>),
    Before(DirectoryId),
}

/// The form, with the organization's name filled in.
pub(crate) async fn show(at: AtOrganization) -> Result<HttpResponse, PageError> {
    let state = FormState::default().with("name", &at.organization.name);
    let form_key = at.who.store().new_id();
    at.who.ok(&page(&at, state, form_key))
}

/// Makes the directory and shows its endpoint and token. Sent again (a reload), the form makes
/// nothing and shows no token: it leads to the directory.
pub(crate) async fn create(
    at: AtOrganization,
    form: web::Form<NewDirectory>,
) -> Result<HttpResponse, PageError> {
    let mut state = FormState::default()
        .with("name", &form.name)
        .with("provider", &form.provider);
    let provider = provider::find(&form.provider);
    if provider.is_none() {
        state.refuse("provider", "Choose the identity provider of this customer.");
    }
    let name = state.name("name", &form.name, "a name for the directory");
    let form_key = FormKey::parse(&form.form_key).unwrap_or_else(|| at.who.store().new_id());
    let Some(provider) = provider.filter(|_| state.is_valid()) else {
        return at.who.refused(&page(&at, state, form_key));
    };
    match make(&at, provider, name, form_key).await? {
        Made::Now(made) => shown_once(&at, &made.0, &made.1),
        Made::Before(id) => Ok(see_other(&at.who.links.connect(&id), [])),
    }
}

async fn make(
    at: &AtOrganization,
    provider: &'static Provider,
    name: String,
    key: FormKey,
) -> Result<Made, PageError> {
    let organization = at.organization.clone();
    let made = at.who.store().write(move |tx| {
        if let Claim::Made(id) = form_submission::claim(tx, &organization.workspace_id, &key)? {
            return Ok(DirectoryId::parse(&id).map(Made::Before));
        }
        let (directory, token) = directory::create(tx, &organization, provider, &name)?;
        form_submission::record(tx, &key, directory.id.as_str())?;
        Ok::<_, TokenError>(Some(Made::Now(Box::new((directory, token)))))
    });
    match made.await {
        Ok(made) => made.ok_or(PageError::NotFound),
        Err(TokenError::Store(error)) => Err(error.into()),
        // A directory just made has no token that could stand in the way.
        Err(TokenError::TwoLive) => Err(PageError::NotFound),
    }
}

fn shown_once(
    at: &AtOrganization,
    directory: &Directory,
    token: &NewToken,
) -> Result<HttpResponse, PageError> {
    let shell = at
        .shell_below(Guide::of(&directory.provider).connect)
        .crumb(&directory.name, at.who.links.directory(&directory.id));
    let page = TokenPage::new(
        shell,
        at.who.visit.app.settings(),
        directory,
        token,
        Steps::NONE,
    );
    at.who.visit.page(StatusCode::CREATED, &page)
}

fn page(at: &AtOrganization, form: FormState, form_key: FormKey) -> NewPage {
    NewPage {
        shell: at.shell_below("Add Directory"),
        action: at.who.links.create_directory(&at.organization.id),
        cancel: at.who.links.organization(&at.organization.id),
        form,
        form_key,
        providers: PROVIDERS,
    }
}
