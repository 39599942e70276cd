//! The account's address: a link proves who reads it, before it counts.

use actix_web::{HttpResponse, web};
use rollcall_store::mail::{self, Kind};
use serde::Deserialize;

use super::PATH;
use super::show::{self, Forms};
use crate::auth::SignedIn;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::FormState;
use crate::limits;
use crate::reauthenticated::Reauthenticated;

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct NewAddress {
    email: String,
}

/// Has a link mailed to the present address.
pub(crate) async fn verify(who: SignedIn) -> Result<HttpResponse, PageError> {
    let email = who.member.email.clone();
    send_link(&who, Kind::VerifyEmail, email).await
}

/// Has a link mailed to a new address; until it is followed, the present one stays.
pub(crate) async fn change(
    Reauthenticated(who): Reauthenticated<SignedIn>,
    form: web::Form<NewAddress>,
) -> Result<HttpResponse, PageError> {
    let mut state = FormState::default().with("email", &form.email);
    let email = state.email("email", &form.email);
    if state.is_valid() && email == who.member.email {
        state.refuse("email", "This is your address already.");
    }
    if !state.is_valid() {
        let forms = Forms {
            email: state,
            ..Forms::default()
        };
        return show::refused(&who, forms).await;
    }
    send_link(&who, Kind::ChangeEmail, email).await
}

async fn send_link(who: &SignedIn, kind: Kind, email: String) -> Result<HttpResponse, PageError> {
    let (id, recipient) = (who.member.id.clone(), email.clone());
    let asked = who.visit.store().write(move |tx| {
        if limits::mail(tx, &recipient)? {
            mail::ask(tx, kind, &recipient, Some(&id))?;
        }
        Ok::<_, PageError>(())
    });
    asked.await?;
    Ok(who.visit.done(PATH, &Flash::new(Deed::LinkMailed, email)))
}
