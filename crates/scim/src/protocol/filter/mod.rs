//! The filter language of SCIM 1.1 (draft-scim-api-01 §3.2.2.1), parsed whole into a tree.
//!
//! `or` binds weakest, then `and`, then parentheses. Operators, paths and the words `and`, `or`, `true`, `false`
//! are taken in any letter case.

mod lexer;
mod print;

use super::Invalid;
use super::path::AttributePath;
pub(super) use lexer::problem;
use lexer::{Token, TokenKind, tokens};

/// The longest filter that is read, in characters.
pub const MAX_LENGTH: usize = 8_192;
/// The deepest nesting of parentheses that is followed.
pub const MAX_DEPTH: usize = 50;
/// The most comparisons in one filter.
pub const MAX_TERMS: usize = 200;

/// A parsed filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// `path op value`
    Compare {
        /// What is compared.
        path: AttributePath,
        /// How.
        operator: Operator,
        /// With what.
        value: Literal,
    },
    /// `path pr`
    Present(AttributePath),
    /// Both hold.
    And(Box<Filter>, Box<Filter>),
    /// Either holds.
    Or(Box<Filter>, Box<Filter>),
}

/// The comparing operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Equal.
    Eq,
    /// Contains.
    Co,
    /// Starts with.
    Sw,
    /// Greater than.
    Gt,
    /// Greater than or equal.
    Ge,
    /// Less than.
    Lt,
    /// Less than or equal.
    Le,
}

impl Operator {
    const ALL: [(&str, Self); 7] = [
        ("eq", Self::Eq),
        ("co", Self::Co),
        ("sw", Self::Sw),
        ("gt", Self::Gt),
        ("ge", Self::Ge),
        ("lt", Self::Lt),
        ("le", Self::Le),
    ];

    fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(word))
            .map(|(_, operator)| *operator)
    }

    /// The operator as the protocol writes it.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, operator)| *operator == self)
            .map_or("", |(name, _)| name)
    }
}

/// The value on the right of an operator.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A quoted text, decoded.
    Text(String),
    /// A JSON number.
    Number(serde_json::Number),
    /// `true` or `false`.
    Boolean(bool),
}

/// A filter with the places of its comparisons.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// The filter.
    pub filter: Filter,
    /// Where each comparison stands, from left to right.
    pub places: Vec<Place>,
}

/// Where the parts of a comparison start, as 1-based characters of the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The attribute.
    pub path: usize,
    /// The operator.
    pub operator: usize,
    /// The value; the operator where there is none.
    pub value: usize,
}

/// Parses a filter. A blank one is no filter: `None`.
pub fn parse(filter: &str) -> Result<Option<Located>, Invalid> {
    let length = filter.chars().count();
    if length > MAX_LENGTH {
        return Err(problem(
            MAX_LENGTH + 1,
            format!("at most {MAX_LENGTH} characters are read"),
        ));
    }
    let tokens = tokens(filter)?;
    if tokens.is_empty() {
        return Ok(None);
    }
    let mut parser = Parser {
        tokens: tokens.into_iter().peekable(),
        end: length + 1,
        depth: 0,
        places: Vec::new(),
    };
    let filter = parser.any()?;
    match parser.tokens.next() {
        None => Ok(Some(Located {
            filter,
            places: parser.places,
        })),
        Some(token) => Err(problem(
            token.position,
            "\"and\", \"or\" or the end of the filter is expected here",
        )),
    }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    end: usize,
    depth: usize,
    places: Vec<Place>,
}

impl Parser {
    fn any(&mut self) -> Result<Filter, Invalid> {
        let mut filter = self.all()?;
        while self.take_word("or") {
            filter = Filter::Or(Box::new(filter), Box::new(self.all()?));
        }
        Ok(filter)
    }

    fn all(&mut self) -> Result<Filter, Invalid> {
        let mut filter = self.factor()?;
        while self.take_word("and") {
            filter = Filter::And(Box::new(filter), Box::new(self.factor()?));
        }
        Ok(filter)
    }

    fn factor(&mut self) -> Result<Filter, Invalid> {
        match self.tokens.next() {
            Some(Token {
                position,
                kind: TokenKind::Open,
            }) => self.group(position),
            Some(Token {
                position,
                kind: TokenKind::Word(path),
            }) => self.comparison(position, &path),
            Some(token) => Err(problem(
                token.position,
                "an attribute name is expected here",
            )),
            None => Err(problem(self.end, "an attribute name is expected here")),
        }
    }

    fn group(&mut self, position: usize) -> Result<Filter, Invalid> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(problem(
                position,
                format!("parentheses may be nested {MAX_DEPTH} deep"),
            ));
        }
        let filter = self.any()?;
        self.depth -= 1;
        match self.tokens.next() {
            Some(Token {
                kind: TokenKind::Close,
                ..
            }) => Ok(filter),
            Some(token) => Err(problem(
                token.position,
                "a closing parenthesis is expected here",
            )),
            None => Err(problem(self.end, "the closing parenthesis is missing")),
        }
    }

    fn comparison(&mut self, position: usize, path: &str) -> Result<Filter, Invalid> {
        if self.places.len() == MAX_TERMS {
            return Err(problem(
                position,
                format!("at most {MAX_TERMS} comparisons are allowed"),
            ));
        }
        let (operator_position, word) = self.operator(path)?;
        let parsed = AttributePath::parse(path)
            .ok_or_else(|| problem(position, format!("\"{path}\" is not an attribute name")))?;
        let mut place = Place {
            path: position,
            operator: operator_position,
            value: operator_position,
        };
        if word.eq_ignore_ascii_case("pr") {
            self.places.push(place);
            return Ok(Filter::Present(parsed));
        }
        let operator = Operator::parse(&word).ok_or_else(|| {
            problem(
                operator_position,
                format!(
                    "\"{word}\" is not an operator; SCIM 1.1 has eq, co, sw, pr, gt, ge, lt and le"
                ),
            )
        })?;
        place.value = self.tokens.peek().map_or(self.end, |token| token.position);
        self.places.push(place);
        Ok(Filter::Compare {
            path: parsed,
            operator,
            value: self.literal()?,
        })
    }

    fn operator(&mut self, path: &str) -> Result<(usize, String), Invalid> {
        let found = self.tokens.next();
        if let Some(Token {
            position,
            kind: TokenKind::Word(word),
        }) = found
        {
            return Ok((position, word));
        }
        Err(problem(
            found.map_or(self.end, |token| token.position),
            format!(
                "an operator is expected after \"{path}\", as in: userName eq \"ada@example.com\""
            ),
        ))
    }

    fn literal(&mut self) -> Result<Literal, Invalid> {
        match self.tokens.next() {
            Some(Token {
                kind: TokenKind::Text(text),
                ..
            }) => Ok(Literal::Text(text)),
            Some(Token {
                position,
                kind: TokenKind::Word(word),
            }) => bare_literal(&word).ok_or_else(|| {
                problem(
                    position,
                    format!("a text must stand in double quotes: \"{word}\""),
                )
            }),
            Some(token) => Err(problem(token.position, "a value is expected here")),
            None => Err(problem(self.end, "a value is expected here")),
        }
    }

    fn take_word(&mut self, word: &str) -> bool {
        self.tokens
            .next_if(|token| matches!(&token.kind, TokenKind::Word(found) if found.eq_ignore_ascii_case(word)))
            .is_some()
    }
}

fn bare_literal(word: &str) -> Option<Literal> {
    match word.to_ascii_lowercase().as_str() {
        "true" => Some(Literal::Boolean(true)),
        "false" => Some(Literal::Boolean(false)),
        _ => serde_json::from_str(word).ok().map(Literal::Number),
    }
}

#[cfg(test)]
mod tests;
