//! Whom an event is about, in a few words.

use rollcall_store::event::{self, Event};
use serde_json::Value;

/// The name of whom or what the event is about; empty when its data names nobody.
pub(super) fn subject(event: &Event) -> String {
    let data = &event.data;
    let of = |key: &str| name(&data[key]);
    match event.name.as_str() {
        event::USER_ADDED => format!("{} joined {}", of("user"), of("group")),
        event::USER_REMOVED => format!("{} left {}", of("user"), of("group")),
        event::TOKEN_CREATED | event::TOKEN_REVOKED => {
            format!("rc_scim_…{}", text(data, &["token_suffix"]))
        }
        event::DOMAIN_VERIFICATION_FAILED => of("organization_domain"),
        _ => name(data),
    }
}

fn name(value: &Value) -> String {
    text(value, &["name", "domain", "username", "email", "id"]).to_owned()
}

/// The first of the members that holds text.
fn text<'a>(value: &'a Value, keys: &[&str]) -> &'a str {
    let texts = keys.iter().filter_map(|key| value[*key].as_str());
    let mut texts = texts.filter(|text| !text.is_empty());
    texts.next().unwrap_or_default()
}
