//! The headers that every answer carries, pages, errors and files alike.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _};
use rollcall_store::ids::{ApiRequestId, Id as _};

use crate::Dashboard;

/// Nothing is inline and nothing comes from elsewhere.
pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; \
     frame-ancestors 'none'; base-uri 'none'; object-src 'none'";

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const OWN: [(HeaderName, &str); 2] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    // Not `no-referrer`: under it browsers send `Origin: null` with forms, which the CSRF check could not judge.
    (header::REFERRER_POLICY, "same-origin"),
];

/// Adds the headers, among them an id that can be quoted, which stands in the audit log and in the
/// server's log too. What says nothing about caching is personal and is kept nowhere.
pub(crate) async fn add(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let app = request.app_data::<Data<Dashboard>>();
    let id: Option<ApiRequestId> = app.map(|app| app.store().new_id());
    let over_tls = app.is_some_and(|app| app.settings().public_url.starts_with("https://"));
    if let Some(id) = &id {
        request.extensions_mut().insert(id.clone());
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    let headers = response.headers_mut();
    if let Some(id) = id.and_then(|id| HeaderValue::from_str(id.as_str()).ok()) {
        headers.insert(REQUEST_ID, id);
    }
    for (name, value) in OWN {
        headers.insert(name, HeaderValue::from_static(value));
    }
    rollcall_http::complete(headers, over_tls);
    Ok(response)
}
