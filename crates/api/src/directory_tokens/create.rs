//! `POST /directories/{directory}/tokens`.

use actix_web::HttpRequest;
use rollcall_store::directory_token::{self, LIVE_AT_MOST, NewToken, TokenError};
use rollcall_store::ids::DirectoryId;
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::body::Push;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::idempotency::Once;
use crate::reply::Reply;
use crate::{directories, path, representation};

/// Create a bearer token
#[utoipa::path(
    post,
    path = "/directories/{directory}/tokens",
    operation_id = "createDirectoryToken",
    tag = "Directory tokens",
    extensions(("x-rollcall-extension" = json!(true))),
    params(
        ("directory" = String, Path, description = "The directory's id."),
    ),
    responses(
        (status = 201, description = "The token, which is shown this once.", body = schemas::NewDirectoryToken),
        (status = 409, description = "Two tokens live already.", body = schemas::Refusal),
    ),
)]
pub(crate) async fn create(
    once: Once,
    push: Push,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let id: DirectoryId = path::id(&request, "directory")?;
    once.write(push, move |tx, workspace_id| {
        let directory = directories::find(tx, workspace_id, &id)?;
        let NewToken { token, secret } =
            directory_token::create(tx, &directory).map_err(refusal)?;
        let mut shown = representation::directory_token(&directory, &token);
        shown["bearer_token"] = json!(secret.expose_secret());
        Ok(Reply::created(shown))
    })
    .await
}

fn refusal(error: TokenError) -> ApiError {
    match error {
        TokenError::TwoLive => ApiError::Conflict {
            code: "too_many_tokens",
            message: format!("The directory has {LIVE_AT_MOST} bearer tokens. Revoke one first."),
        },
        TokenError::Store(error) => ApiError::Store(error),
    }
}
