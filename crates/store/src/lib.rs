//! Rollcall's domain and its storage: the nouns of a directory sync, the operations on them, and
//! the events that each operation appends. Knows neither HTTP nor HTML.
//!
//! Two doors lead in. [`Store::read`] hands out a [`Connection`] for finders; [`Store::write`]
//! hands out a [`Tx`], the proof of an open transaction that every operation asks for.
//! Finders that serve a tenant take that tenant's id, so that nobody can look past it.

pub mod account;
pub mod account_link;
pub mod api_key;
pub mod audit;
pub mod backup;
pub mod by_age;
pub mod change;
pub mod clock;
mod db;
pub mod directory;
pub mod directory_group;
pub mod directory_token;
pub mod directory_user;
pub mod endpoint_host;
mod error;
pub mod event;
pub mod fold;
pub mod form_submission;
pub mod idempotency_key;
pub mod ids;
pub mod invitation;
pub mod known_device;
pub mod mail;
pub mod member;
pub mod membership;
pub mod organization;
pub mod organization_domain;
pub mod page;
pub mod password;
pub mod provider;
pub mod provisioning_request;
pub mod publisher;
pub mod representation;
pub mod rights;
pub mod seal;
pub mod second_factor;
pub mod session;
pub mod setup_code;
pub mod throttle;
pub mod token;
pub mod webhook_attempt;
pub mod webhook_delivery;
pub mod webhook_endpoint;
pub mod webhook_target;
pub mod workspace;
pub mod workspace_member;

pub use clock::{Clock, Timestamp};
pub use db::connection::DbConnection as Connection;
pub use db::migrations;
pub use db::schema;
pub use db::store::{Options, Store};
pub use db::transaction::Tx;
pub use db::url::{Backend, DatabaseUrl, DatabaseUrlError};
pub use error::{Error, OpenError, Result};
