//! An endpoint's settings: what it is told of, its secret, whether it is told at all, its end.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::ids::FormKey;
use rollcall_store::webhook_endpoint::{self, Changes, Status};

use super::form::{EndpointForm, Sent, changes};
use super::head::{self, Head, Tab};
use super::secret::{OVERLAPS, Overlap, failure};
use crate::auth::AtEndpoint;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::{Confirmation, FormState};
use crate::reauthenticated::Reauthenticated;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "pages/webhooks/settings.html")]
struct SettingsPage {
    shell: Shell,
    head: Head,
    id: String,
    url: String,
    form: EndpointForm,
    delete: FormState,
    overlaps: &'static [Overlap],
    /// Of the form that changes the secret.
    form_key: FormKey,
    actions: Actions,
}

/// Where the forms are sent.
struct Actions {
    update: String,
    disable: String,
    rotate: String,
    delete: String,
}

/// The page.
pub(crate) async fn show(at: AtEndpoint) -> Result<HttpResponse, PageError> {
    let form = EndpointForm::of(&at.endpoint);
    let page = page(&at, form, FormState::default()).await?;
    at.who.ok(&page)
}

/// Saves what was chosen.
pub(crate) async fn update(
    at: AtEndpoint,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, PageError> {
    let new = match Sent::read(form.into_inner()).check() {
        Ok(new) => new,
        Err(form) => {
            return at
                .who
                .refused(&page(&at, *form, FormState::default()).await?);
        }
    };
    match change(&at, changes(&new)).await {
        Ok(()) => {
            let place = at.who.links.webhook_settings(&at.endpoint.id);
            let flash = Flash::new(Deed::WebhookSaved, new.endpoint_url);
            Ok(at.who.done(&place, &flash))
        }
        Err(error) => {
            let form = EndpointForm::refused(&new, error)?;
            at.who
                .refused(&page(&at, form, FormState::default()).await?)
        }
    }
}

/// Lets events be sent again.
pub(crate) async fn enable(at: AtEndpoint) -> Result<HttpResponse, PageError> {
    set_status(&at, Status::Enabled, Deed::WebhookEnabled).await
}

/// Stops sending.
pub(crate) async fn disable(at: AtEndpoint) -> Result<HttpResponse, PageError> {
    set_status(&at, Status::Disabled, Deed::WebhookDisabled).await
}

async fn set_status(
    at: &AtEndpoint,
    status: Status,
    deed: Deed,
) -> Result<HttpResponse, PageError> {
    let changes = Changes {
        status: Some(status),
        ..Changes::default()
    };
    change(at, changes).await.map_err(failure)?;
    let flash = Flash::new(deed, &at.endpoint.endpoint_url);
    let place = at.who.links.webhook(&at.endpoint.id);
    Ok(at.who.done(&place, &flash))
}

async fn change(at: &AtEndpoint, changes: Changes) -> Result<(), webhook_endpoint::Error> {
    let endpoint = at.endpoint.clone();
    let updating = at
        .who
        .store()
        .write(move |tx| webhook_endpoint::update(tx, &endpoint, changes));
    updating.await.map(drop)
}

/// Deletes the endpoint, once its URL was typed.
pub(crate) async fn delete(
    Reauthenticated(at): Reauthenticated<AtEndpoint>,
    form: web::Form<Confirmation>,
) -> Result<HttpResponse, PageError> {
    let state = form.check(&at.endpoint.endpoint_url, "deleted");
    if !state.is_valid() {
        let form = EndpointForm::of(&at.endpoint);
        return at.who.refused(&page(&at, form, state).await?);
    }
    let endpoint = at.endpoint.clone();
    at.who
        .store()
        .write(move |tx| webhook_endpoint::delete(tx, &endpoint))
        .await?;
    let flash = Flash::new(Deed::WebhookDeleted, &at.endpoint.endpoint_url);
    Ok(at.who.done(&at.who.links.webhooks(), &flash))
}

async fn page(
    at: &AtEndpoint,
    form: EndpointForm,
    delete: FormState,
) -> Result<SettingsPage, PageError> {
    let action = |name| at.who.links.webhook_action(&at.endpoint.id, name);
    Ok(SettingsPage {
        shell: head::shell(at, Some("Settings")),
        head: head::load(at, Tab::Settings).await?,
        id: at.endpoint.id.to_string(),
        url: at.endpoint.endpoint_url.clone(),
        form,
        delete,
        overlaps: OVERLAPS,
        form_key: at.who.store().new_id(),
        actions: Actions {
            update: action("update"),
            disable: action("disable"),
            rotate: action("rotate"),
            delete: action("delete"),
        },
    })
}
