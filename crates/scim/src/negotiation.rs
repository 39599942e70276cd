//! What a client wants answered: JSON, whatever it calls it. Only who asks for XML and nothing else is refused.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT;

use crate::error::ScimError;

/// Refuses a request that can only be answered in XML. A suffix of the path says more than the `Accept` header.
pub(crate) fn check(request: &HttpRequest) -> Result<(), ScimError> {
    let path = request.path().trim_end_matches('/');
    let suffix = path.rsplit_once('.').map(|(_, suffix)| suffix);
    if suffix == Some("json") {
        return Ok(());
    }
    let accepts = request.headers().get_all(ACCEPT);
    let texts: Vec<&str> = accepts.filter_map(|value| value.to_str().ok()).collect();
    if suffix == Some("xml") || wants_only_xml(&texts.join(",")) {
        return Err(ScimError::NotAcceptable);
    }
    Ok(())
}

fn wants_only_xml(accept: &str) -> bool {
    let mut ranges = accept
        .split(',')
        .map(media_type)
        .filter(|range| !range.is_empty())
        .peekable();
    ranges.peek().is_some()
        && ranges.all(|range| range.ends_with("/xml") || range.ends_with("+xml"))
}

/// A range without its parameters.
fn media_type(range: &str) -> String {
    let media_type = range.split(';').next().unwrap_or_default();
    media_type.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_alone_is_refused_and_all_else_is_json() {
        for accept in ["application/xml", "text/xml; q=0.9, Application/SCIM+XML"] {
            assert!(wants_only_xml(accept), "{accept}");
        }
        for accept in [
            "",
            "*/*",
            "application/json; charset=utf-8",
            "application/scim+json",
            "application/xml, application/json;q=0.1",
            "text/html",
            "nonsense",
        ] {
            assert!(!wants_only_xml(accept), "{accept}");
        }
    }
}
