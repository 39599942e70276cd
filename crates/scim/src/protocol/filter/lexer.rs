//! The words of a filter. A filter is never split on blanks: a quoted text may hold "and", parentheses and blanks.

use super::super::Invalid;

/// One word, with the 1-based character where it starts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    /// The 1-based character of the filter.
    pub position: usize,
    /// What stands there.
    pub kind: TokenKind,
}

/// The kinds of words.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    /// `(`
    Open,
    /// `)`
    Close,
    /// A JSON string, decoded.
    Text(String),
    /// Anything else up to a blank, parenthesis or quote: a path, an operator, a number, `true`.
    Word(String),
}

/// Splits a filter into words.
pub(super) fn tokens(filter: &str) -> Result<Vec<Token>, Invalid> {
    let mut tokens = Vec::new();
    let mut rest = filter;
    let mut position = 1;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            c if c.is_whitespace() => c.len_utf8(),
            '(' => push(&mut tokens, position, TokenKind::Open, 1),
            ')' => push(&mut tokens, position, TokenKind::Close, 1),
            '"' => {
                let length = text_length(rest)
                    .ok_or_else(|| problem(position, "the closing quote is missing"))?;
                let text = decode(&rest[..length], position)?;
                push(&mut tokens, position, TokenKind::Text(text), length)
            }
            _ => {
                let length = rest
                    .find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"'))
                    .unwrap_or(rest.len());
                push(
                    &mut tokens,
                    position,
                    TokenKind::Word(rest[..length].to_owned()),
                    length,
                )
            }
        };
        position += rest[..length].chars().count();
        rest = &rest[length..];
    }
    Ok(tokens)
}

fn push(tokens: &mut Vec<Token>, position: usize, kind: TokenKind, length: usize) -> usize {
    tokens.push(Token { position, kind });
    length
}

/// The bytes up to and with the closing quote of the string that `text` starts with.
fn text_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(index + 1),
            _ => {}
        }
    }
    None
}

fn decode(quoted: &str, position: usize) -> Result<String, Invalid> {
    let text: String = serde_json::from_str(quoted).map_err(|_| {
        problem(
            position,
            "the quoted text holds an escape or a character that JSON does not know",
        )
    })?;
    if text.contains('\0') {
        return Err(problem(
            position,
            "the quoted text holds the character U+0000",
        ));
    }
    Ok(text)
}

/// A refusal that names the position.
pub(in super::super) fn problem(position: usize, problem: impl Into<String>) -> Invalid {
    Invalid::Filter {
        position,
        problem: problem.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_not_bytes() {
        let found = tokens("título eq \"é\" )").unwrap();
        let positions: Vec<usize> = found.iter().map(|token| token.position).collect();
        assert_eq!(positions, [1, 8, 11, 15]);
    }

    #[test]
    fn a_text_ends_at_its_own_quote() {
        let found = tokens(r#""a \"b\\" c"#).unwrap();
        assert_eq!(found[0].kind, TokenKind::Text("a \"b\\".into()));
        assert_eq!(found[1].kind, TokenKind::Word("c".into()));
    }
}
