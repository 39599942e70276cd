//! The host that a request is for.

use actix_web::dev::RequestHead;
use actix_web::http::header::HOST;
use actix_web::http::uri::Authority;

/// The host that a request names, without its port. What a proxy says beside it, as in `X-Forwarded-Host`, does not
/// count, since anybody can say that.
pub fn host(head: &RequestHead) -> Option<String> {
    // An address in full, as HTTP/2 always has it, goes before the header (RFC 9112 §3.2.2).
    if let Some(host) = head.uri.host() {
        return Some(host.to_owned());
    }
    let named: Authority = head.headers().get(HOST)?.to_str().ok()?.parse().ok()?;
    Some(named.host().to_owned())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn named(uri: &str, header: Option<&str>) -> Option<String> {
        let request = TestRequest::with_uri(uri);
        let request = match header {
            Some(value) => request.insert_header((HOST, value)),
            None => request,
        };
        let request = request.insert_header(("x-forwarded-host", "other.example"));
        host(request.to_http_request().head())
    }

    #[test]
    fn a_host_comes_from_the_address_or_else_from_its_header() {
        let some = |host: &str| Some(host.to_owned());
        assert_eq!(named("/Users", Some("a.example:8443")), some("a.example"));
        assert_eq!(
            named("https://b.example/Users", Some("a.example")),
            some("b.example")
        );
        assert_eq!(
            named("/Users", Some("[2001:db8::1]:80")),
            some("[2001:db8::1]")
        );
        for header in [None, Some(""), Some("a b"), Some("a.example/x")] {
            assert_eq!(named("/Users", header), None, "{header:?}");
        }
    }
}
