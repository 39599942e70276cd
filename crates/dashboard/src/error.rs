//! What can go wrong with a page, its status, and the page that says so.

use std::borrow::Cow;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _, HttpResponse, ResponseError};
use askama::Template;
use rollcall_store::ids::{ApiRequestId, MemberId};
use rollcall_store::rights::Right;
use rollcall_store::seal::SealError;
use rollcall_store::second_factor;
use rollcall_store::workspace::{self, Role};

use crate::Dashboard;
use crate::shell::Shell;
use crate::theme::Theme;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PageError {
    /// There is no such thing, or it is somebody else's: both look the same.
    #[error("not found")]
    NotFound,
    /// Somebody who is not signed in asked for a page that needs it.
    #[error("not signed in")]
    SignedOut {
        /// Where to sign in, with the way back.
        login: String,
        /// Whether a script asked for a part of a page.
        partial: bool,
    },
    /// The member's role does not have the right that the route needs.
    #[error("the role of a member does not allow this")]
    NotAllowed {
        /// The right.
        right: Right,
        /// The role.
        role: Role,
    },
    /// Another site may have sent this form.
    #[error("the form came from another site")]
    CrossSite,
    /// Too many attempts to sign in.
    #[error("too many attempts")]
    TooManyAttempts(Duration),
    /// A mailed link was used, is too old, or is none.
    #[error("the link does not work any more")]
    LinkRefused,
    /// This process cannot read or write down secrets that must be readable again.
    #[error(transparent)]
    Locked(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] rollcall_store::Error),
    /// A file could not be written.
    #[error("a file could not be written: {0}")]
    File(#[from] csv::Error),
    /// A template failed.
    #[error("a template failed: {0}")]
    Template(#[from] askama::Error),
}

impl From<second_factor::Error> for PageError {
    fn from(error: second_factor::Error) -> Self {
        match error {
            second_factor::Error::Seal(error) => Self::Locked(error),
            second_factor::Error::Store(error) => Self::Store(error),
            second_factor::Error::CodeRefused | second_factor::Error::NotBegun => Self::NotFound,
        }
    }
}

impl From<workspace::Error> for PageError {
    fn from(error: workspace::Error) -> Self {
        match error {
            workspace::Error::Store(error) => Self::Store(error),
            // What a form can be blamed for is checked before it is sent on.
            _ => Self::NotFound,
        }
    }
}

const AWAY_FOR: Duration = Duration::from_secs(5);

impl PageError {
    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooManyAttempts(wait) => Some(*wait),
            Self::Store(rollcall_store::Error::Unavailable(_)) => Some(AWAY_FOR),
            _ => None,
        }
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignedOut { partial: false, .. } => StatusCode::SEE_OTHER,
            Self::SignedOut { partial: true, .. } => StatusCode::UNAUTHORIZED,
            Self::NotAllowed { .. } | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::LinkRefused => StatusCode::GONE,
            Self::TooManyAttempts(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Locked(_) | Self::Store(rollcall_store::Error::Unavailable(_)) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Store(_) | Self::File(_) | Self::Template(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The answer without its page, which [`dress`] adds.
    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        if let Self::SignedOut { login, partial } = self {
            // htmx would follow a redirect silently and find nothing to swap in; this header makes it go there.
            let header = if *partial {
                "HX-Redirect"
            } else {
                LOCATION.as_str()
            };
            answer.insert_header((header, login.as_str()));
        }
        if let Some(wait) = self.retry_after() {
            answer.insert_header((RETRY_AFTER, wait.as_secs().max(1)));
        }
        answer.finish()
    }
}

#[derive(Template)]
#[template(path = "pages/error.html")]
struct ErrorPage {
    shell: Shell,
    status: u16,
    explanation: Cow<'static, str>,
    request_id: Option<ApiRequestId>,
}

/// Logs that somebody was refused what they may not do, or have tried too often.
fn report_refusal(response: &ServiceResponse) {
    let error = response.response().error().and_then(Error::as_error);
    let request = response.request();
    let app = request.app_data::<Data<Dashboard>>();
    let address = app.and_then(|app| app.settings().proxies.client(request));
    let extensions = request.extensions();
    let id = extensions
        .get::<ApiRequestId>()
        .map(tracing::field::display);
    let member = extensions.get::<MemberId>().map(tracing::field::display);
    let (path, address) = (request.path(), address.map(tracing::field::display));
    match error {
        Some(PageError::NotAllowed { right, role }) => {
            let (right, role) = (right.label(), role.as_str());
            tracing::warn!(
                request_id = id,
                path,
                address,
                member,
                role,
                right,
                "a role was refused"
            );
        }
        Some(PageError::CrossSite) => {
            tracing::warn!(
                request_id = id,
                path,
                address,
                "a form from another site was refused"
            );
        }
        Some(PageError::TooManyAttempts(_)) => {
            tracing::warn!(
                request_id = id,
                path,
                address,
                member,
                "too many attempts were refused"
            );
        }
        _ => {}
    }
}

/// Gives every error its page; also the framework's own, as for a malformed form.
pub(crate) async fn dress(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let status = response.status();
    let has_page = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if has_page || !(status.is_client_error() || status.is_server_error()) {
        return Ok(response);
    }
    report_refusal(&response);
    let (title, explanation) = words(&response);
    let page = ErrorPage {
        shell: Shell::plain(Theme::of(response.request()), title),
        status: status.as_u16(),
        explanation,
        request_id: report(&response),
    };
    let html = page.render().unwrap_or_else(|_| title.to_owned());
    let mut response = response.map_body(|_, _| BoxBody::new(html));
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    Ok(response)
}

/// Logs a failure of ours under an id that the page shows, so that it can be quoted.
fn report(response: &ServiceResponse) -> Option<ApiRequestId> {
    let error = response
        .response()
        .error()
        .filter(|_| response.status().is_server_error())?;
    let id = response.request().extensions().get().cloned()?;
    let id: ApiRequestId = id;
    tracing::error!(request_id = %id, path = response.request().path(), %error, "a page failed");
    Some(id)
}

fn words(response: &ServiceResponse) -> (&'static str, Cow<'static, str>) {
    let error = response.response().error().and_then(Error::as_error);
    if let Some(PageError::NotAllowed { right, role }) = error {
        return (
            "Your role does not allow this",
            not_allowed(*right, *role).into(),
        );
    }
    if matches!(error, Some(PageError::Locked(_))) {
        let words = "This server does not hold the key that they are encrypted with, so nothing was changed. If you run \
                     this installation: give it that key again; “rollcall doctor” says which.";
        return ("Stored secrets are locked", words.into());
    }
    let (title, explanation) = words_of_status(response.status().as_u16());
    (title, explanation.into())
}

/// What is missing, and who can give it.
fn not_allowed(right: Right, role: Role) -> String {
    let giver = if right.least() == Role::Owner {
        "An owner"
    } else {
        "An owner or an admin"
    };
    format!(
        "In this workspace you are {} {}. “{}” takes the role {} or a higher one. {giver} of the workspace can give it to you.",
        if role == Role::Viewer { "a" } else { "an" },
        role.as_str(),
        right.label(),
        right.least().as_str(),
    )
}

fn words_of_status(status: u16) -> (&'static str, &'static str) {
    match status {
        401 => (
            "Signed out",
            "Your session has ended. Sign in again to go on.",
        ),
        403 => (
            "This form was refused",
            "It seems to come from another site. Open the page here and send it again. If you run this installation: \
             browsers must reach it at the public URL it was started with.",
        ),
        404 | 405 => (
            "Page not found",
            "There is nothing at this address (any more), or it belongs to a workspace you are not in.",
        ),
        410 => (
            "This link does not work any more",
            "It was used already, or it is too old, or a part of it is missing. Ask for a new one.",
        ),
        413 => (
            "Too large",
            "What was sent is larger than any form of ours. Shorten it and try again.",
        ),
        429 => (
            "Too many attempts",
            "Wait a little, then try again. This protects the account from guessing.",
        ),
        503 => (
            "The database is away",
            "Nothing was changed. Try again in a few seconds.",
        ),
        500..=599 => (
            "Something went wrong",
            "This is our fault, and nothing you entered was half-saved. Try again.",
        ),
        _ => ("This request was not understood", "Go back and try again."),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service, read_body};
    use actix_web::{App, web};
    use rollcall_store::Error as StoreError;

    use super::*;

    async fn page_of(error: fn() -> PageError) -> (u16, Option<String>, String) {
        let fails = web::to(move || async move { Err::<&str, _>(error()) });
        let app = init_service(App::new().wrap(from_fn(dress)).route("/", fails)).await;
        let answer = call_service(&app, TestRequest::default().to_request()).await;
        let status = answer.status().as_u16();
        let wait = answer.headers().get(RETRY_AFTER);
        let wait = wait.map(|value| value.to_str().unwrap().to_owned());
        let body = String::from_utf8(read_body(answer).await.to_vec()).unwrap();
        (status, wait, body)
    }

    #[actix_web::test]
    async fn an_absent_database_is_said_to_be_away_for_a_moment() {
        let away = || PageError::Store(StoreError::Unavailable("secret detail".into()));
        let (status, wait, body) = page_of(away).await;
        assert_eq!((status, wait.as_deref()), (503, Some("5")));
        assert!(body.contains("<h1>The database is away</h1>") && !body.contains("secret detail"));
    }

    #[actix_web::test]
    async fn a_failure_of_ours_tells_nothing_of_its_cause() {
        let inconsistent = || {
            PageError::Store(StoreError::Inconsistent {
                table: "directories",
                column: "state",
                row: "directory_1".into(),
                reason: "secret detail".into(),
            })
        };
        let (status, wait, body) = page_of(inconsistent).await;
        assert_eq!((status, wait), (500, None));
        assert!(body.contains("<h1>Something went wrong</h1>") && !body.contains("secret detail"));
    }
}
