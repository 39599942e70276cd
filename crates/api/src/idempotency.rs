//! POST requests that may come again: the header `Idempotency-Key`, which both SDKs send with every POST.
//!
//! The answer is kept in the transaction that makes it true. So a request that is sent again, be it at the same moment,
//! is answered as the first was and makes nothing. A refusal changes nothing and is not kept: its key is free again.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpRequest};
use rollcall_store::idempotency_key::{self, Answer, Claim, KeyedRequest};
use rollcall_store::ids::WorkspaceId;
use rollcall_store::{Tx, token};
use secrecy::SecretString;
use serde_json::Value;

use crate::body::Push;
use crate::caller::sent_key;
use crate::error::ApiError;
use crate::reply::Reply;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A request's idempotency key, if it has one.
#[derive(Clone, Debug)]
pub(crate) struct Once(Option<KeyedRequest>);

impl Once {
    /// Changes what belongs to the workspace, as [`Caller::write`](crate::caller::Caller::write) does, unless
    /// the request was carried out before: then it answers as it did then.
    pub(crate) async fn write<F>(self, push: Push, work: F) -> Result<Reply, ApiError>
    where
        F: FnOnce(&mut Tx<'_>, &WorkspaceId) -> Result<Reply, ApiError> + Send + 'static,
    {
        let Some(mut request) = self.0 else {
            return push.caller.write(work).await;
        };
        request.fingerprint = token::hash(&Value::Object(push.body).to_string());
        let at_most_once = move |tx: &mut Tx<'_>, workspace_id: &WorkspaceId| {
            match idempotency_key::claim(tx, workspace_id, &request)? {
                Claim::Answered(answer) => return again(&answer),
                Claim::Taken => return Err(taken()),
                Claim::Fresh => {}
            }
            let reply = work(tx, workspace_id)?;
            let answer = Answer {
                status: reply.status.as_u16(),
                body: reply
                    .body
                    .as_ref()
                    .map(Value::to_string)
                    .unwrap_or_default(),
            };
            idempotency_key::record(tx, workspace_id, &request, &answer)?;
            Ok(reply)
        };
        push.caller.write(at_most_once).await
    }
}

fn again(answer: &Answer) -> Result<Reply, ApiError> {
    let broken = |what: &str| ApiError::Internal(format!("a kept answer has no {what}"));
    let status = StatusCode::from_u16(answer.status).map_err(|_| broken("status"))?;
    if answer.body.is_empty() {
        return Ok(Reply::empty(status));
    }
    let body = serde_json::from_str(&answer.body).map_err(|_| broken("body"))?;
    Ok(Reply {
        status,
        body: Some(body),
    })
}

fn taken() -> ApiError {
    ApiError::Refused {
        code: "idempotency_key_reused",
        message: "This Idempotency-Key was sent with another request, or with another API key. \
                  Give each request a key of its own."
            .to_owned(),
    }
}

impl FromRequest for Once {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = request.headers().get(IDEMPOTENCY_KEY);
        let key = header.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let keyed = key.filter(|key| !key.is_empty()).map(|key| KeyedRequest {
            path: request.path().to_owned(),
            key: SecretString::from(key),
            api_key: SecretString::from(sent_key(request)),
            fingerprint: String::new(),
        });
        ready(Ok(Self(keyed)))
    }
}
