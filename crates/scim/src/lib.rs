//! SCIM ingest: what identity providers push, under `/scim/v1.1/{key}`.
//!
//! A request is authenticated by an extractor ([`auth`]), read into a command by the pure [`protocol`], carried out
//! by one write of the store, and answered with the stored resource; [`request_log`] keeps a record of each.

pub mod auth;
pub mod body;
pub mod error;
mod handlers;
pub mod ingest;
pub mod lookup;
pub mod mapping;
pub mod protocol;
pub mod reply;
pub mod representation;
pub mod request_log;
pub mod routes;

pub use ingest::{Settings, endpoint_url};
pub use request_log::Recorder;
pub use routes::{ROUTES, Route, configure};
