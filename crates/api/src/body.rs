//! Requests with a body: first the caller is authenticated, then the body is read.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt as _;
use serde_json::{Map, Value};
use tokio::time::timeout;

use crate::caller::{Caller, authenticate};
use crate::error::ApiError;

/// The largest body that is read, in bytes. An organization with all its metadata is a tenth of it.
pub(crate) const LARGEST: usize = 256 * 1024;
/// The longest time in which a body is sent.
const MAX_TIME: Duration = Duration::from_secs(20);

/// An authenticated request with a JSON object as its body. No body at all is an empty object.
#[derive(Debug)]
pub(crate) struct Push {
    /// Who sends it.
    pub(crate) caller: Caller,
    /// What is sent.
    pub(crate) body: Map<String, Value>,
}

impl FromRequest for Push {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let caller = authenticate(&request).await?;
            let body = read_object(&request, payload).await?;
            Ok(Self { caller, body })
        })
    }
}

async fn read_object(
    request: &HttpRequest,
    payload: Payload,
) -> Result<Map<String, Value>, ApiError> {
    let declared = header(request, &CONTENT_LENGTH).parse::<u64>();
    if declared.is_ok_and(|bytes| bytes > LARGEST as u64) {
        return Err(ApiError::TooLarge);
    }
    let bytes = timeout(MAX_TIME, read(payload))
        .await
        .map_err(|_| ApiError::SlowBody)??;
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    refuse_other_kinds(request)?;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(malformed("The request's body must be a JSON object.")),
        Err(error) => Err(malformed(format!(
            "The request's body is not JSON: {error}."
        ))),
    }
}

fn malformed(message: impl Into<String>) -> ApiError {
    ApiError::BadRequest {
        code: "invalid_json",
        message: message.into(),
    }
}

/// A form of another site cannot pass for JSON, and what is compressed has no size that is known before it is unpacked.
fn refuse_other_kinds(request: &HttpRequest) -> Result<(), ApiError> {
    let kind = header(request, &CONTENT_TYPE);
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let encoding = header(request, &CONTENT_ENCODING).trim();
    let is_json = kind.eq_ignore_ascii_case("application/json");
    if is_json && (encoding.is_empty() || encoding.eq_ignore_ascii_case("identity")) {
        Ok(())
    } else {
        Err(ApiError::UnsupportedMediaType)
    }
}

fn header<'a>(request: &'a HttpRequest, name: &HeaderName) -> &'a str {
    let value = request.headers().get(name);
    value.map_or("", |value| value.to_str().unwrap_or("unreadable"))
}

async fn read(mut payload: Payload) -> Result<BytesMut, ApiError> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| ApiError::BrokenBody)?;
        if bytes.len() + chunk.len() > LARGEST {
            return Err(ApiError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
