//! `GET /directories/{directory}/tokens`.

use actix_web::HttpRequest;
use rollcall_store::directory_token;
use rollcall_store::ids::DirectoryId;

use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::reply::Reply;
use crate::{directories, list, path, representation};

/// List the bearer tokens of a directory
///
/// At most two, so there are no pages.
#[utoipa::path(
    get,
    path = "/directories/{directory}/tokens",
    operation_id = "listDirectoryTokens",
    tag = "Directory tokens",
    extensions(("x-rollcall-extension" = json!(true))),
    params(
        ("directory" = String, Path, description = "The directory's id."),
    ),
    responses(
        (status = 200, description = "The tokens, oldest first.", body = schemas::List<schemas::DirectoryToken>),
    ),
)]
pub(crate) async fn list(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: DirectoryId = path::id(&request, "directory")?;
    let now = caller.now();
    let (directory, tokens) = caller
        .read(move |conn, workspace_id| {
            let directory = directories::find(conn, workspace_id, &id)?;
            let tokens = directory_token::live(conn, &directory.id, now)?;
            Ok((directory, tokens))
        })
        .await?;
    let shown = tokens
        .iter()
        .map(|token| representation::directory_token(&directory, token));
    Ok(Reply::ok(list::envelope(shown.collect(), None, None)))
}
