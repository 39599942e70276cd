//! SCIM ingest: what identity providers push, under `/scim/v1.1/{key}`.
//!
//! A request is authenticated by an extractor, read into a command by the pure [`protocol`], carried out
//! by one write of the store, and answered with the stored resource; [`request_log`] keeps a record of each.

mod auth;
mod body;
mod conditions;
mod error;
mod handlers;
mod ingest;
mod listing;
mod lookup;
mod mapping;
mod method_override;
mod negotiation;
mod operations;
pub mod protocol;
mod reply;
mod representation;
pub mod request_log;
mod routes;
pub mod walks;

pub use ingest::Settings;
pub use request_log::Recorder;
pub use routes::{ROUTES, Route, configure};
