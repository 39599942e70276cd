//! A new webhook endpoint.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::form_submission::{self, Claim};
use rollcall_store::ids::{FormKey, Id as _};
use rollcall_store::webhook_endpoint::{self, Defaults};

use super::form::{EndpointForm, Sent};
use super::secret::shown_once;
use crate::auth::{AtEndpoint, InWorkspace};
use crate::error::PageError;
use crate::shell::{Section, Shell};
use crate::visit::see_other;

#[derive(Template)]
#[template(path = "pages/webhooks/new.html")]
struct NewPage {
    shell: Shell,
    form: EndpointForm,
    form_key: FormKey,
}

/// The form.
pub(crate) async fn show(who: InWorkspace) -> Result<HttpResponse, PageError> {
    let form_key = who.store().new_id();
    let form = EndpointForm::fresh(Defaults::from(&who.workspace));
    who.ok(&page(&who, form, form_key))
}

/// Makes the endpoint and shows its secret. Sent again (a reload), the form makes nothing.
pub(crate) async fn create(
    who: InWorkspace,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, PageError> {
    let sent = Sent::read(form.into_inner());
    let key = FormKey::parse(&sent.form_key).unwrap_or_else(|| who.store().new_id());
    let new = match sent.check() {
        Ok(new) => new,
        Err(form) => return who.refused(&page(&who, *form, key)),
    };
    let (workspace_id, wanted, used) = (who.workspace.id.clone(), new.clone(), key.clone());
    let made = who.store().write(move |tx| {
        if let Claim::Made(id) = form_submission::claim(tx, &workspace_id, &used)? {
            return Ok(Err(id));
        }
        let made = webhook_endpoint::create(tx, &workspace_id, wanted)?;
        form_submission::record(tx, &used, made.0.id.as_str())?;
        Ok::<_, webhook_endpoint::Error>(Ok(made))
    });
    match made.await {
        Ok(Ok((endpoint, secret))) => shown_once(&AtEndpoint { who, endpoint }, secret, None),
        Ok(Err(_)) => Ok(see_other(&who.links.webhooks(), [])),
        Err(error) => {
            let form = EndpointForm::refused(&new, error)?;
            who.refused(&page(&who, form, key))
        }
    }
}

fn page(who: &InWorkspace, form: EndpointForm, form_key: FormKey) -> NewPage {
    let shell = who.shell("New webhook endpoint").within(Section::Webhooks);
    NewPage {
        shell: shell.crumb("Webhooks", who.links.webhooks()),
        form,
        form_key,
    }
}
