//! `If-Match` and `If-None-Match`: requests that depend on the version a client knows.

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};

/// The versions that a client names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Versions {
    /// `*`: whichever there is.
    Any,
    /// These, without `W/` and quotes.
    These(Vec<String>),
}

impl Versions {
    /// Reads a list of entity tags. Tags without quotes are taken, since clients send them.
    pub(crate) fn parse(text: &str) -> Self {
        let mut tags = Vec::new();
        for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
            if tag == "*" {
                return Self::Any;
            }
            tags.push(bare(tag).to_owned());
        }
        Self::These(tags)
    }

    /// Whether one of them is this version. All our tags are weak, so they compare as weak ones do (RFC 9110 §8.8.3.2).
    pub(crate) fn include(&self, version: &str) -> bool {
        match self {
            Self::Any => true,
            Self::These(tags) => tags.iter().any(|tag| tag == bare(version)),
        }
    }
}

fn bare(tag: &str) -> &str {
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    tag.strip_prefix('"')
        .and_then(|tag| tag.strip_suffix('"'))
        .unwrap_or(tag)
}

/// The versions of which a change must find one.
pub(crate) fn if_match(request: &HttpRequest) -> Option<Versions> {
    header(request, &IF_MATCH)
}

/// The versions that need not be sent again.
pub(crate) fn if_none_match(request: &HttpRequest) -> Option<Versions> {
    header(request, &IF_NONE_MATCH)
}

/// A header that is no text names no version of ours.
fn header(request: &HttpRequest, name: &HeaderName) -> Option<Versions> {
    let mut values = request.headers().get_all(name).peekable();
    values.peek()?;
    let texts: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
    Some(Versions::parse(&texts.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_in_a_list_however_it_is_written() {
        for list in [
            "W/\"3\"",
            "\"3\"",
            "3",
            "W/\"1\", W/\"3\"",
            " \"2\",\"3\" ",
            "*",
        ] {
            assert!(Versions::parse(list).include("W/\"3\""), "{list}");
        }
        for list in ["", "W/\"33\"", "W/\"2\"", "\"*\"", "w/3"] {
            assert!(!Versions::parse(list).include("W/\"3\""), "{list}");
        }
    }
}
