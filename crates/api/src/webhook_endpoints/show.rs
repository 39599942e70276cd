//! `GET /webhook_endpoints/{endpoint}`.

use actix_web::HttpRequest;

use super::{find, shown};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::path;
use crate::reply::Reply;

pub(crate) async fn show(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id = path::id(&request, "endpoint")?;
    let endpoint = caller
        .read(move |conn, workspace_id| find(conn, workspace_id, &id))
        .await?;
    Ok(Reply::ok(shown(caller.store().sealer(), &endpoint)?))
}
