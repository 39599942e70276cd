//! The dashboard over HTTP, on both databases; the files follow the pages.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod account;
mod activity;
mod api_keys;
mod assets;
mod audit_log;
mod csrf;
mod decided;
mod deliveries;
mod directories;
mod domains;
mod events;
mod every_page;
mod invitations;
mod members;
mod organizations;
mod people;
mod post_office;
mod reauthentication;
mod security;
mod setup;
mod sign_in;
mod support;
mod templates;
mod tenants;
mod timing;
mod tokens;
mod two_factor;
mod webhooks;
mod workspaces;
