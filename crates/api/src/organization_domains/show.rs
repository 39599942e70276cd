//! `GET /organization_domains/{domain}`.

use actix_web::HttpRequest;
use rollcall_store::ids::OrganizationDomainId;
use rollcall_store::representation;

use super::find;
use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::path;
use crate::reply::Reply;

/// Get a domain
#[utoipa::path(
    get,
    path = "/organization_domains/{domain}",
    operation_id = "getOrganizationDomain",
    tag = "Organization domains",
    params(
        ("domain" = String, Path, description = "Its id."),
    ),
    responses(
        (status = 200, description = "The domain.", body = schemas::OrganizationDomain),
    ),
)]
pub(crate) async fn show(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: OrganizationDomainId = path::id(&request, "domain")?;
    caller
        .read(move |conn, workspace_id| {
            let domain = find(conn, workspace_id, &id)?;
            Ok(Reply::ok(representation::organization_domain(&domain)))
        })
        .await
}
