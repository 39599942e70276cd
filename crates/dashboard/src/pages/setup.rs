//! The first account of an empty installation, guarded by a code that the server printed.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::member::{self, FirstAccountError, NewMember};
use rollcall_store::session::Proof;
use rollcall_store::workspace::Workspace;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::FormState;
use crate::shell::Shell;
use crate::signing_in::{Browser, Secrets};
use crate::urls::Links;
use crate::visit::{Visit, see_other};
use crate::{cookies, limits, passwords};

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
    count(&visit).await?;
    if visit.store().read(member::any).await? {
        return Ok(see_other("/login", []));
    }
    let form = form.into_inner();
    let mut state = check(&form).await;
    if !state.is_valid() {
        return visit.refused(&page(&visit, state));
    }
    match make(&visit, form).await {
        Ok((workspace, secrets)) => {
            let flash = Flash::new(Deed::FirstAccountMade, workspace.name);
            let flash = cookies::Kind::Flash.with(visit.app.settings(), flash.encode());
            let mut answer = secrets.answer(&visit, &Links::new(&workspace.slug).organizations());
            // A cookie of ours is always a valid header.
            let _ = answer.add_cookie(&flash);
            Ok(answer)
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
) -> Result<(Workspace, Secrets), FirstAccountError> {
    let password_hash = visit.app.hasher().hash(form.password).await?;
    let browser = Browser::of(visit);
    let new = NewMember {
        email: form.email.trim().to_owned(),
        name: form.name.trim().to_owned(),
        password_hash,
    };
    let made = visit.store().write(move |tx| {
        let (member, workspace) = member::create_first(tx, &form.code, new, form.workspace.trim())?;
        let secrets = browser.sign_in(tx, &member, Proof::Password)?;
        Ok::<_, FirstAccountError>((workspace, secrets))
    });
    made.await
}

async fn check(form: &FirstAccount) -> FormState {
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
    state.email("email", &form.email);
    let known = [&*form.name, &*form.email, &*form.workspace];
    passwords::check(&mut state, "password", &form.password, &known).await;
    state.name("workspace", &form.workspace, "a name for the workspace");
    state
}

/// Counts an attempt at the code.
async fn count(visit: &Visit) -> Result<(), PageError> {
    let origin = visit.origin();
    let counted = visit
        .store()
        .write(move |tx| limits::from_address(tx, &origin));
    match counted.await? {
        Some(wait) => Err(PageError::TooManyAttempts(wait)),
        None => Ok(()),
    }
}

fn page(visit: &Visit, form: FormState) -> SetupPage {
    SetupPage {
        shell: visit.plain_shell("Create the first account"),
        form,
    }
}
