//! `POST /api_keys`.

use rollcall_store::Timestamp;
use rollcall_store::api_key::{self, NewApiKey};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};

use crate::body::Push;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::idempotency::Once;
use crate::reply::Reply;
use crate::representation;

/// As long as the dashboard takes.
const LONGEST_NAME: usize = 200;

fn parse(body: &Map<String, Value>, now: Timestamp) -> Result<NewApiKey, ApiError> {
    let mut fields = Fields::of(body);
    let new = NewApiKey {
        name: fields.text("name", LONGEST_NAME),
        created_by: None,
        expires_at: expiry(&mut fields, now),
    };
    fields.finish(new)
}

fn expiry(fields: &mut Fields<'_>, now: Timestamp) -> Option<Timestamp> {
    let text = fields.optional_text("expires_at", 100)?;
    let at = Timestamp::parse(&text).filter(|at| *at > now);
    if at.is_none() {
        let message = "expires_at must be a time to come, as in 2030-01-02T03:04:05Z.";
        fields.refuse("expires_at", "invalid", message);
    }
    at
}

/// Create an API key
#[utoipa::path(
    post,
    path = "/api_keys",
    operation_id = "createApiKey",
    tag = "API keys",
    extensions(("x-rollcall-extension" = json!(true))),
    request_body = schemas::CreateApiKey,
    responses(
        (status = 201, description = "The key, which is shown this once.", body = schemas::NewApiKey),
    ),
)]
pub(crate) async fn create(once: Once, push: Push) -> Result<Reply, ApiError> {
    let new = parse(&push.body, push.caller.now())?;
    once.write(push, move |tx, workspace_id| {
        let (key, secret) = api_key::create(tx, workspace_id, new)?;
        let mut shown = representation::api_key(&key);
        shown["value"] = json!(secret.expose_secret());
        Ok(Reply::created(shown))
    })
    .await
}
