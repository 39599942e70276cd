//! The envelope of list answers.

use serde_json::{Value, json};

use super::CORE;

/// A page of resources (draft-scim-api-01 §3.2.2). `total` counts every match, not the page.
pub fn envelope(resources: &[Value], total: i64, start_index: i64) -> Value {
    json!({
        "schemas": [CORE],
        "totalResults": total,
        "startIndex": start_index,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}
