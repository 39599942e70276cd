//! `DELETE /organizations/{organization}`.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use rollcall_store::ids::OrganizationId;
use rollcall_store::organization;

use super::find;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::path;
use crate::reply::Reply;

/// Delete an organization
///
/// At once, with its domains and directories, though the status is the one of WorkOS, which deletes later.
#[utoipa::path(
    delete,
    path = "/organizations/{organization}",
    operation_id = "deleteOrganization",
    tag = "Organizations",
    params(
        ("organization" = String, Path, description = "Its id."),
    ),
    responses(
        (status = 202, description = "It is deleted."),
    ),
)]
pub(crate) async fn delete(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: OrganizationId = path::id(&request, "organization")?;
    caller
        .write(move |tx, workspace_id| {
            let organization = find(tx, workspace_id, &id)?;
            organization::delete(tx, &organization)?;
            Ok(Reply::empty(StatusCode::ACCEPTED))
        })
        .await
}
