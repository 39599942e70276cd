//! SCIM over HTTP, on both databases; the files follow the routes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod auth;
mod bad_input;
mod concurrency;
mod conformance;
mod discovery;
mod groups;
mod hostile;
mod okta_runscope;
mod paths;
mod planning;
mod projection;
mod request_log;
mod sorting;
mod support;
mod tenants;
mod users;
mod walks;
