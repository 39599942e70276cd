//! A link for a new password. The answer and the work are the same whether there is such an account
//! or not: the process that sends mail looks it up.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::mail::{self, Kind};
use serde::Deserialize;

use super::mailed;
use crate::error::PageError;
use crate::forms::FormState;
use crate::limits;
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "pages/forgot_password.html")]
struct ForgotPage {
    shell: Shell,
    form: FormState,
}

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct Address {
    pub(super) email: String,
}

/// The form.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, PageError> {
    visit.ok(&page(&visit, FormState::default()))
}

/// Asks for the mail.
pub(crate) async fn ask(visit: Visit, form: web::Form<Address>) -> Result<HttpResponse, PageError> {
    let mut state = FormState::default().with("email", &form.email);
    let email = state.email("email", &form.email);
    if !state.is_valid() {
        return visit.refused(&page(&visit, state));
    }
    ask_for_mail(&visit, Kind::ResetPassword, &email).await?;
    mailed::answer(&visit, &email)
}

/// Writes that somebody who is not signed in asks for a mail; too many to one address are dropped.
pub(super) async fn ask_for_mail(visit: &Visit, kind: Kind, email: &str) -> Result<(), PageError> {
    let (origin, email) = (visit.origin(), email.to_owned());
    let asked = visit.store().write(move |tx| {
        let refused = limits::from_address(tx, &origin)?;
        if refused.is_none() && limits::mail(tx, &email)? {
            mail::ask(tx, kind, &email, None)?;
        }
        Ok::<_, PageError>(refused)
    });
    match asked.await? {
        Some(wait) => Err(PageError::TooManyAttempts(wait)),
        None => Ok(()),
    }
}

fn page(visit: &Visit, form: FormState) -> ForgotPage {
    ForgotPage {
        shell: visit.plain_shell("Forgot your password?"),
        form,
    }
}
