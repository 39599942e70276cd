//! The password again, before what is dangerous.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::audit::Action;
use rollcall_store::password::PasswordHash;
use rollcall_store::session::{self, Proof};
use rollcall_store::{Error, member, second_factor};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::login::Way;
use super::login_code::{REFUSED, count};
use crate::auth::SignedIn;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::FormState;
use crate::shell::Shell;
use crate::visit::see_other;
use crate::{cookies, urls, visitor};

#[derive(Template)]
#[template(path = "pages/reauthenticate.html")]
struct ReauthenticatePage {
    shell: Shell,
    form: FormState,
    email: String,
    wants_code: bool,
}

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct Proofs {
    password: SecretString,
    #[serde(default)]
    code: Option<SecretString>,
    #[serde(default)]
    next: String,
}

/// The form.
pub(crate) async fn show(who: SignedIn, way: web::Query<Way>) -> Result<HttpResponse, PageError> {
    let form = FormState::default().with("next", &way.next);
    who.visit.ok(&page(&who, form))
}

/// Goes on with a session whose cookie has a new value.
pub(crate) async fn check(
    who: SignedIn,
    form: web::Form<Proofs>,
) -> Result<HttpResponse, PageError> {
    let Proofs {
        password,
        code,
        next,
    } = form.into_inner();
    count(&who.visit, &who.member).await?;
    let mut state = FormState::default().with("next", &next);
    if own_password(&who, password).await?.is_none() {
        state.refuse("password", "This is not your password.");
        return who.visit.refused(&page(&who, state));
    }
    let (member, session) = (who.member.clone(), who.session.clone());
    let renewed = who.visit.store().write(move |tx| {
        let proof = if member.has_second_factor() {
            second_factor::check(tx, &member.id, &code.unwrap_or_default())?;
            Proof::TwoFactors
        } else {
            Proof::Password
        };
        visitor::note(tx, &member, Action::Reauthenticated)?;
        Ok(session::renew(tx, &session, proof)?)
    });
    match renewed.await {
        Ok(Some(secret)) => {
            let settings = who.visit.app.settings();
            let flash = Flash::new(Deed::Reauthenticated, "");
            let cookies = [
                cookies::Kind::Session.with(settings, secret.expose_secret()),
                cookies::Kind::Flash.with(settings, flash.encode()),
            ];
            Ok(see_other(urls::local_path(&next).unwrap_or("/"), cookies))
        }
        Ok(None) => Ok(see_other("/login", [])),
        Err(second_factor::Error::CodeRefused) => {
            note_failure(&who).await?;
            state.refuse("code", REFUSED);
            who.visit.refused(&page(&who, state))
        }
        Err(error) => Err(error.into()),
    }
}

/// The hash of the password of who is signed in, if this is that password. One that is not is
/// written down.
pub(super) async fn own_password(
    who: &SignedIn,
    password: SecretString,
) -> Result<Option<PasswordHash>, PageError> {
    let id = who.member.id.clone();
    let store = who.visit.store();
    let hash = store
        .read(move |conn| member::password_hash(conn, &id))
        .await?;
    let hasher = who.visit.app.hasher();
    if hasher.verify(password, hash.clone()).await? {
        return Ok(hash);
    }
    note_failure(who).await?;
    Ok(None)
}

/// Writes down that whoever sits at a signed-in browser may not be the member.
async fn note_failure(who: &SignedIn) -> Result<(), Error> {
    let member = who.member.clone();
    let noted = who
        .visit
        .store()
        .write(move |tx| visitor::note(tx, &member, Action::ReauthenticationFailed));
    noted.await
}

fn page(who: &SignedIn, form: FormState) -> ReauthenticatePage {
    ReauthenticatePage {
        shell: who.visit.plain_shell("Confirm that it is you"),
        form,
        email: who.member.email.clone(),
        wants_code: who.member.has_second_factor(),
    }
}
