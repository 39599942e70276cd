//! `DELETE /organization_domains/{domain}`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use rollcall_store::ids::OrganizationDomainId;
use rollcall_store::organization_domain;

use super::find;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::path;
use crate::reply::Reply;

/// Delete a domain
#[utoipa::path(
    delete,
    path = "/organization_domains/{domain}",
    operation_id = "deleteOrganizationDomain",
    tag = "Organization domains",
    params(
        ("domain" = String, Path, description = "Its id."),
    ),
    responses(
        (status = 204, description = "It is deleted."),
    ),
)]
pub(crate) async fn delete(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: OrganizationDomainId = path::id(&request, "domain")?;
    caller
        .write(move |tx, workspace_id| {
            let domain = find(tx, workspace_id, &id)?;
            organization_domain::delete(tx, &domain)?;
            Ok(Reply::empty(StatusCode::NO_CONTENT))
        })
        .await
}
