//! The shapes of the REST API. They are those of the events, which the store makes, with WorkOS's few differences.

use rollcall_store::directory::Directory;
use rollcall_store::representation;
use serde_json::{Value, json};

/// A directory: here `linked` where events say `active`, and no list of domains.
pub(crate) fn directory(directory: &Directory) -> Value {
    let mut shown = representation::directory(directory);
    shown["state"] = json!(directory.state.as_str());
    if let Value::Object(members) = &mut shown {
        members.shift_remove("domains");
    }
    shown
}
