//! The record of every provisioning request: what was sent, what was answered, how long it took.
//!
//! The middleware collects a row off what the extractors and replies note, and hands it to the [`Recorder`], which
//! writes in batches behind the request. A slow or absent database never slows provisioning.

mod notes;
mod recorder;
mod writer;

use std::panic::AssertUnwindSafe;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web;
use futures_util::FutureExt as _;
use rollcall_store::ids::Id as _;

pub(crate) use notes::notes_of;
pub use recorder::{MAX_QUEUED_BYTES, MAX_QUEUED_ROWS, Recorder};
pub use writer::{KEEP_DAYS, prune};

use crate::error::ScimError;
use crate::ingest::Ingest;
use crate::reply::Kept;
use notes::Watch;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The middleware around every route of an endpoint: gives the request its id, and records what became of it.
pub(crate) async fn record(
    ingest: web::Data<Ingest>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut watch = Watch::start(&ingest, &request);
    let answer = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    let result =
        answer.unwrap_or_else(|_| Err(ScimError::Internal("a handler panicked".to_owned()).into()));
    match result {
        Ok(mut response) => {
            let refusal = response.response().error().map(refusal);
            let kept = response.response_mut().extensions_mut().remove::<Kept>();
            watch.finish(response.status(), refusal.or(kept));
            if let Ok(id) = HeaderValue::from_str(watch.id().as_str()) {
                response.headers_mut().insert(REQUEST_ID, id);
            }
            Ok(response)
        }
        Err(error) => {
            watch.finish(
                error.as_response_error().status_code(),
                Some(refusal(&error)),
            );
            Err(error)
        }
    }
}

/// What is kept of a refusal; a fault of ours is told to the server's log here, and nowhere else.
fn refusal(error: &Error) -> Kept {
    let Some(refused) = error.as_error::<ScimError>() else {
        return Kept {
            summary: format!("Refused: {error}"),
            body: None,
        };
    };
    if let Some(cause) = refused.cause() {
        tracing::error!(cause, "a provisioning request failed");
    }
    Kept {
        summary: format!("Refused: {refused}"),
        body: Some(refused.body().to_string()),
    }
}
