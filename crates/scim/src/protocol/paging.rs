//! The query string of a list request: filter, order, page, and what is shown.

use percent_encoding::percent_decode_str;

use super::matcher::Matcher;
use super::projection::Projection;
use super::schema::ResourceType;
use super::sort::Sort;
use super::{Invalid, filter};

/// How many resources a page holds when the client does not say.
pub const DEFAULT_COUNT: i64 = 100;
/// The most resources in one page. Okta steps by 100 whatever it gets, so this must never be less than that.
pub const MAX_COUNT: i64 = 1_000;
/// The highest `startIndex`: the largest integer that every JSON reader keeps exactly.
const MAX_START: i64 = 9_007_199_254_740_991;

/// What a list request asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct ListQuery {
    /// Which resources; all when absent.
    pub filter: Option<Matcher>,
    /// The filter as it was written, decoded.
    pub filter_text: Option<String>,
    /// In which order; that of their creation when absent.
    pub sort: Option<Sort>,
    /// What is shown of each; everything when absent.
    pub projection: Option<Projection>,
    /// The 1-based place of the first resource.
    pub start_index: i64,
    /// The most resources to answer with, 0 to [`MAX_COUNT`].
    pub count: i64,
}

impl ListQuery {
    /// Reads a raw query string. Order and letter case of the parameters do not matter; unknown ones are ignored.
    pub fn parse(raw: &str, resource: &ResourceType) -> Result<Self, Invalid> {
        let mut query = Self {
            filter: None,
            filter_text: None,
            sort: None,
            projection: Projection::of(raw),
            start_index: 1,
            count: DEFAULT_COUNT,
        };
        let (mut sort_by, mut sort_order) = (None, None);
        for (name, value) in pairs(raw) {
            let name = decode(name).unwrap_or_default().to_ascii_lowercase();
            match name.as_str() {
                "filter" => query.set_filter(&decoded("filter", value)?, resource)?,
                "startindex" => {
                    let start = integer("startIndex", &decoded("startIndex", value)?)?;
                    query.start_index = start.map_or(1, |start| start.clamp(1, MAX_START));
                }
                "count" => {
                    let count = integer("count", &decoded("count", value)?)?;
                    query.count = count.map_or(DEFAULT_COUNT, |count| count.clamp(0, MAX_COUNT));
                }
                "sortby" => sort_by = Some(decoded("sortBy", value)?),
                "sortorder" => sort_order = Some(decoded("sortOrder", value)?),
                _ => {}
            }
        }
        // sortOrder without sortBy has nothing to order.
        let by = sort_by
            .as_deref()
            .map(str::trim)
            .filter(|by| !by.is_empty());
        query.sort = by
            .map(|by| Sort::parse(resource, by, sort_order.as_deref()))
            .transpose()?;
        Ok(query)
    }

    fn set_filter(&mut self, text: &str, resource: &ResourceType) -> Result<(), Invalid> {
        self.filter = filter::parse(text)?
            .map(|located| Matcher::new(resource, located))
            .transpose()?;
        self.filter_text = self.filter.as_ref().map(|_| text.trim().to_owned());
        Ok(())
    }

    /// How many resources to skip.
    pub fn offset(&self) -> i64 {
        self.start_index - 1
    }
}

/// The raw names and values of a query string.
pub fn pairs(raw: &str) -> impl Iterator<Item = (&str, &str)> {
    raw.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// Decodes `%20` and `+` alike, since Okta writes both. `None` where the bytes are not UTF-8.
pub fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}

fn decoded(parameter: &str, value: &str) -> Result<String, Invalid> {
    decode(value).ok_or_else(|| Invalid::NotUtf8 {
        parameter: parameter.to_owned(),
    })
}

/// An integer, however large: what does not fit is clamped. Blank is as good as absent.
fn integer(parameter: &'static str, text: &str) -> Result<Option<i64>, Invalid> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Invalid::NotAnInteger { parameter });
    }
    let size = digits.parse().unwrap_or(i64::MAX);
    Ok(Some(if negative { -size } else { size }))
}

#[cfg(test)]
mod tests {
    use super::super::filter::{Filter, Literal};
    use super::super::schema::USER;
    use super::*;

    fn page(raw: &str) -> (i64, i64) {
        let query = ListQuery::parse(raw, &USER).unwrap();
        (query.start_index, query.count)
    }

    #[test]
    fn paging_is_clamped_and_never_fails_on_size() {
        let cases = [
            ("", (1, 100)),
            ("startIndex=101&count=100", (101, 100)),
            ("count=1&startIndex=1", (1, 1)),
            ("STARTINDEX=3&Count=2", (3, 2)),
            ("startIndex=0", (1, 100)),
            ("startIndex=-5&count=-1", (1, 0)),
            ("count=0", (1, 0)),
            ("count=5000", (1, 1000)),
            ("count=99999999999999999999", (1, 1000)),
            ("startIndex=99999999999999999999", (MAX_START, 100)),
            ("startIndex=-99999999999999999999", (1, 100)),
            ("startIndex=&count=", (1, 100)),
            ("wibble=1&&=&x", (1, 100)),
        ];
        for (raw, expected) in cases {
            assert_eq!(page(raw), expected, "{raw}");
        }
    }

    #[test]
    fn paging_that_is_no_integer_is_refused() {
        for raw in [
            "count=abc",
            "count=1.5",
            "startIndex=-",
            "startIndex=1e3",
            "count=0x10",
        ] {
            let error = ListQuery::parse(raw, &USER).unwrap_err();
            assert!(matches!(error, Invalid::NotAnInteger { .. }), "{raw}");
        }
    }

    #[test]
    fn both_spellings_of_a_blank_are_read() {
        for raw in [
            "filter=userName%20eq%20%22ada%2Bx%40example.com%22&count=100",
            "count=100&filter=userName+eq+%22ada%2Bx%40example.com%22",
        ] {
            let matcher = ListQuery::parse(raw, &USER).unwrap().filter.unwrap();
            let Filter::Compare { value, .. } = matcher.filter() else {
                panic!("{raw}")
            };
            assert_eq!(*value, Literal::Text("ada+x@example.com".into()));
        }
    }

    #[test]
    fn broken_escapes_are_refused_in_known_parameters_only() {
        assert!(ListQuery::parse("filter=%ff", &USER).is_err());
        assert!(ListQuery::parse("other=%ff&%ff=1", &USER).is_ok());
    }
}
