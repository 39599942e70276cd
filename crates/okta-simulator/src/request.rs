//! The requests that Okta sends, as its SCIM 1.1 protocol reference lists them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::Value;

/// Everything but the characters that never need escaping in a URL (RFC 3986, unreserved).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// How many rows Okta asks for at once.
pub(crate) const PAGE: usize = 100;

/// Users or groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resource {
    Users,
    Groups,
}

impl Resource {
    fn path(self) -> &'static str {
        match self {
            Self::Users => "/Users",
            Self::Groups => "/Groups",
        }
    }

    /// The attribute by which Okta looks one up.
    fn lookup_attribute(self) -> &'static str {
        match self {
            Self::Users => "userName",
            Self::Groups => "displayName",
        }
    }
}

/// How a space is written in a filter: Okta's documents show both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    Percent,
    Plus,
}

/// One request, and what Okta wants for it.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Appended to the endpoint, with its query.
    pub(crate) path: String,
    /// The path with `{id}` for the id, under which durations are summed up.
    pub(crate) pattern: &'static str,
    pub(crate) body: Option<Value>,
    pub(crate) want: &'static [u16],
}

impl Request {
    pub(crate) fn page(resource: Resource, start: usize, count: usize) -> Self {
        let path = format!("{}?startIndex={start}&count={count}", resource.path());
        let pattern = match resource {
            Resource::Users => "GET /Users?startIndex",
            Resource::Groups => "GET /Groups?startIndex",
        };
        Self {
            method: Method::GET,
            path,
            pattern,
            body: None,
            want: &[200],
        }
    }

    pub(crate) fn find(resource: Resource, name: &str, space: Space) -> Self {
        let value = name.replace('\\', "\\\\").replace('"', "\\\"");
        let filter = format!("{} eq \"{value}\"", resource.lookup_attribute());
        let mut filter = utf8_percent_encode(&filter, ESCAPED).to_string();
        if space == Space::Plus {
            filter = filter.replace("%20", "+");
        }
        let path = format!(
            "{}?filter={filter}&startIndex=1&count={PAGE}",
            resource.path()
        );
        let pattern = match resource {
            Resource::Users => "GET /Users?filter",
            Resource::Groups => "GET /Groups?filter",
        };
        Self {
            method: Method::GET,
            path,
            pattern,
            body: None,
            want: &[200],
        }
    }

    pub(crate) fn read(resource: Resource, id: &str) -> Self {
        let pattern = match resource {
            Resource::Users => "GET /Users/{id}",
            Resource::Groups => "GET /Groups/{id}",
        };
        Self {
            method: Method::GET,
            path: one(resource, id),
            pattern,
            body: None,
            want: &[200],
        }
    }

    pub(crate) fn create(resource: Resource, body: Value) -> Self {
        let pattern = match resource {
            Resource::Users => "POST /Users",
            Resource::Groups => "POST /Groups",
        };
        let path = resource.path().to_owned();
        Self {
            method: Method::POST,
            path,
            pattern,
            body: Some(body),
            want: &[201],
        }
    }

    pub(crate) fn replace(resource: Resource, id: &str, body: Value) -> Self {
        let pattern = match resource {
            Resource::Users => "PUT /Users/{id}",
            Resource::Groups => "PUT /Groups/{id}",
        };
        Self {
            method: Method::PUT,
            path: one(resource, id),
            pattern,
            body: Some(body),
            want: &[200],
        }
    }

    pub(crate) fn patch(resource: Resource, id: &str, body: Value) -> Self {
        let pattern = match resource {
            Resource::Users => "PATCH /Users/{id}",
            Resource::Groups => "PATCH /Groups/{id}",
        };
        let path = one(resource, id);
        Self {
            method: Method::PATCH,
            path,
            pattern,
            body: Some(body),
            want: &[200, 204],
        }
    }

    /// Okta deletes groups only, never users.
    pub(crate) fn delete_group(id: &str) -> Self {
        let path = one(Resource::Groups, id);
        let pattern = "DELETE /Groups/{id}";
        Self {
            method: Method::DELETE,
            path,
            pattern,
            body: None,
            want: &[204, 200],
        }
    }

    pub(crate) fn wanting(self, want: &'static [u16]) -> Self {
        Self { want, ..self }
    }

    /// Method and path, for messages.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

fn one(resource: Resource, id: &str) -> String {
    format!("{}/{}", resource.path(), utf8_percent_encode(id, ESCAPED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_spelled_as_okta_spells_it() {
        let name = "o'neill+ext@example.com";
        let percent = Request::find(Resource::Users, name, Space::Percent);
        insta::assert_snapshot!(
            percent.path,
            @"/Users?filter=userName%20eq%20%22o%27neill%2Bext%40example.com%22&startIndex=1&count=100"
        );
        let plus = Request::find(Resource::Groups, "Sales and Marketing", Space::Plus);
        insta::assert_snapshot!(
            plus.path,
            @"/Groups?filter=displayName+eq+%22Sales+and+Marketing%22&startIndex=1&count=100"
        );
    }

    #[test]
    fn quotes_inside_a_value_are_escaped() {
        let request = Request::find(Resource::Groups, r#"The "A" team"#, Space::Percent);
        assert!(
            request.path.contains("%22The%20%5C%22A%5C%22%20team%22"),
            "{}",
            request.path
        );
    }

    #[test]
    fn an_id_cannot_leave_its_segment() {
        let request = Request::read(Resource::Users, "a/b?c");
        assert_eq!(request.path, "/Users/a%2Fb%3Fc");
    }
}
