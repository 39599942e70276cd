//! A new password, by who knows the old one.

use actix_web::{HttpResponse, web};
use rollcall_store::password::PasswordHash;
use rollcall_store::session::{self, Proof};
use rollcall_store::{known_device, member};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::PATH;
use super::show::{self, Forms};
use crate::auth::SignedIn;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::FormState;
use crate::pages::login_code::count;
use crate::pages::reauthenticate::own_password;
use crate::visit::see_other;
use crate::{cookies, passwords};

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct Passwords {
    current_password: SecretString,
    new_password: SecretString,
}

/// Changes the password, ends all other sessions, and gives this one a new cookie.
pub(crate) async fn change(
    who: SignedIn,
    form: web::Form<Passwords>,
) -> Result<HttpResponse, PageError> {
    let Passwords {
        current_password,
        new_password,
    } = form.into_inner();
    count(&who.visit, &who.member).await?;
    let mut state = FormState::default();
    let known = own_password(&who, current_password).await?;
    let guessed_first = [&*who.member.email, &*who.member.name];
    passwords::check(&mut state, "new_password", &new_password, &guessed_first).await;
    let (Some(known), true) = (known.clone(), state.is_valid()) else {
        return refused(&who, state, known.is_none()).await;
    };
    let hash = who.visit.app.hasher().hash(new_password).await?;
    match replace(&who, known, hash).await? {
        Replaced::Now(secret, device) => Ok(done(&who, &secret, device)),
        Replaced::Before => refused(&who, state, true).await,
        Replaced::Ended => Ok(see_other("/login", [])),
    }
}

async fn refused(
    who: &SignedIn,
    mut state: FormState,
    is_another: bool,
) -> Result<HttpResponse, PageError> {
    if is_another {
        state.refuse("current_password", "This is not your password.");
    }
    let forms = Forms {
        password: state,
        ..Forms::default()
    };
    show::refused(who, forms).await
}

/// What became of a change.
enum Replaced {
    /// It was made: the new values of the cookies of the session and of the device.
    Now(SecretString, Option<SecretString>),
    /// Another request changed the password first.
    Before,
    /// The session has ended meanwhile.
    Ended,
}

async fn replace(
    who: &SignedIn,
    known: PasswordHash,
    hash: PasswordHash,
) -> Result<Replaced, PageError> {
    let (member, session) = (who.member.clone(), who.session.clone());
    let device = who.visit.cookie(cookies::Kind::Device);
    let replaced = who.visit.store().write(move |tx| {
        if !member::replace_password(tx, &member, &known, &hash)? {
            return Ok(Replaced::Before);
        }
        session::end_all(tx, &member.id, Some(&session.id))?;
        let device = known_device::remember(tx, &member.id, device.as_deref())?;
        let secret = session::renew(tx, &session, Proof::Password)?;
        Ok(secret.map_or(Replaced::Ended, |secret| Replaced::Now(secret, device)))
    });
    replaced.await
}

fn done(who: &SignedIn, secret: &SecretString, device: Option<SecretString>) -> HttpResponse {
    let settings = who.visit.app.settings();
    let flash = Flash::new(Deed::PasswordChanged, "");
    let cookies = [
        Some(cookies::Kind::Session.with(settings, secret.expose_secret())),
        device.map(|device| cookies::Kind::Device.with(settings, device.expose_secret())),
        Some(cookies::Kind::Flash.with(settings, flash.encode())),
    ];
    see_other(PATH, cookies.into_iter().flatten())
}
