//! `GET /organizations/{organization}`.

use actix_web::HttpRequest;
use rollcall_store::ids::OrganizationId;

use super::{find, shown};
use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::path;
use crate::reply::Reply;

/// Get an organization
#[utoipa::path(
    get,
    path = "/organizations/{organization}",
    operation_id = "getOrganization",
    tag = "Organizations",
    params(
        ("organization" = String, Path, description = "Its id."),
    ),
    responses(
        (status = 200, description = "The organization.", body = schemas::Organization),
    ),
)]
pub(crate) async fn show(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: OrganizationId = path::id(&request, "organization")?;
    caller
        .read(move |conn, workspace_id| {
            let organization = find(conn, workspace_id, &id)?;
            Ok(Reply::ok(shown(conn, &organization)?))
        })
        .await
}
