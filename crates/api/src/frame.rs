//! What surrounds every call: its id, and JSON for whatever goes wrong.

use std::panic::AssertUnwindSafe;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{RequestHead, ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _, ResponseError as _};
use futures_util::FutureExt as _;
use rollcall_store::ids::{ApiRequestId, Id as _};

use crate::Api;
use crate::error::ApiError;
use crate::reply::Reply;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The middleware around every route: no answer leaves without an id, and no failure without a JSON body.
pub(crate) async fn surround(
    api: Data<Api>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id: ApiRequestId = api.store().new_id();
    request.extensions_mut().insert(id.clone());
    let http = request.request().clone();
    let answer = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    let mut response = match answer {
        Ok(Ok(response)) => response.map_into_boxed_body(),
        Ok(Err(error)) => ServiceResponse::from_err(error, http),
        Err(_) => {
            let error = ApiError::Internal("a handler panicked".to_owned());
            ServiceResponse::from_err(error, http)
        }
    };
    report(&id, &response);
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    Ok(response)
}

/// Tells the server's log of what is our fault, under the id that the caller was given.
fn report(id: &ApiRequestId, response: &ServiceResponse<BoxBody>) {
    let error = response
        .response()
        .error()
        .and_then(Error::as_error::<ApiError>);
    let Some(error) = error.filter(|error| error.status_code().is_server_error()) else {
        return;
    };
    let path = response.request().path();
    let cause = error.cause().unwrap_or_else(|| error.to_string());
    tracing::error!(request_id = %id, path, cause, "a call of the API failed");
}

/// Whether a request comes from a program rather than from a browser: it has a bearer token, or it wants JSON.
pub(crate) fn is_program(head: &RequestHead) -> bool {
    let text = |name| {
        head.headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    let accepts = text(ACCEPT);
    text(AUTHORIZATION).starts_with("bearer ")
        || (accepts.contains("application/json") && !accepts.contains("text/html"))
}

/// Answers a path that nothing is at.
pub(crate) async fn unknown_path() -> Result<Reply, ApiError> {
    Err(ApiError::UnknownPath)
}
