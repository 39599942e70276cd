//! The secret that signs what goes to an endpoint: shown when it is made, and when it is changed.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::form_submission::{self, Claim};
use rollcall_store::ids::{FormKey, Id as _};
use rollcall_store::webhook_endpoint;
use secrecy::SecretString;
use serde::Deserialize;

use crate::auth::AtEndpoint;
use crate::error::PageError;
use crate::reauthenticated::Reauthenticated;
use crate::shell::Shell;
use crate::visit::see_other;

/// How long what goes out is signed with the old secret as well.
#[derive(Debug)]
pub(super) struct Overlap {
    pub(super) value: &'static str,
    pub(super) label: &'static str,
    length: Duration,
}

/// The choices, the safest first.
pub(super) const OVERLAPS: &[Overlap] = &[
    Overlap {
        value: "24h",
        label: "for 24 hours",
        length: Duration::from_hours(24),
    },
    Overlap {
        value: "1h",
        label: "for 1 hour",
        length: Duration::from_hours(1),
    },
    Overlap {
        value: "7d",
        label: "for 7 days",
        length: Duration::from_hours(7 * 24),
    },
    Overlap {
        value: "none",
        label: "no longer: it has leaked",
        length: Duration::ZERO,
    },
];

/// The one page that shows a secret.
#[derive(Template)]
#[template(path = "pages/webhooks/secret.html")]
struct SecretPage {
    shell: Shell,
    url: String,
    secret: SecretString,
    /// What becomes of the secret from before, if there was one.
    before: Option<&'static str>,
    /// Where to go once it is saved.
    endpoint: String,
}

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct Rotation {
    #[serde(default)]
    overlap: String,
    #[serde(default)]
    form_key: String,
}

/// Changes the secret. Sent again (a reload), the form changes nothing and shows nothing.
pub(crate) async fn rotate(
    Reauthenticated(at): Reauthenticated<AtEndpoint>,
    form: web::Form<Rotation>,
) -> Result<HttpResponse, PageError> {
    let key = FormKey::parse(&form.form_key).unwrap_or_else(|| at.who.store().new_id());
    let overlap = OVERLAPS
        .iter()
        .find(|overlap| overlap.value == form.overlap)
        .unwrap_or(&OVERLAPS[0]);
    let endpoint = at.endpoint.clone();
    let rotated = at.who.store().write(move |tx| {
        if let Claim::Made(_) = form_submission::claim(tx, &endpoint.workspace_id, &key)? {
            return Ok(None);
        }
        form_submission::record(tx, &key, endpoint.id.as_str())?;
        webhook_endpoint::rotate_secret(tx, &endpoint, overlap.length).map(Some)
    });
    match rotated.await {
        Ok(Some(secret)) => shown_once(&at, secret, Some(overlap.label)),
        Ok(None) => {
            let settings = at.who.links.webhook_settings(&at.endpoint.id);
            Ok(see_other(&settings, []))
        }
        Err(error) => Err(failure(error)),
    }
}

/// What no field of a form can say.
pub(super) fn failure(error: webhook_endpoint::Error) -> PageError {
    match error {
        webhook_endpoint::Error::Secret(error) => error.into(),
        webhook_endpoint::Error::Store(error) => error.into(),
        _ => PageError::NotFound,
    }
}

/// Shows a secret; `before` says how long the one before it goes on.
pub(super) fn shown_once(
    at: &AtEndpoint,
    secret: SecretString,
    before: Option<&'static str>,
) -> Result<HttpResponse, PageError> {
    let page = SecretPage {
        shell: at.shell("Signing secret"),
        url: at.endpoint.endpoint_url.clone(),
        secret,
        before,
        endpoint: at.who.links.webhook(&at.endpoint.id),
    };
    at.who.visit.page(StatusCode::CREATED, &page)
}
