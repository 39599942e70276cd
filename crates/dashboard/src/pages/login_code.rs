//! The second step of signing in: a one-time code, or a recovery code.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::account_link::{self, Purpose};
use rollcall_store::audit::Action;
use rollcall_store::mail::{self, Kind};
use rollcall_store::member::{self, Member};
use rollcall_store::second_factor::{self, Given};
use rollcall_store::session::Proof;
use secrecy::SecretString;
use serde::Deserialize;

use super::login::Way;
use crate::error::PageError;
use crate::forms::FormState;
use crate::limits;
use crate::shell::Shell;
use crate::signing_in::{self, Browser, Secrets};
use crate::visit::{Visit, see_other};
use crate::{cookies, urls, visitor};

#[derive(Template)]
#[template(path = "pages/login_code.html")]
struct CodePage {
    shell: Shell,
    form: FormState,
}

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct CodeForm {
    code: SecretString,
    #[serde(default)]
    next: String,
}

/// The form, for who has just given the right password.
pub(crate) async fn show(visit: Visit, way: web::Query<Way>) -> Result<HttpResponse, PageError> {
    if half_signed_in(&visit).await?.is_none() {
        return Ok(see_other("/login", []));
    }
    visit.ok(&page(&visit, FormState::default().with("next", &way.next)))
}

/// Signs in.
pub(crate) async fn check(
    visit: Visit,
    form: web::Form<CodeForm>,
) -> Result<HttpResponse, PageError> {
    let CodeForm { code, next } = form.into_inner();
    let (Some(secret), Some(member)) = (
        visit.cookie(cookies::Kind::SigningIn),
        half_signed_in(&visit).await?,
    ) else {
        return Ok(see_other("/login", []));
    };
    count(&visit, &member).await?;
    let (browser, tried) = (Browser::of(&visit), member.clone());
    let signed_in = visit.store().write(move |tx| {
        let given = second_factor::check(tx, &member.id, &code)?;
        // The cookie's secret works once too: of two requests at once, one signs in.
        if account_link::redeem(tx, &secret, Purpose::SecondFactor)?.is_none() {
            return Err(second_factor::Error::CodeRefused);
        }
        if given == Given::RecoveryCode {
            mail::ask(tx, Kind::RecoveryCodeUsed, &member.email, Some(&member.id))?;
            visitor::note(tx, &member, Action::RecoveryCodeUsed)?;
        }
        Ok::<Secrets, second_factor::Error>(browser.sign_in(tx, &member, Proof::TwoFactors)?)
    });
    match signed_in.await {
        Ok(secrets) => Ok(secrets.answer(&visit, urls::local_path(&next).unwrap_or("/"))),
        Err(second_factor::Error::CodeRefused) => {
            signing_in::note_failure(&visit, Some(tried)).await?;
            let mut state = FormState::default().with("next", next);
            state.refuse("code", REFUSED);
            visit.refused(&page(&visit, state))
        }
        Err(error) => Err(error.into()),
    }
}

/// What is said of a code that does not count.
pub(super) const REFUSED: &str =
    "This code is not right, or it was used before. Wait for the next one and enter that.";

/// Counts an attempt with a code, or with the password of who is signed in.
pub(super) async fn count(visit: &Visit, member: &Member) -> Result<(), PageError> {
    let (origin, id) = (visit.origin(), member.id.clone());
    let counted = visit
        .store()
        .write(move |tx| limits::second_proof(tx, &origin, &id));
    match counted.await? {
        Some(wait) => Err(PageError::TooManyAttempts(wait)),
        None => Ok(()),
    }
}

async fn half_signed_in(visit: &Visit) -> Result<Option<Member>, PageError> {
    let Some(secret) = visit.cookie(cookies::Kind::SigningIn) else {
        return Ok(None);
    };
    let now = visit.now();
    let found = visit.store().read(move |conn| {
        let link = account_link::find(conn, &secret, now)?;
        let link = link.filter(|link| link.purpose == Purpose::SecondFactor);
        match link.and_then(|link| link.member_id) {
            Some(id) => member::find(conn, &id),
            None => Ok(None),
        }
    });
    Ok(found.await?.filter(|member| !member.is_disabled()))
}

fn page(visit: &Visit, form: FormState) -> CodePage {
    CodePage {
        shell: visit.plain_shell("Enter a code"),
        form,
    }
}
