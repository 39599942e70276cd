//! The shapes of the REST API. Directories, people and groups look as in the events, which the store makes, with
//! WorkOS's few differences and our additions.

use std::time::Duration;

use rollcall_store::api_key::ApiKey;
use rollcall_store::directory::{Counts, Directory};
use rollcall_store::directory_group::DirectoryGroup;
use rollcall_store::directory_token::DirectoryToken;
use rollcall_store::directory_user::DirectoryUser;
use rollcall_store::webhook_attempt::WebhookAttempt;
use rollcall_store::webhook_delivery::WebhookDelivery;
use rollcall_store::webhook_endpoint::WebhookEndpoint;
use rollcall_store::{representation, token};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::settings::Settings;

/// A directory: here `linked` where events say `active`, and counts instead of a list of domains.
pub(crate) fn directory(directory: &Directory, counts: Counts, settings: &Settings) -> Value {
    let mut shown = representation::directory(directory);
    if let Value::Object(members) = &mut shown {
        members.shift_remove("domains");
    }
    shown["state"] = json!(directory.state.as_str());
    shown["metadata"] = json!({
        "users": {
            "active": counts.active_users,
            "inactive": counts.users - counts.active_users - counts.hidden_users,
        },
        "groups": counts.groups,
    });
    shown["scim_endpoint"] = json!(settings.endpoint_hosts.endpoint_url(directory));
    shown
}

/// A bearer token of a directory, without its secret.
pub(crate) fn directory_token(directory: &Directory, token: &DirectoryToken) -> Value {
    let mut shown = representation::token(directory, token);
    shown["last_used_at"] = json!(token.last_used_at);
    shown["expires_at"] = json!(token.expires_at);
    shown
}

/// A person with the groups they are in, which events leave out.
pub(crate) fn directory_user(
    directory: &Directory,
    user: &DirectoryUser,
    groups: &[DirectoryGroup],
) -> Value {
    let mut shown = representation::user(directory, user);
    shown["groups"] = groups
        .iter()
        .map(|group| directory_group(directory, group))
        .collect();
    shown
}

/// A group, and how many members it has.
pub(crate) fn directory_group(directory: &Directory, group: &DirectoryGroup) -> Value {
    let mut shown = representation::group(directory, group);
    shown["member_count"] = json!(group.member_count);
    shown
}

/// An API key, without its secret.
pub(crate) fn api_key(key: &ApiKey) -> Value {
    json!({
        "object": "api_key",
        "id": key.id,
        "name": key.name,
        "obfuscated_value": format!("{}…{}", token::API_KEY_PREFIX, key.suffix),
        "last_used_at": key.last_used_at,
        "expires_at": key.expires_at,
        "created_at": key.created_at,
    })
}

/// A webhook endpoint with the secret that signs what goes there.
pub(crate) fn webhook_endpoint(endpoint: &WebhookEndpoint, secret: &SecretString) -> Value {
    json!({
        "object": "webhook_endpoint",
        "id": endpoint.id,
        "endpoint_url": endpoint.endpoint_url,
        "secret": secret.expose_secret(),
        "status": endpoint.status.as_str(),
        "events": endpoint.events,
        "description": endpoint.description,
        "in_order": endpoint.in_order,
        "deliveries_per_second": endpoint.deliveries_per_second,
        "failing_since": endpoint.failing_since,
        "disabled_reason": endpoint.disabled_reason,
        "previous_secret_expires_at": endpoint.previous_secret_expires_at,
        "created_at": endpoint.created_at,
        "updated_at": endpoint.updated_at,
    })
}

/// A delivery without its attempts.
pub(crate) fn webhook_delivery(delivery: &WebhookDelivery) -> Value {
    json!({
        "object": "webhook_delivery",
        "id": delivery.id,
        "webhook_endpoint_id": delivery.webhook_endpoint_id,
        "event_id": delivery.event_id,
        "event": delivery.event_name,
        "test": delivery.is_test,
        "state": delivery.state.as_str(),
        "attempt_count": delivery.attempts,
        "next_attempt_at": delivery.next_attempt_at,
        "created_at": delivery.created_at,
        "finished_at": delivery.finished_at,
    })
}

/// One HTTP try of a delivery.
pub(crate) fn webhook_attempt(attempt: &WebhookAttempt) -> Value {
    json!({
        "object": "webhook_attempt",
        "id": attempt.id,
        "status": attempt.status,
        "error": attempt.error,
        "duration_ms": milliseconds(attempt.duration),
        "response_body": attempt.response_body,
        "created_at": attempt.created_at,
    })
}

/// To the microsecond.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
