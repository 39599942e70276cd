//! What Rollcall's tests share: a database per test on either backend, a server on a free port,
//! and a directory to provision into. A development dependency only.

mod database;
mod fixtures;
mod server;

pub use database::{Database, TestStore, create_postgres_database};
pub use fixtures::TestDirectory;
pub use server::TestServer;
