//! `GET /directories/{id}`.

use actix_web::HttpRequest;
use rollcall_store::directory;
use rollcall_store::ids::DirectoryId;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::path::{self, Named as _};
use crate::reply::Reply;
use crate::representation;

pub(crate) async fn show(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: DirectoryId = path::id(&request, "directory")?;
    let directory = caller
        .read(move |conn, workspace_id| {
            directory::find(conn, workspace_id, &id)?.ok_or_else(|| id.not_found())
        })
        .await?;
    Ok(Reply::ok(representation::directory(&directory)))
}
