//! `/provisioning_requests`: what identity providers sent and what they were answered, an extension of ours.

pub(crate) mod list;
pub(crate) mod show;

use rollcall_store::ids::DirectoryId;
use rollcall_store::provisioning_request::Listed;
use serde_json::{Value, json};

/// A request without its bodies.
fn shown(directory_id: &DirectoryId, request: &Listed) -> Value {
    json!({
        "object": "provisioning_request",
        "id": request.id,
        "directory_id": directory_id,
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "status": request.status,
        "duration_ms": milliseconds(request.duration_micros),
        "summary": request.summary,
        "created_at": request.created_at,
    })
}

/// To the microsecond.
fn milliseconds(micros: i64) -> f64 {
    // Exact for anything below 285 years.
    #[expect(clippy::cast_precision_loss, reason = "no request takes that long")]
    let micros = micros as f64;
    micros / 1000.0
}
