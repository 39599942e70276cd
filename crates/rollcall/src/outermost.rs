//! What every request passes first and every answer last, whichever role it is for.

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::middleware::Next;
use rollcall_http::complete;

use crate::streams;

/// The middleware around all roles: turns away what would cost too much, and completes the headers of
/// every answer. `over_tls` says whether the public URL is https.
pub(crate) async fn surround<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
    over_tls: bool,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match streams::admit(request, next).await {
        Ok(mut response) => {
            complete(response.headers_mut(), over_tls);
            Ok(response)
        }
        // Answered outside of here, where no header could be added any more.
        Err(error) => {
            let mut answer = error.error_response();
            complete(answer.headers_mut(), over_tls);
            Err(InternalError::from_response(error, answer).into())
        }
    }
}
