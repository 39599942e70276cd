//! The first account of an empty installation, guarded by a code that the server printed.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::member::{self, FirstAccountError, NewMember};
use rollcall_store::session;
use rollcall_store::workspace::Workspace;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::cookies;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::FormState;
use crate::shell::Shell;
use crate::urls::Links;
use crate::visit::{Visit, see_other};

const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

#[derive(Template)]
#[template(path = "pages/setup.html")]
struct SetupPage {
    shell: Shell,
    form: FormState,
}

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct FirstAccount {
    code: SecretString,
    name: String,
    email: String,
    password: SecretString,
    workspace: String,
}

/// The form, while there is no account.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, PageError> {
    if visit.store().read(member::any).await? {
        return Ok(see_other("/login", []));
    }
    visit.ok(&page(&visit, FormState::default()))
}

/// Makes the account with its workspace, and signs it in.
pub(crate) async fn create(
    visit: Visit,
    form: web::Form<FirstAccount>,
) -> Result<HttpResponse, PageError> {
    visit
        .app
        .limits()
        .count_address(&visit.request, visit.app.settings())?;
    if visit.store().read(member::any).await? {
        return Ok(see_other("/login", []));
    }
    let form = form.into_inner();
    let mut state = check(&form);
    if !state.is_valid() {
        return visit.refused(&page(&visit, state));
    }
    match make(&visit, form).await {
        Ok((workspace, cookie)) => {
            let flash = Flash::new(Deed::FirstAccountMade, workspace.name);
            let settings = visit.app.settings();
            let cookies = [
                cookies::session(settings, cookie.expose_secret()),
                cookies::flash(settings, flash.encode()),
            ];
            Ok(see_other(
                &Links::new(&workspace.slug).organizations(),
                cookies,
            ))
        }
        Err(FirstAccountError::CodeRefused) => {
            state.refuse(
                "code",
                "This is not the code that the server printed. A restart prints a new one.",
            );
            visit.refused(&page(&visit, state))
        }
        Err(FirstAccountError::AlreadySetUp) => Ok(see_other("/login", [])),
        Err(FirstAccountError::Store(error)) => Err(error.into()),
    }
}

async fn make(
    visit: &Visit,
    form: FirstAccount,
) -> Result<(Workspace, SecretString), FirstAccountError> {
    let password_hash = visit.app.hasher().hash(form.password).await?;
    let user_agent = visit.user_agent();
    let new = NewMember {
        email: form.email.trim().to_owned(),
        name: form.name.trim().to_owned(),
        password_hash,
    };
    let made = visit.store().write(move |tx| {
        let (member, workspace) = member::create_first(tx, &form.code, new, form.workspace.trim())?;
        Ok::<_, FirstAccountError>((workspace, session::create(tx, &member.id, &user_agent)?))
    });
    made.await
}

fn check(form: &FirstAccount) -> FormState {
    let mut state = FormState::default()
        .with("name", &form.name)
        .with("email", &form.email)
        .with("workspace", &form.workspace);
    if form.code.expose_secret().trim().is_empty() {
        state.refuse(
            "code",
            "Enter the code that the server printed when it started.",
        );
    }
    state.name("name", &form.name, "your name");
    let email = state.name("email", &form.email, "your e-mail address");
    if !email.is_empty() && !looks_like_email(&email) {
        state.refuse("email", "Enter an address like ada@example.com.");
    }
    let length = form.password.expose_secret().chars().count();
    if !PASSWORD_LENGTH.contains(&length) {
        let (least, most) = (PASSWORD_LENGTH.start(), PASSWORD_LENGTH.end());
        state.refuse(
            "password",
            format!("Use {least} to {most} characters; any will do."),
        );
    }
    state.name("workspace", &form.workspace, "a name for the workspace");
    state
}

fn looks_like_email(text: &str) -> bool {
    let halves = text.rsplit_once('@');
    halves.is_some_and(|(local, host)| !local.is_empty() && !host.is_empty())
        && !text.contains(char::is_whitespace)
}

fn page(visit: &Visit, form: FormState) -> SetupPage {
    SetupPage {
        shell: visit.plain_shell("Create the first account"),
        form,
    }
}
