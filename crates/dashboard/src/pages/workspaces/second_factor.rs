//! Whether every member of a workspace has to sign in with a second factor.

use actix_web::{HttpResponse, web};
use rollcall_store::workspace::Changes;
use serde::Deserialize;

use super::settings::{Forms, change, done, refused};
use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::flash::Deed;
use crate::forms::FormState;
use crate::reauthenticated::Reauthenticated;

/// What was decided.
#[derive(Deserialize)]
pub(crate) struct Decision {
    #[serde(default)]
    required: String,
}

/// Asks for it from now on, or no more. Whoever asks it of others has one: the very next page would ask it of them.
pub(crate) async fn decide(
    Reauthenticated(who): Reauthenticated<InWorkspace>,
    form: web::Form<Decision>,
) -> Result<HttpResponse, PageError> {
    let (required, deed) = match form.required.as_str() {
        "yes" => (true, Deed::SecondFactorRequired),
        "no" => (false, Deed::SecondFactorFree),
        _ => return again(&who, "Choose whether it is required.").await,
    };
    if required && !who.member.has_second_factor() {
        return again(&who, "Set up your own two-factor sign-in first.").await;
    }
    let changes = Changes {
        second_factor_required: Some(required),
        ..Changes::default()
    };
    let saved = change(&who, changes).await?;
    Ok(done(&who, deed, saved.name))
}

async fn again(who: &InWorkspace, message: &str) -> Result<HttpResponse, PageError> {
    let mut second_factor = FormState::default();
    second_factor.refuse_all(message);
    let forms = Forms {
        second_factor,
        ..Forms::default()
    };
    refused(who, forms).await
}
