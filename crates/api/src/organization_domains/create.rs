//! `POST /organization_domains`.

use rollcall_store::ids::OrganizationId;
use rollcall_store::organization_domain::{self, Wanted};
use rollcall_store::representation;
use serde_json::{Map, Value};

use super::refused;
use crate::body::Push;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::idempotency::Once;
use crate::organizations;
use crate::path::Named as _;
use crate::reply::Reply;

/// Longer than any id.
const LONGEST_ID: usize = 100;

struct Request {
    organization_id: String,
    wanted: Option<Wanted>,
}

fn parse(body: &Map<String, Value>) -> Result<Request, ApiError> {
    let mut fields = Fields::of(body);
    let text = fields.value("domain").and_then(Value::as_str);
    let domain = organizations::domain_name(&mut fields, "domain", text);
    let request = Request {
        organization_id: fields.text("organization_id", LONGEST_ID),
        wanted: domain.map(|domain| Wanted {
            domain,
            verified: false,
        }),
    };
    fields.finish(request)
}

/// Add a domain to an organization
#[utoipa::path(
    post,
    path = "/organization_domains",
    operation_id = "createOrganizationDomain",
    tag = "Organization domains",
    request_body = schemas::CreateOrganizationDomain,
    responses(
        (status = 201, description = "The domain, pending.", body = schemas::OrganizationDomain),
        (status = 409, description = "The domain is there already.", body = schemas::Refusal),
    ),
)]
pub(crate) async fn create(once: Once, push: Push) -> Result<Reply, ApiError> {
    let Request {
        organization_id,
        wanted: Some(wanted),
    } = parse(&push.body)?
    else {
        return Err(ApiError::Internal(
            "a domain was read and is not there".to_owned(),
        ));
    };
    let id = OrganizationId::read(&organization_id)?;
    once.write(push, move |tx, workspace_id| {
        let organization = organizations::find(tx, workspace_id, &id)?;
        let domain = organization_domain::create(tx, &organization, &wanted)
            .map_err(|error| refused(error, Some(id.not_found())))?;
        Ok(Reply::created(representation::organization_domain(&domain)))
    })
    .await
}
