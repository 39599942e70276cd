//! `POST /directories`, an extension of ours.

use rollcall_store::directory::{self, Counts};
use rollcall_store::directory_token::{NewToken, TokenError};
use rollcall_store::ids::OrganizationId;
use rollcall_store::organization;
use rollcall_store::provider::{self, OKTA_SCIM_11, PROVIDERS, Provider};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};

use super::LONGEST_NAME;
use crate::body::Push;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::idempotency::Once;
use crate::path::Named as _;
use crate::reply::Reply;
use crate::representation;

struct Request {
    organization_id: String,
    name: String,
    provider: &'static Provider,
}

fn parse(body: &Map<String, Value>) -> Result<Request, ApiError> {
    let mut fields = Fields::of(body);
    let request = Request {
        organization_id: fields.text("organization_id", 100),
        name: fields.text("name", LONGEST_NAME),
        provider: provider(&mut fields),
    };
    fields.finish(request)
}

fn provider(fields: &mut Fields<'_>) -> &'static Provider {
    let Some(wire_name) = fields.optional_text("type", 100) else {
        return &OKTA_SCIM_11;
    };
    provider::find(&wire_name).unwrap_or_else(|| {
        let known: Vec<&str> = PROVIDERS.iter().map(|known| known.wire_name).collect();
        let message = format!("type must be one of: {}.", known.join(", "));
        fields.refuse("type", "invalid", message);
        &OKTA_SCIM_11
    })
}

/// Create a directory
#[utoipa::path(
    post,
    path = "/directories",
    operation_id = "createDirectory",
    tag = "Directories",
    extensions(("x-rollcall-extension" = json!(true))),
    request_body = schemas::CreateDirectory,
    responses(
        (status = 201, description = "The directory with its first bearer token, which is shown this once.", body = schemas::NewDirectory),
    ),
)]
pub(crate) async fn create(once: Once, push: Push) -> Result<Reply, ApiError> {
    let request = parse(&push.body)?;
    let organization_id = OrganizationId::read(&request.organization_id)?;
    let settings = push.caller.api.settings().clone();
    once.write(push, move |tx, workspace_id| {
        let organization = organization::find(tx, workspace_id, &organization_id)?
            .ok_or_else(|| organization_id.not_found())?;
        let made = directory::create(tx, &organization, request.provider, &request.name);
        let (directory, NewToken { secret, .. }) = made.map_err(|error| match error {
            TokenError::Store(error) => ApiError::Store(error),
            TokenError::TwoLive => ApiError::Internal(error.to_string()),
        })?;
        let mut shown = representation::directory(&directory, Counts::default(), &settings);
        shown["bearer_token"] = json!(secret.expose_secret());
        Ok(Reply::created(shown))
    })
    .await
}
