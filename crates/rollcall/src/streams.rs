//! What one HTTP/2 connection may cost. Over HTTP/1 a connection carries one request at a time, with a
//! head of 128 KiB at most; the HTTP/2 server sets no bound to either, so it is set here.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Extensions, ServiceRequest, ServiceResponse};
use actix_web::http::header::RETRY_AFTER;
use actix_web::http::{StatusCode, Version};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpResponse};

/// Requests under way at once; the least that RFC 9113, section 6.5.2, wants to be possible.
const REQUESTS: u32 = 100;
/// Bytes of a request's headers, as HTTP/1 takes them.
const HEADERS: usize = 128 * 1024;

/// The requests under way on a connection.
#[derive(Clone, Default)]
struct Load(Rc<Cell<u32>>);

/// Has the requests of a new connection counted.
pub(crate) fn watch(connection: &mut Extensions) {
    connection.insert(Load::default());
}

/// A request under way.
struct Turn(Load);

impl Turn {
    fn take(load: &Load) -> Option<Self> {
        let others = load.0.get();
        (others < REQUESTS).then(|| {
            load.0.set(others + 1);
            Self(load.clone())
        })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.0.set(self.0.0.get() - 1);
    }
}

/// Passes a request on, or turns it away where its connection asks for too much.
pub(crate) async fn admit<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let load = request.conn_data::<Load>();
    let Some(load) = load.filter(|_| request.version() == Version::HTTP_2) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    if size_of_headers(&request) > HEADERS {
        return Ok(refuse(request, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE));
    }
    let Some(turn) = Turn::take(load) else {
        return Ok(refuse(request, StatusCode::SERVICE_UNAVAILABLE));
    };
    let response = next.call(request).await?.map_into_boxed_body();
    Ok(response.map_body(|_, body| BoxBody::new(Counted { body, _turn: turn })))
}

fn size_of_headers(request: &ServiceRequest) -> usize {
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| name.as_str().len() + value.len());
    let path = request.uri().path_and_query();
    headers.sum::<usize>() + path.map_or(0, |path| path.as_str().len())
}

fn refuse(request: ServiceRequest, status: StatusCode) -> ServiceResponse<BoxBody> {
    let mut answer = HttpResponse::build(status);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.insert_header((RETRY_AFTER, "1"));
    }
    request.into_response(answer.finish())
}

/// A body whose request is under way until it is sent.
struct Counted {
    body: BoxBody,
    _turn: Turn,
}

impl MessageBody for Counted {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_request_is_over() {
        let load = Load::default();
        let mut turns: Vec<_> = (0..REQUESTS).filter_map(|_| Turn::take(&load)).collect();
        assert_eq!(turns.len(), 100);
        assert!(Turn::take(&load).is_none());
        turns.pop();
        assert!(Turn::take(&load).is_some());
    }
}
