//! `/Bulk`.

use actix_web::http::StatusCode;

use crate::body::Push;
use crate::error::ScimError;
use crate::operations::bulk::Run;
use crate::protocol::bulk::{Bulk, MAX_OPERATIONS};
use crate::reply::Reply;

pub(crate) async fn perform(Push { provisioner, body }: Push) -> Result<Reply, ScimError> {
    let bulk = Bulk::parse(body)?;
    let sent = bulk.operations.len();
    if sent > MAX_OPERATIONS {
        return Err(ScimError::TooManyOperations { sent });
    }
    let done = Run::new(&provisioner, bulk).finish().await;
    let summary = done.summary(sent);
    Ok(Reply::json(StatusCode::OK, done.body(), summary))
}
