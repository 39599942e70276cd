//! The REST API over HTTP, on both databases; the files follow the paths.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod api_keys;
mod auth;
mod bad_input;
mod directories;
mod directory_groups;
mod directory_tokens;
mod directory_users;
mod docs;
mod events;
mod hidden_users;
mod idempotency;
mod organization_domains;
mod organization_fields;
mod organizations;
mod paging;
mod provisioning_requests;
mod support;
mod tenants;
mod webhook_deliveries;
mod webhook_endpoints;
