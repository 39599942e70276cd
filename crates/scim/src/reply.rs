//! Answers to requests that were carried out.

use actix_web::body::BoxBody;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde_json::Value;

use crate::conditions;
use crate::protocol::projection::Projection;
use crate::protocol::redact;

/// An answer, and the one line that tells people in the dashboard what was done.
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    body: Option<Value>,
    place: Option<Place>,
    summary: String,
}

/// Where a resource is and which version of it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// `meta.location`, and the `Location` header.
    pub(crate) location: String,
    /// `meta.version`, and the `ETag` header.
    pub(crate) version: String,
}

impl Place {
    /// The resource's id.
    pub(crate) fn id(&self) -> Option<&str> {
        self.location.rsplit('/').next()
    }
}

/// What the request log keeps of an answer; travels with the response.
pub(crate) struct Kept {
    pub(crate) summary: String,
    pub(crate) body: Option<String>,
}

impl Reply {
    /// An answer with a JSON body.
    pub(crate) fn json(status: StatusCode, body: Value, summary: impl Into<String>) -> Self {
        Self {
            status,
            body: Some(body),
            place: None,
            summary: summary.into(),
        }
    }

    /// An answer without a body.
    pub(crate) fn empty(status: StatusCode, summary: impl Into<String>) -> Self {
        Self {
            status,
            body: None,
            place: None,
            summary: summary.into(),
        }
    }

    /// Adds the headers that say which resource this is about.
    #[must_use]
    pub(crate) fn at(self, place: Place) -> Self {
        Self {
            place: Some(place),
            ..self
        }
    }

    /// The same answer with another status.
    #[must_use]
    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    pub(crate) const fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) const fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// Whether the client has this version already.
    fn is_known(&self, request: &HttpRequest) -> bool {
        match (&self.place, conditions::if_none_match(request)) {
            (Some(place), Some(versions)) => versions.include(&place.version),
            _ => false,
        }
    }
}

impl Responder for Reply {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let known = request.method() == Method::GET && self.is_known(request);
        // Where there is a place the body is one resource, and `attributes` says what of it is shown.
        let projection = self
            .place
            .as_ref()
            .and(Projection::of(request.query_string()));
        let body = match (self.body.filter(|_| !known), projection) {
            (Some(Value::Object(resource)), Some(projection)) => {
                Some(Value::Object(projection.apply(resource)))
            }
            (body, _) => body,
        };
        let mut builder = HttpResponse::build(if known {
            StatusCode::NOT_MODIFIED
        } else {
            self.status
        });
        if let Some(place) = self.place {
            builder
                .insert_header((LOCATION, place.location))
                .insert_header((ETAG, place.version));
        }
        let kept = Kept {
            summary: self.summary,
            body: body.as_ref().map(redact::json),
        };
        let mut response = match body {
            Some(body) => builder
                .content_type("application/json")
                .body(body.to_string()),
            None => builder.finish(),
        };
        response.extensions_mut().insert(kept);
        response
    }
}
