//! HTTP/2: many requests on one connection, and not too many.

use std::pin::Pin;

use bytes::Bytes;
use h2::SendStream;
use h2::client::{ResponseFuture, SendRequest};
use http::{Request, StatusCode};
use openssl::ssl::Ssl;
use tokio::net::TcpStream;
use tokio_openssl::SslStream;

use super::Secured;

/// Requests that one connection may have under way.
const AT_ONCE: usize = 100;

/// One end of an HTTP/2 connection.
struct Connection {
    sender: SendRequest<Bytes>,
    origin: String,
}

/// A request whose body goes on.
type Open = (ResponseFuture, SendStream<Bytes>);

impl Connection {
    async fn open(secured: &Secured) -> Self {
        let mut client = secured.authority.client();
        client.set_alpn_protos(b"\x02h2").unwrap();
        let context = client.build().into_context();
        let stream = TcpStream::connect(secured.address()).await.unwrap();
        let mut stream = SslStream::new(Ssl::new(&context).unwrap(), stream).unwrap();
        Pin::new(&mut stream).connect().await.unwrap();
        let mut builder = h2::client::Builder::new();
        builder.initial_max_send_streams(2 * AT_ONCE);
        let (sender, connection) = builder.handshake(stream).await.unwrap();
        // It ends with what sends on it.
        tokio::spawn(connection);
        let origin = secured.server.url.clone();
        Self { sender, origin }
    }

    /// Begins a request and says how to go on with its body.
    async fn begin(&mut self, request: http::request::Builder, has_body: bool) -> Open {
        let request = request.body(()).unwrap();
        let mut sender = self.sender.clone().ready().await.unwrap();
        sender.send_request(request, !has_body).unwrap()
    }

    /// The status of a GET of `/healthz` with a header of that size.
    async fn status(&mut self, header: usize) -> StatusCode {
        let request = Request::get(format!("{}/healthz", self.origin));
        let request = request.header("x-filler", "x".repeat(header));
        let (answer, _) = self.begin(request, false).await;
        answer.await.unwrap().status()
    }

    /// A form that is begun and not sent to its end.
    async fn linger(&mut self) -> Open {
        let request = Request::post(format!("{}/login", self.origin))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        let (answer, mut body) = self.begin(request, true).await;
        body.send_data(Bytes::from_static(b"email=ada"), false)
            .unwrap();
        (answer, body)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_requests_share_a_connection() {
    let secured = Secured::start(90).await;
    let mut connection = Connection::open(&secured).await;
    let request = || Request::get(format!("{}/healthz", secured.server.url));
    let mut answers = Vec::new();
    for _ in 0..AT_ONCE {
        answers.push(connection.begin(request(), false).await.0);
    }
    for answer in answers {
        let answer = answer.await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_no_client_sends_are_refused() {
    let secured = Secured::start(90).await;
    let mut connection = Connection::open(&secured).await;
    assert_eq!(connection.status(100 * 1024).await, StatusCode::OK);
    let refused = connection.status(200 * 1024).await;
    assert_eq!(refused, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    assert_eq!(connection.status(0).await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_has_only_so_many_requests_under_way() {
    let secured = Secured::start(90).await;
    let mut busy = Connection::open(&secured).await;
    let mut under_way = Vec::new();
    for _ in 0..AT_ONCE {
        under_way.push(busy.linger().await);
    }
    assert_eq!(busy.status(0).await, StatusCode::SERVICE_UNAVAILABLE);
    let mut other = Connection::open(&secured).await;
    assert_eq!(other.status(0).await, StatusCode::OK);
    let (answer, mut body) = under_way.swap_remove(0);
    body.send_data(Bytes::from_static(b"&password=x"), true)
        .unwrap();
    // Refused as a sign-in, but it has had its turn.
    let answer = answer.await.unwrap();
    assert!(answer.status().is_client_error() || answer.status().is_success());
    let mut rest = answer.into_body();
    while let Some(part) = rest.data().await {
        let part = part.unwrap();
        rest.flow_control().release_capacity(part.len()).unwrap();
    }
    assert_eq!(busy.status(0).await, StatusCode::OK);
}
