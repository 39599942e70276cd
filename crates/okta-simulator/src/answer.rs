//! What came back, and whether Okta could read it.

use serde_json::{Map, Value};

use crate::surprise::{Fault, Trouble};

/// So much of a value or body is quoted in a message.
const QUOTED: usize = 160;

/// An answer of the server.
#[derive(Debug)]
pub(crate) struct Answer {
    request: String,
    pub(crate) status: u16,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Empty,
    Json(Value),
    Other(String),
}

/// One page of users or groups.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) total: usize,
    pub(crate) rows: Vec<Map<String, Value>>,
}

impl Answer {
    pub(crate) fn new(
        request: String,
        status: u16,
        media_type: Option<&str>,
        text: String,
    ) -> Self {
        let body = if text.is_empty() {
            Body::Empty
        } else if media_type.is_some_and(is_json) {
            serde_json::from_str(&text).map_or(Body::Other(text), Body::Json)
        } else {
            Body::Other(text)
        };
        Self {
            request,
            status,
            body,
        }
    }

    pub(crate) fn trouble(&self, fault: Fault) -> Trouble {
        Trouble {
            request: self.request.clone(),
            fault,
        }
    }

    pub(crate) fn malformed(&self, wanted: impl Into<String>) -> Trouble {
        let got = match &self.body {
            Body::Empty => "an empty body".to_owned(),
            Body::Json(value) => quote(value),
            Body::Other(text) => format!("what is no JSON: {}", shorten(text)),
        };
        self.trouble(Fault::Malformed {
            wanted: wanted.into(),
            got,
        })
    }

    pub(crate) fn with_status_in(self, want: &[u16]) -> Result<Self, Trouble> {
        if want.contains(&self.status) {
            return Ok(self);
        }
        let wanted = want
            .iter()
            .map(u16::to_string)
            .collect::<Vec<_>>()
            .join(" or ");
        let fault = Fault::Status {
            wanted,
            got: self.status,
            text: self.error_text(),
        };
        Err(self.trouble(fault))
    }

    /// The words of an error, as Okta shows them to the admin.
    fn error_text(&self) -> String {
        match &self.body {
            Body::Empty => "an empty body".to_owned(),
            Body::Other(text) => shorten(text),
            Body::Json(body) => [body.pointer("/Errors/0/description"), body.get("detail")]
                .into_iter()
                .flatten()
                .find_map(Value::as_str)
                .map_or_else(|| quote(body), shorten),
        }
    }

    /// The single resource of the answer.
    pub(crate) fn resource(&self) -> Result<&Map<String, Value>, Trouble> {
        let Body::Json(Value::Object(resource)) = &self.body else {
            return Err(self.malformed("the whole resource as JSON"));
        };
        self.check(resource)?;
        Ok(resource)
    }

    /// The resource of an answer to PATCH, which may be 204 without a body.
    pub(crate) fn resource_if_any(&self) -> Result<Option<&Map<String, Value>>, Trouble> {
        match (&self.body, self.status) {
            (Body::Empty, 204) => Ok(None),
            _ => self.resource().map(Some),
        }
    }

    /// What Okta needs of every user and group: an id, and no password that it would send back.
    fn check(&self, resource: &Map<String, Value>) -> Result<(), Trouble> {
        if resource.contains_key("password") {
            return Err(self.trouble(Fault::Password));
        }
        let id = resource
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if id.is_empty() || id.contains("bulkId") {
            return Err(self.malformed("a resource with an id that is not empty and has no bulkId"));
        }
        Ok(())
    }

    /// The page that was asked for: numbers as JSON numbers, `itemsPerPage` the number of rows.
    pub(crate) fn page(&self, start: usize, count: usize) -> Result<Page, Trouble> {
        let Body::Json(body) = &self.body else {
            return Err(self.malformed("a list as JSON"));
        };
        let rows = body.get("Resources").and_then(Value::as_array);
        let rows = rows.ok_or_else(|| self.malformed("an array Resources"))?;
        let number = |name: &str| {
            let number = body.get(name).and_then(Value::as_u64);
            let number = number.and_then(|number| usize::try_from(number).ok());
            number.ok_or_else(|| self.malformed(format!("a number {name}")))
        };
        let (total, shown, from) = (
            number("totalResults")?,
            number("itemsPerPage")?,
            number("startIndex")?,
        );
        self.expect_number("startIndex", start, from)?;
        self.expect_number("itemsPerPage", rows.len(), shown)?;
        self.expect_number(
            "rows",
            count.min((total + 1).saturating_sub(start)),
            rows.len(),
        )?;
        let rows = rows
            .iter()
            .map(|row| self.row(row))
            .collect::<Result<_, _>>()?;
        Ok(Page { total, rows })
    }

    fn row(&self, row: &Value) -> Result<Map<String, Value>, Trouble> {
        let row = row
            .as_object()
            .ok_or_else(|| self.malformed("objects in Resources"))?;
        self.check(row)?;
        Ok(row.clone())
    }

    fn expect_number(&self, name: &str, wanted: usize, got: usize) -> Result<(), Trouble> {
        if wanted == got {
            return Ok(());
        }
        let (wanted, got) = (format!("{name} {wanted}"), got.to_string());
        Err(self.trouble(Fault::Paging { wanted, got }))
    }

    /// An error must be JSON with a sentence in both places, or the admin sees a parser's message instead.
    pub(crate) fn check_error(&self) -> Result<(), Trouble> {
        let wanted = "an error as JSON with Errors[0].description and detail";
        let Body::Json(body) = &self.body else {
            return Err(self.malformed(wanted));
        };
        let said = |value: Option<&Value>| {
            value
                .and_then(Value::as_str)
                .is_some_and(|text| !text.is_empty())
        };
        if said(body.pointer("/Errors/0/description")) && said(body.get("detail")) {
            return Ok(());
        }
        Err(self.malformed(wanted))
    }
}

/// Okta's own samples show `application/json` and `text/json`; its test suite asks for `application/scim+json`.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    ["application/json", "text/json", "application/scim+json"]
        .iter()
        .any(|known| essence.eq_ignore_ascii_case(known))
}

/// A value as JSON, shortened for a message.
pub(crate) fn quote(value: &Value) -> String {
    shorten(&value.to_string())
}

fn shorten(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer::new(
            "GET /Users".to_owned(),
            status,
            Some("application/json"),
            body.to_owned(),
        )
    }

    fn message(result: Result<impl std::fmt::Debug, Trouble>) -> String {
        result.unwrap_err().fault.to_string()
    }

    #[test]
    fn a_page_must_add_up() {
        let page = |total: &str, shown: u8, start: u8| {
            answer(
                200,
                &format!(
                    r#"{{"totalResults":{total},"itemsPerPage":{shown},"startIndex":{start},"Resources":[{{"id":"a"}}]}}"#
                ),
            )
        };
        assert_eq!(page("1", 1, 1).page(1, 100).unwrap().rows.len(), 1);
        assert_eq!(
            message(page("5", 1, 1).page(1, 100)),
            "paging: wanted rows 5, got 1"
        );
        assert_eq!(
            message(page("1", 2, 1).page(1, 100)),
            "paging: wanted itemsPerPage 1, got 2"
        );
        assert_eq!(
            message(page("101", 1, 1).page(101, 100)),
            "paging: wanted startIndex 101, got 1"
        );
        assert!(
            message(page("\"1\"", 1, 1).page(1, 100)).starts_with("wanted a number totalResults")
        );
    }

    #[test]
    fn a_page_past_the_end_is_empty() {
        let body = r#"{"totalResults":3,"itemsPerPage":0,"startIndex":101,"Resources":[]}"#;
        assert_eq!(answer(200, body).page(101, 100).unwrap().total, 3);
    }

    #[test]
    fn the_servers_words_are_in_the_surprise() {
        let body =
            r#"{"Errors":[{"description":"no such user","code":"404"}],"detail":"no such user"}"#;
        let refused = answer(404, body).with_status_in(&[200, 204]);
        assert_eq!(message(refused), "wanted 200 or 204, got 404: no such user");
    }

    #[test]
    fn a_password_or_a_missing_id_is_not_taken() {
        assert_eq!(
            message(answer(200, r#"{"id":"a","password":"x"}"#).resource()),
            "wanted no password in an answer, got one"
        );
        assert!(message(answer(201, "").resource()).ends_with("got an empty body"));
        assert!(message(answer(200, r#"{"id":""}"#).resource()).contains("an id"));
    }

    #[test]
    fn html_is_no_json_whatever_it_holds() {
        let html = Answer::new(
            "GET /Users".to_owned(),
            200,
            Some("text/html"),
            "{}".to_owned(),
        );
        assert!(message(html.resource()).contains("no JSON"));
    }

    #[test]
    fn an_error_needs_its_sentence_twice() {
        assert!(
            answer(404, r#"{"Errors":[{"description":"no"}],"detail":"no"}"#)
                .check_error()
                .is_ok()
        );
        assert!(
            answer(404, r#"{"Errors":[{"description":"no"}]}"#)
                .check_error()
                .is_err()
        );
        assert!(answer(404, "Not found").check_error().is_err());
    }
}
