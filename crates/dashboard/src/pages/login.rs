//! Signing in and out.

use actix_web::{HttpResponse, web};
use askama::Template;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rollcall_store::Error;
use rollcall_store::account_link::{self, Purpose};
use rollcall_store::audit::Action;
use rollcall_store::member::{self, Member};
use rollcall_store::session::{self, Proof};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::error::PageError;
use crate::forms::FormState;
use crate::settings::SignUp;
use crate::shell::Shell;
use crate::signing_in::{self, Browser};
use crate::visit::{Visit, see_other};
use crate::{auth, cookies, urls, visitor};

#[derive(Template)]
#[template(path = "pages/login.html")]
struct LoginPage {
    shell: Shell,
    form: FormState,
    may_sign_up: bool,
}

/// The way back after signing in.
#[derive(Deserialize)]
pub(crate) struct Way {
    #[serde(default)]
    pub(super) next: String,
}

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    email: String,
    password: SecretString,
    #[serde(default)]
    next: String,
}

/// The form, for who is not signed in.
pub(crate) async fn show(visit: Visit, way: web::Query<Way>) -> Result<HttpResponse, PageError> {
    if auth::current(&visit).await?.is_some() {
        return Ok(see_other("/", []));
    }
    if !visit.store().read(member::any).await? {
        return Ok(see_other("/setup", []));
    }
    visit.ok(&page(&visit, FormState::default().with("next", &way.next)))
}

/// Signs in. An unknown address and a wrong password cost the same work and get the same answer.
pub(crate) async fn sign_in(
    visit: Visit,
    form: web::Form<Credentials>,
) -> Result<HttpResponse, PageError> {
    let Credentials {
        email,
        password,
        next,
    } = form.into_inner();
    let account = signing_in::account(&visit, &email).await?;
    let tried = account.as_ref().map(|(member, _)| member.clone());
    let Some(member) = signing_in::verified(&visit, account, password).await? else {
        signing_in::note_failure(&visit, tried).await?;
        let mut state = FormState::default().with("email", email).with("next", next);
        state.refuse_all("This e-mail address and password do not belong together.");
        return visit.refused(&page(&visit, state));
    };
    if member.has_second_factor() {
        return ask_for_code(&visit, member, &next).await;
    }
    let browser = Browser::of(&visit);
    let signed_in = visit
        .store()
        .write(move |tx| browser.sign_in(tx, &member, Proof::Password));
    let way = urls::local_path(&next).unwrap_or("/");
    Ok(signed_in.await?.answer(&visit, way))
}

/// The password was right. Who gave it is remembered in a cookie until the code is there.
async fn ask_for_code(
    visit: &Visit,
    member: Member,
    next: &str,
) -> Result<HttpResponse, PageError> {
    let secret = visit.store().write(move |tx| {
        account_link::issue(tx, Purpose::SecondFactor, Some(&member.id), &member.email)
    });
    let cookie = cookies::Kind::SigningIn.with(visit.app.settings(), secret.await?.expose_secret());
    let next = utf8_percent_encode(next, NON_ALPHANUMERIC);
    Ok(see_other(&format!("/login/code?next={next}"), [cookie]))
}

/// Ends the session, in the database as well as in the browser.
pub(crate) async fn sign_out(visit: Visit) -> Result<HttpResponse, PageError> {
    if let Some(cookie) = visit.cookie(cookies::Kind::Session) {
        let ended: Result<(), Error> = visit
            .store()
            .write(move |tx| {
                let now = tx.now();
                let Some((_, member)) = session::find(tx, &cookie, now)? else {
                    return Ok(());
                };
                if session::delete(tx, &cookie)? {
                    visitor::note(tx, &member, Action::SignedOut)?;
                }
                Ok(())
            })
            .await;
        ended?;
    }
    let removal = cookies::Kind::Session.removal(visit.app.settings());
    Ok(see_other("/login", [removal]))
}

fn page(visit: &Visit, form: FormState) -> LoginPage {
    LoginPage {
        shell: visit.plain_shell("Sign in"),
        form,
        may_sign_up: visit.app.settings().sign_up == SignUp::Open,
    }
}
