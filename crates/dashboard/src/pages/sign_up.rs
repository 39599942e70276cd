//! An account for whoever reads the address that they give, where the installation is open. First
//! only the address is asked for, so that nobody takes an address that is not theirs.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::account_link::Purpose;
use rollcall_store::mail::Kind;
use rollcall_store::member::{self, LinkError, NewMember};
use rollcall_store::session::Proof;
use secrecy::SecretString;
use serde::Deserialize;

use super::forgot_password::{Address, ask_for_mail};
use super::{links, mailed};
use crate::error::PageError;
use crate::forms::FormState;
use crate::passwords;
use crate::settings::SignUp;
use crate::shell::Shell;
use crate::signing_in::Browser;
use crate::urls::Links;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "pages/sign_up.html")]
struct SignUpPage {
    shell: Shell,
    form: FormState,
}

#[derive(Template)]
#[template(path = "pages/sign_up_finish.html")]
struct FinishPage {
    shell: Shell,
    form: FormState,
    email: String,
}

/// What the second form asks for.
#[derive(Deserialize)]
pub(crate) struct NewAccount {
    name: String,
    password: SecretString,
    workspace: String,
}

/// The first form.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, PageError> {
    require_open(&visit)?;
    visit.ok(&first_page(&visit, FormState::default()))
}

/// Asks for the mail. It says the same whether the address has an account or not.
pub(crate) async fn ask(visit: Visit, form: web::Form<Address>) -> Result<HttpResponse, PageError> {
    require_open(&visit)?;
    let mut state = FormState::default().with("email", &form.email);
    let email = state.email("email", &form.email);
    if !state.is_valid() {
        return visit.refused(&first_page(&visit, state));
    }
    ask_for_mail(&visit, Kind::SignUp, &email).await?;
    mailed::answer(&visit, &email)
}

/// The second form, for who followed the link.
pub(crate) async fn show_finish(visit: Visit) -> Result<HttpResponse, PageError> {
    require_open(&visit)?;
    let (_, link) = links::followed(&visit, &[Purpose::SignUp]).await?;
    visit.ok(&finish_page(&visit, FormState::default(), link.email))
}

/// Makes the account with a workspace, and signs it in.
pub(crate) async fn finish(
    visit: Visit,
    form: web::Form<NewAccount>,
) -> Result<HttpResponse, PageError> {
    require_open(&visit)?;
    let (secret, link) = links::followed(&visit, &[Purpose::SignUp]).await?;
    let form = form.into_inner();
    let mut state = FormState::default()
        .with("name", &form.name)
        .with("workspace", &form.workspace);
    let name = state.name("name", &form.name, "your name");
    let known = [&*link.email, &*form.name, &*form.workspace];
    passwords::check(&mut state, "password", &form.password, &known).await;
    let workspace = state.name("workspace", &form.workspace, "a name for the workspace");
    if !state.is_valid() {
        return visit.refused(&finish_page(&visit, state, link.email));
    }
    let new = NewMember {
        email: link.email,
        name,
        password_hash: visit.app.hasher().hash(form.password).await?,
    };
    let browser = Browser::of(&visit);
    let made = visit.store().write(move |tx| {
        let (member, workspace) = member::sign_up(tx, &secret, new, &workspace)?;
        let secrets = browser.sign_in(tx, &member, Proof::Password)?;
        Ok::<_, LinkError>((workspace, secrets))
    });
    match made.await {
        Ok((workspace, secrets)) => {
            Ok(secrets.answer(&visit, &Links::new(&workspace.slug).organizations()))
        }
        Err(LinkError::Store(error)) => Err(error.into()),
        Err(_) => Err(PageError::LinkRefused),
    }
}

fn require_open(visit: &Visit) -> Result<(), PageError> {
    match visit.app.settings().sign_up {
        SignUp::Open => Ok(()),
        SignUp::InviteOnly | SignUp::Closed => Err(PageError::NotFound),
    }
}

fn first_page(visit: &Visit, form: FormState) -> SignUpPage {
    SignUpPage {
        shell: visit.plain_shell("Create an account"),
        form,
    }
}

fn finish_page(visit: &Visit, form: FormState, email: String) -> FinishPage {
    FinishPage {
        shell: visit.plain_shell("Your new account"),
        form,
        email,
    }
}
