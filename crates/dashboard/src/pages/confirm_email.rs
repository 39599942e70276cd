//! Proof that an address is read by its owner, by a mailed link: the present one, or a new one.

use actix_web::HttpResponse;
use askama::Template;
use rollcall_store::account_link::Purpose;
use rollcall_store::member::{self, LinkError};

use super::links;
use crate::cookies;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::shell::Shell;
use crate::visit::{Visit, see_other};

const PURPOSES: [Purpose; 2] = [Purpose::VerifyEmail, Purpose::ChangeEmail];

#[derive(Template)]
#[template(path = "pages/confirm_email.html")]
struct ConfirmPage {
    shell: Shell,
    email: String,
    changes: bool,
}

/// The button: a link alone does nothing.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, PageError> {
    let (_, link) = links::followed(&visit, &PURPOSES).await?;
    visit.ok(&ConfirmPage {
        shell: visit.plain_shell("Confirm your address"),
        changes: link.purpose == Purpose::ChangeEmail,
        email: link.email,
    })
}

/// Notes it, whoever is signed in: the link is the proof.
pub(crate) async fn confirm(visit: Visit) -> Result<HttpResponse, PageError> {
    let (secret, link) = links::followed(&visit, &PURPOSES).await?;
    let changes = link.purpose == Purpose::ChangeEmail;
    let confirmed = visit.store().write(move |tx| {
        if changes {
            member::change_email(tx, &secret)
        } else {
            member::verify_email(tx, &secret)
        }
    });
    match confirmed.await {
        Ok(member) => {
            let settings = visit.app.settings();
            let flash = Flash::new(Deed::EmailConfirmed, member.email);
            let cookies = [
                cookies::Kind::Link.removal(settings),
                cookies::Kind::Flash.with(settings, flash.encode()),
            ];
            Ok(see_other("/account", cookies))
        }
        Err(LinkError::Store(error)) => Err(error.into()),
        Err(_) => Err(PageError::LinkRefused),
    }
}
