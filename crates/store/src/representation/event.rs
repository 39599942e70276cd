//! The shape of an event itself: what `/events` lists, and byte for byte what a webhook carries.

use serde_json::{Map, Number, Value, json};

use crate::Timestamp;
use crate::event::Published;
use crate::ids::EventId;

/// 2^53: beyond it JavaScript does not know one integer from the next.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

/// An event as WorkOS shows it. Its `context` says the event's number in its directory, and the
/// provisioning request that asked for it, where there is one.
pub fn event(published: &Published) -> Value {
    let event = &published.event;
    let mut context = Map::new();
    if let Some(sequence) = published.directory_sequence {
        context.insert("directory_sequence".to_owned(), json!(sequence));
    }
    if let Some(request_id) = &event.provisioning_request_id {
        context.insert("provisioning_request_id".to_owned(), json!(request_id));
    }
    shape(
        &event.id,
        &event.name,
        &event.data,
        event.created_at,
        &context,
    )
}

/// An example of an event; its `context` says that it is one.
pub(crate) fn test_event(id: &EventId, name: &str, data: &Value, now: Timestamp) -> Value {
    let context = Map::from_iter([("test".to_owned(), json!(true))]);
    shape(id, name, data, now, &context)
}

fn shape(
    id: &EventId,
    name: &str,
    data: &Value,
    created_at: Timestamp,
    context: &Map<String, Value>,
) -> Value {
    json!({
        "object": "event",
        "id": id,
        "event": name,
        "data": as_in_javascript(data),
        "created_at": created_at,
        "context": context,
    })
}

/// Whole numbers without their ".0", as JavaScript writes them: WorkOS's Node SDK, given a webhook
/// that was parsed already, checks the signature against what it writes anew.
fn as_in_javascript(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(whole(number).unwrap_or_else(|| number.clone())),
        Value::Array(items) => items.iter().map(as_in_javascript).collect(),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| (name.clone(), as_in_javascript(value)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

/// The integer that a floating-point number is, if it is one that both hold exactly.
fn whole(number: &Number) -> Option<Number> {
    let float = number.as_f64().filter(|_| number.is_f64())?;
    let exact = float.fract() == 0.0 && float.abs() < LARGEST_EXACT;
    exact
        .then(|| format!("{float:.0}").parse::<i64>().ok().map(Number::from))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        let text = r#"{"a":1.0,"b":[-2.0,0.5,-0.0,7],"c":{"d":9007199254740991.0,"e":"1.0"}}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(
            as_in_javascript(&value).to_string(),
            r#"{"a":1,"b":[-2,0.5,0,7],"c":{"d":9007199254740991,"e":"1.0"}}"#
        );
    }
}
