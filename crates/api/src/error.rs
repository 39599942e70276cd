//! Every refusal, and the one place where it becomes a status and a body.
//!
//! Bodies have the form of WorkOS's: `message`, mostly `code`, and `errors` when parameters are wrong. Never a
//! top-level `error`: the Node SDK would take it for a failed sign-in.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use rollcall_store::Error as StoreError;
use serde_json::{Value, json};

/// When to try again while the database is away, in seconds.
const AWAY_FOR: u64 = 5;

/// What is wrong with one parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The parameter, as in `domain_data.0.domain`.
    pub(crate) field: String,
    /// What is wrong, for programs: the Node SDK shows nothing else, so the field stands in it as well.
    pub(crate) code: String,
    /// What is wrong, for people.
    pub(crate) message: String,
}

impl Problem {
    /// The problem `what` (as in `required`) of a parameter.
    pub(crate) fn new(field: &str, what: &str, message: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            code: format!("{}_{what}", field.replace('.', "_")),
            message: message.into(),
        }
    }
}

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// No API key, or one that opens nothing: never told apart.
    #[error("Unauthorized")]
    Unauthorized,
    /// The request makes no sense as a whole.
    #[error("{message}")]
    BadRequest {
        /// What is wrong, for programs.
        code: &'static str,
        /// What is wrong, for people.
        message: String,
    },
    /// The workspace has no such thing; what other workspaces have is never told.
    #[error("{noun} not found: '{id}'.")]
    NotFound {
        /// What was looked for, as in `Directory`.
        noun: &'static str,
        /// The id, as it was sent.
        id: String,
    },
    /// There is nothing at the path.
    #[error("There is nothing at this address.")]
    UnknownPath,
    /// The path takes other methods.
    #[error("This address does not take that method. Allowed: {allowed}.")]
    MethodNotAllowed {
        /// The methods, for the `Allow` header.
        allowed: String,
    },
    /// What is asked for contradicts what is there.
    #[error("{message}")]
    Conflict {
        /// What is wrong, for programs.
        code: &'static str,
        /// What is wrong, for people.
        message: String,
    },
    /// Parameters are missing or wrong.
    #[error("{}", summary(.0))]
    Unprocessable(Vec<Problem>),
    /// The parameters are right one by one and still cannot be taken.
    #[error("{message}")]
    Refused {
        /// What is wrong, for programs.
        code: &'static str,
        /// What is wrong, for people.
        message: String,
    },
    /// The connection broke while the body was read.
    #[error("The request's body could not be read to its end.")]
    BrokenBody,
    /// The body comes too slowly.
    #[error("The request's body did not arrive in time.")]
    SlowBody,
    /// The body is larger than is read.
    #[error("The request's body is larger than {} KiB, the most that is taken.", crate::body::LARGEST / 1024)]
    TooLarge,
    /// The body is not declared as JSON, or it is compressed.
    #[error(
        "The request's body must be JSON, uncompressed, with the Content-Type application/json."
    )]
    UnsupportedMediaType,
    /// The key makes too many requests.
    #[error("Too many requests with this API key. Wait as long as Retry-After says.")]
    TooManyRequests(Duration),
    /// A secret is needed that this process cannot open.
    #[error(
        "This server cannot open the stored secrets just now. Its operator finds the reason in the log."
    )]
    SecretsLocked(String),
    /// The store failed.
    #[error("{}", of_store(.0))]
    Store(#[from] StoreError),
    /// A fault of ours; the cause is for the server's log only.
    #[error("An internal error occurred. It was logged; nothing was changed.")]
    Internal(String),
}

fn summary(problems: &[Problem]) -> String {
    let messages: Vec<&str> = problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    format!("Validation failed. {}", messages.join(" "))
}

const fn of_store(error: &StoreError) -> &'static str {
    match error {
        StoreError::Unavailable(_) => {
            "The database cannot be reached just now. Nothing was changed; try again in a moment."
        }
        _ => "An internal error occurred. It was logged; nothing was changed.",
    }
}

impl ApiError {
    /// Refuses one parameter.
    pub(crate) fn invalid(field: &str, what: &str, message: impl Into<String>) -> Self {
        Self::Unprocessable(vec![Problem::new(field, what, message)])
    }

    /// What programs may go by, where there is more to say than the status does.
    fn code(&self) -> Option<&'static str> {
        match self {
            Self::BadRequest { code, .. }
            | Self::Conflict { code, .. }
            | Self::Refused { code, .. } => Some(code),
            Self::NotFound { .. } => Some("entity_not_found"),
            Self::Unprocessable(_) => Some("invalid_request_parameters"),
            Self::TooManyRequests(_) => Some("rate_limit_exceeded"),
            _ => None,
        }
    }

    fn body(&self) -> Value {
        let mut body = json!({ "message": self.to_string() });
        if let Some(code) = self.code() {
            body["code"] = code.into();
        }
        if let Self::NotFound { id, .. } = self {
            body["entity_id"] = id.as_str().into();
        }
        if let Self::Unprocessable(problems) = self {
            body["errors"] = problems.iter().map(shown).collect();
        }
        // Only a body with these is a BadRequestException to the Node SDK.
        if let Self::BadRequest { code, message } = self {
            body["errors"] = json!([{ "code": code, "message": message }]);
        }
        body
    }

    /// What the server's own log should know, and the caller should not.
    pub(crate) fn cause(&self) -> Option<String> {
        match self {
            Self::Store(error) => Some(error.to_string()),
            Self::Internal(cause) | Self::SecretsLocked(cause) => Some(cause.clone()),
            _ => None,
        }
    }
}

fn shown(problem: &Problem) -> Value {
    json!({ "code": problem.code, "field": problem.field, "message": problem.message })
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::BadRequest { .. } | Self::BrokenBody => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::NotFound { .. } | Self::UnknownPath => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::SlowBody => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unprocessable(_) | Self::Refused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyRequests(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::SecretsLocked(_) | Self::Store(StoreError::Unavailable(_)) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Store(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::Unauthorized => {
                response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"Rollcall\""))
            }
            Self::MethodNotAllowed { allowed } => response.insert_header((ALLOW, allowed.as_str())),
            // A second is the least that Retry-After can say.
            Self::TooManyRequests(wait) => {
                response.insert_header((RETRY_AFTER, wait.as_secs().saturating_add(1)))
            }
            Self::SecretsLocked(_) | Self::Store(StoreError::Unavailable(_)) => {
                response.insert_header((RETRY_AFTER, AWAY_FOR))
            }
            // What is left of the body is not worth reading.
            Self::TooLarge | Self::SlowBody | Self::UnsupportedMediaType => response.force_close(),
            _ => &mut response,
        };
        response.json(self.body())
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;

    async fn answer(error: ApiError) -> (u16, Option<String>, Value) {
        let answer = error.error_response();
        let status = answer.status().as_u16();
        let wait = answer.headers().get(RETRY_AFTER);
        let wait = wait.map(|value| value.to_str().unwrap().to_owned());
        let body = to_bytes(answer.into_body()).await.unwrap();
        (status, wait, serde_json::from_slice(&body).unwrap())
    }

    #[actix_web::test]
    async fn an_absent_database_is_said_to_be_away_for_a_moment() {
        let away = StoreError::Unavailable("secret detail".into()).into();
        let (status, wait, body) = answer(away).await;
        assert_eq!((status, wait.as_deref()), (503, Some("5")));
        assert!(!body.to_string().contains("secret detail"), "{body}");
    }

    #[actix_web::test]
    async fn a_failure_of_ours_tells_its_cause_to_the_log_alone() {
        let failed = ApiError::Internal("secret detail".into());
        assert_eq!(failed.cause().as_deref(), Some("secret detail"));
        let (status, wait, body) = answer(failed).await;
        assert_eq!((status, wait), (500, None));
        assert_eq!(
            body.as_object().unwrap().keys().collect::<Vec<_>>(),
            ["message"]
        );
        assert!(!body.to_string().contains("secret detail"), "{body}");
    }

    #[actix_web::test]
    async fn all_wrong_parameters_are_named() {
        let problems = vec![
            Problem::new("name", "required", "Name it."),
            Problem::new("domain_data.0.domain", "invalid", "That is no domain."),
        ];
        let (status, _, body) = answer(ApiError::Unprocessable(problems)).await;
        assert_eq!(status, 422);
        assert_eq!(
            body["message"],
            "Validation failed. Name it. That is no domain."
        );
        assert_eq!(body["errors"][1]["code"], "domain_data_0_domain_invalid");
    }
}
