//! Where mailed links lead. The secret goes into a cookie and out of the address bar; nothing is
//! done yet, since mail programs look at links as well.

use actix_web::{HttpResponse, web};
use rollcall_store::account_link::{self, AccountLink, Purpose};
use rollcall_store::invitation;
use secrecy::SecretString;
use serde::Deserialize;

use crate::cookies;
use crate::error::PageError;
use crate::visit::{Visit, see_other};

/// The secret of the link.
#[derive(Deserialize)]
pub(crate) struct LinkPath {
    secret: String,
}

/// Goes on to the form that the link is for.
pub(crate) async fn follow(
    visit: Visit,
    path: web::Path<LinkPath>,
) -> Result<HttpResponse, PageError> {
    let secret = path.into_inner().secret;
    let way = way(&visit, secret.clone()).await?;
    let way = way.ok_or(PageError::LinkRefused)?;
    let cookie = cookies::Kind::Link.with(visit.app.settings(), secret);
    Ok(see_other(way, [cookie]))
}

/// The form that a secret is for, if it works.
async fn way(visit: &Visit, secret: String) -> Result<Option<&'static str>, PageError> {
    let now = visit.now();
    let found = visit.store().read(move |conn| {
        let link = account_link::find(conn, &secret, now)?;
        let offer = invitation::find_by_secret(conn, &secret, now)?;
        Ok::<_, PageError>((link.map(|link| link.purpose), offer))
    });
    Ok(match found.await? {
        (Some(Purpose::SignUp), _) => Some("/sign_up/finish"),
        (Some(Purpose::ResetPassword), _) => Some("/reset_password"),
        (Some(Purpose::VerifyEmail | Purpose::ChangeEmail), _) => Some("/confirm_email"),
        (None, Some(_)) => Some(super::invitation::PATH),
        (Some(Purpose::SecondFactor), _) | (None, None) => None,
    })
}

/// The link that the browser followed last, if it works and is for one of `purposes`.
pub(super) async fn followed(
    visit: &Visit,
    purposes: &[Purpose],
) -> Result<(SecretString, AccountLink), PageError> {
    let secret = visit
        .cookie(cookies::Kind::Link)
        .ok_or(PageError::LinkRefused)?;
    let link = find(visit, secret.clone()).await?;
    let link = link.filter(|link| purposes.contains(&link.purpose));
    Ok((
        SecretString::from(secret),
        link.ok_or(PageError::LinkRefused)?,
    ))
}

async fn find(visit: &Visit, secret: String) -> Result<Option<AccountLink>, PageError> {
    let now = visit.now();
    let found = visit
        .store()
        .read(move |conn| account_link::find(conn, &secret, now));
    Ok(found.await?)
}
