//! `POST /organization_domains/{domain}/verify`.

use actix_web::HttpRequest;
use rollcall_store::ids::OrganizationDomainId;
use rollcall_store::{organization_domain, representation};

use super::{find, refused};
use crate::body::Push;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::idempotency::Once;
use crate::path::{self, Named as _};
use crate::reply::Reply;

/// Verify a domain by DNS
#[utoipa::path(
    post,
    path = "/organization_domains/{domain}/verify",
    operation_id = "verifyOrganizationDomain",
    tag = "Organization domains",
    params(
        ("domain" = String, Path, description = "Its id."),
    ),
    responses(
        (status = 201, description = "The domain, being verified.", body = schemas::OrganizationDomain),
        (status = 400, description = "The domain is verified already.", body = schemas::Refusal),
    ),
)]
pub(crate) async fn verify(
    once: Once,
    push: Push,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let id: OrganizationDomainId = path::id(&request, "domain")?;
    once.write(push, move |tx, workspace_id| {
        let domain = find(tx, workspace_id, &id)?;
        let domain = organization_domain::start(tx, &domain)
            .map_err(|error| refused(error, Some(id.not_found())))?;
        Ok(Reply::created(representation::organization_domain(&domain)))
    })
    .await
}
