//! Reading a body field by field, so that an answer names everything that is wrong at once.

use serde_json::{Map, Value};

use crate::error::{ApiError, Problem};

/// The fields of a body, and what was found wrong with them so far.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    body: &'a Map<String, Value>,
    problems: Vec<Problem>,
}

impl<'a> Fields<'a> {
    pub(crate) const fn of(body: &'a Map<String, Value>) -> Self {
        Self {
            body,
            problems: Vec::new(),
        }
    }

    /// Adds a problem of a field, as in `refuse("name", "required", "Name is required.")`.
    pub(crate) fn refuse(&mut self, field: &str, what: &str, message: impl Into<String>) {
        self.problems.push(Problem::new(field, what, message));
    }

    /// A field's value; null is as good as nothing.
    pub(crate) fn value(&self, field: &str) -> Option<&'a Value> {
        self.body.get(field).filter(|value| !value.is_null())
    }

    /// Whether a field is there, be it null.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.body.contains_key(field)
    }

    /// A text of at most `longest` characters that has to be there. Blanks around it do not count.
    pub(crate) fn text(&mut self, field: &str, longest: usize) -> String {
        match self.optional_text(field, longest) {
            Some(text) if !text.is_empty() => text,
            Some(_) => {
                self.refuse(field, "required", format!("{field} must not be empty."));
                String::new()
            }
            None => {
                if self.value(field).is_none() {
                    self.refuse(field, "required", format!("{field} is required."));
                }
                String::new()
            }
        }
    }

    /// A text of at most `longest` characters. Blanks around it do not count.
    pub(crate) fn optional_text(&mut self, field: &str, longest: usize) -> Option<String> {
        let value = self.value(field)?;
        let Some(text) = value.as_str() else {
            self.refuse(field, "invalid", format!("{field} must be a string."));
            return None;
        };
        let text = text.trim();
        if text.chars().count() > longest {
            let message = format!("{field} must not be longer than {longest} characters.");
            self.refuse(field, "too_long", message);
            return None;
        }
        if text.chars().any(char::is_control) {
            let message = format!("{field} must not hold control characters.");
            self.refuse(field, "invalid", message);
            return None;
        }
        Some(text.to_owned())
    }

    /// `true` or `false`.
    pub(crate) fn optional_bool(&mut self, field: &str) -> Option<bool> {
        let value = self.value(field)?;
        if value.as_bool().is_none() {
            self.refuse(field, "invalid", format!("{field} must be true or false."));
        }
        value.as_bool()
    }

    /// A list of texts.
    pub(crate) fn optional_texts(&mut self, field: &str) -> Option<Vec<String>> {
        let value = self.value(field)?;
        let texts = value.as_array().and_then(|items| {
            let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
            texts.collect::<Option<Vec<_>>>()
        });
        if texts.is_none() {
            let message = format!("{field} must be an array of strings.");
            self.refuse(field, "invalid", message);
        }
        texts
    }

    /// What was read from the fields, unless one of them was wrong.
    pub(crate) fn finish<T>(self, read: T) -> Result<T, ApiError> {
        if self.problems.is_empty() {
            Ok(read)
        } else {
            Err(ApiError::Unprocessable(self.problems))
        }
    }
}
