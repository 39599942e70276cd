//! The headers that no answer goes without, whichever role gives it.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// For answers that are no pages, and for pages that say nothing stricter: nothing may be loaded by
/// them, nothing may frame them, and nobody keeps them.
const UNLESS_SAID: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
];

/// For this host alone: others below its name are not ours to decide about.
const A_YEAR_OVER_TLS: &str = "max-age=31536000";

/// Adds the headers that an answer does not have yet. `over_tls` says whether the public URL is https:
/// then browsers are told to keep to it.
pub fn complete(headers: &mut HeaderMap, over_tls: bool) {
    let over_tls = over_tls.then_some((header::STRICT_TRANSPORT_SECURITY, A_YEAR_OVER_TLS));
    for (name, value) in UNLESS_SAID.into_iter().chain(over_tls) {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_says_itself_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        complete(&mut headers, false);
        assert_eq!(headers.get(header::CACHE_CONTROL).unwrap(), "no-cache");
        assert_eq!(
            headers.get(header::X_CONTENT_TYPE_OPTIONS).unwrap(),
            "nosniff"
        );
        assert_eq!(headers.len(), UNLESS_SAID.len());
    }

    #[test]
    fn browsers_are_told_to_keep_to_tls_only_where_there_is_tls() {
        for over_tls in [true, false] {
            let mut headers = HeaderMap::new();
            complete(&mut headers, over_tls);
            assert_eq!(
                headers.contains_key(header::STRICT_TRANSPORT_SECURITY),
                over_tls
            );
        }
    }
}
