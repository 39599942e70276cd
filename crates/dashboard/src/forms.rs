//! A form's fields, as they were sent back and what is wrong with them.

use rollcall_store::Timestamp;
use serde::Deserialize;

/// The longest name of anything.
pub(crate) const LONGEST_NAME: usize = 200;

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldError {
    /// The field; empty for the form as a whole.
    pub(crate) field: &'static str,
    /// What to do about it, as a sentence.
    pub(crate) message: String,
}

/// The state of a form: empty at first; after bad input with its values, except secrets.
#[derive(Clone, Debug, Default)]
pub(crate) struct FormState {
    values: Vec<(&'static str, String)>,
    /// What is wrong, in the order of the fields.
    pub(crate) errors: Vec<FieldError>,
}

impl FormState {
    /// Adds a field's value.
    #[must_use]
    pub(crate) fn with(mut self, field: &'static str, value: impl Into<String>) -> Self {
        self.values.push((field, value.into()));
        self
    }

    /// Says what is wrong with a field.
    pub(crate) fn refuse(&mut self, field: &'static str, message: impl Into<String>) {
        self.errors.push(FieldError {
            field,
            message: message.into(),
        });
    }

    /// Says what is wrong with the form as a whole.
    pub(crate) fn refuse_all(&mut self, message: impl Into<String>) {
        self.refuse("", message);
    }

    /// Whether the errors want a summary: one that stands beside its field speaks for itself.
    pub(crate) fn wants_summary(&self) -> bool {
        self.errors.len() > 1 || self.error("").is_some()
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_valid(&self) -> bool {
        self.errors.is_empty()
    }

    /// A field's value.
    pub(crate) fn value(&self, field: &str) -> &str {
        self.values
            .iter()
            .find(|(name, _)| *name == field)
            .map_or("", |(_, value)| value)
    }

    /// What is wrong with a field.
    pub(crate) fn error(&self, field: &str) -> Option<&str> {
        self.errors
            .iter()
            .find(|error| error.field == field)
            .map(|error| error.message.as_str())
    }

    /// Checks the name of something and takes off blanks around it.
    pub(crate) fn name(&mut self, field: &'static str, value: &str, what: &str) -> String {
        let name = value.trim();
        if name.chars().all(is_unseen) {
            self.refuse(field, format!("Enter {what}."));
        } else if name.chars().count() > LONGEST_NAME {
            self.refuse(field, format!("Use at most {LONGEST_NAME} characters."));
        } else if name.chars().any(char::is_control) {
            self.refuse(field, "Use one line of ordinary characters.");
        }
        name.to_owned()
    }

    /// Checks an e-mail address and takes off blanks around it.
    pub(crate) fn email(&mut self, field: &'static str, value: &str) -> String {
        let email = self.name(field, value, "your e-mail address");
        if !email.is_empty() && self.error(field).is_none() && !looks_like_email(&email) {
            self.refuse(field, "Enter an address like ada@example.com.");
        }
        email
    }

    /// Reads a time in UTC as browsers send it, `2026-01-02T03:04` with or without seconds; none
    /// when it is empty.
    pub(crate) fn time(&mut self, field: &'static str, text: &str) -> Option<Timestamp> {
        if text.is_empty() {
            return None;
        }
        let seconds = if text.len() == "2026-01-02T03:04".len() {
            ":00"
        } else {
            ""
        };
        let time = Timestamp::parse(&format!("{text}{seconds}Z"));
        if time.is_none() {
            self.refuse(field, "Enter a date and a time, as in 2026-01-02T03:04.");
        }
        time
    }
}

/// Whether a character leaves nothing to see: blanks, joiners, marks of direction.
fn is_unseen(character: char) -> bool {
    let mark = matches!(
        character,
        '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
    );
    mark || character.is_whitespace()
}

fn looks_like_email(text: &str) -> bool {
    let halves = text.rsplit_once('@');
    halves.is_some_and(|(local, host)| !local.is_empty() && !host.is_empty())
        && !text
            .contains(|character: char| character.is_whitespace() || "<>,;\"".contains(character))
}

/// The name typed to confirm what cannot be undone.
#[derive(Deserialize)]
pub(crate) struct Confirmation {
    #[serde(default)]
    confirmation: String,
}

impl Confirmation {
    /// Valid when it is exactly `name`; else nothing was `done`, "deleted" for example.
    pub(crate) fn check(&self, name: &str, done: &str) -> FormState {
        let mut state = FormState::default();
        if self.confirmation.trim() != name.trim() {
            state.refuse(
                "confirmation",
                format!("Type “{name}” exactly as it is written. Nothing was {done}."),
            );
        }
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_seen() {
        for unseen in ["", " \t ", "\u{202e}", "\u{200b}\u{feff} \u{ad}"] {
            let mut state = FormState::default();
            state.name("name", unseen, "a name");
            assert_eq!(state.error("name"), Some("Enter a name."), "{unseen:?}");
        }
        let mut state = FormState::default();
        assert_eq!(
            state.name("name", " 👩\u{200d}🚀 ", "a name"),
            "👩\u{200d}🚀"
        );
        assert!(state.is_valid());
    }
}
