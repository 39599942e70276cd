//! Cross-site request forgery: a form counts only when one of our own pages sent it.
//!
//! Browsers say so in `Sec-Fetch-Site` (W3C Fetch Metadata), but only to trustworthy origins; on
//! plain http elsewhere `Origin` (Fetch standard) has to be our public URL's. With neither header
//! the request is refused. There is nothing to put into forms.

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, ORIGIN};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::error::PageError;
use crate::{Dashboard, settings};

/// Refuses unsafe requests that another site may have caused.
pub(crate) async fn check(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let own = request
        .app_data::<Data<Dashboard>>()
        .map(|app| app.settings().origin());
    let safe = request.method().is_safe();
    if safe || own.is_some_and(|own| is_same_origin(request.headers(), &own)) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    Ok(request.error_response(PageError::CrossSite))
}

fn is_same_origin(headers: &HeaderMap, own: &settings::Origin) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => text(ORIGIN.as_str()).is_some_and(|origin| own.matches(origin)),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn allowed(headers: &[(&'static str, &'static str)]) -> bool {
        let own = settings::Origin::of("https://rollcall.example.com/some/path");
        let pairs = headers.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        is_same_origin(&pairs.collect(), &own)
    }

    #[test]
    fn judges_fetch_metadata_before_origin() {
        assert!(allowed(&[("sec-fetch-site", "same-origin")]));
        assert!(allowed(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://elsewhere.example.com")
        ]));
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(
                !allowed(&[
                    ("sec-fetch-site", site),
                    ("origin", "https://rollcall.example.com")
                ]),
                "{site}"
            );
        }
    }

    #[test]
    fn without_fetch_metadata_the_origin_decides() {
        assert!(allowed(&[("origin", "https://rollcall.example.com")]));
        for origin in [
            "http://rollcall.example.com",
            "https://rollcall.example.com:8443",
            "null",
            "https://rollcall.example.com.evil.example.net",
        ] {
            assert!(!allowed(&[("origin", origin)]), "{origin}");
        }
        assert!(!allowed(&[]));
    }
}
