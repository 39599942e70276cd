//! A new API key: its secret is shown once, on the answer to the form.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::api_key::{self, NewApiKey};
use rollcall_store::form_submission::{self, Claim};
use rollcall_store::ids::{FormKey, Id as _};
use secrecy::SecretString;
use serde::Deserialize;

use super::list::example;
use crate::auth::InWorkspace;
use crate::error::PageError;
use crate::forms::FormState;
use crate::reauthenticated::Reauthenticated;
use crate::shell::{Section, Shell};
use crate::visit::see_other;

/// How long a key works.
#[derive(Debug)]
struct Lifetime {
    value: &'static str,
    label: &'static str,
    length: Option<Duration>,
}

const DAY: Duration = Duration::from_hours(24);

const LIFETIMES: &[Lifetime] = &[
    Lifetime {
        value: "never",
        label: "Never: until it is revoked",
        length: None,
    },
    Lifetime {
        value: "30d",
        label: "In 30 days",
        length: Some(DAY.saturating_mul(30)),
    },
    Lifetime {
        value: "90d",
        label: "In 90 days",
        length: Some(DAY.saturating_mul(90)),
    },
    Lifetime {
        value: "1y",
        label: "In a year",
        length: Some(DAY.saturating_mul(365)),
    },
];

#[derive(Template)]
#[template(path = "pages/api_keys/new.html")]
struct NewPage {
    shell: Shell,
    form: FormState,
    form_key: FormKey,
    lifetimes: &'static [Lifetime],
}

/// The one page that shows a key.
#[derive(Template)]
#[template(path = "pages/api_keys/created.html")]
struct CreatedPage {
    shell: Shell,
    secret: SecretString,
    curl: String,
}

/// What the form asks for.
#[derive(Deserialize)]
pub(crate) struct NewKeyForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    lifetime: String,
    #[serde(default)]
    form_key: String,
}

/// The form.
pub(crate) async fn show(
    Reauthenticated(who): Reauthenticated<InWorkspace>,
) -> Result<HttpResponse, PageError> {
    let form_key = who.store().new_id();
    who.ok(&page(&who, FormState::default(), form_key))
}

/// Makes a key. Sent again (a reload), the form makes nothing and shows no key.
pub(crate) async fn create(
    Reauthenticated(who): Reauthenticated<InWorkspace>,
    form: web::Form<NewKeyForm>,
) -> Result<HttpResponse, PageError> {
    let key = FormKey::parse(&form.form_key).unwrap_or_else(|| who.store().new_id());
    let mut state = FormState::default()
        .with("name", &form.name)
        .with("lifetime", &form.lifetime);
    let name = state.name("name", &form.name, "what the key is for");
    if !state.is_valid() {
        return who.refused(&page(&who, state, key));
    }
    let lifetime = LIFETIMES.iter().find(|each| each.value == form.lifetime);
    let length = lifetime.and_then(|each| each.length);
    let (workspace_id, member_id) = (who.workspace.id.clone(), who.member.id.clone());
    let made = who.store().write(move |tx| {
        if let Claim::Made(_) = form_submission::claim(tx, &workspace_id, &key)? {
            return Ok(None);
        }
        let new = NewApiKey {
            name,
            created_by: Some(member_id),
            expires_at: length.map(|length| tx.now().plus(length)),
        };
        let (made, secret) = api_key::create(tx, &workspace_id, new)?;
        form_submission::record(tx, &key, made.id.as_str())?;
        Ok::<_, PageError>(Some(secret))
    });
    match made.await? {
        Some(secret) => shown_once(&who, secret),
        None => Ok(see_other(&who.links.api_keys(), [])),
    }
}

fn shown_once(who: &InWorkspace, secret: SecretString) -> Result<HttpResponse, PageError> {
    let page = CreatedPage {
        shell: shell(who, "Your new API key"),
        secret,
        curl: example(who),
    };
    who.visit.page(StatusCode::CREATED, &page)
}

fn page(who: &InWorkspace, form: FormState, form_key: FormKey) -> NewPage {
    NewPage {
        shell: shell(who, "New API key"),
        form,
        form_key,
        lifetimes: LIFETIMES,
    }
}

/// The surroundings of a page below the list.
pub(super) fn shell(who: &InWorkspace, title: impl Into<String>) -> Shell {
    who.shell(title)
        .within(Section::ApiKeys)
        .crumb("API keys", who.links.api_keys())
}
