//! One comparison of a filter, its types checked (draft-scim-api-01 §3.2.2.1).
//!
//! The protocol leaves open what becomes of an operator or a value that does not fit an attribute's type. Here it is
//! refused: "none found" would make a provider create everybody twice.

use core::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Number, Value};

use super::filter::{Literal, Operator};
use super::instant;
use super::resource::is_empty;
use super::schema::Type;
use super::target::Target;

/// What a value must fulfil.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// It says something.
    Present,
    /// A text; `operand` is folded unless `exact`.
    Text {
        /// How to compare.
        operator: Operator,
        /// With what.
        operand: String,
        /// Whether letter case matters.
        exact: bool,
    },
    /// A boolean.
    Boolean(bool),
    /// A number.
    Number(Operator, Number),
    /// An instant.
    Instant(Operator, Timestamp),
}

/// Why a comparison makes no sense, and which part of it is to blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The operator does not fit the attribute.
    Operator(String),
    /// The value does not fit the attribute.
    Value(String),
}

impl Test {
    /// Checks a comparison against the type of what it compares.
    pub fn new(target: &Target, operator: Operator, literal: &Literal) -> Result<Self, Fault> {
        let refuse = |what| {
            Err(Fault::Operator(format!(
                "{operator} cannot be used with \"{}\", which is {what}",
                target.path
            )))
        };
        let kind = target.kind.unwrap_or(match literal {
            Literal::Text(_) => Type::String,
            Literal::Number(_) => Type::Decimal,
            Literal::Boolean(_) => Type::Boolean,
        });
        match kind {
            Type::String => text(target, operator, literal, target.case_exact),
            Type::Complex => refuse("an object"),
            Type::Boolean if operator != Operator::Eq => refuse("a boolean"),
            Type::Binary if operator != Operator::Eq => refuse("binary"),
            Type::Decimal | Type::Integer if operator.is_about_text() => refuse("a number"),
            Type::DateTime if operator.is_about_text() => refuse("a date and time"),
            Type::Boolean => boolean(target, literal),
            Type::Binary => text(target, operator, literal, true),
            Type::DateTime => date_time(target, operator, literal),
            Type::Decimal | Type::Integer => match literal {
                Literal::Number(number) => Ok(Self::Number(operator, number.clone())),
                _ => Err(expected(target, "a number")),
            },
        }
    }

    /// Whether a value fulfils it. A value of another type does not.
    pub fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Present => is_present(value),
            Self::Text {
                operator,
                operand,
                exact,
            } => match value {
                Value::String(text) if *exact => operator.compares_texts(text, operand),
                Value::String(text) => operator.compares_texts(&folded(text), operand),
                // Extensions hold what the client sent, so a number may stand where a text is asked for.
                Value::Number(number) => operator.compares_texts(&number.to_string(), operand),
                Value::Bool(value) => *operator == Operator::Eq && *operand == value.to_string(),
                _ => false,
            },
            Self::Boolean(wanted) => truth(value) == Some(*wanted),
            Self::Number(operator, wanted) => match value {
                Value::Number(number) => operator.accepts(compare_numbers(number, wanted)),
                _ => false,
            },
            Self::Instant(operator, wanted) => {
                let found = value.as_str().and_then(instant::parse);
                found.is_some_and(|found| operator.accepts(found.cmp(wanted)))
            }
        }
    }
}

impl Operator {
    /// Whether it looks into a text.
    const fn is_about_text(self) -> bool {
        matches!(self, Self::Co | Self::Sw)
    }

    fn compares_texts(self, found: &str, wanted: &str) -> bool {
        match self {
            Self::Co => found.contains(wanted),
            Self::Sw => found.starts_with(wanted),
            _ => self.accepts(found.cmp(wanted)),
        }
    }

    /// Whether what was found may compare so to what is wanted.
    fn accepts(self, found: Ordering) -> bool {
        match self {
            Self::Eq => found.is_eq(),
            Self::Gt => found.is_gt(),
            Self::Ge => found.is_ge(),
            Self::Lt => found.is_lt(),
            Self::Le => found.is_le(),
            Self::Co | Self::Sw => false,
        }
    }
}

/// Text for a comparison without regard to letter case.
pub fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// Numbers by size; whole ones exactly, however large.
pub fn compare_numbers(a: &Number, b: &Number) -> Ordering {
    if let (Some(a), Some(b)) = (a.as_i128(), b.as_i128()) {
        return a.cmp(&b);
    }
    let size = |number: &Number| number.as_f64().unwrap_or(f64::NAN);
    size(a).total_cmp(&size(b))
}

/// A boolean, or one of the texts that clients send for it.
pub fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) => truth_of(text),
        _ => None,
    }
}

fn truth_of(text: &str) -> Option<bool> {
    match text.trim() {
        text if text.eq_ignore_ascii_case("true") => Some(true),
        text if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.values().any(is_present),
        Value::Array(items) => items.iter().any(is_present),
        other => !is_empty(other),
    }
}

fn text(
    target: &Target,
    operator: Operator,
    literal: &Literal,
    exact: bool,
) -> Result<Test, Fault> {
    let Literal::Text(text) = literal else {
        return Err(expected(target, "a text in double quotes"));
    };
    let operand = if exact { text.clone() } else { folded(text) };
    Ok(Test::Text {
        operator,
        operand,
        exact,
    })
}

fn boolean(target: &Target, literal: &Literal) -> Result<Test, Fault> {
    let wanted = match literal {
        Literal::Boolean(value) => Some(*value),
        Literal::Text(text) => truth_of(text),
        Literal::Number(_) => None,
    };
    wanted
        .map(Test::Boolean)
        .ok_or_else(|| expected(target, "true or false"))
}

fn date_time(target: &Target, operator: Operator, literal: &Literal) -> Result<Test, Fault> {
    let wanted = match literal {
        Literal::Text(text) => instant::parse(text),
        _ => None,
    };
    wanted
        .map(|wanted| Test::Instant(operator, wanted))
        .ok_or_else(|| expected(target, "a date and time, as in \"2026-01-02T03:04:05Z\""))
}

fn expected(target: &Target, what: &str) -> Fault {
    Fault::Value(format!("\"{}\" is compared with {what}", target.path))
}
