//! `/provisioning_requests`: what identity providers sent and what they were answered, an extension of ours.

pub(crate) mod list;
pub(crate) mod show;

use std::time::Duration;

use rollcall_store::ids::DirectoryId;
use rollcall_store::provisioning_request::Listed;
use serde_json::{Value, json};

use crate::representation::milliseconds;

/// A request without its bodies.
fn shown(directory_id: &DirectoryId, request: &Listed) -> Value {
    let micros = u64::try_from(request.duration_micros).unwrap_or(0);
    json!({
        "object": "provisioning_request",
        "id": request.id,
        "directory_id": directory_id,
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "status": request.status,
        "duration_ms": milliseconds(Duration::from_micros(micros)),
        "summary": request.summary,
        "created_at": request.created_at,
    })
}
