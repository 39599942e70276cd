//! Answers to requests that were carried out.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde_json::Value;

/// An answer: a status and, mostly, a JSON body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reply {
    /// The status.
    pub(crate) status: StatusCode,
    /// The body; none where there is nothing to say.
    pub(crate) body: Option<Value>,
}

impl Reply {
    /// What was asked for.
    pub(crate) const fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            body: Some(body),
        }
    }

    /// What was made.
    pub(crate) const fn created(body: Value) -> Self {
        Self {
            status: StatusCode::CREATED,
            body: Some(body),
        }
    }

    /// What will be done.
    pub(crate) const fn accepted(body: Value) -> Self {
        Self {
            status: StatusCode::ACCEPTED,
            body: Some(body),
        }
    }

    /// An answer without a body.
    pub(crate) const fn empty(status: StatusCode) -> Self {
        Self { status, body: None }
    }
}

impl Responder for Reply {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        match self.body {
            Some(body) => response
                .content_type("application/json")
                .body(body.to_string()),
            None => response.finish(),
        }
    }
}
