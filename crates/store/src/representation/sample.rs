//! Examples of what events carry, for trying out a webhook endpoint. Nobody in them exists.

use serde_json::{Value, json};

use super::updated;
use crate::{Timestamp, event};

const ORGANIZATION: &str = "org_01EXAMPLE00000000000000000";
const DIRECTORY: &str = "directory_01EXAMPLE00000000000000000";

/// An example of what an event of that name carries; `None` when webhooks know no such event.
pub(crate) fn sample(name: &str, now: Timestamp) -> Option<Value> {
    let data = match name {
        event::ACTIVATED => directory(now, true),
        event::DELETED => directory(now, false),
        event::USER_CREATED | event::USER_DELETED => user(now, "Engineer"),
        event::USER_UPDATED => updated(&user(now, "Engineer"), user(now, "Lead engineer")),
        event::GROUP_CREATED | event::GROUP_DELETED => group(now, "Engineering"),
        event::GROUP_UPDATED => updated(&group(now, "Engineering"), group(now, "Research")),
        event::USER_ADDED | event::USER_REMOVED => json!({
            "directory_id": DIRECTORY,
            "user": user(now, "Engineer"),
            "group": group(now, "Engineering"),
        }),
        event::ORGANIZATION_CREATED | event::ORGANIZATION_UPDATED | event::ORGANIZATION_DELETED => {
            organization(now)
        }
        event::DOMAIN_CREATED | event::DOMAIN_UPDATED | event::DOMAIN_DELETED => {
            domain(now, "pending")
        }
        event::DOMAIN_VERIFIED => domain(now, "verified"),
        event::DOMAIN_VERIFICATION_FAILED => json!({
            "reason": "domain_verification_period_expired",
            "organization_domain": domain(now, "failed"),
        }),
        _ => return None,
    };
    Some(data)
}

fn directory(now: Timestamp, connected: bool) -> Value {
    let mut shown = json!({
        "object": "directory",
        "id": DIRECTORY,
        "organization_id": ORGANIZATION,
        "type": "okta scim v1.1",
        "state": "active",
        "name": "Example directory",
        "created_at": now,
        "updated_at": now,
    });
    if connected && let Some(shown) = shown.as_object_mut() {
        shown.insert("external_key".to_owned(), json!("example0key"));
        shown.insert("domains".to_owned(), json!([]));
    }
    shown
}

fn user(now: Timestamp, title: &str) -> Value {
    json!({
        "object": "directory_user",
        "id": "directory_user_01EXAMPLE00000000000000000",
        "directory_id": DIRECTORY,
        "organization_id": ORGANIZATION,
        "idp_id": "00u1example",
        "email": "ada.example@example.com",
        "first_name": "Ada",
        "last_name": "Example",
        "name": "Ada Example",
        "state": "active",
        "username": "ada.example@example.com",
        "job_title": title,
        "emails": [{"primary": true, "type": "work", "value": "ada.example@example.com"}],
        "custom_attributes": {"job_title": title},
        "raw_attributes": {"userName": "ada.example@example.com", "title": title},
        "created_at": now,
        "updated_at": now,
    })
}

fn group(now: Timestamp, name: &str) -> Value {
    json!({
        "object": "directory_group",
        "id": "directory_group_01EXAMPLE00000000000000000",
        "idp_id": "00g1example",
        "directory_id": DIRECTORY,
        "organization_id": ORGANIZATION,
        "name": name,
        "raw_attributes": {"displayName": name},
        "created_at": now,
        "updated_at": now,
    })
}

fn organization(now: Timestamp) -> Value {
    json!({
        "object": "organization",
        "id": ORGANIZATION,
        "name": "Example Inc.",
        "domains": [domain(now, "verified")],
        "metadata": {},
        "external_id": null,
        "created_at": now,
        "updated_at": now,
    })
}

fn domain(now: Timestamp, state: &str) -> Value {
    json!({
        "object": "organization_domain",
        "id": "org_domain_01EXAMPLE00000000000000000",
        "organization_id": ORGANIZATION,
        "domain": "example.com",
        "state": state,
        "verification_strategy": "dns",
        "created_at": now,
        "updated_at": now,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_that_webhooks_carry_has_an_example() {
        for name in event::ALL {
            let sample = sample(name, Timestamp::from_micros(0));
            assert_eq!(sample.is_some(), event::is_selectable(name), "{name}");
        }
    }
}
