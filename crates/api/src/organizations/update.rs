//! `PUT /organizations/{organization}`: what is left out stays as it is.

use actix_web::HttpRequest;
use rollcall_store::ids::OrganizationId;
use rollcall_store::organization::{self, Changes};
use serde_json::{Map, Value};

use super::{LONGEST_NAME, fields, find, refused, shown};
use crate::body::Push;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::path;
use crate::reply::Reply;

fn parse(body: &Map<String, Value>) -> Result<Changes, ApiError> {
    let mut read = Fields::of(body);
    let metadata = fields::metadata(&read)?;
    let name = read.value("name").map(|_| read.text("name", LONGEST_NAME));
    let changes = Changes {
        name,
        external_id: fields::external_id(&mut read),
        metadata,
        stripe_customer_id: fields::stripe_customer_id(&mut read),
        allow_profiles_outside_organization: read
            .optional_bool("allow_profiles_outside_organization"),
        domains: fields::domains(&mut read),
    };
    read.finish(changes)
}

/// Update an organization
#[utoipa::path(
    put,
    path = "/organizations/{organization}",
    operation_id = "updateOrganization",
    tag = "Organizations",
    params(
        ("organization" = String, Path, description = "Its id."),
    ),
    request_body = schemas::UpdateOrganization,
    responses(
        (status = 200, description = "The organization.", body = schemas::Organization),
        (status = 400, description = "The external id or the Stripe customer id is taken, or the metadata cannot be kept.", body = schemas::Refusal),
        (status = 409, description = "A domain is another organization's.", body = schemas::Refusal),
    ),
)]
pub(crate) async fn update(
    Push { caller, body }: Push,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let id: OrganizationId = path::id(&request, "organization")?;
    let changes = parse(&body)?;
    caller
        .write(move |tx, workspace_id| {
            let organization = find(tx, workspace_id, &id)?;
            let organization = organization::update(tx, &organization, changes)
                .map_err(|error| refused(error, Some(&id)))?;
            Ok(Reply::ok(shown(tx, &organization)?))
        })
        .await
}
