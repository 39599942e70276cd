//! Signing in and out.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::member::{self, Member};
use rollcall_store::session;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::error::PageError;
use crate::forms::FormState;
use crate::shell::Shell;
use crate::visit::{Visit, see_other};
use crate::{auth, cookies, urls};

#[derive(Template)]
#[template(path = "pages/login.html")]
struct LoginPage {
    shell: Shell,
    form: FormState,
}

/// The way back after signing in.
#[derive(Deserialize)]
pub(crate) struct Way {
    #[serde(default)]
    next: String,
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
    visit
        .app
        .limits()
        .count_address(&visit.request, visit.app.settings())?;
    visit.app.limits().count_account(&email)?;
    let Some(member) = verified(&visit, &email, password).await? else {
        let mut state = FormState::default().with("email", email).with("next", next);
        state.refuse_all("This e-mail address and password do not belong together.");
        return visit.refused(&page(&visit, state));
    };
    let secret = start_session(&visit, member).await?;
    let cookie = cookies::session(visit.app.settings(), secret.expose_secret());
    Ok(see_other(urls::local_path(&next).unwrap_or("/"), [cookie]))
}

/// Ends the session, in the database as well as in the browser.
pub(crate) async fn sign_out(visit: Visit) -> Result<HttpResponse, PageError> {
    if let Some(cookie) = visit.session_cookie() {
        visit
            .store()
            .write(move |tx| session::delete(tx, &cookie))
            .await?;
    }
    let settings = visit.app.settings();
    Ok(see_other(
        "/login",
        [cookies::removal(settings, cookies::session_name(settings))],
    ))
}

async fn verified(
    visit: &Visit,
    email: &str,
    password: SecretString,
) -> Result<Option<Member>, PageError> {
    let email = email.trim().to_owned();
    let found = visit
        .store()
        .read(move |conn| member::find_by_email(conn, &email))
        .await?;
    let (member, hash) = found.map_or((None, None), |(member, hash)| (Some(member), Some(hash)));
    let right = visit.app.hasher().verify(password, hash).await?;
    Ok(member.filter(|_| right))
}

/// A new session each time, and the end of the one that the browser had.
async fn start_session(visit: &Visit, member: Member) -> Result<SecretString, PageError> {
    let (old, user_agent) = (visit.session_cookie(), visit.user_agent());
    let started = visit.store().write(move |tx| {
        if let Some(old) = old {
            session::delete(tx, &old)?;
        }
        Ok::<_, PageError>(session::create(tx, &member.id, &user_agent)?)
    });
    started.await
}

fn page(visit: &Visit, form: FormState) -> LoginPage {
    LoginPage {
        shell: visit.plain_shell("Sign in"),
        form,
    }
}
