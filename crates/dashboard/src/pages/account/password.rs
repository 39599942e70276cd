//! A new password, by who knows the old one.

use actix_web::{HttpResponse, web};
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
use crate::pages::reauthenticate::is_own_password;
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
    if !is_own_password(&who, current_password).await? {
        state.refuse("current_password", "This is not your password.");
    }
    let known = [&*who.member.email, &*who.member.name];
    passwords::check(&mut state, "new_password", &new_password, &known).await;
    if !state.is_valid() {
        let forms = Forms {
            password: state,
            ..Forms::default()
        };
        return show::refused(&who, forms).await;
    }
    let hash = who.visit.app.hasher().hash(new_password).await?;
    let (member, session) = (who.member.clone(), who.session.clone());
    let device = who.visit.cookie(cookies::Kind::Device);
    let changed = who.visit.store().write(move |tx| {
        member::set_password(tx, &member, &hash)?;
        session::end_all(tx, &member.id, Some(&session.id))?;
        let device = known_device::remember(tx, &member.id, device.as_deref())?;
        Ok::<_, PageError>((session::renew(tx, &session, Proof::Password)?, device))
    });
    let (Some(secret), device) = changed.await? else {
        return Ok(see_other("/login", []));
    };
    let settings = who.visit.app.settings();
    let flash = Flash::new(Deed::PasswordChanged, "");
    let cookies = [
        Some(cookies::Kind::Session.with(settings, secret.expose_secret())),
        device.map(|device| cookies::Kind::Device.with(settings, device.expose_secret())),
        Some(cookies::Kind::Flash.with(settings, flash.encode())),
    ];
    Ok(see_other(PATH, cookies.into_iter().flatten()))
}
