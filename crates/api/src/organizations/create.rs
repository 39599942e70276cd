//! `POST /organizations`.

use rollcall_store::organization::{self, Metadata, New};
use serde_json::{Map, Value};

use super::{LONGEST_NAME, fields, refused, shown};
use crate::body::Push;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::idempotency::Once;
use crate::reply::Reply;

fn parse(body: &Map<String, Value>) -> Result<New, ApiError> {
    let mut read = Fields::of(body);
    let mut metadata = Metadata::default();
    if let Some(change) = fields::metadata(&read)? {
        let applied = metadata.apply(change);
        applied.map_err(|error| fields::invalid_metadata(format!("{error}.")))?;
    }
    let new = New {
        name: read.text("name", LONGEST_NAME),
        external_id: fields::external_id(&mut read).apply(None),
        metadata,
        stripe_customer_id: fields::stripe_customer_id(&mut read).apply(None),
        allow_profiles_outside_organization: read
            .optional_bool("allow_profiles_outside_organization")
            .unwrap_or(false),
        domains: fields::domains(&mut read).unwrap_or_default(),
    };
    read.finish(new)
}

/// Create an organization
#[utoipa::path(
    post,
    path = "/organizations",
    operation_id = "createOrganization",
    tag = "Organizations",
    request_body = schemas::CreateOrganization,
    responses(
        (status = 201, description = "The organization.", body = schemas::Organization),
        (status = 400, description = "The external id or the Stripe customer id is taken, or the metadata cannot be kept.", body = schemas::Refusal),
        (status = 409, description = "A domain is another organization's.", body = schemas::Refusal),
    ),
)]
pub(crate) async fn create(once: Once, push: Push) -> Result<Reply, ApiError> {
    let new = parse(&push.body)?;
    once.write(push, move |tx, workspace_id| {
        let organization = organization::create_with(tx, workspace_id, &new)
            .map_err(|error| refused(error, None))?;
        Ok(Reply::created(shown(tx, &organization)?))
    })
    .await
}
