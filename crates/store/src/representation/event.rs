//! The shape of an event itself: what `/events` lists, and byte for byte what a webhook carries.

use serde_json::{Map, Value, json};

use crate::Timestamp;
use crate::event::Published;
use crate::ids::EventId;

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
        "data": data,
        "created_at": created_at,
        "context": context,
    })
}
