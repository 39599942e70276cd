//! `PUT /directories/{directory}`, an extension of ours.

use actix_web::HttpRequest;
use rollcall_store::directory;
use rollcall_store::ids::DirectoryId;
use serde_json::{Map, Value};

use super::{LONGEST_NAME, find};
use crate::body::Push;
use crate::docs::schemas;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::path;
use crate::reply::Reply;
use crate::representation;

struct Request {
    name: String,
}

fn parse(body: &Map<String, Value>) -> Result<Request, ApiError> {
    let mut fields = Fields::of(body);
    let request = Request {
        name: fields.text("name", LONGEST_NAME),
    };
    fields.finish(request)
}

/// Rename a directory
#[utoipa::path(
    put,
    path = "/directories/{directory}",
    operation_id = "updateDirectory",
    tag = "Directories",
    extensions(("x-rollcall-extension" = json!(true))),
    params(
        ("directory" = String, Path, description = "Its id."),
    ),
    request_body = schemas::UpdateDirectory,
    responses(
        (status = 200, description = "The directory.", body = schemas::Directory),
    ),
)]
pub(crate) async fn update(
    Push { caller, body }: Push,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let id: DirectoryId = path::id(&request, "directory")?;
    let Request { name } = parse(&body)?;
    let settings = caller.api.settings().clone();
    caller
        .write(move |tx, workspace_id| {
            let directory = find(tx, workspace_id, &id)?;
            directory::rename(tx, &directory, &name)?;
            let directory = find(tx, workspace_id, &id)?;
            let counts = directory::counts(tx, &id)?;
            let shown = representation::directory(&directory, counts, &settings);
            Ok(Reply::ok(shown))
        })
        .await
}
