//! Hosts that are set apart for SCIM endpoints serve nothing else.

use std::sync::Arc;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};
use rollcall_store::endpoint_host::EndpointHosts;
use serde_json::json;

/// The middleware that answers 404 to whatever asks such a host for something else.
pub(crate) async fn keep<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
    hosts: Arc<EndpointHosts>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let host = rollcall_http::host(request.head());
    let is_listed = host.is_some_and(|host| hosts.is_listed(&host));
    if is_listed && !request.path().starts_with("/scim/") {
        let message = "There is nothing at this address of this host. It serves SCIM endpoints.";
        let answer = HttpResponse::NotFound().json(json!({ "message": message }));
        return Ok(request.into_response(answer).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}
