//! Before what is dangerous, the password is asked for again unless it was given a short while ago:
//! a browser left alone does not rotate secrets, delete, or change who may do what.
//!
//! A handler takes `Reauthenticated<AtDirectory>` in place of `AtDirectory`, and cannot forget it.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::REFERER;
use actix_web::{FromRequest, HttpRequest};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rollcall_store::session::Session;

use crate::auth::{AtDirectory, AtEndpoint, AtOrganization, InWorkspace, SignedIn};
use crate::error::PageError;
use crate::urls;
use crate::visit::Visit;

/// Somebody who gave their password within the last ten minutes.
pub(crate) struct Reauthenticated<T>(pub(crate) T);

/// What an extractor knows of who is signed in.
pub(crate) trait OfSession {
    /// The request and its session.
    fn of_session(&self) -> (&Visit, &Session);
}

impl OfSession for SignedIn {
    fn of_session(&self) -> (&Visit, &Session) {
        (&self.visit, &self.session)
    }
}

impl OfSession for InWorkspace {
    fn of_session(&self) -> (&Visit, &Session) {
        (&self.visit, &self.session)
    }
}

impl OfSession for AtOrganization {
    fn of_session(&self) -> (&Visit, &Session) {
        self.who.of_session()
    }
}

impl OfSession for AtDirectory {
    fn of_session(&self) -> (&Visit, &Session) {
        self.who.of_session()
    }
}

impl OfSession for AtEndpoint {
    fn of_session(&self) -> (&Visit, &Session) {
        self.who.of_session()
    }
}

impl<T> FromRequest for Reauthenticated<T>
where
    T: FromRequest<Error = actix_web::Error> + OfSession + 'static,
{
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // First of all what is not there and what the role forbids, which the password cannot change.
        let inner = T::from_request(request, payload);
        Box::pin(async move {
            let inner = inner.await?;
            require_fresh(&inner)?;
            Ok(Self(inner))
        })
    }
}

/// Refuses unless the password was given a short while ago; leads to where it is asked for.
pub(crate) fn require_fresh(who: &impl OfSession) -> Result<(), PageError> {
    let (visit, session) = who.of_session();
    if session.is_fresh(visit.now()) {
        return Ok(());
    }
    let back = utf8_percent_encode(&back(visit), NON_ALPHANUMERIC).to_string();
    Err(PageError::SignedOut {
        login: format!("/reauthenticate?next={back}"),
        partial: visit.partial,
    })
}

/// The page to come back to: the one asked for, or the one that holds the form that was sent.
fn back(visit: &Visit) -> String {
    let request = &visit.request;
    if request.method() == Method::GET && !visit.partial {
        return request.uri().to_string();
    }
    let referer = request.headers().get(REFERER);
    let page = referer.and_then(|value| value.to_str().ok());
    let path = page.and_then(|page| {
        let own = visit.app.settings().origin().matches(page);
        let after = page.find("://").map_or(0, |at| at + 3);
        let start = page[after..].find('/')? + after;
        own.then(|| page[start..].to_owned())
    });
    path.filter(|path| urls::local_path(path).is_some())
        .unwrap_or_else(|| "/".to_owned())
}
