//! `GET /organizations/external_id/{external_id}`.

use actix_web::HttpRequest;
use rollcall_store::ids::OrganizationId;
use rollcall_store::organization;

use super::shown;
use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::path::{self, Named as _};
use crate::reply::Reply;

/// Get an organization by its external id
#[utoipa::path(
    get,
    path = "/organizations/external_id/{external_id}",
    operation_id = "getOrganizationByExternalId",
    tag = "Organizations",
    params(
        ("external_id" = String, Path, description = "The id it has with you."),
    ),
    responses(
        (status = 200, description = "The organization.", body = schemas::Organization),
    ),
)]
pub(crate) async fn show(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id = path::segment(&request, "external_id");
    let not_found = ApiError::NotFound {
        noun: OrganizationId::NOUN,
        id: id.clone(),
    };
    // None has such an id, and PostgreSQL could not even be asked for some of them.
    if id.chars().any(char::is_control) {
        return Err(not_found);
    }
    caller
        .read(move |conn, workspace_id| {
            let organization =
                organization::find_by_external_id(conn, workspace_id, &id)?.ok_or(not_found)?;
            Ok(Reply::ok(shown(conn, &organization)?))
        })
        .await
}
