//! Where one request ends and the next begins: a message that could be read in two ways is refused,
//! so that nobody puts a request of their own into somebody else's connection.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use rollcall_testkit::{Database, TestStore};

use crate::support::{PATIENCE, serve};

/// What would be answered with 200 if it were taken for a request of its own.
const SMUGGLED: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/// Sends bytes as they are; all that is answered until the connection ends.
fn answers(server: &str, sent: &str) -> String {
    let address = server.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(sent.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A server that has said all it will may reset the connection.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_can_be_read_in_two_ways_is_refused() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let server = serve(&test);
    let length = SMUGGLED.len();
    let chunk = format!("{length:x}\r\n{SMUGGLED}\r\n0\r\n\r\n");
    for (headers, body) in [
        // Two lengths, and a length beside chunks.
        (
            format!("Content-Length: 0\r\nContent-Length: {length}"),
            SMUGGLED,
        ),
        (
            format!("Content-Length: {length}\r\nContent-Length: 0"),
            SMUGGLED,
        ),
        (format!("Content-Length: {length}, 0"), SMUGGLED),
        (
            "Content-Length: 0\r\nTransfer-Encoding: chunked".to_owned(),
            &*chunk,
        ),
        (
            "Transfer-Encoding: chunked\r\nContent-Length: 0".to_owned(),
            &*chunk,
        ),
        // Lengths that are none.
        (format!("Content-Length: +{length}"), SMUGGLED),
        (format!("Content-Length: -{length}"), SMUGGLED),
        (format!("Content-Length: 0x{length:x}"), SMUGGLED),
        (
            "Content-Length: 99999999999999999999999".to_owned(),
            SMUGGLED,
        ),
        // Encodings that somebody else might take for chunks.
        ("Transfer-Encoding: xchunked".to_owned(), &*chunk),
        (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity".to_owned(),
            &*chunk,
        ),
        ("Transfer-Encoding: chunked, identity".to_owned(), &*chunk),
        ("Transfer-Encoding : chunked".to_owned(), &*chunk),
        (" Transfer-Encoding: chunked".to_owned(), &*chunk),
        ("X: y\r\n Transfer-Encoding: chunked".to_owned(), &*chunk),
        ("X: y\rTransfer-Encoding: chunked".to_owned(), &*chunk),
        ("X\0: y".to_owned(), SMUGGLED),
    ] {
        let request = format!("POST /login HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n{body}");
        let answer = answers(&server.url, &request);
        assert!(
            answer.starts_with("HTTP/1.1 400 "),
            "{headers:?}: {answer:?}"
        );
        assert!(!answer.contains("HTTP/1.1 200 "), "{headers:?}: {answer:?}");
        assert_eq!(
            answer.matches("HTTP/1.1 ").count(),
            1,
            "{headers:?}: {answer:?}"
        );
    }
}

/// The control: the same bytes are two requests where that is what they say.
#[tokio::test(flavor = "multi_thread")]
async fn two_requests_of_one_connection_are_both_answered() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let server = serve(&test);
    let first = "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
    let answer = answers(&server.url, &format!("{first}{SMUGGLED}"));
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 2, "{answer}");
    assert!(answer.starts_with("HTTP/1.1 403 ") && answer.contains("HTTP/1.1 200 "));
}

/// Whoever begins a request and does not go on holds nothing for long.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_does_not_end_is_given_up() {
    let test = TestStore::new(Database::Sqlite).await.unwrap();
    let server = serve(&test);
    let begun = std::time::Instant::now();
    let answer = answers(&server.url, "GET /login HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 408 "),
        "{answer}"
    );
    assert!(
        begun.elapsed() < Duration::from_secs(30),
        "{:?}",
        begun.elapsed()
    );
}
