//! `GET /directory_users/{user}`.

use actix_web::HttpRequest;
use rollcall_store::ids::DirectoryUserId;
use rollcall_store::{directory_group, directory_user};

use crate::caller::Caller;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::path::{self, Named as _};
use crate::reply::Reply;
use crate::representation;

/// Get a directory user
#[utoipa::path(
    get,
    path = "/directory_users/{user}",
    operation_id = "getDirectoryUser",
    tag = "Directory users",
    params(
        ("user" = String, Path, description = "Their id."),
    ),
    responses(
        (status = 200, description = "The person.", body = schemas::DirectoryUser),
    ),
)]
pub(crate) async fn show(caller: Caller, request: HttpRequest) -> Result<Reply, ApiError> {
    let id: DirectoryUserId = path::id(&request, "user")?;
    let (user, directory, groups) = caller
        .read(move |conn, workspace_id| {
            let found = directory_user::find_with_directory(conn, workspace_id, &id)?;
            let (user, directory) = found.ok_or_else(|| id.not_found())?;
            let mut groups = directory_group::of_users(conn, std::slice::from_ref(&user.id))?;
            let groups = groups.remove(&user.id).unwrap_or_default();
            Ok((user, directory, groups))
        })
        .await?;
    let shown = representation::directory_user(&directory, &user, &groups);
    Ok(Reply::ok(shown))
}
