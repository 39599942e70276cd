//! What an action changed.

use serde_json::{Map, Value, json};

/// The fields that an action changed, in order; as JSON `{"name": {"from": "A", "to": "B"}}`, where
/// what was not there before, or is not afterwards, is null. Secrets are never put into it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference(Map<String, Value>);

impl Difference {
    /// Nothing besides the action itself.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a field that went from one value to another; one that stayed is left out.
    #[must_use]
    pub fn changed(mut self, field: &str, from: impl Into<Value>, to: impl Into<Value>) -> Self {
        let (from, to) = (from.into(), to.into());
        if from != to {
            self.0
                .insert(field.to_owned(), json!({"from": from, "to": to}));
        }
        self
    }

    /// Adds a field of something new.
    #[must_use]
    pub fn set(self, field: &str, to: impl Into<Value>) -> Self {
        self.changed(field, Value::Null, to)
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn to_text(&self) -> String {
        self.clone().into_text()
    }

    pub(super) fn into_text(self) -> String {
        Value::Object(self.0).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_only_what_changed() {
        let difference = Difference::none()
            .changed("name", "A", "B")
            .changed("state", "linked", "linked")
            .set("provider", "okta scim v1.1");
        assert_eq!(
            difference.to_text(),
            r#"{"name":{"from":"A","to":"B"},"provider":{"from":null,"to":"okta scim v1.1"}}"#
        );
    }
}
