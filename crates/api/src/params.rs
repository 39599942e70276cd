//! The query string. A list may come in one parameter with commas between (as the SDKs send it), in the same
//! parameter several times, or in one whose name ends with `[]`. Parameters that are not known are left alone.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use percent_encoding::percent_decode_str;

use crate::error::ApiError;

/// The parameters of a query string, decoded, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn parse(query: &str) -> Self {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let decoded = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        Self(decoded.collect())
    }

    fn values<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let is_named = move |given: &str| given.strip_suffix("[]").unwrap_or(given) == name;
        self.0
            .iter()
            .filter(move |(given, _)| is_named(given))
            .map(|(_, value)| value.as_str())
    }

    /// A parameter's value; the last one counts, and an empty one is as good as none. No value holds control
    /// characters: PostgreSQL could not even be asked for some of them.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, ApiError> {
        let text = self.values(name).last().filter(|text| !text.is_empty());
        match text {
            Some(text) if text.chars().any(char::is_control) => {
                let message = format!("{name} must not hold control characters.");
                Err(ApiError::invalid(name, "invalid", message))
            }
            text => Ok(text),
        }
    }

    /// The values of a parameter that is a list.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let values = self.values(name).flat_map(|value| value.split(','));
        let values = values.map(str::trim).filter(|value| !value.is_empty());
        values.map(str::to_owned).collect()
    }
}

/// Form encoding: a plus is a blank.
fn decode(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

impl FromRequest for Params {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::parse(request.query_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_comes_in_three_forms() {
        for query in [
            "events=a%2Cb",
            "events=a,b",
            "events[]=a&events[]=b",
            "events%5B%5D=a&events%5B%5D=b",
            "events=a&x=1&events=b",
        ] {
            assert_eq!(Params::parse(query).list("events"), ["a", "b"], "{query}");
        }
        assert!(Params::parse("events=&eventsx=a").list("events").is_empty());
    }

    #[test]
    fn a_text_is_decoded_once_and_never_a_control_character() {
        let params = Params::parse("search=a+b%2Bc%2541&empty=&bad=%00&twice=1&twice=2");
        assert_eq!(params.text("search").unwrap(), Some("a b+c%41"));
        assert_eq!(params.text("empty").unwrap(), None);
        assert_eq!(params.text("twice").unwrap(), Some("2"));
        assert!(params.text("bad").is_err());
    }
}
