//! Bearer tokens of a directory: shown once, changed without a gap, revoked.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::directory::Directory;
use rollcall_store::directory_token::{self, DirectoryToken, NewToken, TokenError};
use rollcall_store::form_submission::{self, Claim};
use rollcall_store::ids::{DirectoryTokenId, FormKey, Id as _};
use rollcall_store::{Timestamp, Tx};
use secrecy::SecretString;
use serde::Deserialize;

use crate::auth::AtDirectory;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::pages::directories::guide::Guide;
use crate::pages::directories::head::{self, Steps, Tab};
use crate::pages::directories::settings::{self, Forms};
use crate::reauthenticated::Reauthenticated;
use crate::settings::Settings;
use crate::shell::Shell;
use crate::time::When;
use crate::urls::Links;
use crate::visit::see_other;

/// How long the old token works beside the new one.
#[derive(Debug)]
pub(crate) struct Overlap {
    pub(crate) value: &'static str,
    pub(crate) label: &'static str,
    length: Option<Duration>,
}

/// The choices, the safest first.
pub(crate) const OVERLAPS: &[Overlap] = &[
    Overlap {
        value: "revoked",
        label: "until I revoke it",
        length: None,
    },
    Overlap {
        value: "1h",
        label: "for 1 hour",
        length: Some(Duration::from_hours(1)),
    },
    Overlap {
        value: "24h",
        label: "for 24 hours",
        length: Some(Duration::from_hours(24)),
    },
    Overlap {
        value: "7d",
        label: "for 7 days",
        length: Some(Duration::from_hours(7 * 24)),
    },
];

/// A token as the tables show it.
pub(crate) struct TokenRow {
    pub(crate) id: DirectoryTokenId,
    pub(crate) suffix: String,
    pub(crate) created: When,
    pub(crate) last_used: Option<When>,
    pub(crate) expires: Option<When>,
    pub(crate) revoke: String,
}

impl TokenRow {
    pub(crate) fn new(token: &DirectoryToken, links: &Links, now: Timestamp) -> Self {
        Self {
            suffix: token.suffix.clone(),
            created: When::new(token.created_at, now),
            last_used: token.last_used_at.map(|at| When::new(at, now)),
            expires: token.expires_at.map(|at| When::new(at, now)),
            revoke: links.revoke_token(&token.directory_id, &token.id),
            id: token.id.clone(),
        }
    }
}

/// The one page that shows a token.
#[derive(Template)]
#[template(path = "pages/directories/token.html")]
pub(crate) struct TokenPage {
    shell: Shell,
    endpoint: String,
    token: SecretString,
    steps: Steps,
    guide: Guide,
    /// Where to go once it is saved.
    directory: String,
    /// What the browser's address becomes, so that a reload does not send the form again.
    replacement: String,
}

impl TokenPage {
    pub(crate) fn new(
        shell: Shell,
        settings: &Settings,
        directory: &Directory,
        token: &NewToken,
        steps: Steps,
    ) -> Self {
        Self {
            endpoint: settings.endpoint_hosts.endpoint_url(directory),
            token: token.secret.clone(),
            steps,
            guide: Guide::of(&directory.provider),
            directory: shell.links.directory(&directory.id),
            replacement: shell.links.connect(&directory.id),
            shell,
        }
    }
}

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct SecondToken {
    #[serde(default)]
    overlap: String,
    #[serde(default)]
    form_key: String,
}

/// Makes a second token and decides how long the first one goes on. Sent again (a reload), the
/// form makes nothing and shows no token.
pub(crate) async fn create(
    Reauthenticated(at): Reauthenticated<AtDirectory>,
    form: web::Form<SecondToken>,
) -> Result<HttpResponse, PageError> {
    let key = FormKey::parse(&form.form_key).unwrap_or_else(|| at.who.store().new_id());
    let overlap = OVERLAPS
        .iter()
        .find(|overlap| overlap.value == form.overlap)
        .and_then(|overlap| overlap.length);
    // Before the token is made: a failure after that would lose it.
    let steps = head::load(&at, Tab::Settings).await?.steps;
    let directory = at.directory.clone();
    let made = at.who.store().write(move |tx| {
        if let Claim::Made(_) = form_submission::claim(tx, &directory.workspace_id, &key)? {
            return Ok(None);
        }
        let token = add(tx, &directory, overlap)?;
        form_submission::record(tx, &key, token.token.id.as_str())?;
        Ok::<_, TokenError>(Some(token))
    });
    match made.await {
        Ok(Some(token)) => shown_once(&at, &token, steps),
        Ok(None) => Ok(see_other(&at.who.links.connect(&at.directory.id), [])),
        Err(TokenError::TwoLive) => two_live(&at).await,
        Err(TokenError::Store(error)) => Err(error.into()),
    }
}

fn add(
    tx: &mut Tx<'_>,
    directory: &Directory,
    overlap: Option<Duration>,
) -> Result<NewToken, TokenError> {
    let now = tx.now();
    let old = directory_token::live(tx, &directory.id, now)?;
    let token = directory_token::create(tx, directory)?;
    if let Some(overlap) = overlap {
        let until = now.plus(overlap);
        for old in old
            .iter()
            .filter(|old| old.expires_at.is_none_or(|at| at > until))
        {
            directory_token::expire_at(tx, directory, &old.id, until)?;
        }
    }
    Ok(token)
}

/// Ends a token at once.
pub(crate) async fn revoke(
    Reauthenticated(at): Reauthenticated<AtDirectory>,
    path: web::Path<TokenPath>,
) -> Result<HttpResponse, PageError> {
    let id = DirectoryTokenId::parse(&path.token).ok_or(PageError::NotFound)?;
    let directory = at.directory.clone();
    let revoked = at.who.store().write(move |tx| {
        let now = tx.now();
        let suffix = directory_token::live(tx, &directory.id, now)?
            .into_iter()
            .find(|token| token.id == id);
        directory_token::revoke(tx, &directory, &id)?;
        Ok::<_, PageError>(suffix.map(|token| token.suffix))
    });
    let suffix = revoked.await?.ok_or(PageError::NotFound)?;
    let settings = at.who.links.directory_settings(&at.directory.id);
    Ok(at
        .who
        .done(&settings, &Flash::new(Deed::TokenRevoked, suffix)))
}

/// Which token.
#[derive(Deserialize)]
pub(crate) struct TokenPath {
    token: String,
}

fn shown_once(at: &AtDirectory, token: &NewToken, steps: Steps) -> Result<HttpResponse, PageError> {
    let shell = at.shell_below("New bearer token");
    let page = TokenPage::new(
        shell,
        at.who.visit.app.settings(),
        &at.directory,
        token,
        steps,
    );
    at.who.visit.page(StatusCode::CREATED, &page)
}

async fn two_live(at: &AtDirectory) -> Result<HttpResponse, PageError> {
    let mut forms = Forms::fresh(at);
    forms.token.refuse_all(
        "Two tokens are live already. Revoke the one that is no longer used, then make another.",
    );
    settings::refused(at, forms).await
}
