//! Requests with a body: first the caller is authenticated, then the body is read.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderValue};
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt as _;
use tokio::time::timeout;

use crate::auth::{Provisioner, authenticate};
use crate::error::ScimError;
use crate::protocol::body::MAX_BODY_BYTES;
use crate::protocol::{Object, body, redact};
use crate::request_log::notes_of;

/// The longest pause while a body is sent.
const MAX_PAUSE: Duration = Duration::from_secs(20);
/// The longest time in which a body is sent.
const MAX_TIME: Duration = Duration::from_mins(1);

/// An authenticated request with a JSON object as its body, whatever content type it declares.
#[derive(Debug)]
pub(crate) struct Push {
    /// Who sends it.
    pub(crate) provisioner: Provisioner,
    /// What is sent.
    pub(crate) body: Object,
}

impl FromRequest for Push {
    type Error = ScimError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ScimError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let provisioner = authenticate(&request).await?;
            let body = read_object(&request, payload).await?;
            Ok(Self { provisioner, body })
        })
    }
}

async fn read_object(request: &HttpRequest, payload: Payload) -> Result<Object, ScimError> {
    let notes = notes_of(request)?;
    let declared = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|bytes| bytes > MAX_BODY_BYTES as u64) {
        return Err(ScimError::TooLarge);
    }
    refuse_compressed(request)?;
    let expected = declared.and_then(|bytes| usize::try_from(bytes).ok());
    let reading = timeout(MAX_TIME, read(payload, expected.unwrap_or_default())).await;
    let bytes = reading.map_err(|_| ScimError::SlowBody)??;
    let parsed = body::parse(&bytes);
    let text = match &parsed {
        Ok(object) => redact::object(object),
        Err(_) => redact::opaque(&bytes),
    };
    notes.borrow_mut().request_body = Some(text).filter(|text| !text.is_empty());
    Ok(parsed?)
}

/// A few kilobytes of gzip can unpack to gigabytes, and no client is known to compress what it sends.
fn refuse_compressed(request: &HttpRequest) -> Result<(), ScimError> {
    let encodings = request.headers().get_all(CONTENT_ENCODING);
    let plain = |value: &HeaderValue| {
        let encoding = value.to_str().unwrap_or("unknown").trim();
        encoding.is_empty() || encoding.eq_ignore_ascii_case("identity")
    };
    if encodings.into_iter().all(plain) {
        Ok(())
    } else {
        Err(ScimError::Compressed)
    }
}

/// Room for what is expected is taken at once: growing would have the body in memory twice.
async fn read(mut payload: Payload, expected: usize) -> Result<BytesMut, ScimError> {
    let mut bytes = BytesMut::with_capacity(expected);
    while let Some(chunk) = timeout(MAX_PAUSE, payload.next())
        .await
        .map_err(|_| ScimError::SlowBody)?
    {
        let chunk = chunk.map_err(|_| ScimError::BrokenBody)?;
        if bytes.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(ScimError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
