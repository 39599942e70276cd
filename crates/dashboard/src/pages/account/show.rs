//! The account's page, with all its forms.

use actix_web::HttpResponse;
use askama::Template;
use rollcall_store::ids::SessionId;
use rollcall_store::session;
use rollcall_store::{Connection, second_factor};

use super::devices;
use crate::auth::SignedIn;
use crate::error::PageError;
use crate::forms::FormState;
use crate::settings::Mail;
use crate::shell::Shell;
use crate::time::When;

#[derive(Template)]
#[template(path = "pages/account/show.html")]
struct AccountPage {
    shell: Shell,
    email: String,
    verified: bool,
    second_factor_since: Option<When>,
    recovery_codes_left: i64,
    sessions: Vec<SessionRow>,
    forms: Forms,
    /// Whether mail goes out at all.
    mail: bool,
}

/// A session as the table shows it.
struct SessionRow {
    id: SessionId,
    device: String,
    ip_address: String,
    signed_in: When,
    last_seen: When,
    current: bool,
}

/// The state of the page's forms.
#[derive(Default)]
pub(super) struct Forms {
    pub(super) email: FormState,
    pub(super) password: FormState,
}

/// The page.
pub(crate) async fn show(who: SignedIn) -> Result<HttpResponse, PageError> {
    let page = page(&who, Forms::default()).await?;
    who.visit.ok(&page)
}

/// The page again, with what is wrong.
pub(super) async fn refused(who: &SignedIn, forms: Forms) -> Result<HttpResponse, PageError> {
    who.visit.refused(&page(who, forms).await?)
}

async fn page(who: &SignedIn, forms: Forms) -> Result<AccountPage, PageError> {
    let (id, now) = (who.member.id.clone(), who.visit.now());
    let loaded = who.visit.store().read(move |conn: &mut Connection| {
        let sessions = session::live(conn, &id, now)?;
        let codes = second_factor::recovery_codes_left(conn, &id)?;
        Ok::<_, PageError>((sessions, codes))
    });
    let (sessions, recovery_codes_left) = loaded.await?;
    let row = |session: session::Session| SessionRow {
        device: devices::name(&session.user_agent),
        ip_address: session.ip_address,
        signed_in: When::new(session.created_at, now),
        last_seen: When::new(session.last_seen_at, now),
        current: session.id == who.session.id,
        id: session.id,
    };
    let since = who.member.totp_enabled_at;
    Ok(AccountPage {
        shell: who.visit.plain_shell("Your account"),
        email: who.member.email.clone(),
        verified: who.member.email_verified_at.is_some(),
        second_factor_since: since.map(|at| When::new(at, now)),
        recovery_codes_left,
        sessions: sessions.into_iter().map(row).collect(),
        forms,
        mail: who.visit.app.settings().mail == Mail::Sent,
    })
}
