//! A new password, by a mailed link.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::account_link::Purpose;
use rollcall_store::member::{self, LinkError};
use secrecy::SecretString;
use serde::Deserialize;

use super::links;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::FormState;
use crate::shell::Shell;
use crate::visit::{Visit, see_other};
use crate::{cookies, passwords};

#[derive(Template)]
#[template(path = "pages/reset_password.html")]
struct ResetPage {
    shell: Shell,
    form: FormState,
    email: String,
}

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct NewPassword {
    password: SecretString,
}

/// The form.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, PageError> {
    let (_, link) = links::followed(&visit, &[Purpose::ResetPassword]).await?;
    visit.ok(&page(&visit, FormState::default(), link.email))
}

/// Sets the password and ends all sessions. It signs nobody in: the second factor is asked for.
pub(crate) async fn reset(
    visit: Visit,
    form: web::Form<NewPassword>,
) -> Result<HttpResponse, PageError> {
    let (secret, link) = links::followed(&visit, &[Purpose::ResetPassword]).await?;
    let password = form.into_inner().password;
    let mut state = FormState::default();
    passwords::check(&mut state, "password", &password, &[&link.email]).await;
    if !state.is_valid() {
        return visit.refused(&page(&visit, state, link.email));
    }
    let hash = visit.app.hasher().hash(password).await?;
    let reset = visit
        .store()
        .write(move |tx| member::reset_password(tx, &secret, &hash));
    match reset.await {
        Ok(member) => {
            let settings = visit.app.settings();
            let flash = Flash::new(Deed::PasswordReset, member.email);
            let cookies = [
                cookies::Kind::Link.removal(settings),
                cookies::Kind::Session.removal(settings),
                cookies::Kind::Flash.with(settings, flash.encode()),
            ];
            Ok(see_other("/login", cookies))
        }
        Err(LinkError::Store(error)) => Err(error.into()),
        Err(_) => Err(PageError::LinkRefused),
    }
}

fn page(visit: &Visit, form: FormState, email: String) -> ResetPage {
    ResetPage {
        shell: visit.plain_shell("Choose a new password"),
        form,
        email,
    }
}
