//! What is said once a mail was asked for.

use actix_web::HttpResponse;
use askama::Template;

use crate::error::PageError;
use crate::settings::Mail;
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "pages/mailed.html")]
struct MailedPage {
    shell: Shell,
    email: String,
    /// Whether mail goes out at all.
    mail: bool,
}

/// Says where the link went, not whether there is an account.
pub(super) fn answer(visit: &Visit, email: &str) -> Result<HttpResponse, PageError> {
    visit.ok(&MailedPage {
        shell: visit.plain_shell("Look into your mail"),
        email: email.to_owned(),
        mail: visit.app.settings().mail == Mail::Sent,
    })
}
