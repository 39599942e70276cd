//! JSON for reading: indented, and cut into pieces that the template colours and escapes.

use serde_json::Value;

/// Longer text is shown up to here; a browser does badly with more.
const LONGEST: usize = 200_000;

/// A piece of JSON: `class` is `k` for a member's name, `s` for a string, `n` for another value,
/// and nothing for what is between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) class: &'static str,
    pub(crate) text: String,
}

/// The pieces of a value.
pub(crate) fn of_value(value: &Value) -> Vec<Token> {
    // What came in as JSON can always be written as JSON.
    tokens(&serde_json::to_string_pretty(value).unwrap_or_default())
}

/// The pieces of text that ought to be JSON; other text is one piece.
pub(crate) fn of_text(text: &str) -> Vec<Token> {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => of_value(&value),
        Err(_) => vec![Token {
            class: "",
            text: shortened(text),
        }],
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}\n… and more, not shown", &text[..end]),
        None => text.to_owned(),
    }
}

fn tokens(pretty: &str) -> Vec<Token> {
    if pretty.len() > LONGEST {
        return vec![Token {
            class: "",
            text: shortened(pretty),
        }];
    }
    let mut tokens = Vec::new();
    let mut rest = pretty;
    while !rest.is_empty() {
        let (class, length) = next(rest);
        let (text, after) = rest.split_at(length);
        tokens.push(Token {
            class,
            text: text.to_owned(),
        });
        rest = after;
    }
    tokens
}

/// The class and the length in bytes of the piece that `text` starts with.
fn next(text: &str) -> (&'static str, usize) {
    let is_between = |character: char| character.is_whitespace() || "{}[],:".contains(character);
    if text.starts_with('"') {
        let length = string_length(text);
        let class = if text[length..].starts_with(':') {
            "k"
        } else {
            "s"
        };
        return (class, length);
    }
    let between = text
        .find(|character| !is_between(character))
        .unwrap_or(text.len());
    if between > 0 {
        return ("", between);
    }
    ("n", text.find(is_between).unwrap_or(text.len()))
}

/// The length of the string literal that `text` starts with.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_names_from_values_and_loses_nothing() {
        let text = r#"{"a \"quoted\" name":"<b>","n":[1,true,null],"é":{}}"#;
        let tokens = of_text(text);
        let classed = |class| {
            tokens
                .iter()
                .filter(|token| token.class == class)
                .map(|token| token.text.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(classed("k"), [r#""a \"quoted\" name""#, r#""n""#, r#""é""#]);
        assert_eq!(classed("s"), [r#""<b>""#]);
        assert_eq!(classed("n"), ["1", "true", "null"]);
        let whole: String = tokens.iter().map(|token| token.text.as_str()).collect();
        assert_eq!(
            serde_json::from_str::<Value>(&whole).unwrap(),
            serde_json::from_str::<Value>(text).unwrap()
        );
    }

    #[test]
    fn shows_what_is_not_json_as_it_is() {
        assert_eq!(
            of_text("not { json"),
            [Token {
                class: "",
                text: "not { json".into()
            }]
        );
        assert!(
            of_text(&"x".repeat(LONGEST + 5))[0]
                .text
                .ends_with("not shown")
        );
    }
}
