//! `GET /organizations/{organization}`.

use actix_web::HttpRequest;
use rollcall_store::ids::OrganizationId;

use super::{find, shown};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::path;
use crate::reply::Reply;

pub(crate) async fn show(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: OrganizationId = path::id(&request, "organization")?;
    caller
        .read(move |conn, workspace_id| {
            let organization = find(conn, workspace_id, &id)?;
            Ok(Reply::ok(shown(conn, &organization)?))
        })
        .await
}
