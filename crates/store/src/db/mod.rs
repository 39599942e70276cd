//! The two databases behind one face. Only this folder knows which one is in use, apart from
//! the few statements that lock or skip duplicates.

pub(crate) mod alone;
pub(crate) mod connection;
mod lane;
pub mod migrations;
mod pool;
pub mod schema;
pub(crate) mod store;
pub(crate) mod transaction;
pub(crate) mod url;
