//! `GET /provisioning_requests`.

use rollcall_store::ids::{DirectoryId, ProvisioningRequestId};
use rollcall_store::provisioning_request;

use super::shown;
use crate::caller::Caller;
use crate::directories;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::list::ListRequest;
use crate::params::Params;
use crate::path::Named as _;
use crate::reply::Reply;

/// List what the provider sent to a directory
#[utoipa::path(
    get,
    path = "/provisioning_requests",
    operation_id = "listProvisioningRequests",
    tag = "Provisioning requests",
    extensions(("x-rollcall-extension" = json!(true))),
    params(
        schemas::ListParams,
        ("directory" = String, Query, description = "The directory."),
        ("status" = Option<String>, Query, description = "`refused` for those that were answered with an error."),
    ),
    responses(
        (status = 200, description = "A page of requests.", body = schemas::List<schemas::ProvisioningRequest>),
    ),
)]
pub(crate) async fn list(caller: Caller, params: Params) -> Result<Reply, ApiError> {
    let list: ListRequest<ProvisioningRequestId> = ListRequest::read(&params)?;
    let Some(id) = params.text("directory")? else {
        let message = "directory is required.";
        return Err(ApiError::invalid("directory", "required", message));
    };
    let id = DirectoryId::read(id)?;
    let refused_only = refused_only(&params)?;
    let by_age = list.by_age.clone();
    let page = caller
        .read(move |conn, workspace_id| {
            directories::find(conn, workspace_id, &id)?;
            let page = provisioning_request::page_by_age(conn, &id, refused_only, &by_age)?;
            Ok(page.map(|request| shown(&id, &request)))
        })
        .await?;
    Ok(list.answer(page))
}

fn refused_only(params: &Params) -> Result<bool, ApiError> {
    match params.text("status")? {
        None => Ok(false),
        Some("refused") => Ok(true),
        Some(_) => {
            let message = "status must be refused, or be left out.";
            Err(ApiError::invalid("status", "invalid", message))
        }
    }
}
