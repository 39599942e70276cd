//! Entries in words.

use rollcall_store::audit::{Action, Entry};
use serde_json::{Map, Value};

/// What was done, as far as this program knows the action.
pub(super) fn deed(entry: &Entry) -> String {
    Action::parse(&entry.action)
        .map_or_else(|| entry.action.clone(), |action| action.label().to_owned())
}

/// A field that was changed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) field: String,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

/// What was changed.
pub(super) fn changes(entry: &Entry) -> Vec<Change> {
    let fields: Map<String, Value> = serde_json::from_str(&entry.difference).unwrap_or_default();
    fields
        .into_iter()
        .map(|(field, change)| Change {
            from: text(&change["from"]),
            to: text(&change["to"]),
            field,
        })
        .collect()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => Some(items.iter().filter_map(text).collect::<Vec<_>>().join(", ")),
        other => Some(other.to_string()),
    }
}
