//! From the bytes of a request to a JSON object.

use serde_json::Value;

use super::invalid::kind_of;
use super::{Invalid, Object, json};

/// The most members of one object, and the most values of one multi-valued attribute. Group members are not counted.
pub const MAX_ENTRIES: usize = 1_000;

/// The largest body that is read, in bytes.
pub const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;
/// The most values in a body: room for about 100,000 group members. Parsed, an object takes
/// twenty times the seven bytes in which it can be sent.
pub const MAX_VALUES: usize = 300_000;

/// Parses a request body, whatever content type it was declared with.
///
/// Nesting is bounded by the parser; lone surrogates and invalid UTF-8 are refused by it.
pub fn parse(bytes: &[u8]) -> Result<Object, Invalid> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Invalid::EmptyBody);
    }
    if count_values(bytes) > MAX_VALUES {
        return Err(Invalid::TooMany {
            attribute: "The body".to_owned(),
            limit: MAX_VALUES,
        });
    }
    let value = json::parse(bytes).map_err(|error| Invalid::Malformed {
        reason: error.to_string(),
    })?;
    match value {
        Value::Object(object) => {
            refuse_many("The body", &object)?;
            object
                .iter()
                .try_for_each(|(name, value)| check(name, name, value))?;
            Ok(object)
        }
        other => Err(Invalid::NotAnObject {
            found: kind_of(&other),
        }),
    }
}

/// How many values JSON holds at most: one at each comma and opening bracket outside of texts.
fn count_values(bytes: &[u8]) -> usize {
    let (mut count, mut in_text, mut escaped) = (0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b',' | b'[' | b'{' if !in_text => count += 1,
            _ => {}
        }
    }
    count
}

/// PostgreSQL cannot keep U+0000 in a text, so it is refused here with its place named.
fn check(attribute: &str, name: &str, value: &Value) -> Result<(), Invalid> {
    let found = name.contains('\0') || value.as_str().is_some_and(|text| text.contains('\0'));
    if found {
        return Err(Invalid::NullCharacter {
            attribute: shown(attribute),
        });
    }
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| check(attribute, "", item)),
        Value::Object(object) => {
            refuse_many(attribute, object)?;
            object
                .iter()
                .try_for_each(|(name, value)| check(attribute, name, value))
        }
        _ => Ok(()),
    }
}

/// Names are compared one by one without case, so their number is bounded.
fn refuse_many(attribute: &str, object: &Object) -> Result<(), Invalid> {
    if object.len() > MAX_ENTRIES {
        return Err(Invalid::TooMany {
            attribute: shown(attribute),
            limit: MAX_ENTRIES,
        });
    }
    Ok(())
}

/// The start of an attribute's name, fit for a message.
fn shown(attribute: &str) -> String {
    attribute
        .chars()
        .take(100)
        .map(|c| if c == '\0' { '\u{FFFD}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_taken_with_or_without_a_byte_order_mark() {
        assert_eq!(parse(b"{\"a\":1}").unwrap()["a"], 1);
        assert_eq!(parse(b"\xEF\xBB\xBF{\"a\":1}").unwrap()["a"], 1);
    }

    #[test]
    fn anything_else_is_refused_with_its_cause() {
        let members: Vec<String> = (0..=MAX_ENTRIES)
            .map(|number| format!("\"a{number}\":1"))
            .collect();
        let wide = format!("{{\"x\":{{{}}}}}", members.join(","));
        let cases: &[(&[u8], &str)] = &[
            (b"", "no body"),
            (b" \n", "no body"),
            (b"test", "line 1 column 2"),
            (b"{\"a\":}", "line 1 column 6"),
            (b"[]", "not a list"),
            (b"\"x\"", "not a text"),
            (b"null", "not null"),
            (b"{\"a\":\"\xff\"}", "line 1 column"),
            (b"{\"a\":\"\x01\"}", "control character"),
            (br#"{"a":"\ud800"}"#, "hex escape at line 1 column 13"),
            (
                br#"{"userName":"a\u0000b"}"#,
                "\"userName\" contains the character U+0000",
            ),
            (wide.as_bytes(), "more than 1000 entries"),
            (
                br#"{"emails":[{"va\u0000lue":1}]}"#,
                "\"emails\" contains the character U+0000",
            ),
        ];
        for (body, words) in cases {
            let message = parse(body).unwrap_err().to_string();
            assert!(message.contains(words), "{message}");
        }
    }

    #[test]
    fn a_body_of_millions_of_small_values_is_refused_before_it_is_parsed() {
        let body = format!("{{\"a\":[{}0]}}", "0,".repeat(MAX_VALUES));
        let message = parse(body.as_bytes()).unwrap_err().to_string();
        assert!(message.contains("more than 300000 entries"), "{message}");
        let text = format!("{{\"a\":\"\\\"{}\"}}", ",[{".repeat(MAX_VALUES));
        assert!(parse(text.as_bytes()).is_ok());
    }

    #[test]
    fn of_members_with_the_same_name_the_last_counts() {
        assert_eq!(parse(b"{\"a\":1,\"a\":2}").unwrap()["a"], 2);
    }

    #[test]
    fn deep_nesting_is_refused_not_followed() {
        let body = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(
            parse(body.as_bytes())
                .unwrap_err()
                .to_string()
                .contains("recursion limit")
        );
    }
}
