//! What of a request may be kept: texts for the request log, with passwords blotted out and length bounded.

use serde_json::Value;

use super::Object;
use super::paging::{decode, pairs};

/// The most bytes kept of one body.
pub const MAX_BYTES: usize = 64 * 1024;
/// The most bytes kept of a body that is not JSON.
pub const MAX_OPAQUE_BYTES: usize = 2 * 1024;
/// What stands in a secret's place.
pub const BLOT: &str = "•••";
/// Ends a text that was cut at [`MAX_BYTES`].
const CUT: &str = " … (cut at 64 KiB)";
/// Ends a text that was cut at [`MAX_OPAQUE_BYTES`].
const CUT_OPAQUE: &str = " … (not JSON; cut at 2 KiB)";

/// A JSON object as text. The work is bounded by what is kept, not by the size of the object.
pub fn object(object: &Object) -> String {
    let mut text = Text(String::new());
    text.object(object);
    text.finish()
}

/// Any JSON value as text; see [`object`].
pub fn json(value: &Value) -> String {
    let mut text = Text(String::new());
    text.value(value);
    text.finish()
}

/// The start of a body that is not JSON, as text that any database can keep.
pub fn opaque(bytes: &[u8]) -> String {
    let kept = &bytes[..bytes.len().min(MAX_OPAQUE_BYTES)];
    let mut text = blot_values(&String::from_utf8_lossy(kept).replace('\0', "\u{FFFD}"));
    if kept.len() < bytes.len() {
        text.push_str(CUT_OPAQUE);
    }
    text
}

/// A raw query string, without the values of secret parameters and of filters that ask for a secret.
pub fn query(raw: &str) -> String {
    let kept = pairs(raw).map(|(name, value)| {
        let secret = [name, value]
            .into_iter()
            .any(|text| decode(text).is_none_or(|text| is_secret(&text)));
        match (secret, value) {
            (true, _) => format!("{}={BLOT}", if is_secret(name) { "password" } else { name }),
            (false, "") => name.to_owned(),
            (false, value) => format!("{name}={value}"),
        }
    });
    cut(kept.collect::<Vec<_>>().join("&"))
}

/// Whether a name is that of a secret.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "passwd", "access_token"]
        .iter()
        .any(|secret| name.contains(secret))
}

struct Text(String);

impl Text {
    fn is_full(&self) -> bool {
        self.0.len() > MAX_BYTES
    }

    fn value(&mut self, value: &Value) {
        match value {
            _ if self.is_full() => {}
            Value::Object(object) => self.object(object),
            Value::Array(items) => {
                self.0.push('[');
                for (index, item) in items.iter().enumerate() {
                    if self.is_full() {
                        return;
                    }
                    self.comma(index);
                    self.value(item);
                }
                self.0.push(']');
            }
            Value::String(text) => self.string(text),
            simple => self.0.push_str(&simple.to_string()),
        }
    }

    fn object(&mut self, object: &Object) {
        // A SCIM 2.0 operation names the secret in its path. It is refused, but logged all the same.
        let points_at_secret = object
            .get("path")
            .and_then(Value::as_str)
            .is_some_and(is_secret);
        self.0.push('{');
        for (index, (name, value)) in object.iter().enumerate() {
            if self.is_full() {
                return;
            }
            self.comma(index);
            self.string(name);
            self.0.push(':');
            if is_secret(name) || (points_at_secret && name.eq_ignore_ascii_case("value")) {
                self.string(BLOT);
            } else {
                self.value(value);
            }
        }
        self.0.push('}');
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.0.push(',');
        }
    }

    fn string(&mut self, text: &str) {
        let kept = &text[..text.floor_char_boundary(MAX_BYTES + 1)];
        self.0.push_str(&Value::from(kept).to_string());
    }

    fn finish(self) -> String {
        cut(self.0)
    }
}

fn cut(mut text: String) -> String {
    if text.len() > MAX_BYTES {
        text.truncate(text.floor_char_boundary(MAX_BYTES));
        text.push_str(CUT);
    }
    text
}

/// Blots what follows each name of a secret: a quoted text to its end, or a bare word.
fn blot_values(text: &str) -> String {
    let folded = text.to_ascii_lowercase();
    let mut blotted = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(start) = ["password", "passwd", "access_token"]
        .iter()
        .filter_map(|name| folded[at..].find(name))
        .min()
    {
        let name_end = text[at + start..]
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .map_or(text.len(), |end| at + start + end);
        let value = text[name_end..].find(|c: char| {
            !(c.is_whitespace() || matches!(c, '"' | '\'' | ':' | '=' | '>' | '\\'))
        });
        let value_start = value.map_or(text.len(), |value| name_end + value);
        let quoted = text[name_end..value_start].ends_with(['"', '\'']);
        blotted.push_str(&text[at..value_start]);
        blotted.push_str(BLOT);
        at = value_start + value_length(&text[value_start..], quoted);
    }
    blotted.push_str(&text[at..]);
    blotted
}

fn value_length(text: &str, quoted: bool) -> usize {
    let mut escaped = false;
    let end = text.char_indices().find(|(_, c)| {
        let ends = match c {
            _ if escaped => false,
            '"' | '\'' | '<' => true,
            ',' | ';' | '&' | '}' => !quoted,
            c => !quoted && c.is_whitespace(),
        };
        escaped = !escaped && *c == '\\';
        ends
    });
    end.map_or(text.len(), |(index, _)| index)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn passwords_are_blotted_wherever_they_stand() {
        let body = json!({
            "userName": "ada@example.com", "password": "hunter2", "x": [{"newPassWord": {"deep": "hunter2"}}],
            "urn:x": {"password": ["hunter2"]}, "Operations": [{"op": "replace", "path": "password", "value": "hunter2"}],
        });
        let text = json(&body);
        assert!(!text.contains("hunter2"), "{text}");
        assert!(
            text.contains(r#""userName":"ada@example.com","password":"•••""#),
            "{text}"
        );
        assert!(serde_json::from_str::<Value>(&text).is_ok());
    }

    #[test]
    fn what_is_not_json_is_blotted_by_its_looks() {
        let cases: &[(&str, &str)] = &[
            (
                r#"{"password":"hunter2","a":1"#,
                r#"{"password":"•••","a":1"#,
            ),
            (
                r#"{"password" : "hun\"ter2", x"#,
                r#"{"password" : "•••", x"#,
            ),
            (r#"{"password":"hunter2"#, r#"{"password":"•••"#),
            ("a=1&password=hunter2&b=2", "a=1&password=•••&b=2"),
            (
                "<password>hunter2</password>",
                "<password>•••</password>•••",
            ),
            ("PassWord: hunter2\nb", "PassWord: •••\nb"),
            ("test", "test"),
            ("a\0b", "a\u{FFFD}b"),
        ];
        for (body, expected) in cases {
            assert_eq!(opaque(body.as_bytes()), *expected);
        }
    }

    #[test]
    fn length_is_bounded_and_said() {
        let big = json!({ "a": "x".repeat(MAX_BYTES * 3), "b": vec!["é"; 100_000] });
        let text = json(&big);
        assert!(text.ends_with(CUT) && text.len() <= MAX_BYTES + CUT.len());
        let text = opaque(&vec![0xFF; 10_000]);
        assert!(text.ends_with(CUT_OPAQUE));
        let small = json!({ "a": "x".repeat(MAX_BYTES - 100) });
        assert_eq!(json(&small), small.to_string());
    }

    #[test]
    fn a_query_keeps_all_but_secrets() {
        let cases = [
            (
                "filter=userName%20eq%20%22a%22&count=1&x",
                "filter=userName%20eq%20%22a%22&count=1&x",
            ),
            (
                "filter=pass%77ord+eq+%22hunter2%22&count=1",
                "filter=•••&count=1",
            ),
            ("pass%77ord=hunter2", "pass%77ord=•••"),
            ("password=hunter2", "password=•••"),
            ("x=%ff", "x=•••"),
        ];
        for (raw, expected) in cases {
            assert_eq!(query(raw), expected);
        }
    }
}
