//! The binary from outside: its commands, its exit codes, and what it answers over HTTP.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accounts;
mod application;
mod asvs;
mod audit;
mod backup;
mod bootstrap;
mod contents;
mod delivery;
mod demo;
mod doctor;
mod durability;
mod endpoint_hosts;
mod events;
mod framing;
mod headers;
mod login_burst;
mod logs;
mod mail;
mod provider;
mod proxies;
mod rotate_key;
mod routes;
mod secret_search;
mod serve;
mod simulator;
mod support;
mod tls;
mod two_tenants;
mod walker;
