//! What Rollcall's tests share: a database per test on either backend, a server on a free port,
//! and a directory to provision into. A development dependency only.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot be set up must fail"
)]

mod authenticator;
mod contents;
mod database;
mod fixtures;
mod mail_sink;
mod server;
mod webhook_sink;

pub use authenticator::one_time_code;
pub use database::{
    Database, SECRET_KEY, TestStore, create_postgres_database, create_postgres_database_as_text,
};
pub use fixtures::TestDirectory;
pub use mail_sink::{MailSink, ReceivedMail};
pub use server::TestServer;
pub use webhook_sink::{Received, Reply, WebhookSink};
